use kissats::prelude::*;

#[kiss_task(thread_safe = true,, ignore)]
fn case_1() {}

#[kiss_task(, ignore)]
fn case_2() {}

fn main() {}
