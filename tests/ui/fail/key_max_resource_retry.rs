use kissats::prelude::*;

#[kiss_task(max_resource_retry = -1)]
fn case_1() {}

#[kiss_task(max_resource_retry = 4294967296)]
fn case_2() {}

#[kiss_task(max_resource_retry = 1.5)]
fn case_3() {}

#[kiss_task(max_resource_retry = "3")]
fn case_4() {}

fn main() {}
