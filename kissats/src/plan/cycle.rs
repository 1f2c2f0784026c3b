//! Finds tasks that wait for each other.

use crate::model::TaskId;
use crate::plan::error::Link;
use crate::plan::requirement::Requirement;
use crate::plan::{Catalog, PlanError};

/// How far the search has come with a task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    OnPath,
    Done,
}

/// Every circle that a walk in order of declaration meets, each with its whole path.
///
/// The walk keeps its own stack: a chain of a hundred thousand tasks must not overflow the thread's.
pub(super) fn find(catalog: &Catalog) -> Vec<PlanError> {
    // Set-ups, tests and teardowns alone make none: somebody must have written a prerequisite.
    if catalog.dependents().is_empty()
        || catalog.groups().are_empty() && !prereqs_make_a_circle(catalog)
    {
        return Vec::new();
    }
    let mut marks = vec![Mark::New; catalog.len()];
    let mut circles = Vec::new();
    for start in catalog.ids() {
        if marks[start.position()] == Mark::New {
            walk(catalog, start, &mut marks, &mut circles);
        }
    }
    circles.into_iter().map(|(_, circle)| circle).collect()
}

/// The same question where tasks wait for prerequisites only, which is nearly always: without a word more
/// than the answer.
fn prereqs_make_a_circle(catalog: &Catalog) -> bool {
    if all_look_back(catalog) {
        return false;
    }
    let mut marks = vec![Mark::New; catalog.len()];
    let mut path: Vec<(TaskId, usize)> = Vec::new();
    for &start in catalog.dependents() {
        if marks[start.position()] == Mark::New {
            marks[start.position()] = Mark::OnPath;
            path.push((start, 0));
        }
        while let Some((task, next)) = path.last_mut() {
            let Some(&on) = catalog.prereqs(*task).get(*next) else {
                marks[task.position()] = Mark::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match marks[on.position()] {
                Mark::OnPath => return true,
                Mark::Done => {}
                Mark::New if catalog.prereqs(on).is_empty() => marks[on.position()] = Mark::Done,
                Mark::New => {
                    marks[on.position()] = Mark::OnPath;
                    path.push((on, 0));
                }
            }
        }
    }
    false
}

/// Whether all prerequisites stand before their dependents, or have none themselves: no circle is made of
/// those, and most packs have no others.
fn all_look_back(catalog: &Catalog) -> bool {
    for &id in catalog.dependents() {
        for &on in catalog.prereqs(id) {
            if on >= id && !catalog.prereqs(on).is_empty() {
                return false;
            }
        }
    }
    true
}

fn walk(
    catalog: &Catalog,
    start: TaskId,
    marks: &mut [Mark],
    circles: &mut Vec<(TaskId, PlanError)>,
) {
    // Each frame: a task on the path, what it waits for, and how much of that was looked at.
    let mut path: Vec<(TaskId, Vec<Requirement>, usize)> =
        vec![(start, catalog.waits_for(start), 0)];
    marks[start.position()] = Mark::OnPath;
    while let Some((task, requirements, next)) = path.last_mut() {
        let Some(requirement) = requirements.get(*next) else {
            marks[task.position()] = Mark::Done;
            path.pop();
            continue;
        };
        let on = requirement.on;
        *next += 1;
        match marks[on.position()] {
            Mark::Done => {}
            Mark::New => {
                marks[on.position()] = Mark::OnPath;
                path.push((on, catalog.waits_for(on), 0));
            }
            Mark::OnPath => {
                let first = path.iter().position(|(task, ..)| *task == on).unwrap_or(0);
                let links = path[first..].iter().map(|(task, requirements, next)| Link {
                    task: catalog.display_name(*task),
                    declared_at: catalog.task(*task).declared_at(),
                    why: requirements[next - 1].why.clone(),
                });
                // One circle is enough to be told for every task that closes one.
                if let Err(place) = circles.binary_search_by_key(&on, |(closes, _)| *closes) {
                    let path = links.collect();
                    circles.insert(place, (on, PlanError::Cycle { path }));
                }
            }
        }
    }
}
