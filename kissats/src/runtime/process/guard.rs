//! What outlives a run that is killed.

use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::runtime::process::{ProcessGroup, program};

/// The word on the command line that makes the test binary the guard of a run.
pub(crate) const GUARD_FLAG: &str = "--kissats-guard";

/// A process that knows the groups of a run's workers, and ends them when the run is gone.
///
/// A worker that lives does so itself. This is for one that has died with the run, before that could
/// end what the worker's tasks have started.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard(Arc<Mutex<Option<Post>>>);

#[derive(Debug)]
struct Post {
    child: Child,
    /// Its end is the end of the run.
    line: Option<ChildStdin>,
}

impl Guard {
    /// Has a group ended if the run is killed. A run without a guard is a run all the same.
    pub(super) fn watch(&self, group: ProcessGroup) {
        let mut post = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if post.is_none() {
            *post = Post::start().ok();
        }
        if let Some(post) = &mut *post {
            post.tell('+', group);
        }
    }

    /// The group is gone.
    pub(super) fn forget(&self, group: ProcessGroup) {
        let mut post = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(post) = &mut *post {
            post.tell('-', group);
        }
    }
}

impl Post {
    fn start() -> io::Result<Self> {
        let mut child = program(GUARD_FLAG)?
            .stdin(Stdio::piped())
            // Whoever reads what the run writes does not wait for it.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What ends the run with all its group, such as Ctrl-C, is not meant for it.
            .process_group(0)
            .spawn()?;
        let line = child.stdin.take();
        Ok(Self { child, line })
    }

    fn tell(&mut self, sign: char, group: ProcessGroup) {
        if let Some(line) = &mut self.line {
            // Without it nothing is worse than it was.
            let _ = line.write_all(format!("{sign}{}\n", group.leader()).as_bytes());
        }
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        // All groups are gone. It need not hear of the end: a fork of this process may hold the line.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The guard's side: waits for the end of the run.
pub(crate) fn stand_guard() -> ExitCode {
    let mut groups = Vec::new();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let (sign, leader) = line.split_at_checked(1).unwrap_or_default();
        let group = leader.parse().ok().and_then(ProcessGroup::of_leader);
        let Some(group) = group else { continue };
        if sign == "+" {
            groups.push(group);
        } else {
            groups.retain(|known| *known != group);
        }
    }
    for group in groups {
        group.kill();
    }
    ExitCode::SUCCESS
}
