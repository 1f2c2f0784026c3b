use kissats::prelude::*;

#[kiss_task]
mod power;

fn main() {}
