use kissats::prelude::*;

#[kiss_task(group = "smoke", groups = ["power"])]
fn case_1() {}

#[kiss_task(groups = ["power"], group = "smoke")]
fn case_2() {}

fn main() {}
