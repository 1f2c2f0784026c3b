use kissats::prelude::*;

#[kiss_task(est_task_time = -5)]
fn case_1() {}

#[kiss_task(est_task_time = 90s)]
fn case_2() {}

#[kiss_task(est_task_time = "90")]
fn case_3() {}

#[kiss_task(est_task_time = "90 lightyears")]
fn case_4() {}

#[kiss_task(est_task_time = 1e300)]
fn case_5() {}

#[kiss_task(est_task_time = true)]
fn case_6() {}

fn main() {}
