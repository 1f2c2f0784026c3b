//! All tasks that could run, checked as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::model::{GroupName, LoadedTask, Phase, Prereq, TaskId, TaskName, nearest};
use crate::plan::requirement::Requirement;
use crate::plan::{PlanError, Why, cycle};

/// The tasks of a run in order of declaration, with what each waits for.
///
/// A catalog that exists has unique names, no unknown prerequisite and no circle.
#[derive(Debug)]
pub(crate) struct Catalog {
    tasks: Vec<Arc<LoadedTask>>,
    display_names: Vec<TaskName>,
    prereqs: Vec<Vec<TaskId>>,
    groups: Groups,
}

/// Who belongs to which group, each list in the order in which it runs.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) setups: BTreeMap<GroupName, Vec<TaskId>>,
    pub(crate) tests: BTreeMap<GroupName, Vec<TaskId>>,
    pub(crate) teardowns: BTreeMap<GroupName, Vec<TaskId>>,
    pub(crate) global_setups: Vec<TaskId>,
    pub(crate) global_teardowns: Vec<TaskId>,
}

impl Catalog {
    /// Checks `tasks` as a whole. They come in order of declaration, which is the order of last resort.
    ///
    /// # Errors
    /// Every mistake that was found.
    pub(crate) fn new(tasks: Vec<LoadedTask>) -> Result<Self, Vec<PlanError>> {
        let several_packs = tasks.iter().any(|task| task.pack != tasks[0].pack);
        Self::part(tasks, several_packs)
    }

    /// The same of some of the tasks, and whether all of them together are of several packs.
    ///
    /// # Errors
    /// Every mistake that was found.
    pub(crate) fn part(
        tasks: Vec<LoadedTask>,
        several_packs: bool,
    ) -> Result<Self, Vec<PlanError>> {
        if tasks.is_empty() {
            return Err(vec![PlanError::NoTasks]);
        }
        let mut errors = Vec::new();
        let names = Names::new(&tasks, &mut errors);
        let mut prereqs = Vec::with_capacity(tasks.len());
        for task in &tasks {
            let mut found = Vec::with_capacity(task.spec.prereq_tasks.len());
            for prereq in &task.spec.prereq_tasks {
                match names.find(task, prereq) {
                    Some(id) if found.contains(&id) => {}
                    Some(id) => found.push(id),
                    None => errors.push(names.unknown(task, prereq)),
                }
            }
            prereqs.push(found);
        }
        let catalog = Self {
            display_names: display_names(&tasks, several_packs),
            groups: Groups::of(&tasks),
            prereqs,
            tasks: tasks.into_iter().map(Arc::new).collect(),
        };
        errors.extend(cycle::find(&catalog));
        if errors.is_empty() {
            Ok(catalog)
        } else {
            Err(errors)
        }
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = TaskId> + use<> {
        (0..self.tasks.len()).map(TaskId::new)
    }

    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn task(&self, id: TaskId) -> &Arc<LoadedTask> {
        &self.tasks[id.position()]
    }

    /// The name under which a task is shown: with its pack in front if there are several.
    pub(crate) fn display_name(&self, id: TaskId) -> &TaskName {
        &self.display_names[id.position()]
    }

    pub(crate) fn prereqs(&self, id: TaskId) -> &[TaskId] {
        &self.prereqs[id.position()]
    }

    pub(crate) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// What must have succeeded before `id` may start, and what it must wait for. The members that a
    /// teardown waits for aside: [`Self::members_before`] has them.
    ///
    /// Prerequisites come last: of two things to bring up, the set-up is the outer one.
    pub(super) fn requirements(&self, id: TaskId) -> Vec<Requirement> {
        self.requirements_with(id, self.prereqs(id))
    }

    /// The same, as if the task had no `prereq_tasks`.
    pub(super) fn requirements_without_prereqs(&self, id: TaskId) -> Vec<Requirement> {
        self.requirements_with(id, &[])
    }

    fn requirements_with(&self, id: TaskId, prereqs: &[TaskId]) -> Vec<Requirement> {
        let spec = &self.task(id).spec;
        let is_global_setup = spec.phase == Phase::Setup && spec.groups.is_empty();
        let mut found: Vec<Requirement> = Vec::new();
        let mut add = |on: TaskId, why: Why| {
            if !found.iter().any(|known| known.on == on) {
                found.push(Requirement { on, why });
            }
        };
        // What the author wrote outweighs what follows from phases, so it is entered first.
        for &prereq in prereqs {
            add(prereq, Why::Prerequisite);
        }
        // A teardown waits for the set-up that it undoes, but it runs even if that failed.
        let or_teardown = |why: Why| {
            if spec.phase == Phase::Teardown {
                Why::Teardown
            } else {
                why
            }
        };
        if !is_global_setup {
            for &setup in &self.groups.global_setups {
                add(setup, or_teardown(Why::GlobalSetup));
            }
        }
        if spec.phase != Phase::Setup {
            for group in &spec.groups {
                for &setup in self.groups.setups.get(group).into_iter().flatten() {
                    add(setup, or_teardown(Why::GroupSetup(group.clone())));
                }
            }
        }
        found.sort_by_key(|requirement| requirement.why == Why::Prerequisite);
        found
    }

    /// What a teardown waits for: the tests of its groups, or everything else if it is global.
    pub(super) fn members_before(&self, id: TaskId) -> Vec<TaskId> {
        let spec = &self.task(id).spec;
        match (spec.phase, spec.groups.is_empty()) {
            (Phase::Setup | Phase::Test, _) => Vec::new(),
            (Phase::Teardown, true) => self
                .ids()
                .filter(|other| !self.groups.global_teardowns.contains(other))
                .collect(),
            (Phase::Teardown, false) => {
                let mut members: Vec<_> = spec
                    .groups
                    .iter()
                    .flat_map(|group| self.groups.tests.get(group).into_iter().flatten())
                    .copied()
                    .collect();
                members.sort_unstable();
                members.dedup();
                members
            }
        }
    }

    /// Everything that `id` waits for, whatever is selected.
    pub(super) fn waits_for(&self, id: TaskId) -> Vec<Requirement> {
        let mut all = self.requirements(id);
        all.extend(self.members_before(id).into_iter().map(|on| Requirement {
            on,
            why: Why::Teardown,
        }));
        all
    }
}

impl Groups {
    fn of(tasks: &[LoadedTask]) -> Self {
        let mut groups = Self::default();
        let mut ungrouped_tests = Vec::new();
        for (position, task) in tasks.iter().enumerate() {
            let id = TaskId::new(position);
            let (by_group, without_group) = match task.spec.phase {
                Phase::Setup => (&mut groups.setups, &mut groups.global_setups),
                Phase::Test => (&mut groups.tests, &mut ungrouped_tests),
                Phase::Teardown => (&mut groups.teardowns, &mut groups.global_teardowns),
            };
            if task.spec.groups.is_empty() {
                without_group.push(id);
            }
            for group in &task.spec.groups {
                by_group.entry(group.clone()).or_default().push(id);
            }
        }
        // Sets-up in order of priority and declaration, teardowns the other way round.
        let priority = |id: &TaskId| tasks[id.position()].spec.priority;
        for list in groups
            .setups
            .values_mut()
            .chain([&mut groups.global_setups])
        {
            list.sort_by_key(priority);
        }
        for list in groups
            .teardowns
            .values_mut()
            .chain([&mut groups.global_teardowns])
        {
            list.reverse();
            list.sort_by_key(priority);
        }
        groups
    }
}

fn display_names(tasks: &[LoadedTask], several: bool) -> Vec<TaskName> {
    let name = |task: &LoadedTask| {
        if several {
            TaskName::new(format!("{}::{}", task.pack, task.spec.name()))
                .unwrap_or_else(|_| task.spec.name().clone())
        } else {
            task.spec.name().clone()
        }
    };
    tasks.iter().map(name).collect()
}

/// Finds tasks by what prerequisites call them.
struct Names<'a> {
    tasks: &'a [LoadedTask],
    by_function: HashMap<(&'a str, &'a str), TaskId>,
    by_name: HashMap<(&'a str, &'a str), TaskId>,
}

impl<'a> Names<'a> {
    /// Also tells which names and functions are there twice.
    fn new(tasks: &'a [LoadedTask], errors: &mut Vec<PlanError>) -> Self {
        let mut names = Self {
            tasks,
            by_function: HashMap::with_capacity(tasks.len()),
            by_name: HashMap::with_capacity(tasks.len()),
        };
        let mut same_functions = Vec::new();
        for (position, task) in tasks.iter().enumerate() {
            let id = TaskId::new(position);
            let name = (task.pack.as_str(), task.spec.name().as_str());
            if let Some(first) = names.by_name.insert(name, id) {
                errors.push(PlanError::DuplicateName {
                    pack: task.pack.clone(),
                    name: task.spec.name().clone(),
                    first: tasks[first.position()].declared_at.clone(),
                    second: task.declared_at.clone(),
                });
            }
            let function = (task.module, task.function);
            let first = names.by_function.insert(function, id);
            let Some(first) = first.filter(|_| !task.function.is_empty()) else {
                continue;
            };
            let first = &tasks[first.position()];
            // Only possible where functions stand inside functions. Without names given by hand they
            // share their names too, and that is told already.
            if first.spec.name() != task.spec.name() {
                same_functions.push(PlanError::DuplicateFunction {
                    module: task.module,
                    function: task.function,
                    first: first.declared_at.clone(),
                    second: task.declared_at.clone(),
                });
            }
        }
        errors.extend(same_functions);
        names
    }

    fn find(&self, dependent: &LoadedTask, prereq: &Prereq) -> Option<TaskId> {
        match prereq {
            Prereq::Function { module, function } => {
                self.by_function.get(&(*module, *function)).copied()
            }
            Prereq::Named(name) => {
                let own = self.by_name.get(&(dependent.pack.as_str(), &**name));
                let other = || {
                    name.split_once("::")
                        .and_then(|(pack, name)| self.by_name.get(&(pack, name)))
                };
                own.or_else(other).copied()
            }
        }
    }

    fn unknown(&self, dependent: &LoadedTask, prereq: &Prereq) -> PlanError {
        let text = match prereq {
            Prereq::Function { module, function } => format!("{module}::{function}"),
            Prereq::Named(name) => name.to_string(),
        };
        let candidates = self.tasks.iter().map(|task| {
            if task.pack == dependent.pack {
                task.spec.name().to_string()
            } else {
                format!("{}::{}", task.pack, task.spec.name())
            }
        });
        PlanError::UnknownPrereq {
            declared_at: dependent.declared_at.clone(),
            task: dependent.spec.name().clone(),
            nearest: nearest(&text, candidates),
            prereq: text,
        }
    }
}
