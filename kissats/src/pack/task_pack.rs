//! The pack: queues of tasks, what became of them, and what runs them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::ats::{AtsClient, LocalAts};
use crate::engine::Policy;
use crate::model::{
    Clock, GlobalParams, GroupName, NewTask, Outcome, Phase, ReservationMode, ResourceNeed,
    SharedParams, TaskDefaults, TaskName, ValidResults,
};
use crate::pack::pack_state::PackState;
use crate::pack::queue_run::{QueueRun, ReportFunc};
use crate::pack::{PackError, RunSummary};
use crate::plan::Catalog;
use crate::queue::{
    Library, PackQueues, QueueError, QueuedTask, ScheduleError, Scheduler, TaskQueues, reorder,
};
use crate::registry;
use crate::runtime::{Run, SystemClock};

/// A runner of tasks without the harness: the original's `TaskPack`.
///
/// It has a setup, a test and a teardown queue. Tasks come from the linked packs, by name or by group,
/// or are made by the program ([`Task`](crate::Task)). Prerequisites are queued with the tasks that
/// need them. A running task may add others ([`TaskContext::add_test_task`](crate::TaskContext::add_test_task)).
///
/// ```
/// use kissats::prelude::*;
/// use kissats::{NewTask, Task, TaskName, TaskPack};
///
/// struct Measure;
///
/// impl Task for Measure {
///     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
///         TaskSpec::new(TaskName::new("measure").expect("a sound name"))
///     }
///     fn task_main(&self, _: &TaskContext) -> TaskReturn {
///         TaskReturn::passed()
///     }
/// }
///
/// # fn main() -> Result<(), kissats::PackError> {
/// let mut pack = TaskPack::new(GlobalParams::default())?;
/// pack.add_test_task(NewTask::value(Measure))?;
/// let summary = pack.run_all_queues()?;
/// assert!(summary.is_success());
/// # Ok(())
/// # }
/// ```
pub struct TaskPack {
    pub(super) state: Arc<PackState>,
    client: Arc<dyn AtsClient>,
    clock: Arc<dyn Clock>,
    valid_result: ValidResults,
    report_func: Option<Box<ReportFunc>>,
    schedule_func: Option<Box<dyn Scheduler>>,
    test_groups: Vec<GroupName>,
}

impl TaskPack {
    /// A pack with empty queues that finds the tasks of all linked packs by name.
    ///
    /// # Errors
    /// [`PackError::Tasks`] if the linked tasks have mistakes: duplicate names, unknown
    /// prerequisites, circles.
    pub fn new(params: GlobalParams) -> Result<Self, PackError> {
        Self::with_queues(params, PackQueues::default())
    }

    /// A pack with queues of its own making: the original's `que_class`.
    ///
    /// ```
    /// # use kissats::{GlobalParams, PackQueues, TaskPack};
    /// let pack = TaskPack::with_queues(GlobalParams::default(), PackQueues::default())?;
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_queues(
        params: GlobalParams,
        queues: impl TaskQueues + 'static,
    ) -> Result<Self, PackError> {
        let (tasks, errors) = registry::collect(&params, &TaskDefaults::default());
        let mut mistakes: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let library = if tasks.is_empty() {
            Library::default()
        } else {
            match Catalog::new(tasks) {
                Ok(catalog) => Library::new(catalog),
                Err(errors) => {
                    mistakes.extend(errors.iter().map(ToString::to_string));
                    Library::default()
                }
            }
        };
        if !mistakes.is_empty() {
            return Err(PackError::Tasks { mistakes });
        }
        Ok(Self::of_library(library, params, Box::new(queues)))
    }

    pub(super) fn of_library(
        library: Library,
        params: GlobalParams,
        queues: Box<dyn TaskQueues>,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        Self {
            state: Arc::new(PackState::new(library, SharedParams::new(params), queues)),
            client: Arc::new(LocalAts::new(Arc::clone(&clock))),
            clock,
            valid_result: ValidResults::default(),
            report_func: None,
            schedule_func: None,
            test_groups: Vec::new(),
        }
    }

    /// Reserves from this client instead of resources of its own.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kissats::{GlobalParams, InstanceName, LocalAts, ResourceName, SystemClock, TaskPack, json};
    /// let bench = LocalAts::new(Arc::new(SystemClock::start()))
    ///     .with_instance(ResourceName::new("psu")?, InstanceName::new("psu-1")?, json!({ "port": 5025 }));
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_ats_client(Arc::new(bench));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_ats_client(&mut self, client: Arc<dyn AtsClient>) {
        self.client = client;
    }

    /// The parameters as they are now: tasks may have changed them.
    #[must_use]
    pub fn params(&self) -> Arc<GlobalParams> {
        self.state.params.snapshot()
    }

    /// Which verdicts count as success.
    #[must_use]
    pub fn valid_result(&self) -> &ValidResults {
        &self.valid_result
    }

    /// Sets which verdicts count as success.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack, ValidResults, Verdict};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_valid_result(ValidResults::new([Verdict::Passed, Verdict::from("Degraded")])?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_valid_result(&mut self, valid_result: ValidResults) {
        self.valid_result = valid_result;
    }

    /// Whether prerequisites are neither queued nor enforced.
    #[must_use]
    pub fn ignore_prereq(&self) -> bool {
        self.state.inner().ignore_prereq
    }

    /// Sets whether prerequisites are neither queued nor enforced, from now on.
    pub fn set_ignore_prereq(&mut self, ignore_prereq: bool) {
        self.state.inner().ignore_prereq = ignore_prereq;
    }

    /// Tells this function of every task that ended, in order. A panic in it is kept in
    /// [`RunSummary::report_problems`] and does not end the run.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_report_func(|task, outcome| println!("{}: {outcome}", task.name()));
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_report_func(
        &mut self,
        report_func: impl FnMut(&QueuedTask, &Outcome) + Send + 'static,
    ) {
        self.report_func = Some(Box::new(report_func));
    }

    /// Lets this function decide on the order of every queue before it runs.
    ///
    /// ```
    /// # use kissats::{GlobalParams, QueuedTask, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// // The last one added comes first, if nothing needs it to be otherwise.
    /// pack.set_schedule_func(|queue: &[QueuedTask]| (0..queue.len()).rev().collect());
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_schedule_func(&mut self, schedule_func: impl Scheduler + 'static) {
        self.schedule_func = Some(Box::new(schedule_func));
    }

    /// Adds a task to the setup queue.
    ///
    /// # Errors
    /// As [`Self::add_test_task`].
    pub fn add_setup_task(&mut self, task: impl Into<NewTask>) -> Result<bool, PackError> {
        Ok(self.state.add(Phase::Setup, task.into())?)
    }

    /// Adds a task to the test queue, and directly before it whatever it needs and is not queued,
    /// running or done.
    ///
    /// `true`: the queue holds it, now or before. `false`: it is not for this device or test system,
    /// or something it needs has failed and the task does not stop the suite.
    ///
    /// ```
    /// # use kissats::{GlobalParams, PackError, QueueError, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// let error = pack.add_test_task("power::on").unwrap_err();
    /// assert!(matches!(error, PackError::Queue(QueueError::UnknownTask { .. })));
    /// # Ok::<(), PackError>(())
    /// ```
    ///
    /// # Errors
    /// [`PackError::Queue`] says why the task cannot be added. The queues are then as they were.
    pub fn add_test_task(&mut self, task: impl Into<NewTask>) -> Result<bool, PackError> {
        Ok(self.state.add(Phase::Test, task.into())?)
    }

    /// Adds a task to the teardown queue.
    ///
    /// # Errors
    /// As [`Self::add_test_task`].
    pub fn add_teardown_task(&mut self, task: impl Into<NewTask>) -> Result<bool, PackError> {
        Ok(self.state.add(Phase::Teardown, task.into())?)
    }

    /// Adds the tasks of a group to the three queues; with the first group also the global set-up and
    /// teardown. The teardown queue is the mirror image: the last group first, the global one last.
    ///
    /// ```standalone_crate
    /// use kissats::prelude::*;
    /// use kissats::{Phase, TaskPack};
    ///
    /// #[kiss_task(group = "power", phase = "setup")]
    /// fn reset_supply() {}
    ///
    /// #[kiss_task(group = "power")]
    /// fn rail_voltage() {}
    ///
    /// # fn main() -> Result<(), kissats::PackError> {
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.add_test_group("power")?;
    /// assert_eq!(pack.queue(Phase::Setup)[0].name(), &"reset_supply");
    /// assert_eq!(pack.queue(Phase::Test)[0].name(), &"rail_voltage");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`QueueError::UnknownGroup`] if no task belongs to the group; otherwise what keeps one of its
    /// tasks from being added. The queues are then as they were.
    pub fn add_test_group(&mut self, group: &str) -> Result<(), PackError> {
        let library = &self.state.library;
        let groups = library.groups();
        let Some(name) = groups.iter().find(|name| **name == *group).cloned() else {
            let nearest = crate::model::nearest(group, groups.iter().map(GroupName::to_string));
            return Err(QueueError::UnknownGroup {
                name: group.to_owned(),
                nearest,
            }
            .into());
        };
        let before = self.snapshot();
        let added = self.add_group(group);
        if added.is_err() {
            self.restore(before);
        } else {
            self.test_groups.push(name);
        }
        Ok(added?)
    }

    fn add_group(&self, group: &str) -> Result<(), QueueError> {
        let library = &self.state.library;
        if self.test_groups.is_empty() {
            for phase in [Phase::Setup, Phase::Teardown] {
                for name in library.of_group(None, phase) {
                    self.state.add(phase, NewTask::named(name.as_str()))?;
                }
            }
        }
        for name in library.of_group(Some(group), Phase::Setup) {
            self.state
                .add(Phase::Setup, NewTask::named(name.as_str()))?;
        }
        for name in library.of_group(Some(group), Phase::Test) {
            self.state.add(Phase::Test, NewTask::named(name.as_str()))?;
        }
        for name in library
            .of_group(Some(group), Phase::Teardown)
            .into_iter()
            .rev()
        {
            self.state
                .add(Phase::Teardown, NewTask::named(name.as_str()).top())?;
        }
        Ok(())
    }

    fn snapshot(&self) -> Vec<(Phase, Vec<QueuedTask>)> {
        let inner = self.state.inner();
        PHASES
            .into_iter()
            .map(|phase| (phase, inner.queues.tasks(phase)))
            .collect()
    }

    fn restore(&self, queues: Vec<(Phase, Vec<QueuedTask>)>) {
        let mut inner = self.state.inner();
        for (phase, tasks) in queues {
            inner.queues.clear(phase);
            for (place, task) in tasks.into_iter().enumerate() {
                inner.queues.insert(phase, place, task);
            }
        }
    }

    /// The groups added so far, each once for every time it was added.
    #[must_use]
    pub fn test_groups(&self) -> &[GroupName] {
        &self.test_groups
    }

    /// The tasks of a group and phase, in the order in which they would be queued: the original's
    /// sequence functions. Empty for a group that does not exist.
    ///
    /// ```standalone_crate
    /// use kissats::prelude::*;
    /// use kissats::{Phase, TaskPack};
    ///
    /// #[kiss_task(group = "power")]
    /// fn rail_voltage() {}
    ///
    /// # fn main() -> Result<(), kissats::PackError> {
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.get_seq_group("power", Phase::Test), ["rail_voltage"]);
    /// assert!(pack.get_seq_group("power", Phase::Setup).is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn get_seq_group(&self, group: &str, phase: Phase) -> Vec<TaskName> {
        self.state.library.of_group(Some(group), phase)
    }

    /// The global set-up tasks.
    #[must_use]
    pub fn setup_list(&self) -> Vec<TaskName> {
        self.state.library.of_group(None, Phase::Setup)
    }

    /// The global teardown tasks.
    #[must_use]
    pub fn teardown_list(&self) -> Vec<TaskName> {
        self.state.library.of_group(None, Phase::Teardown)
    }

    /// What a queue holds, the next task first.
    #[must_use]
    pub fn queue(&self, phase: Phase) -> Vec<QueuedTask> {
        self.state.inner().queues.tasks(phase)
    }

    /// The tasks that wait for their resources, the one that asks again first in front.
    #[must_use]
    pub fn delay_queue(&self) -> Vec<crate::queue::DelayedTask> {
        self.state.inner().queues.delayed()
    }

    /// Takes everything out of the setup queue.
    pub fn clear_setup_queue(&mut self) {
        self.state.inner().queues.clear(Phase::Setup);
    }

    /// Takes everything out of the test queue.
    pub fn clear_test_queue(&mut self) {
        self.state.inner().queues.clear(Phase::Test);
    }

    /// Takes everything out of the teardown queue.
    pub fn clear_teardown_queue(&mut self) {
        self.state.inner().queues.clear(Phase::Teardown);
    }

    /// Takes everything out of the delay queue.
    pub fn clear_delay_queue(&mut self) {
        self.state.inner().queues.clear_delayed();
    }

    /// Empties all four queues.
    pub fn clear_all_queues(&mut self) {
        let mut inner = self.state.inner();
        for phase in PHASES {
            inner.queues.clear(phase);
        }
        inner.queues.clear_delayed();
    }

    /// What the task `name` needs that has not run, and what has run and did not succeed.
    ///
    /// ```standalone_crate
    /// use kissats::prelude::*;
    /// use kissats::TaskPack;
    ///
    /// #[kiss_task]
    /// fn boots() {}
    ///
    /// #[kiss_task(prereq_tasks = [boots])]
    /// fn answers() {}
    ///
    /// # fn main() -> Result<(), kissats::PackError> {
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// let (missing, failed) = pack.check_prereqs("answers")?;
    /// assert_eq!(missing[0], "boots");
    /// assert!(failed.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`QueueError::UnknownTask`] if no linked task has this name.
    pub fn check_prereqs(&self, name: &str) -> Result<(Vec<TaskName>, Vec<TaskName>), PackError> {
        let source = NewTask::named(name).source;
        Ok(self.state.adding(|adding| {
            let found = adding.load(&source)?;
            Ok::<_, QueueError>(adding.check_prereqs(&found.prereqs))
        })?)
    }

    /// Every task that has run or was blocked, with its last outcome.
    #[must_use]
    pub fn completed_tasks(&self) -> BTreeMap<TaskName, Outcome> {
        self.state.inner().completed.clone()
    }

    /// How long what is queued is expected to run.
    #[must_use]
    pub fn est_run_time(&self) -> Duration {
        PHASES
            .into_iter()
            .flat_map(|phase| self.queue(phase))
            .map(|task| task.spec().est_task_time)
            .sum()
    }

    /// Everything that the queued tasks need, each resource once; one that any of them needs alone
    /// is needed alone.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// for need in pack.all_resources() {
    ///     println!("{} ({})", need.resource, need.mode);
    /// }
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn all_resources(&self) -> Vec<ResourceNeed> {
        let mut needs: BTreeMap<_, ResourceNeed> = BTreeMap::new();
        for need in PHASES
            .into_iter()
            .flat_map(|phase| self.queue(phase))
            .flat_map(|task| task.spec().needs())
        {
            let known = needs
                .entry(need.resource.clone())
                .or_insert_with(|| need.clone());
            if need.mode == ReservationMode::Exclusive {
                known.mode = ReservationMode::Exclusive;
            }
        }
        needs.into_values().collect()
    }

    /// Runs the setup queue until it is empty or something stops it.
    ///
    /// # Errors
    /// [`PackError::Schedule`] if the function set by [`Self::set_schedule_func`] gives no order;
    /// nothing has run then.
    pub fn run_setup_queue(&mut self) -> Result<RunSummary, PackError> {
        self.run_queue(Phase::Setup)
    }

    /// Runs the test queue until it is empty or something stops it.
    ///
    /// What has not run stays queued: another call goes on with it.
    ///
    /// # Errors
    /// As [`Self::run_setup_queue`].
    pub fn run_test_queue(&mut self) -> Result<RunSummary, PackError> {
        self.run_queue(Phase::Test)
    }

    /// Runs the teardown queue until it is empty. Failures do not stop it.
    ///
    /// # Errors
    /// As [`Self::run_setup_queue`].
    pub fn run_teardown_queue(&mut self) -> Result<RunSummary, PackError> {
        self.run_queue(Phase::Teardown)
    }

    /// Runs the setup queue, the test queue unless something stopped the run, and the teardown queue
    /// whatever happened.
    ///
    /// # Errors
    /// As [`Self::run_setup_queue`]; all three queues are put in order before anything runs.
    pub fn run_all_queues(&mut self) -> Result<RunSummary, PackError> {
        for phase in PHASES {
            self.schedule(phase)?;
        }
        let mut summary = self.run_in_order(Phase::Setup);
        if summary.stopped.is_none() {
            summary.extend(self.run_in_order(Phase::Test));
        }
        summary.extend(self.run_in_order(Phase::Teardown));
        Ok(summary)
    }

    fn run_queue(&mut self, phase: Phase) -> Result<RunSummary, PackError> {
        self.schedule(phase)?;
        Ok(self.run_in_order(phase))
    }

    fn schedule(&mut self, phase: Phase) -> Result<(), ScheduleError> {
        let Some(scheduler) = &mut self.schedule_func else {
            return Ok(());
        };
        let queue = self.state.inner().queues.tasks(phase);
        let reordered = reorder(&queue, &scheduler.schedule(&queue))?;
        self.restore(vec![(phase, reordered)]);
        Ok(())
    }

    fn run_in_order(&mut self, phase: Phase) -> RunSummary {
        let mut summary = RunSummary::default();
        let report = self
            .report_func
            .as_deref_mut()
            .map(|report| report as &mut ReportFunc);
        let (observer, plan) = QueueRun::new(Arc::clone(&self.state), phase, report, &mut summary);
        let run = Run {
            plan,
            policy: Policy {
                valid_results: self.valid_result.clone(),
                ..Policy::default()
            },
            params: Arc::clone(&self.state.params),
            client: Arc::clone(&self.client),
            clock: Arc::clone(&self.clock),
            observer,
        };
        let end = run.run();
        summary.stopped = end.stopped;
        summary
    }
}

const PHASES: [Phase; 3] = [Phase::Setup, Phase::Test, Phase::Teardown];

impl fmt::Debug for TaskPack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("TaskPack");
        for phase in PHASES {
            let names: Vec<_> = self
                .queue(phase)
                .into_iter()
                .map(|task| task.name)
                .collect();
            debug.field(phase.as_str(), &names);
        }
        debug.finish_non_exhaustive()
    }
}
