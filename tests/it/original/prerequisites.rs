//! What must have succeeded before a task may run.

use kissats::{NewTask, Phase, PrereqCheck, json};

use super::support::{Made, ends, needs, pack, pack_of, passes, queued, reports, told};

#[test]
fn prerequisites_are_queued_directly_before_their_dependent_in_their_order() {
    let mut pack = pack();
    pack.add_test_task(passes("x")).unwrap();
    pack.add_test_task("two helpers").unwrap();
    pack.add_test_task(passes("y")).unwrap();
    assert_eq!(
        queued(&pack, Phase::Test),
        "x, helper, deep helper, other helper, two helpers, y"
    );
}

#[test]
fn a_queued_prerequisite_stays_where_it_is_and_runs_once_for_all() {
    let mut pack = pack();
    pack.add_test_task("helper").unwrap();
    pack.add_test_task(passes("x")).unwrap();
    pack.add_test_task("second").unwrap();
    pack.add_test_task(needs("t", &["helper"])).unwrap();
    assert_eq!(queued(&pack, Phase::Test), "helper, x, second, t");
    assert!(pack.run_test_queue().unwrap().is_success());
    pack.add_test_task(needs("u", &["helper"])).unwrap();
    assert_eq!(queued(&pack, Phase::Test), "u", "it has run");
}

#[test]
fn a_dependent_at_the_top_takes_its_prerequisites_along() {
    let mut pack = pack();
    pack.add_test_task(passes("x")).unwrap();
    pack.add_test_task("deep helper").unwrap();
    pack.add_test_task(NewTask::named("two helpers").top())
        .unwrap();
    assert_eq!(
        queued(&pack, Phase::Test),
        "deep helper, helper, other helper, two helpers, x"
    );
}

#[test]
fn a_prerequisite_that_is_queued_in_an_earlier_phase_counts() {
    let mut pack = pack();
    pack.add_setup_task("helper").unwrap();
    pack.add_test_task("second").unwrap();
    assert_eq!(queued(&pack, Phase::Test), "second");
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["helper: ok", "second: ok"]
    );
}

#[test]
fn a_prerequisite_that_cannot_be_queued_is_an_error() {
    let mut pack = pack_of(json!({ "dut": "widget-a" }));
    for (task, message) in [
        (
            needs("t", &["helpr"]).into(),
            "`t` needs `helpr`, which is no task of the linked packs; did you mean `helper`?",
        ),
        (
            needs("t", &["t"]).into(),
            "tasks wait for each other in a circle: t -> t",
        ),
        (
            NewTask::named("needs widget-b"),
            "`needs widget-b` needs `for widget-b`, which does not run here: not for DUT widget-a, only for widget-b",
        ),
    ] {
        assert_eq!(pack.add_test_task(task).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_prerequisite_that_has_failed_refuses_the_dependent_as_its_stop_suite_on_fail_says() {
    let mut pack = pack();
    pack.add_test_task("fails").unwrap();
    pack.run_test_queue().unwrap();
    assert!(!pack.add_test_task("needs what fails").unwrap());
    let error = pack
        .add_test_task("needs what fails and stops")
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`needs what fails and stops` needs `fails`, which did not succeed: FAILED"
    );
    assert_eq!(queued(&pack, Phase::Test), "");
}

#[test]
fn check_prereqs_tells_what_has_not_run_from_what_has_failed() {
    let mut pack = pack();
    let names = |pack: &kissats::TaskPack, task: &str| {
        let PrereqCheck { needed, failed, .. } = pack.check_prereqs(task).unwrap();
        (
            needed.iter().map(ToString::to_string).collect::<Vec<_>>(),
            failed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        names(&pack, "needs what fails"),
        (vec!["fails".to_owned()], vec![])
    );
    pack.add_test_task("fails").unwrap();
    pack.run_test_queue().unwrap();
    assert_eq!(
        names(&pack, "needs what fails"),
        (vec![], vec!["fails".to_owned()])
    );
    pack.add_test_task(passes("fails")).unwrap();
    pack.run_test_queue().unwrap();
    assert_eq!(
        names(&pack, "needs what fails"),
        (vec![], vec![]),
        "the last result counts"
    );
}

#[test]
fn what_needs_a_task_that_fails_is_skipped_reported_and_the_run_goes_on() {
    let mut pack = pack();
    let records = reports(&mut pack);
    pack.add_test_task("needs what fails and stops").unwrap();
    pack.add_test_task(needs("in turn", &["needs what fails and stops"]))
        .unwrap();
    pack.add_test_task(passes("x")).unwrap();
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(
        told(&summary),
        [
            "fails: FAILED",
            "needs what fails and stops: blocked by fails (FAILED)",
            "in turn: blocked by needs what fails and stops, blocked by fails (FAILED)",
            "x: ok"
        ]
    );
    assert_eq!(summary.stopped, None);
    let skipped = &records.all()[1];
    assert_eq!(
        skipped.to_document(),
        json!({
            "name": "needs what fails and stops", "description": "", "result": "Skipped",
            "metadata": { "message": "blocked by fails (FAILED)", "run_time": 0.0, "est_task_time": 0.0,
                          "run_time_delta": 0.0 },
        })
    );
    assert_eq!(pack.completed_tasks()["in turn"].result(), "Skipped");
}

#[test]
fn a_prerequisite_that_returns_skipped_itself_is_met() {
    let mut pack = pack();
    pack.add_test_task(ends("a", "Skipped", json!({}))).unwrap();
    pack.add_test_task(needs("b", &["a"])).unwrap();
    assert_eq!(
        told(&pack.run_test_queue().unwrap()),
        ["a: skipped", "b: ok"]
    );
}

#[test]
fn a_prerequisite_whose_word_is_made_valid_is_met() {
    let mut pack = pack_of(json!({ "valid_result": ["Passed", "Degraded"] }));
    pack.add_test_task(ends("a", "Degraded", json!({})))
        .unwrap();
    pack.add_test_task(needs("b", &["a"])).unwrap();
    assert_eq!(told(&pack.run_test_queue().unwrap()), ["a: ok", "b: ok"]);
}

#[test]
fn ignore_prereq_neither_queues_nor_waits() {
    let mut pack = pack_of(json!({ "ignore_prereq": true }));
    pack.add_test_task("needs what fails").unwrap();
    pack.add_test_task(needs("t", &["nobody"])).unwrap();
    assert_eq!(
        told(&pack.run_test_queue().unwrap()),
        ["needs what fails: ok", "t: ok"]
    );
}

#[test]
fn ignore_prereq_that_comes_late_keeps_what_is_queued_and_waits_no_more() {
    let mut pack = pack();
    pack.add_test_task("needs what fails").unwrap();
    pack.set_ignore_prereq(true);
    assert_eq!(
        told(&pack.run_test_queue().unwrap()),
        ["fails: FAILED", "needs what fails: ok"]
    );
}

#[test]
fn a_prerequisite_that_is_gone_when_its_dependent_runs_blocks_it() {
    let mut pack = pack();
    pack.add_setup_task("helper").unwrap();
    pack.add_test_task("second").unwrap();
    pack.clear_setup_queue();
    pack.add_test_task(passes("x")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["second: blocked by helper (it was not queued)", "x: ok"]
    );
}

#[test]
fn a_short_name_and_one_with_its_package_mean_the_same_task() {
    let mut pack = pack_of(json!({ "task_package": "it" }));
    pack.add_test_task(Made::new("t", json!({ "prereq_tasks": ["helper"] })))
        .unwrap();
    assert_eq!(queued(&pack, Phase::Test), "helper, t");
}
