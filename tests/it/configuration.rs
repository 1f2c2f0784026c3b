use std::path::Path;

use kissats_tests::{Finished, Project, blocks};

const LIB: &str = r#"use kissats::prelude::*;

#[kiss_task(phase = "setup")]
fn bring_up() {}

#[kiss_task(groups = ["power"], exclusive_resources = ["psu"])]
fn rail(cx: &TaskContext) {
    let psu = cx.resource("psu").unwrap();
    eprintln!("psu={} config={} attributes={}", psu.instance, psu.config, kissats::json!(psu.attributes));
    eprintln!("params={}", cx.params().json_params());
}

#[kiss_task(prereq_tasks = [rail], retries = 0)]
fn noise(cx: &TaskContext) {
    eprintln!("noise: retries={} priority={}", cx.spec().retries.count, cx.spec().priority);
}

#[kiss_task(groups = ["slow"], shared_resources = ["lab_net"])]
fn soak(cx: &TaskContext) -> Verdict {
    eprintln!("soak: retries={} priority={}", cx.spec().retries.count, cx.spec().priority);
    Verdict::Other("Degraded".into())
}

#[kiss_task(phase = "teardown")]
fn bring_down() {}
"#;

const TARGET: &str = r#"use std::process::ExitCode;

fn main() -> ExitCode {
    kissats::harness!(NAME).dut("from-target").instance("lab_net", "net-1", kissats::json!(null)).main()
}
"#;

/// A pack of these tasks, with this `.config/kissats.toml` and files beside it.
fn pack(name: &str, config: &str, more: &[(&str, &str)]) -> Project {
    let target = TARGET.replace("NAME", &name.replace('-', "_"));
    let mut files = vec![
        ("src/lib.rs", LIB),
        ("tests/pack.rs", target.as_str()),
        (".config/kissats.toml", config),
    ];
    files.extend_from_slice(more);
    Project::with_files(name, &files)
}

fn names(finished: &Finished) -> Vec<&str> {
    let reports = finished.reports().into_iter();
    let names = reports.filter_map(|line| line.strip_prefix("test ")?.split(" ... ").next());
    names.map(str::trim).collect()
}

#[test]
fn resources_parameters_and_defaults_reach_the_tasks() {
    let config = r#"
[run]
dut = "from-file"
valid_result = ["Passed", "Degraded"]
[params]
serial = 4711
[task-defaults]
retries = 2
priority = 7
[resources]
strict = true
psu = { instances = [{ name = "psu-1", config = { volts = 12 }, attributes = { amps = 5 } }] }
"#;
    let project = pack(
        "configured",
        config,
        &[("bench.json", r#"{ "bench": "left", "fail_fast": 3 }"#)],
    );
    let run = project.test(&["--params", "bench.json", "--summary", "--nocapture"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    for said in [
        r#"psu=psu-1 config={"volts":12} attributes={"amps":5}"#,
        r#"params={"bench":"left","dut":"from-file","fail_fast":3,"serial":4711}"#,
        "noise: retries=0 priority=7",
        "soak: retries=2 priority=7",
        "kissats: 5 task(s) ran for 0.",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }

    let shown = project.test(&["--show-config", "--ats", "bench-a"]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    for line in [
        "[run]",
        r#"ats = "bench-a"  # flag --ats"#,
        r#"dut = "from-file"  # file .config/kissats.toml:3:1"#,
        "thread_limit = 5  # default",
        "serial = 4711  # file .config/kissats.toml:6:1",
        "retries = 2  # file .config/kissats.toml:8:1",
        "strict = true  # file .config/kissats.toml:11:1",
    ] {
        assert!(
            shown.stdout.lines().any(|found| found == line),
            "{line}\n{}",
            shown.stdout
        );
    }
    assert!(shown.reports().is_empty(), "nothing runs");
}

#[test]
fn what_is_wrong_is_told_before_anything_runs() {
    let config =
        "[run]\ndutt = \"x\"\nthread_limit = \"many\"\n[resources]\npsu = { capacity = 0 }\n";
    let project = pack("misconfigured", config, &[]);
    let run = project.test(&["--run-mode", "threads"]);
    assert_eq!(run.code, Some(101));
    assert!(run.reports().is_empty());
    for said in [
        "nothing was run: 4 mistakes",
        ".config/kissats.toml:2:1: run.dutt: unknown key; did you mean `dut`?",
        ".config/kissats.toml:3:16: run.thread_limit: expected a whole number of at least 1, found \"many\"",
        ".config/kissats.toml:5:20: resources.psu.capacity: expected a whole number of at least 1, found 0",
        "--run-mode: expected one of normal, thread, process, found \"threads\"; did you mean `thread`?",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }

    // Strict: one resource is declared by the file, one by the test target, and one is misspelt.
    let project = pack(
        "strict",
        "[resources]\nstrict = true\npsus = { capacity = 1 }\n",
        &[],
    );
    let run = project.test(&[]);
    assert_eq!(run.code, Some(101));
    assert!(run.reports().is_empty());
    let said = "src/lib.rs:7: `rail` needs `psu`, which is not declared; did you mean `psus`?";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(!run.stderr.contains("lab_net"), "{}", run.stderr);
    let run = project.test(&["--exact", "soak", "--skip-setup", "--skip-teardown"]);
    assert_eq!(names(&run), ["[slow] soak"], "{}", run.stderr);

    let run = project.test(&["--task-package", "srtict", "--package-version", ">=1"]);
    assert_eq!(run.code, Some(101));
    for said in [
        "flag --task-package: the pack `srtict` is not linked; did you mean `strict`?",
        "linked are: strict 0.1.0",
        "cargo add --dev srtict@'>=1'",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
    let run = project.test(&["--package-version", ">=1"]);
    assert!(
        run.stderr.contains("`strict` is linked as 0.1.0"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_run_can_be_narrowed() {
    let config = "[run]\nvalid_result = [\"Passed\", \"Degraded\"]\n";
    let project = pack("narrowed", config, &[]);
    let run = |words: &[&str]| {
        let run = project.test(words);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        run
    };
    let power = run(&["--group", "power"]);
    assert_eq!(names(&power), ["[power] rail"]);
    assert!(power.stderr.contains("needed bring_up"), "{}", power.stderr);
    let bare = run(&["--group", "power", "--skip-setup", "--skip-teardown"]);
    assert!(!bare.stderr.contains("needed"), "{}", bare.stderr);
    let alone = run(&[
        "noise",
        "--ignore-prereq",
        "--skip-setup",
        "--skip-teardown",
    ]);
    assert_eq!(names(&alone), ["noise"]);
    assert!(!alone.stderr.contains("needed"), "{}", alone.stderr);
    let all = run(&["--skip-setup"]);
    assert_eq!(
        all.counts(),
        "test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out"
    );

    let output = project
        .command(&[
            "test",
            "--quiet",
            "--test",
            "pack",
            "--",
            "--skip-teardown",
            "--ignore-prereq",
        ])
        .env("KISSATS_GROUPS", "power, slow")
        .env("KISSATS_SKIP_SETUP", "yes")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("2 passed"), "{printed}");
    let wrong = project.test(&["--group", "powr"]);
    assert!(
        wrong
            .stderr
            .contains("no task is in the group `powr`; did you mean `power`?")
    );
}

#[test]
fn parameters_are_checked_as_a_type_before_anything_runs() {
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\n";
    let manifest = Project::manifest("typed", &["pack"], serde);
    let lib = r#"use kissats::prelude::*;

#[derive(serde::Deserialize)]
pub struct BenchParams {
    pub serial: u32,
    pub dut: String,
}

#[kiss_task]
fn reads(cx: &TaskContext) -> Result<(), kissats::ParamsError> {
    let params: BenchParams = cx.params_as()?;
    eprintln!("serial={} dut={}", params.serial, params.dut);
    Ok(())
}
"#;
    let target = "fn main() -> std::process::ExitCode {
    kissats::harness!(typed).dut(\"w\").params::<typed::BenchParams>().main()
}
";
    let project = Project::with_files(
        "typed",
        &[
            ("Cargo.toml", &manifest),
            ("src/lib.rs", lib),
            ("tests/pack.rs", target),
        ],
    );
    let run = project.test(&["--param", "serial=4711", "--nocapture"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("serial=4711 dut=w"), "{}", run.stderr);
    let run = project.test(&["--param", "serial=many"]);
    assert_eq!(run.code, Some(101));
    assert!(run.reports().is_empty());
    let said =
        "the parameters are no `typed::BenchParams`: invalid type: string \"many\", expected u32";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let listed = project.test(&["--list"]);
    assert_eq!(listed.stdout, "reads: test\n");
}

#[test]
fn a_workspace_shares_its_file_and_a_package_has_its_own() {
    let workspace = "[workspace]\nmembers = [\"lab\"]\nresolver = \"3\"\n";
    let member = Project::manifest("lab", &["pack"], "");
    let lib = "#[kissats::kiss_task]\nfn task() {}\n";
    let files = [
        ("Cargo.toml", workspace),
        (".config/kissats.toml", "[run]\ndut = \"shared\"\n"),
        ("lab/Cargo.toml", &member),
        ("lab/src/lib.rs", lib),
        ("lab/tests/pack.rs", "kissats::main!(lab);\n"),
    ];
    let project = Project::with_files("shared-config", &files);
    let dut = || {
        let shown = project.test(&["--show-config"]);
        let line = shown.stdout.lines().find(|line| line.starts_with("dut = "));
        line.map(str::to_owned).unwrap_or(shown.stderr)
    };
    assert_eq!(
        dut(),
        "dut = \"shared\"  # file ../.config/kissats.toml:2:1"
    );
    let own = project.folder().join("lab/.config");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("kissats.toml"), "\n\n[run]\ndut = \"own\"\n").unwrap();
    assert_eq!(dut(), "dut = \"own\"  # file .config/kissats.toml:4:1");
}

#[test]
fn the_parameter_files_of_the_page_are_read() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    let page = std::fs::read_to_string(page).unwrap();
    let files: Vec<_> = blocks(&page)
        .into_iter()
        .filter(|block| block.language == "json")
        .collect();
    assert!(!files.is_empty());
    for file in files {
        let document: kissats::Value = file.text.parse().unwrap();
        kissats::RunConfig::from_document(document).unwrap();
    }
}
