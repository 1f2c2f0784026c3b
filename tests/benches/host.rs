//! What it costs to share resources with other processes of the machine, beside `flock` alone.

#![cfg_attr(not(unix), allow(unused, reason = "there is nothing to measure there"))]
#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

use std::error::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use kissats::{Holder, ReservationMode, ReservationRequest, ResourceName, ResourceNeed};
use kissats_tests::host::{Contender, now};
use serde_json::json;

/// Measures the client `host` and `flock` in turns
#[derive(Debug, Parser)]
struct Args {
    /// Where tickets and locks lie [default: a folder of the temporary folder]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
    /// Be one of the processes that contend
    #[arg(long, hide = true)]
    contend: Option<With>,
    #[arg(long, hide = true)]
    shared: bool,
    #[arg(long, hide = true, default_value_t = 1_000)]
    hold_us: u64,
    #[arg(long, hide = true, default_value_t = 0)]
    until: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum With {
    Host,
    Flock,
}

const BOTH: [With; 2] = [With::Host, With::Flock];

/// How long processes contend.
const SPAN: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let folder = args.folder.clone().unwrap_or_else(|| {
        let name = format!("kissats-bench-host-{}", std::process::id());
        std::env::temp_dir().join(name)
    });
    if let Some(with) = args.contend {
        return contend(&args, with, &folder);
    }
    if !args.bench {
        println!("skipped: `cargo bench` measures");
        return Ok(());
    }
    let mut figures = serde_json::Map::new();
    let mut take = |name: &str, values: Vec<f64>| {
        let middle = median(&values);
        println!("{name}: {middle:.1} (of {values:.1?})");
        figures.insert(name.to_owned(), json!((middle * 10.0).round() / 10.0));
    };
    for with in BOTH {
        let all = (0..args.rounds).map(|_| uncontended_us(with, &folder));
        take(
            &format!("{with:?} uncontended us"),
            all.collect::<Result<_, _>>()?,
        );
    }
    let mut rounds: Vec<(With, Contended, Contended, f64)> = Vec::new();
    for _ in 0..args.rounds {
        for with in BOTH {
            let fair = contended(with, &folder, &[(8, false, 1_000)])?;
            let waiting = contended(with, &folder, &[(1, false, 1_000), (6, true, 5_000)])?;
            let killed = after_kill_ms(with, &folder)?;
            rounds.push((with, fair, waiting, killed));
        }
    }
    for with in BOTH {
        let of = |value: &dyn Fn(&Contended, &Contended, f64) -> f64| {
            let mine = rounds.iter().filter(|round| round.0 == with);
            mine.map(|(_, fair, waiting, killed)| value(fair, waiting, *killed))
                .collect::<Vec<_>>()
        };
        let name = |what: &str| format!("{with:?} {what}");
        take(
            &name("8 processes, grants"),
            of(&|fair, _, _| fair.grants()),
        );
        take(
            &name("8 processes, most / fewest"),
            of(&|fair, _, _| fair.spread()),
        );
        take(
            &name("8 processes, longest wait ms"),
            of(&|fair, _, _| fair.longest()),
        );
        take(
            &name("exclusive among 6 shared, longest wait ms"),
            of(&|_, waiting, _| waiting.0[0].longest_ms),
        );
        take(
            &name("exclusive among 6 shared, grants"),
            of(&|_, waiting, _| f64::from(waiting.0[0].grants)),
        );
        take(
            &name("kill -9 to next holder ms"),
            of(&|_, _, killed| killed),
        );
    }
    println!("{}", serde_json::Value::Object(figures));
    let _ = fs::remove_dir_all(folder);
    Ok(())
}

/// One claim and release of what nobody else wants, in microseconds.
fn uncontended_us(with: With, folder: &Path) -> Result<f64, Box<dyn Error>> {
    const TIMES: u32 = 2_000;
    let mut lock = Lock::new(with, folder)?;
    let mut spans = Vec::new();
    for _ in 0..TIMES {
        let start = Instant::now();
        lock.hold(false, || ())?;
        spans.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&spans))
}

/// What came of each process.
struct Contended(Vec<Share>);

struct Share {
    grants: u32,
    longest_ms: f64,
}

impl Contended {
    fn grants(&self) -> f64 {
        f64::from(self.0.iter().map(|share| share.grants).sum::<u32>())
    }

    fn spread(&self) -> f64 {
        let grants = || self.0.iter().map(|share| f64::from(share.grants));
        grants().fold(0.0, f64::max) / grants().fold(f64::INFINITY, f64::min)
    }

    fn longest(&self) -> f64 {
        self.0
            .iter()
            .map(|share| share.longest_ms)
            .fold(0.0, f64::max)
    }
}

/// Has processes contend: how many, how, and for how long each holds, in microseconds.
fn contended(
    with: With,
    folder: &Path,
    crowds: &[(u32, bool, u64)],
) -> Result<Contended, Box<dyn Error>> {
    let until = now() + u64::try_from(SPAN.as_nanos())?;
    let mut children = Vec::new();
    for &(count, shared, hold_us) in crowds {
        for _ in 0..count {
            children.push(start(with, folder, shared, hold_us, until)?);
        }
    }
    let mut shares = Vec::new();
    for mut child in children {
        let mut told = String::new();
        let stdout = child.stdout.as_mut().ok_or("stdout is a pipe")?;
        stdout.read_to_string(&mut told)?;
        child.wait()?;
        let last = told.lines().last().ok_or("a process said nothing")?;
        let (grants, longest) = last.split_once(' ').ok_or("two numbers were expected")?;
        shares.push(Share {
            grants: grants.parse()?,
            longest_ms: longest.parse()?,
        });
    }
    Ok(Contended(shares))
}

/// From the death of a holder to the next one, in milliseconds, without quarantine.
fn after_kill_ms(with: With, folder: &Path) -> Result<f64, Box<dyn Error>> {
    let mut spans = Vec::new();
    for _ in 0..5 {
        let mut holder = start(with, folder, false, 60_000_000, u64::MAX)?;
        // It says so when it holds.
        let mut said = [0];
        let stdout = holder.stdout.as_mut().ok_or("stdout is a pipe")?;
        stdout.read_exact(&mut said)?;
        let next = thread::spawn({
            let folder = folder.to_owned();
            move || {
                let mut lock = Lock::new(with, &folder).ok()?;
                lock.hold(false, Instant::now).ok()
            }
        });
        thread::sleep(Duration::from_millis(300));
        let killed = Instant::now();
        holder.kill()?;
        let held = next.join().map_err(|_| "a thread broke")?;
        let held = held.ok_or("nobody came next")?;
        spans.push((held - killed).as_secs_f64() * 1e3);
        holder.wait()?;
    }
    Ok(median(&spans))
}

fn start(
    with: With,
    folder: &Path,
    shared: bool,
    hold_us: u64,
    until: u64,
) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    let with = format!("{with:?}").to_lowercase();
    command.args(["--contend", &with, "--hold-us", &hold_us.to_string()]);
    command.args(["--until", &until.to_string()]);
    command.arg("--folder").arg(folder);
    if shared {
        command.arg("--shared");
    }
    command.stdout(Stdio::piped()).spawn()
}

fn contend(args: &Args, with: With, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut lock = Lock::new(with, folder)?;
    let hold = Duration::from_micros(args.hold_us);
    let (mut grants, mut longest) = (0, Duration::ZERO);
    while now() < args.until {
        let asked = Instant::now();
        let got = lock.hold(args.shared, || {
            let got = Instant::now();
            if args.until == u64::MAX {
                println!("held");
            }
            thread::sleep(hold);
            got
        })?;
        grants += 1;
        longest = longest.max(got - asked);
    }
    println!("{grants} {}", longest.as_secs_f64() * 1e3);
    Ok(())
}

/// One of the two ways to keep others out.
enum Lock {
    Host(Contender),
    Flock(File),
}

impl Lock {
    fn new(with: With, folder: &Path) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(folder)?;
        Ok(match with {
            With::Host => Self::Host(Contender::new(&folder.join("tickets"), Duration::ZERO)),
            With::Flock => {
                let path = folder.join("lock");
                let mut options = File::options();
                let options = options.create(true).truncate(false).read(true).write(true);
                Self::Flock(options.open(path)?)
            }
        })
    }

    fn hold<T>(&mut self, shared: bool, body: impl FnOnce() -> T) -> Result<T, Box<dyn Error>> {
        let done = match self {
            Self::Host(contender) => {
                let mode = match shared {
                    true => ReservationMode::Shared,
                    false => ReservationMode::Exclusive,
                };
                let need = ResourceNeed::new(ResourceName::new("psu")?, mode);
                let request = ReservationRequest::new(Holder::new("bench"), vec![need]);
                let held = contender.take(request)?;
                let done = body();
                held.release()?;
                done
            }
            Self::Flock(file) => {
                if shared {
                    file.lock_shared()?;
                } else {
                    file.lock()?;
                }
                let done = body();
                file.unlock()?;
                done
            }
        };
        Ok(done)
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
