//! How close real runs of a suite with few resources and many wishes come to the best that can be.
//!
//! An instance is made into a pack of real tasks that really sleep; the log they leave is judged by the
//! checker that comes with the instances.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are what this program is for"
)]

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use kissats_tests::{Finished, Project, own_host};
use serde_json::{Value, json};

/// Runs an instance as a pack, and writes the log of its tasks: `name start_ns end_ns`
#[derive(Debug, Parser)]
struct Args {
    /// The instance, as JSON
    #[arg(long)]
    instance: Option<PathBuf>,
    /// Where the tasks run
    #[arg(long, value_enum, default_value_t = Mode::Thread)]
    mode: Mode,
    /// Where the log goes
    #[arg(long)]
    log: Option<PathBuf>,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Thread,
    Process,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::Process => "process",
        }
    }
}

/// What every task does. The clock is the system's, which all processes share.
const WORK: &str = r#"
use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kissats::prelude::*;

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

fn work(name: &str, ms: u64) -> std::io::Result<()> {
    let start = now();
    std::thread::sleep(Duration::from_millis(ms));
    let line = format!("{name} {start} {}\n", now());
    let path = std::env::var_os("CONTENTION_LOG").expect("the benchmark names the log");
    let mut log = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    log.write_all(line.as_bytes())
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let (Some(instance), Some(log)) = (&args.instance, &args.log) else {
        eprintln!("nothing was run: give --instance FILE and --log FILE");
        return Ok(());
    };
    let document: Value = serde_json::from_str(&fs::read_to_string(instance)?)?;
    let workers = document["threads"]
        .as_u64()
        .ok_or("the instance has no `threads`")?;
    let lower_bound = document["bounds_ms"]["lower_bound"].as_f64();
    let pack = Project::pack("contention-pack", &pack(&document).ok_or("no instance")?);
    let program = pack.program();
    if log.exists() {
        fs::remove_file(log)?;
    }
    let began = Instant::now();
    let finished = run(&program, args.mode, workers, log);
    let wall = began.elapsed();
    if finished.code != Some(0) {
        return Err(format!("{}\n{}", finished.stdout, finished.stderr).into());
    }
    let makespan = makespan(&fs::read_to_string(log)?).ok_or("the log has no lines")?;
    let ratio = lower_bound.map(|bound| makespan / bound);
    println!(
        "{}",
        json!({
            "instance": instance.display().to_string(),
            "mode": args.mode.name(),
            "makespan_ms": makespan,
            "lower_bound_ms": lower_bound,
            "ratio": ratio,
            "wall_ms": wall.as_secs_f64() * 1000.0,
        })
    );
    Ok(())
}

fn pack(document: &Value) -> Option<String> {
    let mut text = WORK.to_owned();
    for test in document["tests"].as_array()? {
        let name = test["name"].as_str()?;
        let ms = test["ms"].as_u64()?;
        let needs = test["requires"].as_array()?.iter();
        let needs: Vec<&str> = needs.filter_map(Value::as_str).collect();
        write!(
            text,
            "\n#[kiss_task(exclusive_resources = {}, shared_resources = {}, prereq_tasks = [{}],\n    \
             est_task_time = \"{ms}ms\", thread_safe = true, process_safe = true, prereq_same_thread = false)]\n\
             fn {name}() -> std::io::Result<()> {{\n    work(\"{name}\", {ms})\n}}\n",
            test["excl"],
            test["shared"],
            needs.join(", "),
        )
        .ok()?;
    }
    Some(text)
}

fn run(program: &Path, mode: Mode, workers: u64, log: &Path) -> Finished {
    let log = fs::canonicalize(log.parent().unwrap_or(Path::new("."))).map_or_else(
        |_| log.to_owned(),
        |folder| folder.join(log.file_name().unwrap_or_default()),
    );
    let mut command = Command::new(program);
    command.env("KISSATS_DIR", own_host());
    command
        .args([
            "--run-mode",
            mode.name(),
            "--test-threads",
            &workers.to_string(),
        ])
        .env("KISSATS_PROCESS_LIMIT", workers.to_string())
        .env("CONTENTION_LOG", log);
    Finished::of(&mut command)
}

/// From the first start to the last end, in milliseconds.
fn makespan(log: &str) -> Option<f64> {
    let mut first = u128::MAX;
    let mut last = 0;
    for line in log.lines() {
        let mut words = line.split(' ').skip(1);
        first = first.min(words.next()?.parse().ok()?);
        last = last.max(words.next()?.parse().ok()?);
    }
    (last > first).then(|| (last - first) as f64 / 1e6)
}
