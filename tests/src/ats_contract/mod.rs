//! What every implementation of `AtsClient` must keep.
//!
//! One bench for all: the resources `dut`, `lan` and `psu`, one instance each (`dut-1` and so on),
//! and `psu-1` set up with `{ "port": 5025, "limit": 3.0 }`. Whoever writes a client calls
//! [`check`] with a function that makes it, on the clock that it is given; and [`check_pool`] with a
//! client whose resource `probe` has the instances `probe-1`, `probe-2` and `probe-3`.

mod avoiding;
mod bench;
mod check;
mod ending;
mod hand_clock;
mod history;
mod in_line;
mod taking;
#[cfg(unix)]
mod together;
mod words;

pub use avoiding::check_pool;
#[cfg(unix)]
pub use bench::host_bench;
pub use bench::local_bench;
pub use check::{check, check_parts};
pub use hand_clock::HandClock;
pub use history::{Held, hammer, overlaps};
#[cfg(unix)]
pub use together::Together;
