//! The twenty exceptions of the original: what is there instead, with its words.
//!
//! Those that cannot be written here are in `docs/kiss_ats.md` with the reason.

use std::sync::Arc;
use std::time::Duration;

use kissats::{
    AtsClient, AtsError, Command, GlobalParams, Holder, LocalAts, Outcome, PackError,
    PendingReservation, Phase, Problem, ProblemKind, QueueError, ReservationMode,
    ReservationRequest, ReserveError, ResourceMode, ResourceName, ResourceNeed, RetryPolicy,
    RunConfig, SchemaErrors, SchemaProblem, Stage, StopCause, SystemClock, TaskPack, TaskReturn,
    TaskSpec, Timestamp, UnknownWord, json,
};
use kissats_tests::ats_contract::{HandClock, local_bench};

use super::runner::run;
use super::support::{Made, ends, pack, pack_of, passes};

fn problem_of(pack: &mut TaskPack, task: Made) -> Problem {
    pack.add_test_task(task).unwrap();
    let summary = pack.run_test_queue().unwrap();
    let (_, outcome) = &summary.outcomes[0];
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome}");
    outcome.attempts()[0].problem.clone().unwrap()
}

fn psu() -> ReservationRequest {
    let need = ResourceNeed::new(
        ResourceName::new("psu").unwrap(),
        ReservationMode::Exclusive,
    );
    ReservationRequest::new(Holder::new("ada"), vec![need]).lasting(Duration::from_secs(10))
}

#[test]
fn missing_test_param_key() {
    let task = Made::new("a", json!({ "req_param_keys": ["serial"] }));
    let problem = problem_of(&mut pack(), task);
    assert_eq!(
        (problem.stage, &problem.kind),
        (Stage::Requirements, &ProblemKind::Unmet)
    );
    assert_eq!(
        problem.to_string(),
        "requirements not met: the task needs the parameter `serial`; give it with `--param serial=VALUE`"
    );
}

#[test]
fn invalid_dut_and_invalid_ats() {
    for (document, keys) in [
        (json!({ "dut": "x" }), json!({ "valid_duts": ["y"] })),
        (json!({ "ats": "x" }), json!({ "valid_ats": ["y"] })),
    ] {
        let added = pack_of(document).add_test_task(Made::new("a", keys));
        assert!(matches!(added, Ok(false)));
    }
    for (keys, expected) in [
        (
            json!({ "req_param_keys": ["serial"], "valid_duts": ["y"] }),
            "it needs the parameters serial",
        ),
        (
            json!({ "valid_duts": ["y"], "valid_ats": ["y"] }),
            "it is not for the device `x`, only for y",
        ),
        (
            json!({ "valid_duts": ["ANY"], "valid_ats": ["y"] }),
            "it is not for the test system `x`, only for y",
        ),
    ] {
        let mut document = json!({ "name": "a", "description": "" });
        document
            .as_object_mut()
            .unwrap()
            .extend(keys.as_object().unwrap().clone());
        let spec = TaskSpec::from_document(document).unwrap();
        let (_, params) = RunConfig::from_document(json!({ "dut": "x", "ats": "x" })).unwrap();
        let error = spec.check_requires(&params).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let mut pack = pack_of(json!({ "dut": "widget-a" }));
    let error = pack.add_test_task("needs widget-b").unwrap_err();
    assert!(matches!(
        error,
        PackError::Queue(QueueError::PrereqNotForThisRun { .. })
    ));
    assert_eq!(
        error.to_string(),
        "`needs widget-b` needs `for widget-b`, which does not run here: not for DUT widget-a, only for widget-b"
    );
}

#[test]
fn resource_not_ready() {
    let ats: Arc<dyn AtsClient> = Arc::new(LocalAts::new(Arc::new(SystemClock::start())));
    let granted = ats.request(&psu()).unwrap();
    ats.claim(granted.id).unwrap();
    let mut pack = pack_of(json!({ "resource_mode": "per_task_separate" }));
    pack.set_ats_client(ats);
    let keys = json!({ "exclusive_resources": ["psu"], "max_resource_wait": 0 });
    let problem = problem_of(&mut pack, Made::new("a", keys));
    assert_eq!(problem.stage, Stage::Resources);
    let text = problem.to_string();
    assert!(
        text.contains("`psu` (exclusive) is held by `ada`"),
        "{text}"
    );
}

#[test]
fn invalid_task() {
    let error = pack().add_test_task("frist").unwrap_err();
    assert!(matches!(
        error,
        PackError::Queue(QueueError::UnknownTask { .. })
    ));
    assert_eq!(
        error.to_string(),
        "no task is called `frist`; did you mean `first`?"
    );
}

#[test]
fn failed_prereq() {
    let mut pack = pack();
    pack.add_test_task("fails").unwrap();
    pack.run_test_queue().unwrap();
    let error = pack
        .add_test_task("needs what fails and stops")
        .unwrap_err();
    assert!(matches!(
        error,
        PackError::Queue(QueueError::FailedPrereq { .. })
    ));
    assert_eq!(
        error.to_string(),
        "`needs what fails and stops` needs `fails`, which did not succeed: FAILED"
    );
}

#[test]
fn critical_task_fail() {
    let mut pack = pack();
    pack.add_test_task(ends("a", "Failed", json!({}))).unwrap();
    let stopped = pack.run_all_queues().unwrap().stopped.unwrap();
    assert!(matches!(&stopped, StopCause::StoppedBy(task) if *task == "a"));
    assert_eq!(stopped.to_string(), "a stopped the suite");
}

#[test]
fn resource_unavailable() {
    let ats = local_bench(Arc::new(HandClock::default()));
    let granted = ats.request(&psu()).unwrap();
    ats.claim(granted.id).unwrap();
    let error = ats
        .request(&psu().needed_at(Timestamp::START).only_then())
        .unwrap_err();
    assert!(matches!(
        error,
        AtsError::Refused {
            source: ReserveError::Unavailable { .. }
        }
    ));
    assert_eq!(
        error.to_string(),
        "`psu` (exclusive) is held by `ada`; all that was asked for is free at 10s"
    );
}

#[test]
fn resource_retry_exceeded() {
    let clock = Arc::new(HandClock::default());
    let ats: Arc<dyn AtsClient> = Arc::new(local_bench(Arc::clone(&clock)));
    let policy = RetryPolicy::default().with_retries(0);
    let pending = PendingReservation::request(ats, psu(), policy, Timestamp::START).unwrap();
    clock.pass(Duration::from_secs(100));
    let error = pending.claim().unwrap_err();
    assert!(matches!(error, AtsError::RetriesExhausted { tries: 1 }));
    assert_eq!(
        error.to_string(),
        "the claim came too late 1 times (max_resource_retry = 0)"
    );
}

#[test]
fn server_command_missing() {
    let error = Command::from_json(json!({ "resource": "psu" })).unwrap_err();
    assert!(matches!(error, AtsError::BadCommand { .. }));
    assert_eq!(
        error.to_string(),
        "`command` is missing: expected one of `check_available`, `claim_reservation`, `get_all_resources`, \
         `get_available_resources`, `get_config`, `release_reservation`, `request_reservation`"
    );
}

#[test]
fn invalid_resource_mode() {
    let error: UnknownWord = "al".parse::<ResourceMode>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected one of `all`, `per_task_separate`, `per_task_combine`, `custom_all`, `custom_separate`, \
         `custom_combine`, got `al`; did you mean `all`?"
    );
}

#[test]
fn schema_mismatch() {
    let error: SchemaErrors = TaskSpec::from_document(json!({ "name": "a" })).unwrap_err();
    let first = error.iter().next().unwrap();
    assert!(matches!(first.problem, SchemaProblem::Missing { .. }));
    assert_eq!(error.to_string(), "description: missing; expected text");
    assert_eq!(
        TaskReturn::from_document(json!({ "result": 5 }))
            .unwrap_err()
            .to_string(),
        "result: expected text that is not empty, found 5"
    );
}

#[test]
fn task_package_not_registered() {
    let error = TaskPack::from_document(json!({ "task_package": "benhc" })).unwrap_err();
    assert!(matches!(error, PackError::NotLinked { .. }));
    assert_eq!(
        error.to_string(),
        "the pack `benhc` is not linked; linked are: it. Nothing is installed at run time"
    );
}

#[test]
fn invalid_data_file() {
    let finished = run(&["--params", "bench.txt"]);
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(101), ""));
    let message = "bench.txt: expected a parameter file that ends in .json, .yaml or .yml";
    assert!(finished.stderr.contains(message), "{}", finished.stderr);
}

#[test]
fn unsupported_run_mode() {
    let error: UnknownWord = "threads".parse::<kissats::RunMode>().unwrap_err();
    assert_eq!(error.nearest().as_deref(), Some("thread"));
    let error = RunConfig::from_document(json!({ "run_mode": "threads" })).unwrap_err();
    assert_eq!(
        error.to_string(),
        "run_mode: expected one of normal, thread, process, found \"threads\"; did you mean `thread`?"
    );
}

#[test]
fn resource_renew_exceeded() {
    let ats = local_bench(Arc::new(HandClock::default()));
    let granted = ats.request(&psu()).unwrap();
    let kissats::ClaimAnswer::Claimed(claim) = ats.claim(granted.id).unwrap() else {
        panic!("it is in time")
    };
    ats.request(&psu()).unwrap();
    let error = ats.renew(claim.id, Duration::from_secs(20)).unwrap_err();
    assert!(matches!(
        error,
        AtsError::Refused {
            source: ReserveError::CannotRenew { .. }
        }
    ));
    assert_eq!(
        error.to_string(),
        "the reservation 1 cannot be extended beyond 10s: `psu` is set aside for `ada`; release it by then"
    );
}

#[test]
fn kiss_ats_error_itself() {
    let not_installed = TaskPack::from_document(json!({ "ats_client": "remote" })).unwrap_err();
    assert!(matches!(not_installed, PackError::AtsClient(_)));
    assert_eq!(
        not_installed.to_string(),
        "no ATS client is called `remote`; there are `bench-of-the-tests`, `host`, `local`"
    );
    let mut pack = pack();
    let unknown = Made::new("a", json!({ "prereq_tasks": ["nobody"] }));
    let error = pack.add_test_task(unknown).unwrap_err();
    assert!(matches!(
        error,
        PackError::Queue(QueueError::UnknownPrereq { .. })
    ));
    assert_eq!(
        error.to_string(),
        "`a` needs `nobody`, which is no task of the linked packs"
    );
}

#[test]
fn no_error_leaves_a_run_other_than_in_its_outcomes() {
    let mut pack = TaskPack::new(GlobalParams::default()).unwrap();
    pack.add_test_task(passes("a").main(|_| panic!("anything")))
        .unwrap();
    assert_eq!(pack.run_all_queues().unwrap().outcomes.len(), 1);
    assert!(pack.queue(Phase::Test).is_empty());
}
