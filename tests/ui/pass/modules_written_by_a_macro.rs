use kissats::prelude::*;

macro_rules! task {
    ($name:ident, $($item:item)*) => {
        #[kiss_task]
        mod $name {
            $($item)*
        }
    };
}

macro_rules! pass_on {
    ($item:item) => {
        #[kiss_task(group = "smoke")]
        $item
    };
}

task!(
    rail_voltage,
    fn task_main() {}
    fn task_setup() {}
);

pass_on! {
    mod ripple {
        fn task_main() {}
    }
}

#[kiss_task(prereq_tasks = [rail_voltage, ripple])]
fn last() {}

fn main() {}
