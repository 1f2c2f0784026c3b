use kissats::prelude::*;

#[kiss_task(group = "power")]
mod power {
    pub fn rail_voltage() {}
}

fn main() {}
