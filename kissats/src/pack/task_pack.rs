//! The pack: queues of tasks, what became of them, and what runs them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::ats::{AtsClient, AtsClientConfig, LocalAts, connect_ats_client};
use crate::model::{
    Clock, GlobalParams, GroupName, Phase, ReportRecord, RunConfig, SharedParams, TaskDefaults,
};
use crate::pack::pack_state::PackState;
use crate::pack::queue_run::ReportFunc;
use crate::pack::wanted_packages::check_packages;
use crate::pack::{Interrupter, PackError, TaskMistake};
use crate::plan::Catalog;
use crate::queue::{Library, PackQueues, Scheduler, TaskQueues};
use crate::registry::Linked;
use crate::runtime::{Interrupts, SystemClock};
use crate::schedule::PlanBudget;

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
    pub(super) client: Arc<dyn AtsClient>,
    pub(super) clock: Arc<dyn Clock>,
    /// What was asked for. The device, the test system and `ignore_prereq` stand in the state.
    pub(super) config: RunConfig,
    pub(super) global_timeout: Option<Duration>,
    pub(super) plan_budget: PlanBudget,
    pub(super) report_func: Option<Box<ReportFunc>>,
    pub(super) schedule_func: Option<Box<dyn Scheduler>>,
    pub(super) test_groups: Vec<GroupName>,
    pub(super) interrupts: Interrupts,
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

    /// A pack from the original's global parameters: [`RunConfig::from_document`], then
    /// [`Self::with_config`].
    ///
    /// ```
    /// # use kissats::{ResourceMode, TaskPack, json};
    /// let pack = TaskPack::from_document(json!({
    ///     "dut": "widget-a",
    ///     "resource_mode": "per_task_separate",
    ///     "serial": 4711,
    /// }))?;
    /// assert_eq!(pack.dut().unwrap(), "widget-a");
    /// assert_eq!(pack.resource_mode(), ResourceMode::PerTaskSeparate);
    /// assert_eq!(pack.params().get::<u32>("serial").unwrap(), Some(4711));
    ///
    /// let error = TaskPack::from_document(json!({ "task_package": "bench" })).unwrap_err();
    /// assert!(error.to_string().starts_with("the pack `bench` is not linked"));
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    ///
    /// # Errors
    /// [`PackError::Document`] says everything that is wrong with it; otherwise as
    /// [`Self::with_config`].
    pub fn from_document(document: Value) -> Result<Self, PackError> {
        let (config, params) = RunConfig::from_document(document)?;
        Self::with_config(config, params)
    }

    /// A pack that goes by these rules: its groups are queued, its client is connected, and names of
    /// tasks and groups are those of `task_package`. Without one they are those of all linked packs.
    ///
    /// The device and the test system are those of `params`, or else those of `config`.
    ///
    /// ```
    /// # use kissats::{GlobalParams, PackError, PackName, RunConfig, TaskPack};
    /// let mut config = RunConfig::default();
    /// config.task_package = Some(PackName::new("bench")?);
    /// let error = TaskPack::with_config(config, GlobalParams::default()).unwrap_err();
    /// assert!(matches!(error, PackError::NotLinked { .. }));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    ///
    /// # Errors
    /// [`PackError::NotLinked`] and [`PackError::WrongVersion`] for the package,
    /// [`PackError::AtsClient`] for the client, [`PackError::Queue`] for a group; and as [`Self::new`].
    pub fn with_config(config: RunConfig, mut params: GlobalParams) -> Result<Self, PackError> {
        check_packages(&config)?;
        if params.dut().is_none() {
            params.set_dut(config.dut.clone());
        }
        if params.ats().is_none() {
            params.set_ats(config.ats.clone());
        }
        let mut pack = Self::with_queues(params, PackQueues::default())?;
        if let Some(name) = &config.ats_client {
            let mut client = AtsClientConfig::new(Arc::clone(&pack.clock));
            client.ats = pack.ats();
            client.kwargs.clone_from(&config.ats_client_kwargs);
            let is_auto = config.ats_client_is_auto();
            let name = if is_auto { "auto" } else { name.as_str() };
            pack.client = connect_ats_client(name, &client)?;
        }
        pack.set_ignore_prereq(config.ignore_prereq);
        if let Some(state) = Arc::get_mut(&mut pack.state) {
            let library = std::mem::take(&mut state.library);
            state.library = library.of_package(config.task_package.clone());
        }
        pack.config = config;
        for group in pack.config.test_groups.clone() {
            pack.add_test_group(group.as_str())?;
        }
        Ok(pack)
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
        let (tasks, errors) = Linked::gather().tasks(&params, &TaskDefaults::default());
        let mut mistakes: Vec<TaskMistake> = errors.into_iter().map(Into::into).collect();
        let library = if tasks.is_empty() {
            Library::default()
        } else {
            match Catalog::new(tasks) {
                Ok(catalog) => Library::new(catalog),
                Err(errors) => {
                    mistakes.extend(errors.into_iter().map(TaskMistake::from));
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
            config: RunConfig::default(),
            global_timeout: None,
            plan_budget: PlanBudget::default(),
            report_func: None,
            schedule_func: None,
            test_groups: Vec::new(),
            interrupts: Interrupts::default(),
        }
    }

    /// Reserves from this client instead of resources of its own.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use kissats::{GlobalParams, InstanceConfig, InstanceName, LocalAts, ResourceName, SystemClock, TaskPack, json};
    /// let psu = InstanceConfig::new(ResourceName::new("psu")?, InstanceName::new("psu-1")?);
    /// let bench = LocalAts::new(Arc::new(SystemClock::start()))
    ///     .with_instance(psu.with_config(json!({ "port": 5025 })));
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_ats_client(Arc::new(bench));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_ats_client(&mut self, client: Arc<dyn AtsClient>) {
        self.client = client;
    }

    /// The parameters as they are now: tasks may have changed them.
    ///
    /// ```
    /// # use kissats::{DutName, GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_dut(Some(DutName::new("widget-b")?));
    /// assert_eq!(pack.params().dut().unwrap(), "widget-b");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn params(&self) -> Arc<GlobalParams> {
        self.state.params.snapshot()
    }

    /// Sets the parameters for what is added and what starts from now on, the device and the test system
    /// included.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_params(GlobalParams::default().with("serial", 4711));
    /// assert_eq!(pack.params().get::<u32>("serial").unwrap(), Some(4711));
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_params(&mut self, params: GlobalParams) {
        self.state.params.change(|now| *now = params);
    }

    /// Everything as one JSON object: a document that [`Self::from_document`] reads, groups that were
    /// added included.
    ///
    /// ```
    /// # use kissats::{TaskPack, json};
    /// let pack = TaskPack::from_document(json!({ "dut": "widget-a", "serial": 4711 }))?;
    /// let document = serde_json::from_str(&pack.json_params())?;
    /// assert_eq!(TaskPack::from_document(document)?.dut().unwrap(), "widget-a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn json_params(&self) -> String {
        let params = self.params();
        let config = RunConfig {
            test_groups: self.test_groups.clone(),
            dut: params.dut().cloned(),
            ats: params.ats().cloned(),
            ignore_prereq: self.ignore_prereq(),
            ..self.config.clone()
        };
        let mut document = Value::Object(params.values().clone());
        if let (Value::Object(all), Value::Object(own)) = (&mut document, config.to_document()) {
            all.extend(own);
        }
        document.to_string()
    }

    /// Tells this function of every result: the sub-results of a task in their order, then the task.
    /// One that was blocked has the result `Skipped` and no times.
    ///
    /// A panic in it is kept in [`RunSummary::report_problems`](crate::RunSummary::report_problems) and does not end the run.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_report_func(|record| println!("{}: {}", record.name, record.result));
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_report_func(&mut self, report_func: impl FnMut(ReportRecord) + Send + 'static) {
        self.report_func = Some(Box::new(report_func));
    }

    /// Lets this function decide on the order of every queue before it runs, in the resource modes
    /// with the word `custom`.
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

    /// What ends a run of this pack from another thread.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// let interrupter = pack.interrupter();
    /// interrupter.interrupt();
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        Interrupter::new(self.interrupts.clone())
    }
}

impl fmt::Debug for TaskPack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("TaskPack");
        for &phase in Phase::ALL {
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
