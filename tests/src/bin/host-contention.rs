//! Processes that contend for four resources of one host, some of which are killed.

#![expect(clippy::print_stdout, reason = "it says what it has done")]

use std::error::Error;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use clap::Parser;
use kissats::{Holder, ReservationMode, ReservationRequest, ResourceName, ResourceNeed};
use kissats_tests::Dice;
use kissats_tests::host::{Contender, now};

/// Has processes contend for four resources, and writes down who held what; `host-check` judges it
#[derive(Debug, Clone, Parser)]
struct Args {
    /// Where the tickets lie; nobody else may use it
    #[arg(long)]
    folder: PathBuf,
    /// Where the history goes
    #[arg(long)]
    history: PathBuf,
    /// How many processes contend
    #[arg(long, default_value_t = 8)]
    processes: usize,
    /// How many claims each makes
    #[arg(long, default_value_t = 200)]
    claims: u32,
    /// How many of them are killed, and replaced
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// For how long nobody gets what a killed process held, in milliseconds
    #[arg(long, default_value_t = 20)]
    quarantine: u64,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Have every second process be of the user of this number, with a strict mask; for the superuser
    #[arg(long)]
    other_user: Option<u32>,
    /// Be one of the processes
    #[arg(long, hide = true)]
    contend: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if args.contend {
        contend(&args)
    } else {
        oversee(&args)
    }
}

fn contend(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut dice = Dice(args.seed);
    let contender = Contender::new(&args.folder, Duration::from_millis(args.quarantine));
    let mut history = Contender::history(&args.history)?;
    for _ in 0..args.claims {
        let mut needs = Vec::new();
        for name in ["board", "lan", "oven", "psu"] {
            let mode = match dice.below(5) {
                0 => ReservationMode::Exclusive,
                1 => ReservationMode::Shared,
                _ => continue,
            };
            needs.push(ResourceNeed::new(ResourceName::new(name)?, mode));
        }
        let request = ReservationRequest::new(Holder::new("a claim"), needs);
        // Mostly short; some are long enough to be killed in.
        let longest = if dice.below(3) == 0 { 20_000 } else { 1_000 };
        let span = Duration::from_micros(dice.below(longest));
        contender.hold(request, span, &mut history)?;
    }
    Ok(())
}

fn oversee(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut history = Contender::history(&args.history)?;
    let mut dice = Dice(args.seed);
    let mut seed = args.seed.wrapping_mul(1_000);
    let mut start = || {
        seed += 1;
        let program = std::env::current_exe()?;
        let mut command = match args.other_user {
            Some(user) if seed.is_multiple_of(2) => as_user(user, &program),
            _ => Command::new(program),
        };
        command.args(["--contend", "--seed", &seed.to_string()]);
        command.args(["--claims", &args.claims.to_string()]);
        command.args(["--quarantine", &args.quarantine.to_string()]);
        command.arg("--folder").arg(&args.folder);
        command.arg("--history").arg(&args.history).spawn()
    };
    let mut all: Vec<Child> = (0..args.processes)
        .map(|_| start())
        .collect::<Result<_, _>>()?;
    for _ in 0..args.kills {
        thread::sleep(Duration::from_millis(10 + dice.below(40)));
        let victim = usize::try_from(dice.below(u64::try_from(all.len())?))?;
        let child = &mut all[victim];
        // What it held at this moment it holds until it is dead.
        let moment = now();
        child.kill()?;
        if child.wait()?.success() {
            // It had ended by itself.
        } else {
            history.write_all(format!("x {moment} {}\n", child.id()).as_bytes())?;
        }
        all[victim] = start()?;
    }
    let mut bad = 0;
    for child in &mut all {
        bad += usize::from(!child.wait()?.success());
    }
    if bad > 0 {
        return Err(format!("{bad} processes failed").into());
    }
    println!(
        "{} processes of {} claims each have ended",
        args.processes, args.claims
    );
    Ok(())
}

/// The program as another user, whose files nobody else may read unless they say so.
fn as_user(user: u32, program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "umask 077; exec \"$0\" \"$@\""]);
    command.arg(program).uid(user).gid(user);
    command
}
