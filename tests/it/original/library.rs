//! The linked pack that the tests of this folder find by name: this test binary is one.

use kissats::prelude::*;

#[kiss_task(name = "global up", phase = "setup")]
fn global_up() {}

#[kiss_task(name = "global down", phase = "teardown")]
fn global_down() {}

#[kiss_task(name = "power up", phase = "setup", groups = ["power"])]
fn power_up() {}

#[kiss_task(name = "power down", phase = "teardown", groups = ["power"])]
fn power_down() {}

#[kiss_task(name = "radio up", phase = "setup", groups = ["radio"])]
fn radio_up() {}

#[kiss_task(name = "radio down", phase = "teardown", groups = ["radio"])]
fn radio_down() {}

#[kiss_task(name = "first", groups = ["power"], est_task_time = 2)]
fn first() {}

#[kiss_task(name = "second", groups = ["power", "radio"], prereq_tasks = [helper], est_task_time = 3)]
fn second() {}

#[kiss_task(name = "third", groups = ["radio"])]
fn third() {}

#[kiss_task(name = "helper")]
fn helper() {}

#[kiss_task(name = "two helpers", prereq_tasks = [helper, other_helper])]
fn two_helpers() {}

#[kiss_task(name = "other helper", prereq_tasks = [deep_helper])]
fn other_helper() {}

#[kiss_task(name = "deep helper")]
fn deep_helper() {}

#[kiss_task(name = "needs widget-b", prereq_tasks = [for_widget_b])]
fn needs_widget_b() {}

#[kiss_task(name = "for widget-b", valid_duts = ["widget-b"])]
fn for_widget_b() {}

#[kiss_task(name = "fails", stop_suite_on_fail = false)]
fn fails() -> Verdict {
    Verdict::Failed
}

#[kiss_task(name = "needs what fails", prereq_tasks = [fails], stop_suite_on_fail = false)]
fn needs_what_fails() {}

#[kiss_task(name = "needs what fails and stops", prereq_tasks = [fails])]
fn needs_what_fails_and_stops() {}
