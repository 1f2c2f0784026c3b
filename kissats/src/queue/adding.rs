//! How a task comes into a queue, with what it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::model::QueueError;
use crate::model::{
    Bodies, GlobalParams, LoadedTask, Location, NewTask, Outcome, PackName, Phase, ResolvedTask,
    Task, TaskName, TaskSource, panic_text,
};
use crate::plan::own_reason;
use crate::queue::library::Found;
use crate::queue::{Library, PrereqCheck, QueuedTask, TaskQueues};

/// How the tasks of a pack ended, each by its name; the last outcome counts.
pub(crate) type Completed = BTreeMap<TaskName, Outcome>;

/// Everything that decides whether and where a task is added.
pub(crate) struct Adding<'a> {
    pub(crate) library: &'a Library,
    pub(crate) params: &'a GlobalParams,
    pub(crate) completed: &'a Completed,
    /// What is running now counts as queued.
    pub(crate) running: &'a BTreeSet<TaskName>,
    pub(crate) ignore_prereq: bool,
    pub(crate) queues: &'a mut dyn TaskQueues,
    pub(crate) entries_made: &'a mut u64,
}

/// A task whose prerequisites are being looked at. The search keeps its own stack of these: the depth
/// of a pack must not be that of the thread's.
struct OnPath {
    /// `None` for the task that is to be added.
    found: Option<Found>,
    name: TaskName,
    prereqs: Arc<[TaskName]>,
    /// How many of them were looked at.
    next: usize,
}

/// What the prerequisites of a task say about adding it.
enum Prereqs {
    /// The dependent can be added, after these.
    Missing(Vec<Found>),
    /// The dependent cannot succeed, and that is no reason to stop.
    Failed,
}

impl Adding<'_> {
    /// Adds a task to the queue of `phase`, its missing prerequisites directly before it.
    ///
    /// `false`: it is not for this device or test system, or a prerequisite has failed and the task
    /// does not stop the suite. On `false` and on an error the queues are as they were.
    pub(crate) fn add(&mut self, phase: Phase, new: NewTask) -> Result<bool, QueueError> {
        let found = self.load(&new.source)?;
        if own_reason(&found.task, self.params, false).is_some() {
            return Ok(false);
        }
        if !new.allow_dupe && self.queues.contains(phase, &found.name) {
            return Ok(true);
        }
        let needed = match self.missing_prereqs(phase, &found)? {
            Prereqs::Missing(needed) => needed,
            Prereqs::Failed => return Ok(false),
        };
        // Nothing has been changed so far, and nothing can go wrong from here on.
        let place = if new.top {
            self.lift_prereqs(phase, &found)
        } else {
            self.queues.len(phase)
        };
        for (offset, task) in needed.into_iter().chain([found]).enumerate() {
            let task = self.entry(phase, task);
            self.queues.insert(phase, place + offset, task);
        }
        Ok(true)
    }

    /// Which prerequisites have not run, and which did not succeed.
    pub(crate) fn check_prereqs(&self, prereqs: &[TaskName]) -> PrereqCheck {
        let mut check = PrereqCheck::default();
        for prereq in prereqs {
            match self.completed.get(prereq) {
                None => check.needed.push(prereq.clone()),
                Some(outcome) if outcome.satisfies_dependents() => {}
                Some(_) => check.failed.push(prereq.clone()),
            }
        }
        check
    }

    pub(crate) fn load(&self, source: &TaskSource) -> Result<Found, QueueError> {
        match source {
            TaskSource::Named(name) => {
                self.library
                    .find(name)
                    .ok_or_else(|| QueueError::UnknownTask {
                        nearest: self.library.nearest(name),
                        name: name.clone(),
                    })
            }
            TaskSource::Value(task) => self.load_value(task),
        }
    }

    fn load_value(&self, task: &Arc<dyn Task>) -> Result<Found, QueueError> {
        let spec =
            catch_unwind(AssertUnwindSafe(|| task.get_params(self.params))).map_err(|payload| {
                QueueError::ParamsPanicked {
                    message: panic_text(&*payload).to_owned(),
                }
            })?;
        let name = spec.name().clone();
        let mut prereqs = Vec::with_capacity(spec.prereq_tasks.len());
        for prereq in &spec.prereq_tasks {
            prereqs.push(self.library.name_of(prereq).ok_or_else(|| {
                QueueError::UnknownPrereq {
                    task: name.clone(),
                    prereq: format!("{prereq:?}"),
                    nearest: None,
                }
            })?);
        }
        let task = ResolvedTask {
            pack: PackName::declared("program"),
            path: "",
            declared_at: Location::new("the program", 0),
            spec: Arc::new(spec),
            says_what_it_stops: false,
            bodies: Bodies::Value(Arc::clone(task)),
        };
        Ok(Found {
            name,
            task: LoadedTask::Resolved(Arc::new(task)),
            prereqs: prereqs.into(),
        })
    }

    /// What must be queued before `task`, in the order in which it must run.
    fn missing_prereqs(&self, phase: Phase, task: &Found) -> Result<Prereqs, QueueError> {
        let mut needed: Vec<Found> = Vec::new();
        if self.ignore_prereq {
            return Ok(Prereqs::Missing(needed));
        }
        let mut path = vec![OnPath {
            found: None,
            name: task.name.clone(),
            prereqs: Arc::clone(&task.prereqs),
            next: 0,
        }];
        while let Some(last) = path.last_mut() {
            let Some(prereq) = last.prereqs.get(last.next).cloned() else {
                needed.extend(path.pop().and_then(|done| done.found));
                continue;
            };
            last.next += 1;
            let dependent = last.name.clone();
            if let Some(outcome) = self.completed.get(&prereq) {
                if outcome.satisfies_dependents() {
                    continue;
                }
                if task.task.stop_suite_on_fail() {
                    return Err(QueueError::FailedPrereq {
                        task: dependent,
                        outcome: outcome.to_string(),
                        prereq,
                    });
                }
                return Ok(Prereqs::Failed);
            }
            if self.is_scheduled(phase, &prereq) || needed.iter().any(|found| found.name == prereq)
            {
                continue;
            }
            if let Some(first) = path.iter().position(|on_path| on_path.name == prereq) {
                let circle = path[first..].iter().map(|on_path| on_path.name.clone());
                return Err(QueueError::Cycle {
                    path: circle.chain([prereq]).collect(),
                });
            }
            let found = self.load_prereq(&dependent, &prereq)?;
            path.push(OnPath {
                name: prereq,
                prereqs: Arc::clone(&found.prereqs),
                found: Some(found),
                next: 0,
            });
        }
        Ok(Prereqs::Missing(needed))
    }

    fn load_prereq(&self, task: &TaskName, prereq: &TaskName) -> Result<Found, QueueError> {
        let Some(found) = self.library.find(prereq.as_str()) else {
            return Err(QueueError::UnknownPrereq {
                task: task.clone(),
                nearest: self.library.nearest(prereq.as_str()),
                prereq: prereq.to_string(),
            });
        };
        match own_reason(&found.task, self.params, false) {
            None => Ok(found),
            Some(reason) => Err(QueueError::PrereqNotForThisRun {
                task: task.clone(),
                prereq: prereq.clone(),
                reason: reason.to_string(),
            }),
        }
    }

    /// Whether a task will have run before anything that is added to `phase` now: it is running, or
    /// stands in this queue or an earlier one.
    fn is_scheduled(&self, phase: Phase, name: &TaskName) -> bool {
        let mut up_to = Phase::ALL.iter().filter(|other| **other <= phase);
        self.running.contains(name) || up_to.any(|&other| self.queues.contains(other, name))
    }

    /// Brings the queued prerequisites of `task`, and theirs, to the front, in the order they had.
    /// Returns the place behind them.
    fn lift_prereqs(&mut self, phase: Phase, task: &Found) -> usize {
        if self.ignore_prereq || task.prereqs.is_empty() {
            return 0;
        }
        let queued = self.queues.tasks(phase);
        let mut wanted: BTreeSet<TaskName> = BTreeSet::new();
        let mut open: Vec<TaskName> = task.prereqs.to_vec();
        while let Some(name) = open.pop() {
            if wanted.insert(name.clone()) {
                let of_queue = queued
                    .iter()
                    .find(|other| other.name == name)
                    .map(|other| Arc::clone(&other.prereqs));
                let prereqs = of_queue
                    .or_else(|| self.library.find(name.as_str()).map(|found| found.prereqs));
                open.extend(prereqs.iter().flat_map(|prereqs| prereqs.iter().cloned()));
            }
        }
        let mut lifted = 0;
        for (place, other) in queued.iter().enumerate() {
            // Whatever is lifted comes from behind what was lifted before: its place has not changed.
            if wanted.contains(&other.name)
                && let Some(moved) = self.queues.remove(phase, place)
            {
                self.queues.insert(phase, lifted, moved);
                lifted += 1;
            }
        }
        lifted
    }

    fn entry(&mut self, phase: Phase, found: Found) -> QueuedTask {
        *self.entries_made += 1;
        let mut task = found.task.resolve();
        // Without what the setup queue prepares no test makes sense.
        let is_critical = phase == Phase::Setup && !task.spec.stop_suite_on_fail;
        if task.spec.phase != phase || is_critical {
            let spec = Arc::make_mut(&mut Arc::make_mut(&mut task).spec);
            spec.phase = phase;
            spec.stop_suite_on_fail |= is_critical;
        }
        QueuedTask {
            entry: *self.entries_made,
            name: found.name,
            task,
            prereqs: found.prereqs,
        }
    }
}
