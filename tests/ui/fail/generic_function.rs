use kissats::prelude::*;

#[kiss_task]
fn rail_voltage<T: Default, const N: usize>() {}

fn main() {}
