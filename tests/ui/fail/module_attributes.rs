use kissats::prelude::*;

#[kiss_task]
#[kiss_task(ignore)]
#[should_panic]
mod rail_voltage {
    use kissats::prelude::*;

    #[kiss_task]
    fn task_main() {}
    #[test]
    fn task_setup() {}
}

fn main() {}
