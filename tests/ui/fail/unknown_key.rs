use kissats::prelude::*;

#[kiss_task(est_test_time = 5)]
fn case_1() {}

#[kiss_task(resource_config = {})]
fn case_2() {}

#[kiss_task(exclusive_resource = ["psu"])]
fn case_3() {}

#[kiss_task(Groups = ["smoke"])]
fn case_4() {}

#[kiss_task(thread-safe = true)]
fn case_5() {}

#[kiss_task(colour = "red")]
fn case_6() {}

fn main() {}
