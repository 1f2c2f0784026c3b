use kissats::prelude::*;

mod power {
    use kissats::prelude::*;

    #[kiss_task]
    pub fn on() {}

    pub mod deep {
        use kissats::prelude::*;

        #[kiss_task(prereq_tasks = [super::on])]
        pub fn calibrate() {}
    }

    pub use deep::calibrate as renamed;
}

use power::deep;
use power::on;

#[kiss_task(prereq_tasks = [on, deep::calibrate, "other_pack::boot", "by name"])]
fn imported() {}

#[kiss_task(prereq_tasks = [power::renamed, self::on])]
fn reexported() {}

mod everything {
    use super::power::*;
    use kissats::prelude::*;

    #[kiss_task(prereq_tasks = [on, renamed])]
    fn by_glob() {}
}

fn main() {}
