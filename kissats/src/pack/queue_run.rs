//! From a queue to a run, and back from its outcomes.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::engine::Event;
use crate::model::{
    AddTask, Blocked, LoadedTask, Outcome, Phase, ReportRecord, TaskId, TaskName, Timestamp,
    panic_text,
};
use crate::pack::pack_state::{Inner, PackState};
use crate::pack::report::records;
use crate::pack::run_summary::RunSummary;
use crate::plan::{PlannedTask, Requirement, RunPlan, Step, Why};
use crate::queue::{DelayedTask, QueuedTask};
use crate::runtime::RunObserver;

/// Whoever is told of every result.
pub(super) type ReportFunc = dyn FnMut(ReportRecord) + Send;

/// One queue while it runs: what it holds becomes steps, what ends leaves it.
pub(super) struct QueueRun<'a> {
    state: Arc<PackState>,
    phase: Phase,
    /// The entry behind every step.
    entries: Vec<QueuedTask>,
    /// The step of every entry.
    step_of: HashMap<u64, Step>,
    /// The last step of every task that the run knows.
    steps: BTreeMap<TaskName, Step>,
    seen_changes: u64,
    report: Option<&'a mut ReportFunc>,
    summary: &'a mut RunSummary,
}

impl<'a> QueueRun<'a> {
    /// A run of the queue of `phase`, and its plan.
    pub(super) fn new(
        state: Arc<PackState>,
        phase: Phase,
        report: Option<&'a mut ReportFunc>,
        summary: &'a mut RunSummary,
    ) -> (Self, RunPlan) {
        let mut run = Self {
            state: Arc::clone(&state),
            phase,
            entries: Vec::new(),
            step_of: HashMap::new(),
            steps: BTreeMap::new(),
            seen_changes: 0,
            report,
            summary,
        };
        let mut plan = RunPlan::default();
        let inner = state.inner();
        for task in run.new_tasks(&inner) {
            plan.push(task);
        }
        run.seen_changes = inner.changes;
        drop(inner);
        (run, plan)
    }

    /// Makes steps of whatever has come into the queue.
    fn new_tasks(&mut self, inner: &Inner) -> Vec<PlannedTask> {
        let mut planned = Vec::new();
        for entry in inner.queues.tasks(self.phase) {
            if self.step_of.contains_key(&entry.entry) {
                continue;
            }
            let step = Step::new(self.entries.len());
            self.step_of.insert(entry.entry, step);
            planned.push(self.plan_entry(inner, &entry));
            self.steps.insert(entry.name.clone(), step);
            self.entries.push(entry);
        }
        planned
    }

    fn plan_entry(&self, inner: &Inner, entry: &QueuedTask) -> PlannedTask {
        let mut requires = Vec::new();
        let mut blocked = None;
        let prereqs = if inner.ignore_prereq {
            &[][..]
        } else {
            &entry.prereqs[..]
        };
        for prereq in prereqs {
            match (self.steps.get(prereq), inner.completed.get(prereq)) {
                (Some(&on), _) => requires.push(Requirement {
                    on,
                    why: Why::Prerequisite,
                }),
                (None, Some(outcome)) if outcome.satisfies_dependents() => {}
                (None, Some(outcome)) => {
                    blocked.get_or_insert_with(|| Blocked::new(prereq, outcome));
                }
                (None, None) => {
                    blocked.get_or_insert_with(|| Blocked::for_reason(prereq, "it was not queued"));
                }
            }
        }
        PlannedTask {
            id: TaskId::new(self.entries.len()),
            name: entry.name.clone(),
            task: LoadedTask::Resolved(Arc::clone(&entry.task)),
            selected: true,
            requires,
            blocked,
        }
    }

    /// The order in which the queue is to run now.
    fn order(&self, inner: &Inner) -> Vec<Step> {
        let queued = inner.queues.tasks(self.phase);
        queued
            .iter()
            .filter_map(|entry| self.step_of.get(&entry.entry).copied())
            .collect()
    }

    /// Takes the entry out of whichever queue it stands in.
    fn take_out(&self, inner: &mut Inner, entry: &QueuedTask) {
        if let Some(place) = inner.queues.position(self.phase, entry) {
            inner.queues.remove(self.phase, place);
            return;
        }
        let delayed = inner.queues.delayed();
        inner.queues.clear_delayed();
        for other in delayed.into_iter().filter(|other| other.task != *entry) {
            inner.queues.delay(other);
        }
    }

    /// A task that was stopped while it was delayed is queued again, in front.
    fn put_back(&self, inner: &mut Inner, entry: &QueuedTask) {
        if inner
            .queues
            .delayed()
            .iter()
            .any(|other| other.task == *entry)
        {
            self.take_out(inner, entry);
            inner.queues.insert(self.phase, 0, entry.clone());
        }
    }
}

impl RunObserver for QueueRun<'_> {
    fn delayed(&mut self, _: &RunPlan, step: Step, _why: &str, until: Timestamp) {
        let entry = self.entries[step.position()].clone();
        let mut inner = self.state.inner();
        self.take_out(&mut inner, &entry);
        inner.queues.delay(DelayedTask::new(entry, until));
    }

    fn starting(&mut self, _: &RunPlan, step: Step) {
        let entry = self.entries[step.position()].clone();
        let mut inner = self.state.inner();
        self.take_out(&mut inner, &entry);
        inner.running.insert(entry.name);
    }

    fn ended(&mut self, plan: &RunPlan, step: Step, outcome: Outcome, _: Option<&str>) {
        let entry = self.entries[step.position()].clone();
        let mut inner = self.state.inner();
        inner.running.remove(&entry.name);
        if matches!(outcome, Outcome::NotRun(_)) {
            self.put_back(&mut inner, &entry);
            return;
        }
        self.take_out(&mut inner, &entry);
        inner.completed.insert(entry.name.clone(), outcome.clone());
        // Whoever is told may ask the pack.
        drop(inner);
        if let Some(report) = &mut self.report {
            for record in records(&entry, &outcome) {
                if let Err(payload) = catch_unwind(AssertUnwindSafe(|| report(record))) {
                    let problem = panic_text(&*payload).to_owned();
                    self.summary.report_problems.push(problem);
                }
            }
        }
        if !outcome.attempts().is_empty() {
            self.summary.run_time += outcome
                .attempts()
                .iter()
                .map(|attempt| attempt.run_time)
                .sum();
            self.summary.est_task_time += plan.task(step).task.est_task_time();
        }
        self.summary.outcomes.push((entry.name, outcome));
    }

    fn added(&mut self) -> Option<Event> {
        let state = Arc::clone(&self.state);
        let inner = state.inner();
        if inner.changes == self.seen_changes {
            return None;
        }
        self.seen_changes = inner.changes;
        let tasks = self.new_tasks(&inner);
        let order = self.order(&inner);
        Some(Event::Added { tasks, order })
    }

    fn adder(&self) -> Option<Arc<dyn AddTask>> {
        Some(Arc::clone(&self.state) as Arc<dyn AddTask>)
    }
}
