//! Every client in the house keeps the contract, and the contract notices who does not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

#[cfg(unix)]
use kissats::HostAts;
use kissats::{
    Acquired, AtsClient, AtsClientConfig, AtsError, AtsName, Availability, ClaimAnswer, Clock,
    HeldRun, HoldId, Holder, InstanceConfig, InstanceName, LocalAts, PreReservation,
    PreReservationId, ReservationId, ReservationMode, ReservationRequest, ResourceName,
    ResourceNeed, RetryPolicy, SystemClock, Timestamp, acquire, connect_ats_client,
};
use kissats_tests::ats_contract::{
    HandClock, check, check_parts, check_pool, hammer, local_bench, overlaps,
};
#[cfg(unix)]
use kissats_tests::ats_contract::{Together, host_bench};

#[test]
fn local_ats_keeps_the_contract() {
    check(|clock| Arc::new(local_bench(clock)));
    check_parts(|clock| Arc::new(local_bench(clock)));
}

#[cfg(unix)]
#[test]
fn host_ats_keeps_the_contract() {
    check(|clock| Arc::new(host_bench(clock)));
    check_parts(|clock| Arc::new(host_bench(clock)));
}

#[cfg(unix)]
#[test]
fn clients_of_one_host_keep_the_contract_together() {
    check(|clock| Arc::new(Together::new(clock)));
    check_parts(|clock| Arc::new(Together::new(clock)));
}

fn probes() -> impl Iterator<Item = InstanceConfig> {
    let names =
        ["probe-1", "probe-2", "probe-3"].map(|name| InstanceName::new(name).expect("a name"));
    let instance = |name| InstanceConfig::new(resource("probe"), name);
    names.into_iter().map(instance)
}

#[test]
fn local_ats_gives_others_than_what_is_to_be_avoided() {
    check_pool(|clock| Arc::new(probes().fold(LocalAts::new(clock), LocalAts::with_instance)));
}

#[cfg(unix)]
#[test]
fn host_ats_gives_others_than_what_is_to_be_avoided() {
    check_pool(|clock| Arc::new(probes().fold(host_bench(clock), HostAts::with_instance)));
}

#[test]
fn a_held_run_keeps_the_contract() {
    check(|clock| {
        let outer: Arc<dyn AtsClient> = Arc::new(local_bench(clock.clone()));
        Arc::new(hold(&outer, clock, ReservationMode::Exclusive, None))
    });
}

#[test]
fn a_held_run_of_limited_time_keeps_the_contract() {
    check(|clock| {
        let outer: Arc<dyn AtsClient> = Arc::new(local_bench(clock.clone()));
        let a_day = Some(Duration::from_secs(86_400 * 2));
        Arc::new(hold(&outer, clock, ReservationMode::Exclusive, a_day))
    });
}

fn hold(
    outer: &Arc<dyn AtsClient>,
    clock: Arc<HandClock>,
    mode: ReservationMode,
    span: Option<Duration>,
) -> HeldRun {
    let needs = ["dut", "lan", "psu"].map(|name| ResourceNeed::new(resource(name), mode));
    let mut request = ReservationRequest::new(Holder::new("the run"), needs.to_vec());
    if let Some(span) = span {
        request = request.lasting(span);
    }
    match acquire(outer, request, RetryPolicy::default(), clock.now()) {
        Ok(Acquired::Held(all)) => HeldRun::new(all, clock),
        other => panic!("nobody is in the way, and the answer is {other:?}"),
    }
}

fn resource(name: &str) -> ResourceName {
    ResourceName::new(name).expect("a name")
}

fn alone(who: &str, name: &str) -> ReservationRequest {
    let need = ResourceNeed::new(resource(name), ReservationMode::Exclusive);
    ReservationRequest::new(Holder::new(who), vec![need])
}

#[test]
fn a_held_run_lends_what_it_holds_and_nothing_else() {
    let clock = Arc::new(HandClock::default());
    let outer: Arc<dyn AtsClient> = Arc::new(local_bench(clock.clone()));
    let run = hold(&outer, clock.clone(), ReservationMode::Shared, None);
    for (name, message) in [
        (
            "oven",
            "the resource `oven` is not known here; known are `dut`, `lan`, `psu`",
        ),
        (
            "dut",
            "`dut` is held shared with others here and cannot be had exclusive; ask for it shared",
        ),
    ] {
        let refused = run.request(&alone("a task", name)).unwrap_err();
        assert_eq!(refused.to_string(), message);
    }
    assert!(run.resource_config(&resource("oven")).is_err());
    // Another run shares, and a token is that of the reservation.
    let other = hold(&outer, clock, ReservationMode::Shared, None);
    drop(run);
    assert!(outer.request(&alone("else", "dut")).is_err());
    drop(other);
    assert!(outer.request(&alone("else", "dut")).is_ok());
}

#[test]
fn a_held_run_lasts_as_long_as_its_tasks_or_says_why_not() {
    let clock = Arc::new(HandClock::default());
    let outer: Arc<dyn AtsClient> = Arc::new(local_bench(clock.clone()));
    let an_hour = Some(Duration::from_secs(3600));
    let run = hold(&outer, clock.clone(), ReservationMode::Exclusive, an_hour);
    let two_hours = Duration::from_secs(7200);
    let lent = run.request(&alone("a", "psu").lasting(two_hours)).unwrap();
    let ClaimAnswer::Claimed(lent) = run.claim(lent.id).unwrap() else {
        panic!("it is in time")
    };
    let next = outer.request(&alone("next", "dut")).unwrap();
    assert_eq!(next.claimable_at, Timestamp::START + two_hours);
    clock.pass(Duration::from_secs(3601));
    let refused = run
        .request(&alone("b", "dut").lasting(two_hours))
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the reservation 1 cannot be extended beyond 7200s: `dut` is set aside for `next`; release it by then"
    );
    assert!(run.renew(lent.id, two_hours).is_err());
    run.request(&alone("c", "dut").lasting(Duration::from_secs(60)))
        .expect("what was refused is not set aside, and this fits");
}

#[test]
fn what_a_held_run_gives_back_is_free_for_others_and_not_lent_any_more() {
    let clock = Arc::new(HandClock::default());
    let outer: Arc<dyn AtsClient> = Arc::new(local_bench(clock.clone()));
    let run = hold(&outer, clock, ReservationMode::Exclusive, None);
    run.give_back(&resource("psu")).unwrap();
    run.give_back(&resource("psu")).expect("it is gone already");
    outer.request(&alone("else", "psu")).expect("it is free");
    assert!(outer.request(&alone("else", "dut")).is_err());
    assert_eq!(run.resources().unwrap(), ["dut", "lan"]);
    assert_eq!(run.available_resources().unwrap(), ["dut", "lan"]);
    let refused = run.request(&alone("a task", "psu")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the run has given `psu` back: no task was left that needed it; declare it for a task that runs later, \
         or choose a resource mode in which each task asks for itself, such as `per_task_separate`"
    );
    drop(run);
    outer.request(&alone("else", "dut")).expect("it is free");
}

/// Takes nobody alone.
struct Careless(LocalAts);

impl AtsClient for Careless {
    fn resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        self.0.resources()
    }

    fn available_resources(&self) -> Result<Vec<ResourceName>, AtsError> {
        self.0.available_resources()
    }

    fn availability(&self, request: &ReservationRequest) -> Result<Availability, AtsError> {
        self.0.availability(request)
    }

    fn resource_config(&self, resource: &ResourceName) -> Result<Vec<InstanceConfig>, AtsError> {
        self.0.resource_config(resource)
    }

    fn request(&self, request: &ReservationRequest) -> Result<PreReservation, AtsError> {
        let mut request = request.clone();
        for need in &mut request.needs {
            need.mode = ReservationMode::Shared;
        }
        self.0.request(&request)
    }

    fn claim(&self, id: PreReservationId) -> Result<ClaimAnswer, AtsError> {
        let mut answer = self.0.claim(id)?;
        if let ClaimAnswer::Claimed(claim) = &mut answer {
            for held in &mut claim.resources {
                held.mode = ReservationMode::Exclusive;
            }
        }
        Ok(answer)
    }

    fn renew(&self, id: ReservationId, span: Duration) -> Result<Option<Timestamp>, AtsError> {
        self.0.renew(id, span)
    }

    fn release(&self, id: HoldId) -> Result<(), AtsError> {
        self.0.release(id)
    }
}

#[test]
fn the_contract_catches_a_client_that_lends_twice() {
    let make = |clock| -> Arc<dyn AtsClient> { Arc::new(Careless(local_bench(clock))) };
    assert!(catch_unwind(AssertUnwindSafe(|| check(make))).is_err());
    let clock = Arc::new(HandClock::default());
    let history = hammer(&make(Arc::clone(&clock)), &clock);
    assert!(!overlaps(&history).is_empty(), "the history alone tells");
}

kissats::register_ats_client!("bench-of-the-tests", |config| {
    let ats = LocalAts::new(Arc::clone(&config.clock));
    let name = config.kwargs.get("instance").and_then(|name| name.as_str());
    let instance = name.ok_or("`ats_client_kwargs` needs `instance`, the name of the only psu")?;
    let instance = InstanceName::new(instance)?;
    let psu = InstanceConfig::new(ResourceName::new("psu")?, instance);
    Ok(Arc::new(ats.with_instance(psu)))
});

#[test]
fn a_client_is_found_by_its_name_and_by_the_name_of_the_test_system() {
    let config = AtsClientConfig::new(Arc::new(SystemClock::start()))
        .for_ats(AtsName::new("bench-of-the-tests").unwrap());
    let with_instance = config.clone().with_kwarg("instance", "psu-7".into());
    for name in ["bench-of-the-tests", "auto"] {
        let client = connect_ats_client(name, &with_instance).unwrap();
        let config = client.resource_config(&resource("psu")).unwrap();
        assert_eq!(config[0].instance, "psu-7");
    }
    let failed = connect_ats_client("auto", &config).err().unwrap();
    assert_eq!(
        failed.to_string(),
        "the ATS client `bench-of-the-tests` could not be started"
    );
    let source = std::error::Error::source(&failed).unwrap();
    assert!(source.to_string().contains("`instance`"), "{source}");
    let unknown = connect_ats_client("bench-of-tests", &config).err().unwrap();
    assert_eq!(
        unknown.to_string(),
        "no ATS client is called `bench-of-tests`; there are `bench-of-the-tests`, `host`, `local`; did you mean \
         `bench-of-the-tests`?"
    );
}
