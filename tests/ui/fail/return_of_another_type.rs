use kissats::prelude::*;

#[kiss_task]
fn rail_voltage() -> f64 {
    12.0
}

#[kiss_task]
async fn ripple() -> bool {
    true
}

fn main() {}
