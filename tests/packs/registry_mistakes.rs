//! The pack of `it/registry.rs` whose tasks cannot run together: six mistakes.

mod mark;

use kissats::prelude::*;
use mark::mark;

#[kiss_task]
fn sound() {
    mark("sound");
}

#[kiss_task(name = "boot")]
fn boot_one() {
    mark("boot_one");
}

#[kiss_task(name = "boot")]
fn boot_two() {
    mark("boot_two");
}

#[kiss_task(prereq_tasks = ["sond"])]
fn misspells() {
    mark("misspells");
}

#[kiss_task(prereq_tasks = ["other_pack::does_not_exist"])]
fn needs_nobody() {
    mark("needs_nobody");
}

#[kiss_task(prereq_tasks = [second])]
fn first() {
    mark("first");
}

#[kiss_task(prereq_tasks = [third])]
fn second() {
    mark("second");
}

#[kiss_task(prereq_tasks = ["first"])]
fn third() {
    mark("third");
}

#[kiss_task(prereq_tasks = ["waits_for_itself"])]
fn waits_for_itself() {
    mark("waits_for_itself");
}

fn breaks(_: &mut TaskSpec, _: &GlobalParams) {
    panic!("no such rail");
}

#[kiss_task(params = breaks)]
fn is_not_computed() {
    mark("is_not_computed");
}
