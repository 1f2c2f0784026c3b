//! The attribute as a whole, on tokens; what rustc makes of the result is tested in `tests/ui`.

mod expansion;
mod mistakes;
mod modules;
mod reading;
