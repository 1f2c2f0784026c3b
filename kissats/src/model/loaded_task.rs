//! A task that can be planned and run, as little of it as is needed.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Map;

use crate::model::declaration::written;
use crate::model::task_spec::object;
use crate::model::{
    Bodies, Declaration, DeclaredPrereq, GroupName, Key, Location, PackName, Phase, Prereq,
    ReservationMode, ResourceName, ResourceNeed, Retries, TaskDefaults, TaskName, TaskSpec, Words,
    hash_path, name_hash, need,
};

/// A task: what it declares, what it does, where it comes from. Cheap to clone.
///
/// Of a task that is declared nothing is copied. What planning asks for is read where it stands; the
/// whole spec is put together when the task is about to run.
#[derive(Debug, Clone)]
pub(crate) enum LoadedTask {
    Declared {
        declaration: &'static Declaration,
        defaults: Option<Arc<TaskDefaults>>,
    },
    /// A spec that was computed, and may say anything.
    Resolved(Arc<ResolvedTask>),
}

/// A task with its whole spec.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedTask {
    pub(crate) pack: PackName,
    /// That of the function or module, the crate first; empty if it has none.
    pub(crate) path: &'static str,
    pub(crate) declared_at: Location,
    pub(crate) spec: Arc<TaskSpec>,
    /// Whether somebody has written `stop_suite_on_fail`: of the spec that cannot be told.
    pub(crate) says_what_it_stops: bool,
    pub(crate) bodies: Bodies,
}

/// The groups of a task, wherever they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TaskGroups<'a> {
    Declared(Words),
    Resolved(&'a [GroupName]),
}

/// The prerequisites of a task, wherever they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TaskPrereqs<'a> {
    Declared(&'static [DeclaredPrereq]),
    Resolved(&'a [Prereq]),
}

/// A default for the whole pack.
macro_rules! default {
    ($defaults:expr, $key:ident) => {
        $defaults.as_ref().and_then(|defaults| defaults.$key)
    };
}

impl LoadedTask {
    /// The task with its spec.
    pub(crate) fn resolve(&self) -> Arc<ResolvedTask> {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => Arc::new(ResolvedTask::of(declaration, defaults.as_deref())),
            Self::Resolved(task) => Arc::clone(task),
        }
    }

    /// Everything it declares, put together anew each time it is asked for.
    pub(crate) fn spec(&self) -> Arc<TaskSpec> {
        match self {
            Self::Declared { .. } => Arc::clone(&self.resolve().spec),
            Self::Resolved(task) => Arc::clone(&task.spec),
        }
    }

    /// To change it: from then on it is no longer what was declared.
    #[cfg(test)]
    pub(crate) fn resolved_mut(&mut self) -> &mut ResolvedTask {
        *self = Self::Resolved(self.resolve());
        match self {
            Self::Resolved(task) => Arc::make_mut(task),
            Self::Declared { .. } => unreachable!("it was resolved just now"),
        }
    }

    /// The crate that declares it.
    pub(crate) fn pack(&self) -> &str {
        match self {
            Self::Declared { declaration, .. } => declaration.pack(),
            Self::Resolved(task) => task.pack.as_str(),
        }
    }

    /// The path of its function or module, the crate first; empty if it has none.
    pub(crate) fn path(&self) -> &'static str {
        match self {
            Self::Declared { declaration, .. } => declaration.path,
            Self::Resolved(task) => task.path,
        }
    }

    pub(crate) fn name(&self) -> TaskName {
        match self {
            Self::Declared { declaration, .. } => declaration.task_name(),
            Self::Resolved(task) => task.spec.name().clone(),
        }
    }

    /// Its name with the pack in front.
    pub(crate) fn full_name(&self) -> TaskName {
        match self {
            Self::Declared { declaration, .. } => declaration.full_name(),
            Self::Resolved(task) => {
                let name = task.spec.name();
                TaskName::sound(format!("{}::{name}", task.pack))
            }
        }
    }

    /// The same as text, copied only if it stands nowhere.
    pub(crate) fn full_name_text(&self) -> Cow<'static, str> {
        match self {
            Self::Declared { declaration, .. } => match declaration.other_name() {
                None => Cow::Borrowed(declaration.path),
                Some(name) => Cow::Owned(format!("{}::{name}", declaration.pack())),
            },
            Self::Resolved(task) => Cow::Owned(format!("{}::{}", task.pack, task.spec.name())),
        }
    }

    /// The hash of the same.
    pub(crate) fn name_hash(&self) -> u32 {
        match self {
            Self::Declared { declaration, .. } => declaration.name.hash,
            Self::Resolved(_) => name_hash(&self.full_name_text()),
        }
    }

    /// Whether its path, if it has one, is its name with the pack in front.
    pub(crate) fn is_named_by_path(&self) -> bool {
        match self {
            Self::Declared { declaration, .. } => declaration.name.is_path,
            Self::Resolved(task) => task.path.is_empty() || self.full_name_text() == task.path,
        }
    }

    pub(crate) fn declared_at(&self) -> Location {
        match self {
            Self::Declared { declaration, .. } => declaration.location(),
            Self::Resolved(task) => task.declared_at.clone(),
        }
    }

    pub(crate) fn groups(&self) -> TaskGroups<'_> {
        match self {
            Self::Declared { declaration, .. } => TaskGroups::Declared(
                written!(declaration, Key::Groups(groups) => groups).unwrap_or_default(),
            ),
            Self::Resolved(task) => TaskGroups::Resolved(&task.spec.groups),
        }
    }

    pub(crate) fn prereqs(&self) -> TaskPrereqs<'_> {
        match self {
            Self::Declared { declaration, .. } => TaskPrereqs::Declared(
                written!(declaration, Key::PrereqTasks(prereqs) => prereqs).unwrap_or_default(),
            ),
            Self::Resolved(task) => TaskPrereqs::Resolved(&task.spec.prereq_tasks),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Declared { declaration, .. } => {
                written!(declaration, Key::Phase(phase) => phase).unwrap_or_default()
            }
            Self::Resolved(task) => task.spec.phase,
        }
    }

    pub(crate) fn priority(&self) -> i32 {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::Priority(priority) => priority)
                .or_else(|| default!(defaults, priority))
                .unwrap_or(TaskSpec::PRIORITY),
            Self::Resolved(task) => task.spec.priority,
        }
    }

    pub(crate) fn stop_suite_on_fail(&self) -> bool {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::StopSuiteOnFail(stops) => stops)
                .or_else(|| default!(defaults, stop_suite_on_fail))
                .unwrap_or(TaskSpec::STOP_SUITE_ON_FAIL),
            Self::Resolved(task) => task.spec.stop_suite_on_fail,
        }
    }

    /// Whether somebody has written that a failure stops the suite.
    pub(crate) fn is_written_to_stop_suite(&self) -> bool {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::StopSuiteOnFail(stops) => stops)
                .or_else(|| default!(defaults, stop_suite_on_fail))
                .unwrap_or_default(),
            Self::Resolved(task) => task.says_what_it_stops && task.spec.stop_suite_on_fail,
        }
    }

    pub(crate) fn est_task_time(&self) -> Duration {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::EstTaskTime(seconds, nanos) => Duration::new(seconds, nanos))
                .or_else(|| default!(defaults, est_task_time))
                .unwrap_or(TaskSpec::EST_TASK_TIME),
            Self::Resolved(task) => task.spec.est_task_time,
        }
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => {
                written!(declaration, Key::Timeout(seconds, nanos) => Duration::new(seconds, nanos))
                    .or_else(|| default!(defaults, timeout))
            }
            Self::Resolved(task) => task.spec.timeout,
        }
    }

    pub(crate) fn retries(&self) -> Retries {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::Retries(count) => Retries::new(count))
                .or_else(|| written!(declaration, Key::RetriesWith(retries) => *retries))
                .or_else(|| default!(defaults, retries))
                .unwrap_or_default(),
            Self::Resolved(task) => task.spec.retries,
        }
    }

    pub(crate) fn thread_safe(&self) -> bool {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::ThreadSafe(safe) => safe)
                .or_else(|| default!(defaults, thread_safe))
                .unwrap_or_default(),
            Self::Resolved(task) => task.spec.thread_safe,
        }
    }

    /// `None` if nobody has written it.
    pub(crate) fn process_safe(&self) -> Option<bool> {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::ProcessSafe(safe) => safe)
                .or_else(|| default!(defaults, process_safe)),
            Self::Resolved(task) => task.spec.process_safe,
        }
    }

    /// `None` if nobody has written it.
    pub(crate) fn prereq_same_thread(&self) -> Option<bool> {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::PrereqSameThread(same) => same)
                .or_else(|| default!(defaults, prereq_same_thread)),
            Self::Resolved(task) => task.spec.prereq_same_thread,
        }
    }

    /// Whether every process of this binary has it; a value exists in one only.
    pub(crate) fn is_function(&self) -> bool {
        match self {
            Self::Declared { .. } => true,
            Self::Resolved(task) => matches!(task.bodies, Bodies::Functions { .. }),
        }
    }

    /// Whether it asks anything of the ATS.
    pub(crate) fn needs_resources(&self) -> bool {
        match self {
            Self::Declared { declaration, .. } => {
                let asks = written!(
                    declaration,
                    Key::ExclusiveResources([_, ..]) | Key::SharedResources([_, ..]) => ()
                );
                asks.is_some()
            }
            Self::Resolved(task) => task.spec.needs_resources(),
        }
    }

    /// What it asks of the ATS, sorted by resource.
    pub(crate) fn needs(&self) -> Vec<ResourceNeed> {
        match self {
            Self::Declared { declaration, .. } => {
                let mut needs = Vec::new();
                let mut configs = Map::new();
                for key in declaration.keys {
                    let (names, mode) = match *key {
                        Key::ExclusiveResources(names) => (names, ReservationMode::Exclusive),
                        Key::SharedResources(names) => (names, ReservationMode::Shared),
                        Key::ResourceConfigs(text) => {
                            configs = object(text);
                            continue;
                        }
                        _ => continue,
                    };
                    for name in names {
                        needs.push(ResourceNeed::new(ResourceName::declared(name), mode));
                    }
                }
                need::settle(&mut needs, &configs);
                needs
            }
            Self::Resolved(task) => task.spec.needs(),
        }
    }

    pub(crate) fn max_resource_retry(&self) -> u32 {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::MaxResourceRetry(count) => count)
                .or_else(|| default!(defaults, max_resource_retry))
                .unwrap_or(TaskSpec::MAX_RESOURCE_RETRY),
            Self::Resolved(task) => task.spec.max_resource_retry,
        }
    }

    /// `None` if nobody has written it.
    pub(crate) fn max_resource_wait(&self) -> Option<Duration> {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::MaxResourceWait(seconds, nanos) => Duration::new(seconds, nanos))
                .or_else(|| default!(defaults, max_resource_wait)),
            Self::Resolved(task) => task.spec.max_resource_wait,
        }
    }

    pub(crate) fn always_teardown(&self) -> bool {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => written!(declaration, Key::AlwaysTeardown(always) => always)
                .or_else(|| default!(defaults, always_teardown))
                .unwrap_or_default(),
            Self::Resolved(task) => task.spec.always_teardown,
        }
    }

    /// Whether it cannot do without some parameter.
    pub(crate) fn requires_params(&self) -> bool {
        match self {
            Self::Declared { declaration, .. } => {
                written!(declaration, Key::ReqParamKeys([_, ..]) => ()).is_some()
            }
            Self::Resolved(task) => !task.spec.req_param_keys.is_empty(),
        }
    }

    pub(crate) fn bodies(&self) -> Bodies {
        match self {
            Self::Declared { declaration, .. } => Bodies::declared(declaration),
            Self::Resolved(task) => task.bodies.clone(),
        }
    }

    /// Whether anything it declares may keep it from running here.
    pub(crate) fn is_restricted(&self) -> bool {
        match self {
            Self::Declared {
                declaration,
                defaults,
            } => {
                let by_default = defaults.as_ref().is_some_and(|all| all.restrict());
                let says = written!(
                    declaration,
                    Key::Ignore(_) | Key::ValidDuts(_) | Key::ValidAts(_) => ()
                );
                by_default || says.is_some()
            }
            Self::Resolved(_) => true,
        }
    }
}

impl ResolvedTask {
    /// What the attribute says, and the defaults for what it does not.
    pub(crate) fn of(declaration: &Declaration, defaults: Option<&TaskDefaults>) -> Self {
        let by_default = defaults.is_some_and(|defaults| defaults.stop_suite_on_fail.is_some());
        Self {
            pack: PackName::declared(declaration.pack()),
            path: declaration.path,
            declared_at: declaration.location(),
            spec: Arc::new(TaskSpec::declared(declaration, defaults)),
            says_what_it_stops: by_default
                || written!(declaration, Key::StopSuiteOnFail(_) => ()).is_some(),
            bodies: Bodies::declared(declaration),
        }
    }
}

impl<'a> TaskGroups<'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Declared(words) => words.len(),
            Self::Resolved(names) => names.len(),
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub(crate) fn name(self, at: usize) -> &'a str {
        match self {
            Self::Declared(words) => words[at],
            Self::Resolved(names) => names[at].as_str(),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |at| self.name(at))
    }
}

impl<'a> TaskPrereqs<'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Declared(prereqs) => prereqs.len(),
            Self::Resolved(prereqs) => prereqs.len(),
        }
    }

    pub(crate) fn prereq(self, at: usize) -> PrereqText<'a> {
        match self {
            Self::Declared(prereqs) => match prereqs[at] {
                DeclaredPrereq::Path(path, hash) => PrereqText::Path(path, hash),
                DeclaredPrereq::Named(name) => PrereqText::Named(name),
            },
            Self::Resolved(prereqs) => match &prereqs[at] {
                Prereq::Function { path } => PrereqText::Path(path, hash_path(path).0),
                Prereq::Named(name) => PrereqText::Named(name),
            },
        }
    }
}

/// What a task calls its prerequisite.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PrereqText<'a> {
    /// The path of the function or module, and the hash of the name that it makes.
    Path(&'a str, u32),
    /// A name: in the same pack, or `pack::name` in another.
    Named(&'a str),
}
