use kissats::prelude::*;

#[kiss_task(timeout = 0)]
fn case_1() {}

#[kiss_task(timeout = "0s")]
fn case_2() {}

#[kiss_task(timeout = -0.5)]
fn case_3() {}

#[kiss_task(timeout = "-5m")]
fn case_4() {}

#[kiss_task(timeout = 5min)]
fn case_5() {}

#[kiss_task(timeout = 5u64)]
fn case_6() {}

fn main() {}
