//! In the place of `after_run` where no process can be left behind: no run is shared there.

use std::path::Path;

pub(crate) fn settle_earlier_runs(_: &Path) {}
