use kissats::prelude::*;

#[kiss_task(thread_safe = true phase = "test")]
fn case_1() {}

#[kiss_task(setup = prepare ignore)]
fn case_2() {}

#[kiss_task(groups = ["smoke"] thread_safe)]
fn case_3() {}

fn prepare() {}

fn main() {}
