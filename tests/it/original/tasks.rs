//! One task: its life, and whom it is for.

use std::time::Duration;

use kissats::{Outcome, ProblemKind, Stage, TaskPack, TaskReturn, Verdict, json};

use super::support::{Log, Made, ends, pack, pack_of, passes, told};

/// A task whose steps are written down and end as they are told: `ok`, `failed` or `panic`.
fn scripted(
    name: &str,
    [setup, main, teardown]: [&'static str; 3],
    always_teardown: bool,
    steps: &Log<&'static str>,
) -> Made {
    let step = |step: &'static str, end: &'static str| {
        let steps = steps.clone();
        move |_: &kissats::TaskContext| {
            steps.push(step);
            match end {
                "panic" => panic!("{step} broke"),
                "failed" => TaskReturn::failed(step),
                _ => TaskReturn::passed(),
            }
        }
    };
    Made::new(
        name,
        json!({ "always_teardown": always_teardown, "stop_suite_on_fail": false }),
    )
    .setup(step("setup", setup))
    .main(step("main", main))
    .teardown(step("teardown", teardown))
}

#[test]
fn every_way_through_the_life_of_a_task() {
    let all = &["setup", "main", "teardown"][..];
    type Case = (
        [&'static str; 3],
        bool,
        &'static [&'static str],
        &'static str,
    );
    let cases: [Case; 9] = [
        (["ok", "ok", "ok"], false, all, "Passed"),
        (["panic", "ok", "ok"], false, &["setup"], "Exception"),
        (
            ["panic", "ok", "ok"],
            true,
            &["setup", "teardown"],
            "Exception",
        ),
        (
            ["ok", "panic", "ok"],
            false,
            &["setup", "main"],
            "Exception",
        ),
        (["ok", "panic", "ok"], true, all, "Exception"),
        (["ok", "failed", "ok"], false, all, "Failed"),
        (["ok", "ok", "panic"], false, all, "Exception"),
        (["ok", "failed", "panic"], false, all, "Exception"),
        (["failed", "ok", "ok"], false, &["setup"], "Failed"),
    ];
    for (ends, always, expected, result) in cases {
        let steps = Log::new();
        let mut pack = pack();
        pack.add_test_task(scripted("a", ends, always, &steps))
            .unwrap();
        let summary = pack.run_test_queue().unwrap();
        let told = summary.outcome("a").unwrap().result().to_owned();
        assert_eq!(
            (steps.all().as_slice(), told.as_str()),
            (expected, result),
            "{ends:?} {always}"
        );
    }
}

#[test]
fn a_teardown_that_breaks_keeps_the_result_of_main() {
    let mut pack = pack();
    pack.add_test_task(scripted("a", ["ok", "failed", "panic"], false, &Log::new()))
        .unwrap();
    let summary = pack.run_test_queue().unwrap();
    let result = &summary.outcome("a").unwrap().attempts()[0];
    assert_eq!(result.main_verdict, Some(Verdict::Failed));
    let problem = result.problem.as_ref().unwrap();
    assert_eq!(
        (problem.stage, &problem.kind),
        (Stage::Teardown, &ProblemKind::Panic)
    );
    assert_eq!(problem.message, "teardown broke");
}

#[test]
fn set_up_and_teardown_may_be_left_out() {
    let mut pack = pack();
    pack.add_test_task(passes("a")).unwrap();
    assert!(pack.run_test_queue().unwrap().is_success());
}

/// How the only task of a pack of these parameters broke.
fn broken(pack: &mut TaskPack, task: Made) -> (Stage, ProblemKind, String) {
    pack.add_test_task(task).unwrap();
    let summary = pack.run_test_queue().unwrap();
    let (_, outcome) = summary.outcomes.last().unwrap();
    assert_eq!(outcome.result(), "Exception");
    let problem = outcome.attempts()[0].problem.clone().unwrap();
    (problem.stage, problem.kind.clone(), problem.to_string())
}

#[test]
fn missing_parameters_break_the_task_and_not_the_run() {
    let mut pack = pack_of(json!({ "there": null }));
    let keys = json!({ "req_param_keys": ["there", "serial", "dut"], "stop_suite_on_fail": false });
    let steps = Log::new();
    let log = steps.clone();
    let task = Made::new("a", keys).setup(move |_| {
        log.push(());
        TaskReturn::passed()
    });
    assert_eq!(
        broken(&mut pack, task),
        (
            Stage::Requirements,
            ProblemKind::Unmet,
            "requirements not met: the task needs the parameters `serial`, `dut`; give it with `--param serial=VALUE`".to_owned()
        )
    );
    assert!(steps.all().is_empty());
    pack.add_test_task(passes("b")).unwrap();
    assert!(pack.run_test_queue().unwrap().is_success());
}

#[test]
fn parameters_that_are_optional_may_be_missing_and_none_is_hidden() {
    let mut pack = pack_of(json!({ "mine": 1, "other": 2 }));
    let task = Made::new("a", json!({ "optional_param_keys": ["mine", "not there"] })).main(|cx| {
        assert_eq!(cx.params().get::<u8>("mine").unwrap(), Some(1));
        assert_eq!(cx.params().get::<u8>("other").unwrap(), Some(2));
        assert_eq!(cx.params().get::<u8>("not there").unwrap(), None);
        TaskReturn::passed()
    });
    pack.add_test_task(task).unwrap();
    assert!(pack.run_test_queue().unwrap().is_success());
}

#[test]
fn an_answer_that_is_none_breaks_the_task() {
    for answer in [TaskReturn::new(Verdict::from("")), {
        let mut unnamed = TaskReturn::passed();
        unnamed = unnamed.with_sub_result(kissats::SubResult::new("", Verdict::Passed));
        unnamed
    }] {
        let (stage, kind, _) = broken(&mut pack(), passes("a").returns(answer));
        assert_eq!((stage, kind), (Stage::Main, ProblemKind::InvalidReturn));
    }
}

#[test]
fn a_task_for_another_device_or_test_system_is_not_added_and_the_run_goes_on() {
    for (document, keys, is_added) in [
        (
            json!({ "dut": "widget-a" }),
            json!({ "valid_duts": ["widget-b"] }),
            false,
        ),
        (
            json!({ "dut": "widget-a" }),
            json!({ "valid_duts": ["Widget-A"] }),
            false,
        ),
        (
            json!({ "dut": "widget-a" }),
            json!({ "valid_duts": ["x", "widget-a"] }),
            true,
        ),
        (
            json!({ "dut": "widget-a" }),
            json!({ "valid_duts": ["x", "ANY"] }),
            true,
        ),
        (
            json!({ "dut": "widget-a" }),
            json!({ "valid_duts": [] }),
            false,
        ),
        (json!({}), json!({ "valid_duts": ["widget-b"] }), true),
        (
            json!({ "ats": "bench" }),
            json!({ "valid_ats": ["lab"] }),
            false,
        ),
        (
            json!({ "ats": "bench" }),
            json!({ "valid_ats": ["Any"] }),
            true,
        ),
        (json!({}), json!({ "valid_ats": ["lab"] }), true),
    ] {
        let mut pack = pack_of(document.clone());
        let task = Made::new("a", keys.clone());
        assert_eq!(
            pack.add_test_task(task).unwrap(),
            is_added,
            "{document} {keys}"
        );
        assert_eq!(
            pack.queue(kissats::Phase::Test).len(),
            usize::from(is_added)
        );
    }
}

#[test]
fn what_a_task_changes_is_seen_by_later_tasks() {
    let mut pack = pack_of(json!({ "count": 1 }));
    let changes = passes("a").main(|cx| {
        cx.set_param("count", 2);
        TaskReturn::passed()
    });
    let reads = passes("b").main(|cx| {
        TaskReturn::passed().with_metadata("count", cx.params().value("count").cloned().unwrap())
    });
    pack.add_test_task(changes).unwrap();
    pack.add_test_task(reads).unwrap();
    let summary = pack.run_test_queue().unwrap();
    let answer = &summary.outcome("b").unwrap().attempts()[0].answer;
    assert_eq!(answer.metadata["count"], 2);
}

#[test]
fn an_error_keeps_its_message_and_its_causes_as_text() {
    let mut pack = pack();
    let task = passes("a").main(|_| {
        use kissats::IntoTaskReturn;
        Err::<(), _>("the relay sticks").into_task_return()
    });
    let (stage, kind, text) = broken(&mut pack, task);
    assert_eq!((stage, kind), (Stage::Main, ProblemKind::Error));
    assert_eq!(text, "main failed: the relay sticks");
}

#[test]
fn a_task_that_runs_too_long_is_given_up() {
    let task = Made::new("a", json!({ "timeout": 0.01 })).main(|_| {
        std::thread::park_timeout(Duration::from_millis(300));
        TaskReturn::passed()
    });
    let (_, kind, _) = broken(&mut pack(), task);
    assert_eq!(kind, ProblemKind::TimedOut(Duration::from_millis(10)));
}

#[test]
fn retries_give_a_task_another_try() {
    let mut pack = pack();
    let task = Made::new("a", json!({ "retries": 2 })).main(|cx| {
        TaskReturn::new(if cx.attempt() < 3 {
            Verdict::Failed
        } else {
            Verdict::Passed
        })
    });
    pack.add_test_task(task).unwrap();
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(told(&summary), ["a: ok (flaky: passed on attempt 3)"]);
}

#[test]
fn every_word_of_the_original_is_a_verdict() {
    for (word, is_success) in [
        ("Passed", true),
        ("Completed", true),
        ("Skipped", true),
        ("Failed", false),
        ("Exception", false),
        ("passed", false),
    ] {
        let mut pack = pack();
        pack.add_test_task(ends("a", word, json!({}))).unwrap();
        let summary = pack.run_test_queue().unwrap();
        assert_eq!(summary.is_success(), is_success, "{word}");
        assert_eq!(summary.outcome("a").map(Outcome::result), Some(word));
    }
}
