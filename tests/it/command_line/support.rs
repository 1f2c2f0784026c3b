//! The pack, and what a command line came to.

use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project};

pub(super) static PACK: LazyLock<Project> = LazyLock::new(|| {
    let target = "kissats::main!(command_line_pack);\n";
    let lib = include_str!("../../packs/command_line.rs");
    Project::with_files(
        "command-line-pack",
        &[
            ("src/lib.rs", lib),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", target),
        ],
    )
});

/// The tasks of the pack as they are shown, in the order in which they run.
pub(super) const TASKS: [&str; 11] = [
    "[smoke] power::on",
    "[smoke][power] power::rail",
    "power::off",
    "dut::boot",
    "[slow] dut::update",
    "night",
    "week",
    "widget_b",
    "in_the_lab",
    "fails_if_told",
    "parameters",
];

/// Those that a plain run ignores.
pub(super) const IGNORED: [&str; 2] = ["night", "week"];

/// What a command line came to.
pub(super) struct Ran {
    pub(super) finished: Finished,
    pub(super) marks: Vec<String>,
}

/// `cargo test -- WORDS`. Each caller has a name of its own for the marks.
pub(super) fn cargo_test(marks: &str, words: &[&str], variables: &[(&str, &str)]) -> Ran {
    let marks = Marks::new(&format!("command_line-{marks}"));
    let mut command = PACK.test_command(words);
    command
        .env(Marks::VARIABLE, marks.path())
        .envs(variables.iter().copied());
    Ran {
        finished: Finished::of(&mut command),
        marks: marks.lines(),
    }
}

impl Ran {
    /// The tasks that ran, in order.
    pub(super) fn tasks(&self) -> Vec<&str> {
        let is_task = |mark: &&str| TASKS.iter().any(|shown| path_of(shown) == *mark);
        self.marks
            .iter()
            .map(String::as_str)
            .filter(is_task)
            .collect()
    }

    /// All that the counts must add up to.
    pub(super) fn expect_counts(&self, [passed, failed, ignored, filtered_out]: [usize; 4]) {
        assert_eq!(
            passed + failed + ignored + filtered_out,
            TASKS.len(),
            "every task is counted once"
        );
        let word = if failed == 0 { "ok" } else { "FAILED" };
        assert_eq!(
            self.finished.counts(),
            format!(
                "test result: {word}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
                 {filtered_out} filtered out"
            ),
            "{}",
            self
        );
    }

    pub(super) fn expect_success(&self) {
        assert_eq!(self.finished.code, Some(0), "{self}");
    }

    /// The exit code of a failed run is 101: of any other, cargo would say which it was.
    pub(super) fn expect_failure(&self) {
        assert_eq!(self.finished.code, Some(101), "{self}");
        assert!(
            !self
                .finished
                .stderr
                .contains("process didn't exit successfully"),
            "{self}"
        );
    }

    /// A plain run of everything.
    pub(super) fn expect_everything(&self) {
        self.expect_success();
        assert_eq!(self.tasks(), ran_by_default(), "{self}");
        self.expect_counts([9, 0, 2, 0]);
    }

    /// Refused before anything was started.
    pub(super) fn expect_refused(&self, messages: &[&str]) {
        self.expect_failure();
        assert_eq!(self.finished.stdout, "", "{self}");
        assert_eq!(self.tasks(), [""; 0], "{self}");
        for message in messages {
            assert!(
                self.finished.stderr.contains(message),
                "no `{message}` in\n{self}"
            );
        }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}--- marks\n{}", self.finished, self.marks.join("\n"))
    }
}

/// `power::on` of `[smoke] power::on`.
pub(super) fn path_of(shown: &'static str) -> &'static str {
    shown.rsplit_once("] ").map_or(shown, |(_, path)| path)
}

/// What `--list` prints of these tasks.
pub(super) fn list_of(tasks: &[&str]) -> String {
    tasks.iter().map(|name| format!("{name}: test\n")).collect()
}

pub(super) fn ran_by_default() -> Vec<&'static str> {
    TASKS
        .into_iter()
        .filter(|shown| !IGNORED.contains(shown))
        .map(path_of)
        .collect()
}
