//! The pack of `it/process.rs`: tasks that are hard on the process they run in.

mod mark;

use std::io::Write;
use std::process::{Command, Stdio};

use kissats::prelude::*;
use mark::mark;

fn process() -> String {
    format!("{} of {}", std::process::id(), parent())
}

fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[kiss_task(stop_suite_on_fail = false)]
fn a_main() {
    mark(format!("main {}", process()));
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn b_first() {
    mark(format!("first {}", process()));
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn c_second(cx: &TaskContext) {
    mark(format!("second {}", process()));
    cx.set_param("firmware", "2.4.1");
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"], prereq_tasks = [c_second],
    extra_metadata = { "unit": "V" })]
fn d_sees_everything(cx: &TaskContext) -> Result<TaskReturn, String> {
    let firmware: Option<String> = cx.params().get("firmware").map_err(|error| error.to_string())?;
    let psu = cx.resource("psu").ok_or("no psu")?;
    mark(format!(
        "sees {firmware:?} {:?} {} {} {} {}",
        cx.dut().map(ToString::to_string),
        psu.instance,
        psu.config,
        cx.spec().extra_metadata["unit"],
        cx.attempt(),
    ));
    let mut rest = String::new();
    let length = std::io::Read::read_to_string(&mut std::io::stdin(), &mut rest);
    mark(format!("stdin {length:?}"));
    Ok(TaskReturn::passed())
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn e_talks_and_fails() -> Result<(), String> {
    for number in 0..20_000 {
        println!("line {number}");
    }
    eprint!("no end of line");
    Err("as it was meant to".to_owned())
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn f_panics() {
    panic!("the relay sticks");
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn g_leaves() {
    print!("half a line");
    let _ = std::io::stdout().flush();
    std::process::exit(3);
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn h_aborts() {
    println!("before the abort");
    std::process::abort();
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn i_overflows() {
    #[expect(unconditional_recursion, reason = "that is the point")]
    fn deeper(depth: [u64; 64]) -> u64 {
        deeper(std::hint::black_box(depth)) + depth[7]
    }
    mark(format!("{}", deeper([1; 64])));
}

/// Needs a kill, and so does what it starts.
#[kiss_task(process_safe = true, stop_suite_on_fail = false, timeout = "300ms", exclusive_resources = ["psu"])]
fn j_hangs() {
    println!("hanging");
    let child = Command::new("sleep").arg("1000").stdout(Stdio::null()).spawn();
    mark(format!("started {}", child.map_or(0, |child| child.id())));
    loop {
        std::thread::park();
    }
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn k_after_all_that() {
    mark("after");
}
