use kissats::prelude::*;

#[kiss_task(extra_metadata = ["HW-7"])]
fn case_1() {}

#[kiss_task(extra_metadata = { ticket: "HW-7" })]
fn case_2() {}

#[kiss_task(extra_metadata = { "ticket" = "HW-7" })]
fn case_3() {}

#[kiss_task(extra_metadata = { "ticket" })]
fn case_4() {}

#[kiss_task(extra_metadata = { "ticket": })]
fn case_5() {}

#[kiss_task(extra_metadata = { "ticket": HW_7 })]
fn case_6() {}

#[kiss_task(extra_metadata = { "a": 1 "b": 2 })]
fn case_7() {}

#[kiss_task(extra_metadata = { "a": 1, "a": 2 })]
fn case_8() {}

#[kiss_task(extra_metadata = { "a": None, "b": True })]
fn case_9() {}

#[kiss_task(extra_metadata = { "a": 1u8 })]
fn case_10() {}

#[kiss_task(extra_metadata = { "a": [1, x, { "b": y }] })]
fn case_11() {}

#[kiss_task(extra_metadata = { "a": 1e999 })]
fn case_12() {}

#[kiss_task(extra_metadata = { "a": 1,, "b": 2 })]
fn case_13() {}

#[kiss_task(extra_metadata = { 1: 2 })]
fn case_14() {}

fn main() {}
