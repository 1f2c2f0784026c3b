//! What planning and dispatching cost, from a thousand to a million tasks, in time of the processor.
//!
//! Once through the engine, which is told of a pack of declared tasks; once with the dispatcher alone.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

use std::process::Command;
use std::time::Instant;

use clap::Parser;
use kissats::engine::VirtualRun;
use kissats::schedule::{
    DispatchTask, Dispatcher, Need, PlanBudget, SimulatedRun, Stock, WorkTask, Workload,
};
use serde_json::{Value, json};

/// Runs workloads of growing size through the engine, in virtual time
#[derive(Debug, Parser)]
struct Args {
    /// How many tasks
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 1_000_000])]
    sizes: Vec<u32>,
    /// How many resources
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10])]
    resources: Vec<u32>,
    /// How many workers
    #[arg(long, default_value_t = 64)]
    workers: u32,
    /// Measure this one, in this process
    #[arg(long, hide = true)]
    one: bool,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    if !args.bench {
        println!("nothing is measured without `cargo bench`");
        return;
    }
    if args.one {
        println!(
            "{}",
            measured(args.sizes[0], args.resources[0], args.workers)
        );
        return;
    }
    let mut figures = Vec::new();
    println!(
        "| tasks | resources | dispatch ns per task | looked at per task | engine ns per task \
         | planning ns per task | engine bytes per task | dispatcher bytes per task |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for &resources in &args.resources {
        for &size in &args.sizes {
            // A process each: memory that one has given back would hide what the next one takes.
            let mut command = Command::new(std::env::current_exe().expect("this is a program"));
            command.args(["--bench", "--one", "--sizes", &size.to_string()]);
            command.args(["--resources", &resources.to_string()]);
            command.args(["--workers", &args.workers.to_string()]);
            let output = command.output().expect("it can be started again");
            let text = String::from_utf8_lossy(&output.stdout);
            let figure: Value = serde_json::from_str(text.trim()).expect("it prints JSON");
            println!(
                "| {size} | {resources} | {} | {} | {} | {} | {} | {} |",
                figure["dispatch_ns_per_task"],
                figure["examined_per_task"],
                figure["engine_ns_per_task"],
                figure["planning_ns_per_task"],
                figure["engine_bytes_per_task"],
                figure["bytes_per_task"]
            );
            figures.push(figure);
        }
    }
    println!(
        "{}",
        json!({ "benchmark": "scale", "workers": args.workers, "figures": figures })
    );
}

/// A third of the tasks need resources, up to three, and two fifths wait for another; where there are few
/// resources, all tasks need some.
fn workload(size: u32, resources: u32, workers: u32) -> Workload {
    let mut state = u64::from(size) ^ 0x9e37_79b9_7f4a_7c15;
    let mut random = move |end: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u32::try_from((state >> 33) % u64::from(end.max(1))).unwrap_or(0)
    };
    let stocks: Vec<Stock> = (0..resources)
        .map(|resource| match resource % 5 {
            0..3 => Stock::lock(),
            _ => Stock::pool(2 + resource % 7).shared_as_a_whole(),
        })
        .collect();
    let tasks = (0..size)
        .map(|task| {
            // Many short ones, few long ones.
            let mut known = WorkTask::new((1_000_u64 << random(10)) + u64::from(random(1_000)));
            if random(100) < 35 || resources <= 10 {
                for _ in 0..=random(3) {
                    let resource = random(resources).min(random(resources));
                    if known.needs.iter().all(|need| need.resource != resource) {
                        let capacity = stocks[resource as usize].capacity;
                        known = known.with(match random(10) {
                            0..3 => Need::shared(resource),
                            3..8 => Need::units(resource, 1),
                            _ => Need::units(resource, capacity),
                        });
                    }
                }
            }
            if task > 0 && random(100) < 42 {
                known = known.after(task - 1 - random(task.min(200)));
            }
            known
        })
        .collect();
    Workload::new(workers, stocks, tasks).expect("it is made to be right")
}

fn measured(size: u32, resources: u32, workers: u32) -> Value {
    let per_task = |nanoseconds: u64| nanoseconds / u64::from(size);
    let before = resident_bytes();
    let workload = workload(size, resources, workers);
    let levels = workload.levels();
    let started = processor_ns();
    let mut dispatcher = Dispatcher::new(workers, workload.stocks());
    for task in 0..size {
        let known = DispatchTask {
            duration: workload.durations()[task as usize],
            level: levels[task as usize],
            priority: 0,
        };
        dispatcher.admit(&known, workload.needs(task));
    }
    let admitting = processor_ns() - started;
    let bytes = resident_bytes().saturating_sub(before);
    drop(dispatcher);
    let started = processor_ns();
    let run = SimulatedRun::of(&workload, &levels, workload.durations(), u64::MAX);
    let all = processor_ns() - started;
    let (dispatch_examined, makespan) = (run.examined, run.makespan);
    drop((run, levels));

    // What is declared is part of the program, in a pack.
    let declared = VirtualRun::declared(&workload);
    let before = resident_bytes();
    let started = processor_ns();
    let budget = PlanBudget {
        fair: false,
        ..PlanBudget::default()
    };
    let run = VirtualRun::new(&workload, declared, budget).expect("the workload is sound");
    let planning = processor_ns() - started;
    let planned_bytes = resident_bytes().saturating_sub(before);
    let started = processor_ns();
    let end = run.run(workload.durations());
    let engine = processor_ns() - started;
    json!({
        "tasks": size,
        "resources": resources,
        "makespan": makespan,
        "admit_ns_per_task": per_task(admitting),
        "dispatch_ns_per_task": per_task(all.saturating_sub(admitting)),
        "examined_per_task": part(dispatch_examined, size),
        "bytes_per_task": bytes / u64::from(size),
        "engine_makespan": end.makespan,
        "planning_ns_per_task": per_task(planning),
        "engine_ns_per_task": per_task(engine),
        "engine_examined_per_task": part(end.examined, size),
        "engine_bytes_per_task": planned_bytes / u64::from(size),
    })
}

fn part(count: u64, tasks: u32) -> f64 {
    (count as f64 / f64::from(tasks) * 100.0).round() / 100.0
}

/// The time that this thread has had of the processor, where the system says it; else wall time.
fn processor_ns() -> u64 {
    static BEGAN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let began = BEGAN.get_or_init(Instant::now);
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = text.split(' ').next().and_then(|first| first.parse().ok());
    first.unwrap_or_else(|| u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// What this process has in memory, where the system says it.
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
