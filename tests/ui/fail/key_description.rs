use kissats::prelude::*;

#[kiss_task(description = 12)]
fn case_1() {}

#[kiss_task(description = ["one", "two"])]
fn case_2() {}

#[kiss_task(description)]
fn case_3() {}

fn main() {}
