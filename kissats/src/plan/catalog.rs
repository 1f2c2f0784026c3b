//! All tasks that could run, checked as a whole.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::{
    GroupName, Key, LoadedTask, PackName, Phase, PrereqText, TaskId, TaskName, hash_path,
    name_hash, nearest,
};
use crate::plan::name_filter::put_in_order;
use crate::plan::name_table::NameTable;
use crate::plan::requirement::Requirement;
use crate::plan::{PackSize, PackSizes, PlanError, Why, cycle};

/// The tasks of a run in order of declaration, with what each waits for.
///
/// A catalog that exists has unique names, no unknown prerequisite and no circle.
#[derive(Debug)]
pub(crate) struct Catalog {
    tasks: Vec<LoadedTask>,
    /// Every pack that has tasks, with those that are not looked at.
    packs: Vec<PackSize>,
    names: Names,
    prereqs: Prereqs,
    /// Tasks that may have to be ignored.
    restricted: Vec<TaskId>,
    groups: Groups,
    tests_by_group: OnceLock<BTreeMap<GroupName, Vec<TaskId>>>,
}

/// Set-ups and teardowns by group, each list in the order in which it runs.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) setups: BTreeMap<GroupName, Vec<TaskId>>,
    pub(crate) teardowns: BTreeMap<GroupName, Vec<TaskId>>,
    pub(crate) global_setups: Vec<TaskId>,
    pub(crate) global_teardowns: Vec<TaskId>,
}

/// What the written prerequisites mean.
#[derive(Debug)]
struct Prereqs {
    /// Those that have any, in order of declaration.
    dependents: Vec<TaskId>,
    /// For every task, one more than its place among those; 0 for one without.
    place: Vec<u32>,
    /// The prerequisites of all of them, one after the other.
    all: Vec<TaskId>,
    /// For each of them, where its prerequisites begin; and where the last end.
    starts: Vec<usize>,
}

/// What is seen of the tasks in one walk over all of them.
#[derive(Debug, Default)]
struct Survey {
    packs: Vec<PackSize>,
    with_prereqs: Vec<TaskId>,
    setups_and_teardowns: Vec<TaskId>,
    restricted: Vec<TaskId>,
}

impl Catalog {
    /// Checks `tasks` as a whole. They come in order of declaration, which is the order of last resort.
    ///
    /// # Errors
    /// Every mistake that was found.
    pub(crate) fn new(tasks: Vec<LoadedTask>) -> Result<Self, Vec<PlanError>> {
        Self::check(tasks, None)
    }

    /// The same where there are more tasks, which nobody looks at: these are all that can matter to those that
    /// will be selected. `packs` says how many there are of each pack.
    ///
    /// # Errors
    /// Every mistake that was found.
    pub(crate) fn of_part(
        tasks: Vec<LoadedTask>,
        packs: Vec<PackSize>,
    ) -> Result<Self, Vec<PlanError>> {
        Self::check(tasks, Some(packs))
    }

    fn check(tasks: Vec<LoadedTask>, packs: Option<Vec<PackSize>>) -> Result<Self, Vec<PlanError>> {
        if tasks.is_empty() {
            return Err(vec![PlanError::NoTasks]);
        }
        let mut errors = Vec::new();
        let names = Names::new(&tasks, &mut errors);
        let survey = Survey::of(&tasks);
        let catalog = Self {
            prereqs: Prereqs::find(survey.with_prereqs, &tasks, &names, &mut errors),
            groups: Groups::of(&survey.setups_and_teardowns, &tasks),
            restricted: survey.restricted,
            packs: packs.unwrap_or(survey.packs),
            tests_by_group: OnceLock::new(),
            names,
            tasks,
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

    pub(crate) fn task(&self, id: TaskId) -> &LoadedTask {
        &self.tasks[id.position()]
    }

    /// Every pack that has tasks, with the number of all of them.
    pub(crate) fn packs(&self) -> &[PackSize] {
        &self.packs
    }

    /// The name under which a task is shown: with its pack in front if there are several.
    pub(crate) fn display_name(&self, id: TaskId) -> TaskName {
        if self.packs.len() > 1 {
            self.task(id).full_name()
        } else {
            self.task(id).name()
        }
    }

    /// The task that is shown under this name, its groups aside.
    pub(crate) fn displayed_as(&self, name: &str) -> Option<TaskId> {
        match &*self.packs {
            [only] => {
                let pack = &only.pack;
                self.names.find(&self.tasks, &format!("{pack}::{name}"))
            }
            _ => self.names.find(&self.tasks, name),
        }
    }

    /// The tasks that have this name in their own packs.
    pub(super) fn called(&self, name: &str) -> Vec<TaskId> {
        let packs = self.packs.iter();
        packs
            .filter_map(|PackSize { pack, .. }| {
                self.names.find(&self.tasks, &format!("{pack}::{name}"))
            })
            .collect()
    }

    /// The task whose function or module has this path.
    pub(crate) fn of_path(&self, path: &str) -> Option<TaskId> {
        self.names.of_path(&self.tasks, path, hash_path(path).0)
    }

    pub(crate) fn prereqs(&self, id: TaskId) -> &[TaskId] {
        self.prereqs.of(id)
    }

    /// The tasks that have prerequisites, in order of declaration.
    pub(super) fn dependents(&self) -> &[TaskId] {
        &self.prereqs.dependents
    }

    /// Tasks that may have to be ignored, in order of declaration.
    pub(super) fn restricted(&self) -> &[TaskId] {
        &self.restricted
    }

    pub(crate) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// The tests of a group, in order of declaration.
    pub(crate) fn tests_of(&self, group: &str) -> &[TaskId] {
        self.tests_by_group().get(group).map_or(&[], Vec::as_slice)
    }

    /// The tests by group, in order of declaration. Most runs never ask.
    pub(crate) fn tests_by_group(&self) -> &BTreeMap<GroupName, Vec<TaskId>> {
        self.tests_by_group.get_or_init(|| {
            let mut tests: BTreeMap<GroupName, Vec<TaskId>> = BTreeMap::new();
            for id in self.ids() {
                let task = self.task(id);
                if task.phase() != Phase::Test {
                    continue;
                }
                for group in task.groups().iter() {
                    match tests.get_mut(group) {
                        Some(known) => known.push(id),
                        None => {
                            tests.insert(GroupName::sound(group.to_owned()), vec![id]);
                        }
                    }
                }
            }
            tests
        })
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
        let mut found: Vec<Requirement> = Vec::new();
        let mut add = |on: TaskId, why: Why| {
            if !found.iter().any(|known| known.on == on) {
                found.push(Requirement { on, why });
            }
        };
        // What the author wrote, each once, outweighs what follows from phases, so it is entered first.
        for &prereq in prereqs {
            add(prereq, Why::Prerequisite);
        }
        if self.groups.has_no_setups() {
            return found;
        }
        let task = self.task(id);
        let (phase, groups) = (task.phase(), task.groups());
        let is_global_setup = phase == Phase::Setup && groups.is_empty();
        // A teardown waits for the set-up that it undoes, but it runs even if that failed.
        let or_teardown = |why: Why| {
            if phase == Phase::Teardown {
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
        if phase != Phase::Setup {
            for group in groups.iter() {
                let Some((name, setups)) = self.groups.setups.get_key_value(group) else {
                    continue;
                };
                for &setup in setups {
                    add(setup, or_teardown(Why::GroupSetup(name.clone())));
                }
            }
        }
        found.rotate_left(prereqs.len());
        found
    }

    /// Puts the lower priority first; those of one priority stay as they are.
    pub(super) fn sort_by_priority(&self, ids: &mut [TaskId]) {
        sort_by_priority(ids, &self.tasks);
    }

    /// What a teardown waits for: the tests of its groups, or everything else if it is global.
    pub(super) fn members_before(&self, id: TaskId) -> Vec<TaskId> {
        let task = self.task(id);
        match (task.phase(), task.groups().is_empty()) {
            (Phase::Setup | Phase::Test, _) => Vec::new(),
            (Phase::Teardown, true) => self
                .ids()
                .filter(|other| !self.groups.global_teardowns.contains(other))
                .collect(),
            (Phase::Teardown, false) => {
                let mut members: Vec<_> = task
                    .groups()
                    .iter()
                    .flat_map(|group| self.tests_of(group))
                    .copied()
                    .collect();
                put_in_order(&mut members);
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

impl Survey {
    /// Looks at every task once, and no closer than it must.
    fn of(tasks: &[LoadedTask]) -> Self {
        let mut survey = Self::default();
        let mut packs = PackSizes::default();
        let mut last_pack = "";
        let mut position = 0;
        while position < tasks.len() {
            let (id, task) = (TaskId::new(position), &tasks[position]);
            let is_of_last_pack = match task {
                LoadedTask::Declared { declaration, .. } => declaration.is_of_pack(last_pack),
                LoadedTask::Resolved(_) => task.pack() == last_pack,
            };
            if !is_of_last_pack {
                last_pack = task.pack();
                packs.turn_to(last_pack, position);
            }
            position += 1;
            match task {
                LoadedTask::Declared {
                    declaration,
                    defaults,
                } => {
                    let is_restricted = match defaults {
                        None => false,
                        Some(defaults) => defaults.restrict(),
                    };
                    survey.add_declared(id, declaration.keys, is_restricted);
                }
                LoadedTask::Resolved(_) => {
                    if task.prereqs().len() > 0 {
                        survey.with_prereqs.push(id);
                    }
                    if task.phase() != Phase::Test {
                        survey.setups_and_teardowns.push(id);
                    }
                    survey.restricted.push(id);
                }
            }
        }
        survey.packs = packs.end(position);
        survey
    }

    fn add_declared(&mut self, id: TaskId, keys: &[Key], mut is_restricted: bool) {
        let mut at = 0;
        while at < keys.len() {
            match keys[at] {
                Key::PrereqTasks(_) => self.with_prereqs.push(id),
                Key::Phase(Phase::Setup | Phase::Teardown) => self.setups_and_teardowns.push(id),
                Key::Ignore(_) | Key::ValidDuts(_) | Key::ValidAts(_) => is_restricted = true,
                _ => {}
            }
            at += 1;
        }
        if is_restricted {
            self.restricted.push(id);
        }
    }
}

impl Groups {
    fn of(setups_and_teardowns: &[TaskId], tasks: &[LoadedTask]) -> Self {
        let mut groups = Self::default();
        for &id in setups_and_teardowns {
            let task = &tasks[id.position()];
            let (by_group, without_group) = match task.phase() {
                Phase::Setup => (&mut groups.setups, &mut groups.global_setups),
                Phase::Test => continue,
                Phase::Teardown => (&mut groups.teardowns, &mut groups.global_teardowns),
            };
            if task.groups().is_empty() {
                without_group.push(id);
            }
            for group in task.groups().iter() {
                let name = GroupName::sound(group.to_owned());
                by_group.entry(name).or_default().push(id);
            }
        }
        // Sets-up in order of priority and declaration, teardowns the other way round.
        for list in groups
            .setups
            .values_mut()
            .chain([&mut groups.global_setups])
        {
            sort_by_priority(list, tasks);
        }
        for list in groups
            .teardowns
            .values_mut()
            .chain([&mut groups.global_teardowns])
        {
            list.reverse();
            sort_by_priority(list, tasks);
        }
        groups
    }

    fn has_no_setups(&self) -> bool {
        self.setups.is_empty() && self.global_setups.is_empty()
    }

    /// Whether tasks wait for nothing but their prerequisites.
    pub(super) fn are_empty(&self) -> bool {
        self.has_no_setups() && self.teardowns.is_empty() && self.global_teardowns.is_empty()
    }
}

impl Prereqs {
    fn find(
        dependents: Vec<TaskId>,
        tasks: &[LoadedTask],
        names: &Names,
        errors: &mut Vec<PlanError>,
    ) -> Self {
        let mut all = Vec::with_capacity(dependents.len());
        let mut starts = Vec::with_capacity(dependents.len() + 1);
        starts.push(0);
        let mut place = Vec::new();
        if !dependents.is_empty() {
            place = vec![0; tasks.len()];
        }
        for &id in &dependents {
            let task = &tasks[id.position()];
            let prereqs = task.prereqs();
            let start = all.len();
            for at in 0..prereqs.len() {
                let prereq = prereqs.prereq(at);
                match names.of_prereq(tasks, task, prereq) {
                    Some(id) if at > 0 && all[start..].contains(&id) => {}
                    Some(id) => all.push(id),
                    None => errors.push(unknown(tasks, task, prereq)),
                }
            }
            place[id.position()] = u32::try_from(starts.len()).unwrap_or(u32::MAX);
            starts.push(all.len());
        }
        Self {
            dependents,
            place,
            all,
            starts,
        }
    }

    fn of(&self, id: TaskId) -> &[TaskId] {
        match self.place.get(id.position()) {
            None | Some(0) => &[],
            Some(place) => {
                let place = *place as usize;
                &self.all[self.starts[place - 1]..self.starts[place]]
            }
        }
    }
}

/// Finds tasks by what prerequisites and people call them.
#[derive(Debug)]
struct Names {
    /// By name, the pack in front.
    table: NameTable,
    /// By the path of the function or module, where that is not the name.
    by_path: BTreeMap<&'static str, TaskId>,
}

impl Names {
    /// Also tells which names and functions are there twice.
    fn new(tasks: &[LoadedTask], errors: &mut Vec<PlanError>) -> Self {
        let mut names = Self {
            table: NameTable::new(tasks.len()),
            by_path: BTreeMap::new(),
        };
        let mut same_paths = Vec::new();
        let mut position = 0;
        while position < tasks.len() {
            let (id, task) = (TaskId::new(position), &tasks[position]);
            position += 1;
            let is_called =
                |other: TaskId| tasks[other.position()].full_name_text() == task.full_name_text();
            if let Some(first) = names.table.insert(task.name_hash(), id, is_called) {
                errors.push(PlanError::DuplicateName {
                    pack: PackName::sound(task.pack().to_owned()),
                    name: task.name(),
                    first: tasks[first.position()].declared_at(),
                    second: task.declared_at(),
                });
            }
            if !task.is_named_by_path()
                && let Some(first) = names.by_path.insert(task.path(), id)
            {
                same_paths.push((first, id));
            }
        }
        for (path, id) in &names.by_path {
            let other = names.find(tasks, path);
            let same = other.filter(|other| tasks[other.position()].path() == *path);
            same_paths.extend(same.map(|other| (other.min(*id), other.max(*id))));
        }
        same_paths.sort_unstable();
        // Only possible where functions stand inside functions. Without names given by hand they
        // share their names too, and that is told already.
        for (first, second) in same_paths {
            let (first, second) = (&tasks[first.position()], &tasks[second.position()]);
            if first.name() != second.name() {
                errors.push(PlanError::DuplicateFunction {
                    path: first.path(),
                    first: first.declared_at(),
                    second: second.declared_at(),
                });
            }
        }
        names
    }

    /// By the name with the pack in front.
    fn find(&self, tasks: &[LoadedTask], name: &str) -> Option<TaskId> {
        let is_called = |id: TaskId| tasks[id.position()].full_name_text() == name;
        self.table.find(name_hash(name), is_called)
    }

    /// By the path of the function or module, and the hash of the name that it makes.
    fn of_path(&self, tasks: &[LoadedTask], path: &str, hash: u32) -> Option<TaskId> {
        let is_meant = |id: TaskId| tasks[id.position()].path() == path;
        let found = self.table.find(hash, is_meant);
        found.or_else(|| self.by_path.get(path).copied())
    }

    fn of_prereq(
        &self,
        tasks: &[LoadedTask],
        dependent: &LoadedTask,
        prereq: PrereqText<'_>,
    ) -> Option<TaskId> {
        match prereq {
            PrereqText::Path(path, hash) => self.of_path(tasks, path, hash),
            PrereqText::Named(name) => {
                let own = self.find(tasks, &format!("{}::{name}", dependent.pack()));
                own.or_else(|| self.find(tasks, name))
            }
        }
    }
}

fn sort_by_priority(ids: &mut [TaskId], tasks: &[LoadedTask]) {
    ids.sort_by_key(|id| tasks[id.position()].priority());
}

fn unknown(tasks: &[LoadedTask], dependent: &LoadedTask, prereq: PrereqText<'_>) -> PlanError {
    let (PrereqText::Path(text, _) | PrereqText::Named(text)) = prereq;
    let candidates = tasks.iter().map(|task| {
        if task.pack() == dependent.pack() {
            task.name().to_string()
        } else {
            task.full_name().to_string()
        }
    });
    PlanError::UnknownPrereq {
        declared_at: dependent.declared_at(),
        task: dependent.name(),
        nearest: nearest(text, candidates),
        prereq: text.to_owned(),
    }
}
