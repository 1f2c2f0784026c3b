//! Which tasks a test target has, and what makes a set of tasks impossible to run.

use std::sync::LazyLock;

use kissats_tests::{Finished, Marks, Project};

const MISTAKES: &str = include_str!("../packs/registry_mistakes.rs");

/// `src/lib.rs:LINE` of a function of the pack with mistakes.
fn place_of(function: &str) -> String {
    let head = format!("fn {function}(");
    let line = MISTAKES.lines().position(|line| line.starts_with(&head));
    format!(
        "src/lib.rs:{}",
        line.expect("the pack has the function") + 1
    )
}

#[test]
fn all_mistakes_are_told_at_once_and_nothing_runs() {
    let pack = Project::with_files(
        "registry-mistakes-pack",
        &[
            ("src/lib.rs", MISTAKES),
            ("src/mark.rs", Marks::SOURCE),
            ("tests/pack.rs", "kissats::main!(registry_mistakes_pack);\n"),
        ],
    );
    let at = place_of;
    for words in [
        &[][..],
        &["--list"],
        &["--exact", "sound"],
        &["sound", "--list", "--ignored"],
    ] {
        let marks = Marks::new("registry-mistakes");
        let mut command = pack.test_command(words);
        let finished = Finished::of(command.env(Marks::VARIABLE, marks.path()));
        assert_eq!(finished.code, Some(101), "{words:?}\n{}", finished.stderr);
        assert_eq!(finished.stdout, "", "{words:?}");
        assert_eq!(marks.lines(), [""; 0], "{words:?}");
        let stderr = &finished.stderr;
        for text in [
            "Error: nothing was run: 6 mistakes\n".to_owned(),
            format!(
                "  - two tasks of the pack `registry_mistakes_pack` are called `boot`: {} and {}",
                at("boot_one"),
                at("boot_two")
            ),
            format!(
                "  - {}: `misspells` needs `sond`, which is no task of the linked packs; did you mean `sound`?\n",
                at("misspells")
            ),
            format!(
                "  - {}: `needs_nobody` needs `other_pack::does_not_exist`, which is no task of the linked packs\n",
                at("needs_nobody")
            ),
            format!(
                "  - tasks wait for each other in a circle: first -> second -> third -> first\n      \
                 {}: `first` needs `second`\n      {}: `second` needs `third`\n      {}: `third` needs `first`\n",
                at("first"),
                at("second"),
                at("third")
            ),
            format!(
                "in a circle: waits_for_itself -> waits_for_itself\n      {}: `waits_for_itself` needs `waits_for_itself`\n",
                at("waits_for_itself")
            ),
            format!(
                "  - {}: task `is_not_computed`: the function named by `params` panicked: no such rail\n",
                at("is_not_computed")
            ),
        ] {
            assert!(stderr.contains(&text), "no\n{text}in\n{stderr}");
        }
    }
}

#[test]
fn a_task_that_cannot_be_computed_is_one_mistake_and_still_a_task() {
    let broken = "
        use kissats::prelude::*;

        fn breaks(_: &mut TaskSpec, _: &GlobalParams) {
            panic!(\"no such rail\");
        }

        #[kiss_task(params = breaks)]
        fn is_not_computed() {}
    ";
    let needed =
        format!("{broken}\n#[kiss_task(prereq_tasks = [is_not_computed])]\nfn needs_it() {{}}\n");
    for (name, lib) in [
        ("registry-only-broken-pack", broken),
        ("registry-needed-broken-pack", &needed),
    ] {
        let finished = Project::pack(name, lib).test(&[]);
        assert_eq!(finished.code, Some(101), "{}", finished.stderr);
        let panicked = "the function named by `params` panicked: no such rail";
        assert!(finished.stderr.contains(panicked), "{}", finished.stderr);
        let count = "Error: nothing was run: 1 mistake\n";
        assert!(
            finished.stderr.contains(count),
            "{name}: no `{count}` in\n{}",
            finished.stderr
        );
    }
}

/// Four packs, and test targets that name some of them.
static PACKS: LazyLock<Project> = LazyLock::new(|| {
    let more = "
        one.path = 'one'
        two.path = 'two'
        unnamed.path = 'unnamed'
        empty.path = 'empty'

        [lib]
        path = 'lib.rs'
    ";
    let targets = [
        "two_packs",
        "own_task",
        "source_of_prerequisites",
        "empty_pack",
        "empty_and_one",
        "nothing",
    ];
    let manifest = Project::manifest("registry-packs", &targets, more);
    let crate_of = |name, dependencies| Project::manifest(name, &[], dependencies);
    let one = "
        use kissats::prelude::*;

        #[kiss_task]
        fn boot() {}

        pub mod power {
            use kissats::prelude::*;

            #[kiss_task(group = \"smoke\", prereq_tasks = [\"boot\"])]
            pub fn on() {}
        }
    ";
    let two = "
        use kissats::prelude::*;

        #[kiss_task(prereq_tasks = [\"one::power::on\"])]
        fn boot() {}
    ";
    let unnamed = "
        use kissats::prelude::*;

        #[kiss_task]
        pub fn boot() {}

        #[kiss_task]
        fn nobody_needs_this() {
            panic!(\"nobody asked for it\");
        }
    ";
    let needs_unnamed = "
        use kissats::prelude::*;

        #[kiss_task(prereq_tasks = [unnamed::boot])]
        fn update() {}

        kissats::main!(one);
    ";
    let own_task = "
        use kissats::prelude::*;

        #[kiss_task]
        fn at_home() {}

        mod below {
            use kissats::prelude::*;

            #[kiss_task(prereq_tasks = [super::at_home])]
            fn in_a_module() {}
        }

        kissats::main!();
    ";
    Project::with_files(
        "registry-packs",
        &[
            ("Cargo.toml", &manifest),
            ("lib.rs", ""),
            ("one/Cargo.toml", &crate_of("one", "")),
            ("one/src/lib.rs", one),
            ("two/Cargo.toml", &crate_of("two", "")),
            ("two/src/lib.rs", two),
            ("unnamed/Cargo.toml", &crate_of("unnamed", "")),
            ("unnamed/src/lib.rs", unnamed),
            ("empty/Cargo.toml", &crate_of("empty", "")),
            ("empty/src/lib.rs", "pub fn no_task() {}"),
            ("tests/two_packs.rs", "kissats::main!(one, two);"),
            ("tests/own_task.rs", own_task),
            ("tests/source_of_prerequisites.rs", needs_unnamed),
            ("tests/empty_pack.rs", "kissats::main!(empty);"),
            ("tests/empty_and_one.rs", "kissats::main!(one, empty);"),
            ("tests/nothing.rs", "kissats::main!();"),
        ],
    )
});

/// `cargo test --test TARGET -- WORDS`.
fn target(name: &str, words: &[&str]) -> Finished {
    PACKS.cargo(&[&["test", "--quiet", "--test", name, "--"], words].concat())
}

fn expect_outcomes(finished: &Finished, outcomes: &[(&str, &str)], counts: &str) {
    assert_eq!(
        finished.outcomes(),
        outcomes,
        "{}{}",
        finished.stdout,
        finished.stderr
    );
    assert_eq!(finished.counts(), format!("test result: ok. {counts}"));
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
}

fn expect_refused(finished: &Finished, message: &str) {
    assert_eq!(finished.code, Some(101), "{}", finished.stderr);
    assert_eq!(finished.stdout, "");
    assert!(
        finished.stderr.contains(message),
        "no `{message}` in\n{}",
        finished.stderr
    );
}

#[test]
fn a_pack_without_a_task_is_a_mistake() {
    for words in [&[][..], &["--list"]] {
        expect_refused(
            &target("empty_pack", words),
            "  - no task is registered: annotate functions with `#[kiss_task]`",
        );
        expect_refused(&target("nothing", words), "  - no task is registered");
        expect_refused(
            &target("empty_and_one", words),
            "  - the pack `empty` has no task; packs with tasks: one\n",
        );
    }
}

#[test]
fn with_two_packs_every_name_has_its_pack_in_front() {
    expect_outcomes(
        &target("two_packs", &[]),
        &[
            ("one::boot", "ok"),
            ("[smoke] one::power::on", "ok"),
            ("two::boot", "ok"),
        ],
        "3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
    );
    let list = target("two_packs", &["--list"]);
    assert_eq!(
        list.stdout,
        "one::boot: test\n[smoke] one::power::on: test\ntwo::boot: test\n"
    );
    // A name without its pack is an exact name of both.
    expect_outcomes(
        &target("two_packs", &["--exact", "boot"]),
        &[("one::boot", "ok"), ("two::boot", "ok")],
        "2 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out",
    );
    expect_refused(
        &target("two_packs", &["--exact", "two::bot"]),
        "did you mean `two::boot`?",
    );
}

#[test]
fn a_prerequisite_in_another_pack_runs_with_what_it_needs() {
    let finished = target("two_packs", &["--exact", "two::boot"]);
    expect_outcomes(
        &finished,
        &[("two::boot", "ok")],
        "1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out",
    );
    assert_eq!(
        finished.needed(),
        [("one::boot", "ok"), ("[smoke] one::power::on", "ok")]
    );
}

#[test]
fn the_test_target_has_tasks_of_its_own() {
    expect_outcomes(
        &target("own_task", &[]),
        &[("at_home", "ok"), ("below::in_a_module", "ok")],
        "2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
    );
}

#[test]
fn a_pack_that_is_linked_and_not_named_is_a_source_of_prerequisites() {
    let all = [
        ("one::boot", "ok"),
        ("[smoke] one::power::on", "ok"),
        ("source_of_prerequisites::update", "ok"),
    ];
    let finished = target("source_of_prerequisites", &[]);
    expect_outcomes(
        &finished,
        &all,
        "3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
    );
    assert_eq!(finished.needed(), [("unnamed::boot", "ok")]);
    let list = target("source_of_prerequisites", &["--list"]);
    assert!(!list.stdout.contains("unnamed"), "{}", list.stdout);
    // It is no task of this target, but its name is known.
    let finished = target("source_of_prerequisites", &["unnamed"]);
    expect_outcomes(
        &finished,
        &[],
        "0 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out",
    );
}

/// A run of nothing is a pass for whoever asked for that one task.
#[test]
fn an_exact_name_in_a_pack_that_is_not_named_is_refused() {
    let message = "no task is called `unnamed::boot` (--exact)";
    expect_refused(
        &target("source_of_prerequisites", &["--exact", "unnamed::boot"]),
        message,
    );
}

#[test]
fn link_time_optimization_drops_no_task() {
    let modules = ["alpha", "beta", "gamma", "delta"];
    let module =
        "use kissats::prelude::*;\n\n#[kiss_task]\nfn one() {}\n\n#[kiss_task]\nfn two() {}\n";
    let lib = modules.map(|name| format!("mod {name};\n")).concat();
    let paths = modules.map(|name| format!("src/{name}.rs"));
    let profile = "\n[profile.release]\nlto = 'fat'\ncodegen-units = 1\n";
    let manifest = Project::manifest("registry-lto-pack", &["pack"], profile);
    let mut files = vec![
        ("Cargo.toml", manifest.as_str()),
        ("src/lib.rs", lib.as_str()),
        ("tests/pack.rs", "kissats::main!(registry_lto_pack);"),
    ];
    files.extend(paths.iter().map(|path| (path.as_str(), module)));
    let pack = Project::with_files("registry-lto-pack", &files);
    let finished = pack.cargo(&["test", "--quiet", "--release", "--test", "pack"]);
    let mut names: Vec<_> = finished
        .outcomes()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    let mut expected: Vec<_> = modules
        .iter()
        .flat_map(|name| [format!("{name}::one"), format!("{name}::two")])
        .collect();
    expected.sort_unstable();
    assert_eq!(names, expected, "{}{}", finished.stdout, finished.stderr);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
}

/// The layout in which an editor's *Run* finds the tasks of a library.
#[test]
fn a_library_may_be_its_own_test_target() {
    let lib = "use kissats::prelude::*;\n\n#[kiss_task]\nfn here() {}\n\n#[cfg(test)]\nkissats::main!();\n";
    let manifest = Project::manifest("own-target", &[], "\n[lib]\nharness = false\n");
    let project = Project::with_files(
        "own-target",
        &[("Cargo.toml", &manifest), ("src/lib.rs", lib)],
    );
    let finished = project.cargo(&[
        "test",
        "--quiet",
        "--lib",
        "--",
        "here",
        "--exact",
        "--show-output",
    ]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(finished.reports(), ["test here ... ok"]);
}

/// libtest would find no test in it, and be content.
#[test]
fn a_target_with_the_harness_of_libtest_fails_and_says_what_to_write() {
    let manifest = Project::manifest("libtest-target", &[], "");
    let project = Project::with_files(
        "libtest-target",
        &[
            ("Cargo.toml", &manifest),
            ("src/lib.rs", ""),
            ("tests/pack.rs", "kissats::main!(libtest_target);\n"),
        ],
    );
    let finished = project.test(&[]);
    assert_eq!(finished.code, Some(101), "{}", finished.stdout);
    let said = "write `harness = false` below its name in Cargo.toml";
    assert!(finished.stdout.contains(said), "{}", finished.stdout);
}

/// One task by its name is no way around the mistakes of the others.
#[test]
fn a_named_task_does_not_run_in_a_pack_with_mistakes_elsewhere() {
    let lib = "use kissats::prelude::*;\n\n#[kiss_task]\nfn fine() {}\n\n\
               #[kiss_task(prereq_tasks = [\"nobody\"])]\nfn broken() {}\n\n\
               #[kiss_task(name = \"twice\")]\nfn one() {}\n\n#[kiss_task(name = \"twice\")]\nfn two() {}\n";
    let finished = Project::pack("named-among-mistakes", lib).test(&["--exact", "fine"]);
    assert_eq!(finished.code, Some(101), "{}", finished.stdout);
    assert_eq!(finished.stdout, "");
    assert!(
        finished.stderr.contains("nothing was run: 2 mistakes"),
        "{}",
        finished.stderr
    );
}
