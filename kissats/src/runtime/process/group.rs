//! A worker and everything it has started.

#![expect(
    unsafe_code,
    reason = "std cannot signal a process group; each call is one line and has no precondition"
)]

/// The process group that a worker leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProcessGroup(i32);

impl ProcessGroup {
    /// The group of a child that was started as the leader of one.
    ///
    /// Its number is nobody else's until the child was waited for and the last of the group is gone.
    pub(super) fn of_leader(id: u32) -> Option<Self> {
        i32::try_from(id).ok().filter(|id| *id > 1).map(Self)
    }

    /// The number by which [`Self::of_leader`] makes it.
    pub(super) fn leader(self) -> i32 {
        self.0
    }

    /// Asks all of them to end.
    pub(super) fn terminate(self) {
        self.signal(libc::SIGTERM);
    }

    /// Ends all of them.
    pub(super) fn kill(self) {
        self.signal(libc::SIGKILL);
    }

    /// Whether nobody is left. One that has ended counts until somebody has waited for it.
    pub(super) fn is_empty(self) -> bool {
        !self.signal(0)
    }

    /// A group that is gone is an error that changes nothing.
    fn signal(self, signal: i32) -> bool {
        // SAFETY: takes two numbers.
        unsafe { libc::kill(-self.0, signal) == 0 }
    }
}

/// Ends this process and, if it leads a group, everything it has started.
pub(super) fn kill_own_group() {
    // SAFETY: they take numbers at most. A task may have left the group, which is another's then.
    unsafe {
        let own = libc::getpid();
        if libc::getpgrp() == own {
            libc::kill(0, libc::SIGKILL);
        }
        libc::kill(own, libc::SIGKILL);
    }
}
