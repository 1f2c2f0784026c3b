use kissats::prelude::*;

#[kiss_task(groups =)]
fn case_1() {}

#[kiss_task(groups = , thread_safe = true)]
fn case_2() {}

#[kiss_task(timeout)]
fn case_3() {}

#[kiss_task(groups, ignore)]
fn case_4() {}

fn main() {}
