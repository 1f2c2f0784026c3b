use kissats::prelude::*;

#[kiss_task(ignore = 1)]
fn case_1() {}

#[kiss_task(ignore = ["slow"])]
fn case_2() {}

#[kiss_task(ignore("slow"))]
fn case_3() {}

fn main() {}
