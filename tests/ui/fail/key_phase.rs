use kissats::prelude::*;

#[kiss_task(phase = "setpu")]
fn case_1() {}

#[kiss_task(phase = "before")]
fn case_2() {}

#[kiss_task(phase = teardown)]
fn case_3() {}

#[kiss_task(phase = 1)]
fn case_4() {}

fn main() {}
