//! What a run reserves for all of its tasks.

use std::borrow::Borrow;
use std::time::Duration;

use crate::model::{ByResource, LoadedTask, ReservationMode, ResourceNeed};
use crate::reserve::{Holder, ReservationRequest};

/// The union of what the tasks of a run need, how long they probably take together, and how patient the
/// most impatient of those that need something is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RunHold {
    /// One need for each resource, sorted by resource.
    pub(crate) needs: Vec<ResourceNeed>,
    pub(crate) estimate: Duration,
    /// `None` if none of them says.
    pub(crate) max_wait: Option<Duration>,
    /// `None` if nothing is needed.
    pub(crate) max_retry: Option<u32>,
}

impl RunHold {
    /// What a run of these tasks holds: a resource alone as soon as one of them needs it alone,
    /// together with other runs if all of them would share it anyway.
    ///
    /// A wish for a configuration goes along if those that have one agree. Where they do not, each
    /// task's own wish is laid over the instance's configuration when its turn comes.
    ///
    /// Tasks that need nothing take their time too: `others` is that of those that are not among `tasks`.
    pub(crate) fn of(tasks: impl IntoIterator<Item: Borrow<LoadedTask>>, others: Duration) -> Self {
        // Each with whether those agree that have a wish.
        let mut needs: ByResource<(ResourceNeed, bool)> = ByResource::default();
        let mut longest = others;
        let (mut max_wait, mut max_retry) = (None, None);
        for task in tasks {
            let task: &LoadedTask = task.borrow();
            longest = longest.saturating_add(task.est_task_time());
            if !task.needs_resources() {
                continue;
            }
            max_wait = least(max_wait, task.max_resource_wait());
            max_retry = least(max_retry, Some(task.max_resource_retry()));
            for need in task.needs() {
                let Some((held, agreed)) = needs.get_mut(&need.resource) else {
                    needs.insert(&need.resource.clone(), (need, true));
                    continue;
                };
                if need.mode == ReservationMode::Exclusive {
                    held.mode = ReservationMode::Exclusive;
                }
                if need.config.is_null() || !*agreed {
                    continue;
                }
                *agreed = held.config.is_null() || held.config == need.config;
                held.config = if *agreed {
                    need.config
                } else {
                    serde_json::Value::Null
                };
            }
        }
        Self {
            needs: needs.iter().map(|(_, (need, _))| need.clone()).collect(),
            // The original's margin.
            estimate: longest.saturating_add(longest / 5),
            max_wait,
            max_retry,
        }
    }

    /// The one request for all of it, made by one who waits.
    pub(crate) fn request(&self, holder: Holder) -> ReservationRequest {
        ReservationRequest::new(holder, self.needs.clone())
            .until_released(self.estimate)
            .in_line()
    }
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    fn task(line: &str, wish: Option<serde_json::Value>) -> LoadedTask {
        let (mut task, _) = crate::plan::tests::task(line, 1);
        let spec = Arc::make_mut(&mut task.resolved_mut().spec);
        spec.est_task_time = Duration::from_secs(50);
        let names = spec
            .exclusive_resources
            .iter()
            .chain(&spec.shared_resources);
        let wishes = names.filter_map(|name| Some((name.to_string(), wish.clone()?)));
        spec.resource_configs = wishes.collect();
        task
    }

    #[test]
    fn exclusive_wins_and_wishes_go_along_where_they_agree() {
        let volts = json!({ "volts": 12 });
        let hold = RunHold::of(
            &[
                task("t uses psu shares lan", Some(volts.clone())),
                task("t shares psu,lan", None),
                task("t shares psu", Some(json!({ "volts": 5 }))),
                task("t shares lan", Some(volts.clone())),
                task("t shares dut", None),
                task("t uses dut", Some(volts.clone())),
                task("t uses dut", Some(volts.clone())),
            ],
            Duration::from_secs(50),
        );
        let wanted: Vec<_> = hold
            .needs
            .iter()
            .map(|need| (need.resource.as_str(), need.mode, &need.config))
            .collect();
        assert_eq!(
            wanted,
            [
                ("dut", ReservationMode::Exclusive, &volts),
                ("lan", ReservationMode::Shared, &volts),
                ("psu", ReservationMode::Exclusive, &serde_json::Value::Null),
            ]
        );
        assert_eq!(hold.estimate, Duration::from_secs(480));
        assert_eq!((hold.max_wait, hold.max_retry), (None, Some(5)));
        assert_eq!(RunHold::of(&[], Duration::ZERO), RunHold::default());
    }

    #[test]
    fn a_run_is_as_patient_as_the_most_impatient_that_says_so() {
        let mut tasks = ["a", "b", "c", "d"].map(|name| task(&format!("{name} uses psu"), None));
        for (task, wait) in tasks.iter_mut().zip([None, Some(9), Some(7)]) {
            let spec = Arc::make_mut(&mut task.resolved_mut().spec);
            spec.max_resource_wait = wait.map(Duration::from_secs);
        }
        let hold = RunHold::of(&tasks, Duration::ZERO);
        assert_eq!(hold.max_wait, Some(Duration::from_secs(7)));
    }
}
