use kissats::prelude::*;

fn adjust(_: &GlobalParams) {}

#[kiss_task(params = adjust)]
fn rail_voltage() {}

fn main() {}
