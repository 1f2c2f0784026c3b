//! Who held what, when many ask at once.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kissats::{
    Acquired, AtsClient, AtsError, Clock, InstanceName, ReservationMode, RetryPolicy, acquire,
};

use crate::ats_contract::bench::{asks, seconds};
use crate::ats_contract::hand_clock::HandClock;

/// What one thread definitely held: from when its claim was answered to before it sent its release.
#[derive(Debug, Clone)]
pub struct Held {
    who: String,
    instance: InstanceName,
    mode: ReservationMode,
    token: u64,
    /// Before this its claim was not yet asked for.
    asked: u64,
    from: u64,
    to: u64,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            who,
            instance,
            mode,
            token,
            asked: _,
            from,
            to,
        } = self;
        write!(
            f,
            "`{who}` ({instance}, {mode}, token {token}, from {from} to {to})"
        )
    }
}

/// Lets threads request, wait, claim, give up and release as fast as they can, and writes down who
/// definitely held what, in the order of one counter.
pub fn hammer(client: &Arc<dyn AtsClient>, clock: &Arc<HandClock>) -> Vec<Held> {
    const THREADS: u64 = 6;
    const ROUNDS: u64 = 150;
    let moments = AtomicU64::new(0);
    let history = Mutex::new(Vec::new());
    let moment = || moments.fetch_add(1, Ordering::SeqCst);
    let one_round = |thread: u64, round: u64, dice: &mut u64| {
        let mut roll = |sides: u64| {
            *dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*dice >> 33) % sides
        };
        let (mut alone, mut shared) = (Vec::new(), Vec::new());
        for name in ["dut", "lan", "psu"] {
            match roll(4) {
                0 | 1 => {}
                2 => alone.push(name),
                _ => shared.push(name),
            }
        }
        let who = format!("thread {thread}, round {round}");
        let mut request = asks(&who, &alone, &shared);
        if roll(2) == 0 {
            // Longer than the hammering takes on this clock, so that no hold ends by itself.
            request = request.lasting(seconds(10));
        }
        if roll(2) == 0 {
            request = request.in_line();
        }
        clock.pass(Duration::from_millis(1));
        let mut asked = moment();
        let mut answer = acquire(client, request, RetryPolicy::default(), clock.now());
        for _ in 0..roll(50) {
            let Ok(Acquired::NotBefore(pending)) = answer else {
                break;
            };
            thread::yield_now();
            asked = moment();
            answer = pending.claim();
        }
        let held = match answer {
            Ok(Acquired::Held(held)) => held,
            // Dropped, and with it what is set aside.
            Ok(Acquired::NotBefore(_)) | Err(AtsError::Refused { .. }) => return,
            Err(other) => panic!("{other}"),
        };
        let from = moment();
        for _ in 0..roll(4) {
            thread::yield_now();
        }
        let resources = Arc::clone(held.resources());
        let to = moment();
        drop(held);
        let mut history = history.lock().unwrap_or_else(PoisonError::into_inner);
        history.extend(resources.iter().map(|held| Held {
            who: who.clone(),
            instance: held.instance.clone(),
            mode: held.mode,
            token: held.token.number(),
            asked,
            from,
            to,
        }));
    };
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let one_round = &one_round;
            scope.spawn(move || {
                let mut dice = thread + 1;
                for round in 0..ROUNDS {
                    one_round(thread, round, &mut dice);
                }
            });
        }
    });
    history.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Every pair of holds of one instance that stood beside each other and should not have, and every
/// token that fell.
#[must_use]
pub fn overlaps(history: &[Held]) -> Vec<String> {
    let mut sorted: Vec<&Held> = history.iter().collect();
    sorted.sort_by_key(|held| held.from);
    let mut found = Vec::new();
    for (position, one) in sorted.iter().enumerate() {
        for other in &sorted[position + 1..] {
            if one.instance != other.instance {
                continue;
            }
            let both_shared =
                one.mode == ReservationMode::Shared && other.mode == ReservationMode::Shared;
            if other.from < one.to && !both_shared {
                found.push(format!("{one} and {other} overlap"));
            }
            // Two who share may be answered in another order than they claimed in.
            if other.asked >= one.from && other.token < one.token {
                found.push(format!("the token fell from {one} to {other}"));
            }
        }
    }
    found
}
