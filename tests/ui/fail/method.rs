use kissats::prelude::*;

struct Bench;

impl Bench {
    #[kiss_task]
    fn rail_voltage(&self) {}
}

fn main() {}
