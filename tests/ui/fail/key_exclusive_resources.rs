use kissats::prelude::*;

#[kiss_task(exclusive_resources = "psu")]
fn case_1() {}

#[kiss_task(exclusive_resources = [psu])]
fn case_2() {}

#[kiss_task(exclusive_resources = ["psu", "psu"])]
fn case_3() {}

#[kiss_task(exclusive_resources = [""])]
fn case_4() {}

fn main() {}
