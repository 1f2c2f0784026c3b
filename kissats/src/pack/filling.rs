//! How tasks come into the queues of a pack, and what is queued.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::QueueError;
use crate::model::{GroupName, NewTask, Phase, ReservationMode, ResourceNeed, TaskName, nearest};
use crate::pack::{PackError, TaskPack};
use crate::queue::{PrereqCheck, QueuedTask};

impl TaskPack {
    /// Adds a task to the setup queue. If it fails there, it stops the suite whatever it declares.
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
    /// pack.add_setup_task(NewTask::value(Made("warm up")))?;
    /// assert!(pack.queue(Phase::Setup)[0].spec().stop_suite_on_fail);
    /// # Ok::<(), PackError>(())
    /// ```
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
    /// pack.add_teardown_task(NewTask::value(Made("park the arm")))?;
    /// pack.add_teardown_task(NewTask::value(Made("lift the arm")).top())?;
    /// assert_eq!(pack.queue(Phase::Teardown)[0].name(), &"lift the arm");
    /// # Ok::<(), PackError>(())
    /// ```
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
            let nearest = nearest(group, groups.iter().map(GroupName::to_string));
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
                    self.state.add(phase, NewTask::from(&name))?;
                }
            }
        }
        for name in library.of_group(Some(group), Phase::Setup) {
            self.state.add(Phase::Setup, NewTask::from(&name))?;
        }
        for name in library.of_group(Some(group), Phase::Test) {
            self.state.add(Phase::Test, NewTask::from(&name))?;
        }
        for name in library
            .of_group(Some(group), Phase::Teardown)
            .into_iter()
            .rev()
        {
            self.state
                .add(Phase::Teardown, NewTask::from(&name).top())?;
        }
        Ok(())
    }

    pub(super) fn snapshot(&self) -> Vec<(Phase, Vec<QueuedTask>)> {
        let inner = self.state.inner();
        Phase::ALL
            .iter()
            .copied()
            .map(|phase| (phase, inner.queues.tasks(phase)))
            .collect()
    }

    pub(super) fn restore(&self, queues: Vec<(Phase, Vec<QueuedTask>)>) {
        let mut inner = self.state.inner();
        for (phase, tasks) in queues {
            inner.queues.clear(phase);
            for (place, task) in tasks.into_iter().enumerate() {
                inner.queues.insert(phase, place, task);
            }
        }
    }

    /// The groups added so far, each once for every time it was added.
    ///
    /// ```standalone_crate
    /// use kissats::prelude::*;
    /// use kissats::TaskPack;
    ///
    /// #[kiss_task(phase = "setup")]
    /// fn power_up() {}
    ///
    /// #[kiss_task(group = "power")]
    /// fn rail_voltage() {}
    ///
    /// #[kiss_task(phase = "teardown")]
    /// fn power_down() {}
    ///
    /// # fn main() -> Result<(), kissats::PackError> {
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.add_test_group("power")?;
    /// assert_eq!(pack.test_groups(), ["power"]);
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```standalone_crate
    /// use kissats::prelude::*;
    /// use kissats::TaskPack;
    ///
    /// #[kiss_task(phase = "setup")]
    /// fn power_up() {}
    ///
    /// #[kiss_task(group = "power")]
    /// fn rail_voltage() {}
    ///
    /// #[kiss_task(phase = "teardown")]
    /// fn power_down() {}
    ///
    /// # fn main() -> Result<(), kissats::PackError> {
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.setup_list(), ["power_up"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn setup_list(&self) -> Vec<TaskName> {
        self.state.library.of_group(None, Phase::Setup)
    }

    /// The global teardown tasks.
    ///
    /// ```standalone_crate
    /// use kissats::prelude::*;
    /// use kissats::TaskPack;
    ///
    /// #[kiss_task(phase = "setup")]
    /// fn power_up() {}
    ///
    /// #[kiss_task(group = "power")]
    /// fn rail_voltage() {}
    ///
    /// #[kiss_task(phase = "teardown")]
    /// fn power_down() {}
    ///
    /// # fn main() -> Result<(), kissats::PackError> {
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// assert_eq!(pack.teardown_list(), ["power_down"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn teardown_list(&self) -> Vec<TaskName> {
        self.state.library.of_group(None, Phase::Teardown)
    }

    /// What a queue holds, the next task first.
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
    /// assert_eq!(pack.queue(Phase::Test)[0].name(), &"measure");
    /// assert!(pack.queue(Phase::Setup).is_empty());
    /// # Ok::<(), PackError>(())
    /// ```
    #[must_use]
    pub fn queue(&self, phase: Phase) -> Vec<QueuedTask> {
        self.state.inner().queues.tasks(phase)
    }

    /// The tasks that wait for their resources, the one that asks again first in front.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let pack = TaskPack::new(GlobalParams::default())?;
    /// for waiting in pack.delay_queue() {
    ///     println!("{} asks again at {}", waiting.task.name(), waiting.ready_at);
    /// }
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    #[must_use]
    pub fn delay_queue(&self) -> Vec<crate::queue::DelayedTask> {
        self.state.inner().queues.delayed()
    }

    /// Takes everything out of the setup queue.
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
    /// pack.clear_setup_queue();
    /// assert!(pack.queue(Phase::Setup).is_empty());
    /// # Ok::<(), PackError>(())
    /// ```
    pub fn clear_setup_queue(&mut self) {
        self.state.inner().queues.clear(Phase::Setup);
    }

    /// Takes everything out of the test queue.
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
    /// pack.clear_test_queue();
    /// assert!(pack.queue(Phase::Test).is_empty());
    /// # Ok::<(), PackError>(())
    /// ```
    pub fn clear_test_queue(&mut self) {
        self.state.inner().queues.clear(Phase::Test);
    }

    /// Takes everything out of the teardown queue.
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
    /// pack.clear_teardown_queue();
    /// assert!(pack.queue(Phase::Teardown).is_empty());
    /// # Ok::<(), PackError>(())
    /// ```
    pub fn clear_teardown_queue(&mut self) {
        self.state.inner().queues.clear(Phase::Teardown);
    }

    /// Takes everything out of the delay queue.
    ///
    /// ```
    /// # use kissats::{GlobalParams, TaskPack};
    /// let mut pack = TaskPack::new(GlobalParams::default())?;
    /// pack.clear_delay_queue();
    /// assert!(pack.delay_queue().is_empty());
    /// # Ok::<(), kissats::PackError>(())
    /// ```
    pub fn clear_delay_queue(&mut self) {
        self.state.inner().queues.clear_delayed();
    }

    /// Empties all four queues.
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
    /// pack.clear_all_queues();
    /// assert!(Phase::ALL.iter().all(|&phase| pack.queue(phase).is_empty()));
    /// # Ok::<(), PackError>(())
    /// ```
    pub fn clear_all_queues(&mut self) {
        let mut inner = self.state.inner();
        for &phase in Phase::ALL {
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
    /// let prereqs = pack.check_prereqs("answers")?;
    /// assert_eq!(prereqs.needed, ["boots"]);
    /// assert!(prereqs.failed.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`QueueError::UnknownTask`] if no linked task has this name.
    pub fn check_prereqs(&self, name: &str) -> Result<PrereqCheck, PackError> {
        let source = NewTask::named(name).source;
        Ok(self.state.adding(|adding| {
            let found = adding.load(&source)?;
            Ok::<_, QueueError>(adding.check_prereqs(&found.prereqs))
        })?)
    }

    /// How long what is queued is expected to run.
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
    /// assert!(pack.est_run_time().is_zero());
    /// pack.add_test_task(NewTask::value(Made("measure")))?;
    /// assert_eq!(pack.est_run_time().as_secs(), 3600, "the original's guess for a task");
    /// # Ok::<(), PackError>(())
    /// ```
    #[must_use]
    pub fn est_run_time(&self) -> Duration {
        Phase::ALL
            .iter()
            .copied()
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
        for need in Phase::ALL
            .iter()
            .copied()
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
}
