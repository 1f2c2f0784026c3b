//! The process of one empty task, as nextest starts it, beside that of a bare libtest-mimic test.

use std::path::{Path, PathBuf};
use std::process::Command;

use kissats_tests::crowd::{Kind, path};
use kissats_tests::measure::{Costs, cost};
use serde_json::{Value, json};

/// How many tests each program has. Every process runs another one, as in a real run.
const TESTS: usize = 300;

const KINDS: [(Kind, &str); 3] = [
    (Kind::Mimic, "bare libtest-mimic"),
    (Kind::KissatsPlain, "kissats, a run of its own"),
    (Kind::KissatsPlain, "kissats, a part of a run"),
];

pub(crate) fn measure(rounds: usize, release: bool) -> Value {
    let programs = KINDS.map(|(kind, _)| program(kind, release));
    let state = std::env::temp_dir().join(format!("kissats-bench-{}", std::process::id()));
    let mut costs = vec![Costs::default(); KINDS.len()];
    for round in 0..=rounds {
        for (at, program) in programs.iter().enumerate() {
            let test = path(round % TESTS);
            let run = format!("bench-{}", round / TESTS);
            let mut command = Command::new(program);
            as_nextest_does(&mut command, &test, &run, &state);
            if at == 1 {
                command.env("KISSATS_SHARE_RUN", "no");
            }
            let cost = cost(&mut command);
            // The first round reads the programs from disk, and begins the run.
            if round > 0 {
                costs[at].add(cost);
            }
        }
    }
    let _ = std::fs::remove_dir_all(state);
    println!("| program | wall ms | CPU ms | x libtest-mimic |");
    println!("| --- | --- | --- | --- |");
    let bare = costs[0].wall_ms();
    let figures = KINDS.iter().zip(&costs).map(|((_, name), costs)| {
        let (wall, cpu) = (costs.wall_ms(), costs.cpu_ms());
        let ratio = wall / bare;
        println!("| {name} | {wall:.2} | {cpu:.2} | {ratio:.2} |");
        json!({ "program": name, "wall_ms": wall, "cpu_ms": cpu, "to_libtest_mimic": ratio })
    });
    json!({
        "rounds": rounds, "tests": TESTS, "profile": if release { "release" } else { "dev" },
        "programs": figures.collect::<Vec<_>>(),
    })
}

fn program(kind: Kind, release: bool) -> PathBuf {
    let name = format!("process-start-{}", kind.name());
    eprintln!("building {name}");
    let project = kind.project(&name, &kind.functions(TESTS));
    let mut cargo = project.command(&["test"]);
    if release {
        cargo.arg("--release");
    }
    project.program_of(&mut cargo)
}

/// The words and the variables of nextest 0.9.143, and the process group of its own.
fn as_nextest_does(command: &mut Command, test: &str, run: &str, state: &Path) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
        .args([test, "--exact", "--nocapture"])
        .env("NEXTEST", "1")
        .env("NEXTEST_EXECUTION_MODE", "process-per-test")
        .env("NEXTEST_TEST_PHASE", "run")
        .env("NEXTEST_RUN_ID", run)
        .env("NEXTEST_BINARY_ID", "pack::pack")
        .env("NEXTEST_PROFILE", "default")
        .env("NEXTEST_TEST_NAME", test)
        .env("NEXTEST_ATTEMPT", "1")
        .env("NEXTEST_TOTAL_ATTEMPTS", "1")
        .env("NEXTEST_ATTEMPT_ID", format!("{run}:pack::pack${test}"))
        .env("NEXTEST_TEST_GROUP", "@global")
        .env("NEXTEST_TEST_GROUP_SLOT", "none")
        .env("NEXTEST_TEST_GLOBAL_SLOT", "0")
        .env("NEXTEST_TEST_THREADS", "8")
        .env("NEXTEST_RUN_MODE", "test")
        .env("NEXTEST_STRESS_CURRENT", "none")
        .env("NEXTEST_STRESS_TOTAL", "none")
        .env("KISSATS_STATE_DIR", state);
}
