use std::error::Error;
use std::fmt;

use kissats::prelude::*;

#[derive(Debug)]
struct TooHot(f64);

impl fmt::Display for TooHot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} degrees", self.0)
    }
}

impl Error for TooHot {}

struct OnlyDisplay;

impl fmt::Display for OnlyDisplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no reason")
    }
}

#[kiss_task]
fn nothing() {}

#[kiss_task]
fn verdict() -> Verdict {
    Verdict::Passed
}

#[kiss_task]
fn full() -> TaskReturn {
    TaskReturn::passed().with_sub_result(SubResult::new("no load", Verdict::Passed))
}

#[kiss_task]
fn ok_or_error() -> Result<(), TooHot> {
    Err(TooHot(90.0))
}

#[kiss_task]
fn verdict_or_boxed_error() -> Result<Verdict, Box<dyn Error>> {
    Err(Box::new(TooHot(90.0)))
}

#[kiss_task]
fn full_or_boxed_error_to_send() -> Result<TaskReturn, Box<dyn Error + Send + Sync>> {
    Err("too hot".into())
}

#[kiss_task]
fn text_as_error() -> Result<TaskReturn, String> {
    Err("too hot".to_owned())
}

#[kiss_task]
fn borrowed_text_as_error() -> Result<(), &'static str> {
    Err("too hot")
}

#[kiss_task]
fn only_display_as_error() -> Result<(), OnlyDisplay> {
    Err(OnlyDisplay)
}

#[kiss_task]
fn question_mark() -> Result<(), Box<dyn Error>> {
    let _: i32 = "12".parse()?;
    Ok(())
}

fn main() {}
