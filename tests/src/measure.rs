//! What a command costs.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What one run of a command took, everything it waited for included.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// User and system time: what other processes of the machine hardly change.
    pub cpu: Duration,
    /// From start to end.
    pub wall: Duration,
    /// The most memory that was resident at a time. Never less than what this program had when it
    /// started the command: the system counts from there.
    pub peak_bytes: u64,
}

/// Runs a command to its end, its stdout read and thrown away.
///
/// # Panics
/// If it cannot be started, or fails.
#[must_use]
pub fn cost(command: &mut Command) -> Cost {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().expect("the command can be started");
    let mut stdout = child.stdout.take().expect("stdout is a pipe");
    let mut buffer = vec![0; 1 << 16];
    while stdout.read(&mut buffer).expect("a pipe can be read") > 0 {}
    let used = child.wait4().expect("the command ends");
    let wall = started.elapsed();
    assert!(used.status.success(), "{command:?}: {}", used.status);
    Cost {
        cpu: used.rusage.utime + used.rusage.stime,
        wall,
        peak_bytes: used.rusage.maxrss,
    }
}

/// The same thing, run several times.
#[derive(Debug, Clone, Default)]
pub struct Costs(Vec<Cost>);

impl Costs {
    /// One run more.
    pub fn add(&mut self, cost: Cost) {
        self.0.push(cost);
    }

    /// The median of the CPU times, in milliseconds.
    #[must_use]
    pub fn cpu_ms(&self) -> f64 {
        self.median(|cost| milliseconds(cost.cpu))
    }

    /// The median of the wall times, in milliseconds.
    #[must_use]
    pub fn wall_ms(&self) -> f64 {
        self.median(|cost| milliseconds(cost.wall))
    }

    /// The median of the peaks, in MiB.
    #[must_use]
    pub fn peak_mib(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "shown with one digit behind the point"
        )]
        self.median(|cost| cost.peak_bytes as f64 / f64::from(1 << 20))
    }

    fn median(&self, of: impl Fn(&Cost) -> f64) -> f64 {
        median(&self.0.iter().map(of).collect::<Vec<_>>())
    }
}

/// What as many of them are above as below.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
