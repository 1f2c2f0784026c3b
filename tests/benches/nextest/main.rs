//! What it costs that every test has a process of its own, which shares the host with others.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

mod host;
mod process_start;

use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use serde_json::json;

/// Measures the part of a run under nextest that kissats adds
#[derive(Debug, Parser)]
struct Args {
    /// What is measured
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::ProcessStart, Part::Host])]
    part: Vec<Part>,
    /// How many rounds of process starts are measured; one more comes first and does not count
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// How many rounds of contention are measured
    #[arg(long, default_value_t = 3)]
    host_rounds: usize,
    /// Where the tickets and locks of contention lie [default: a folder of the temporary folder]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// With optimisation: most packs are built without
    #[arg(long)]
    release: bool,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// From start to end of the process of one empty task
    ProcessStart,
    /// To share resources with other processes, beside `flock` alone
    Host,
}

/// What this program does when it has started itself
#[derive(Debug, Subcommand)]
enum Role {
    #[command(hide = true)]
    Contend(host::Contend),
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if let Some(Role::Contend(contend)) = &args.role {
        return host::contend(contend);
    }
    if !args.bench {
        println!("nothing is measured without `cargo bench`");
        return Ok(());
    }
    let folder = args.folder.unwrap_or_else(|| {
        let name = format!("kissats-bench-host-{}", std::process::id());
        std::env::temp_dir().join(name)
    });
    let mut figures = serde_json::Map::new();
    for part in &args.part {
        let (name, of_part) = match part {
            Part::ProcessStart => (
                "process_start",
                process_start::measure(args.rounds, args.release),
            ),
            Part::Host => ("host", host::measure(args.host_rounds, &folder)?),
        };
        figures.insert(name.to_owned(), of_part);
    }
    println!("{}", json!({ "benchmark": "nextest", "figures": figures }));
    Ok(())
}
