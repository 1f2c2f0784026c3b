use kissats::prelude::*;

#[kiss_task(groups = ["smoke"], thread_safe = true, groups = ["power"])]
fn case_1() {}

#[kiss_task(ignore, ignore = "slow")]
fn case_2() {}

fn main() {}
