use kissats::prelude::*;

#[kiss_task]
mod rail_voltage {
    use kissats::prelude::*;

    fn task_main() -> u8 {
        0
    }
    fn task_setup(volts: f64) {
        let _ = volts;
    }
    fn get_params(spec: &mut GlobalParams, params: &TaskSpec) {
        let _ = (spec, params);
    }
}

fn main() {}
