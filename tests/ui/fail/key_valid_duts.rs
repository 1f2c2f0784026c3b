use kissats::prelude::*;

#[kiss_task(valid_duts = [])]
fn case_1() {}

#[kiss_task(valid_duts = "widget-a")]
fn case_2() {}

#[kiss_task(valid_duts = ["widget-a", "widget-a"])]
fn case_3() {}

fn main() {}
