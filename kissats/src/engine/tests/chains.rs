//! Which tasks one worker has to run, by the definition; and whether the engine keeps to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Lane;
use crate::model::{RunMode, WorkerKind};
use crate::plan::{RunPlan, Step, Why};

/// Every task of a run, with those to which it is tied.
#[derive(Debug)]
pub(super) struct Chains {
    chains: Vec<Chain>,
    places: BTreeMap<Step, usize>,
    left: BTreeSet<Lane>,
}

#[derive(Debug)]
struct Chain {
    members: BTreeSet<Step>,
    /// Where all of them can run.
    on: WorkerKind,
    /// What the engine calls it.
    lane: Option<Lane>,
}

impl Chain {
    /// Whether one of several workers has to be kept for it.
    fn has_lane(&self) -> bool {
        self.members.len() > 1 && self.on != WorkerKind::Main
    }
}

impl Chains {
    pub(super) fn of(plan: &RunPlan, mode: RunMode, is_parallel: bool) -> Self {
        let mut ties: BTreeMap<Step, Vec<Step>> = BTreeMap::new();
        for (step, task) in plan.steps() {
            let is_tied = task.spec().prereq_same_thread != Some(false);
            for requirement in task.requires.iter().filter(|_| is_tied) {
                if requirement.why == Why::Prerequisite {
                    ties.entry(step).or_default().push(requirement.on);
                    ties.entry(requirement.on).or_default().push(step);
                }
            }
        }
        let mut this = Self {
            chains: Vec::new(),
            places: BTreeMap::new(),
            left: BTreeSet::new(),
        };
        for (step, _) in plan.steps() {
            if this.places.contains_key(&step) {
                continue;
            }
            let mut members = BTreeSet::from([step]);
            let mut open = vec![step];
            while let Some(step) = open.pop() {
                let others = ties.get(&step).into_iter().flatten();
                open.extend(others.filter(|other| members.insert(**other)));
            }
            let place = this.chains.len();
            this.places
                .extend(members.iter().map(|member| (*member, place)));
            let allowed = |member: &Step| mode.allows(&plan.task(*member).task);
            let on = if is_parallel && members.iter().all(|member| allowed(member).1) {
                WorkerKind::Process
            } else if is_parallel && members.iter().all(|member| allowed(member).0) {
                WorkerKind::Thread
            } else {
                WorkerKind::Main
            };
            this.chains.push(Chain {
                members,
                on,
                lane: None,
            });
        }
        this
    }

    /// What is wrong if the step starts there beside those that are at work.
    pub(super) fn begins<'a>(
        &mut self,
        step: Step,
        (on, lane): (WorkerKind, Option<Lane>),
        mut at_work: impl Iterator<Item = &'a Step>,
    ) -> Option<&'static str> {
        let place = self.places[&step];
        let is_of_another = |(other, chain): (usize, &Chain)| other != place && chain.lane == lane;
        let is_taken = lane.is_some() && self.chains.iter().enumerate().any(is_of_another);
        let chain = &mut self.chains[place];
        let is_another = chain.lane.is_some() && chain.lane != lane;
        chain.lane = lane;
        if on != chain.on {
            Some("starts where not all can run that are tied to it, or not where they could")
        } else if lane.is_some() != chain.has_lane() || is_another || is_taken {
            Some("starts on another worker than those that are tied to it")
        } else if lane.is_some_and(|lane| self.left.contains(&lane)) {
            Some("starts on a worker that was left")
        } else if at_work.any(|other| *other != step && chain.members.contains(other)) {
            Some("starts beside one that is tied to it")
        } else {
            None
        }
    }

    /// What is wrong if the lane is left when those have ended.
    pub(super) fn leaves(
        &mut self,
        lane: Lane,
        has_ended: impl Fn(&Step) -> bool,
    ) -> Option<&'static str> {
        let mut chains = self.chains.iter();
        let chain = chains.find(|chain| chain.lane == Some(lane));
        if chain.is_some_and(|chain| !chain.members.iter().all(has_ended)) {
            return Some("a lane is left before its last task has ended");
        }
        let is_new = self.left.insert(lane);
        (!is_new).then_some("a lane is left twice")
    }

    /// What is wrong if the run ends now.
    pub(super) fn finishes(&self) -> Option<&'static str> {
        let lanes = self.chains.iter().filter(|chain| chain.has_lane());
        (lanes.count() != self.left.len()).then_some("not every lane is left once")
    }
}
