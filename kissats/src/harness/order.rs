//! In which order the tasks of a run stand.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::config::Sourced;
use crate::harness::own_order::in_own_order;
use crate::harness::settings::Settings;
use crate::plan::{Catalog, RunPlan, Selection};
use crate::queue::Scheduler;
use crate::runtime::say;
use crate::schedule::Chance;

/// The tasks that were asked for and what they need: in the pack's own order, in one by chance, or as they
/// were declared.
pub(super) fn ordered_plan(
    catalog: &Catalog,
    selection: &Selection,
    settings: &mut Settings,
    schedule_func: Option<&mut (dyn Scheduler + 'static)>,
) -> Result<RunPlan, Vec<String>> {
    let plan = RunPlan::new(catalog, selection);
    if settings.resource_mode.value.is_custom() {
        if std::mem::take(&mut settings.shuffle) {
            say("the order is the pack's own in this resource mode, and is not left to chance");
        }
        return in_own_order(catalog, selection, &plan, schedule_func).map_err(|error| {
            let Sourced { value, origin } = &settings.resource_mode;
            vec![format!("resource_mode = {value} ({origin}): {error}")]
        });
    }
    if !settings.shuffle {
        return Ok(plan);
    }
    let seed = *settings.seed.get_or_insert_with(any_seed);
    say(&format!(
        "the order is left to chance; `--shuffle-seed {seed}` brings it back"
    ));
    Ok(shuffled(plan, seed))
}

/// An order by chance, as far as prerequisites allow.
fn shuffled(plan: RunPlan, seed: u64) -> RunPlan {
    let mut chance = Chance::new(seed);
    let keys: Vec<u64> = (0..plan.len()).map(|_| chance.bits()).collect();
    plan.ordered_by(&keys)
}

/// A seed that nobody has chosen, short enough to be copied by hand.
fn any_seed() -> u64 {
    RandomState::new().hash_one(()) & u64::from(u32::MAX)
}
