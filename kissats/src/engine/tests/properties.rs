//! What holds for every run, over random packs.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::scenario::scenario;
use super::simulated_run::Record;
use super::simulation::Simulation;
use crate::model::{Outcome, Phase};
use crate::plan::Step;

/// One task of a random pack, as a line of a scenario. Needs point backwards, so there is no circle.
fn line(index: usize) -> impl Strategy<Value = String> {
    let needs = prop::collection::btree_set(0..index.max(1), 0..3);
    let groups = prop::collection::btree_set(0..3u8, 0..3);
    let phase = prop::sample::select(
        vec!["test"; 8]
            .into_iter()
            .chain(["setup", "teardown"])
            .collect::<Vec<_>>(),
    );
    let ends = prop::sample::select(vec![
        "passes",
        "passes",
        "passes",
        "fails",
        "skips",
        "breaks",
        "fails,passes",
        "Odd",
    ]);
    let resources = prop::collection::btree_map(0..3u8, any::<bool>(), 0..3);
    let retries = (0..3u32, 0..4u32, any::<bool>());
    let numbers = (1..5u32, prop::option::of(1..6u32), retries, 0..10i32);
    (
        needs,
        groups,
        phase,
        ends,
        resources,
        numbers,
        any::<bool>(),
    )
        .prop_map(
            move |(
                needs,
                groups,
                phase,
                ends,
                resources,
                (takes, timeout, (retries, rests, grows), priority),
                goes_on,
            )| {
                let mut line = format!(
                    "t{index} takes {takes} ends {ends} retries {retries} priority {priority}"
                );
                if goes_on {
                    // Where nothing is known of times, there is nothing to plan again.
                    line += &format!(" expected {takes}");
                }
                if rests > 0 {
                    let backoff = if grows { "exponential" } else { "fixed" };
                    line += &format!(" rests {rests} backoff {backoff}");
                }
                if phase != "test" {
                    line += &format!(" {phase}");
                } else if index > 0 && !needs.is_empty() {
                    // Only tests need others: a set-up that needs a test of its own group would be a circle.
                    line += &format!(
                        " needs {}",
                        needs
                            .iter()
                            .map(|need| format!("t{need}"))
                            .collect::<Vec<_>>()
                            .join(",")
                    );
                }
                if !groups.is_empty() {
                    let groups = groups.iter().map(|group| format!("g{group}"));
                    line += &format!(" in {}", groups.collect::<Vec<_>>().join(","));
                }
                for (word, alone) in [("uses", true), ("shares", false)] {
                    let names = resources.iter().filter(|(_, is_alone)| **is_alone == alone);
                    let names: Vec<_> = names.map(|(name, _)| format!("r{name}")).collect();
                    if !names.is_empty() {
                        line += &format!(" {word} {}", names.join(","));
                    }
                }
                if let Some(timeout) = timeout {
                    line += &format!(" timeout {timeout}");
                }
                if goes_on {
                    line += " goes-on";
                }
                line
            },
        )
}

/// The same beside each other: some tasks may run beside others, some are not tied to what they need.
pub(super) fn parallel_pack() -> impl Strategy<Value = String> {
    let mode = prop::sample::select(vec!["thread", "process"]);
    let words = prop::collection::vec((0..4usize, any::<bool>()), 14);
    (pack(), words, mode, 2..5u32, 1..3u32).prop_map(|(pack, words, mode, threads, processes)| {
        let mut words = words.into_iter();
        let lines = pack.lines().map(|line| {
            let is_task = line.starts_with('t');
            let Some((safe, tied)) = words.next().filter(|_| is_task) else {
                return line.to_owned();
            };
            let safe = ["thread", "both", "process", "no"][safe];
            let tied = if tied { "yes" } else { "no" };
            format!("{line} safe {safe} tied {tied}")
        });
        let lines: Vec<String> = lines.collect();
        format!(
            "{}\nmode {mode}\nthreads {threads}\nprocesses {processes}",
            lines.join("\n")
        )
    })
}

pub(super) fn pack() -> impl Strategy<Value = String> {
    let lines = (1..14usize).prop_flat_map(|size| (0..size).map(line).collect::<Vec<_>>());
    let extras = prop::collection::vec(
        prop_oneof![
            (0..14u32).prop_map(|task| format!("select t{task}")),
            (0..12u32).prop_map(|at| format!("interrupt {at}")),
            (0..20u32, 0..9u32)
                .prop_map(|(at, grace)| format!("global-timeout {at}\ngrace {grace}")),
            (0..1000u32).prop_map(|seed| format!("shuffle {seed}")),
            Just("fail-fast".to_owned()),
        ],
        0..3,
    );
    (lines, extras).prop_map(|(lines, extras)| {
        let text = lines
            .into_iter()
            .chain(extras)
            .collect::<Vec<_>>()
            .join("\n");
        // A test that needs a teardown of its own group, or a set-up, is the author's mistake: take such needs out.
        let other_phase: BTreeSet<String> = text
            .lines()
            .filter(|line| line.contains(" setup") || line.contains(" teardown"))
            .filter_map(|line| line.split(' ').next().map(str::to_owned))
            .collect();
        text.lines()
            .map(|line| without_needs(line, &other_phase))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

fn without_needs(line: &str, names: &BTreeSet<String>) -> String {
    let Some((before, rest)) = line.split_once(" needs ") else {
        return line.to_owned();
    };
    let (needs, after) = rest
        .split_once(' ')
        .map_or((rest, String::new()), |(needs, after)| {
            (needs, format!(" {after}"))
        });
    let kept: Vec<&str> = needs
        .split(',')
        .filter(|need| !names.contains(*need))
        .collect();
    if kept.is_empty() {
        format!("{before}{after}")
    } else {
        format!("{before} needs {}{after}", kept.join(","))
    }
}

/// Runs the pack twice, and checks all that holds for every run.
pub(super) fn run_and_check(text: &str) -> Result<Record, TestCaseError> {
    run_with(&Simulation::parse(text), text)
}

/// The same, with what is not said in the text.
pub(super) fn run_with(simulation: &Simulation, text: &str) -> Result<Record, TestCaseError> {
    let record = simulation.run();
    let promises = || {
        prop_assert!(record.violations.is_empty(), "{:?}", record.violations);
        check(simulation, &record)?;
        prop_assert_eq!(&record.transcript, &simulation.run().transcript);
        Ok(())
    };
    promises().map_err(|error| {
        let scenario = scenario(text, &record);
        TestCaseError::fail(format!(
            "{error}\nTo keep this pack as a test, put it into `engine/tests/scenarios/NAME.txt`:\n\n{scenario}"
        ))
    })?;
    Ok(record)
}

fn check(simulation: &Simulation, record: &Record) -> Result<(), TestCaseError> {
    let interrupts = simulation.interrupts.len();
    let policy = &simulation.policy;
    let transcript = record.transcript.join("\n");
    if let Some(deadline) = policy.deadline() {
        for (step, at) in &record.starts {
            let is_teardown = record.plan.task(*step).spec().phase == Phase::Teardown;
            let until = if is_teardown {
                deadline + policy.teardown_grace
            } else {
                deadline
            };
            prop_assert!(*at <= until, "something starts at {at}:\n{transcript}");
        }
        let end = record.ended_at;
        prop_assert!(
            end <= deadline + policy.teardown_grace,
            "it ends at {end}:\n{transcript}"
        );
    }
    prop_assert!(
        record.ledger_is_idle,
        "something is still held:\n{transcript}"
    );
    prop_assert_eq!(
        record.outcomes.len(),
        record.plan.len(),
        "a task has no outcome:\n{}",
        transcript
    );
    prop_assert_eq!(
        record.reports,
        record.plan.len(),
        "a task was told twice:\n{}",
        transcript
    );
    let started = |step: &Step| record.starts.iter().position(|(other, _)| other == step);
    for (step, task) in record.plan.steps() {
        let outcome = &record.outcomes[&step];
        let ran = started(&step).is_some();
        match outcome {
            Outcome::Passed(_) | Outcome::Flaky(_) | Outcome::Skipped(_) => {
                prop_assert!(ran, "{} did not run:\n{transcript}", task.name)
            }
            Outcome::Blocked(_) | Outcome::NotRun(_) | Outcome::Ignored(_) => {
                prop_assert!(!ran, "{} ran:\n{transcript}", task.name);
            }
            Outcome::Failed(_) => {}
        }
        // A group's teardown comes after every member, a group's set-up before.
        for (other, member) in record.plan.steps() {
            let shares_a_group = member
                .spec()
                .groups
                .iter()
                .any(|group| task.spec().groups.contains(group));
            match (task.spec().phase, member.spec().phase) {
                (Phase::Teardown, Phase::Test) if shares_a_group => {
                    prop_assert!(
                        other < step,
                        "{} before its member {}",
                        task.name,
                        member.name
                    );
                }
                (Phase::Setup, Phase::Test) if shares_a_group => {
                    prop_assert!(
                        step < other,
                        "{} after its member {}",
                        task.name,
                        member.name
                    );
                }
                _ => {}
            }
        }
        for requirement in &task.requires {
            prop_assert!(requirement.on < step, "the plan is out of order");
            let on = &record.outcomes[&requirement.on];
            if let Some(mine) = started(&step) {
                prop_assert!(
                    started(&requirement.on).is_none_or(|theirs| theirs < mine),
                    "{} too early:\n{transcript}",
                    task.name
                );
                if requirement.why.must_succeed() {
                    prop_assert!(
                        on.satisfies_dependents(),
                        "{} needed a failed task:\n{transcript}",
                        task.name
                    );
                }
            }
        }
        // Blocked means: something it depends on did not succeed.
        if let Outcome::Blocked(blocked) = outcome {
            let by = task
                .requires
                .iter()
                .find(|requirement| record.plan.task(requirement.on).name == *blocked.by());
            prop_assert!(
                by.is_some_and(|by| !record.outcomes[&by.on].satisfies_dependents()),
                "{transcript}"
            );
        }
        let starts = record.starts.iter().filter(|(other, _)| *other == step);
        let starts: Vec<_> = starts.map(|(_, at)| *at).collect();
        let retries = task.spec().retries;
        prop_assert!(starts.len() <= 1 + retries.count as usize);
        for (failed, pair) in (1..).zip(starts.windows(2)) {
            let waited = pair[1].since(pair[0]);
            prop_assert!(
                waited >= retries.wait_after(failed),
                "{}:\n{transcript}",
                task.name
            );
        }
        prop_assert_eq!(
            matches!(outcome, Outcome::Flaky(_)),
            outcome.satisfies_dependents()
                && !matches!(outcome, Outcome::Skipped(_))
                && outcome.attempts().len() > 1
        );
        // The teardown phase always runs; only a second interrupt, the end of its grace, or a need of its own,
        // keeps it from running.
        if task.spec().phase == Phase::Teardown && interrupts < 2 && policy.deadline().is_none() {
            let never_stopped = !matches!(outcome, Outcome::NotRun(_));
            prop_assert!(
                never_stopped,
                "the teardown {} did not run:\n{transcript}",
                task.name
            );
        }
        // Not run means that something stopped the run.
        if let Outcome::NotRun(_) = outcome {
            let stopper = record.plan.steps().any(|(step, task)| {
                let stops = policy.fail_fast || task.spec().stop_suite_on_fail;
                stops && record.outcomes[&step].is_failure()
            });
            prop_assert!(
                stopper || interrupts > 0 || policy.deadline().is_some(),
                "nothing stopped {}:\n{transcript}",
                task.name
            );
        }
    }
    Ok(())
}

/// As many packs as `PROPTEST_CASES` says, or more than proptest's own number: one is cheap.
pub(super) fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 4000;
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_task_ends_once_after_what_it_needs_and_nothing_stays_held(text in pack()) {
        run_and_check(&text)?;
    }

    #[test]
    fn tasks_beside_each_other_keep_the_same_promises(text in parallel_pack()) {
        let record = run_and_check(&text)?;
        // The engine knows what its own tasks hold: it asks only for what can be had, unless a body that
        // was given up keeps it.
        let lines = record.transcript.iter();
        let mut lines = lines.take_while(|line| !line.contains(" give up "));
        let waits = lines.find(|line| line.contains(" waits until ") && !line.contains("has failed"));
        prop_assert_eq!(waits.filter(|_| record.is_parallel), None, "{}", record.transcript.join("\n"));
    }
}
