//! Runs of the example pack, and of tasks that are worth killing, whose workers and parent are killed at
//! random moments: nothing stays running, and the next run gets what the last one held.
//!
//! More rounds than in every test run: `KILL_ROUNDS=100 cargo test -p kissats-tests kill_rounds -- --ignored
//! --nocapture`.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use kissats_tests::{Dice, Finished, Marks, Project, eventually, own_host, with_default_signals};

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    let name = "kill-rounds-pack";
    let example = "example-pack.path = \"KISSATS/../example-pack\"\n";
    Project::with_files(
        name,
        &[
            ("Cargo.toml", &Project::manifest(name, &["pack"], example)),
            (
                ".config/kissats.toml",
                include_str!("../../example-pack/.config/kissats.toml"),
            ),
            ("src/lib.rs", include_str!("../packs/kill_rounds.rs")),
            ("src/mark.rs", Marks::SOURCE),
            (
                "tests/pack.rs",
                "kissats::main!(kill_rounds_pack, example_pack);\n",
            ),
        ],
    )
});

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| PROJECT.program());

/// Where all rounds share their resources: what a killed run held, the next one has to get.
static HOST: LazyLock<PathBuf> = LazyLock::new(own_host);

/// Marks everything that a round has started, whatever becomes of its parents.
const ROUND: &str = "KILL_ROUND";

/// What was done in all rounds.
#[derive(Debug, Default)]
struct Tally {
    rounds: u32,
    workers_killed: u32,
    parents_killed: u32,
    parents_asked: u32,
    left_alone: u32,
    /// The longest time from the end of a run to the end of all that it had started.
    slowest_end: Duration,
    /// The longest time from the start of a run to its first task.
    slowest_start: Duration,
}

fn command(round: &str, marks: &Marks) -> Command {
    let mut command = Command::new(&*PROGRAM);
    with_default_signals(&mut command);
    command.env("KISSATS_DIR", &*HOST);
    command
        .args([
            "--run-mode",
            "process",
            "--include-ignored",
            "--dut",
            "widget-a",
        ])
        .env(Marks::VARIABLE, marks.path())
        .env(ROUND, round)
        // As `cargo test` there would: its configuration counts.
        .env("CARGO_MANIFEST_DIR", PROJECT.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The processes of a round that are not dead, with their command lines.
fn processes(round: &str) -> Vec<(String, String)> {
    let wanted = format!("{ROUND}={round}");
    let all = fs::read_dir("/proc").expect("the system lists its processes");
    let ids = all
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|id| {
            // That of a dead process is empty.
            let environment = fs::read(format!("/proc/{id}/environ")).ok()?;
            let mut variables = environment.split(|byte| *byte == 0);
            variables.find(|variable| *variable == wanted.as_bytes())?;
            let line = fs::read(format!("/proc/{id}/cmdline")).ok()?;
            Some((id, String::from_utf8_lossy(&line).into_owned()))
        })
        .collect()
}

fn signal(name: &str, id: &str) {
    // It may be gone by now.
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", name, id]).stderr(Stdio::null()).status();
    status.expect("the system has `kill`");
}

impl Tally {
    fn round(&mut self, number: u32, dice: &mut Dice) {
        let round = format!("{}-{number}", std::process::id());
        let marks = Marks::new(&format!("kill-rounds-{number}"));
        let started = Instant::now();
        let mut run = command(&round, &marks).spawn().expect("it can be started");
        marks.wait_for("began");
        self.slowest_start = self.slowest_start.max(started.elapsed());
        self.disturb(&round, dice);
        self.end(&run, number, dice);
        eventually("the end of the run", || {
            run.try_wait().expect("it can be waited for")
        });
        let ended = Instant::now();
        eventually("the end of all that the run has started", || {
            processes(&round).is_empty().then_some(())
        });
        self.slowest_end = self.slowest_end.max(ended.elapsed());
        self.rounds += 1;
    }

    /// Kills some workers.
    fn disturb(&mut self, round: &str, dice: &mut Dice) {
        for _ in 0..dice.below(4) {
            thread::sleep(Duration::from_millis(dice.below(120)));
            let mut workers = processes(round);
            workers.retain(|(_, line)| line.contains("--kissats-worker"));
            if let Some((id, _)) = dice.pick(&workers) {
                let name = ["KILL", "TERM", "INT", "ABRT"][dice.below(4) as usize];
                signal(name, id);
                self.workers_killed += 1;
            }
        }
    }

    /// Kills the run, or asks it to end, or leaves it alone.
    fn end(&mut self, run: &Child, number: u32, dice: &mut Dice) {
        thread::sleep(Duration::from_millis(dice.below(250)));
        let id = run.id().to_string();
        match number % 6 {
            0..=2 => {
                signal("KILL", &id);
                self.parents_killed += 1;
            }
            3 | 4 => {
                for _ in 0..=dice.below(2) {
                    signal(["TERM", "INT"][dice.below(2) as usize], &id);
                    thread::sleep(Duration::from_millis(dice.below(50)));
                }
                self.parents_asked += 1;
            }
            _ => self.left_alone += 1,
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the tally is shown to those who ask for many rounds"
)]
fn play(rounds: u32) {
    let mut dice = Dice(0x5EED);
    let mut tally = Tally::default();
    LazyLock::force(&PROGRAM);
    for number in 0..rounds {
        tally.round(number, &mut dice);
    }
    // Nobody disturbs this one.
    let marks = Marks::new("kill-rounds-last");
    let finished = Finished::of(
        command("last", &marks)
            .args(["[kill]", "[power]"])
            .stdout(Stdio::piped()),
    );
    assert_eq!(finished.code, Some(0), "{}", finished.stdout);
    eprintln!("{tally:?}");
}

#[test]
fn a_few_kill_rounds_leave_nothing_behind() {
    play(5);
}

#[test]
#[ignore = "takes a second or two for each round; five run above, and BENCHMARKS.md has the command for all"]
fn kill_rounds() {
    let rounds = std::env::var("KILL_ROUNDS");
    play(rounds.map_or(100, |rounds| rounds.parse().expect("a number of rounds")));
}
