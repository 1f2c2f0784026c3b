//! What holds for every run although things go wrong around it, and that an engine with a mistake is
//! found out.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::fault::Sabotage;
use super::properties::{config, pack, parallel_pack, run_and_check, run_with};
use super::scenario::{read, scenario};
use super::simulation::Simulation;
use crate::model::ResourceMode;

/// A pack, one task at a time or beside each other, and what goes wrong while it runs.
fn troubled_pack() -> impl Strategy<Value = String> {
    let fault = prop_oneof![
        (0..3u8, 0..9u32, 1..9u32)
            .prop_map(|(resource, from, span)| format!("taken r{resource} {from} {}", from + span)),
        (0..3u8, 0..9u32, 1..9u32).prop_map(|(resource, from, span)| format!(
            "booked r{resource} {from} {}",
            from + span
        )),
        (0..3u8, 0..12u32).prop_map(|(resource, at)| format!("lost r{resource} {at}")),
        (0..12u32).prop_map(|at| format!("dies {at}")),
        (1..9u32).prop_map(|question| format!("errors {question}")),
        (1..3u32).prop_map(|span| format!("answers-after {span}")),
        (0..12u32).prop_map(|at| format!("interrupt {at}")),
        Just("one-of-each".to_owned()),
    ];
    let faults = prop::collection::vec(fault, 1..6);
    let mode = prop::sample::select(ResourceMode::ALL);
    let patience = prop::collection::vec(prop::option::weighted(0.2, 0..6u32), 14);
    let packs = prop_oneof![pack().boxed(), parallel_pack().boxed()];
    (packs, patience, mode, faults).prop_map(|(pack, patience, mode, faults)| {
        let mut patience = patience.into_iter();
        let lines = pack.lines().map(|line| match patience.next().flatten() {
            Some(patience) if line.starts_with("t") && !line.starts_with("threads") => {
                format!("{line} patience {patience}")
            }
            _ => line.to_owned(),
        });
        let mut lines: Vec<String> = lines.collect();
        lines.push(format!("resources {mode}"));
        lines.extend(faults);
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_goes_wrong_every_task_ends_once_and_nothing_stays_held(text in troubled_pack()) {
        let record = run_and_check(&text)?;
        // What a failure would print is the test that it says it is.
        let printed = scenario(&text, &record);
        let (pack, expected) = read(&printed);
        let again = Simulation::parse(pack).run();
        prop_assert_eq!(again.transcript.join("\n") + "\n", expected);
    }
}

/// What the properties say of an engine with a mistake, if they notice.
fn found(sabotage: Sabotage) -> Option<String> {
    let mut runner = TestRunner::new_with_rng(
        Config {
            failure_persistence: None,
            ..Config::with_cases(1000)
        },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let run = |text: &str| {
        let mut simulation = Simulation::parse(text);
        simulation.sabotage = Some(sabotage);
        run_with(&simulation, text).map(drop)
    };
    let result = runner.run(&troubled_pack(), |text| run(&text));
    result.err().map(|error| error.to_string())
}

#[test]
fn every_planted_mistake_is_noticed() {
    for sabotage in [
        Sabotage::ForgetsToWake,
        Sabotage::ForgetsToRelease,
        Sabotage::ReleasesWhatIsUsed,
        Sabotage::ClaimsOneByOne,
        Sabotage::TellsTwice,
        Sabotage::WakesNobody,
        Sabotage::TakesWhatIsTaken,
    ] {
        assert!(found(sabotage).is_some(), "{sabotage:?} goes unnoticed");
    }
}

#[test]
fn a_failure_prints_a_scenario_of_its_own_pack() {
    let told = found(Sabotage::ForgetsToWake).unwrap_or_default();
    let (_, printed) = told.split_once("NAME.txt`:\n\n").expect("it is printed");
    let (pack, rest) = read(printed);
    let mut simulation = Simulation::parse(pack);
    assert!(
        simulation.run().violations.is_empty(),
        "the engine is sound"
    );
    simulation.sabotage = Some(Sabotage::ForgetsToWake);
    let transcript = simulation.run().transcript.join("\n");
    assert!(rest.starts_with(&transcript), "{rest}");
    assert!(
        transcript.ends_with("the run waits for nothing"),
        "{transcript}"
    );
}
