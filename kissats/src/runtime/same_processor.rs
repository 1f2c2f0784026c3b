//! Threads that begin where the one runs that starts them.

#![expect(
    unsafe_code,
    reason = "std cannot say on which processors a thread may run"
)]

use libc::cpu_set_t;

/// While it lasts, this thread, and each that it starts, stays on the processor on which it is.
///
/// A thread that is started goes to an idle processor if there is one, and to wake that takes longer than a
/// short task. One that will only wait is better started here. It begins with a copy, and drops that: from
/// then on it may run everywhere.
#[derive(Debug, Clone)]
pub(super) struct SameProcessor {
    /// Where the thread may run otherwise; nothing if it cannot be told.
    everywhere: Option<cpu_set_t>,
}

impl SameProcessor {
    pub(super) fn begin() -> Self {
        let everywhere = allowed().filter(|_| current().is_some_and(|only| allow(&only)));
        Self { everywhere }
    }
}

impl Drop for SameProcessor {
    fn drop(&mut self) {
        if let Some(everywhere) = &self.everywhere {
            // If it fails, the thread stays where it is.
            allow(everywhere);
        }
    }
}

fn allowed() -> Option<cpu_set_t> {
    let mut set = none();
    // SAFETY: there is room for what it writes.
    let error = unsafe { libc::sched_getaffinity(0, size_of::<cpu_set_t>(), &raw mut set) };
    (error == 0).then_some(set)
}

fn current() -> Option<cpu_set_t> {
    // SAFETY: it takes nothing.
    let processor = usize::try_from(unsafe { libc::sched_getcpu() }).ok()?;
    let mut set = none();
    // SAFETY: it is within the set.
    let is_known = processor < 8 * size_of::<cpu_set_t>();
    is_known.then(|| unsafe { libc::CPU_SET(processor, &mut set) })?;
    Some(set)
}

fn allow(set: &cpu_set_t) -> bool {
    // SAFETY: the set is as long as it is said to be.
    unsafe { libc::sched_setaffinity(0, size_of::<cpu_set_t>(), &raw const *set) == 0 }
}

fn none() -> cpu_set_t {
    // SAFETY: a set of processors is numbers, and all may be zero.
    unsafe { std::mem::zeroed() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(set: Option<cpu_set_t>) -> i32 {
        // SAFETY: the set is as long as it is.
        set.map_or(0, |set| unsafe { libc::CPU_COUNT(&set) })
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "threads are what it is about")]
    fn a_thread_begins_here_and_may_go_everywhere() {
        let before = count(allowed());
        let same = SameProcessor::begin();
        assert_eq!(count(allowed()), 1);
        let also = same.clone();
        let thread = std::thread::spawn(move || {
            let began = count(allowed());
            drop(also);
            (began, count(allowed()))
        });
        drop(same);
        assert_eq!(count(allowed()), before);
        assert_eq!(thread.join().unwrap(), (1, before));
    }
}
