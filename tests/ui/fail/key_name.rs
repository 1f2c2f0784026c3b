use kissats::prelude::*;

#[kiss_task(name = rail)]
fn case_1() {}

#[kiss_task(name = ["rail"])]
fn case_2() {}

#[kiss_task(name = "")]
fn case_3() {}

#[kiss_task(name = "two\nlines")]
fn case_4() {}

#[kiss_task(name = " rail ")]
fn case_5() {}

#[kiss_task(name = "[rail]")]
fn case_6() {}

fn main() {}
