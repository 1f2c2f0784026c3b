//! What happens between the start and the end of a task, and what is told about it.

use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project};

/// A run of a whole pack, and the marks it left.
struct Run {
    finished: Finished,
    marks: Vec<String>,
}

impl Run {
    fn of(project: &Project, words: &[&str], name: &str) -> Self {
        let marks = Marks::new(name);
        let mut command = project.test_command(words);
        let finished = Finished::of(command.env(Marks::VARIABLE, marks.path()));
        Self {
            finished,
            marks: marks.lines(),
        }
    }

    /// How the task was reported.
    fn outcome_of(&self, task: &str) -> &str {
        let outcomes = self.finished.outcomes();
        let found = outcomes.into_iter().find(|(name, _)| *name == task);
        found.unwrap_or_else(|| panic!("no `{task}` in {self}")).1
    }

    /// The text below the task's name in the list of failures.
    fn failure_of(&self, task: &str) -> &str {
        let head = format!("---- {task} ----\n");
        let Some((_, text)) = self.finished.stdout.split_once(&head) else {
            panic!("`{task}` is no failure in {self}");
        };
        text.split_once("\n\n").map_or(text, |(text, _)| text)
    }

    /// The steps of the task, in the order in which they ran.
    fn steps_of(&self, task: &str) -> Vec<&str> {
        let steps = self.marks.iter().filter_map(|mark| mark.strip_prefix(task));
        steps.filter_map(|step| step.strip_prefix(' ')).collect()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}--- marks\n{}", self.finished, self.marks.join("\n"))
    }
}

const LIFE_CYCLE: &str = include_str!("../packs/life_cycle.rs");

static PACK: LazyLock<Project> = LazyLock::new(|| {
    let name = "life-cycle-pack";
    let manifest = Project::manifest(name, &["pack"], "anyhow = \"1\"\n");
    Project::with_files(
        name,
        &[
            ("Cargo.toml", &manifest),
            ("src/lib.rs", LIFE_CYCLE),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", "kissats::main!(life_cycle_pack);\n"),
        ],
    )
});

/// All of the pack, run once.
static RUN: LazyLock<Run> = LazyLock::new(|| Run::of(&PACK, &[], "life_cycle"));

/// Where the pack panics with these words.
fn panic_with(words: &str) -> String {
    let line = LIFE_CYCLE
        .lines()
        .position(|line| line.contains(&format!("panic!(\"{words}\")")));
    format!(
        "src/lib.rs:{}: {words}",
        line.expect("the pack panics so") + 1
    )
}

#[test]
fn the_steps_run_in_order_and_an_error_ends_them() {
    let all = &["setup", "main", "teardown"][..];
    let cases = [
        ("all_is_well", all, "ok"),
        ("lacks_parameters", &[], "FAILED"),
        ("set_up_fails", &["setup"], "FAILED"),
        ("set_up_fails_always", &["setup", "teardown"], "FAILED"),
        ("set_up_panics_always", &["setup", "teardown"], "FAILED"),
        ("set_up_skips", &["setup"], "ignored (no load connected)"),
        ("main_fails", &["setup", "main"], "FAILED"),
        ("main_fails_always", all, "FAILED"),
        ("main_panics", &["setup", "main"], "FAILED"),
        ("main_panics_always", all, "FAILED"),
        ("main_says_failed", all, "FAILED"),
        ("tear_down_fails", all, "FAILED"),
        ("tear_down_panics", all, "FAILED"),
        ("main_and_tear_down_fail", all, "FAILED"),
        (
            "tries_again",
            &["setup", "main", "teardown", "setup", "main", "teardown"],
            "ok",
        ),
        ("is_async", all, "ok"),
        (
            "needs_what_fails",
            &[],
            "ignored (blocked by main_fails (FAILED))",
        ),
    ];
    for (task, steps, outcome) in cases {
        assert_eq!(RUN.steps_of(task), steps, "{task} in {}", *RUN);
        assert_eq!(RUN.outcome_of(task), outcome, "{task} in {}", *RUN);
    }
    assert_eq!(RUN.finished.code, Some(101));
}

#[test]
fn a_failure_says_in_which_step_why_and_where() {
    let causes = "no voltage\n  caused by: invalid float literal";
    let cases = [
        ("lacks_parameters", "requirements not met: the task needs the parameters `a`, `b`; give it with `--param a=VALUE`".to_owned()),
        ("set_up_fails", "setup failed: no current".to_owned()),
        ("set_up_panics_always", format!("setup panicked at {}", panic_with("the set-up sticks"))),
        ("main_fails", "main failed: 11.2 V".to_owned()),
        ("main_panics", format!("main panicked at {}", panic_with("the relay sticks"))),
        ("tear_down_fails", "teardown failed: the rail stays up\n  main had returned Passed".to_owned()),
        (
            "tear_down_panics",
            format!("teardown panicked at {}\n  main had returned Passed", panic_with("the teardown sticks")),
        ),
        ("returns_typed", format!("main failed: {causes}")),
        ("returns_boxed", format!("main failed: {causes}")),
        ("returns_sendable", format!("main failed: {causes}")),
        (
            "returns_anyhow",
            "main failed: the rail is not measured\n  caused by: no voltage\n  caused by: invalid float literal".to_owned(),
        ),
        ("returns_text", "main failed: no voltage".to_owned()),
        ("is_async_and_fails", format!("main failed: {causes}")),
        ("is_async_and_panics", format!("main panicked at {}", panic_with("the future sticks"))),
    ];
    for (task, text) in cases {
        let found = RUN.failure_of(task);
        // What the panic wrote follows.
        let (found, _) = found
            .split_once("\n--- stderr ---\n")
            .unwrap_or((found, ""));
        assert_eq!(found, format!("Exception: {text}"), "{task}");
    }
    assert_eq!(RUN.failure_of("main_says_failed"), "Failed");
}

/// A rail that stays up is worth a word, whatever else went wrong.
#[test]
fn a_teardown_that_fails_after_an_error_is_told_too() {
    let text = RUN.failure_of("main_and_tear_down_fail");
    assert!(text.starts_with("Exception: main failed: 11.2 V"), "{text}");
    assert!(
        text.contains("teardown failed: the rail stays up"),
        "{text}"
    );
}

#[test]
fn stderr_says_at_the_start_of_a_line_what_nextest_and_ides_look_for() {
    // As nextest runs it, and with both streams in one as a terminal shows them.
    let run = Run::of(&PACK, &["--nocapture"], "life_cycle-stderr");
    let words = ["test", "--quiet", "--test", "pack", "--", "--nocapture"];
    let (code, terminal) = PACK.cargo_as_in_a_terminal(&words);
    assert_eq!(code, Some(101), "{terminal}");
    for (stream, name) in [(&run.finished.stderr, "stderr"), (&terminal, "terminal")] {
        let has = |matches: &dyn Fn(&str) -> bool| stream.lines().any(matches);
        for (task, error) in [
            ("lacks_parameters", "Exception: requirements not met: "),
            ("set_up_fails", "Exception: setup failed: no current"),
            ("main_fails", "Exception: main failed: 11.2 V"),
            ("main_says_failed", "Failed"),
            (
                "tear_down_fails",
                "Exception: teardown failed: the rail stays up",
            ),
            ("is_async_and_fails", "Exception: main failed: no voltage"),
        ] {
            let line = format!("Error: {task}: {error}");
            assert!(
                has(&|found| found.starts_with(&line)),
                "no `{line}` in {name}:\n{stream}"
            );
        }
        for task in [
            "set_up_panics_always",
            "main_panics",
            "tear_down_panics",
            "is_async_and_panics",
            "may_be_given_up_and_panics",
            "a helper",
        ] {
            let thread = format!("thread '{task}' ");
            assert!(
                has(&|found| found.starts_with(&thread)
                    && found.contains("panicked at src/lib.rs:")),
                "no `{thread}` in {name}:\n{stream}"
            );
        }
        // A panic speaks for itself.
        assert!(
            !has(&|found| found.starts_with("Error: main_panics")),
            "{name}:\n{stream}"
        );
    }
}

#[test]
fn every_step_runs_on_the_main_thread_unless_it_may_be_given_up() {
    for (task, thread) in [
        ("below::names_its_thread", "main"),
        ("below::may_be_given_up", "below::may_be_given_up"),
    ] {
        let expected = ["setup", "main", "teardown"].map(|step| format!("{step} on {thread}"));
        assert_eq!(RUN.steps_of(task), expected, "{}", *RUN);
    }
}

#[test]
fn a_panic_shows_as_much_of_the_backtrace_as_it_is_asked_for() {
    let backtrace = |wanted: &str| {
        let mut command = PACK.test_command(&["--exact", "main_panics"]);
        let finished = Finished::of(command.env("RUST_BACKTRACE", wanted));
        let (_, rest) = finished
            .stdout
            .split_once("thread 'main_panics' ")
            .expect("it panics");
        let (_, rest) = rest.split_once('\n').expect("the message follows");
        rest.to_owned()
    };
    let (none, short, full) = (backtrace("0"), backtrace("1"), backtrace("full"));
    assert!(
        none.starts_with("the relay sticks\nnote: run with `RUST_BACKTRACE=1`"),
        "{none}"
    );
    assert!(
        short.starts_with("the relay sticks\nstack backtrace:\n   0: "),
        "{short}"
    );
    assert!(short.contains("life_cycle_pack::main_panics\n"), "{short}");
    assert!(short.contains("run with `RUST_BACKTRACE=full`"), "{short}");
    for theirs in ["kissats::runtime", "lang_start"] {
        assert!(!short.contains(theirs), "{short}");
        assert!(full.contains(theirs), "{full}");
    }
}

#[test]
fn a_needed_task_that_fails_fails_the_run() {
    let run = Run::of(
        &PACK,
        &["--exact", "needs_what_fails", "--nocapture"],
        "life_cycle-needed",
    );
    assert_eq!(run.finished.code, Some(101), "{run}");
    assert_eq!(
        run.outcome_of("needs_what_fails"),
        "ignored (blocked by main_fails (FAILED))"
    );
    assert_eq!(run.finished.needed(), [("main_fails", "FAILED")], "{run}");
    let counts = "0 passed; 0 failed; 1 ignored; 0 measured;";
    assert!(run.finished.counts().contains(counts), "{run}");
    assert_eq!(run.marks, ["main_fails setup", "main_fails main"], "{run}");
    for text in [
        "kissats: the selected tasks needed 1 more (1 failed):\n",
        "\n---- needed main_fails ----\nException: main failed: 11.2 V\n",
        "\nError: main_fails: Exception: main failed: 11.2 V\n",
    ] {
        assert!(run.finished.stderr.contains(text), "no `{text}` in {run}");
    }
}

#[test]
fn with_tokio_a_task_may_use_tokio() {
    let tokio = "kissats.features = ['tokio']\n\
                 tokio = { version = '1', features = ['rt', 'time'] }\n";
    let manifest = Project::manifest("tokio-pack", &["pack"], tokio);
    let lib = r#"
        use std::time::Duration;

        use kissats::prelude::*;
        use tokio::time::sleep;

        async fn setup() {
            sleep(Duration::from_millis(1)).await;
        }

        #[kiss_task(setup = setup, teardown = setup)]
        async fn sleeps(cx: &TaskContext) -> Result<(), String> {
            sleep(Duration::from_millis(1)).await;
            let spawned = tokio::spawn(async { 7 }).await.map_err(|error| error.to_string())?;
            if spawned == 7 { Ok(()) } else { Err(cx.name().to_string()) }
        }

        #[kiss_task(stop_suite_on_fail = false)]
        async fn is_late() -> Result<(), tokio::time::error::Elapsed> {
            tokio::time::timeout(Duration::from_millis(1), std::future::pending()).await
        }

        #[kiss_task]
        fn is_not_async() {}
    "#;
    let pack = Project::with_files(
        "tokio-pack",
        &[
            ("Cargo.toml", &manifest),
            ("src/lib.rs", lib),
            ("tests/pack.rs", "kissats::main!(tokio_pack);"),
        ],
    );
    let run = Run::of(&pack, &[], "tokio");
    let outcomes = [
        ("sleeps", "ok"),
        ("is_late", "FAILED"),
        ("is_not_async", "ok"),
    ];
    assert_eq!(run.finished.outcomes(), outcomes, "{run}");
    assert_eq!(
        run.failure_of("is_late"),
        "Exception: main failed: deadline has elapsed"
    );
    assert_eq!(run.finished.code, Some(101), "{run}");
}

static RESOURCES: LazyLock<Project> = LazyLock::new(|| {
    let target = r#"
        fn main() -> std::process::ExitCode {
            kissats::harness!(resources_pack)
                .instance("psu", "bench-psu", kissats::json!({ "address": "10.0.0.7", "volts": 12 }))
                .instance("net", "lab-net", kissats::json!(null))
                .main()
        }
    "#;
    let lib = include_str!("../packs/resources.rs");
    Project::with_files(
        "resources-pack",
        &[
            ("src/lib.rs", lib),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", target),
        ],
    )
});

#[test]
fn a_task_finds_what_it_holds_in_its_context_and_gives_it_back() {
    let run = Run::of(&RESOURCES, &[], "resources");
    let cases = [
        (
            "holds_three",
            &[
                "has shared net lab-net null",
                r#"has exclusive psu bench-psu {"address":"10.0.0.7","channels":[1,2],"volts":5}"#,
                "has shared undeclared undeclared null",
            ][..],
        ),
        ("holds_nothing", &[]),
        ("shares_what_is_shared", &["has shared net lab-net null"]),
    ];
    for (task, held) in cases {
        assert_eq!(run.outcome_of(task), "ok", "{run}");
        assert_eq!(run.steps_of(task), held, "{task} in {run}");
    }
    for (task, mode) in [
        ("holds_it_after_it_was_given_back", "shared"),
        ("panics_and_gives_back", "exclusive"),
        ("takes_what_was_given_back", "exclusive"),
    ] {
        let steps = run.steps_of(task);
        assert_eq!(steps.len(), 1, "{task} in {run}");
        assert!(
            steps[0].starts_with(&format!("has {mode} psu bench-psu ")),
            "{task} in {run}"
        );
    }
}

#[test]
fn what_a_task_holds_that_was_given_up_stays_held() {
    let run = Run::of(&RESOURCES, &[], "resources-held");
    assert_eq!(run.finished.code, Some(101), "{run}");
    assert_eq!(
        run.failure_of("hangs"),
        "Exception: timed out after 100ms: its thread was given up; \
         what it holds stays held until the thread or the run ends"
    );
    for (task, resource) in [
        ("wants_what_is_held", "psu"),
        ("wants_alone_what_is_shared", "net"),
    ] {
        assert_eq!(
            run.failure_of(task),
            format!(
                "Exception: resources not met: waited 100ms (max_resource_wait), \
                 and `{resource}` (exclusive) is held by `hangs`"
            ),
            "{run}"
        );
    }
    assert!(!run.marks.contains(&"never".to_owned()), "{run}");
}
