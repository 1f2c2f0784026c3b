use kissats::prelude::*;

#[kiss_task]
fn smallest() {}

#[kiss_task()]
fn with_parentheses() {}

fn main() {
    smallest();
    with_parentheses();
}
