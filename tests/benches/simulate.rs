//! x
#![allow(clippy::print_stdout, reason = "x")]
use kissats::schedule::*;
use kissats_tests::suite::Suite;
fn env(n: &str, d: f64) -> f64 {
    std::env::var(n)
        .ok()
        .and_then(|t| t.parse().ok())
        .unwrap_or(d)
}
fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let mut ratios = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    for f in files {
        let text = std::fs::read_to_string(&f).unwrap();
        let suite = if text.contains("\"tests\"") {
            Suite::parse_contention(&text).unwrap()
        } else {
            Suite::parse(&text).unwrap()
        };
        let t = std::time::Instant::now();
        let plan = DispatchPlan::of(
            &suite.workload,
            PlanBudget {
                starts: env("STARTS", 60000.0) as u64,
                seed: env("SEED", 1.0) as u64,
            },
        );
        let ms = t.elapsed().as_secs_f64() * 1000.0;
        let run = plan.simulated(&suite.workload, &suite.actual);
        let r = run.makespan as f64 / suite.lower_bound;
        println!(
            "{} {:.4} exams {:.2} {ms:.1}ms sims {} gap {:.4}",
            f.file_name().unwrap().to_string_lossy(),
            r,
            run.examined as f64 / plan.levels.len() as f64,
            plan.simulations,
            plan.gap()
        );
        ratios.push(r);
    }
    ratios.sort_by(f64::total_cmp);
    let x = (ratios.len() - 1) as f64 * 0.95;
    let i = x as usize;
    let p95 = ratios[i] + (x - i as f64) * (ratios[(i + 1).min(ratios.len() - 1)] - ratios[i]);
    println!(
        "mean {:.4} p95 {:.4} worst {:.4}",
        ratios.iter().sum::<f64>() / ratios.len() as f64,
        p95,
        ratios[ratios.len() - 1]
    );
}
