//! What a harness costs per test: CPU time, wall time and peak memory, side by side with its peers.
//!
//! All programs of one round run one after the other, so a busy machine slows all of them alike.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

use std::path::PathBuf;
use std::process::Command;

use clap::{Parser, ValueEnum};
use kissats_tests::Project;
use kissats_tests::crowd::{Kind, path};
use kissats_tests::measure::{Costs, cost};
use kissats_tests::own_host;
use serde_json::json;

const KINDS: [Kind; 4] = [
    Kind::Libtest,
    Kind::Mimic,
    Kind::KissatsPlain,
    Kind::Kissats,
];

/// Measures the run, the quiet run, the listing and the run of one test among many
#[derive(Debug, Parser)]
struct Args {
    /// How many tests
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    sizes: Vec<usize>,
    /// How the programs are built
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Profile::Dev])]
    profile: Vec<Profile>,
    /// How often everything is measured; one round more comes first and does not count
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// From this size on, tests are made in a loop: source code for 100,000 compiles for ten minutes
    #[arg(long, default_value_t = 20_000)]
    loop_from: usize,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    Dev,
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Mode {
    Run,
    Quiet,
    List,
    ExactlyOne,
    Threads,
}

impl Mode {
    const ALL: [Self; 5] = [
        Self::Run,
        Self::Quiet,
        Self::List,
        Self::ExactlyOne,
        Self::Threads,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Quiet => "quiet",
            Self::List => "list",
            Self::ExactlyOne => "exact1",
            Self::Threads => "threads",
        }
    }

    fn words(self, size: usize) -> Vec<String> {
        match self {
            Self::Run | Self::Threads => Vec::new(),
            Self::Quiet => vec!["--quiet".to_owned()],
            Self::List => vec!["--list".to_owned()],
            // The first test of the second half: it has no prerequisite.
            Self::ExactlyOne => vec!["--exact".to_owned(), path(size / 2 / 5 * 5)],
        }
    }
}

struct Subject {
    kind: Kind,
    size: usize,
    profile: Profile,
    program: PathBuf,
}

fn main() {
    let args = Args::parse();
    if !args.bench {
        println!("nothing is measured without `cargo bench`");
        return;
    }
    let mut figures = Vec::new();
    for &profile in &args.profile {
        for &size in &args.sizes {
            let subjects = KINDS.map(|kind| subject(kind, size, profile, size >= args.loop_from));
            figures.extend(measure(&subjects, args.rounds));
        }
    }
    println!(
        "{}",
        json!({ "benchmark": "overhead", "rounds": args.rounds, "figures": figures })
    );
}

fn subject(kind: Kind, size: usize, profile: Profile, in_a_loop: bool) -> Subject {
    let name = format!("overhead-{}-{size}", kind.name());
    let text = if in_a_loop {
        kind.table(size)
            .expect("tests of this kind can be made in a loop")
    } else {
        kind.functions(size)
    };
    let project = kind.project(&name, &text);
    let mut cargo = project.command(&["test"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    if in_a_loop && kind == Kind::Libtest {
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    eprintln!("building {name} ({})", profile.name());
    Subject {
        kind,
        size,
        profile,
        program: project.program_of(&mut cargo),
    }
}

/// A package in which all tasks may run beside each other, as libtest's tests do.
fn thread_safe() -> Project {
    let config = "[task-defaults]\nthread_safe = true\n";
    Project::with_files("overhead-threads", &[(".config/kissats.toml", config)])
}

fn measure(subjects: &[Subject], rounds: usize) -> Vec<serde_json::Value> {
    let thread_safe = thread_safe();
    let cases: Vec<(Mode, &Subject)> = Mode::ALL
        .into_iter()
        .flat_map(|mode| subjects.iter().map(move |subject| (mode, subject)))
        .collect();
    let mut costs = vec![Costs::default(); cases.len()];
    for round in 0..=rounds {
        for ((mode, subject), costs) in cases.iter().zip(&mut costs) {
            let mut command = Command::new(&subject.program);
            command.env("KISSATS_DIR", own_host());
            if matches!(mode, Mode::Threads) {
                // Where a package is, its configuration file is looked for. Its peers do not ask.
                command.env("CARGO_MANIFEST_DIR", thread_safe.folder());
            }
            let cost = cost(command.args(mode.words(subject.size)));
            // The first round reads the program from disk.
            if round > 0 {
                costs.add(cost);
            }
        }
    }
    println!("| profile | N | mode | runner | CPU ms | us/test | x libtest | wall ms | MiB |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut figures = Vec::new();
    for (at, ((mode, subject), costs_here)) in cases.iter().zip(&costs).enumerate() {
        let of_libtest = &costs[at - at % subjects.len()];
        let (cpu, wall, peak) = (
            costs_here.cpu_ms(),
            costs_here.wall_ms(),
            costs_here.peak_mib(),
        );
        #[expect(clippy::cast_precision_loss, reason = "sizes are small numbers")]
        let per_test = cpu * 1000.0 / subject.size as f64;
        let ratio = cpu / of_libtest.cpu_ms();
        println!(
            "| {} | {} | {} | {} | {cpu:.1} | {per_test:.2} | {ratio:.2} | {wall:.1} | {peak:.1} |",
            subject.profile.name(),
            subject.size,
            mode.name(),
            subject.kind.name(),
        );
        figures.push(json!({
            "profile": subject.profile.name(), "size": subject.size, "mode": mode.name(),
            "runner": subject.kind.name(), "cpu_ms": cpu, "wall_ms": wall, "peak_mib": peak,
            "cpu_to_libtest": ratio,
        }));
    }
    figures
}
