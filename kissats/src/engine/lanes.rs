//! Tasks that are tied to one worker.

use crate::model::{RunMode, WorkerKind};
use crate::plan::{PlannedTask, Step, Why};

/// Chains of tasks that one worker runs, one after the other: each task with `prereq_same_thread`, and
/// the tasks that it names as its prerequisites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lane(u32);

/// Where every task runs.
#[derive(Debug)]
pub(super) struct Lanes {
    mode: RunMode,
    /// For every step, an earlier one of the same chain, or itself.
    ties: Vec<u32>,
    /// For the first step of every chain, what is known of it.
    chains: Vec<Chain>,
}

#[derive(Debug, Clone, Copy)]
struct Chain {
    /// What all its tasks can run on.
    kinds: Kinds,
    /// How many of its tasks have no outcome.
    open: u32,
    tasks: u32,
}

/// A set of workers.
#[derive(Debug, Clone, Copy)]
struct Kinds {
    thread: bool,
    process: bool,
}

impl Lanes {
    pub(super) fn new(mode: RunMode) -> Self {
        Self {
            mode,
            ties: Vec::new(),
            chains: Vec::new(),
        }
    }

    /// The next step of the plan.
    pub(super) fn admit(&mut self, task: &PlannedTask) {
        let number = self.admit_alone(task);
        for on in tied_to(task) {
            self.tie(on.position(), number);
        }
    }

    /// A step that comes while the run goes on. It follows a chain to where that runs, but changes
    /// nothing for those that have a place: it moves no chain and makes one of no two. Who comes when
    /// the last of a chain has ended is too late, because its worker is free for others.
    pub(super) fn admit_late(&mut self, task: &PlannedTask) {
        let number = self.admit_alone(task);
        let joined = tied_to(task).find(|on| self.can_join(number, *on));
        if let Some(on) = joined {
            self.tie(on.position(), number);
        }
    }

    fn admit_alone(&mut self, task: &PlannedTask) -> usize {
        let number = self.ties.len();
        let (thread, process) = self.mode.allows(&task.task);
        self.ties.push(u32::try_from(number).unwrap_or(u32::MAX));
        self.chains.push(Chain {
            kinds: Kinds { thread, process },
            open: 1,
            tasks: 1,
        });
        number
    }

    fn can_join(&self, number: usize, on: Step) -> bool {
        let kinds = self.chains[number].kinds;
        let is_open = self.chains[self.first(on.position())].open > 0;
        match self.kind(on) {
            // It is always the same.
            WorkerKind::Main => true,
            WorkerKind::Thread => is_open && kinds.thread,
            WorkerKind::Process => is_open && kinds.process,
        }
    }

    fn tie(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        if one == other {
            return;
        }
        let (first, later) = (one.min(other), one.max(other));
        let added = self.chains[later];
        self.ties[later] = u32::try_from(first).unwrap_or(u32::MAX);
        let chain = &mut self.chains[first];
        chain.kinds.thread &= added.kinds.thread;
        chain.kinds.process &= added.kinds.process;
        chain.open += added.open;
        chain.tasks += added.tasks;
    }

    fn first(&self, mut step: usize) -> usize {
        while self.ties[step] as usize != step {
            step = self.ties[step] as usize;
        }
        step
    }

    pub(super) fn kind(&self, step: Step) -> WorkerKind {
        let Kinds { thread, process } = self.chains[self.first(step.position())].kinds;
        if process {
            WorkerKind::Process
        } else if thread {
            WorkerKind::Thread
        } else {
            WorkerKind::Main
        }
    }

    /// The chain of the step, unless it is alone in it or the main worker runs it anyway.
    pub(super) fn lane(&self, step: Step) -> Option<Lane> {
        let first = self.first(step.position());
        let is_chain = self.chains[first].tasks > 1 && self.kind(step) != WorkerKind::Main;
        is_chain.then(|| Lane(u32::try_from(first).unwrap_or(u32::MAX)))
    }

    /// Whether the step is in a chain, and not the first of it in the plan.
    pub(super) fn is_later_in_lane(&self, step: Step) -> bool {
        self.first(step.position()) != step.position() && self.lane(step).is_some()
    }

    /// The step has its outcome. The lane, if it was the last.
    pub(super) fn ended(&mut self, step: Step) -> Option<Lane> {
        let lane = self.lane(step);
        let first = self.first(step.position());
        let chain = &mut self.chains[first];
        chain.open = chain.open.saturating_sub(1);
        lane.filter(|_| self.chains[first].open == 0)
    }
}

/// Those whose worker the task wants.
fn tied_to(task: &PlannedTask) -> impl Iterator<Item = Step> {
    let is_tied = task.task.prereq_same_thread() != Some(false);
    let requires = task.requires.iter().filter(move |_| is_tied);
    requires
        .filter(|requirement| requirement.why == Why::Prerequisite)
        .map(|requirement| requirement.on)
}
