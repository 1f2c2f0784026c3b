//! Groups and sequences.

use kissats::{PackError, Phase, QueueError, TaskPack, json};

use super::support::{pack, pack_of, queued};

fn queues(pack: &TaskPack) -> [String; 3] {
    [Phase::Setup, Phase::Test, Phase::Teardown].map(|phase| queued(pack, phase))
}

#[test]
fn groups_of_the_document_are_queued_with_the_global_lists_around_them() {
    let pack = pack_of(json!({ "test_groups": ["power", "radio"] }));
    assert_eq!(
        queues(&pack),
        [
            "global up, power up, radio up",
            "first, helper, second, third",
            "radio down, power down, global down"
        ]
    );
    assert_eq!(pack.test_groups(), ["power", "radio"]);
}

#[test]
fn the_first_group_that_is_added_brings_the_global_lists() {
    let mut by_hand = pack();
    by_hand.add_test_group("power").unwrap();
    assert_eq!(
        queues(&by_hand),
        [
            "global up, power up",
            "first, helper, second",
            "power down, global down"
        ]
    );
    by_hand.add_test_group("radio").unwrap();
    let by_document = pack_of(json!({ "test_groups": ["power", "radio"] }));
    assert_eq!(queues(&by_hand), queues(&by_document));
}

#[test]
fn a_task_that_is_listed_by_two_groups_is_queued_once() {
    let mut pack = pack();
    pack.add_test_group("power").unwrap();
    pack.add_test_group("radio").unwrap();
    pack.add_test_group("radio").unwrap();
    assert_eq!(queued(&pack, Phase::Test), "first, helper, second, third");
}

#[test]
fn an_unknown_group_is_an_error_and_nothing_is_queued() {
    let mut pack = pack();
    let error = pack.add_test_group("pwer").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no group `pwer`; did you mean `power`?"
    );
    assert!(matches!(
        error,
        PackError::Queue(QueueError::UnknownGroup { .. })
    ));
    assert_eq!(queues(&pack), ["", "", ""]);
    assert!(pack.test_groups().is_empty());
    assert!(TaskPack::from_document(json!({ "test_groups": ["pwer"] })).is_err());
}

#[test]
fn get_seq_group_shows_the_lists_of_a_group() {
    let pack = pack_of(json!({ "task_package": "it" }));
    for (phase, names) in [
        (Phase::Setup, vec!["power up"]),
        (Phase::Test, vec!["first", "second"]),
        (Phase::Teardown, vec!["power down"]),
    ] {
        assert_eq!(pack.get_seq_group("power", phase), names);
        assert!(pack.get_seq_group("nobody", phase).is_empty());
    }
    assert_eq!(pack.setup_list(), ["global up"]);
    assert_eq!(pack.teardown_list(), ["global down"]);
}

#[test]
fn a_group_runs_from_its_set_up_to_its_teardown() {
    let mut pack = pack_of(json!({ "test_groups": ["power"] }));
    let summary = pack.run_all_queues().unwrap();
    let names = summary.outcomes.iter().map(|(name, _)| name.as_str());
    assert_eq!(
        names.collect::<Vec<_>>().join(", "),
        "global up, power up, first, helper, second, power down, global down"
    );
    assert!(summary.is_success());
}
