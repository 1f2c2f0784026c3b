use kissats::prelude::*;

#[kiss_task(prereq_tasks = power_on)]
fn case_1() {}

#[kiss_task(prereq_tasks = "power_on")]
fn case_2() {}

#[kiss_task(prereq_tasks = [power_on, power_on])]
fn case_3() {}

#[kiss_task(prereq_tasks = ["other::boot", "other::boot"])]
fn case_4() {}

#[kiss_task(prereq_tasks = [power_on power_on])]
fn case_5() {}

#[kiss_task(prereq_tasks = [power_on()])]
fn case_6() {}

#[kiss_task(prereq_tasks = [power_on::<u8, u16>])]
fn case_7() {}

#[kiss_task(prereq_tasks = [""])]
fn case_8() {}

#[kiss_task(prereq_tasks = [case_9])]
fn case_9() {}

#[kiss_task]
fn power_on() {}

fn main() {}
