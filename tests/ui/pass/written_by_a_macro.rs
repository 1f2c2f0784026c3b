use kissats::prelude::*;

macro_rules! task {
    ($visibility:vis $name:ident, $group:literal, $setup:path, $prereq:path) => {
        #[kiss_task(groups = [$group], setup = $setup, prereq_tasks = [$prereq])]
        $visibility fn $name() {}
    };
}

mod power {
    use kissats::prelude::*;

    #[kiss_task]
    pub fn on() {}
}

fn prepare() {}

task!(pub(crate) rail_voltage, "smoke", crate::prepare, power::on);
task!(ripple, "smoke", prepare, rail_voltage);

fn main() {
    rail_voltage();
}
