//! The pack: how it is made, its properties, its queues.

use std::num::NonZeroU32;
use std::time::Duration;

use kissats::{
    NewTask, PackError, Phase, QueueError, ResourceMode, RunMode, TaskPack, TaskReturn,
    ValidResults, Value, Verdict, json,
};

use super::support::{Log, Made, ends, needs, pack, pack_of, passes, queued, told};

#[test]
fn a_pack_without_parameters_has_every_default() {
    let pack = pack();
    assert_eq!(pack.run_mode(), RunMode::Normal);
    assert_eq!(pack.resource_mode(), ResourceMode::All);
    assert_eq!(
        (pack.thread_limit().get(), pack.process_limit().get()),
        (5, 5)
    );
    assert_eq!(pack.valid_result(), &ValidResults::default());
    assert_eq!((pack.dut(), pack.ats()), (None, None));
    assert!(!pack.ignore_prereq());
    assert!(pack.test_groups().is_empty());
    assert!(pack.completed_tasks().is_empty());
    assert_eq!(pack.est_run_time(), Duration::ZERO, "not an hour");
}

#[test]
fn a_document_that_breaks_a_rule_makes_no_pack() {
    let error = TaskPack::from_document(json!({ "thread_limit": 0, "dut": 7 })).unwrap_err();
    assert!(matches!(&error, PackError::Document(errors) if errors.iter().count() == 2));
    assert_eq!(
        error.to_string(),
        "thread_limit: expected a whole number of at least 1, found 0\ndut: expected text, found 7"
    );
}

#[test]
fn what_the_document_says_holds() {
    let pack = pack_of(json!({
        "task_package": "it", "valid_result": ["Passed", "Degraded"], "thread_limit": 2,
        "process_limit": 3, "resource_mode": "custom_separate", "run_mode": "thread",
        "ats": "bench", "dut": "widget-a", "ignore_prereq": true, "serial": 4711,
    }));
    assert!(pack.valid_result().contains(&Verdict::from("Degraded")));
    assert!(!pack.valid_result().contains(&Verdict::Skipped));
    assert_eq!(
        (pack.thread_limit().get(), pack.process_limit().get()),
        (2, 3)
    );
    assert_eq!(pack.resource_mode(), ResourceMode::CustomSeparate);
    assert_eq!(pack.run_mode(), RunMode::Thread);
    assert_eq!(pack.dut().unwrap(), "widget-a");
    assert_eq!(pack.ats().unwrap(), "bench");
    assert!(pack.ignore_prereq());
}

#[test]
fn every_setting_can_be_changed_by_the_program() {
    let mut pack = pack();
    let limit = NonZeroU32::new(9).unwrap();
    pack.set_thread_limit(limit);
    pack.set_process_limit(limit);
    pack.set_run_mode(RunMode::Process);
    pack.set_resource_mode(ResourceMode::PerTaskSeparate);
    pack.set_dut(Some(kissats::DutName::new("widget-b").unwrap()));
    pack.set_ats(Some(kissats::AtsName::new("bench").unwrap()));
    pack.set_ignore_prereq(true);
    pack.set_valid_result(ValidResults::new([Verdict::Passed]).unwrap());
    assert_eq!((pack.thread_limit(), pack.process_limit()), (limit, limit));
    assert_eq!(pack.run_mode(), RunMode::Process);
    assert_eq!(pack.resource_mode(), ResourceMode::PerTaskSeparate);
    assert_eq!(pack.params().dut().unwrap(), "widget-b", "tasks see it");
    assert_eq!(pack.params().ats().unwrap(), "bench");
    assert!(pack.ignore_prereq());
    pack.set_params(kissats::GlobalParams::default().with("serial", 7));
    assert_eq!(pack.params().get::<u8>("serial").unwrap(), Some(7));
    assert_eq!(pack.dut(), None, "all of them are new");
    assert!(!pack.valid_result().contains(&Verdict::Skipped));
}

#[test]
fn json_params_are_all_parameters_and_make_the_same_pack_again() {
    let document = json!({
        "dut": "widget-a", "valid_result": ["Passed"], "resource_mode": "per_task_combine",
        "test_groups": ["power"], "serial": 4711, "nested": { "volts": [1.5] },
    });
    let pack = pack_of(document.clone());
    let text = pack.json_params();
    let all: Value = serde_json::from_str(&text).unwrap();
    for (key, value) in document.as_object().unwrap() {
        assert_eq!(&all[key], value, "{key}");
    }
    let again = pack_of(all);
    assert_eq!(again.json_params(), text);
    assert_eq!(queued(&again, Phase::Test), queued(&pack, Phase::Test));
}

#[test]
fn a_package_that_is_not_linked_is_an_error_when_the_pack_is_made() {
    for (document, message) in [
        (
            json!({ "task_package": "itt" }),
            "the pack `itt` is not linked; did you mean `it`?; linked are: it. Nothing is installed at run time",
        ),
        (
            json!({ "task_package": "it", "package_version": ">=99" }),
            "the pack `it` is linked as 0.1.0, and `>=99` was asked for",
        ),
        (
            json!({ "ats_client": "lokal" }),
            "no ATS client is called `lokal`; there are `bench-of-the-tests`, `host`, `local`; did you mean `local`?",
        ),
    ] {
        let error = TaskPack::from_document(document).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    pack_of(json!({ "task_package": "it", "package_version": ">=0.1" }));
}

#[test]
fn est_run_time_is_what_is_queued() {
    let mut pack = pack();
    let takes = |name: &str, seconds: u32| Made::new(name, json!({ "est_task_time": seconds }));
    pack.add_setup_task(takes("a", 1)).unwrap();
    pack.add_test_task(takes("b", 20)).unwrap();
    pack.add_teardown_task(takes("c", 300)).unwrap();
    assert_eq!(pack.est_run_time(), Duration::from_secs(321));
    pack.clear_setup_queue();
    assert_eq!(pack.est_run_time(), Duration::from_secs(320));
    pack.run_test_queue().unwrap();
    assert_eq!(pack.est_run_time(), Duration::from_secs(300));
}

#[test]
fn all_resources_are_merged_by_name() {
    let mut pack = pack();
    for (name, keys) in [
        (
            "a",
            json!({ "exclusive_resources": ["psu"], "shared_resources": ["lan"] }),
        ),
        ("b", json!({ "shared_resources": ["psu", "lan"] })),
    ] {
        pack.add_test_task(Made::new(name, keys)).unwrap();
    }
    let needs = pack.all_resources();
    let needs: Vec<String> = needs
        .iter()
        .map(|need| format!("{} {}", need.resource, need.mode))
        .collect();
    assert_eq!(needs, ["lan shared", "psu exclusive"]);
}

#[test]
fn completed_tasks_know_the_last_result_of_every_name() {
    let mut pack = pack();
    let soft = || json!({ "stop_suite_on_fail": false });
    pack.add_test_task(ends("a", "Failed", soft())).unwrap();
    pack.run_test_queue().unwrap();
    pack.add_test_task(ends("a", "Degraded", soft())).unwrap();
    pack.add_test_task(ends("b", "Skipped", soft())).unwrap();
    pack.run_test_queue().unwrap();
    let completed = pack.completed_tasks();
    let results: Vec<String> = completed
        .iter()
        .map(|(name, outcome)| format!("{name} {}", outcome.result()))
        .collect();
    assert_eq!(results, ["a Degraded", "b Skipped"]);
}

#[test]
fn tasks_are_added_by_name_or_as_values() {
    let mut pack = pack();
    assert!(pack.add_test_task("first").unwrap());
    assert!(pack.add_test_task(String::from("third").as_str()).unwrap());
    assert!(pack.add_test_task(passes("made here")).unwrap());
    assert_eq!(queued(&pack, Phase::Test), "first, third, made here");
    let error = pack.add_test_task("frist").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no task is called `frist`; did you mean `first`?"
    );
}

#[test]
fn a_queue_runs_from_its_front_and_top_puts_in_front() {
    let mut pack = pack();
    for (name, top) in [("a", false), ("b", true), ("c", true), ("d", false)] {
        let task = NewTask::from(passes(name));
        let task = if top { task.top() } else { task };
        assert!(pack.add_test_task(task).unwrap());
    }
    assert_eq!(queued(&pack, Phase::Test), "c, b, a, d");
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(told(&summary), ["c: ok", "b: ok", "a: ok", "d: ok"]);
}

#[test]
fn a_name_is_queued_once_in_a_queue_unless_twice_is_asked_for() {
    let mut pack = pack();
    for _ in 0..2 {
        assert!(
            pack.add_test_task(passes("a")).unwrap(),
            "it is in the queue"
        );
    }
    assert_eq!(queued(&pack, Phase::Test), "a");
    pack.add_test_task(NewTask::from(passes("a")).allow_dupe())
        .unwrap();
    assert_eq!(queued(&pack, Phase::Test), "a, a");
    pack.add_setup_task(passes("a")).unwrap();
    assert_eq!(queued(&pack, Phase::Setup), "a", "another queue");
    pack.run_all_queues().unwrap();
    pack.add_test_task(passes("a")).unwrap();
    assert_eq!(queued(&pack, Phase::Test), "a", "it has run, and may again");
}

#[test]
fn adding_is_all_or_nothing() {
    let mut pack = pack_of(json!({ "dut": "widget-a" }));
    pack.add_test_task("fails").unwrap();
    pack.run_test_queue().unwrap();
    pack.add_test_task(passes("x")).unwrap();
    for refused in [
        NewTask::named("needs what fails and stops"),
        NewTask::named("needs widget-b"),
        needs("t", &["helper", "nobody"]).into(),
        needs("t", &["helper", "t"]).into(),
    ] {
        assert!(pack.add_test_task(refused).is_err());
        assert_eq!(queued(&pack, Phase::Test), "x");
    }
    assert!(!pack.add_test_task("needs what fails").unwrap());
    assert!(!pack.add_test_task("for widget-b").unwrap());
    assert_eq!(queued(&pack, Phase::Test), "x");
}

#[test]
fn each_queue_can_be_cleared_alone_or_all_at_once() {
    let mut pack = pack();
    let fill = |pack: &mut TaskPack| {
        pack.add_setup_task(passes("a")).unwrap();
        pack.add_test_task(passes("b")).unwrap();
        pack.add_teardown_task(passes("c")).unwrap();
    };
    let all = |pack: &TaskPack| {
        [Phase::Setup, Phase::Test, Phase::Teardown]
            .map(|phase| queued(pack, phase))
            .concat()
    };
    fill(&mut pack);
    pack.clear_setup_queue();
    assert_eq!(all(&pack), "bc");
    pack.clear_test_queue();
    assert_eq!(all(&pack), "c");
    pack.clear_teardown_queue();
    assert_eq!(all(&pack), "");
    fill(&mut pack);
    pack.clear_delay_queue();
    assert_eq!(all(&pack), "abc", "it is no error");
    pack.clear_all_queues();
    assert_eq!(all(&pack), "");
    assert!(pack.run_all_queues().unwrap().outcomes.is_empty());
}

#[test]
fn a_running_task_may_add_tasks_to_any_queue_and_its_own_goes_on() {
    let mut pack = pack();
    let adds = passes("a").main(|cx| {
        assert!(cx.add_test_task(passes("last")).unwrap());
        assert!(
            cx.add_test_task(NewTask::from(passes("next")).top())
                .unwrap()
        );
        assert!(cx.add_teardown_task(passes("down")).unwrap());
        assert!(cx.add_test_task("nobody").is_err());
        TaskReturn::passed()
    });
    pack.add_test_task(adds).unwrap();
    pack.add_test_task(passes("b")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["a: ok", "next: ok", "b: ok", "last: ok", "down: ok"]
    );
}

#[test]
fn parameters_are_computed_when_the_task_is_added_from_the_parameters_of_then() {
    use kissats::{GlobalParams, Task, TaskContext, TaskName, TaskSpec};
    struct Computed;
    impl Task for Computed {
        fn get_params(&self, params: &GlobalParams) -> TaskSpec {
            let mut spec = TaskSpec::new(TaskName::new("computed").unwrap());
            spec.description = params.get("what").unwrap().unwrap();
            spec
        }
        fn task_main(&self, _: &TaskContext) -> TaskReturn {
            TaskReturn::passed()
        }
    }
    let mut pack = pack_of(json!({ "what": "measures" }));
    let changes = passes("changes").main(|cx| {
        cx.set_param("what", "weighs");
        cx.add_test_task(NewTask::value(Computed).allow_dupe())
            .unwrap();
        TaskReturn::passed()
    });
    pack.add_test_task(changes).unwrap();
    pack.add_test_task(NewTask::value(Computed)).unwrap();
    let descriptions = Log::new();
    let told = descriptions.clone();
    pack.set_report_func(move |record| told.push(record.description));
    pack.run_test_queue().unwrap();
    assert_eq!(descriptions.all(), ["", "measures", "weighs"]);
}

#[test]
fn a_name_that_is_none_is_refused_by_type() {
    let error = pack().add_test_task("nobody").unwrap_err();
    assert!(matches!(
        error,
        PackError::Queue(QueueError::UnknownTask { .. })
    ));
}

#[test]
fn the_queues_may_be_a_type_of_the_programs_own() {
    let queues = kissats::PackQueues::default();
    let mut pack = TaskPack::with_queues(kissats::GlobalParams::default(), queues).unwrap();
    pack.add_test_task(passes("a")).unwrap();
    assert!(pack.run_all_queues().unwrap().is_success());
}
