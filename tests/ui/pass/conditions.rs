use kissats::prelude::*;

#[kiss_task]
#[cfg(any())]
fn never() {
    this_function_does_not_exist();
}

#[cfg(any())]
#[kiss_task]
fn never() {
    this_function_does_not_exist();
}

#[kiss_task]
#[cfg(all())]
#[inline]
#[must_use]
fn always() -> Verdict {
    Verdict::Passed
}

fn main() {
    let _ = always();
}
