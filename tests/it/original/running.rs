//! Running the queues, and what is reported.

use std::time::Duration;

use kissats::{Phase, StopCause, SubResult, TaskName, TaskReturn, Verdict, json};

use super::support::{Log, Made, ends, pack, passes, queued, reports, told};

#[test]
fn run_all_runs_setup_test_and_teardown() {
    let mut pack = pack();
    pack.add_teardown_task(passes("down")).unwrap();
    pack.add_test_task(passes("test")).unwrap();
    pack.add_setup_task(passes("up")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["up: ok", "test: ok", "down: ok"]
    );
}

#[test]
fn each_queue_can_be_run_alone_and_an_empty_one_is_fine() {
    let mut pack = pack();
    pack.add_setup_task(passes("up")).unwrap();
    pack.add_test_task(passes("test")).unwrap();
    pack.add_teardown_task(passes("down")).unwrap();
    assert_eq!(told(&pack.run_teardown_queue().unwrap()), ["down: ok"]);
    assert_eq!(told(&pack.run_setup_queue().unwrap()), ["up: ok"]);
    assert_eq!(told(&pack.run_test_queue().unwrap()), ["test: ok"]);
    for summary in [
        pack.run_setup_queue(),
        pack.run_test_queue(),
        pack.run_teardown_queue(),
        pack.run_all_queues(),
    ] {
        let summary = summary.unwrap();
        assert!(summary.outcomes.is_empty() && summary.is_success());
    }
}

#[test]
fn a_failure_stops_the_tests_and_teardown_runs() {
    let mut pack = pack();
    pack.add_test_task(ends("a", "Failed", json!({}))).unwrap();
    pack.add_test_task(passes("b")).unwrap();
    pack.add_teardown_task(passes("down")).unwrap();
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(told(&summary), ["a: FAILED", "down: ok"]);
    let by = TaskName::new("a").unwrap();
    assert_eq!(summary.stopped, Some(StopCause::StoppedBy(by)));
    assert!(!summary.is_success());
}

#[test]
fn a_run_that_was_stopped_can_be_resumed() {
    let mut pack = pack();
    pack.add_test_task(ends("a", "Failed", json!({}))).unwrap();
    pack.add_test_task(passes("b")).unwrap();
    pack.run_all_queues().unwrap();
    assert_eq!(queued(&pack, Phase::Test), "b");
    assert_eq!(told(&pack.run_all_queues().unwrap()), ["b: ok"]);
}

#[test]
fn without_stop_suite_on_fail_the_run_goes_on() {
    let mut pack = pack();
    pack.add_test_task(ends("a", "Failed", json!({ "stop_suite_on_fail": false })))
        .unwrap();
    pack.add_test_task(passes("b")).unwrap();
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(told(&summary), ["a: FAILED", "b: ok"]);
    assert!(!summary.is_success());
}

#[test]
fn a_failed_set_up_is_critical_whatever_it_is_called_and_says() {
    let mut pack = pack();
    let soft = json!({ "stop_suite_on_fail": false });
    pack.add_setup_task(ends("prepares", "Failed", soft.clone()))
        .unwrap();
    pack.add_test_task(passes("a")).unwrap();
    assert_eq!(told(&pack.run_all_queues().unwrap()), ["prepares: FAILED"]);
    pack.clear_all_queues();
    pack.add_test_task(ends("setup of nothing", "Failed", soft))
        .unwrap();
    pack.add_test_task(passes("b")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["setup of nothing: FAILED", "b: ok"],
        "a name means nothing"
    );
}

#[test]
fn failures_of_teardown_do_not_stop_teardown() {
    let mut pack = pack();
    pack.add_teardown_task(ends("a", "Failed", json!({})))
        .unwrap();
    pack.add_teardown_task(passes("b")).unwrap();
    assert_eq!(
        told(&pack.run_all_queues().unwrap()),
        ["a: FAILED", "b: ok"]
    );
}

#[test]
fn a_report_has_name_description_result_and_metadata_with_the_times() {
    let mut pack = pack();
    let records = reports(&mut pack);
    let answer = TaskReturn::new(Verdict::Completed)
        .with_message("within 1 %")
        .with_metadata("volts", 11.98)
        .with_metadata("run_time", 1_000_000);
    let keys =
        json!({ "description": "The rail.", "est_task_time": 5, "extra_metadata": { "line": 7 } });
    let task = Made::new("rail", keys).main(move |_| {
        std::thread::sleep(Duration::from_millis(2));
        answer.clone()
    });
    pack.add_test_task(task).unwrap();
    pack.run_test_queue().unwrap();
    let [record] = &records.all()[..] else {
        panic!("one task, one record")
    };
    assert_eq!(
        (
            record.name.as_str(),
            record.description.as_str(),
            &record.result
        ),
        ("rail", "The rail.", &Verdict::Completed)
    );
    let metadata = &record.metadata;
    assert_eq!(metadata.message, "within 1 %");
    assert_eq!(metadata.extra["volts"], 11.98);
    assert_eq!(metadata.extra["line"], 7);
    assert!(
        (0.002..5.0).contains(&metadata.run_time),
        "measured, not told"
    );
    assert!((metadata.est_task_time - 5.0).abs() < 1e-9);
    let delta = metadata.est_task_time - metadata.run_time;
    assert!((metadata.run_time_delta - delta).abs() < 1e-9);
    let again = kissats::ReportRecord::from_document(record.to_document()).unwrap();
    assert_eq!(&again, record, "it keeps the schema of a report");
}

#[test]
fn sub_results_are_reported_in_order_before_their_task_and_count_for_nothing() {
    let mut pack = pack();
    let records = reports(&mut pack);
    let answer = TaskReturn::passed()
        .with_sub_result(SubResult::new("no load", Verdict::Passed).with_description("0 A"))
        .with_sub_result(
            SubResult::new("2 A", Verdict::Failed)
                .with_message("11.2 V")
                .with_metadata("volts", 11.2),
        );
    pack.add_test_task(passes("rail").returns(answer)).unwrap();
    let summary = pack.run_test_queue().unwrap();
    assert!(summary.is_success());
    assert_eq!(pack.completed_tasks().len(), 1);
    let records = records.all();
    let names: Vec<&str> = records.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["no load", "2 A", "rail"]);
    assert_eq!(
        records[1].to_document(),
        json!({
            "name": "2 A", "description": "", "result": "Failed",
            "metadata": { "message": "11.2 V", "volts": 11.2, "run_time": 0.0, "est_task_time": 0.0,
                          "run_time_delta": 0.0 },
        })
    );
    assert_eq!(records[0].description, "0 A");
}

#[test]
fn what_broke_is_reported_as_text() {
    let mut pack = pack();
    let records = reports(&mut pack);
    pack.add_test_task(passes("a").main(|_| panic!("the relay sticks")))
        .unwrap();
    pack.run_test_queue().unwrap();
    let record = records.all().remove(0);
    assert_eq!(record.result, Verdict::Exception);
    assert!(record.metadata.message.starts_with("main panicked at "));
    assert!(record.metadata.message.ends_with(": the relay sticks"));
    assert_eq!(
        record.metadata.extra["exception_details"],
        record.metadata.message
    );
}

#[test]
fn a_report_function_that_breaks_does_not_break_the_run() {
    let mut pack = pack();
    pack.set_report_func(|record| assert!(record.name != "a", "the printer is out of paper"));
    pack.add_test_task(passes("a")).unwrap();
    pack.add_test_task(passes("b")).unwrap();
    let summary = pack.run_test_queue().unwrap();
    assert_eq!(told(&summary), ["a: ok", "b: ok"]);
    assert_eq!(summary.report_problems, ["the printer is out of paper"]);
}

#[test]
fn without_a_report_function_the_run_is_the_same() {
    let mut pack = pack();
    pack.add_test_task(passes("a")).unwrap();
    assert_eq!(told(&pack.run_test_queue().unwrap()), ["a: ok"]);
}

#[test]
fn a_report_comes_when_its_task_has_ended_and_before_the_next_one_starts() {
    let log = Log::new();
    let mut pack = pack();
    let reported = log.clone();
    pack.set_report_func(move |record| reported.push(format!("{} reported", record.name)));
    for name in ["a", "b"] {
        let runs = log.clone();
        pack.add_test_task(passes(name).main(move |cx| {
            runs.push(format!("{} runs", cx.name()));
            TaskReturn::passed()
        }))
        .unwrap();
    }
    pack.run_test_queue().unwrap();
    assert_eq!(log.all(), ["a runs", "a reported", "b runs", "b reported"]);
}

#[test]
fn the_summary_adds_up_how_long_it_took_and_was_to_take() {
    let mut pack = pack();
    for name in ["a", "b"] {
        pack.add_test_task(Made::new(name, json!({ "est_task_time": 2 })))
            .unwrap();
    }
    let summary = pack.run_all_queues().unwrap();
    assert_eq!(summary.est_task_time, Duration::from_secs(4));
    assert!(summary.run_time < Duration::from_secs(2));
}
