//! The pack of `it/command_line.rs`. Every task leaves its name as a mark, every `params` another.

mod mark;

use kissats::prelude::*;
use mark::mark;

pub mod power {
    use super::mark::mark;
    use kissats::prelude::*;

    #[kiss_task(group = "smoke")]
    pub fn on(cx: &TaskContext) {
        mark(cx.name());
    }

    #[kiss_task(groups = ["smoke", "power"], prereq_tasks = [on])]
    pub fn rail(cx: &TaskContext) {
        mark(cx.name());
    }

    #[kiss_task]
    pub fn off(cx: &TaskContext) {
        mark(cx.name());
    }
}

pub mod dut {
    use super::mark::mark;
    use kissats::prelude::*;

    fn compute(_: &mut TaskSpec, _: &GlobalParams) {
        mark("params of dut::boot");
    }

    #[kiss_task(params = compute)]
    pub fn boot(cx: &TaskContext) {
        mark(cx.name());
    }

    #[kiss_task(group = "slow", prereq_tasks = ["dut::boot"])]
    pub fn update(cx: &TaskContext) {
        mark(cx.name());
    }
}

#[kiss_task(ignore = "takes a night")]
fn night(cx: &TaskContext) {
    mark(cx.name());
}

#[kiss_task(ignore, prereq_tasks = [power::off])]
fn week(cx: &TaskContext) {
    mark(cx.name());
}

#[kiss_task(valid_duts = ["widget-b"])]
fn widget_b(cx: &TaskContext) {
    mark(cx.name());
}

#[kiss_task(valid_ats = ["lab"])]
fn in_the_lab(cx: &TaskContext) {
    mark(cx.name());
}

#[kiss_task(stop_suite_on_fail = false)]
fn fails_if_told(cx: &TaskContext) -> Verdict {
    mark(cx.name());
    println!("a line of a task");
    if cx.params().value("fail").is_some() {
        Verdict::Failed
    } else {
        Verdict::Passed
    }
}

#[kiss_task]
fn parameters(cx: &TaskContext) {
    mark(cx.name());
    for key in ["number", "text", "list", "quoted"] {
        if let Some(value) = cx.params().value(key) {
            mark(format!("{key} is {value}"));
        }
    }
    if let Some(dut) = cx.dut() {
        mark(format!("dut is {dut}"));
    }
    if let Some(ats) = cx.ats() {
        mark(format!("ats is {ats}"));
    }
}
