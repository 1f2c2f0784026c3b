//! The pack of `it/capture.rs`: tasks that write.

mod mark;

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use kissats::prelude::*;
use mark::{mark, wait_for};

#[kiss_task(stop_suite_on_fail = false)]
fn a_passes(cx: &TaskContext) {
    println!("the supply is on");
    eprintln!("the fan is loud");
    cx.note("measured 11.98 V");
}

#[kiss_task(stop_suite_on_fail = false)]
fn b_fails(cx: &TaskContext) -> Result<(), String> {
    println!("stdout of b");
    eprintln!("stderr of b");
    cx.note(format_args!("note {} of b", 1));
    cx.note("two\nlines");
    print!("no end of line");
    Err("as it was meant to".to_owned())
}

#[kiss_task(stop_suite_on_fail = false)]
fn c_panics() {
    println!("before the panic");
    panic!("the relay sticks");
}

#[kiss_task(stop_suite_on_fail = false)]
fn d_has_a_child() -> Verdict {
    let child = Command::new("sh").args(["-c", "echo from a child; echo and its stderr >&2"]).status();
    assert!(child.is_ok_and(|status| status.success()));
    Verdict::Failed
}

/// More than any pipe takes.
#[kiss_task(stop_suite_on_fail = false)]
fn e_writes_ten_megabytes() -> Verdict {
    let line = [b'x'; 1023];
    let mut out = std::io::stdout().lock();
    for _ in 0..10 * 1024 {
        let _ = out.write_all(&line);
        let _ = out.write_all(b"\n");
    }
    Verdict::Failed
}

#[kiss_task(stop_suite_on_fail = false, timeout = 0.3)]
fn f_hangs(cx: &TaskContext) {
    println!("waiting for an answer");
    cx.note("asked twice");
    std::thread::sleep(Duration::from_secs(3600));
}

#[kiss_task(stop_suite_on_fail = false, retries = 1)]
fn g_is_tried_twice(cx: &TaskContext) -> Verdict {
    println!("try {}", cx.attempt());
    Verdict::Failed
}

#[kiss_task(stop_suite_on_fail = false)]
fn h_panics_elsewhere(cx: &TaskContext) -> Result<(), String> {
    let with = cx.clone();
    let reader = std::thread::spawn(move || with.log_here(|| panic!("nobody answers")));
    reader.join().map_err(|_| "the reader is gone".to_owned())
}

#[kiss_task(stop_suite_on_fail = false)]
fn i_skips_itself() -> TaskReturn {
    println!("looked for a second board");
    TaskReturn::skipped("no second board")
}

#[kiss_task(ignore, stop_suite_on_fail = false)]
fn waits() {
    println!("waiting for `go`");
    print!("for how long");
    let _ = std::io::stdout().flush();
    mark("waits started");
    wait_for("go");
    println!(" it took");
}

#[kiss_task(ignore, stop_suite_on_fail = false)]
fn aborts() {
    println!("before the abort");
    eprintln!("and on stderr");
    std::process::abort();
}

#[kiss_task(ignore, stop_suite_on_fail = false)]
fn uses_memory_of_nobody() {
    println!("before the fault");
    let nobody: *mut u8 = std::ptr::without_provenance_mut(8);
    // SAFETY: none, that is the point.
    unsafe { nobody.write_volatile(1) };
}

#[kiss_task(ignore, stop_suite_on_fail = false)]
fn leaves() {
    print!("before it leaves");
    std::process::exit(7);
}

#[kiss_task(thread_safe = true, ignore, stop_suite_on_fail = false)]
fn says_it_went_well() {
    std::process::exit(0);
}

#[kiss_task(thread_safe = true, ignore, stop_suite_on_fail = false)]
fn panics_twice_at_once() {
    struct Relay;
    impl Drop for Relay {
        fn drop(&mut self) {
            panic!("the relay sticks");
        }
    }
    let _relay = Relay;
    panic!("nobody answers");
}

#[kiss_task(ignore, stop_suite_on_fail = false)]
fn overflows() {
    #[expect(unconditional_recursion, reason = "that is the point")]
    fn deeper(depth: [u64; 64]) -> u64 {
        deeper(std::hint::black_box(depth)) + depth[7]
    }
    mark(format!("{}", deeper([1; 64])));
}

#[kiss_task(thread_safe = true, ignore, stop_suite_on_fail = false, group = "beside")]
fn one_beside_others(cx: &TaskContext) -> Verdict {
    println!("print of one");
    cx.note("note of one");
    Verdict::Failed
}

#[kiss_task(thread_safe = true, ignore, stop_suite_on_fail = false, group = "beside")]
fn other_beside_others(cx: &TaskContext) {
    cx.note("note of the other");
    panic!("panic of the other");
}

#[kiss_task(process_safe = true, ignore, stop_suite_on_fail = false, group = "apart")]
fn notes_and_aborts(cx: &TaskContext) {
    println!("print in a process");
    cx.note("note in a process");
    std::process::abort();
}

#[kiss_task(process_safe = true, ignore, stop_suite_on_fail = false, group = "apart", timeout = 0.3)]
fn notes_and_hangs(cx: &TaskContext) {
    println!("print of a process that hangs");
    cx.note("note of a process that hangs");
    std::thread::sleep(Duration::from_secs(3600));
}
