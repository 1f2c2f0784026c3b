use kissats::prelude::*;

#[derive(Debug)]
struct Unreadable;

#[kiss_task]
fn rail_voltage() -> Result<(), Unreadable> {
    Err(Unreadable)
}

fn main() {}
