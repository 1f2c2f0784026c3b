//! One run in many processes: packs under the real `cargo nextest`, and processes that share a run by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project, eventually};

use crate::nextest::{is_installed, verdicts};

/// Two test binaries with the same tasks.
pub(crate) static PACK: LazyLock<Project> = LazyLock::new(|| {
    let name = "shared-run-pack";
    let manifest = Project::manifest(name, &["pack", "other"], "");
    let files = [
        ("src/lib.rs", include_str!("../packs/shared_run.rs")),
        ("src/mark.rs", Marks::SOURCE),
        ("tests/pack.rs", "kissats::main!(shared_run_pack);\n"),
        ("tests/other.rs", "kissats::main!(shared_run_pack);\n"),
        ("Cargo.toml", &manifest),
    ];
    Project::with_files(name, &files)
});

/// Where the processes of a test leave their marks, and what they leave for each other.
pub(crate) struct Lab {
    pub(crate) marks: Marks,
    pub(crate) state: PathBuf,
}

impl Lab {
    pub(crate) fn new(test: &str) -> Self {
        let name = format!("kissats-{test}-{}", std::process::id());
        Self {
            marks: Marks::new(&format!("shared-run-{test}")),
            state: std::env::temp_dir().join(name),
        }
    }

    /// A command whose processes belong to the lab.
    pub(crate) fn own<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env(Marks::VARIABLE, self.marks.path())
            .env("KISSATS_STATE_DIR", &self.state)
    }

    /// `cargo nextest run` of the pack's first binary.
    pub(crate) fn nextest(&self, words: &[&str], says: &str) -> Finished {
        let run = ["nextest", "run", "--no-fail-fast", "--test", "pack"];
        let mut command = PACK.command(&[&run, words].concat());
        Finished::of(self.own(&mut command).env("SAYS", says))
    }

    /// How often each mark was left.
    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for line in self.marks.lines() {
            *counts.entry(line).or_default() += 1;
        }
        counts
    }

    /// The folders of the runs.
    pub(crate) fn runs(&self) -> Vec<PathBuf> {
        let runs = fs::read_dir(self.state.join("runs-1"))
            .into_iter()
            .flatten();
        runs.flatten().map(|run| run.path()).collect()
    }

    /// Waits until everything is torn down.
    pub(crate) fn wait_until_down(&self) {
        self.marks.wait_for("lab_down");
        eventually("the end of the run's processes", || {
            let mut dues = self.runs().into_iter().map(|run| run.join("teardown/due"));
            let is_empty = |due: PathBuf| fs::read_dir(due).into_iter().flatten().next().is_none();
            dues.all(is_empty).then_some(())
        });
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.state);
    }
}

/// The words of [`verdicts`] and how often there is each.
fn summary(finished: &Finished) -> BTreeMap<&str, usize> {
    let mut words = BTreeMap::new();
    for (word, _) in verdicts(finished) {
        *words.entry(word).or_default() += 1;
    }
    words
}

fn counts_of(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs
        .iter()
        .map(|(mark, count)| ((*mark).to_owned(), *count))
        .collect()
}

#[test]
fn what_is_set_up_is_set_up_once_and_torn_down_once() {
    if !is_installed() {
        return;
    }
    for jobs in ["-j8", "-j1"] {
        let lab = Lab::new(&format!("once{jobs}"));
        let finished = lab.nextest(&[jobs, "-E", "test(/a_/) + test(z_calibrates)"], "");
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        assert_eq!(
            summary(&finished),
            BTreeMap::from([("PASS", 51)]),
            "{}",
            finished.stderr
        );
        lab.wait_until_down();
        let counts = lab.counts();
        assert!(counts.values().all(|count| *count == 1), "{counts:?}");
        assert_eq!(counts.len(), 50 + 5);
        let marks = lab.marks.lines();
        assert_eq!(marks[..3], ["lab_up", "power_up", "z_calibrates"]);
        assert_eq!(marks[marks.len() - 2..], ["power_down", "lab_down"]);
    }
}

#[test]
fn its_own_process_shows_what_another_has_run() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("replay");
    let words = [
        "-j1",
        "--success-output",
        "final",
        "-E",
        "test(a_00) + test(z_calibrates)",
    ];
    let finished = lab.nextest(&words, "");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let stderr = &finished.stderr;
    let (_, own) = stderr
        .rsplit_once("shared-run-pack::pack [power] z_calibrates")
        .unwrap();
    // Without the name of the task before it, unlike where it ran.
    assert!(own.contains("z_calibrates ... offset 0.2 V\n"), "{stderr}");
    assert!(own.contains("\n    relay clicks\n"), "{stderr}");
    assert!(own.contains("kissats: it ran in process "), "{stderr}");
    let once = stderr.matches("offset 0.2 V").count();
    assert_eq!(
        once, 1,
        "where it ran, it would be taken for the output of another task: {stderr}"
    );
    assert_eq!(lab.counts()["z_calibrates"], 1);
    lab.wait_until_down();
}

#[test]
fn what_is_blocked_fails_and_says_by_what() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("blocked");
    let filter = "test(/a_0/) + test(z_calibrates) + test(power_up)";
    let finished = lab.nextest(&["-j1", "-E", filter], "power_up fails");
    assert_eq!(finished.code, Some(100), "{}", finished.stderr);
    assert_eq!(
        summary(&finished),
        BTreeMap::from([("FAIL", 12)]),
        "{}",
        finished.stderr
    );
    let stderr = &finished.stderr;
    let first = "Error: blocked by power_up (FAILED): Exception: main failed: no current\n";
    assert_eq!(stderr.matches(first).count(), 1, "{stderr}");
    let elsewhere = "Error: blocked by power_up (FAILED in process ";
    assert_eq!(stderr.matches(elsewhere).count(), 10, "{stderr}");
    assert!(
        stderr.contains(", attempt 1): Exception: main failed: no current\n"),
        "{stderr}"
    );
    lab.wait_until_down();
    let expected = [
        ("lab_up", 1),
        ("power_up", 1),
        ("power_down", 1),
        ("lab_down", 1),
    ];
    assert_eq!(lab.counts(), counts_of(&expected));
    // Whoever wants it otherwise says so.
    let mut command = PACK.command(&[
        "nextest",
        "run",
        "--test",
        "pack",
        "-j1",
        "-E",
        "test(a_00) + test(a_01)",
        "--no-fail-fast",
    ]);
    let lab = Lab::new("ignored");
    let command = lab.own(&mut command).env("SAYS", "power_up fails");
    let finished = Finished::of(command.env("KISSATS_ON_BLOCKED", "ignore"));
    assert_eq!(
        verdicts(&finished),
        [("FAIL", "[power] a_00"), ("PASS", "[power] a_01")],
        "the one that has run what fails, and one that finds it failed: {}",
        finished.stderr
    );
    lab.wait_until_down();
}

#[test]
fn what_is_written_to_stop_the_suite_stops_every_process() {
    if !is_installed() {
        return;
    }
    let filter = "test(/a_00/) + test(/alone/) + test(b_stops) + test(is_tied) + test(needs_flaky) + test(lab_up)";
    let lab = Lab::new("stopped");
    let finished = lab.nextest(&["-j1", "-E", filter], "b_stops fails");
    assert_eq!(finished.code, Some(100), "{}", finished.stderr);
    assert_eq!(
        verdicts(&finished),
        [
            ("PASS", "[power] a_00"),
            ("PASS", "alone_1"),
            ("PASS", "alone_2"),
            ("PASS", "alone_3"),
            ("FAIL", "b_stops"),
            ("FAIL", "is_tied"),
            ("PASS", "lab_up"),
            ("FAIL", "needs_flaky"),
        ],
        "what has run is shown, what has not does not run: {}",
        finished.stderr
    );
    let told = "Error: not run: b_stops (FAILED in process ";
    let found = finished.stderr.matches(told).count();
    assert_eq!(found, 2, "{}", finished.stderr);
    let told = ", attempt 1) stopped the suite\n";
    assert!(finished.stderr.contains(told), "{}", finished.stderr);
    lab.wait_until_down();
    let counts = lab.counts();
    for mark in ["is_tied", "z_is_flaky", "needs_flaky"] {
        assert!(!counts.contains_key(mark), "{counts:?}");
    }
    assert_eq!((counts["power_down"], counts["lab_down"]), (1, 1));
    // The runner tries again before anything is stopped.
    let lab = Lab::new("stopped-retry");
    let words = ["-j1", "--retries", "1", "-E", filter];
    let finished = lab.nextest(&words, "b_stops is flaky");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    lab.wait_until_down();
    assert_eq!(lab.counts()["b_stops"], 2);
    // What nobody has written is for nextest to decide.
    let lab = Lab::new("not-stopped");
    let filter = "test(b_stops) + test(alone_3)";
    let finished = lab.nextest(&["-j1", "-E", filter], "alone_3 fails");
    assert_eq!(
        verdicts(&finished),
        [("FAIL", "alone_3"), ("PASS", "b_stops")],
        "{}",
        finished.stderr
    );
    lab.wait_until_down();
}

#[test]
fn a_new_attempt_of_the_runner_really_runs() {
    if !is_installed() {
        return;
    }
    // The dependent comes first, and has what it needs run again with its own second attempt.
    let lab = Lab::new("retries");
    let words = [
        "-j1",
        "--retries",
        "1",
        "-E",
        "test(needs_flaky) + test(z_is_flaky)",
    ];
    let finished = lab.nextest(&words, "");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let expected = [
        ("lab_up", 1),
        ("z_is_flaky", 2),
        ("needs_flaky", 1),
        ("lab_down", 1),
    ];
    lab.wait_until_down();
    assert_eq!(lab.counts(), counts_of(&expected), "{}", finished.stderr);
    // Its own process fails first, and nextest tries again.
    let lab = Lab::new("retries-own");
    let words = ["-j1", "--retries", "1", "-E", "test(z_is_flaky)"];
    let finished = lab.nextest(&words, "");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(
        finished.stderr.contains("1 passed (1 flaky)"),
        "{}",
        finished.stderr
    );
    lab.wait_until_down();
    assert_eq!(lab.counts()["z_is_flaky"], 2);
}

#[test]
fn what_is_written_holds_across_processes() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("written");
    let filter = "test(/alone/) + test(is_tied) + test(z_calibrates)";
    let finished = lab.nextest(&["-j8", "-E", filter], "");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    lab.wait_until_down();
    // `is_tied` has run it in its own process, beside the one that everybody shares.
    let counts = lab.counts();
    assert_eq!((counts["z_calibrates"], counts["is_tied"]), (2, 1));
    assert_eq!((counts["power_up"], counts["lab_up"]), (1, 1));
    let marks = lab.marks.lines();
    let alone: Vec<_> = marks
        .iter()
        .filter_map(|mark| mark.strip_prefix("alone_"))
        .collect();
    assert_eq!(alone.len(), 6);
    for pair in alone.chunks(2) {
        let name = &pair[0][..1];
        assert_eq!(
            pair,
            [format!("{name} begins"), format!("{name} ends")],
            "{alone:?}"
        );
    }
}

#[test]
fn binaries_share_what_they_need_by_name() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("binaries");
    let words = [
        "nextest",
        "run",
        "-j4",
        "-E",
        "test(/a_0/) + test(z_calibrates)",
    ];
    let finished = Finished::of(lab.own(&mut PACK.command(&words)));
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(
        finished.stderr.contains("22 tests run: 22 passed"),
        "{}",
        finished.stderr
    );
    lab.wait_until_down();
    let counts = lab.counts();
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    // Without nextest, by a name that a person gave.
    let lab = Lab::new("by-name");
    let words = ["test", "--no-fail-fast", "--", "a_0", "z_calibrates"];
    let mut command = PACK.command(&words);
    let finished = Finished::of(lab.own(&mut command).env("KISSATS_RUN_ID", "night shift 7"));
    assert_eq!(
        finished.code,
        Some(0),
        "{}{}",
        finished.stdout,
        finished.stderr
    );
    lab.wait_until_down();
    let counts = lab.counts();
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}

#[test]
fn packages_share_what_they_need_by_name() {
    if !is_installed() {
        return;
    }
    let member = |name| Project::manifest(name, &["pack"], "shared-run-lab.path = \"../lab\"\n");
    let workspace = "[workspace]\nmembers = [\"lab\", \"one\", \"two\"]\nresolver = \"3\"\n";
    let lab = Project::manifest("shared-run-lab", &[], "");
    let test = |name: &str| {
        format!(
            "use kissats::prelude::*;\n#[kiss_task(prereq_tasks = [shared_run_lab::calibrate])]\nfn {name}() {{ \
             shared_run_lab::mark::mark(\"{name}\"); }}\nkissats::main!(shared_run_lab);\n"
        )
    };
    let (one, two) = (member("one"), member("two"));
    let tasks = r#"pub mod mark;
use kissats::prelude::*;
use mark::mark;
#[kiss_task(phase = "setup")]
pub fn lab_up() { mark("lab_up"); }
#[kiss_task]
pub fn calibrate() { mark("calibrate"); }
#[kiss_task(phase = "teardown")]
pub fn lab_down() { mark("lab_down"); }
"#;
    let (test_one, test_two) = (test("in_one"), test("in_two"));
    let files = [
        ("Cargo.toml", workspace),
        ("lab/Cargo.toml", &lab),
        ("lab/src/lib.rs", tasks),
        ("lab/src/mark.rs", Marks::SOURCE),
        ("one/Cargo.toml", one.as_str()),
        ("one/src/lib.rs", ""),
        ("one/tests/pack.rs", test_one.as_str()),
        ("two/Cargo.toml", two.as_str()),
        ("two/src/lib.rs", ""),
        ("two/tests/pack.rs", test_two.as_str()),
    ];
    let project = Project::with_files("shared-run-workspace", &files);
    let lab = Lab::new("packages");
    let words = ["nextest", "run", "-j4"];
    let finished = Finished::of(lab.own(&mut project.command(&words)));
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    // Those of the lab are tests of both.
    let summary = "6 tests run: 6 passed";
    assert!(finished.stderr.contains(summary), "{}", finished.stderr);
    lab.wait_until_down();
    let marks = ["lab_up", "calibrate", "in_one", "in_two", "lab_down"];
    assert_eq!(lab.counts(), counts_of(&marks.map(|mark| (mark, 1))));
}

#[test]
fn a_list_leaves_no_trace() {
    if !is_installed() {
        return;
    }
    let lab = Lab::new("listed");
    let mut command = PACK.command(&["nextest", "list"]);
    let finished = Finished::of(lab.own(&mut command));
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.contains("z_calibrates"));
    assert!(!fs::exists(&lab.state).unwrap(), "nothing was written");
    assert_eq!(lab.marks.lines(), [""; 0]);
}

/// Every task that is no teardown, and whether it passed.
fn passed<'a>(pairs: impl IntoIterator<Item = (&'a str, bool)>) -> BTreeMap<&'a str, bool> {
    let all = pairs.into_iter();
    // Under nextest they come after everything.
    all.filter(|(name, _)| !name.ends_with("_down")).collect()
}

#[test]
fn outcomes_do_not_depend_on_the_runner() {
    if !is_installed() {
        return;
    }
    let mut expected = None;
    for says in ["", "z_calibrates fails", "power_up fails"] {
        let runs: [&[&str]; 4] = [
            &["test", "--test", "pack"],
            &["test", "--test", "pack", "--", "--test-threads=1"],
            &["nextest", "run", "--no-fail-fast", "--test", "pack"],
            &["nextest", "run", "--no-fail-fast", "--test", "pack", "-j1"],
        ];
        for words in runs {
            let lab = Lab::new("runners");
            let finished = Finished::of(lab.own(&mut PACK.command(words)).env("SAYS", says));
            let found = match words[0] {
                "test" => passed(
                    finished
                        .outcomes()
                        .into_iter()
                        .map(|(name, how)| (name, how == "ok")),
                ),
                _ => passed(
                    verdicts(&finished)
                        .into_iter()
                        .map(|(how, name)| (name, how == "PASS")),
                ),
            };
            lab.wait_until_down();
            let counts = lab.counts();
            assert_eq!(
                (counts["lab_down"], counts["power_down"]),
                (1, 1),
                "{words:?}"
            );
            let found: BTreeMap<String, bool> = found
                .into_iter()
                .map(|(name, how)| (name.to_owned(), how))
                .collect();
            assert_eq!(
                found.len(),
                60,
                "{words:?}: {}{}",
                finished.stdout,
                finished.stderr
            );
            match &expected {
                Some((of, known)) if of == &says => assert_eq!(&found, known, "{words:?}, {says}"),
                _ => expected = Some((says, found)),
            }
        }
    }
}

/// What a needed task writes is kept for the other processes: the reason of the selected one is none of it.
#[test]
fn why_a_task_was_not_run_is_said_although_another_is_at_work() {
    let lib = r#"use kissats::prelude::*;
#[kiss_task(timeout = "60s")]
fn hangs() {
    loop {
        std::thread::park();
    }
}
#[kiss_task(prereq_tasks = [hangs])]
fn uses() {}
"#;
    let files = [
        ("src/lib.rs", lib),
        ("tests/pack.rs", "kissats::main!(not_run_pack);\n"),
    ];
    let pack = Project::with_files("not-run-pack", &files);
    let lab = Lab::new("not-run");
    let mut command = pack.program_command();
    command.args(["uses", "--exact", "--nocapture", "--on-blocked", "fail"]);
    command.args(["--global-timeout", "300ms"]);
    let finished = Finished::of(lab.own(&mut command).env("KISSATS_RUN_ID", "not run"));
    assert_eq!(finished.code, Some(101), "{}", finished.stderr);
    let mut lines = finished.stderr.lines();
    assert!(
        lines.any(|line| line.starts_with("Error: not run: the run took longer")),
        "{}",
        finished.stderr
    );
}

#[test]
fn nextest_takes_the_configuration_that_the_harness_writes() {
    if !is_installed() {
        return;
    }
    let lib = r#"use kissats::prelude::*;
#[kiss_task(phase = "setup", est_task_time = 10)]
fn lab_up() {}
#[kiss_task(exclusive_resources = ["psu"], est_task_time = 60)]
fn long() {}
#[kiss_task(group = "a (b), c", exclusive_resources = ["psu", "probe"], est_task_time = 2)]
fn short() {}
#[kiss_task(shared_resources = ["psu"])]
fn unknown() {}
"#;
    let file = "[resources]\nprobe = { capacity = 3 }\n";
    let files = [
        ("src/lib.rs", lib),
        ("tests/pack.rs", "kissats::main!(nextest_config_pack);\n"),
        (".config/kissats.toml", file),
    ];
    let pack = Project::with_files("nextest-config-pack", &files);
    let lab = Lab::new("config");
    fs::create_dir_all(&lab.state).unwrap();
    let path = lab.state.join("nextest.toml").display().to_string();
    let written = pack.test(&["--nextest-config", &path]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(pack.test(&["--nextest-config"]).stdout, text);
    for part in [
        "\"@tool:kissats:psu\" = { max-threads = 1 }\n",
        "filter = \"test(=[a (b\\\\)\\\\, c] short) + test(=long)\"\ntest-group = \"@tool:kissats:psu\"\n",
        "filter = \"test(=long)\"\nslow-timeout = \"120s\"\n",
        "slow-timeout = \"60s\"\n",
        "filter = \"test(=lab_up)\"\npriority = 100\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let tool = format!("kissats:{path}");
    let words = [
        "nextest",
        "show-config",
        "test-groups",
        "--tool-config-file",
        &tool,
    ];
    let shown = Finished::of(lab.own(&mut pack.command(&words)));
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert!(
        shown.stdout.contains("@tool:kissats:psu (max threads = 1)"),
        "{}",
        shown.stdout
    );
    assert!(
        shown.stdout.contains("[a (b), c] short"),
        "{}",
        shown.stdout
    );
    let words = ["nextest", "run", "--tool-config-file", &tool];
    let finished = Finished::of(lab.own(&mut pack.command(&words)));
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
}
