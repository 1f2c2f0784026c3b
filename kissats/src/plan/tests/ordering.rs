//! Who comes before whom.

use super::words::*;
use crate::model::TaskId;
use crate::plan::*;

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
        "up setup\nx_up1 setup in x,y\nx_up2 setup in x,y\na in x needs b\nb\nx_down1 teardown in x\nx_down2 teardown in x\n\
         down teardown",
    )
    .unwrap();
    let plan = RunPlan::new(&catalog, &selection(&catalog, &[]));
    assert_eq!(
        waits(&plan),
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

#[test]
fn needs_come_directly_before_who_needs_them_in_listed_order() {
    let pack = "a\nb needs p2,p1\np1\np2 needs p0\np0\nc";
    assert_eq!(plan(pack, &[]), "a p0 p2 p1 b c");
    assert_eq!(plan(pack, &["b"]), "+p0 +p2 +p1 b");
}

#[test]
fn priority_comes_before_declaration_and_needs_before_priority() {
    assert_eq!(
        plan("a\nb priority 1\nc priority 3 needs d\nd priority 9", &[]),
        "b d c a"
    );
}

#[test]
fn global_and_group_setup_frame_their_members() {
    let pack = "down teardown\nup setup\npower_down teardown in power\npower_up setup in power\n\
                a in power\nlonely\nb in power";
    assert_eq!(plan(pack, &[]), "up power_up a lonely b power_down down");
    assert_eq!(plan(pack, &["lonely"]), "+up lonely +down");
    assert_eq!(plan(pack, &["b"]), "+up +power_up b +power_down +down");
    assert_eq!(
        plan(pack, &["power_down"]),
        "+up +power_up power_down +down"
    );
}

#[test]
fn teardown_is_the_mirror_image_of_setup() {
    let pack = "x_up setup in x\ny_up setup in y\nx_down1 teardown in x\nx_down2 teardown in x\ny_down teardown in y\n\
                a in x\nb in x,y\ndown1 teardown\ndown2 teardown";
    assert_eq!(
        plan(pack, &[]),
        "x_up a y_up b y_down x_down2 x_down1 down2 down1"
    );
}

#[test]
fn a_prerequisite_brings_its_own_groups_along() {
    let pack = "power_up setup in power\non in power\npower_down teardown in power\nboot needs on\nother in power";
    assert_eq!(
        plan(pack, &["boot"]),
        "+power_up +on boot +power_down",
        "what boot needs stays up for it"
    );
}

#[test]
fn a_teardown_waits_for_whoever_needs_a_member_unless_it_needs_the_teardown() {
    let pack = "off teardown in power\non in power\nboot needs on\nlogin needs boot\nis_off needs on,off\nlonely";
    assert_eq!(plan(pack, &[]), "on boot login off is_off lonely");
    let by_setup = "login setup in session needs on\nlogout teardown in session\non in power\noff teardown in power\n\
                    a in session\nb in session";
    assert_eq!(plan(by_setup, &[]), "on login a b logout off");
    let by_group_setup =
        "on setup in power\noff teardown in power\nboot needs on\nlogin needs boot";
    assert_eq!(plan(by_group_setup, &[]), "on boot login off");
    let by_teardown = "y_on in y\ny_off teardown in y\nx in x\nx_off teardown in x needs y_on";
    assert_eq!(plan(by_teardown, &[]), "y_on x x_off y_off");
    let crossed = "x_off teardown in x\ny_off teardown in y\nx in x\ny in y\na needs x,y_off\nb needs y,x_off";
    assert_eq!(plan(crossed, &[]), "x y y_off a x_off b");
}

#[test]
fn a_chain_of_a_hundred_thousand_tasks_needs_no_stack() {
    let lines: Vec<String> = (0..100_000)
        .map(|i| {
            if i == 0 {
                "t0".to_owned()
            } else {
                format!("t{i} needs t{}", i - 1)
            }
        })
        .rev()
        .collect();
    let order = plan(&lines.join("\n"), &["t99999"]);
    assert!(order.starts_with("+t0 +t1 ") && order.ends_with("+t99998 t99999"));
}

#[test]
fn keys_decide_where_nobody_waits_and_teardowns_come_at_once() {
    let catalog = catalog(
        "x_up setup in x\na in x\nx_down teardown in x\nb priority 1\nc needs b\ndown teardown",
    )
    .unwrap();
    let plan = RunPlan::new(&catalog, &selection(&catalog, &[]));
    let order = |keys: [u64; 6]| {
        let plan = plan.clone().ordered_by(&keys);
        for (step, task) in plan.steps() {
            assert!(
                task.requires
                    .iter()
                    .all(|requirement| requirement.on < step)
            );
        }
        let names: Vec<String> = plan
            .steps()
            .map(|(_, task)| task.name.to_string())
            .collect();
        names.join(" ")
    };
    // In the order of the plan: b, x_up, a, x_down, c, down.
    assert_eq!(order([0, 1, 2, 3, 4, 5]), "b x_up a x_down c down");
    assert_eq!(order([5, 4, 3, 2, 1, 0]), "x_up a x_down b c down");
    assert_eq!(order([1, 0, 9, 9, 2, 0]), "x_up b c a x_down down");
}

#[test]
fn an_order_of_tests_counts_before_priority_and_brings_along_what_each_needs() {
    let catalog = catalog(
        "x_up setup in x\nspare setup in y\na in x priority 9\nb priority 1\nc needs d\nd\nx_down teardown in x",
    )
    .unwrap();
    let plan = |patterns: &[&str], tests: &[&str]| {
        let selection = selection(&catalog, patterns);
        let tests: Vec<TaskId> = tests
            .iter()
            .filter_map(|name| catalog.displayed_as(name))
            .collect();
        shown(&RunPlan::with_tests(&catalog, &selection, &tests))
    };
    assert_eq!(
        plan(&[], &["c", "a", "d", "b"]),
        "d c x_up a x_down b spare"
    );
    assert_eq!(
        plan(&[], &["b", "d", "c", "a"]),
        "b d c x_up a x_down spare"
    );
    assert_eq!(plan(&["c", "b"], &["c", "d", "b"]), "+d c b");
}
