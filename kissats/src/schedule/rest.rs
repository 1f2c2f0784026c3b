//! What is left of a run, in virtual time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::schedule::rows::as_index;
use crate::schedule::{Dispatcher, Workload};

/// The rest of a run, which can be played again and again from where the run stands.
#[derive(Debug)]
pub(crate) struct Rest {
    /// When the run stood so.
    since: u64,
    /// When those will end that are running.
    running: Vec<(u64, u32)>,
    /// How many prerequisites of each task have not ended.
    open: Vec<u32>,
    played: Played,
}

/// How far one play has come.
#[derive(Debug)]
struct Played {
    dispatcher: Dispatcher,
    now: u64,
    open: Vec<u32>,
    ending: BinaryHeap<Reverse<(u64, u32)>>,
}

/// What became of a play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Play {
    /// So many starts were not enough to come to the end.
    GoesOn,
    /// It ends later than it may.
    TooLate,
    /// When the last task ends.
    Ends(u64),
}

impl Rest {
    /// The rest of the run that is led by this dispatcher.
    pub(crate) fn of(leads: &Dispatcher) -> Self {
        Self {
            since: 0,
            running: Vec::new(),
            open: Vec::new(),
            played: Played {
                dispatcher: leads.clone(),
                now: 0,
                open: Vec::new(),
                ending: BinaryHeap::new(),
            },
        }
    }

    /// The run stands so now. `ends` says when a task that is running will end.
    pub(crate) fn stands(
        &mut self,
        now: u64,
        leads: &Dispatcher,
        workload: &Workload,
        ends: impl Fn(u32) -> u64,
    ) {
        self.since = now;
        let running = leads.at_work();
        // It ought to have ended: so it will at once.
        let running = running.map(|task| (ends(task).max(now + 1), task));
        self.running = running.collect();
        let open = (0..as_index(workload.len())).map(|task| {
            let prereqs = workload.prereqs(task).iter();
            as_index(prereqs.filter(|on| !leads.is_over(**on)).count())
        });
        self.open = open.collect();
    }

    /// Back to where the run stands, with these levels.
    pub(crate) fn rewind(&mut self, leads: &Dispatcher, levels: &[u64]) {
        let Played {
            dispatcher,
            now,
            open,
            ending,
        } = &mut self.played;
        dispatcher.stand_where(leads, levels);
        *now = self.since;
        open.clone_from(&self.open);
        ending.clear();
        ending.extend(self.running.iter().copied().map(Reverse));
        for task in leads.left() {
            // One that rests between two attempts, or asks again later, is taken for one that can start. Of
            // the others, this changes nothing.
            if self.open[task as usize] == 0 {
                dispatcher.ready(self.since, task);
            }
        }
    }

    /// Plays on until there were so many starts, and counts them. The durations are those of the workload;
    /// `tails` are its levels: if they show that the run ends after `latest`, it is given up.
    pub(crate) fn play_on(
        &mut self,
        workload: &Workload,
        tails: &[u64],
        latest: u64,
        (starts, most): (&mut u64, u64),
    ) -> Play {
        let played = &mut self.played;
        loop {
            while let Some(task) = played.dispatcher.next(played.now) {
                if played.now.saturating_add(tails[task as usize]) > latest {
                    return Play::TooLate;
                }
                let duration = workload.durations()[task as usize];
                let end = played.now.saturating_add(duration);
                played.ending.push(Reverse((end, task)));
                *starts += 1;
            }
            let Some(&Reverse((end, _))) = played.ending.peek() else {
                return Play::Ends(played.now);
            };
            played.now = end;
            played.end_all(workload);
            if *starts >= most {
                return Play::GoesOn;
            }
        }
    }
}

impl Played {
    fn end_all(&mut self, workload: &Workload) {
        while let Some(&Reverse((end, task))) = self.ending.peek()
            && end == self.now
        {
            self.ending.pop();
            self.dispatcher.ended(task);
            for &dependent in workload.dependents(task) {
                let open = &mut self.open[dependent as usize];
                *open = open.saturating_sub(1);
                if *open == 0 {
                    self.dispatcher.ready(self.now, dependent);
                }
            }
        }
    }
}
