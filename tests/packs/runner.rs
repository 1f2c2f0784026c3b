use kissats::prelude::*;

#[kiss_task(phase = "setup", est_task_time = 1)]
fn comes_first() {}

#[kiss_task(groups = ["smoke"], est_task_time = 1)]
fn boots(cx: &TaskContext) {
    let serial = cx.params().get::<u32>("serial").ok().flatten();
    println!("serial {serial:?} on {:?}", cx.dut().map(|dut| dut.as_str()));
}

#[kiss_task(groups = ["power"], prereq_tasks = [boots], est_task_time = 1)]
fn measures() {}

#[kiss_task(groups = ["power"], stop_suite_on_fail = false, est_task_time = 1)]
fn fails() -> Verdict {
    Verdict::from("Degraded")
}

#[kiss_task(groups = ["power"], prereq_tasks = [fails], est_task_time = 1)]
fn needs_what_fails() {}

#[kiss_task(phase = "teardown", est_task_time = 1)]
fn comes_last() {}
