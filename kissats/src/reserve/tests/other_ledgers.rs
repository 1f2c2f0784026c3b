//! What ledgers of one host tell each other.

use super::words::*;
use crate::reserve::*;

/// What the first ledger knows of an entry, in the second.
fn tell(from: &Ledger, number: u64, to: &mut Ledger) {
    to.adopt(from.record(number).unwrap());
}

#[test]
fn an_adopted_entry_keeps_others_out_until_it_is_struck_out() {
    let (mut here, mut there) = (ledger(), ledger());
    let held = take(&mut there, "a", &[exclusive("dut"), shared("lan")]).unwrap();
    tell(&there, held.id.number(), &mut here);
    here.count_from(held.id.number());
    let refused = take(&mut here, "b", &[exclusive("dut")]).unwrap_err();
    assert_eq!(refused.to_string(), "`dut` (exclusive) is held by `a`");
    let beside = take(&mut here, "b", &[shared("lan")]).unwrap();
    assert!(beside.id > held.id);
    assert!(beside.resources[0].token > held.resources[1].token);
    here.strike(held.id.number());
    take(&mut here, "b", &[exclusive("dut")]).unwrap();
}

#[test]
fn a_later_word_takes_the_place_of_an_earlier_one() {
    let (mut here, mut there) = (ledger(), ledger());
    let first = take(&mut there, "a", &[exclusive("dut")]).unwrap();
    let waits = request("b", &[exclusive("dut")]).in_line();
    let waits = there.request(at(0), &waits).unwrap();
    for number in [first.id.number(), waits.id.number()] {
        tell(&there, number, &mut here);
    }
    there.release(first.id.into()).unwrap();
    here.strike(first.id.number());
    here.count_from(waits.id.number());
    take(&mut here, "c", &[exclusive("dut")]).expect_err("b is in line");
    claim(&mut there, at(0), waits.id);
    tell(&there, waits.id.number(), &mut here);
    let needs = [shared("dut")];
    assert_eq!(here.in_the_way(&needs), [waits.id.number()]);
    assert_eq!(
        here.needs_of(waits.id.number()),
        [exclusive("dut")],
        "what was told of it last"
    );
    assert!(here.needs_of(first.id.number()).is_empty(), "it has gone");
    take(&mut here, "c", &needs).expect_err("b holds it");
    here.strike(waits.id.number());
    assert!(here.is_idle());
}

#[test]
fn instances_go_by_name_and_those_that_are_not_here_are_in_nobodys_way() {
    let mut there = ledger_with("psu", &["psu-1", "psu-2"]);
    let first = take(&mut there, "a", &[exclusive("psu")]).unwrap();
    let second = take(&mut there, "b", &[exclusive("psu")]).unwrap();
    let mut here = ledger_with("psu", &["psu-3", "psu-2"]);
    for claim in [&first, &second] {
        tell(&there, claim.id.number(), &mut here);
    }
    here.count_from(second.id.number());
    let third = take(&mut here, "c", &[exclusive("psu")]).unwrap();
    assert_eq!(third.resources[0].instance, "psu-3");
    let refused = take(&mut here, "d", &[exclusive("psu")]).unwrap_err();
    assert_eq!(refused.to_string(), "`psu` (exclusive) is held by `b`, `c`");
}

#[test]
fn what_ends_elsewhere_ends_here() {
    let (mut here, mut there) = (ledger(), ledger());
    let short = seconds(request("a", &[exclusive("dut")]), 5);
    let short = there.request(at(0), &short).unwrap();
    tell(&there, short.id.number(), &mut here);
    let next = request("b", &[exclusive("dut")]);
    here.count_from(short.id.number());
    assert_eq!(here.request(at(1), &next).unwrap().claimable_at, at(5));
}
