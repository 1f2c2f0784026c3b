use kissats::prelude::*;

#[kiss_task(max_resource_wait = -5)]
fn case_1() {}

#[kiss_task(max_resource_wait = "a while")]
fn case_2() {}

#[kiss_task(max_resource_wait = 10m)]
fn case_3() {}

fn main() {}
