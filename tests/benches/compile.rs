//! What tasks cost the compiler: CPU time of the crate that holds them, and of a first build.
//!
//! Incremental compilation is off; the dependencies are built before anything is measured.

use std::fs;
use std::process::Command;

use clap::Parser;
use kissats_tests::Project;
use kissats_tests::crowd::Kind;
use kissats_tests::measure::{Costs, cost};
use serde_json::json;

/// Measures the build of a test target with many tasks, and a first build
#[derive(Debug, Parser)]
struct Args {
    /// How many tests
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 5_000])]
    sizes: Vec<usize>,
    /// How often everything is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// `rstest` and `test-r` too: 5,000 tests take rstest two minutes and 15 GiB
    #[arg(long)]
    all: bool,
    /// Leave out the first build
    #[arg(long)]
    no_cold: bool,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]
fn main() {
    let args = Args::parse();
    if !args.bench {
        println!("nothing is measured without `cargo bench`");
        return;
    }
    let mut kinds = vec![
        Kind::Libtest,
        Kind::Mimic,
        Kind::Inventory,
        Kind::KissatsPlain,
        Kind::Kissats,
    ];
    if args.all {
        kinds.extend([Kind::Rstest, Kind::TestR]);
    }
    let mut figures = Vec::new();
    println!("| N | written with | CPU s | x inventory | rustc MiB |");
    println!("| --- | --- | --- | --- | --- |");
    for &size in &args.sizes {
        let mut subjects: Vec<(Kind, Project, Costs)> = kinds
            .iter()
            .map(|&kind| (kind, project(kind, size), Costs::default()))
            .collect();
        for round in 0..args.rounds {
            for (_, project, costs) in &mut subjects {
                // Cargo looks at the time of the last change.
                let path = project.folder().join("tests/pack.rs");
                let text = fs::read_to_string(&path).expect("the target was written");
                fs::write(&path, format!("{text}// {round}\n")).expect("a file can be written");
                costs.add(cost(&mut build(project)));
            }
        }
        let of_inventory = subjects[2].2.cpu_ms();
        for (kind, _, costs) in &subjects {
            let (cpu, peak) = (costs.cpu_ms() / 1000.0, costs.peak_mib());
            let ratio = costs.cpu_ms() / of_inventory;
            println!(
                "| {size} | {} | {cpu:.2} | {ratio:.2} | {peak:.0} |",
                kind.name()
            );
            figures.push(json!({
                "size": size, "kind": kind.name(), "cpu_s": cpu, "peak_mib": peak,
            }));
        }
    }
    let mut cold = Vec::new();
    if !args.no_cold {
        println!("\n| first build | crates | CPU s | wall s |");
        println!("| --- | --- | --- | --- |");
        for kind in [Kind::Mimic, Kind::KissatsPlain] {
            let (crates, costs) = first_build(kind);
            let (cpu, wall) = (costs.cpu_ms() / 1000.0, costs.wall_ms() / 1000.0);
            println!("| {} | {crates} | {cpu:.1} | {wall:.1} |", kind.name());
            cold.push(json!({
                "kind": kind.name(), "crates": crates, "cpu_s": cpu, "wall_s": wall,
            }));
        }
    }
    println!(
        "{}",
        json!({ "benchmark": "compile", "rounds": args.rounds, "crate": figures, "cold": cold })
    );
}

/// A project that was built once, so that only its own crate is left to be built.
fn project(kind: Kind, size: usize) -> Project {
    let name = format!("compile-{}-{size}", kind.name());
    // One task: what is built before is as small as can be.
    let project = kind.project(&name, &kind.functions(1));
    let _ = cost(&mut build(&project));
    fs::write(project.folder().join("tests/pack.rs"), kind.functions(size))
        .expect("a file can be written");
    project
}

fn build(project: &Project) -> Command {
    let mut cargo = project.command(&["test", "--no-run", "--quiet", "--test", "pack"]);
    cargo.env("CARGO_INCREMENTAL", "0");
    cargo
}

/// Builds everything into an empty target folder. How many crates there are, the project's own not counted.
fn first_build(kind: Kind) -> (usize, Costs) {
    let project = kind.project(&format!("cold-{}", kind.name()), &kind.functions(1));
    let target = project.folder().join("target");
    // Left behind by a benchmark that was ended.
    let _ = fs::remove_dir_all(&target);
    let mut cargo = build(&project);
    cargo.env("CARGO_TARGET_DIR", &target);
    let mut costs = Costs::default();
    costs.add(cost(&mut cargo));
    let mut crates = 0;
    for entry in fs::read_dir(target.join("debug/.fingerprint")).expect("cargo leaves fingerprints")
    {
        let folder = entry.expect("a folder can be read").path();
        let compiled = fs::read_dir(folder)
            .expect("a folder can be read")
            .any(|file| {
                let name = file.expect("a folder can be read").file_name();
                let name = name.to_string_lossy();
                name.starts_with("lib-") && !name.ends_with(".json")
            });
        crates += usize::from(compiled);
    }
    // The project has a library too.
    (crates - 1, costs)
}
