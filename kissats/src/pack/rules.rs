//! The rules that a pack goes by.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::{AtsName, DutName, ResourceMode, RunMode, ValidResults};
use crate::pack::TaskPack;

impl TaskPack {
    /// The device under test.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.dut(), None);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn dut(&self) -> Option<DutName> {
        self.params().dut().cloned()
    }

    /// Sets the device under test for what is added and what starts from now on.
    ///
    /// ```
    /// # use kissats::{DutName, GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_dut(Some(DutName::new("widget-a")?));
    /// assert_eq!(pack.dut().unwrap(), "widget-a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_dut(&mut self, dut: Option<DutName>) {
        self.state.params.change(|params| params.set_dut(dut));
    }

    /// The test system.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.ats(), None);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn ats(&self) -> Option<AtsName> {
        self.params().ats().cloned()
    }

    /// Sets the test system for what is added and what starts from now on. The client stays.
    ///
    /// ```
    /// # use kissats::{AtsName, GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_ats(Some(AtsName::new("rack-3")?));
    /// assert_eq!(pack.ats().unwrap(), "rack-3");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_ats(&mut self, ats: Option<AtsName>) {
        self.state.params.change(|params| params.set_ats(ats));
    }

    /// Where tasks run.
    ///
    /// ```
    /// # use kissats::{GlobalParams, RunMode, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.run_mode(), RunMode::Normal);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn run_mode(&self) -> RunMode {
        self.config.run_mode
    }

    /// Sets where tasks run.
    ///
    /// ```
    /// # use kissats::{GlobalParams, RunMode, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_run_mode(RunMode::Thread);
    /// assert_eq!(pack.run_mode(), RunMode::Thread);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_run_mode(&mut self, run_mode: RunMode) {
        self.config.run_mode = run_mode;
    }

    /// How many threads may run tasks.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.thread_limit().get(), 5);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn thread_limit(&self) -> NonZeroU32 {
        self.config.thread_limit
    }

    /// Sets how many threads may run tasks.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_thread_limit(2.try_into()?);
    /// assert_eq!(pack.thread_limit().get(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_thread_limit(&mut self, thread_limit: NonZeroU32) {
        self.config.thread_limit = thread_limit;
    }

    /// How many processes may run tasks.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.process_limit().get(), 5);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn process_limit(&self) -> NonZeroU32 {
        self.config.process_limit
    }

    /// Sets how many processes may run tasks.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_process_limit(2.try_into()?);
    /// assert_eq!(pack.process_limit().get(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_process_limit(&mut self, process_limit: NonZeroU32) {
        self.config.process_limit = process_limit;
    }

    /// When resources are reserved, and whether a function orders the queues.
    ///
    /// ```
    /// # use kissats::{GlobalParams, ResourceMode, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.resource_mode(), ResourceMode::All);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn resource_mode(&self) -> ResourceMode {
        self.config.resource_mode
    }

    /// Sets when resources are reserved, and whether a function orders the queues.
    ///
    /// ```
    /// # use kissats::{GlobalParams, ResourceMode, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_resource_mode("per_task_separate".parse()?);
    /// assert_eq!(pack.resource_mode(), ResourceMode::PerTaskSeparate);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_resource_mode(&mut self, resource_mode: ResourceMode) {
        self.config.resource_mode = resource_mode;
    }

    /// Which verdicts count as success.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack, Verdict};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert!(pack.valid_result().contains(&Verdict::Completed));
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn valid_result(&self) -> &ValidResults {
        &self.config.valid_result
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
        self.config.valid_result = valid_result;
    }

    /// How long a run may take.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.global_timeout(), None);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn global_timeout(&self) -> Option<Duration> {
        self.global_timeout
    }

    /// Sets how long each call that runs queues may take. When the time is over, what is running is given
    /// up, and only teardowns still run, for a minute at most. With a limit, no task runs on the thread of
    /// the caller.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_global_timeout(Some(Duration::from_secs(600)));
    /// assert_eq!(pack.global_timeout(), Some(Duration::from_secs(600)));
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_global_timeout(&mut self, global_timeout: Option<Duration>) {
        self.global_timeout = global_timeout;
    }

    /// Where chance begins when an order is planned.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.seed(), 1);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.plan_budget.seed
    }

    /// Sets where chance begins when an order is planned: the same seed gives the same order.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_seed(7);
    /// assert_eq!(pack.seed(), 7);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_seed(&mut self, seed: u64) {
        self.plan_budget.seed = seed;
    }

    /// How many starts of tasks are simulated at most to find a good order.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert!(pack.plan_starts() > 0);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn plan_starts(&self) -> u64 {
        self.plan_budget.starts
    }

    /// Sets how many starts of tasks are simulated at most to find a good order, where tasks run beside
    /// each other; a million take about a second.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_plan_starts(0);
    /// assert_eq!(pack.plan_starts(), 0);
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_plan_starts(&mut self, plan_starts: u64) {
        self.plan_budget.starts = plan_starts;
    }

    /// Whether prerequisites are neither queued nor enforced.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert!(!pack.ignore_prereq());
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn ignore_prereq(&self) -> bool {
        self.state.inner().ignore_prereq
    }

    /// Sets whether prerequisites are neither queued nor enforced, from now on.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.set_ignore_prereq(true);
    /// assert!(pack.ignore_prereq());
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn set_ignore_prereq(&mut self, ignore_prereq: bool) {
        self.state.inner().ignore_prereq = ignore_prereq;
    }
}
