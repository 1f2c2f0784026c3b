use kissats::prelude::*;

#[kiss_task(prereq_same_thread)]
fn case_1() {}

#[kiss_task(prereq_same_thread = 1)]
fn case_2() {}

fn main() {}
