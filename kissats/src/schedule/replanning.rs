//! Better levels for what is left, while the run goes on.

use crate::schedule::chance::Chance;
use crate::schedule::rest::{Play, Rest};
use crate::schedule::tuning::changed;
use crate::schedule::{DispatchPlan, Dispatcher, PlanBudget, Workload};

/// For every second that has passed, this part of what the plan may cost before the run: about a thirtieth
/// of one processor.
const EACH_SECOND: (u64, u64) = (3, 4);
/// In all, so many times what the plan may cost before the run.
const IN_ALL: u64 = 10;
/// It begins when so many plays can be paid for: one shows what is expected now, the others what else could be.
const PLAYS: u64 = 10;
/// What is left must not be more than this part of what the plan may cost: a play would take too long.
const MOST_LEFT: u64 = 10;
/// So many starts at a time; then somebody looks whether anything has happened. Half a millisecond, without
/// optimisation.
const SLICE: u64 = 64;
/// Nothing is planned again while what tasks really take differs by more than this part from what was expected:
/// where estimates mean nothing, so do orders that were found with them.
const WRONG: u64 = 8;
/// A plan that is as close as this to the best that is thinkable is left as it is.
const CLOSE: f64 = 0.002;

/// Looks for better levels from where the run stands.
///
/// A plan is made for times that never come true to the tick. One task ends a little later, another one takes
/// what it would have had, and from there on it is another run, no better than any. So while tasks are at work
/// and nothing else is to do, the rest of the run is played from where it really stands: once with the levels as
/// they are, then with others. Those that end earlier are the levels from then on.
#[derive(Debug)]
pub(crate) struct Replanning {
    /// The durations include the hand-over.
    workload: Workload,
    /// How long it is from the start of each task to the end.
    tails: Vec<u64>,
    levels: Vec<u64>,
    chance: Chance,
    /// What all the searching may cost, if the run goes on for long enough.
    starts: u64,
    /// How many starts may be played in so many ticks.
    pace: (u64, u64),
    used: u64,
    most_left: u64,
    moment: u64,
    /// When each task was started that is at work.
    began: Vec<Option<u64>>,
    /// How many tasks have not been started; who was refused and waits again counts as started.
    not_started: u64,
    /// How long the tasks that have ended were expected to take, all together.
    expected: u64,
    /// By how much they did not.
    missed: u64,
    rest: Option<Rest>,
    search: Search,
}

#[derive(Debug)]
enum Search {
    /// The run does not stand where it stood.
    NotBegun,
    Plays(Playing),
    /// Nothing more until something happens.
    Over,
}

/// One play after the other, all from the same moment.
#[derive(Debug)]
struct Playing {
    left: Vec<u32>,
    /// All together may use so many starts.
    most: u64,
    /// No play is shorter.
    bound: u64,
    /// When the run ends with the levels that it has; nothing before the first play.
    now: Option<u64>,
    /// The best levels that were found, and when the run ends with them.
    best: (u64, Vec<u64>),
    /// Those that are tried.
    tried: Vec<u64>,
}

impl Replanning {
    /// Nothing if it is not worth it. `second`: so many ticks are one.
    pub(crate) fn new(
        workload: &Workload,
        plan: &DispatchPlan,
        budget: PlanBudget,
        second: u64,
    ) -> Option<Self> {
        if plan.gap() < CLOSE {
            return None;
        }
        let durations = workload.durations().iter();
        let durations = durations.map(|duration| duration.saturating_add(budget.hand_over));
        let workload = workload.clone().with_durations(durations.collect());
        let starts = budget.starts.saturating_mul(IN_ALL);
        let each_second = budget.starts.saturating_mul(EACH_SECOND.0) / EACH_SECOND.1;
        // What there is, is spread over the whole run.
        let is_long = plan.makespan / second.max(1) > IN_ALL * EACH_SECOND.1 / EACH_SECOND.0;
        let pace = if is_long {
            (starts, plan.makespan)
        } else {
            (each_second, second)
        };
        Some(Self {
            tails: workload.levels(),
            levels: plan.levels.clone(),
            chance: Chance::new(!budget.seed),
            starts,
            pace,
            used: 0,
            most_left: budget.starts / MOST_LEFT,
            moment: plan.moment,
            began: vec![None; workload.len()],
            not_started: workload.len() as u64,
            expected: 0,
            missed: 0,
            rest: None,
            search: Search::NotBegun,
            workload,
        })
    }

    /// Something has happened.
    pub(crate) fn changed(&mut self) {
        self.search = Search::NotBegun;
    }

    pub(crate) fn started(&mut self, now: u64, task: u32) {
        self.began[task as usize] = Some(now);
        self.not_started = self.not_started.saturating_sub(1);
    }

    pub(crate) fn ended(&mut self, now: u64, task: u32) {
        let Some(began) = self.began[task as usize].take() else {
            return;
        };
        let expected = self.workload.durations()[task as usize];
        let took = now.saturating_sub(began);
        self.expected = self.expected.saturating_add(expected);
        self.missed = self.missed.saturating_add(took.abs_diff(expected));
    }

    /// What comes back within so many ticks is waited for; where estimates mean nothing, nobody waits.
    pub(crate) fn moment(&self) -> u64 {
        if self.is_wrong() { 0 } else { self.moment }
    }

    fn is_wrong(&self) -> bool {
        self.missed.saturating_mul(WRONG) > self.expected
    }

    /// How many starts were played.
    #[cfg(test)]
    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// Whether there is something to look for, as far as that can be told without looking.
    pub(crate) fn is_due(&self, now: u64) -> bool {
        match self.search {
            Search::NotBegun => self.affordable(now, self.not_started).is_some(),
            Search::Plays(_) => true,
            Search::Over => false,
        }
    }

    /// Goes on for a slice, and gives better levels to whoever leads the run; `false` if there is nothing to
    /// do until something happens.
    pub(crate) fn go_on(&mut self, now: u64, leads: &mut Dispatcher) -> bool {
        if matches!(self.search, Search::NotBegun) {
            self.search = self.begin(now, leads);
        }
        let (Search::Plays(playing), Some(rest)) = (&mut self.search, &mut self.rest) else {
            return false;
        };
        let mut played = 0;
        let latest = playing.best.0;
        let until = (&mut played, SLICE.min(playing.most));
        let play = rest.play_on(&self.workload, &self.tails, latest, until);
        self.used += played;
        playing.most = playing.most.saturating_sub(played);
        match play {
            Play::GoesOn if playing.most > 0 => return true,
            Play::Ends(end) if end <= latest => {
                let before = *playing.now.get_or_insert(end);
                playing.best = (end, playing.tried.clone());
                if end < before {
                    playing.now = Some(end);
                    self.levels.clone_from(&playing.tried);
                    leads.set_levels(&self.levels);
                }
            }
            Play::Ends(_) | Play::TooLate | Play::GoesOn => {}
        }
        if playing.most == 0 || playing.best.0 <= playing.bound {
            self.search = Search::Over;
            return false;
        }
        playing.tried = changed(&playing.best.1, &playing.left, &mut self.chance);
        rest.rewind(leads, &playing.tried);
        true
    }

    /// How many starts may be played now, if that is enough for so many tasks that are left.
    fn affordable(&self, now: u64, left: u64) -> Option<u64> {
        let (starts, ticks) = self.pace;
        let may = u128::from(now) * u128::from(starts) / u128::from(ticks.max(1));
        let may = u64::try_from(may).unwrap_or(u64::MAX).min(self.starts);
        let most = may.saturating_sub(self.used);
        let is_enough = most >= PLAYS.saturating_mul(left);
        (!self.is_wrong() && is_enough && (2..=self.most_left).contains(&left)).then_some(most)
    }

    fn begin(&mut self, now: u64, leads: &Dispatcher) -> Search {
        let left: Vec<u32> = leads.left().collect();
        let Some(most) = self.affordable(now, left.len() as u64) else {
            return Search::Over;
        };
        let (durations, began) = (self.workload.durations(), &self.began);
        let began = |task: u32| began[task as usize].unwrap_or(now);
        let rest = self.rest.get_or_insert_with(|| Rest::of(leads));
        rest.stands(now, leads, &self.workload, |task| {
            began(task).saturating_add(durations[task as usize])
        });
        rest.rewind(leads, &self.levels);
        let tail = |from: u64, task: u32| from.saturating_add(self.tails[task as usize]);
        let later = left.iter().map(|&task| tail(now, task));
        let at_work = leads.at_work().map(|task| tail(began(task), task));
        Search::Plays(Playing {
            most,
            bound: later.chain(at_work).max().unwrap_or(now),
            left,
            now: None,
            best: (u64::MAX, Vec::new()),
            tried: self.levels.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::{Need, Stock, WorkTask};

    const SECOND: u64 = 20;

    /// What became of a run.
    #[derive(Debug, PartialEq, Eq)]
    struct Led {
        starts: Vec<u64>,
        makespan: u64,
        used: u64,
    }

    fn budget(starts: u64) -> PlanBudget {
        PlanBudget {
            starts,
            fair: false,
            ..PlanBudget::default()
        }
    }

    /// Runs in virtual time, and plans again at every moment, if there is a budget for it.
    fn led(workload: &Workload, actual: &[u64], starts: u64) -> Led {
        // The plan is a simple one, so that there is something to win.
        let plan = DispatchPlan::of(workload, budget(0));
        let mut replanning = Replanning::new(workload, &plan, budget(starts), SECOND);
        let mut dispatcher = plan.dispatcher(workload);
        let mut open: Vec<usize> = Vec::new();
        for task in 0..workload.len() as u32 {
            open.push(workload.prereqs(task).len());
            if open[task as usize] == 0 {
                dispatcher.ready(0, task);
            }
        }
        let mut led = Led {
            starts: vec![u64::MAX; workload.len()],
            makespan: 0,
            used: 0,
        };
        let (mut running, mut now) = (Vec::new(), 0);
        loop {
            while let Some(task) = dispatcher.next(now) {
                led.starts[task as usize] = now;
                running.push((now + actual[task as usize], task));
                if let Some(replanning) = &mut replanning {
                    replanning.started(now, task);
                }
            }
            if let Some(replanning) = &mut replanning {
                let at_work: Vec<u32> = dispatcher.at_work().collect();
                replanning.changed();
                while replanning.go_on(now, &mut dispatcher) {}
                assert!(
                    !replanning.go_on(now, &mut dispatcher),
                    "nothing has happened"
                );
                if plan.moment == 0 {
                    assert_eq!(dispatcher.next(now), None, "nothing starts because of it");
                }
                let at_work_now: Vec<u32> = dispatcher.at_work().collect();
                assert_eq!(at_work, at_work_now, "what has started goes on");
                led.used = replanning.used();
                let (each, ticks) = replanning.pace;
                // The last moment that is played is played whole.
                let most =
                    (now * each / ticks).min(starts * IN_ALL) + u64::from(workload.workers());
                assert!(led.used <= most, "{} of {most}", led.used);
            }
            running.sort_unstable();
            let Some(&(end, _)) = running.first() else {
                led.makespan = now;
                return led;
            };
            now = end;
            let ended = running.partition_point(|(end, _)| *end == now);
            for (_, task) in running.drain(..ended) {
                dispatcher.ended(task);
                if let Some(replanning) = &mut replanning {
                    replanning.ended(now, task);
                }
                for &dependent in workload.dependents(task) {
                    open[dependent as usize] -= 1;
                    if open[dependent as usize] == 0 {
                        dispatcher.ready(now, dependent);
                    }
                }
            }
        }
    }

    fn workload() -> impl Strategy<Value = Workload> {
        let task = |index: u32| {
            let needs = prop::collection::btree_map(0..4_u32, any::<bool>(), 0..3);
            let prereqs = prop::collection::btree_set(0..index.max(1), 0..2);
            (1..30_u64, needs, prereqs).prop_map(move |(duration, needs, prereqs)| WorkTask {
                prereqs: prereqs.into_iter().filter(|on| *on < index).collect(),
                needs: needs
                    .into_iter()
                    .map(|(lock, is_alone)| match is_alone {
                        true => Need::units(lock, 1),
                        false => Need::shared(lock),
                    })
                    .collect(),
                ..WorkTask::new(duration)
            })
        };
        let tasks = (2..40_u32).prop_flat_map(move |size| (0..size).map(task).collect::<Vec<_>>());
        (tasks, 2..6_u32).prop_map(|(tasks, workers)| {
            Workload::new(workers, vec![Stock::lock(); 4], tasks).unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        /// What is expected gets better with every change, so where all comes as expected, the run does.
        #[test]
        fn a_run_that_goes_as_expected_is_never_longer_for_it(workload in workload()) {
            let alone = led(&workload, workload.durations(), 0);
            let helped = led(&workload, workload.durations(), 1_000);
            prop_assert_eq!(alone.used, 0);
            prop_assert!(helped.makespan <= alone.makespan);
            let again = led(&workload, workload.durations(), 1_000);
            prop_assert_eq!(helped, again, "the same run is planned the same way");
        }

        #[test]
        fn whatever_tasks_take_all_of_them_run(
            workload in workload(),
            more in prop::collection::vec(0..4_u64, 40),
        ) {
            let durations = workload.durations().iter().zip(more);
            let actual: Vec<u64> = durations.map(|(duration, more)| duration + more).collect();
            let run = led(&workload, &actual, 1_000);
            prop_assert!(run.starts.iter().all(|start| *start < u64::MAX));
        }
    }

    /// Three that take long and fit well, and many others; without a plan, the long ones come first.
    fn crowded() -> Workload {
        let tasks = (0..40_u64).map(|number| {
            let duration = 5 + number * 7 % 23;
            let lock = Need::units(number as u32 % 4, 1);
            let other = Need::shared((number as u32 + 1 + number as u32 / 9) % 4);
            match lock.resource == other.resource {
                true => WorkTask::new(duration).with(lock),
                false => WorkTask::new(duration).with(lock).with(other),
            }
        });
        Workload::new(3, vec![Stock::lock(); 4], tasks.collect()).unwrap()
    }

    #[test]
    fn there_is_something_to_win() {
        let workload = crowded();
        let alone = led(&workload, workload.durations(), 0);
        let helped = led(&workload, workload.durations(), 2_000);
        assert!(helped.makespan < alone.makespan, "{}", alone.makespan);
    }

    #[test]
    fn where_estimates_mean_nothing_nothing_is_looked_for() {
        let workload = crowded();
        let wrong: Vec<u64> = workload.durations().iter().map(|ticks| ticks * 3).collect();
        let exact = led(&workload, workload.durations(), 2_000);
        assert!(exact.used > 1_000, "{}", exact.used);
        assert!(led(&workload, &wrong, 2_000).used < exact.used / 4);
    }
}
