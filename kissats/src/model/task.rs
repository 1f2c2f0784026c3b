//! A task: what it declares and what it does.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::model::{
    Declaration, DeclaredPrereq, GlobalParams, Stage, TaskContext, TaskMain, TaskReturn, TaskSpec,
};

/// A function of a task: its main, its setup or its teardown.
pub(crate) type TaskBody = fn(&TaskContext) -> TaskReturn;

/// A task by its place in the catalog, which is the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TaskId(u32);

impl TaskId {
    pub(crate) fn new(position: usize) -> Self {
        Self(u32::try_from(position).expect("a run has fewer than four billion tasks"))
    }

    pub(crate) fn position(self) -> usize {
        self.0 as usize
    }
}

/// What a task names as its prerequisite.
///
/// A [`Task`] of a program lists names:
///
/// ```
/// # use kissats::{Prereq, TaskName, TaskSpec};
/// let mut spec = TaskSpec::new(TaskName::new("boots")?);
/// spec.prereq_tasks.push(Prereq::Named("lab::power::on".into()));
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Prereq {
    /// A task by the path of its function. Only `#[kiss_task]` makes one: it has the compiler check
    /// the path.
    #[non_exhaustive]
    Function {
        /// The path of the function or module, the crate first.
        path: &'static str,
    },
    /// A task by its name: in the same pack, or `pack::name` in another.
    Named(Cow<'static, str>),
}

impl Prereq {
    pub(crate) fn declared(prereq: DeclaredPrereq) -> Self {
        match prereq {
            DeclaredPrereq::Path(path, _) => Self::Function { path },
            DeclaredPrereq::Named(name) => Self::Named(Cow::Borrowed(name)),
        }
    }
}

/// A task as a value: for tasks that are made while the program runs.
///
/// Functions marked with `#[kiss_task]` need none of this. `task_setup` and `task_teardown` do
/// nothing unless they are written.
///
/// ```
/// use kissats::prelude::*;
/// use kissats::{Task, TaskName};
///
/// struct Channel(u8);
///
/// impl Task for Channel {
///     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
///         let name = TaskName::new(format!("channel {}", self.0)).expect("a sound name");
///         TaskSpec::new(name)
///     }
///
///     fn task_main(&self, _: &TaskContext) -> TaskReturn {
///         TaskReturn::passed().with_metadata("channel", self.0)
///     }
/// }
/// # assert_eq!(Channel(2).get_params(&GlobalParams::default()).name(), &"channel 2");
/// ```
pub trait Task: Send + Sync {
    /// What the task declares, computed from the parameters of the run.
    fn get_params(&self, params: &GlobalParams) -> TaskSpec;

    /// What the task does.
    fn task_main(&self, cx: &TaskContext) -> TaskReturn;

    /// What has to be done before; if it does not succeed, main does not run.
    ///
    /// ```
    /// use kissats::prelude::*;
    /// use kissats::{Task, TaskName};
    ///
    /// struct Channel(u8);
    ///
    /// impl Task for Channel {
    ///     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    ///         TaskSpec::new(TaskName::new(format!("channel {}", self.0)).expect("a sound name"))
    ///     }
    ///     fn task_setup(&self, _: &TaskContext) -> TaskReturn {
    ///         if self.0 > 4 {
    ///             return TaskReturn::skipped("the board has four channels");
    ///         }
    ///         TaskReturn::passed()
    ///     }
    ///     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    ///         TaskReturn::passed()
    ///     }
    /// }
    /// ```
    fn task_setup(&self, _cx: &TaskContext) -> TaskReturn {
        TaskReturn::passed()
    }

    /// What has to be done after.
    ///
    /// ```
    /// use kissats::prelude::*;
    /// use kissats::{Task, TaskName};
    ///
    /// struct Heats;
    ///
    /// impl Task for Heats {
    ///     fn get_params(&self, _: &GlobalParams) -> TaskSpec {
    ///         let mut spec = TaskSpec::new(TaskName::new("heats").expect("a sound name"));
    ///         spec.always_teardown = true;
    ///         spec
    ///     }
    ///     fn task_main(&self, _: &TaskContext) -> TaskReturn {
    ///         TaskReturn::passed()
    ///     }
    ///     fn task_teardown(&self, _: &TaskContext) -> TaskReturn {
    ///         println!("the heater is off");
    ///         TaskReturn::passed()
    ///     }
    /// }
    /// ```
    fn task_teardown(&self, _cx: &TaskContext) -> TaskReturn {
        TaskReturn::passed()
    }
}

/// What a task does, wherever it comes from.
#[derive(Clone)]
pub(crate) enum Bodies {
    /// The functions that an attribute names.
    Functions {
        main: TaskMain,
        setup: Option<TaskBody>,
        teardown: Option<TaskBody>,
    },
    /// A value.
    Value(Arc<dyn Task>),
}

impl Bodies {
    pub(crate) fn declared(declaration: &Declaration) -> Self {
        Self::Functions {
            main: declaration.main,
            setup: declaration.setup(),
            teardown: declaration.teardown(),
        }
    }

    /// Whether the task has a function for this.
    pub(crate) fn has(&self, stage: Stage) -> bool {
        match (self, stage) {
            (Self::Functions { setup, .. }, Stage::Setup) => setup.is_some(),
            (Self::Functions { teardown, .. }, Stage::Teardown) => teardown.is_some(),
            _ => true,
        }
    }

    /// Runs one function of the task; one that does not exist has passed.
    pub(crate) fn run(&self, stage: Stage, cx: &TaskContext) -> TaskReturn {
        match (self, stage) {
            (Self::Functions { main, .. }, Stage::Main) => main.run(cx),
            (
                Self::Functions {
                    setup: Some(setup), ..
                },
                Stage::Setup,
            ) => setup(cx),
            (
                Self::Functions {
                    teardown: Some(teardown),
                    ..
                },
                Stage::Teardown,
            ) => teardown(cx),
            (Self::Value(task), Stage::Main) => task.task_main(cx),
            (Self::Value(task), Stage::Setup) => task.task_setup(cx),
            (Self::Value(task), Stage::Teardown) => task.task_teardown(cx),
            _ => TaskReturn::passed(),
        }
    }
}

impl fmt::Debug for Bodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Functions { .. } => "Functions",
            Self::Value(_) => "Value",
        })
    }
}
