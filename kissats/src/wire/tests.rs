//! What goes out comes in.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::model::{
    FencingToken, HeldResource, InstanceName, Location, Problem, ProblemKind, ReservationMode,
    ResourceName, Stage, SubResult, TaskResult, TaskReturn, Verdict,
};
use crate::wire::{HeldMessage, Order, Report, ResultMessage, RunOrder, from_line, to_line};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[test]
fn an_order_comes_in_as_it_went_out() {
    let resource = ResourceName::new("psu").unwrap();
    let instance = InstanceName::new("psu-1").unwrap();
    let token = FencingToken::from_number(u64::MAX);
    let mut held = HeldResource::new(resource, instance, ReservationMode::Shared, token);
    held.config = json!({ "port": 5025 });
    held.attributes = object(json!({ "amps": 5 }));
    let order = Order::Run(Box::new(RunOrder {
        pack: "lab".to_owned(),
        task: "power::on".to_owned(),
        attempt: 2,
        spec: json!({ "name": "power::on", "description": "two\nlines" }),
        dut: Some("widget-a".to_owned()),
        ats: None,
        params: object(json!({ "serial": 4711, "text": "\u{2028}\r\n" })),
        resources: vec![HeldMessage::from(&held)],
        captured: true,
    }));
    let line = to_line(&order).unwrap();
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    let read: Order = from_line(&line).unwrap();
    assert_eq!(read, order);
    let Order::Run(run) = read else {
        panic!("{read:?}")
    };
    assert_eq!(
        run.global_params().unwrap().dut().unwrap().as_str(),
        "widget-a"
    );
    let message = run.resources.into_iter().next().unwrap();
    assert_eq!(HeldResource::try_from(message).unwrap(), held);
}

#[test]
fn an_attempt_comes_in_as_it_went_out() {
    let mut problem = Problem::new(
        Stage::Setup,
        ProblemKind::TimedOut(Duration::from_millis(1)),
        "m",
    );
    problem.causes = vec!["because".to_owned()];
    problem.location = Some(Location::new("src/lib.rs", 7));
    let kinds = [
        ProblemKind::Error,
        ProblemKind::Panic,
        ProblemKind::InvalidReturn,
        ProblemKind::Unmet,
        ProblemKind::Interrupted,
    ];
    let problems = kinds.map(|kind| Problem::new(Stage::Main, kind, ""));
    for problem in problems.into_iter().chain([problem]) {
        let answer = TaskReturn::new(Verdict::from("Odd"))
            .with_message("within limits")
            .with_metadata("volts", 11.98)
            .with_sub_result(SubResult::new("2 A", Verdict::Failed));
        let mut result = TaskResult::new(answer, Duration::from_nanos(1_234_567_890));
        result.teardown_problem = Some(problem.clone());
        result.main_verdict = Some(Verdict::Passed);
        result.problem = Some(problem);
        let changed = object(json!({ "firmware": "2.4.1" }));
        let message = ResultMessage::new(&result, changed.clone(), true);
        let report = Report::Ended(Box::new(message));
        let Report::Ended(read) = from_line(&to_line(&report).unwrap()).unwrap() else {
            panic!("another report")
        };
        assert_eq!((&read.changed, read.worn), (&changed, true));
        assert_eq!(TaskResult::try_from(*read).unwrap(), result);
    }
}

#[test]
fn a_line_that_is_no_message_says_so() {
    let error = from_line::<Order>("\"dance\"\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a message of version 3, found `\"dance\"`"
    );
}
