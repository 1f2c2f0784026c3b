use kissats::prelude::*;

#[kiss_task(exclusive_resources = ["psu"], shared_resources = ["lab_net", "psu"])]
fn case_1() {}

#[kiss_task(shared_resources = ["psu"], exclusive_resources = ["psu"])]
fn case_2() {}

fn main() {}
