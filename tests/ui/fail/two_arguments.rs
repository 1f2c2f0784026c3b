use kissats::prelude::*;

#[kiss_task]
fn rail_voltage(cx: &TaskContext, volts: f64, amperes: f64) {
    let _ = (cx, volts, amperes);
}

fn main() {}
