use kissats::prelude::*;

fn prepare(volts: f64) {
    let _ = volts;
}

#[kiss_task(setup = prepare)]
fn rail_voltage() {}

fn main() {}
