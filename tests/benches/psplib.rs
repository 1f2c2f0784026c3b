//! How good the search for a short schedule is, on instances with known answers.
//!
//! Every schedule is written to a folder, for the checker that comes with the instances.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Parser;
use kissats::schedule::{SearchBudget, search};
use kissats_tests::rcpsp::Instance;
use serde_json::{Map, Value, json};

/// Searches short schedules for all instances of a folder
#[derive(Debug, Parser)]
struct Args {
    /// Where the instances are: `.sm` files, also in folders below
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How many schedules may be made for an instance: a pass counts one, a justification two
    #[arg(long, default_value_t = 1000)]
    schedules: u64,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the schedules are written: `NAME.json`, task to start
    #[arg(long)]
    out: Option<PathBuf>,
    /// Best known lengths [default: `bounds.csv` beside or above the instances]
    #[arg(long)]
    bounds: Option<PathBuf>,
    /// How many instances are searched at a time [default: one for each core]
    #[arg(long)]
    threads: Option<usize>,
    /// Take only every so manieth instance
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

/// What became of one instance.
struct Found {
    set: String,
    length: u64,
    critical_path: u64,
    best_known: Option<u64>,
    schedules: u64,
    seconds: f64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let Some(folder) = args.folder.as_ref().filter(|_| args.bench) else {
        println!("skipped: say where instances are with `cargo bench -- --folder DIR`");
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
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|why| format!("{}: {why}", folder.display()))?;
    files.sort();
    let files: Vec<PathBuf> = files.into_iter().step_by(args.every.max(1)).collect();
    if files.is_empty() {
        return Err(format!(
            "{}: expected `.sm` files, found none",
            folder.display()
        ));
    }
    if let Some(out) = &args.out {
        fs::create_dir_all(out).map_err(|why| format!("{}: {why}", out.display()))?;
    }
    let best_known = best_known(args, folder)?;
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let threads = args
        .threads
        .or_else(|| std::thread::available_parallelism().ok().map(Into::into));
    std::thread::scope(|scope| {
        for _ in 0..threads.unwrap_or(1) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let one = solve(args, file, &best_known);
                    found.lock().expect("no solver panics").push(one);
                }
            });
        }
    });
    let found = found.into_inner().expect("no solver panics");
    let found: Vec<Found> = found.into_iter().collect::<Result<_, String>>()?;
    Ok(figures(args, &found))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "sm") {
            files.push(path);
        }
    }
    Ok(())
}

/// The column `ub` of `bounds.csv`, by the name of the file.
fn best_known(args: &Args, folder: &Path) -> Result<HashMap<String, u64>, String> {
    let beside = || {
        let folders = [Some(folder), folder.parent()].into_iter().flatten();
        folders
            .map(|folder| folder.join("bounds.csv"))
            .find(|file| file.exists())
    };
    let Some(file) = args.bounds.clone().or_else(beside) else {
        return Ok(HashMap::new());
    };
    let text = fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let column = |name| {
        let place = head.iter().position(|other| *other == name);
        place.ok_or_else(|| format!("{}: expected a column `{name}`", file.display()))
    };
    let (instance, best) = (column("instance")?, column("ub")?);
    let of_line = |line: Vec<&str>| {
        Some((
            (*line.get(instance)?).to_owned(),
            line.get(best)?.parse().ok()?,
        ))
    };
    Ok(lines.filter_map(of_line).collect())
}

fn solve(args: &Args, file: &Path, best_known: &HashMap<String, u64>) -> Result<Found, String> {
    let text = fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()))?;
    let instance = Instance::parse(&text).map_err(|why| format!("{}: {why}", file.display()))?;
    let workload = instance
        .workload()
        .map_err(|why| format!("{}: {why}", file.display()))?;
    let started = Instant::now();
    let budget = SearchBudget {
        schedules: args.schedules,
        seed: args.seed,
    };
    let result = search(&workload, budget);
    let seconds = started.elapsed().as_secs_f64();
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if let Some(out) = &args.out {
        let starts: Map<String, Value> = (1..)
            .zip(&result.starts)
            .map(|(task, start): (usize, _)| (task.to_string(), json!(start)))
            .collect();
        let place = out.join(format!("{}.json", name.trim_end_matches(".sm")));
        fs::write(&place, Value::Object(starts).to_string())
            .map_err(|why| format!("{}: {why}", place.display()))?;
    }
    let set = file.parent().and_then(Path::file_name).unwrap_or_default();
    Ok(Found {
        set: set.to_string_lossy().into_owned(),
        length: result.makespan,
        critical_path: workload.levels().into_iter().max().unwrap_or(0),
        best_known: best_known.get(&name).copied(),
        schedules: result.schedules,
        seconds,
    })
}

fn figures(args: &Args, found: &[Found]) -> Value {
    let mut sets: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for one in found {
        sets.entry(&one.set).or_default().push(one);
    }
    let percent = |length: u64, bound: u64| (length as f64 / bound as f64 - 1.0) * 100.0;
    let mean = |values: Vec<f64>| {
        let count = values.len();
        (count > 0).then(|| (values.iter().sum::<f64>() / count as f64 * 1000.0).round() / 1000.0)
    };
    let figures: Vec<Value> = sets
        .into_iter()
        .map(|(set, found)| {
            let over_path = found.iter().map(|one| percent(one.length, one.critical_path));
            let known = || found.iter().filter_map(|one| Some((one.length, one.best_known?)));
            json!({
                "set": set,
                "instances": found.len(),
                "over_critical_path_percent": mean(over_path.collect()),
                "over_best_known_percent": mean(known().map(|(length, best)| percent(length, best)).collect()),
                "at_best_known": known().filter(|(length, best)| length <= best).count(),
                "schedules_made": mean(found.iter().map(|one| one.schedules as f64).collect()),
                "ms_per_instance": mean(found.iter().map(|one| one.seconds * 1000.0).collect()),
            })
        })
        .collect();
    json!({ "benchmark": "psplib", "schedules": args.schedules, "seed": args.seed, "sets": figures })
}
