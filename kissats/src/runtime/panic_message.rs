//! What a task that panics writes: what the standard library would write, were the task a thread.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::panic_text;
use crate::runtime::current_task::CurrentTask;
use crate::runtime::stderr;

/// Whether nobody was told yet how to see a backtrace.
static IS_FIRST: AtomicBool = AtomicBool::new(true);

/// Writes it, and a backtrace if `RUST_BACKTRACE` asks for one.
pub(super) fn print(task: &CurrentTask, info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    let mut text = format!(
        "\nthread '{}' panicked at {}:\n{}\n",
        task.name,
        place.unwrap_or_default(),
        panic_text(info.payload())
    );
    text.push_str(&backtrace(std::env::var("RUST_BACKTRACE").ok().as_deref()));
    if task.log.takes_panics() {
        task.log.add(text.trim_matches('\n'));
        if !ends_process(info) {
            return;
        }
        // Nobody will come to look at the log.
        text = task.log.so_far();
    }
    // In one piece. A closed stderr is no reason to panic again.
    let _ = stderr().write_all(text.as_bytes());
}

/// Whether the standard library aborts after this panic. It does not say so in a stable release, but in these words.
fn ends_process(info: &PanicHookInfo<'_>) -> bool {
    let text = panic_text(info.payload());
    [
        "panic in a destructor during cleanup",
        "panic in a function that cannot unwind",
        "unsafe precondition(s) violated",
    ]
    .iter()
    .any(|words| text.starts_with(words))
}

fn backtrace(wanted: Option<&str>) -> String {
    match wanted {
        Some("full") => format!("stack backtrace:\n{:#}", Backtrace::force_capture()),
        None | Some("0") => {
            let is_first = IS_FIRST.swap(false, Ordering::Relaxed);
            let note =
                "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
            if is_first { note } else { "" }.to_owned()
        }
        Some(_) => format!(
            "stack backtrace:\n{}note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
            own_frames(&Backtrace::force_capture().to_string())
        ),
    }
}

/// The frames between the two marks of the standard library: those of the task, numbered anew.
fn own_frames(all: &str) -> String {
    let mut text = String::new();
    let mut number = 0;
    let mut is_own = !all.contains("__rust_end_short_backtrace");
    for line in all.lines() {
        let frame = line.split_once(": ");
        let frame = frame.filter(|(number, _)| number.trim().parse::<u32>().is_ok());
        let Some((_, name)) = frame else {
            // Where the frame above lies.
            if is_own && number > 0 {
                let _ = writeln!(text, "{line}");
            }
            continue;
        };
        if name.contains("__rust_begin_short_backtrace") {
            break;
        }
        if is_own {
            let _ = writeln!(text, "{number:>4}: {name}");
            number += 1;
        }
        is_own |= name.contains("__rust_end_short_backtrace");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_backtrace_shows_the_frames_of_the_task() {
        let all = "   0: std::backtrace::Backtrace::create\n\
                   \u{20}            at /rustc/library/std/src/backtrace.rs:331:13\n\
                   \u{20}  1: std::sys::backtrace::__rust_end_short_backtrace\n\
                   \u{20}            at /rustc/library/std/src/sys/backtrace.rs:171:18\n\
                   \u{20}  2: rust_begin_unwind\n\
                   \u{20}  3: pack::boot\n\
                   \u{20}            at ./src/lib.rs:4:5\n\
                   \u{20}  4: kissats::registry::body::__rust_begin_short_backtrace\n\
                   \u{20}            at ./src/registry/body.rs:66:17\n\
                   \u{20}  5: main\n";
        let own = "   0: rust_begin_unwind\n   1: pack::boot\n             at ./src/lib.rs:4:5\n";
        assert_eq!(own_frames(all), own);
    }

    #[test]
    fn a_backtrace_without_marks_is_shown() {
        assert_eq!(own_frames(""), "");
        let all = "   0: <unknown>\n   7: main\n             at ./src/main.rs:1:1\n";
        assert_eq!(own_frames(all), all.replace('7', "1"));
    }
}
