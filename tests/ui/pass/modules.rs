#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![forbid(unsafe_code)]
//! Modules that are tasks, in a strict crate.

use kissats::prelude::*;

/// The 12 V rail stays inside its limits under load.
#[kiss_task(group = "power", exclusive_resources = ["psu"], prereq_tasks = [power_on, smallest, power::deep::calibrate])]
pub mod rail_voltage {
    //! It is the module's whole doc comment that counts.
    #![allow(clippy::needless_pass_by_value)]

    use kissats::prelude::*;
    use std::fmt::Display;

    static LIMITS: [f64; 2] = [{ 11.0 + 0.4 }, 12.6];
    const NAMES: &[&str] = &["low", "high"];

    /// Measures.
    pub fn task_main(cx: &TaskContext) -> TaskReturn {
        let _ = (cx, LIMITS, NAMES, shown(&1));
        TaskReturn::passed()
    }

    fn task_setup(_: &TaskContext) -> Result<(), String> {
        Ok(())
    }

    fn task_teardown() {}

    fn get_params(spec: &mut TaskSpec, _: &GlobalParams) {
        spec.retries = 1.into();
    }

    fn shown(value: &impl Display) -> String {
        value.to_string()
    }
}

#[kiss_task]
fn power_on() {}

#[kiss_task]
mod smallest {
    pub(super) fn task_main() {}
}

// The paths of the attribute mean what they mean where it stands.
#[kiss_task(setup = prepare, teardown = prepare, params = adjust, prereq_tasks = [rail_voltage])]
mod borrows {
    async fn task_main() -> Result<(), String> {
        Ok(())
    }
}

fn prepare() {}

fn adjust(_: &mut TaskSpec, _: &GlobalParams) {}

mod power {
    pub(crate) mod deep {
        #[kissats::kiss_task(prereq_tasks = [super::r#match])]
        pub(in crate::power::deep) mod calibrates {
            fn task_main() {}
        }

        // Two tasks in one module, and one inside the other.
        #[kissats::kiss_task(prereq_tasks = [calibrates, calibrate::inner])]
        pub(crate) mod calibrate {
            fn task_main() {}

            #[kissats::kiss_task]
            pub(super) fn inner() {}
        }
    }

    #[kissats::kiss_task]
    mod r#match {
        fn task_main() {}
    }
}

fn main() {
    smallest::task_main();
}
