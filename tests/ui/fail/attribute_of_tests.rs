use kissats::prelude::*;

#[kiss_task]
#[test]
fn first() {}

#[kiss_task]
#[ignore = "slow"]
fn second() {}

#[kiss_task]
#[should_panic]
fn third() {}

fn main() {}
