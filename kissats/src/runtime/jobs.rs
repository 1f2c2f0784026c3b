//! What a thread is to do, one job after the other.

use crate::runtime::Mail;

/// Where one thread is given its jobs. When this is dropped, there are no more.
#[derive(Debug)]
pub(super) struct Jobs<J>(Mail<Option<J>>);

impl<J> Jobs<J> {
    /// And where the thread takes them: the first `None` is the end.
    pub(super) fn new() -> (Self, Mail<Option<J>>) {
        let jobs = Mail::default();
        (Self(jobs.clone()), jobs)
    }

    pub(super) fn give(&self, job: J) {
        self.0.send(Some(job));
    }
}

impl<J> Drop for Jobs<J> {
    fn drop(&mut self) {
        self.0.send(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_come_in_their_order_and_end_with_whoever_gives_them() {
        let (jobs, taken) = Jobs::new();
        jobs.give(1);
        jobs.give(2);
        assert_eq!(taken.next(), Some(1));
        drop(jobs);
        assert_eq!(taken.next(), Some(2));
        assert_eq!(taken.next(), None);
    }

    #[test]
    fn whoever_has_none_waits_for_one() {
        let (jobs, taken) = Jobs::new();
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| (taken.next(), taken.next()));
            jobs.give("a job");
            drop(jobs);
            assert_eq!(worker.join().unwrap(), (Some("a job"), None));
        });
    }
}
