use kissats::prelude::*;

#[kiss_task(exclusive_resources = ["psu"], resource_configs = { "pus": { "limit": 1.5 } })]
fn case_1() {}

#[kiss_task(resource_configs = { "psu": { "limit": 1.5 } })]
fn case_2() {}

#[kiss_task(shared_resources = ["dmm"], resource_configs = { "psu": 1, "dmm": 2 })]
fn case_3() {}

#[kiss_task(resource_configs = ["psu"])]
fn case_4() {}

#[kiss_task(resource_configs = {}, resource_configs = {})]
fn case_5() {}

fn main() {}
