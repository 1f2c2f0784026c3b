//! The bench that the contract is checked on.

#[cfg(unix)]
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[cfg(unix)]
use kissats::HostAts;
use kissats::{
    Acquired, AtsClient, AtsError, Claim, ClaimAnswer, Clock, HoldId, Holder, InstanceConfig,
    InstanceName, LocalAts, Obstacle, PreReservation, PreReservationId, ReservationMode,
    ReservationRequest, ReserveError, ResourceName, ResourceNeed, ResourceReservation, RetryPolicy,
    Timestamp, Value, acquire, json,
};

use crate::ats_contract::hand_clock::HandClock;
#[cfg(unix)]
use crate::project::own_host;

/// The bench that the contract is checked on, owned by this process.
#[must_use]
pub fn local_bench(clock: Arc<HandClock>) -> LocalAts {
    instances().fold(LocalAts::new(clock), LocalAts::with_instance)
}

/// The same bench, shared with whoever uses the same folder: here nobody does.
#[cfg(unix)]
#[must_use]
pub fn host_bench(clock: Arc<HandClock>) -> HostAts {
    host_bench_in(&own_host(), clock)
}

#[cfg(unix)]
pub(super) fn host_bench_in(folder: &Path, clock: Arc<HandClock>) -> HostAts {
    let ats = HostAts::new(clock).in_folder(folder);
    instances().fold(ats, HostAts::with_instance)
}

fn instances() -> impl Iterator<Item = InstanceConfig> {
    let psu = json!({ "port": 5025, "limit": 3.0 });
    let all = [("dut", Value::Null), ("lan", Value::Null), ("psu", psu)];
    all.into_iter().map(|(name, config)| {
        let instance = InstanceName::new(format!("{name}-1")).expect("a name");
        InstanceConfig::new(resource(name), instance).with_config(config)
    })
}

/// A client under test, and the clock that it goes by.
pub(super) struct Bench {
    pub(super) client: Arc<dyn AtsClient>,
    pub(super) clock: Arc<HandClock>,
}

impl Bench {
    pub(super) fn request(&self, request: &ReservationRequest) -> PreReservation {
        self.client.request(request).expect("nobody is in the way")
    }

    pub(super) fn claim(&self, id: PreReservationId) -> Claim {
        match self.client.claim(id).expect("it is in time") {
            ClaimAnswer::Claimed(claim) => claim,
            slot => panic!("it is in time, and was offered {slot:?}"),
        }
    }

    pub(super) fn take(&self, request: &ReservationRequest) -> Claim {
        let granted = self.request(request);
        self.claim(granted.id)
    }

    pub(super) fn obstacle(&self, request: &ReservationRequest) -> (Obstacle, Option<Timestamp>) {
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

    pub(super) fn release(&self, id: impl Into<HoldId>) {
        self.client.release(id.into()).expect("it is held");
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.clock.pass(Duration::from_secs(seconds));
    }

    pub(super) fn acquire(&self, request: ReservationRequest) -> ResourceReservation {
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

    pub(super) fn expect_idle(&self) {
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

pub(super) fn resource(name: &str) -> ResourceName {
    ResourceName::new(name).expect("a name")
}

pub(super) fn asks(who: &str, alone: &[&str], shared: &[&str]) -> ReservationRequest {
    let need = |mode| move |name: &&str| ResourceNeed::new(resource(name), mode);
    let alone = alone.iter().map(need(ReservationMode::Exclusive));
    let shared = shared.iter().map(need(ReservationMode::Shared));
    ReservationRequest::new(Holder::new(who), alone.chain(shared).collect())
}

pub(super) fn seconds(span: u64) -> Duration {
    Duration::from_secs(span)
}

pub(super) fn at(instant: u64) -> Timestamp {
    Timestamp::from_start(seconds(instant))
}
