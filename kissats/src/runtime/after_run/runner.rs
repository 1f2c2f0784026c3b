//! The process that starts the processes of a run.

use std::fs;
use std::os::unix::process::parent_id;

use crate::wire::ProcessMessage;

/// Whoever starts the processes of a run, such as nextest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Runner(ProcessMessage);

impl Runner {
    /// The one that has started this process.
    ///
    /// nextest starts every process as the leader of a process group; if that is a wrapper around this
    /// one, the wrapper's parent is nextest.
    pub(crate) fn of_this_process(is_nextest: bool) -> Self {
        let parent = parent_id();
        let leader = Stat::of("self").map(|stat| stat.group);
        let pid = match leader {
            Some(leader) if is_nextest && leader != std::process::id() => {
                Stat::of(&leader.to_string()).map_or(parent, |stat| stat.parent)
            }
            _ => parent,
        };
        let started = Stat::of(&pid.to_string()).map(|stat| stat.started);
        Self(ProcessMessage { pid, started })
    }

    /// Whether it still runs.
    #[cfg(target_os = "linux")]
    pub(crate) fn is_alive(self) -> bool {
        let stat = Stat::of(&self.0.pid.to_string());
        stat.is_some_and(|stat| {
            // Dead, but not yet looked after by its parent.
            let is_over = matches!(stat.state, 'Z' | 'X');
            !is_over && self.0.started.is_none_or(|started| started == stat.started)
        })
    }

    /// Whether it still runs; a process that has got its number since is taken for it.
    #[cfg(not(target_os = "linux"))]
    #[expect(unsafe_code, reason = "std cannot ask whether a process is there")]
    pub(crate) fn is_alive(self) -> bool {
        let Ok(pid) = i32::try_from(self.0.pid) else {
            return false;
        };
        // SAFETY: takes two numbers, and signal 0 is none.
        unsafe { libc::kill(pid, 0) == 0 }
    }
}

impl From<Runner> for ProcessMessage {
    fn from(runner: Runner) -> Self {
        runner.0
    }
}

impl From<ProcessMessage> for Runner {
    fn from(message: ProcessMessage) -> Self {
        Self(message)
    }
}

/// What Linux tells of a process; nothing elsewhere.
#[derive(Debug, Clone, Copy)]
struct Stat {
    #[cfg_attr(not(target_os = "linux"), expect(dead_code))]
    state: char,
    parent: u32,
    group: u32,
    started: u64,
}

impl Stat {
    fn of(process: &str) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    }

    /// The name in brackets may hold anything, so it is the last bracket that counts.
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(") ")?;
        let words: Vec<&str> = rest.split_whitespace().collect();
        Some(Self {
            state: words.first()?.chars().next()?,
            parent: words.get(1)?.parse().ok()?,
            group: words.get(2)?.parse().ok()?,
            started: words.get(19)?.parse().ok()?,
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_number_and_its_start() {
        let runner = Runner::of_this_process(false);
        assert!(runner.is_alive());
        assert_eq!(runner.0.pid, parent_id());
        let another = Runner(ProcessMessage {
            started: Some(1),
            ..runner.0
        });
        assert!(!another.is_alive());
        let nobody = Runner(ProcessMessage {
            pid: u32::MAX,
            started: None,
        });
        assert!(!nobody.is_alive());
    }

    #[test]
    fn a_name_with_brackets_does_not_mislead() {
        let text = "42 (a) Z (b) S 7 42 42 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 4711 1 1";
        let stat = Stat::parse(text).unwrap();
        assert_eq!(
            (stat.state, stat.parent, stat.group, stat.started),
            ('S', 7, 42, 4711)
        );
    }
}
