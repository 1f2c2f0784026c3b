use kissats::prelude::*;

#[kiss_task(params = "adjust")]
fn case_1() {}

#[kiss_task(params = { "limit": 1 })]
fn case_2() {}

fn adjust(_: &mut TaskSpec, _: &GlobalParams) {}

fn main() {}
