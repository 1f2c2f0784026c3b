use kissats::prelude::*;

#[kiss_task("smoke")]
fn case_1() {}

#[kiss_task("groups" = ["smoke"])]
fn case_2() {}

#[kiss_task(["smoke"])]
fn case_3() {}

#[kiss_task(= true)]
fn case_4() {}

fn main() {}
