use kissats::prelude::*;

#[kiss_task(req_param_keys = "serial")]
fn case_1() {}

#[kiss_task(req_param_keys = [serial])]
fn case_2() {}

fn main() {}
