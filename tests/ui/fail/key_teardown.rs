use kissats::prelude::*;

#[kiss_task(teardown = "clean_up")]
fn case_1() {}

#[kiss_task(teardown = clean_up())]
fn case_2() {}

#[kiss_task(teardown)]
fn case_3() {}

fn clean_up() {}

fn main() {}
