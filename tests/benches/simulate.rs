//! How close to the best thinkable run the engine comes, on simulated suites.
//!
//! A suite becomes a pack of declared tasks. The engine plans it with the estimates and runs it in virtual time
//! with what the tasks really take: nothing but the threads and the clock is played.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use kissats::engine::VirtualRun;
use kissats::schedule::{Bounds, PlanBudget};
use kissats_tests::suite::{Suite, TICKS};
use serde_json::{Value, json};

/// Plans and runs every suite of a folder in virtual time
#[derive(Debug, Parser)]
struct Args {
    /// Where the suites are: `.json` files, those of the contention set too
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Where the logs are written: `SUITE.log`, a line `name start end` for each task, in seconds
    #[arg(long)]
    log: Option<PathBuf>,
    /// How many starts of tasks may be simulated to find a better order [default: that of a run]
    #[arg(long)]
    starts: Option<u64>,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nothing is kept for those who are kept out of a resource
    #[arg(long)]
    unfair: bool,
    /// How many microseconds it takes to hand a worker over, which the engine does not expect
    #[arg(long, default_value_t = 0)]
    overhead: u64,
    /// Up to how many microseconds more a task takes by chance
    #[arg(long, default_value_t = 0)]
    jitter: u64,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let Some(folder) = args.folder.as_ref().filter(|_| args.bench) else {
        println!("skipped: say where suites are with `cargo bench -- --folder DIR`");
        return ExitCode::SUCCESS;
    };
    match run(&args, folder) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args, folder: &Path) -> Result<Value, String> {
    let listed = fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    if files.is_empty() {
        return Err(format!(
            "{}: expected `.json` files, found none",
            folder.display()
        ));
    }
    if let Some(log) = &args.log {
        fs::create_dir_all(log).map_err(|why| format!("{}: {why}", log.display()))?;
    }
    println!("| suite | over the bound | no schedule beats | looked at per task | plan ms |");
    println!("| --- | --- | --- | --- | --- |");
    let (mut ratios, mut floors) = (Vec::new(), Vec::new());
    for file in &files {
        let (ratio, floor) = one(args, file)?;
        ratios.push(ratio);
        floors.push(floor);
    }
    Ok(json!({
        "benchmark": "simulate",
        "suites": ratios.len(),
        "fair": !args.unfair,
        "seed": args.seed,
        "mean": rounded(mean(&ratios)),
        "percentile_95": rounded(percentile_95(&mut ratios)),
        "worst": rounded(ratios.last().copied().unwrap_or_default()),
        "no_schedule_beats": {
            "mean": rounded(mean(&floors)),
            "percentile_95": rounded(percentile_95(&mut floors)),
            "worst": rounded(floors.last().copied().unwrap_or_default()),
        },
    }))
}

/// What the run comes to, and what no run can beat, as parts of the bound that the suite names.
fn one(args: &Args, file: &Path) -> Result<(f64, f64), String> {
    let name = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()))?;
    let suite = if text.contains("\"bounds_ms\"") {
        Suite::parse_contention(&text)
    } else {
        Suite::parse(&text)
    };
    let suite = suite.map_err(|why| format!("{}: {why}", file.display()))?;
    let budget = PlanBudget {
        starts: args.starts.unwrap_or(PlanBudget::default().starts),
        seed: args.seed,
        fair: !args.unfair,
        ..PlanBudget::default()
    };
    let started = Instant::now();
    let tasks = VirtualRun::declared(&suite.workload);
    let run = VirtualRun::new(&suite.workload, tasks, budget)?;
    let took = started.elapsed();
    let mut state = args.seed;
    let mut late = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        args.overhead + (state >> 33) % (args.jitter + 1)
    };
    let actual: Vec<u64> = suite.actual.iter().map(|ticks| ticks + late()).collect();
    let run = run.run(&actual);
    if let Some(log) = &args.log {
        let mut lines = String::new();
        for (task, &start) in run.starts.iter().enumerate() {
            let end = start + actual[task];
            let (start, end) = (start as f64 / TICKS, end as f64 / TICKS);
            // Writing into a string cannot fail.
            let _ = writeln!(lines, "{} {start:.6} {end:.6}", suite.names[task]);
        }
        let place = log.join(format!("{name}.log"));
        fs::write(&place, lines).map_err(|why| format!("{}: {why}", place.display()))?;
    }
    let ratio = run.makespan as f64 / suite.lower_bound;
    let bounds = Bounds::of(&suite.actual_workload());
    let floor = (bounds.lower_bound() as f64 / suite.lower_bound).max(1.0);
    println!(
        "| {name} | {ratio:.4} | {floor:.4} | {:.2} | {:.0} |",
        run.examined as f64 / suite.actual.len() as f64,
        took.as_secs_f64() * 1000.0
    );
    Ok((ratio, floor))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Between the two that are nearest, as most programs have it. Sorts them.
fn percentile_95(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() - 1) as f64 * 0.95;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    values[below] + (values[above] - values[below]) * place.fract()
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
