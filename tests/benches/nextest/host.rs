//! What it costs to share resources with other processes of the machine, beside `flock` alone.

use std::error::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use kissats::{Holder, ReservationMode, ReservationRequest, ResourceName, ResourceNeed};
use kissats_tests::host::{Contender, now};
use kissats_tests::measure::median;
use serde_json::{Value, json};

/// One of the processes that contend
#[derive(Debug, Args)]
pub(crate) struct Contend {
    #[arg(long)]
    with: With,
    #[arg(long)]
    folder: PathBuf,
    #[arg(long)]
    shared: bool,
    #[arg(long)]
    hold_us: u64,
    #[arg(long)]
    until: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum With {
    Host,
    Flock,
}

const BOTH: [With; 2] = [With::Host, With::Flock];

/// What is measured of each.
const MEASURES: [&str; 7] = [
    "uncontended claim and release, us",
    "eight processes: grants",
    "most / fewest grants among them",
    "longest wait among them, ms",
    "exclusive among six shared: longest wait, ms",
    "exclusive among six shared: its grants",
    "kill -9 of a holder to the next, ms",
];

/// How long processes contend.
const SPAN: Duration = Duration::from_secs(3);

pub(crate) fn measure(rounds: usize, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let mut taken = BOTH.map(|_| MEASURES.map(|_| Vec::new()));
    for _ in 0..rounds {
        for (with, taken) in BOTH.into_iter().zip(&mut taken) {
            for (value, values) in round(with, folder)?.into_iter().zip(taken) {
                values.push(value);
            }
        }
    }
    let _ = fs::remove_dir_all(folder);
    println!("| | `host` | `flock` |");
    println!("| --- | --- | --- |");
    let figures = MEASURES.iter().enumerate().map(|(at, measure)| {
        let [host, flock] = taken.each_ref().map(|of_one| median(&of_one[at]));
        println!("| {measure} | {host:.1} | {flock:.1} |");
        json!({ "measure": measure, "host": host, "flock": flock })
    });
    Ok(json!({ "rounds": rounds, "medians": figures.collect::<Vec<_>>() }))
}

/// Everything of which there are `MEASURES`, once.
fn round(with: With, folder: &Path) -> Result<[f64; MEASURES.len()], Box<dyn Error>> {
    let uncontended = uncontended_us(with, folder)?;
    let eight = contended(with, folder, &[(8, false, 1_000)])?;
    let among_shared = contended(with, folder, &[(1, false, 1_000), (6, true, 5_000)])?;
    let exclusive = &among_shared.0[0];
    Ok([
        uncontended,
        eight.grants(),
        eight.spread(),
        eight.longest(),
        exclusive.longest_ms,
        f64::from(exclusive.grants),
        after_kill_ms(with, folder)?,
    ])
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
    command.args([
        "contend",
        "--with",
        &with,
        "--hold-us",
        &hold_us.to_string(),
    ]);
    command.args(["--until", &until.to_string()]);
    command.arg("--folder").arg(folder);
    if shared {
        command.arg("--shared");
    }
    command.stdout(Stdio::piped()).spawn()
}

pub(crate) fn contend(args: &Contend) -> Result<(), Box<dyn Error>> {
    let mut lock = Lock::new(args.with, &args.folder)?;
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
