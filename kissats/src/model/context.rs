//! What a task is handed when it runs.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{
    AddTask, AtsName, DutName, GlobalParams, HeldResource, KeptLog, LazySpec, NewTask, ParamsError,
    Phase, QueueError, SharedParams, TaskLog, TaskName, TaskSpec,
};

/// What a running task knows: itself, the run's parameters, and the resources it holds.
///
/// ```
/// use kissats::prelude::*;
///
/// #[kiss_task(exclusive_resources = ["psu"])]
/// fn rail_voltage(cx: &TaskContext) -> Result<(), String> {
///     let psu = cx.resource("psu").ok_or("the task declares psu")?;
///     println!("{} measures on {}", cx.name(), psu.instance);
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct TaskContext {
    spec: LazySpec,
    params: Arc<GlobalParams>,
    shared: Arc<SharedParams>,
    resources: Arc<[HeldResource]>,
    attempt: u32,
    adder: Option<Arc<dyn AddTask>>,
    log: Arc<dyn TaskLog>,
}

impl TaskContext {
    pub(crate) fn new(
        spec: impl Into<LazySpec>,
        shared: Arc<SharedParams>,
        resources: Arc<[HeldResource]>,
        attempt: u32,
        adder: Option<Arc<dyn AddTask>>,
        log: Arc<dyn TaskLog>,
    ) -> Self {
        Self {
            spec: spec.into(),
            params: shared.snapshot(),
            shared,
            resources,
            attempt,
            adder,
            log,
        }
    }

    /// A context without a run, for unit tests of a task's functions: no parameters, no resources, the
    /// first attempt.
    ///
    /// ```
    /// use kissats::prelude::*;
    /// use kissats::{FencingToken, HeldResource, InstanceName, ReservationMode, ResourceName, TaskName, json};
    ///
    /// #[kiss_task(exclusive_resources = ["psu"])]
    /// fn has_its_port(cx: &TaskContext) -> Result<(), String> {
    ///     let psu = cx.resource("psu").ok_or("the task declares psu")?;
    ///     let port = psu.config["port"].as_u64().ok_or("the instance has no port")?;
    ///     cx.set_param("psu_port", port);
    ///     Ok(())
    /// }
    ///
    /// # fn main() -> Result<(), kissats::NameError> {
    /// let cx = TaskContext::for_test(TaskSpec::new(TaskName::new("has_its_port")?));
    /// assert!(has_its_port(&cx).is_err());
    ///
    /// let (psu, psu_1) = (ResourceName::new("psu")?, InstanceName::new("psu-1")?);
    /// let token = FencingToken::from_number(1);
    /// let held = HeldResource::new(psu, psu_1, ReservationMode::Exclusive, token);
    /// let cx = cx.with_resource(held.with_config(json!({ "port": 5025 })));
    /// assert_eq!(has_its_port(&cx), Ok(()));
    /// assert_eq!(cx.latest_params().value("psu_port"), Some(&json!(5025)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn for_test(spec: TaskSpec) -> Self {
        let shared = Arc::new(SharedParams::default());
        let log = Arc::new(KeptLog::default());
        Self::new(Arc::new(spec), shared, Arc::default(), 1, None, log)
    }

    /// The same context in a run with these parameters; for unit tests.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskContext, TaskName, TaskSpec};
    /// let cx = TaskContext::for_test(TaskSpec::new(TaskName::new("reads_its_number")?))
    ///     .with_params(GlobalParams::default().with("serial", 4711));
    /// assert_eq!(cx.params().get::<u32>("serial").unwrap(), Some(4711));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn with_params(mut self, params: GlobalParams) -> Self {
        self.shared = Arc::new(SharedParams::new(params));
        self.params = self.shared.snapshot();
        self
    }

    /// The same context of a task that holds this too; for unit tests, see [`Self::for_test`].
    ///
    /// ```
    /// # use kissats::{HeldResource, TaskContext, TaskName, TaskSpec};
    /// fn on(psu: HeldResource) -> Result<TaskContext, kissats::NameError> {
    ///     let spec = TaskSpec::new(TaskName::new("rail_voltage")?);
    ///     Ok(TaskContext::for_test(spec).with_resource(psu))
    /// }
    /// ```
    #[must_use]
    pub fn with_resource(mut self, held: HeldResource) -> Self {
        let mut resources = self.resources.to_vec();
        resources.push(held);
        resources.sort_by(|a, b| a.resource.cmp(&b.resource));
        self.resources = resources.into();
        self
    }

    /// The same context in a later attempt; for unit tests.
    ///
    /// ```
    /// # use kissats::{TaskContext, TaskName, TaskSpec};
    /// let cx = TaskContext::for_test(TaskSpec::new(TaskName::new("retries")?)).with_attempt(2);
    /// assert_eq!(cx.attempt(), 2);
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &TaskName {
        self.spec().name()
    }

    /// Everything the task declares.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(est_task_time = "5m")]
    /// fn soak(cx: &TaskContext) {
    ///     println!("this takes {:?}", cx.spec().est_task_time);
    /// }
    /// ```
    #[must_use]
    pub fn spec(&self) -> &TaskSpec {
        self.spec.get()
    }

    /// A value that the function named by the key `params` left for the task.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(params = computed)]
    /// fn soak(cx: &TaskContext) {
    ///     println!("{:?} rounds", cx.extra("rounds"));
    /// }
    ///
    /// fn computed(spec: &mut TaskSpec, params: &GlobalParams) {
    ///     let hours: u32 = params.get("soak_hours").ok().flatten().unwrap_or(1);
    ///     spec.extra.insert("rounds".to_owned(), (hours * 60).into());
    /// }
    /// ```
    #[must_use]
    pub fn extra(&self, key: &str) -> Option<&Value> {
        self.spec().extra.get(key)
    }

    /// The parameters of the run.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(req_param_keys = ["serial"])]
    /// fn reads_its_number(cx: &TaskContext) -> Result<(), kissats::ParamError> {
    ///     let serial: Option<u32> = cx.params().get("serial")?;
    ///     println!("{serial:?}");
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn params(&self) -> &GlobalParams {
        &self.params
    }

    /// All parameters of the run as a type of the pack's own.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct BenchParams {
    ///     serial: u32,
    /// }
    ///
    /// #[kiss_task]
    /// fn reads_its_number(cx: &TaskContext) -> Result<(), kissats::ParamsError> {
    ///     println!("{}", cx.params_as::<BenchParams>()?.serial);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`ParamsError`] if they are no `T`.
    pub fn params_as<T: DeserializeOwned>(&self) -> Result<T, ParamsError> {
        self.params.as_type()
    }

    /// Changes a parameter of the run for every task that starts from now on.
    ///
    /// This task goes on seeing the parameters as they were when it started. The device under test
    /// and the test system are no parameters of this kind and stay as they are.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task]
    /// fn boots(cx: &TaskContext) {
    ///     cx.set_param("firmware", "2.4.1");
    /// }
    ///
    /// #[kiss_task(prereq_tasks = [boots])]
    /// fn is_the_newest(cx: &TaskContext) -> Result<(), kissats::ParamError> {
    ///     let firmware: Option<String> = cx.params().get("firmware")?;
    ///     println!("{firmware:?}");
    ///     Ok(())
    /// }
    /// ```
    pub fn set_param(&self, key: impl Into<String>, value: impl Into<Value>) {
        self.shared.set(key.into(), value.into());
    }

    /// The parameters as a task that starts now finds them: with whatever [`Self::set_param`] has
    /// changed since this one started.
    ///
    /// ```
    /// # use kissats::{TaskContext, TaskName, TaskSpec, json};
    /// # let cx = TaskContext::for_test(TaskSpec::new(TaskName::new("boots")?));
    /// cx.set_param("firmware", "2.4.1");
    /// assert_eq!(cx.params().value("firmware"), None);
    /// assert_eq!(cx.latest_params().value("firmware"), Some(&json!("2.4.1")));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn latest_params(&self) -> Arc<GlobalParams> {
        self.shared.snapshot()
    }

    /// The device under test, if the run has one.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(valid_duts = ["widget-a", "widget-b"])]
    /// fn boots(cx: &TaskContext) -> TaskReturn {
    ///     match cx.dut() {
    ///         Some(dut) => TaskReturn::passed().with_metadata("dut", dut.as_str()),
    ///         None => TaskReturn::skipped("nobody says what this is"),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn dut(&self) -> Option<&DutName> {
        self.params.dut()
    }

    /// The test system, if the run has one.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task]
    /// fn boots(cx: &TaskContext) {
    ///     let place = cx.ats().map_or("the desk", |ats| ats.as_str());
    ///     println!("booting at {place}");
    /// }
    /// ```
    #[must_use]
    pub fn ats(&self) -> Option<&AtsName> {
        self.params.ats()
    }

    /// The instance that the task holds of the resource `name`; `None` if it did not ask for it.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&HeldResource> {
        self.resources.iter().find(|held| held.resource == *name)
    }

    /// Everything the task holds, sorted by resource.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(exclusive_resources = ["psu", "dut"], shared_resources = ["lab_net"])]
    /// fn says_what_it_holds(cx: &TaskContext) {
    ///     for held in cx.resources() {
    ///         println!("{} ({})", held.instance, held.mode);
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn resources(&self) -> &[HeldResource] {
        &self.resources
    }

    /// Which attempt this is: 1, unless `retries` gave the task another.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(retries = 2)]
    /// fn answers(cx: &TaskContext) {
    ///     if cx.attempt() > 1 {
    ///         println!("resetting the line first");
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Writes a line, or several, into the task's own log: it is shown when the task fails, and stays with
    /// its outcome as [`CapturedOutput::log`](crate::CapturedOutput::log).
    ///
    /// Unlike what is printed, a note is always known to be this task's, also where tasks run beside each
    /// other and on threads that the task has started.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(thread_safe = true)]
    /// fn rail_voltage(cx: &TaskContext) -> TaskReturn {
    ///     let volts = 11.98;
    ///     cx.note(format!("measured {volts} V"));
    ///     if volts < 11.4 { TaskReturn::failed("too low") } else { TaskReturn::passed() }
    /// }
    /// ```
    pub fn note(&self, text: impl fmt::Display) {
        self.log.add(&text.to_string());
    }

    pub(crate) fn log(&self) -> &Arc<dyn TaskLog> {
        &self.log
    }

    /// Adds a task to the setup queue of the [`TaskPack`](crate::TaskPack) that runs this one.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task(phase = "setup")]
    /// fn finds_boards(cx: &TaskContext) -> Result<(), kissats::QueueError> {
    ///     for board in 1..=3 {
    ///         cx.add_setup_task(format!("boards::boot_{board}"))?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Self::add_test_task`].
    pub fn add_setup_task(&self, task: impl Into<NewTask>) -> Result<bool, QueueError> {
        self.add(Phase::Setup, task.into())
    }

    /// Adds a task to the test queue of the [`TaskPack`](crate::TaskPack) that runs this one.
    ///
    /// `Ok(false)` means that the task is not for this device or test system.
    ///
    /// Where tasks run beside each other, it comes to the worker of its `prereq_tasks` as long as one of
    /// these, or of those that are tied to them, has not ended, and it can run there at all.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task]
    /// fn is_calibrated(cx: &TaskContext) -> Result<(), kissats::QueueError> {
    ///     cx.add_test_task("calibration::run")?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// What [`TaskPack::add_test_task`](crate::TaskPack::add_test_task) would say; and
    /// [`QueueError::NoQueues`] in a run of [`Harness`](crate::Harness), whose tasks are known when it
    /// starts.
    pub fn add_test_task(&self, task: impl Into<NewTask>) -> Result<bool, QueueError> {
        self.add(Phase::Test, task.into())
    }

    /// Adds a task to the teardown queue of the [`TaskPack`](crate::TaskPack) that runs this one.
    ///
    /// ```
    /// use kissats::prelude::*;
    ///
    /// #[kiss_task]
    /// fn heats(cx: &TaskContext) -> Result<(), kissats::QueueError> {
    ///     cx.add_teardown_task("heater::off")?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Self::add_test_task`].
    pub fn add_teardown_task(&self, task: impl Into<NewTask>) -> Result<bool, QueueError> {
        self.add(Phase::Teardown, task.into())
    }

    fn add(&self, phase: Phase, task: NewTask) -> Result<bool, QueueError> {
        match &self.adder {
            Some(adder) => adder.add(phase, task),
            None => Err(QueueError::NoQueues),
        }
    }
}

impl fmt::Debug for TaskContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskContext")
            .field("spec", self.spec())
            .field("params", &self.params)
            .field("resources", &self.resources)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
