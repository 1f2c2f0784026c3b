use kissats::prelude::*;

#[kiss_task(optional_param_keys = { "verbose": true })]
fn case_1() {}

#[kiss_task(optional_param_keys = ["verbose", ""])]
fn case_2() {}

fn main() {}
