use kissats::prelude::*;

#[kiss_task(always_teardown)]
fn case_1() {}

#[kiss_task(always_teardown = "yes")]
fn case_2() {}

fn main() {}
