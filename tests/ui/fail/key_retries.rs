use kissats::prelude::*;

#[kiss_task(retries = 1001)]
fn case_1() {}

#[kiss_task(retries = -1)]
fn case_2() {}

#[kiss_task(retries = true)]
fn case_3() {}

fn main() {}
