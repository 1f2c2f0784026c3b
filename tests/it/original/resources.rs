//! Resources: the modes, the commands, a reservation, a run that holds.

use std::sync::Arc;
use std::time::Duration;

use kissats::{
    Acquired, AtsClient, AtsError, Clock, Command, Holder, LocalAts, PackError, PendingReservation,
    Problem, ProblemKind, QueuedTask, ReservationMode, ReservationRequest, ReserveError,
    ResourceMode, ResourceName, ResourceNeed, ResourceReservation, RetryPolicy, RunMode,
    ScheduleError, Stage, StopCause, SystemClock, TaskPack, TaskReturn, Value, acquire, json,
    server_communicate,
};
use kissats_tests::ats_contract::{HandClock, local_bench};

use super::support::{Made, needs, pack, pack_of, passes, told};

fn need(name: &str, mode: ReservationMode) -> ResourceNeed {
    ResourceNeed::new(ResourceName::new(name).unwrap(), mode)
}

fn request(name: &str) -> ReservationRequest {
    let need = need(name, ReservationMode::Exclusive);
    ReservationRequest::new(Holder::new("a test"), vec![need])
}

/// A pack whose resources are those of an ATS that others use too.
fn pack_on(mode: ResourceMode) -> (TaskPack, Arc<dyn AtsClient>) {
    let ats: Arc<dyn AtsClient> = Arc::new(LocalAts::new(Arc::new(SystemClock::start())));
    let mut pack = pack();
    pack.set_resource_mode(mode);
    pack.set_ats_client(Arc::clone(&ats));
    (pack, ats)
}

fn hold(ats: &Arc<dyn AtsClient>, name: &str) -> ResourceReservation {
    match acquire(
        ats,
        request(name),
        RetryPolicy::default(),
        SystemClock::start().now(),
    ) {
        Ok(Acquired::Held(held)) => held,
        other => panic!("{other:?}"),
    }
}

fn is_free(ats: &Arc<dyn AtsClient>, name: &str) -> bool {
    ats.availability(&request(name)).unwrap().available
}

/// A task that needs these alone and waits for nobody.
fn impatient(name: &str, resources: &[&str]) -> Made {
    let keys = json!({ "exclusive_resources": resources, "max_resource_wait": 0 });
    Made::new(name, keys)
}

#[test]
fn a_task_holds_what_it_declares_in_every_mode_and_all_is_given_back() {
    for &mode in ResourceMode::ALL {
        let (mut pack, ats) = pack_on(mode);
        if mode.is_custom() {
            pack.set_schedule_func(|queue: &[QueuedTask]| (0..queue.len()).collect());
        }
        let uses = Made::new(
            "a",
            json!({ "exclusive_resources": ["psu"], "shared_resources": ["lan"],
                    "resource_configs": { "psu": { "limit": 3 } } }),
        );
        let task = uses.main(|cx| {
            assert_eq!(cx.resource("psu").unwrap().config["limit"], 3);
            assert!(cx.resource("lan").is_some());
            assert!(cx.resource("oven").is_none());
            TaskReturn::passed()
        });
        pack.add_test_task(task).unwrap();
        assert!(pack.run_all_queues().unwrap().is_success(), "{mode}");
        assert!(is_free(&ats, "psu") && is_free(&ats, "lan"), "{mode}");
    }
}

#[test]
fn in_the_mode_all_a_run_holds_everything_before_its_first_task() {
    for (mode, holds) in [
        (ResourceMode::All, true),
        (ResourceMode::PerTaskSeparate, false),
        (ResourceMode::PerTaskCombine, false),
    ] {
        let (mut pack, ats) = pack_on(mode);
        let seen = Arc::clone(&ats);
        let looks = passes("looks")
            .main(move |_| TaskReturn::passed().with_metadata("is_held", !is_free(&seen, "psu")));
        pack.add_test_task(looks).unwrap();
        pack.add_test_task(impatient("uses", &["psu"])).unwrap();
        let summary = pack.run_test_queue().unwrap();
        let answer = &summary.outcome("looks").unwrap().attempts()[0].answer;
        assert_eq!(answer.metadata["is_held"], holds, "{mode}");
        assert!(is_free(&ats, "psu"));
    }
}

#[test]
fn a_run_of_all_queues_holds_what_any_of_them_needs_from_its_first_task_on() {
    for mode in [ResourceMode::All, ResourceMode::CustomAll] {
        let (mut pack, ats) = pack_on(mode);
        pack.set_schedule_func(|queue: &[QueuedTask]| (0..queue.len()).collect());
        let looks = |name: &str, expected: bool| {
            let ats = Arc::clone(&ats);
            passes(name).main(move |_| {
                assert_eq!(is_free(&ats, "psu"), expected);
                TaskReturn::passed()
            })
        };
        pack.add_setup_task(looks("before", false)).unwrap();
        for name in ["a", "b"] {
            pack.add_test_task(impatient(name, &["psu"])).unwrap();
        }
        pack.add_teardown_task(looks("after", true)).unwrap();
        assert!(pack.run_all_queues().unwrap().is_success(), "{mode}");
        assert!(is_free(&ats, "psu"));
    }
}

#[test]
fn a_run_that_holds_everything_gives_each_resource_back_when_its_last_task_ends() {
    for (mode, run_mode) in [
        (ResourceMode::All, RunMode::Normal),
        (ResourceMode::All, RunMode::Thread),
        (ResourceMode::CustomAll, RunMode::Normal),
    ] {
        let (mut pack, ats) = pack_on(mode);
        pack.set_run_mode(run_mode);
        pack.set_schedule_func(|queue: &[QueuedTask]| (0..queue.len()).collect());
        let keys = |alone: &[&str], shared: &[&str], needs: &[&str]| {
            json!({ "exclusive_resources": alone, "shared_resources": shared, "prereq_tasks": needs,
                    "max_resource_wait": 0, "thread_safe": true })
        };
        let looks = |name: &str, shared: &[&str], needs: &[&str], free: [bool; 3]| {
            let ats = Arc::clone(&ats);
            Made::new(name, keys(&[], shared, needs)).main(move |_| {
                assert_eq!(["psu", "oven", "lan"].map(|name| is_free(&ats, name)), free);
                TaskReturn::passed()
            })
        };
        pack.add_setup_task(Made::new("up", keys(&["oven"], &[], &[])))
            .unwrap();
        pack.add_test_task(Made::new("a", keys(&["psu"], &["lan"], &[])))
            .unwrap();
        // The oven is still needed by a teardown, the net by this one.
        let adds = looks("b", &["lan"], &["a"], [true, false, false]);
        pack.add_test_task(adds).unwrap();
        pack.add_test_task(looks("c", &[], &["b"], [true, false, true]))
            .unwrap();
        pack.add_teardown_task(Made::new("off", keys(&["oven"], &[], &[])))
            .unwrap();
        pack.add_teardown_task(looks("last", &[], &["off"], [true, true, true]))
            .unwrap();
        let summary = pack.run_all_queues().unwrap();
        let told = told(&summary);
        assert_eq!(
            told,
            ["up", "a", "b", "c", "off", "last"].map(|name| format!("{name}: ok")),
            "{mode} {run_mode}"
        );
    }
}

#[test]
fn one_queue_that_holds_everything_gives_back_early_too_and_lends_it_no_more() {
    let (mut pack, ats) = pack_on(ResourceMode::All);
    pack.add_test_task(impatient("a", &["psu"])).unwrap();
    let adds = passes("adds").main(move |cx| {
        assert!(is_free(&ats, "psu") && !is_free(&ats, "oven"));
        cx.add_test_task(impatient("late", &["psu"])).unwrap();
        cx.add_test_task(impatient("in time", &["oven"])).unwrap();
        TaskReturn::passed()
    });
    pack.add_test_task(adds).unwrap();
    let keys = json!({ "exclusive_resources": ["oven"], "stop_suite_on_fail": false });
    pack.add_test_task(Made::new("b", keys)).unwrap();
    let summary = pack.run_test_queue().unwrap();
    let problem = summary.outcome("late").unwrap().attempts()[0]
        .problem
        .as_ref();
    let problem = problem.unwrap().to_string();
    assert!(
        problem.contains("the run has given `psu` back"),
        "{problem}"
    );
    assert!(summary.outcome("b").unwrap().satisfies_dependents());
}

#[test]
fn if_a_run_of_all_queues_cannot_have_everything_nothing_runs() {
    let (mut pack, ats) = pack_on(ResourceMode::All);
    let held = hold(&ats, "psu");
    pack.add_setup_task(passes("up")).unwrap();
    pack.add_test_task(impatient("a", &["psu", "oven"]))
        .unwrap();
    let error = pack.run_all_queues().unwrap_err();
    assert!(matches!(error, PackError::Resources { .. }));
    assert_eq!(
        error.to_string(),
        "the run could not reserve what its tasks need: waited 0ns (max_resource_wait), and `psu` (exclusive) is held by \
         `a test`"
    );
    assert!(pack.completed_tasks().is_empty());
    assert!(is_free(&ats, "oven"));
    drop(held);
    assert_eq!(told(&pack.run_all_queues().unwrap()), ["up: ok", "a: ok"]);
}

#[test]
fn a_run_of_all_queues_waits_for_what_others_hold() {
    let (mut pack, ats) = pack_on(ResourceMode::All);
    let held = hold(&ats, "psu");
    let keys = json!({ "exclusive_resources": ["psu"], "max_resource_wait": 10 });
    pack.add_test_task(Made::new("a", keys)).unwrap();
    let releases = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        drop(held);
    });
    assert!(pack.run_all_queues().unwrap().is_success());
    releases.join().unwrap();
}

#[test]
fn a_run_that_waits_for_everything_can_be_interrupted() {
    let (mut pack, ats) = pack_on(ResourceMode::All);
    let held = hold(&ats, "psu");
    let keys = json!({ "exclusive_resources": ["psu"], "max_resource_wait": 600 });
    pack.add_test_task(Made::new("a", keys)).unwrap();
    let interrupter = pack.interrupter();
    let interrupts = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        interrupter.interrupt();
    });
    let summary = pack.run_all_queues().unwrap();
    interrupts.join().unwrap();
    assert_eq!(summary.stopped, Some(StopCause::Interrupted));
    assert_eq!(told(&summary), [""; 0], "it is still queued");
    drop(held);
    assert_eq!(told(&pack.run_all_queues().unwrap()), ["a: ok"]);
}

#[test]
fn an_interrupted_run_tears_down_and_gives_everything_back() {
    let (mut pack, ats) = pack_on(ResourceMode::PerTaskSeparate);
    let interrupter = pack.interrupter();
    let interrupts = impatient("first", &["psu"]).main(move |_| {
        interrupter.interrupt();
        TaskReturn::passed()
    });
    pack.add_test_task(interrupts).unwrap();
    pack.add_test_task(passes("second")).unwrap();
    pack.add_teardown_task(passes("down")).unwrap();
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(summary.stopped, Some(StopCause::Interrupted));
    assert_eq!(told(&summary), ["first: ok", "down: ok"]);
    assert!(is_free(&ats, "psu"));
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["second: ok"],
        "the next run is another"
    );
}

#[test]
fn what_cannot_be_had_fails_the_task_with_the_reason_and_not_the_run() {
    let (mut pack, ats) = pack_on(ResourceMode::PerTaskSeparate);
    let held = hold(&ats, "psu");
    pack.add_test_task(Made::new(
        "a",
        json!({ "exclusive_resources": ["psu"], "max_resource_wait": 0, "stop_suite_on_fail": false }),
    ))
    .unwrap();
    pack.add_test_task(passes("b")).unwrap();
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(told(&summary), ["a: FAILED", "b: ok"]);
    let problem: &Problem = summary.outcome("a").unwrap().attempts()[0]
        .problem
        .as_ref()
        .unwrap();
    assert!(
        problem
            .to_string()
            .contains("`psu` (exclusive) is held by `a test`"),
        "{problem}"
    );
    assert_eq!(
        (problem.stage, &problem.kind),
        (Stage::Resources, &ProblemKind::Unmet)
    );
    let word = summary.outcome("a").unwrap().result();
    assert_eq!(
        word, "Skipped",
        "it never ran, and the run fails all the same"
    );
    drop(held);
    pack.add_test_task(impatient("c", &["psu"])).unwrap();
    assert!(pack.run_test_queue().unwrap().is_success());
}

#[test]
fn everything_is_given_back_however_a_run_ends() {
    for mode in [ResourceMode::All, ResourceMode::PerTaskSeparate] {
        let (mut pack, ats) = pack_on(mode);
        let breaks = impatient("a", &["psu"]).main(|_| panic!("the relay sticks"));
        pack.add_test_task(breaks).unwrap();
        pack.add_test_task(impatient("b", &["oven"])).unwrap();
        pack.add_teardown_task(impatient("down", &["lan"])).unwrap();
        assert!(!pack.run_all_queues().unwrap().is_success());
        for name in ["psu", "oven", "lan"] {
            assert!(is_free(&ats, name), "{mode} {name}");
        }
    }
}

#[test]
fn a_custom_mode_without_a_function_is_an_error_before_anything_runs() {
    for word in ["custom_all", "custom_separate", "custom_combine"] {
        let mut pack = pack_of(json!({ "resource_mode": word }));
        pack.add_setup_task(passes("up")).unwrap();
        pack.add_test_task(passes("a")).unwrap();
        let error = pack.run_all_queues().unwrap_err();
        assert!(
            matches!(error, PackError::Schedule(ScheduleError::Missing)),
            "{error}"
        );
        assert!(pack.run_test_queue().is_err());
        assert!(pack.completed_tasks().is_empty());
    }
}

#[test]
fn the_function_orders_the_queues_in_the_custom_modes_and_only_there() {
    for (mode, order) in [
        (ResourceMode::CustomSeparate, ["b: ok", "a: ok"]),
        (ResourceMode::CustomAll, ["b: ok", "a: ok"]),
        (ResourceMode::PerTaskSeparate, ["a: ok", "b: ok"]),
    ] {
        let mut pack = pack();
        pack.set_resource_mode(mode);
        pack.set_schedule_func(|queue: &[QueuedTask]| (0..queue.len()).rev().collect());
        pack.add_test_task(passes("a")).unwrap();
        pack.add_test_task(passes("b")).unwrap();
        assert_eq!(told(&pack.run_test_queue().unwrap()), order, "{mode}");
    }
}

#[test]
fn an_order_that_is_none_is_an_error_and_the_queue_stays() {
    let mut pack = pack_of(json!({ "resource_mode": "custom_separate" }));
    pack.add_test_task(passes("a")).unwrap();
    pack.add_test_task(needs("b", &["a"])).unwrap();
    type Order = fn(&[QueuedTask]) -> Vec<usize>;
    let cases: [(Order, &str); 2] = [
        (
            |_| vec![1, 0],
            "the order puts `b` before `a`, which it needs",
        ),
        (
            |_| vec![0],
            "the order is no order of the queue: expected each of the places 0 to 1 once, got [0]",
        ),
    ];
    for (order, message) in cases {
        pack.set_schedule_func(order);
        assert_eq!(pack.run_test_queue().unwrap_err().to_string(), message);
        assert_eq!(pack.queue(kissats::Phase::Test).len(), 2);
    }
}

#[test]
fn the_client_is_found_by_its_name_and_told_its_kwargs() {
    for name in ["bench-of-the-tests", "auto", "AUTO"] {
        let mut pack = pack_of(json!({
            "ats_client": name, "ats": "bench-of-the-tests", "ats_client_kwargs": { "instance": "psu-7" },
        }));
        let task = impatient("a", &["psu"]).main(|cx| {
            assert_eq!(cx.resource("psu").unwrap().instance, "psu-7");
            TaskReturn::passed()
        });
        pack.add_test_task(task).unwrap();
        assert!(pack.run_test_queue().unwrap().is_success(), "{name}");
    }
    let error = TaskPack::from_document(json!({ "ats_client": "auto" })).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`ats_client = auto` takes the client"),
        "{error}"
    );
}

/// The answer to a command, in words.
fn ask(ats: &LocalAts, command: Value) -> Result<Value, AtsError> {
    let reply = server_communicate(ats, Command::from_json(command)?)?;
    Ok(serde_json::to_value(reply).unwrap())
}

#[test]
fn every_command_has_its_words_and_fields() {
    let ats = local_bench(Arc::new(HandClock::default()));
    for (command, reply) in [
        (
            json!({ "command": "get_all_resources" }),
            json!({ "resource_list": ["dut", "lan", "psu"] }),
        ),
        (
            json!({ "command": "request_reservation", "resource": "psu", "time_needed": 0,
                    "reservation_duration": 100, "configuration": { "limit": 1.5 },
                    "reservation_mode": "exclusive", "next_available": true }),
            json!({ "pre_reservation_id": 1, "time_available": 0.0, "expire_time": 60.0 }),
        ),
        (
            json!({ "command": "claim_reservation", "pre_reservation_id": 1 }),
            json!({ "reservation_id": 1, "expire_time": 100.0, "instance": "psu-1", "fencing_token": 1,
                    "resource_config": { "port": 5025, "limit": 1.5 } }),
        ),
        (
            json!({ "command": "get_available_resources" }),
            json!({ "resource_list": ["dut", "lan"] }),
        ),
        (
            json!({ "command": "check_available", "resource": "psu", "start_time": 10, "end_time": 20 }),
            json!({ "available": false, "avail_start": 100.0, "avail_end": 110.0 }),
        ),
        (
            json!({ "command": "get_config", "resource": "psu" }),
            json!({ "resource": "psu", "resource_config": { "psu-1": { "port": 5025, "limit": 3.0 } } }),
        ),
        (
            json!({ "command": "release_reservation", "reservation_id": 1 }),
            json!({ "release_status": true }),
        ),
        (
            json!({ "command": "release_reservation", "reservation_id": 1 }),
            json!({ "release_status": false }),
        ),
    ] {
        assert_eq!(ask(&ats, command.clone()).unwrap(), reply, "{command}");
    }
}

#[test]
fn a_request_without_a_time_is_for_an_hour_from_now() {
    let ats = local_bench(Arc::new(HandClock::default()));
    let reserve = json!({ "command": "request_reservation", "resource": "psu" });
    ask(&ats, reserve.clone()).unwrap();
    ask(
        &ats,
        json!({ "command": "claim_reservation", "pre_reservation_id": 1 }),
    )
    .unwrap();
    let later = ask(&ats, reserve).unwrap();
    assert_eq!(later["time_available"], 3600.0);
    let only_now =
        json!({ "command": "request_reservation", "resource": "psu", "next_available": false });
    assert!(matches!(
        ask(&ats, only_now),
        Err(AtsError::Refused {
            source: ReserveError::Unavailable { .. }
        })
    ));
}

#[test]
fn a_late_claim_is_answered_with_the_next_slot() {
    let clock = Arc::new(HandClock::default());
    let ats = local_bench(Arc::clone(&clock));
    ask(
        &ats,
        json!({ "command": "request_reservation", "resource": "psu" }),
    )
    .unwrap();
    clock.pass(Duration::from_secs(61));
    let late = ask(
        &ats,
        json!({ "command": "claim_reservation", "pre_reservation_id": 1 }),
    )
    .unwrap();
    assert_eq!(
        late,
        json!({ "pre_reservation_id": 2, "new_avail": 61.0, "new_expire": 121.0 })
    );
    let claimed = ask(
        &ats,
        json!({ "command": "claim_reservation", "pre_reservation_id": 2 }),
    )
    .unwrap();
    assert!(claimed["reservation_id"].is_u64());
}

#[test]
fn a_reservation_goes_from_idle_over_set_aside_and_claimed_to_released() {
    let clock = Arc::new(HandClock::default());
    let ats: Arc<dyn AtsClient> = Arc::new(local_bench(Arc::clone(&clock)));
    let policy = RetryPolicy::default();
    let pending =
        PendingReservation::request(Arc::clone(&ats), request("psu"), policy, clock.now()).unwrap();
    assert!(!is_free(&ats, "psu"));
    assert_eq!(pending.claimable_at(), clock.now());
    let Acquired::Held(held) = pending.claim().unwrap() else {
        panic!("it is in time")
    };
    assert_eq!(held.resources()[0].config["port"], 5025);
    held.release().unwrap();
    assert!(is_free(&ats, "psu"));
    drop(PendingReservation::request(
        Arc::clone(&ats),
        request("psu"),
        policy,
        clock.now(),
    ));
    assert!(is_free(&ats, "psu"), "given up when dropped");
    drop(acquire(&ats, request("psu"), policy, clock.now()));
    assert!(is_free(&ats, "psu"), "given back when dropped");
}

#[test]
fn shared_holders_share_and_exclusive_ones_do_not() {
    use ReservationMode::{Exclusive, Shared};
    for (first, second, together) in [
        (Shared, Shared, true),
        (Shared, Exclusive, false),
        (Exclusive, Shared, false),
        (Exclusive, Exclusive, false),
    ] {
        let ats = local_bench(Arc::new(HandClock::default()));
        let ask = |mode| ReservationRequest::new(Holder::new("x"), vec![need("psu", mode)]);
        let granted = ats.request(&ask(first)).unwrap();
        ats.claim(granted.id).unwrap();
        let fits = ats.availability(&ask(second)).unwrap().available;
        assert_eq!(fits, together, "{first} {second}");
    }
}
