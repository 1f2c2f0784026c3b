use kissats::prelude::*;

fn main() {
    #[kiss_task]
    fn inner() {}

    #[kiss_task(prereq_tasks = [inner], setup = inner)]
    fn other() {}

    other();
}
