use kissats::prelude::*;

#[kiss_task(shared_resources = "lab_net")]
fn case_1() {}

#[kiss_task(shared_resources = {"lab_net"})]
fn case_2() {}

#[kiss_task(shared_resources = ["lab_net",, "psu"])]
fn case_3() {}

fn main() {}
