use kissats::prelude::*;

#[kiss_task(process_safe)]
fn case_1() {}

#[kiss_task(process_safe = "true")]
fn case_2() {}

fn main() {}
