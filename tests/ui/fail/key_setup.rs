use kissats::prelude::*;

#[kiss_task(setup = "prepare")]
fn case_1() {}

#[kiss_task(setup = prepare())]
fn case_2() {}

#[kiss_task(setup = || {})]
fn case_3() {}

#[kiss_task(setup = prepare::<u8, u16>)]
fn case_4() {}

#[kiss_task(setup = [prepare])]
fn case_5() {}

fn prepare() {}

fn main() {}
