//! What a task in a process of its own costs, side by side with nextest's process per test.
//!
//! All of one round run one after the other, so a busy machine slows all of them alike.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use clap::{Parser, ValueEnum};
use kissats_tests::Project;
use kissats_tests::crowd::Kind;
use kissats_tests::measure::{Costs, cost};
use serde_json::json;

/// Measures empty tasks in run mode `process`, in processes that are kept and in fresh ones, and as many
/// empty tests under nextest
#[derive(Debug, Parser)]
struct Args {
    /// How many tests
    #[arg(long, value_delimiter = ',', default_values_t = [200, 1_000])]
    sizes: Vec<usize>,
    /// How the programs are built
    #[arg(long, value_enum, default_value_t = Profile::Dev)]
    profile: Profile,
    /// How many processes at a time
    #[arg(long, default_value_t = 2)]
    processes: usize,
    /// How often everything is measured; one round more comes first and does not count
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    Dev,
    Release,
}

/// Who runs the tests.
#[derive(Debug, Clone, Copy)]
enum Runner {
    Nextest,
    Kept,
    Fresh,
}

impl Runner {
    const ALL: [Self; 3] = [Self::Nextest, Self::Kept, Self::Fresh];

    fn name(self) -> &'static str {
        match self {
            Self::Nextest => "nextest",
            Self::Kept => "kissats",
            Self::Fresh => "kissats --fresh-process",
        }
    }

    /// What the ratio to nextest is meant to be at most.
    fn aim(self) -> f64 {
        match self {
            Self::Nextest => 1.0,
            Self::Kept => 0.7,
            Self::Fresh => 1.1,
        }
    }
}

fn main() {
    let args = Args::parse();
    if !args.bench {
        println!("nothing is measured without `cargo bench`");
        return;
    }
    let mut figures = Vec::new();
    println!("| N | runner | CPU ms | us/test | x nextest | aim | wall ms | x nextest | MiB |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for &size in &args.sizes {
        figures.extend(measure(size, &args));
    }
    println!(
        "{}",
        json!({ "benchmark": "process", "rounds": args.rounds, "processes": args.processes, "figures": figures })
    );
}

fn measure(size: usize, args: &Args) -> Vec<serde_json::Value> {
    let kissats = kissats_program(size, args.profile);
    let nextest = Nextest::prepare(size, args.profile);
    let mut runners = Runner::ALL.map(|runner| match runner {
        Runner::Nextest => nextest
            .as_ref()
            .map(|nextest| nextest.command(args.processes)),
        Runner::Kept | Runner::Fresh => {
            let mut command = Command::new(&kissats);
            command.env("KISSATS_DIR", kissats_tests::own_host());
            command
                .args(["--run-mode", "process"])
                .env("KISSATS_PROCESS_LIMIT", args.processes.to_string());
            if matches!(runner, Runner::Fresh) {
                command.arg("--fresh-process");
            }
            Some(command)
        }
    });
    let mut costs = Runner::ALL.map(|_| Costs::default());
    for round in 0..=args.rounds {
        for (command, costs) in runners.iter_mut().zip(&mut costs) {
            // The first round reads the program from disk.
            if let Some(command) = command {
                let cost = cost(command);
                if round > 0 {
                    costs.add(cost);
                }
            }
        }
    }
    let peer = nextest.is_some().then(|| costs[0].clone());
    let rows = Runner::ALL.into_iter().zip(&runners).zip(&costs);
    rows.filter(|((_, command), _)| command.is_some())
        .map(|((runner, _), costs)| row(size, runner, costs, peer.as_ref()))
        .collect()
}

/// Prints one, and returns it for the last line.
fn row(size: usize, runner: Runner, costs: &Costs, peer: Option<&Costs>) -> serde_json::Value {
    let (cpu, wall, peak) = (costs.cpu_ms(), costs.wall_ms(), costs.peak_mib());
    #[expect(clippy::cast_precision_loss, reason = "sizes are small numbers")]
    let per_test = cpu * 1000.0 / size as f64;
    let cpu_ratio = peer.map(|peer| cpu / peer.cpu_ms());
    let wall_ratio = peer.map(|peer| wall / peer.wall_ms());
    let shown = |ratio: Option<f64>| ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
    println!(
        "| {size} | {} | {cpu:.1} | {per_test:.0} | {} | {:.1} | {wall:.1} | {} | {peak:.1} |",
        runner.name(),
        shown(cpu_ratio),
        runner.aim(),
        shown(wall_ratio),
    );
    json!({
        "size": size, "runner": runner.name(), "cpu_ms": cpu, "cpu_us_per_test": per_test, "wall_ms": wall,
        "peak_mib": peak, "cpu_to_nextest": cpu_ratio, "wall_to_nextest": wall_ratio, "aim": runner.aim(),
    })
}

fn kissats_program(size: usize, profile: Profile) -> PathBuf {
    let text = Kind::KissatsPlain
        .functions(size)
        .replace("#[kiss_task]", "#[kiss_task(process_safe = true)]");
    assert!(text.contains("process_safe"), "every task has the mark");
    let project = Kind::KissatsPlain.project(&format!("process-kissats-{size}"), &text);
    project.program_of(&mut cargo_test(&project, profile))
}

fn cargo_test(project: &Project, profile: Profile) -> Command {
    let mut cargo = project.command(&["test"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    cargo
}

/// The same number of `#[test]` functions, built, and listed so far that nextest need not ask cargo.
struct Nextest {
    folder: PathBuf,
    binaries: PathBuf,
    metadata: PathBuf,
}

impl Nextest {
    /// `None` where nextest is not installed.
    fn prepare(size: usize, profile: Profile) -> Option<Self> {
        let text = Kind::Libtest.functions(size);
        let project = Kind::Libtest.project(&format!("process-libtest-{size}"), &text);
        if project.cargo(&["nextest", "--version"]).code != Some(0) {
            eprintln!("nextest is not measured: `cargo nextest` is not installed");
            return None;
        }
        let mut list = vec!["nextest", "list", "--test", "pack"];
        list.extend(["--list-type", "binaries-only", "--message-format", "json"]);
        if profile == Profile::Release {
            list.push("--release");
        }
        let binaries = write(&project, "binaries.json", &list);
        let metadata = write(
            &project,
            "metadata.json",
            &["metadata", "--format-version", "1"],
        );
        Some(Self {
            folder: project.folder().to_owned(),
            binaries,
            metadata,
        })
    }

    fn command(&self, processes: usize) -> Command {
        let mut command = Command::new("cargo-nextest");
        command
            .args(["nextest", "run", "--color", "never", "--binaries-metadata"])
            .arg(&self.binaries)
            .arg("--cargo-metadata")
            .arg(&self.metadata)
            .args(["--test-threads", &processes.to_string()])
            .current_dir(&self.folder);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("NEXTEST") {
                command.env_remove(name);
            }
        }
        command
    }
}

/// What a command of cargo says, as a file of the project.
fn write(project: &Project, name: &str, words: &[&str]) -> PathBuf {
    let said = project.cargo(words);
    assert_eq!(said.code, Some(0), "cargo {words:?}: {}", said.stderr);
    let path = project.folder().join(name);
    fs::write(&path, said.stdout).expect("a file can be written");
    path
}
