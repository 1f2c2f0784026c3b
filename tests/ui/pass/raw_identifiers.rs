use kissats::prelude::*;

#[kiss_task]
fn r#match() {}

#[kiss_task(prereq_tasks = [r#match, crate::r#match, r#mod::r#loop], setup = r#mod::r#loop)]
fn r#while() {}

mod r#mod {
    use kissats::prelude::*;

    #[kiss_task]
    pub fn r#loop() {}
}

fn main() {}
