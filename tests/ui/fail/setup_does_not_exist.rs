use kissats::prelude::*;

fn prepare() {}

#[kiss_task(setup = prepair, teardown = prepare)]
fn rail_voltage() {}

fn main() {}
