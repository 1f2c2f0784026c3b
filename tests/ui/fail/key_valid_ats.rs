use kissats::prelude::*;

#[kiss_task(valid_ats = [])]
fn case_1() {}

#[kiss_task(valid_ats = bench)]
fn case_2() {}

fn main() {}
