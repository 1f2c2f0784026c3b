use kissats::prelude::*;

#[kiss_task]
fn by_number(volts: f64) {
    let _ = volts;
}

#[kiss_task]
fn by_value(cx: TaskContext) {
    let _ = cx;
}

#[kiss_task]
fn by_exclusive_reference(cx: &mut TaskContext) {
    let _ = cx;
}

fn main() {}
