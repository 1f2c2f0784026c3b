//! How the queues of a pack run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::ats::{AtsClient, HeldRun};
use crate::engine::Policy;
use crate::model::{Outcome, Phase, ResourceMode, StopCause, TaskName};
use crate::pack::queue_run::{QueueRun, ReportFunc};
use crate::pack::{PackError, RunSummary, TaskPack};
use crate::queue::{QueuedTask, ScheduleError, reorder};
use crate::reserve::RunHold;
use crate::runtime::{Capture, Lender, Mail, NotHeld, Run, take};

impl TaskPack {
    /// Every task that has run or was blocked, with its last outcome.
    ///
    /// ```
    /// # use kissats::prelude::*;
    /// # use kissats::{NewTask, PackError, Phase, Task, TaskName, TaskPack};
    /// # struct Made(&'static str);
    /// # impl Task for Made {
    /// #     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    /// #         TaskSpec::new(TaskName::new(self.0).expect("a sound name"))
    /// #     }
    /// #     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    /// #         TaskReturn::passed()
    /// #     }
    /// # }
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.add_test_task(NewTask::value(Made("measure")))?;
    /// pack.run_test_queue()?;
    /// assert_eq!(pack.completed_tasks()["measure"].result(), "Passed");
    /// # Ok::<(), PackError>(())
    /// ```
    #[must_use]
    pub fn completed_tasks(&self) -> BTreeMap<TaskName, Outcome> {
        self.state.inner().completed.clone()
    }

    /// Runs the setup queue until it is empty or something stops it.
    ///
    /// ```
    /// # use kissats::prelude::*;
    /// # use kissats::{NewTask, PackError, Phase, Task, TaskName, TaskPack};
    /// # struct Made(&'static str);
    /// # impl Task for Made {
    /// #     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    /// #         TaskSpec::new(TaskName::new(self.0).expect("a sound name"))
    /// #     }
    /// #     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    /// #         TaskReturn::passed()
    /// #     }
    /// # }
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.add_setup_task(NewTask::value(Made("measure")))?;
    /// assert!(pack.run_setup_queue()?.is_success());
    /// # Ok::<(), PackError>(())
    /// ```
    ///
    /// # Errors
    /// [`PackError::Schedule`] if the resource mode wants an order, and the function set by
    /// [`Self::set_schedule_func`] gives none or is missing; nothing has run then.
    pub fn run_setup_queue(&mut self) -> Result<RunSummary, PackError> {
        self.run_queue(Phase::Setup)
    }

    /// Runs the test queue until it is empty or something stops it.
    ///
    /// What has not run stays queued: another call goes on with it.
    ///
    /// ```
    /// # use kissats::prelude::*;
    /// # use kissats::{NewTask, PackError, Phase, Task, TaskName, TaskPack};
    /// # struct Made(&'static str);
    /// # impl Task for Made {
    /// #     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    /// #         TaskSpec::new(TaskName::new(self.0).expect("a sound name"))
    /// #     }
    /// #     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    /// #         TaskReturn::passed()
    /// #     }
    /// # }
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.add_test_task(NewTask::value(Made("measure")))?;
    /// assert!(pack.run_test_queue()?.is_success());
    /// # Ok::<(), PackError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::run_setup_queue`].
    pub fn run_test_queue(&mut self) -> Result<RunSummary, PackError> {
        self.run_queue(Phase::Test)
    }

    /// Runs the teardown queue until it is empty. Failures do not stop it.
    ///
    /// ```
    /// # use kissats::prelude::*;
    /// # use kissats::{NewTask, PackError, Phase, Task, TaskName, TaskPack};
    /// # struct Made(&'static str);
    /// # impl Task for Made {
    /// #     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    /// #         TaskSpec::new(TaskName::new(self.0).expect("a sound name"))
    /// #     }
    /// #     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    /// #         TaskReturn::passed()
    /// #     }
    /// # }
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.add_teardown_task(NewTask::value(Made("measure")))?;
    /// assert!(pack.run_teardown_queue()?.is_success());
    /// # Ok::<(), PackError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::run_setup_queue`].
    pub fn run_teardown_queue(&mut self) -> Result<RunSummary, PackError> {
        self.run_queue(Phase::Teardown)
    }

    /// Runs the setup queue, the test queue unless something stopped the run, and the teardown queue
    /// whatever happened.
    ///
    /// In the resource modes `all` and `custom_all` everything that any queued task needs is held from
    /// before the first to after the last; a task that is added meanwhile finds nothing else.
    ///
    /// # Errors
    /// As [`Self::run_setup_queue`]; all three queues are put in order before anything runs.
    /// [`PackError::Resources`] if not everything could be had that is to be held; nothing has run
    /// then, and everything is still queued.
    pub fn run_all_queues(&mut self) -> Result<RunSummary, PackError> {
        for &phase in Phase::ALL {
            self.schedule(phase)?;
        }
        let summary = self.run_phases();
        self.interrupts.forget();
        summary
    }

    fn run_phases(&mut self) -> Result<RunSummary, PackError> {
        let mut policy = self.policy();
        let mut held = None;
        if policy.resource_mode.is_for_the_run() {
            match self.hold_all(&policy) {
                Ok(Some(all)) => {
                    held = Some(all);
                    // The queues share what is held, each task for itself.
                    policy.resource_mode = match policy.resource_mode.is_custom() {
                        true => ResourceMode::CustomSeparate,
                        false => ResourceMode::PerTaskSeparate,
                    };
                }
                Ok(None) => {}
                Err(NotHeld::Refused(source)) => return Err(PackError::Resources { source }),
                Err(NotHeld::Stopped(cause)) => {
                    return Ok(RunSummary {
                        stopped: Some(cause),
                        ..RunSummary::default()
                    });
                }
            }
        }
        let mut summary = self.run_in_order(Phase::Setup, held.as_ref(), &policy);
        if summary.stopped.is_none() {
            summary.extend(self.run_in_order(Phase::Test, held.as_ref(), &policy));
        }
        summary.extend(self.run_in_order(Phase::Teardown, held.as_ref(), &policy));
        Ok(summary)
    }

    /// Takes everything that the queued tasks need; `None` if they need nothing.
    fn hold_all(&self, policy: &Policy) -> Result<Option<Arc<HeldRun>>, NotHeld> {
        let queues = Phase::ALL.iter().flat_map(|&phase| self.queue(phase));
        let queued: Vec<QueuedTask> = queues.collect();
        let hold = RunHold::of(queued.iter().map(QueuedTask::loaded), Duration::ZERO);
        if hold.needs.is_empty() {
            return Ok(None);
        }
        let mail = Mail::default();
        if self.interrupts.send_to(mail.clone()) > 0 {
            return Err(NotHeld::Stopped(StopCause::Interrupted));
        }
        let (client, clock) = (&self.client, &self.clock);
        take(client, clock, &hold, policy, &mail).map(Some)
    }

    fn run_queue(&mut self, phase: Phase) -> Result<RunSummary, PackError> {
        self.schedule(phase)?;
        let policy = self.policy();
        let summary = self.run_in_order(phase, None, &policy);
        self.interrupts.forget();
        Ok(summary)
    }

    fn policy(&self) -> Policy {
        Policy {
            valid_results: self.config.valid_result.clone(),
            run_mode: self.config.run_mode,
            thread_limit: self.config.thread_limit,
            process_limit: self.config.process_limit,
            resource_mode: self.config.resource_mode,
            started: self.clock.now(),
            global_timeout: self.global_timeout,
            may_be_left: self.interrupts.may_come(),
            plan_budget: self.plan_budget,
            ..Policy::default()
        }
    }

    fn schedule(&mut self, phase: Phase) -> Result<(), ScheduleError> {
        if !self.config.resource_mode.is_custom() {
            return Ok(());
        }
        let scheduler = self.schedule_func.as_mut();
        let scheduler = scheduler.ok_or(ScheduleError::Missing)?;
        let queue = self.state.inner().queues.tasks(phase);
        let reordered = reorder(&queue, &scheduler.schedule(&queue))?;
        self.restore(vec![(phase, reordered)]);
        Ok(())
    }

    fn run_in_order(
        &mut self,
        phase: Phase,
        held: Option<&Arc<HeldRun>>,
        policy: &Policy,
    ) -> RunSummary {
        let client = match held {
            Some(held) => Arc::clone(held) as Arc<dyn AtsClient>,
            None => Arc::clone(&self.client),
        };
        let lender = held.map(|held| {
            let state = Arc::clone(&self.state);
            Lender::new(Arc::clone(held), move |resource| state.needs(resource))
        });
        let mut summary = RunSummary::default();
        let report = self
            .report_func
            .as_deref_mut()
            .map(|report| report as &mut ReportFunc);
        let (observer, plan) = QueueRun::new(Arc::clone(&self.state), phase, report, &mut summary);
        let run = Run {
            plan,
            policy: policy.clone(),
            params: Arc::clone(&self.state.params),
            client,
            lender,
            clock: Arc::clone(&self.clock),
            capture: Capture::Processes,
            observer,
            sharing: None,
        };
        let end = run.run(&self.interrupts);
        summary.stopped = end.stopped;
        summary
    }
}
