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

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn leaves_well() {
    std::process::exit(0);
}

/// More than 10 MiB, and what looks like the words of kissats.
#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn says_too_much() -> Result<(), String> {
    println!("\u{1e}kissats {} 0\u{1e}", std::process::id());
    println!("\"body_started\"");
    println!("{{\"ready\":{{\"version\":7}}}}");
    let line = "x".repeat(1023);
    for _ in 0..10 * 1024 {
        println!("{line}");
    }
    eprint!("the last of it");
    Err("as it was meant to".to_owned())
}

fn open_files(of: &str) -> Vec<i32> {
    let folder = std::fs::read_dir("/proc/self/fd").expect("the system lists open files");
    let names = folder.flatten().filter(|file| {
        let what = std::fs::read_link(file.path()).unwrap_or_default();
        what.to_string_lossy().starts_with(of)
    });
    names.filter_map(|file| file.file_name().to_str()?.parse().ok()).collect()
}

/// Cuts itself off from the run.
#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn closes_sockets() {
    use std::os::fd::{FromRawFd, OwnedFd};
    for file in open_files("socket:") {
        // SAFETY: there is none; that is the point.
        drop(unsafe { OwnedFd::from_raw_fd(file) });
    }
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn closes_outputs() {
    use std::os::fd::{FromRawFd, OwnedFd};
    println!("before");
    for file in [1, 2] {
        // SAFETY: there is none; that is the point.
        drop(unsafe { OwnedFd::from_raw_fd(file) });
    }
}

/// Says something that is no report.
#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn speaks_for_kissats() {
    for file in open_files("socket:") {
        let _ = std::fs::write(format!("/proc/self/fd/{file}"), "");
        use std::os::fd::{FromRawFd, OwnedFd};
        // SAFETY: it is open, and never closed here.
        let socket = std::mem::ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(file) });
        let mut socket = std::os::unix::net::UnixStream::from(socket.try_clone().expect("it is open"));
        let _ = socket.write_all(b"all is well\n");
    }
    loop {
        std::thread::park();
    }
}

/// Forks something that leaves the group and keeps all that is open, and ends.
#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn forks_a_daemon() {
    use std::io::Read;
    use std::os::unix::process::CommandExt;
    let (mut reader, mut writer) = std::io::pipe().expect("the system has pipes");
    let daemon = move || {
        writer.write_all(&std::process::id().to_ne_bytes())?;
        loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    };
    let mut command = Command::new("true");
    // SAFETY: it allocates nothing.
    unsafe { command.process_group(0).pre_exec(daemon) };
    std::thread::spawn(move || command.spawn());
    let mut id = [0; 4];
    reader.read_exact(&mut id).expect("the daemon says its number");
    mark(format!("daemon {}", u32::from_ne_bytes(id)));
    std::process::exit(3);
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn moves_elsewhere() {
    mark(format!("moved {}", std::process::id()));
    std::env::set_current_dir("/").expect("there is a root");
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn n_sets_a_variable() {
    mark(format!("set in {:?} {}", std::env::current_dir().map(|folder| folder == std::path::Path::new("/")), std::process::id()));
    // SAFETY: nothing else reads it now.
    unsafe { std::env::set_var("LEFT_BEHIND", "yes") };
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn o_leaves_a_child() {
    let child = Command::new("sleep").arg("1000").spawn();
    mark(format!("left {} in {}", child.map_or(0, |child| child.id()), std::process::id()));
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, exclusive_resources = ["psu"])]
fn p_finds_nobody() {
    mark(format!("found {}", std::process::id()));
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, priority = 9)]
fn q_finds_no_variable() {
    mark(format!("variable {:?}", std::env::var("LEFT_BEHIND").ok()));
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false)]
fn tied_leads() {
    mark(format!("leads {}", std::process::id()));
    std::env::set_current_dir("/").expect("there is a root");
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, prereq_tasks = [tied_leads])]
fn tied_follows() {
    mark(format!("follows {}", std::process::id()));
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, priority = 9)]
fn tied_to_nothing() {
    mark(format!("not tied {}", std::process::id()));
}

/// Kills a worker that has nothing to do.
#[kiss_task(stop_suite_on_fail = false, prereq_tasks = [b_first], prereq_same_thread = false)]
fn w_kills_a_worker() {
    let marks = std::env::var("MARKS").expect("there are marks");
    let marks = std::fs::read_to_string(marks).expect("there are marks");
    let first = marks.lines().find_map(|line| line.strip_prefix("first ")).expect("it ran");
    let (id, _) = first.split_once(' ').expect("it has a parent");
    let killed = Command::new("kill").args(["-s", "KILL", id]).status();
    assert!(killed.expect("the system has `kill`").success());
}

#[kiss_task(process_safe = true, stop_suite_on_fail = false, prereq_tasks = [w_kills_a_worker], prereq_same_thread = false)]
fn x_has_another() {
    mark(format!("another {}", process()));
}

/// What it starts needs a moment to put things in order.
#[kiss_task(process_safe = true, stop_suite_on_fail = false, timeout = "300ms", retries = 1)]
fn y_hangs_in_order() {
    println!("in attempt");
    let script = r#"trap 'sleep 0.2; echo in order >> "$MARKS"; exit' TERM; echo ready; while :; do sleep 0.05; done"#;
    let mut command = Command::new("sh");
    let mut child = command.args(["-c", script]).stdout(Stdio::piped()).spawn().expect("the system has `sh`");
    let mut ready = [0; 6];
    std::io::Read::read_exact(child.stdout.as_mut().expect("it is a pipe"), &mut ready).expect("it is ready");
    mark("hangs");
    loop {
        std::thread::park();
    }
}

/// Does not care what it is asked.
#[kiss_task(process_safe = true, stop_suite_on_fail = false, timeout = "300ms")]
fn z_ignores_requests() {
    let mut command = Command::new("sh");
    let child = command.args(["-c", "trap '' TERM; while :; do sleep 1; done"]).spawn();
    mark(format!("stubborn {}", child.map_or(0, |child| child.id())));
    loop {
        std::thread::park();
    }
}

/// Nothing interrupts it from inside.
#[kiss_task(process_safe = true, stop_suite_on_fail = false, ignore)]
fn spins() {
    let child = Command::new("sleep").arg("1000").spawn();
    mark(format!("beside {}", child.map_or(0, |child| child.id())));
    mark(format!("spins {}", std::process::id()));
    loop {
        std::hint::spin_loop();
    }
}

#[kiss_task(phase = "teardown")]
fn ends_all() {
    mark("teardown");
}
