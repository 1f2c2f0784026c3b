//! What every implementation of `AtsClient` must keep.
//!
//! One bench for all: the resources `dut`, `lan` and `psu`, one instance each (`dut-1` and so on),
//! and `psu-1` set up with `{ "port": 5025, "limit": 3.0 }`. Whoever writes a client calls
//! [`check`] with a function that makes it, on the clock that it is given.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kissats::{
    Acquired, AtsClient, AtsError, Claim, ClaimAnswer, Clock, Command, HoldId, Holder,
    InstanceConfig, InstanceName, LocalAts, Obstacle, PreReservation, PreReservationId, Reply,
    ReservationId, ReservationMode, ReservationRequest, ReserveError, ResourceName, ResourceNeed,
    ResourceReservation, RetryPolicy, Timestamp, Value, acquire, json, server_communicate,
};

/// A clock that is moved by hand, in milliseconds.
#[derive(Debug, Default)]
pub struct HandClock(AtomicU64);

impl HandClock {
    /// Lets `span` pass.
    pub fn pass(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_start(Duration::from_millis(self.0.load(Ordering::SeqCst)))
    }
}

/// The bench that the contract is checked on, owned by this process.
#[must_use]
pub fn local_bench(clock: Arc<HandClock>) -> LocalAts {
    let psu = json!({ "port": 5025, "limit": 3.0 });
    let instances = [("dut", Value::Null), ("lan", Value::Null), ("psu", psu)];
    instances
        .into_iter()
        .fold(LocalAts::new(clock), |ats, (name, config)| {
            let instance = InstanceName::new(format!("{name}-1")).expect("a name");
            ats.with_instance(InstanceConfig::new(resource(name), instance).with_config(config))
        })
}

/// Checks the client that `make` makes, anew for every rule. Panics with the rule that is broken.
pub fn check(make: impl Fn(Arc<HandClock>) -> Arc<dyn AtsClient>) {
    let rules: [Rule; 13] = [
        ("it knows its resources", knows_its_resources),
        ("exclusive is alone, shared is not", excludes_and_shares),
        ("all or nothing", takes_all_or_nothing),
        ("the earliest window", grants_the_earliest_window),
        ("wishes go with the request", lays_wishes_over),
        ("a claim has its time", keeps_the_time_of_claims),
        ("a late claim gets the next slot", offers_the_next_slot),
        ("a claim ends or is renewed", ends_claims),
        ("an exclusive holder is not starved", starves_nobody),
        ("release takes either kind of id, once", releases_once),
        ("drop and panic give back", gives_back_on_every_path),
        ("the command words", understands_commands),
        ("threads", |bench| {
            let history = hammer(&bench.client, &bench.clock);
            assert_eq!(overlaps(&history), Vec::<String>::new());
            assert!(history.len() > 100, "only {} holds", history.len());
            bench.expect_idle();
        }),
    ];
    for (rule, check) in rules {
        let clock = Arc::new(HandClock::default());
        let client = make(Arc::clone(&clock));
        let bench = Bench { client, clock };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&bench))) {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            panic!(
                "the client breaks the rule `{rule}`: {}",
                text.unwrap_or("a panic without words")
            );
        }
    }
}

/// What a rule says, and how it is checked.
type Rule = (&'static str, fn(&Bench));

struct Bench {
    client: Arc<dyn AtsClient>,
    clock: Arc<HandClock>,
}

impl Bench {
    fn request(&self, request: &ReservationRequest) -> PreReservation {
        self.client.request(request).expect("nobody is in the way")
    }

    fn claim(&self, id: PreReservationId) -> Claim {
        match self.client.claim(id).expect("it is in time") {
            ClaimAnswer::Claimed(claim) => claim,
            slot => panic!("it is in time, and was offered {slot:?}"),
        }
    }

    fn take(&self, request: &ReservationRequest) -> Claim {
        let granted = self.request(request);
        self.claim(granted.id)
    }

    fn obstacle(&self, request: &ReservationRequest) -> (Obstacle, Option<Timestamp>) {
        match self.client.request(request) {
            Err(AtsError::Refused {
                source:
                    ReserveError::Unavailable {
                        obstacle,
                        available_at,
                        ..
                    },
            }) => (obstacle, available_at),
            other => panic!("somebody is in the way, and the answer is {other:?}"),
        }
    }

    fn release(&self, id: impl Into<HoldId>) {
        self.client.release(id.into()).expect("it is held");
    }

    fn pass(&self, seconds: u64) {
        self.clock.pass(Duration::from_secs(seconds));
    }

    fn acquire(&self, request: ReservationRequest) -> ResourceReservation {
        match acquire(
            &self.client,
            request,
            RetryPolicy::default(),
            self.clock.now(),
        ) {
            Ok(Acquired::Held(held)) => held,
            other => panic!("nobody is in the way, and the answer is {other:?}"),
        }
    }

    fn expect_idle(&self) {
        let everything = asks("the last", &["dut", "lan", "psu"], &[]);
        let answer = self.client.availability(&everything).expect("it is known");
        assert!(answer.available, "something is left: {answer:?}");
        let free = self
            .client
            .available_resources()
            .expect("it can be reached");
        assert_eq!(free, ["dut", "lan", "psu"]);
    }
}

fn resource(name: &str) -> ResourceName {
    ResourceName::new(name).expect("a name")
}

fn asks(who: &str, alone: &[&str], shared: &[&str]) -> ReservationRequest {
    let need = |mode| move |name: &&str| ResourceNeed::new(resource(name), mode);
    let alone = alone.iter().map(need(ReservationMode::Exclusive));
    let shared = shared.iter().map(need(ReservationMode::Shared));
    ReservationRequest::new(Holder::new(who), alone.chain(shared).collect())
}

fn seconds(span: u64) -> Duration {
    Duration::from_secs(span)
}

fn at(instant: u64) -> Timestamp {
    Timestamp::from_start(seconds(instant))
}

fn knows_its_resources(bench: &Bench) {
    let all = bench.client.resources().expect("it can be reached");
    assert_eq!(all, ["dut", "lan", "psu"]);
    bench.expect_idle();
    let config = bench
        .client
        .resource_config(&resource("psu"))
        .expect("it is known");
    assert_eq!(config.len(), 1);
    assert_eq!(config[0].instance, "psu-1");
    assert_eq!(config[0].config, json!({ "port": 5025, "limit": 3.0 }));
    let claim = bench.take(&asks("ada", &["dut"], &["lan"]));
    let free = bench.client.available_resources();
    assert_eq!(free.expect("it can be reached"), ["psu"]);
    bench.release(claim.id);
    bench.expect_idle();
}

fn excludes_and_shares(bench: &Bench) {
    let first = bench.take(&asks("ada", &[], &["lan"]));
    let second = bench.take(&asks("bob", &[], &["lan"]));
    let (obstacle, available_at) = bench.obstacle(&asks("cyd", &["lan"], &[]));
    assert_eq!(
        obstacle.to_string(),
        "`lan` (exclusive) is held by `ada`, `bob`"
    );
    assert_eq!(available_at, None, "nobody knows when they will go");
    bench.release(first.id);
    bench.obstacle(&asks("cyd", &["lan"], &[]));
    bench.release(second.id);
    let alone = bench.take(&asks("cyd", &["lan"], &[]));
    bench.obstacle(&asks("ada", &[], &["lan"]));
    bench.obstacle(&asks("ada", &["lan"], &[]));
    assert!(alone.resources[0].token >= second.resources[0].token);
    bench.release(alone.id);
    bench.expect_idle();
}

fn takes_all_or_nothing(bench: &Bench) {
    let dut = bench.take(&asks("ada", &["dut"], &[]));
    let (obstacle, _) = bench.obstacle(&asks("bob", &["psu", "dut"], &["lan"]));
    assert_eq!(obstacle.resource, "dut");
    let rest = bench.take(&asks("cyd", &["psu", "lan"], &[]));
    let names: Vec<_> = rest.resources.iter().map(|held| &held.resource).collect();
    assert_eq!(names, ["lan", "psu"], "sorted by resource");
    bench.release(dut.id);
    bench.release(rest.id);
    let twice = bench.client.request(&asks("ada", &["dut"], &["dut"]));
    assert!(
        matches!(
            twice,
            Err(AtsError::Refused {
                source: ReserveError::AskedTwice { .. }
            })
        ),
        "{twice:?}"
    );
    bench.expect_idle();
}

fn grants_the_earliest_window(bench: &Bench) {
    bench.take(&asks("ada", &["dut"], &[]).lasting(seconds(5)));
    let booked = asks("bob", &["psu"], &[])
        .needed_at(at(7))
        .lasting(seconds(4));
    bench.request(&booked);
    for (span, start) in [(2, 5), (3, 11)] {
        let both = asks("cyd", &["dut", "psu"], &[]).lasting(seconds(span));
        let answer = bench.client.availability(&both).expect("it is known");
        assert!(!answer.available);
        let soonest = answer.soonest.expect("everything has an end");
        assert_eq!(
            (soonest.starts_at, soonest.ends_at),
            (at(start), Some(at(start + span)))
        );
        let (obstacle, available_at) = bench.obstacle(&both.clone().only_then());
        assert_eq!(obstacle.resource, "dut");
        assert_eq!(available_at, Some(at(start)));
        let granted = bench.request(&both);
        assert_eq!(granted.claimable_at, at(start));
        assert_eq!(granted.ends_at, Some(at(start + span)));
        assert_eq!(granted.waits_for, Some(obstacle));
        bench.release(granted.id);
    }
    let refused = bench
        .client
        .request(&asks("cyd", &["dut"], &[]).lasting(Duration::ZERO));
    assert!(
        matches!(
            refused,
            Err(AtsError::Refused {
                source: ReserveError::EmptyWindow
            })
        ),
        "{refused:?}"
    );
}

fn lays_wishes_over(bench: &Bench) {
    let mut request = asks("ada", &["psu"], &[]);
    request.needs[0].config = json!({ "limit": 1.5 });
    let claim = bench.take(&request);
    assert_eq!(
        claim.resources[0].config,
        json!({ "port": 5025, "limit": 1.5 })
    );
    bench.release(claim.id);
    let claim = bench.take(&asks("bob", &["psu"], &[]));
    assert_eq!(
        claim.resources[0].config,
        json!({ "port": 5025, "limit": 3.0 }),
        "a wish is gone with who wished"
    );
}

fn keeps_the_time_of_claims(bench: &Bench) {
    let first = bench.take(&asks("ada", &["dut"], &[]).lasting(seconds(20)));
    let second = bench.request(&asks("bob", &["dut"], &[]).lasting(seconds(20)));
    assert_eq!(second.claimable_at, at(20));
    bench.pass(19);
    match bench.client.claim(second.id) {
        Err(AtsError::Refused {
            source: ReserveError::TooEarly { claimable_at, .. },
        }) => {
            assert_eq!(claimable_at, at(20));
        }
        other => panic!("it is too early, and the answer is {other:?}"),
    }
    bench.pass(1);
    let claim = bench.claim(second.id);
    assert_eq!(claim.ends_at, Some(at(40)));
    let late = bench.client.release(first.id.into());
    assert!(late.is_err(), "its time was over: {late:?}");
    let again = bench.client.claim(second.id);
    assert!(
        matches!(
            again,
            Err(AtsError::Refused {
                source: ReserveError::NotPreReserved { .. }
            })
        ),
        "claimed twice: {again:?}"
    );
    // What was wanted for later cannot be had earlier, although nobody is in the way.
    let later = asks("cyd", &["psu"], &[])
        .needed_at(at(30))
        .lasting(seconds(5));
    let later = bench.request(&later);
    assert!(bench.client.claim(later.id).is_err());
    bench.pass(10);
    bench.claim(later.id);
}

fn offers_the_next_slot(bench: &Bench) {
    let late = bench.request(&asks("ada", &["dut"], &[]).lasting(seconds(3600)));
    bench
        .clock
        .pass(late.expires_at.since(bench.clock.now()) + seconds(1));
    let now = bench.clock.now();
    bench.take(&asks("bob", &["dut"], &[]).lasting(seconds(30)));
    let slot = match bench.client.claim(late.id) {
        Ok(ClaimAnswer::NextSlot(slot)) => slot,
        other => panic!("it came too late, and the answer is {other:?}"),
    };
    assert_ne!(slot.id, late.id);
    assert_eq!(slot.claimable_at, now + seconds(30));
    bench.pass(30);
    let claim = bench.claim(slot.id);
    bench.release(claim.id);
    bench.expect_idle();
}

fn ends_claims(bench: &Bench) {
    let claim = bench.take(&asks("ada", &["dut"], &[]).lasting(seconds(5)));
    let renew = |span| bench.client.renew(claim.id, seconds(span));
    assert_eq!(renew(8).expect("nobody comes next"), Some(at(8)));
    assert_eq!(renew(1).expect("it is held"), Some(at(8)), "never shorter");
    let next = bench.request(&asks("bob", &["dut"], &[]).lasting(seconds(5)));
    assert_eq!(next.claimable_at, at(8));
    match renew(9) {
        Err(AtsError::Refused {
            source:
                ReserveError::CannotRenew {
                    resource,
                    latest_end,
                    ..
                },
        }) => {
            assert_eq!((resource.as_str(), latest_end), ("dut", at(8)));
        }
        other => panic!("bob comes next, and the answer is {other:?}"),
    }
    bench.pass(8);
    assert!(renew(1).is_err(), "its time is over");
    let next = bench.claim(next.id);
    bench.pass(5);
    bench.expect_idle();
    assert!(bench.client.release(next.id.into()).is_err());
    let kept = bench.take(&asks("cyd", &["dut"], &[]));
    bench.pass(100_000);
    bench.obstacle(&asks("dan", &["dut"], &[]));
    bench.release(kept.id);
}

fn starves_nobody(bench: &Bench) {
    bench.take(&asks("ada", &[], &["lan"]).lasting(seconds(10)));
    let alone = bench.request(&asks("bob", &["lan"], &[]).lasting(seconds(5)));
    assert_eq!(alone.claimable_at, at(10));
    for moment in 0..10 {
        let passes_by = asks("cyd", &[], &["lan"]).lasting(seconds(10 - moment));
        assert_eq!(
            bench.request(&passes_by).claimable_at,
            at(moment),
            "it is gone in time"
        );
        let waits = asks("dan", &[], &["lan"]).lasting(seconds(11 - moment));
        let waits = bench.request(&waits);
        assert!(waits.claimable_at >= at(15), "{waits:?}");
        bench.pass(1);
    }
    bench.claim(alone.id);
}

fn releases_once(bench: &Bench) {
    let granted = bench.request(&asks("ada", &["dut"], &[]));
    bench.release(granted.id);
    bench.expect_idle();
    assert!(bench.client.release(granted.id.into()).is_err());
    let claim = bench.take(&asks("ada", &["dut"], &[]));
    bench.release(claim.id);
    assert!(bench.client.release(claim.id.into()).is_err());
    let expired = bench.request(&asks("ada", &["dut"], &[]));
    bench
        .clock
        .pass(expired.expires_at.since(bench.clock.now()));
    bench.expect_idle();
    bench.release(expired.id);
    for unknown in [
        HoldId::Claimed(ReservationId::from_number(1_000_000)),
        HoldId::PreReserved(PreReservationId::from_number(1_000_000)),
    ] {
        assert!(bench.client.release(unknown).is_err());
    }
}

fn gives_back_on_every_path(bench: &Bench) {
    let request = || asks("ada", &["dut"], &["lan"]);
    bench.acquire(request()).release().expect("it is held");
    bench.expect_idle();
    drop(bench.acquire(request()));
    bench.expect_idle();
    let held = bench.acquire(request());
    let in_panic = catch_unwind(AssertUnwindSafe(move || {
        let _held = held;
        resume_unwind(Box::new("the task broke"));
    }));
    assert!(in_panic.is_err());
    bench.expect_idle();
    // What is set aside for later is given up too.
    let held = bench.acquire(request().lasting(seconds(10)));
    let waits = acquire(
        &bench.client,
        request(),
        RetryPolicy::default(),
        bench.clock.now(),
    );
    match waits {
        Ok(Acquired::NotBefore(pending)) => {
            assert_eq!(pending.claimable_at(), at(10));
        }
        other => panic!("somebody is in the way, and the answer is {other:?}"),
    }
    drop(held);
    bench.expect_idle();
}

fn understands_commands(bench: &Bench) {
    let ask = |command: Value| {
        let command = Command::from_json(command).expect("a command");
        server_communicate(&*bench.client, command).expect("an answer")
    };
    let names = ask(json!({ "command": "get_all_resources" }));
    assert_eq!(
        names,
        Reply::Resources {
            resource_list: vec!["dut".into(), "lan".into(), "psu".into()]
        }
    );
    let Reply::PreReserved {
        pre_reservation_id, ..
    } = ask(json!({ "command": "request_reservation", "resource": "psu" }))
    else {
        panic!("nobody is in the way")
    };
    let busy = ask(json!({ "command": "check_available", "resource": "psu" }));
    assert!(
        matches!(
            busy,
            Reply::Availability {
                available: false,
                ..
            }
        ),
        "{busy:?}"
    );
    let Reply::Claimed { reservation_id, .. } =
        ask(json!({ "command": "claim_reservation", "pre_reservation_id": pre_reservation_id }))
    else {
        panic!("it is in time")
    };
    let release = json!({ "command": "release_reservation", "reservation_id": reservation_id });
    for release_status in [true, false] {
        assert_eq!(ask(release.clone()), Reply::Released { release_status });
    }
    bench.expect_idle();
}

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
