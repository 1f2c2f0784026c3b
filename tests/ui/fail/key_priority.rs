use kissats::prelude::*;

#[kiss_task(priority = "high")]
fn case_1() {}

#[kiss_task(priority = 1.5)]
fn case_2() {}

#[kiss_task(priority = 2147483648)]
fn case_3() {}

#[kiss_task(priority = 5i64)]
fn case_4() {}

fn main() {}
