//! The pack of `it/shared_run.rs`: everything leaves a mark, and what others need comes last by name.

pub mod mark;

use kissats::prelude::*;
use mark::mark;

fn says(name: &str) -> bool {
    std::env::var("SAYS").is_ok_and(|said| said.split(',').any(|word| word == name))
}

#[kiss_task(phase = "setup")]
pub fn lab_up(cx: &TaskContext) {
    mark("lab_up");
    cx.set_param("port", 5025);
}

#[kiss_task(phase = "teardown")]
pub fn lab_down() -> Result<(), &'static str> {
    mark("lab_down");
    println!("the hinge creaks");
    match says("lab_down fails") {
        true => Err("the door sticks"),
        false => Ok(()),
    }
}

#[kiss_task(group = "power", phase = "setup", stop_suite_on_fail = false)]
pub fn power_up() -> Result<(), &'static str> {
    mark("power_up");
    println!("the fan turns");
    match says("power_up fails") {
        true => Err("no current"),
        false => Ok(()),
    }
}

#[kiss_task(group = "power", phase = "teardown")]
pub fn power_down() {
    mark("power_down");
}

#[kiss_task(group = "power", stop_suite_on_fail = false, exclusive_resources = ["meter"])]
pub fn z_calibrates() -> TaskReturn {
    mark("z_calibrates");
    println!("offset 0.2 V");
    eprintln!("relay clicks");
    if says("z_calibrates hangs") {
        mark::wait_for("go");
    }
    match says("z_calibrates fails") {
        true => TaskReturn::failed("offset 9 V"),
        false => TaskReturn::passed(),
    }
}

/// Passes when it is run for the second time.
#[kiss_task(stop_suite_on_fail = false)]
pub fn z_is_flaky() -> Verdict {
    mark("z_is_flaky");
    match mark::count("z_is_flaky") {
        1 => Verdict::Failed,
        _ => Verdict::Passed,
    }
}

#[kiss_task(stop_suite_on_fail = false, prereq_tasks = [z_is_flaky])]
pub fn needs_flaky() {
    mark("needs_flaky");
}

#[kiss_task(prereq_tasks = [z_calibrates], prereq_same_thread = true)]
pub fn is_tied() {
    mark("is_tied");
}

#[kiss_task(stop_suite_on_fail = true)]
fn b_stops() -> Verdict {
    mark("b_stops");
    let is_flaky = says("b_stops is flaky") && mark::count("b_stops") == 1;
    match is_flaky || says("b_stops fails") {
        true => Verdict::Failed,
        false => Verdict::Passed,
    }
}

#[kiss_task(process_safe = false)]
fn alone_1() {
    alone("alone_1");
}

#[kiss_task(process_safe = false)]
fn alone_2() {
    alone("alone_2");
}

#[kiss_task(process_safe = false)]
fn alone_3() {
    alone("alone_3");
    assert!(!says("alone_3 fails"), "the fuse is gone");
}

fn alone(name: &str) {
    mark(format!("{name} begins"));
    std::thread::sleep(std::time::Duration::from_millis(50));
    mark(format!("{name} ends"));
}

/// Fifty tests that need what is set up, what it told, and what that took alone.
macro_rules! needs_it {
    ($($name:ident),+ $(,)?) => { $(
        #[kiss_task(
            group = "power",
            stop_suite_on_fail = false,
            prereq_tasks = [z_calibrates],
            shared_resources = ["meter"],
        )]
        fn $name(cx: &TaskContext) -> Result<(), String> {
            mark(stringify!($name));
            match cx.params().get::<u32>("port") {
                Ok(Some(5025)) => Ok(()),
                other => Err(format!("the port is {other:?}")),
            }
        }
    )+ };
}

needs_it!(
    a_00, a_01, a_02, a_03, a_04, a_05, a_06, a_07, a_08, a_09, a_10, a_11, a_12, a_13, a_14, a_15,
    a_16, a_17, a_18, a_19, a_20, a_21, a_22, a_23, a_24, a_25, a_26, a_27, a_28, a_29, a_30, a_31,
    a_32, a_33, a_34, a_35, a_36, a_37, a_38, a_39, a_40, a_41, a_42, a_43, a_44, a_45, a_46, a_47,
    a_48, a_49,
);
