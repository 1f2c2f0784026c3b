#![deny(warnings, unreachable_pub)]
//! The hidden module is as visible as the function, and says nothing about its name.

pub mod power {
    use kissats::prelude::*;

    /// Public.
    #[kiss_task]
    pub fn on() {}

    #[kiss_task]
    pub(crate) fn off() {}

    #[kiss_task]
    pub(super) fn reset() {}

    #[kiss_task]
    pub(in crate::power) fn calibrate() {}

    #[kiss_task(prereq_tasks = [calibrate])]
    fn private() {}

    #[allow(non_snake_case)]
    #[kiss_task(prereq_tasks = [private])]
    fn ADC() {}

    pub mod rails {
        use kissats::prelude::*;

        #[kiss_task(prereq_tasks = [super::calibrate, super::private])]
        fn ripple() {}
    }
}

use kissats::prelude::*;

#[kiss_task(prereq_tasks = [power::on, self::power::off, crate::power::reset])]
fn rail_voltage() {}

fn main() {}
