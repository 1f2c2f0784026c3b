//! x
#![allow(clippy::print_stdout, reason = "x")]
use kissats::schedule::SimulatedRun;
use kissats_tests::suite::Suite;
fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let theta: f64 = std::env::var("THETA")
        .ok()
        .and_then(|t| t.parse().ok())
        .unwrap_or(0.0);
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
        let levels = suite.workload.levels();
        let n: u64 = std::env::var("N")
            .ok()
            .and_then(|t| t.parse().ok())
            .unwrap_or(0);
        let levels = if n == 0 {
            levels
        } else {
            let t = std::time::Instant::now();
            let found = kissats::schedule::search(
                &suite.workload,
                kissats::schedule::SearchBudget {
                    schedules: n,
                    seed: 1,
                },
            );
            print!(
                "{:.1}ms search {:.4} ",
                t.elapsed().as_secs_f64() * 1000.0,
                found.makespan as f64 / suite.lower_bound
            );
            found.starts.iter().map(|s| found.makespan - s).collect()
        };
        let mut levels = levels;
        {
            let t = std::time::Instant::now();
            let c = kissats::schedule::Bounds::of(&suite.actual_workload());
            print!(
                "clique {:.4} {:.4} {:.1}ms ",
                c.conflicts as f64 / suite.lower_bound,
                c.resource.max(c.critical_path).max(c.work) as f64 / suite.lower_bound,
                t.elapsed().as_secs_f64() * 1000.0
            );
        }
        let es: u64 = std::env::var("ES")
            .ok()
            .and_then(|t| t.parse().ok())
            .unwrap_or(0);
        let rate: f64 = std::env::var("RATE")
            .ok()
            .and_then(|t| t.parse().ok())
            .unwrap_or(0.05);
        let strength: f64 = std::env::var("STR")
            .ok()
            .and_then(|t| t.parse().ok())
            .unwrap_or(0.5);
        let base: f64 = std::env::var("BASE")
            .ok()
            .and_then(|t| t.parse().ok())
            .unwrap_or(0.0);
        if es > 0 {
            let t = std::time::Instant::now();
            let mut x = 12345u64;
            let mut rnd = || {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                (x >> 11) as f64 / (1u64 << 53) as f64
            };
            let mut load = vec![0u64; suite.workload.stocks().len()];
            for t in 0..levels.len() {
                for n in suite.workload.needs(t as u32) {
                    if let kissats::schedule::Share::Units(k) = n.share {
                        load[n.resource as usize] += k as u64 * suite.workload.durations()[t]
                            / suite.workload.stocks()[n.resource as usize].capacity as u64;
                    }
                }
            }
            if base > 0.0 {
                for t in 0..levels.len() {
                    for n in suite.workload.needs(t as u32) {
                        if let kissats::schedule::Share::Units(_) = n.share {
                            levels[t] =
                                levels[t].max((load[n.resource as usize] as f64 * base) as u64);
                        }
                    }
                }
            }
            let mut best = SimulatedRun::of(
                &suite.workload,
                &levels,
                suite.workload.durations(),
                u64::MAX,
            )
            .makespan;
            let first = best;
            for _ in 0..es {
                let mut trial = levels.clone();
                for t in 0..trial.len() {
                    if rnd() < rate {
                        let f = ((rnd() * 2.0 - 1.0) * strength * 2.0).exp();
                        trial[t] = (trial[t] as f64 * f) as u64;
                    }
                }
                let m = SimulatedRun::of(
                    &suite.workload,
                    &trial,
                    suite.workload.durations(),
                    u64::MAX,
                )
                .makespan;
                if m <= best {
                    best = m;
                    levels = trial;
                }
            }
            print!(
                "{:.1}ms es {:.4} -> {:.4} ",
                t.elapsed().as_secs_f64() * 1000.0,
                first as f64 / suite.lower_bound,
                best as f64 / suite.lower_bound
            );
        }
        let est = SimulatedRun::of(
            &suite.workload,
            &levels,
            suite.workload.durations(),
            u64::MAX,
        );
        let patience = if theta > 0.0 {
            (est.makespan as f64 * theta) as u64
        } else {
            u64::MAX
        };
        let run = SimulatedRun::of(&suite.workload, &levels, &suite.actual, patience);
        let r = run.makespan as f64 / suite.lower_bound;
        println!(
            "{} {:.4} exams {:.2}",
            f.file_name().unwrap().to_string_lossy(),
            r,
            run.examined as f64 / levels.len() as f64
        );
        ratios.push(r);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "mean {:.4} p95 {:.4} worst {:.4}",
        ratios.iter().sum::<f64>() / ratios.len() as f64,
        ratios[(ratios.len() * 95 / 100).min(ratios.len() - 1)],
        ratios[ratios.len() - 1]
    );
}
