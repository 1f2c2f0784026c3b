use kissats::prelude::*;

#[kiss_task(group = ["smoke"])]
fn case_1() {}

#[kiss_task(group = smoke)]
fn case_2() {}

#[kiss_task(group = ["smoke", "power"])]
fn case_3() {}

#[kiss_task(group = "[smoke]")]
fn case_4() {}

fn main() {}
