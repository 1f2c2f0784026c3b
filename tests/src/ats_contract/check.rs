//! Every rule, one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use kissats::AtsClient;

use crate::ats_contract::bench::Bench;
use crate::ats_contract::ending::{
    ends_claims, gives_back_a_part, gives_back_on_every_path, gives_parts_to_others_at_once,
    keeps_the_time_of_claims, offers_the_next_slot, releases_once,
};
use crate::ats_contract::hand_clock::HandClock;
use crate::ats_contract::history::{hammer, overlaps};
use crate::ats_contract::in_line::keeps_places_in_line;
use crate::ats_contract::taking::{
    avoiding_is_no_ban, excludes_and_shares, grants_the_earliest_window, knows_its_resources,
    lays_wishes_over, starves_nobody, takes_all_or_nothing,
};
use crate::ats_contract::words::understands_commands;

/// Checks the client that `make` makes, anew for every rule. Panics with the rule that is broken.
pub fn check(make: impl Fn(Arc<HandClock>) -> Arc<dyn AtsClient>) {
    check_rules(&make, &RULES);
}

/// Checks a client that lends in parts: what [`AtsClient::release_part`] leaves to the owner.
pub fn check_parts(make: impl Fn(Arc<HandClock>) -> Arc<dyn AtsClient>) {
    let rule: Rule = (
        "a part is for others at once",
        gives_parts_to_others_at_once,
    );
    check_rules(&make, &[rule]);
}

const RULES: [Rule; 16] = [
    ("it knows its resources", knows_its_resources),
    ("exclusive is alone, shared is not", excludes_and_shares),
    ("all or nothing", takes_all_or_nothing),
    ("the earliest window", grants_the_earliest_window),
    ("wishes go with the request", lays_wishes_over),
    (
        "what is to be avoided is better than nothing",
        avoiding_is_no_ban,
    ),
    ("a claim has its time", keeps_the_time_of_claims),
    ("a late claim gets the next slot", offers_the_next_slot),
    ("a claim ends or is renewed", ends_claims),
    ("an exclusive holder is not starved", starves_nobody),
    ("a place in line is kept", keeps_places_in_line),
    ("release takes either kind of id, once", releases_once),
    ("a part is given back, the rest is kept", gives_back_a_part),
    ("drop and panic give back", gives_back_on_every_path),
    ("the command words", understands_commands),
    ("threads", |bench| {
        let history = hammer(&bench.client, &bench.clock);
        assert_eq!(overlaps(&history), Vec::<String>::new());
        assert!(history.len() > 100, "only {} holds", history.len());
        bench.expect_idle();
    }),
];

fn check_rules(make: &dyn Fn(Arc<HandClock>) -> Arc<dyn AtsClient>, rules: &[Rule]) {
    for &(rule, check) in rules {
        let clock = Arc::new(HandClock::default());
        let client = make(Arc::clone(&clock));
        let bench = Bench { client, clock };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&bench))) {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            panic!(
                "the client breaks the rule `{rule}`: {}",
                text.unwrap_or("a panic without words")
            );
        }
    }
}

/// What a rule says, and how it is checked.
type Rule = (&'static str, fn(&Bench));
