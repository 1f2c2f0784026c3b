//! Who comes before whom.

use super::*;

#[test]
fn the_group_that_came_up_first_goes_down_last_whatever_else_its_teardown_waits_for() {
    let pack = "up setup\ny_down teardown in y\nx_down teardown in x\nx_up setup in x\ny_up setup in y\n\
                a in x\nb in x,y";
    assert_eq!(plan(pack, &[]), "up x_up a y_up b y_down x_down");
}

#[test]
fn what_brings_up_or_takes_down_the_same_thing_goes_by_priority() {
    let pack = "up1 setup in x priority 2\nup2 setup in x priority 1\nup3 setup in x priority 2\na in x\n\
                down1 teardown in x priority 2\ndown2 teardown in x priority 1\ndown3 teardown in x priority 2";
    assert_eq!(plan(pack, &[]), "up2 up1 up3 a down2 down3 down1");
    let global = "up1 setup priority 2\nup2 setup priority 1\na\ndown1 teardown priority 2\ndown2 teardown priority 1\n\
                  down3 teardown priority 2";
    assert_eq!(plan(global, &[]), "up2 up1 a down2 down3 down1");
}

#[test]
fn a_set_up_that_nobody_needs_comes_after_the_tests() {
    let pack = "x_up setup in x priority 1\nb priority 2\na priority 1";
    assert_eq!(plan(pack, &[]), "a b x_up");
}

#[test]
fn what_a_group_has_brought_up_stays_up_for_whoever_needs_it() {
    let pack = "x_up setup in x\nx_off teardown in x\na in x\nb\nc needs x_up\nd needs c";
    assert_eq!(plan(pack, &[]), "x_up a b c d x_off");
    assert_eq!(plan(pack, &["d"]), "+x_up +c d +x_off");
    assert_eq!(plan(pack, &["b"]), "b");
}

#[test]
fn a_test_may_need_a_teardown_and_runs_after_it() {
    let pack = "is_off needs x_off\nx_off teardown in x\na in x\nb\nlast teardown";
    assert_eq!(plan(pack, &[]), "a x_off is_off b last");
    assert_eq!(plan(pack, &["is_off"]), "+x_off is_off +last");
}

#[test]
fn a_plan_says_for_each_step_what_it_waits_for() {
    let catalog = catalog(
        "up setup\nx_up1 setup in x\nx_up2 setup in x\na in x needs b\nb\nx_down1 teardown in x\nx_down2 teardown in x\n\
         down teardown",
    )
    .unwrap();
    let params = GlobalParams::default();
    let names = NameFilter::default();
    let whole = Narrowing::default();
    let selection = Selection::new(
        &catalog,
        |_| true,
        &params,
        &names,
        IgnoredTasks::Skip,
        &whole,
    );
    let plan = RunPlan::new(&catalog, &selection.unwrap());
    let waits: Vec<String> = plan
        .steps()
        .map(|(_, task)| {
            let reasons = task.requires.iter().map(|requirement| {
                format!("{} {}", requirement.why, plan.task(requirement.on).name)
            });
            format!("{}: {}", task.name, reasons.collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert_eq!(
        waits,
        [
            "up: ",
            "x_up1: runs after the global setup up",
            "x_up2: runs after the global setup up, runs after x_up1",
            "b: runs after the global setup up",
            "a: runs after the global setup up, is in the group `x`, set up by x_up1, \
             is in the group `x`, set up by x_up2, needs b",
            "x_down2: tears down after up, tears down after x_up1, tears down after x_up2, tears down after a",
            "x_down1: tears down after up, tears down after x_up1, tears down after x_up2, tears down after a, \
             runs after x_down2",
            "down: tears down after up, tears down after x_up1, tears down after x_up2, tears down after a, \
             tears down after b, tears down after x_down1, tears down after x_down2",
        ]
    );
}
