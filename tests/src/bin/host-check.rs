//! Judges a history of holds.

#![expect(clippy::print_stdout, reason = "the verdict is what it is for")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use kissats_tests::host::judge;

/// Looks for holds that overlap, and for tokens that fall, in a history that `host-contention` has left
#[derive(Debug, Parser)]
struct Args {
    /// The history
    history: PathBuf,
    /// For how long nobody gets what a killed process held, in milliseconds
    #[arg(long, default_value_t = 0)]
    quarantine: u64,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args = Args::parse();
    let text = std::fs::read_to_string(&args.history)?;
    let verdict = judge(&text, Duration::from_millis(args.quarantine))?;
    for fault in &verdict.faults {
        println!("{fault}");
    }
    println!(
        "{} grants, {} kills ({} of holders), {} faults",
        verdict.grants,
        verdict.kills,
        verdict.killed_holders,
        verdict.faults.len()
    );
    Ok(match verdict.faults.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
