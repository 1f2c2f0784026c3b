//! What it costs that every test has a process of its own.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

mod process_start;

use clap::{Parser, ValueEnum};
use serde_json::json;

/// Measures the part of a run under nextest that kissats adds
#[derive(Debug, Parser)]
struct Args {
    /// What is measured
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::ProcessStart])]
    part: Vec<Part>,
    /// How often everything is measured; one round more comes first and does not count
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// With optimisation: most packs are built without
    #[arg(long)]
    release: bool,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// From start to end of the process of one empty task
    ProcessStart,
}

fn main() {
    let args = Args::parse();
    if !args.bench {
        println!("nothing is measured without `cargo bench`");
        return;
    }
    let mut figures = serde_json::Map::new();
    for part in &args.part {
        let (name, of_part) = match part {
            Part::ProcessStart => (
                "process_start",
                process_start::measure(args.rounds, args.release),
            ),
        };
        figures.insert(name.to_owned(), of_part);
    }
    println!("{}", json!({ "benchmark": "nextest", "figures": figures }));
}
