use kissats::prelude::*;

#[kiss_task(stop_suite_on_fail = "false")]
fn case_1() {}

#[kiss_task(stop_suite_on_fail = no)]
fn case_2() {}

#[kiss_task(stop_suite_on_fail = 0)]
fn case_3() {}

fn main() {}
