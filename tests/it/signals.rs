//! A run that is asked to end before its time: by a signal, or because nobody reads its report.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use kissats_tests::{Marks, Project, eventually, own_host, with_default_signals};

/// The test program of the pack.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let lib = include_str!("../packs/signals.rs");
    let target = "kissats::main!(signals_pack);\n";
    let files = [
        ("src/lib.rs", lib),
        ("src/mark.rs", Marks::SOURCE),
        ("tests/pack.rs", target),
    ];
    Project::with_files("signals-pack", &files).program()
});

/// The program while it runs. Whatever becomes of the test, it does not outlive it.
struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: BufReader<ChildStderr>,
    /// All that was read, from both.
    read: String,
    marks: Marks,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program and waits for the mark that its first task is at work.
fn start(test: &str, words: &[&str]) -> Running {
    start_until("waits started", test, words, &[])
}

fn start_until(mark: &str, test: &str, words: &[&str], variables: &[(&str, &str)]) -> Running {
    let marks = Marks::new(&format!("signals-{test}"));
    let mut command = Command::new(&*PROGRAM);
    with_default_signals(&mut command);
    command.env("KISSATS_DIR", own_host());
    command.args(words).env(Marks::VARIABLE, marks.path());
    command
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    let stdout = child.stdout.take().map(BufReader::new);
    let stderr = child.stderr.take().map(BufReader::new);
    marks.wait_for(mark);
    Running {
        child,
        stdout,
        stderr: stderr.expect("stderr was asked for"),
        read: String::new(),
        marks,
    }
}

impl Running {
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("the system has `kill`").success());
    }

    /// Reads the report up to a line, and returns that line.
    fn read_until(&mut self, is_it: impl Fn(&str) -> bool) -> String {
        let stdout = self.stdout.as_mut().expect("nobody has closed stdout");
        loop {
            let mut line = String::new();
            let length = stdout.read_line(&mut line).expect("the report can be read");
            assert!(length > 0, "the report ends with\n{}", self.read);
            self.read.push_str(&line);
            if is_it(line.trim_end()) {
                return line;
            }
        }
    }

    /// The signal was taken in.
    fn wait_until_interrupted(&mut self) {
        let mut line = String::new();
        while !line.starts_with("kissats: interrupted: ") {
            line.clear();
            let length = self.stderr.read_line(&mut line);
            assert!(length.expect("stderr can be read") > 0, "no interrupt");
        }
    }

    /// Waits for the end and reads the rest of the report.
    fn end(&mut self) -> Option<i32> {
        if let Some(stdout) = &mut self.stdout {
            std::io::Read::read_to_string(stdout, &mut self.read).expect("the report can be read");
        }
        std::io::Read::read_to_string(&mut self.stderr, &mut self.read)
            .expect("stderr can be read");
        self.end_unread()
    }

    /// Waits for the end, and reads nothing more.
    fn end_unread(&mut self) -> Option<i32> {
        let ended = || {
            self.child
                .try_wait()
                .expect("the program can be waited for")
        };
        eventually("the end of the program", ended).code()
    }

    fn outcome_of(&self, task: &str) -> &str {
        let pairs = self
            .read
            .lines()
            .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "));
        let mut found = pairs.filter(|(name, _)| name.trim_end() == task);
        found
            .next()
            .unwrap_or_else(|| panic!("no `{task}` in\n{}", self.read))
            .1
    }
}

const NOT_RUN: &str = "ignored (not run: the run was interrupted)";

#[test]
fn one_signal_lets_the_task_end_and_the_teardowns_run() {
    for signal in ["INT", "TERM", "HUP"] {
        // `waits` runs because others need it.
        let mut running = start("once", &["--skip", "waits"]);
        running.signal(signal);
        running.wait_until_interrupted();
        running.marks.leave("go");
        assert_eq!(running.end(), Some(101), "{signal}: {}", running.read);
        assert_eq!(
            running.marks.lines(),
            [
                "waits started",
                "go",
                "waits ended",
                "own teardown",
                "bench_down",
                "all_down"
            ],
            "{signal}: {}",
            running.read
        );
        for (task, outcome) in [
            ("[bench] needs_it", NOT_RUN),
            ("comes_later", NOT_RUN),
            ("comes_last", NOT_RUN),
            ("[bench] bench_down", "ok"),
            ("all_down", "ok"),
        ] {
            assert_eq!(
                running.outcome_of(task),
                outcome,
                "{signal}: {}",
                running.read
            );
        }
        let counts = "2 passed; 0 failed; 4 ignored; 0 measured; 1 filtered out";
        assert!(running.read.contains(counts), "{}", running.read);
    }
}

#[test]
fn two_signals_end_the_run_although_a_task_hangs() {
    for (first, second) in [("INT", "INT"), ("TERM", "INT"), ("HUP", "TERM")] {
        let mut running = start("twice", &["--skip", "waits"]);
        running.signal(first);
        running.wait_until_interrupted();
        running.signal(second);
        assert_eq!(running.end(), Some(101), "{}", running.read);
        assert_eq!(running.marks.lines(), ["waits started"], "{}", running.read);
        let told = "
kissats: interrupted again: the run ends here, and what it held is given back
    waits ... interrupted
    needs_it ... not run: the run was interrupted
    bench_down ... not run: the run was interrupted
    comes_later ... not run: the run was interrupted
    comes_last ... not run: the run was interrupted
    all_down ... not run: the run was interrupted
";
        assert!(running.read.contains(told), "{}", running.read);
    }
}

/// The first lets the teardowns run, and one of them hangs.
#[test]
fn the_second_signal_ends_the_run_although_a_teardown_hangs() {
    let hangs = [("HANGS_AT_LAST", "yes")];
    let mut running = start_until("waits started", "teardown", &[], &hangs);
    running.signal("INT");
    running.wait_until_interrupted();
    running.marks.leave("go");
    running.marks.wait_for("all_down");
    running.signal("TERM");
    assert_eq!(running.end(), Some(101), "{}", running.read);
    assert_eq!(running.outcome_of("[bench] waits"), "ok");
    assert_eq!(running.outcome_of("[bench] bench_down"), "ok");
    let told = "what it held is given back\n    all_down ... interrupted\n";
    assert!(running.read.contains(told), "{}", running.read);
}

/// Whoever reads the report has stopped reading, and has not gone.
#[test]
fn the_second_signal_ends_the_run_although_its_report_is_stuck() {
    let words = ["--exact", "comes_last"];
    let says_a_lot = [("SAYS_A_LOT", "yes")];
    let mut running = start_until("comes_last", "stuck", &words, &says_a_lot);
    running.signal("INT");
    running.wait_until_interrupted();
    running.signal("INT");
    assert_eq!(running.end_unread(), Some(101));
    running.end();
    let told = "kissats: interrupted again: the run ends here";
    assert!(running.read.contains(told), "{}", running.read);
}

/// All tasks have ended, and whoever reads what they wrote has stopped reading.
#[test]
fn the_second_signal_ends_a_process_that_is_stuck_after_its_run() {
    let words = ["--exact", "comes_last", "--show-output"];
    let says_a_lot = [("SAYS_A_LOT", "on stdout")];
    let mut running = start_until("comes_last", "over", &words, &says_a_lot);
    running.read_until(|line| line.starts_with("test result: ok."));
    running.signal("INT");
    running.wait_until_interrupted();
    running.signal("INT");
    assert_eq!(running.end_unread(), Some(101));
}

/// It runs on a thread of its own, so the run goes on without it.
#[test]
fn a_task_that_is_given_up_has_failed() {
    let words = ["--ignored", "limited"];
    let mut running = start_until("limited started", "given-up", &words, &[]);
    running.signal("INT");
    running.wait_until_interrupted();
    running.signal("INT");
    assert_eq!(running.end(), Some(101), "{}", running.read);
    assert_eq!(running.outcome_of("limited"), "FAILED", "{}", running.read);
    let failure = "---- limited ----\nException: interrupted";
    assert!(running.read.contains(failure), "{}", running.read);
    let needed = "needed all_down ... not run: the run was interrupted";
    assert!(running.read.contains(needed), "{}", running.read);
    assert_eq!(running.marks.lines(), ["limited started"]);
}

#[test]
fn a_run_whose_report_nobody_reads_ends_in_order() {
    let mut running = start("stdout", &[]);
    // As `| head -1` does.
    let first = running.read_until(|line| !line.is_empty());
    assert_eq!(first, "running 7 tests\n");
    running.stdout = None;
    running.marks.leave("go");
    assert_eq!(running.end(), Some(101));
    let marks = running.marks.lines();
    assert_eq!(
        marks[..4],
        ["waits started", "go", "waits ended", "own teardown"]
    );
    assert_eq!(
        marks[marks.len() - 2..],
        ["bench_down", "all_down"],
        "{marks:?}"
    );
    // What is started before the report is missed is not foreseen; the last task is not.
    assert!(!marks.contains(&"comes_last".to_owned()), "{marks:?}");
}

#[test]
fn a_run_whose_messages_nobody_reads_goes_on() {
    let marks = Marks::new("signals-stderr");
    marks.leave("go");
    let mut command = Command::new(&*PROGRAM);
    with_default_signals(&mut command);
    command.env("KISSATS_DIR", own_host());
    // A note to stderr, and the tasks that were needed.
    command
        .args(["--shuffle", "--skip", "waits"])
        .env(Marks::VARIABLE, marks.path());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    drop(child.stderr.take());
    assert_eq!(
        child.wait().expect("the program can be waited for").code(),
        Some(0)
    );
    assert!(
        marks.lines().contains(&"all_down".to_owned()),
        "{:?}",
        marks.lines()
    );
}
