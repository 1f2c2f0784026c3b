//! What will run, in which order, and what waits for what.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use crate::model::{Blocked, LoadedTask, Phase, TaskId, TaskName, TaskSpec};
use crate::plan::by_task::ByTask;
use crate::plan::name_filter::show;
use crate::plan::requirement::Requirement;
use crate::plan::{Catalog, Selection, Why};

/// The place of a task in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Step(u32);

impl Step {
    pub(crate) fn new(position: usize) -> Self {
        Self(u32::try_from(position).expect("a plan has fewer than four billion steps"))
    }

    pub(crate) fn position(self) -> usize {
        self.0 as usize
    }
}

/// One task of the plan.
#[derive(Debug, Clone)]
pub(crate) struct PlannedTask {
    pub(crate) id: TaskId,
    pub(crate) name: TaskName,
    pub(crate) task: LoadedTask,
    /// Asked for, not only pulled in.
    pub(crate) selected: bool,
    /// What it waits for; every one of them is an earlier step.
    pub(crate) requires: Vec<Requirement<Step>>,
    /// What keeps it from running whatever the run does, such as a prerequisite that failed before.
    pub(crate) blocked: Option<Blocked>,
}

impl PlannedTask {
    /// Everything it declares, put together anew: what there is a method for on the task, ask there.
    pub(crate) fn spec(&self) -> Arc<TaskSpec> {
        self.task.spec()
    }

    /// Whether it will ask for resources, as far as is known beforehand.
    pub(crate) fn may_need_resources(&self) -> bool {
        self.blocked.is_none() && self.task.needs_resources()
    }

    /// As lists and reports show it.
    pub(crate) fn shown_name(&self) -> String {
        let mut shown = String::new();
        self.show_name(&mut shown);
        shown
    }

    /// Adds that to a text.
    pub(crate) fn show_name(&self, shown: &mut String) {
        show(self.task.groups(), self.name.as_str(), shown);
    }
}

/// The tasks of a run in the order in which they run when nothing has to wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunPlan {
    steps: Vec<PlannedTask>,
}

impl RunPlan {
    /// Plans the selected tasks and everything they need: prerequisites, set-ups, teardowns.
    ///
    /// The order: what a task needs comes directly before it, in the order in which it is listed;
    /// tests by `priority`, then by declaration; a group's teardown directly after its last member,
    /// the last group that was set up first.
    pub(crate) fn new(catalog: &Catalog, selection: &Selection) -> Self {
        Self::in_order_of(catalog, selection, None)
    }

    /// The same, with the tests in the order of `tests`, which holds all of them that are planned:
    /// neither `priority` nor the order of declaration counts for them.
    pub(crate) fn with_tests(catalog: &Catalog, selection: &Selection, tests: &[TaskId]) -> Self {
        Self::in_order_of(catalog, selection, Some(tests))
    }

    fn in_order_of(catalog: &Catalog, selection: &Selection, tests: Option<&[TaskId]>) -> Self {
        let draft = Draft::new(catalog, selection);
        let order = draft.order(tests);
        draft.finish(&order)
    }

    pub(crate) fn steps(&self) -> impl ExactSizeIterator<Item = (Step, &PlannedTask)> {
        self.steps
            .iter()
            .enumerate()
            .map(|(position, task)| (Step::new(position), task))
    }

    /// Without the teardowns that nobody has asked for and nobody needs.
    pub(crate) fn without_shared_teardowns(self) -> Self {
        self.keeping(|task| task.task.phase() != Phase::Teardown || task.selected)
    }

    /// Only those for whom `is_wanted` holds, and what they need. The order stays what it was.
    pub(crate) fn keeping(self, is_wanted: impl Fn(&PlannedTask) -> bool) -> Self {
        let mut kept = vec![false; self.steps.len()];
        // What a task needs comes before it, so it is seen after it.
        for (place, task) in self.steps.iter().enumerate().rev() {
            kept[place] |= is_wanted(task);
            if kept[place] {
                let needs = task.requires.iter();
                for need in needs.filter(|need| need.why.must_succeed()) {
                    kept[need.on.position()] = true;
                }
            }
        }
        let mut places = vec![None; kept.len()];
        let mut steps = Vec::new();
        for (place, mut task) in self.steps.into_iter().enumerate() {
            if !kept[place] {
                continue;
            }
            places[place] = Some(Step::new(steps.len()));
            let requires = std::mem::take(&mut task.requires).into_iter();
            let requires = requires.filter_map(|Requirement { on, why }| {
                Some(Requirement {
                    on: places[on.position()]?,
                    why,
                })
            });
            task.requires = requires.collect();
            steps.push(task);
        }
        Self { steps }
    }

    /// The prerequisites of those for whom somebody has written that they run where these run, in order.
    pub(crate) fn tied_prerequisites(&self) -> Vec<Step> {
        let mut is_tied = vec![false; self.steps.len()];
        let tied = self.steps.iter();
        let tied = tied.filter(|task| task.task.prereq_same_thread() == Some(true));
        for need in tied.flat_map(|task| &task.requires) {
            is_tied[need.on.position()] |= need.why == Why::Prerequisite;
        }
        let steps = (0..self.steps.len()).filter(|place| is_tied[*place]);
        steps.map(Step::new).collect()
    }

    /// Adds a task at the end.
    pub(crate) fn push(&mut self, task: PlannedTask) -> Step {
        self.steps.push(task);
        Step::new(self.steps.len() - 1)
    }

    pub(super) fn into_tasks(self) -> Vec<PlannedTask> {
        self.steps
    }

    pub(crate) fn task(&self, step: Step) -> &PlannedTask {
        &self.steps[step.position()]
    }

    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }
}

/// The tasks of the plan before they have an order.
struct Draft<'a> {
    catalog: &'a Catalog,
    selected: Vec<bool>,
    /// In order of declaration.
    teardowns: Vec<TaskId>,
    /// For every planned task what it waits for among the planned ones.
    waits: ByTask<Vec<Requirement>>,
}

impl<'a> Draft<'a> {
    fn new(catalog: &'a Catalog, selection: &Selection) -> Self {
        let runs = |id: &TaskId| selection.may_run(*id);
        let mut selected = vec![false; catalog.len()];
        let mut open: Vec<TaskId> = selection.tasks.iter().copied().filter(runs).collect();
        for id in &open {
            selected[id.position()] = true;
        }
        let mut waits = ByTask::new(catalog.len());
        let groups = catalog.groups();
        let has_teardowns = !(groups.global_teardowns.is_empty() && groups.teardowns.is_empty());
        while let Some(id) = open.pop() {
            if waits.contains(id) {
                continue;
            }
            let mut requirements = if selection.ignore_prereq {
                catalog.requirements_without_prereqs(id)
            } else {
                catalog.requirements(id)
            };
            requirements.retain(|requirement| runs(&requirement.on));
            for requirement in &requirements {
                open.push(requirement.on);
            }
            if has_teardowns {
                open.extend(teardowns_of(catalog, id).filter(runs));
            }
            waits.insert(id, requirements);
        }
        let mut draft = Self {
            catalog,
            selected,
            teardowns: Vec::new(),
            waits,
        };
        if has_teardowns {
            let is_teardown = |id: &TaskId| draft.phase(*id) == Phase::Teardown;
            draft.teardowns = draft.waits.ids().filter(is_teardown).collect();
            draft.let_teardowns_wait();
        }
        draft
    }

    /// A teardown waits for its members in the plan, and for whatever needs one of them or needs
    /// what their group has set up.
    fn let_teardowns_wait(&mut self) {
        let teardowns = self.teardowns.clone();
        for &id in &teardowns {
            self.let_wait(id, self.catalog.members_before(id));
        }
        // A need that the author wrote comes first, so whoever itself waits for the teardown is left out.
        let dependents = self.dependents(Why::must_succeed);
        let mut waiting = self.dependents(|_| true);
        let mut marks = vec![false; self.catalog.len()];
        for &id in &teardowns {
            let of_task = self.catalog.task(id).groups();
            if of_task.is_empty() {
                // A global teardown waits for everything as it is.
                continue;
            }
            let groups = self.catalog.groups();
            let setups = of_task
                .iter()
                .filter_map(|group| groups.setups.get(group))
                .flatten();
            let used = self
                .catalog
                .members_before(id)
                .into_iter()
                .chain(setups.copied());
            let users = reachable(&dependents, used, &mut marks);
            let after_teardown = reachable(&waiting, [id], &mut marks);
            let waits = |user: &TaskId| *user != id && after_teardown.binary_search(user).is_err();
            for user in self.let_wait(id, users.into_iter().filter(waits).collect()) {
                waiting.push(user, id);
            }
        }
    }

    /// Adds those of `others` that are in the plan to what the teardown `id` waits for; returns them.
    fn let_wait(&mut self, id: TaskId, others: Vec<TaskId>) -> Vec<TaskId> {
        let known = self.waits[id].iter().map(|requirement| requirement.on);
        let mut known: Vec<TaskId> = known.collect();
        known.sort_unstable();
        let is_new =
            |other: &TaskId| self.waits.contains(*other) && known.binary_search(other).is_err();
        let added: Vec<TaskId> = others.into_iter().filter(is_new).collect();
        if let Some(requirements) = self.waits.get_mut(id) {
            requirements.extend(added.iter().map(|&on| Requirement {
                on,
                why: Why::Teardown,
            }));
        }
        added
    }

    /// Who waits directly for whom, for the reasons that count.
    fn dependents(&self, counts: impl Fn(&Why) -> bool) -> ByTask<Vec<TaskId>> {
        let mut dependents: ByTask<Vec<TaskId>> = ByTask::new(self.catalog.len());
        for (id, requirements) in self.waits.iter() {
            for requirement in requirements
                .iter()
                .filter(|requirement| counts(&requirement.why))
            {
                dependents.push(requirement.on, id);
            }
        }
        dependents
    }

    fn phase(&self, id: TaskId) -> Phase {
        self.catalog.task(id).phase()
    }

    /// Where every task would like to stand.
    fn wishes(&self, tests: Option<&[TaskId]>) -> ByTask<Wish> {
        let mut roots = match tests {
            Some(tests) => tests.to_vec(),
            None => self.by_priority(Phase::Test),
        };
        // Tests bring up what they need themselves; a set-up nobody needs comes last.
        roots.extend(self.by_priority(Phase::Setup));
        let mut wishes = ByTask::new(self.catalog.len());
        let mut path = Vec::new();
        for root in roots {
            self.place_with_needs(root, &mut path, &mut wishes);
        }
        let mut teardowns = self.teardowns.clone();
        // The mirror image of set-up: who came up first goes down last.
        teardowns.reverse();
        self.catalog.sort_by_priority(&mut teardowns);
        for (rank, id) in teardowns.into_iter().enumerate() {
            let before = self.waits[id]
                .iter()
                .filter_map(|requirement| wishes.get(requirement.on).copied());
            let places = before.map(|wish: Wish| wish.after);
            let (first, last) = places.fold((usize::MAX, 0), |(first, last), place| {
                (first.min(place), last.max(place))
            });
            let first_of_group = self.first_of_groups(id, &wishes).unwrap_or(first);
            wishes.insert(
                id,
                Wish {
                    after: last,
                    is_teardown: true,
                    came_up: Reverse(first_of_group),
                    rank,
                },
            );
        }
        wishes
    }

    /// The planned tasks of a phase by priority, then by declaration.
    fn by_priority(&self, phase: Phase) -> Vec<TaskId> {
        let is_of_phase = |id: &TaskId| self.phase(*id) == phase;
        let mut ids: Vec<TaskId> = self.waits.ids().filter(is_of_phase).collect();
        self.catalog.sort_by_priority(&mut ids);
        ids
    }

    /// Where the first task of the groups that `id` tears down stands.
    fn first_of_groups(&self, id: TaskId, wishes: &ByTask<Wish>) -> Option<usize> {
        let groups = self.catalog.groups();
        let of_groups = self.catalog.task(id).groups().iter().flat_map(|group| {
            let setups = groups.setups.get(group).into_iter().flatten();
            setups.chain(self.catalog.tests_of(group))
        });
        of_groups
            .filter_map(|member| wishes.get(*member))
            .map(|wish| wish.after)
            .min()
    }

    /// Depth first, so that needs stand directly before who needs them; with a stack of its own.
    fn place_with_needs(
        &self,
        root: TaskId,
        path: &mut Vec<(TaskId, usize)>,
        wishes: &mut ByTask<Wish>,
    ) {
        path.push((root, 0));
        while let Some((id, next)) = path.last_mut() {
            let requirement = self.waits[*id].get(*next);
            *next += 1;
            match requirement {
                Some(requirement) => {
                    let on = requirement.on;
                    if !wishes.contains(on) && self.phase(on) != Phase::Teardown {
                        path.push((on, 0));
                    }
                }
                None => {
                    let place = wishes.len();
                    if !wishes.contains(*id) {
                        let wish = Wish {
                            after: place,
                            is_teardown: false,
                            came_up: Reverse(0),
                            rank: 0,
                        };
                        wishes.insert(*id, wish);
                    }
                    path.pop();
                }
            }
        }
    }

    /// Every task after what it waits for, and otherwise as near to its wish as can be.
    fn order(&self, tests: Option<&[TaskId]>) -> Vec<TaskId> {
        let wishes = self.wishes(tests);
        if self.teardowns.is_empty() {
            // Everybody was placed after what it waits for: that is the order.
            return wishes.into_owners();
        }
        let mut order: Vec<TaskId> = self.waits.ids().collect();
        order.sort_by_key(|id| wishes[*id]);
        if !self.is_in_order(&order) {
            order = self.order_by_wish(&wishes);
        }
        order
    }

    /// Whether every task comes after what it waits for.
    fn is_in_order(&self, order: &[TaskId]) -> bool {
        let mut is_placed = vec![false; self.catalog.len()];
        for id in order {
            for requirement in &self.waits[*id] {
                if !is_placed[requirement.on.position()] {
                    return false;
                }
            }
            is_placed[id.position()] = true;
        }
        true
    }

    /// Of all tasks that need nothing any more, always the one whose wish comes first.
    fn order_by_wish(&self, wishes: &ByTask<Wish>) -> Vec<TaskId> {
        let mut dependents = self.dependents(|_| true);
        let mut open: Vec<usize> = vec![0; self.catalog.len()];
        for (id, requirements) in self.waits.iter() {
            open[id.position()] = requirements.len();
        }
        let entry = |id: TaskId| Reverse((wishes[id], id));
        let is_free = |id: &TaskId| open[id.position()] == 0;
        let mut ready: BinaryHeap<_> = self.waits.ids().filter(is_free).map(entry).collect();
        let mut order = Vec::with_capacity(self.waits.len());
        while let Some(Reverse((_, id))) = ready.pop() {
            order.push(id);
            for dependent in dependents.take(id).unwrap_or_default() {
                let count = &mut open[dependent.position()];
                *count -= 1;
                if *count == 0 {
                    ready.push(entry(dependent));
                }
            }
        }
        order
    }

    fn finish(mut self, order: &[TaskId]) -> RunPlan {
        let mut steps = ByTask::new(self.catalog.len());
        for (place, id) in order.iter().enumerate() {
            steps.insert(*id, Step::new(place));
        }
        let mut previous: HashMap<(Phase, Option<&str>), Step> = HashMap::new();
        let mut planned = Vec::with_capacity(order.len());
        for (place, &id) in order.iter().enumerate() {
            let task = self.catalog.task(id);
            let step = Step::new(place);
            let requirements = self.waits.take(id).unwrap_or_default();
            let mut requires = Vec::with_capacity(requirements.len());
            for Requirement { on, why } in requirements {
                let on = steps[on];
                requires.push(Requirement { on, why });
            }
            let phase = task.phase();
            if phase != Phase::Test {
                // Of one group, one after the other, also when a resource makes one wait.
                let named = task.groups().iter().map(Some);
                let global = task.groups().is_empty().then_some(None);
                for group in named.chain(global) {
                    let on = previous.insert((phase, group), step);
                    let is_new =
                        |on: &Step| *on != step && !requires.iter().any(|known| known.on == *on);
                    if let Some(on) = on.filter(is_new) {
                        requires.push(Requirement {
                            on,
                            why: Why::After,
                        });
                    }
                }
            }
            planned.push(PlannedTask {
                id,
                name: self.catalog.display_name(id),
                task: task.clone(),
                selected: self.selected[id.position()],
                requires,
                blocked: None,
            });
        }
        RunPlan { steps: planned }
    }
}

/// Everything that can be reached from `from`, which does not count as reached, in order of declaration.
/// No task has a mark, before and after.
fn reachable(
    edges: &ByTask<Vec<TaskId>>,
    from: impl IntoIterator<Item = TaskId>,
    marks: &mut [bool],
) -> Vec<TaskId> {
    let mut open: Vec<TaskId> = from.into_iter().collect();
    let mut reached = Vec::new();
    while let Some(id) = open.pop() {
        for &next in edges.get(id).into_iter().flatten() {
            if !std::mem::replace(&mut marks[next.position()], true) {
                open.push(next);
                reached.push(next);
            }
        }
    }
    for id in &reached {
        marks[id.position()] = false;
    }
    reached.sort_unstable();
    reached
}

/// Where a task would like to stand: smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    after: usize,
    is_teardown: bool,
    came_up: Reverse<usize>,
    rank: usize,
}

/// The teardowns that a task's being in the plan brings along.
fn teardowns_of(catalog: &Catalog, id: TaskId) -> impl Iterator<Item = TaskId> {
    let groups = catalog.groups();
    let of_groups = catalog
        .task(id)
        .groups()
        .iter()
        .flat_map(|group| groups.teardowns.get(group).into_iter().flatten());
    groups.global_teardowns.iter().chain(of_groups).copied()
}
