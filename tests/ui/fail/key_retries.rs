use kissats::prelude::*;

#[kiss_task(retries = 1001)]
fn case_1() {}

#[kiss_task(retries = -1)]
fn case_2() {}

#[kiss_task(retries = true)]
fn case_3() {}

#[kiss_task(retries = { cuont = 2, delay = soon })]
fn case_4() {}

#[kiss_task(retries = { delay = "1s" })]
fn case_5() {}

#[kiss_task(retries = { count = 2, backoff = "exponental", on = "other" })]
fn case_6() {}

#[kiss_task(retries = { count = 2, backoff = "exponential" })]
fn case_7() {}

#[kiss_task(retries = { count = 2, delay = 1, max_delay = 5 })]
fn case_8() {}

fn main() {}
