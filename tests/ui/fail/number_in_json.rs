use kissats::prelude::*;

#[kiss_task(extra_metadata = { "a": 0x1f, "b": [1_000, 1.], "c": -007 })]
fn rail_voltage() {}

fn main() {}
