//! Records of the crate `log`.

use env_filter::{Builder, Filter};
use log::{Log, Metadata, Record};

use crate::runtime::current_task::CurrentTask;

struct Logger(Filter);

/// Takes the records that are wanted, unless somebody else takes them already.
pub(super) fn install(wanted: &str) {
    let filter = Builder::new().parse(wanted).build();
    let level = filter.filter();
    if log::set_boxed_logger(Box::new(Logger(filter))).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if self.0.matches(record) {
            let (level, target) = (record.level(), record.target());
            CurrentTask::record(&format!("{level:>5} {target}: {}", record.args()));
        }
    }

    fn flush(&self) {}
}
