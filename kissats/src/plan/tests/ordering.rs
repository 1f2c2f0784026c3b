//! Who comes before whom.

use super::*;

#[test]
fn the_group_that_came_up_first_goes_down_last_whatever_else_its_teardown_waits_for() {
    let pack = "up setup\ny_down teardown in y\nx_down teardown in x\nx_up setup in x\ny_up setup in y\n\
                a in x\nb in x,y";
    assert_eq!(plan(pack, &[]), "up x_up a y_up b y_down x_down");
}
