use kissats::prelude::*;

#[kiss_task]
const fn constant() {}

#[kiss_task]
unsafe fn dangerous() {}

#[kiss_task]
extern "C" fn foreign() {}

fn main() {}
