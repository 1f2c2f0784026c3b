use kissats::prelude::*;

#[kiss_task(groups = "smoke")]
fn case_1() {}

#[kiss_task(groups = [smoke])]
fn case_2() {}

#[kiss_task(groups = ("smoke", "power"))]
fn case_3() {}

#[kiss_task(groups = ["smoke", ""])]
fn case_4() {}

#[kiss_task(groups = ["smoke]"])]
fn case_5() {}

#[kiss_task(groups = ["smoke", "power", "smoke"])]
fn case_6() {}

#[kiss_task(groups = ["smoke" "power"])]
fn case_7() {}

fn main() {}
