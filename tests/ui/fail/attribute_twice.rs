use kissats::prelude::*;

#[kiss_task(group = "smoke")]
#[kiss_task(thread_safe = true)]
fn rail_voltage() {}

fn main() {}
