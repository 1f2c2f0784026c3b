use kissats::prelude::*;

#[kiss_task]
pub struct RailVoltage {
    pub limit: f64,
}

#[kiss_task(colour = "red")]
const LIMIT: f64 = 1.5;

fn main() {
    let _ = RailVoltage { limit: LIMIT };
}
