use kissats::prelude::*;

#[kiss_task(thread_safe)]
fn case_1() {}

#[kiss_task(thread_safe = yes)]
fn case_2() {}

fn main() {}
