//! One run in many processes, in virtual time: an engine for every process, and records that they share.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use super::properties::{config, pack};
use super::simulation::Simulation;
use crate::engine::{Action, Engine, Event};
use crate::model::{Outcome, Phase, TaskResult, TaskReturn, Timestamp};
use crate::plan::Step;
use crate::reserve::{
    ClaimAnswer, Holder, Ledger, ReservationId, ReservationRequest, ReserveError,
};

/// What became of a task in the run as a whole.
#[derive(Debug, Clone)]
enum Record {
    Claimed { process: usize },
    Ended(Outcome),
}

/// Everything that the processes have in common.
struct World<'a> {
    simulation: &'a Simulation,
    now: Timestamp,
    records: BTreeMap<String, Record>,
    ledger: Ledger,
    held: BTreeMap<(usize, Step), ReservationId>,
    processes: Vec<Process>,
    due: BinaryHeap<Reverse<(Timestamp, Due)>>,
    /// How often each body began.
    starts: BTreeMap<String, u32>,
    events: u32,
}

/// Something that will happen.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Body {
        process: usize,
        step: Step,
        attempt: u32,
    },
    Kill {
        process: usize,
    },
}

struct Process {
    engine: Engine,
    own: String,
    outcomes: BTreeMap<String, Outcome>,
    is_alive: bool,
    was_killed: bool,
}

/// A run that needs more would never end.
const MANY_EVENTS: u32 = 200_000;

impl<'a> World<'a> {
    /// Starts a process for every test, in this order, so many at a time, and kills some of them.
    fn run(
        simulation: &'a Simulation,
        order: &[usize],
        jobs: usize,
        kills: &[(usize, u64)],
    ) -> Self {
        let mut world = World {
            simulation,
            now: Timestamp::START,
            records: BTreeMap::new(),
            ledger: Ledger::default(),
            held: BTreeMap::new(),
            processes: Vec::new(),
            due: BinaryHeap::new(),
            starts: BTreeMap::new(),
            events: 0,
        };
        let kills: BTreeMap<usize, u64> = kills.iter().copied().collect();
        let mut waiting: VecDeque<usize> = order.iter().copied().collect();
        loop {
            while world.alive() < jobs
                && let Some(task) = waiting.pop_front()
            {
                world.start(task, kills.get(&task).copied());
            }
            if world.alive() == 0 {
                return world;
            }
            world.go_on();
        }
    }

    fn alive(&self) -> usize {
        self.processes
            .iter()
            .filter(|process| process.is_alive)
            .count()
    }

    fn start(&mut self, task: usize, killed_after: Option<u64>) {
        let own = self.simulation.tasks[task].name().to_string();
        let simulation = Simulation {
            tasks: self.simulation.tasks.clone(),
            scripts: self.simulation.scripts.clone(),
            patterns: vec![own.clone()],
            policy: self.simulation.policy.clone(),
            ..Simulation::default()
        };
        let mut policy = simulation.policy.clone();
        policy.is_shared = true;
        policy.look_again_after = Duration::from_millis(100);
        policy.look_again_at_most = Duration::from_millis(100);
        let plan = simulation.plan_of_one(&own).without_shared_teardowns();
        let number = self.processes.len();
        self.processes.push(Process {
            engine: Engine::new(plan, policy),
            own,
            outcomes: BTreeMap::new(),
            is_alive: true,
            was_killed: false,
        });
        if let Some(after) = killed_after {
            let at = self.now + Duration::from_millis(after);
            self.due.push(Reverse((at, Due::Kill { process: number })));
        }
        self.feed(number, Event::Started);
    }

    /// Lets the next thing happen, whoever it happens to.
    fn go_on(&mut self) {
        let wakeups = self
            .processes
            .iter()
            .enumerate()
            .filter(|(_, process)| process.is_alive);
        let wakeups =
            wakeups.filter_map(|(number, process)| Some((process.engine.next_wakeup()?, number)));
        let wakeup = wakeups.min();
        let due = self.due.peek().map(|Reverse((at, _))| *at);
        match (wakeup, due) {
            (Some((at, number)), due) if due.is_none_or(|due| at < due) => {
                self.now = self.now.max(at);
                self.feed(number, Event::Tick);
            }
            (_, Some(at)) => {
                let Some(Reverse((_, due))) = self.due.pop() else {
                    return;
                };
                self.now = self.now.max(at);
                self.happens(due);
            }
            (_, None) => panic!("every process waits for nothing"),
        }
    }

    fn happens(&mut self, due: Due) {
        match due {
            Due::Kill { process } if self.processes[process].is_alive => {
                self.processes[process].is_alive = false;
                self.processes[process].was_killed = true;
                // What the kernel and the lease give back.
                let of_process = |record: &Record| matches!(record, Record::Claimed { process: owner } if *owner == process);
                self.records.retain(|_, record| !of_process(record));
                let held = self.held.iter().filter(|((owner, _), _)| *owner == process);
                let held: Vec<_> = held.map(|(key, _)| *key).collect();
                for key in held {
                    self.release(key);
                }
            }
            Due::Body {
                process,
                step,
                attempt,
            } if self.processes[process].is_alive => {
                let id = self.processes[process].engine.plan().task(step).id;
                let script = &self.simulation.scripts[id.position()];
                let verdicts = &script.verdicts;
                let verdict = verdicts[(attempt as usize - 1).min(verdicts.len() - 1)].clone();
                let result = Box::new(TaskResult::new(TaskReturn::new(verdict), script.takes));
                self.feed(process, Event::Ended { step, result });
            }
            Due::Kill { .. } | Due::Body { .. } => {}
        }
    }

    fn feed(&mut self, process: usize, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            self.events += 1;
            assert!(self.events < MANY_EVENTS, "the run does not end");
            for action in self.processes[process].engine.handle(self.now, event) {
                events.extend(self.perform(process, action));
            }
        }
    }

    fn name(&self, process: usize, step: Step) -> String {
        self.processes[process]
            .engine
            .plan()
            .task(step)
            .name
            .to_string()
    }

    fn perform(&mut self, process: usize, action: Action) -> Option<Event> {
        match action {
            Action::Claim(step) => return Some(self.claim(process, step)),
            Action::Reserve(step) => return Some(self.reserve(process, step)),
            Action::Run { step, attempt, .. } => {
                let name = self.name(process, step);
                *self.starts.entry(name).or_default() += u32::from(attempt == 1);
                let id = self.processes[process].engine.plan().task(step).id;
                let at = self.now + self.simulation.scripts[id.position()].takes;
                self.due.push(Reverse((
                    at,
                    Due::Body {
                        process,
                        step,
                        attempt,
                    },
                )));
                return Some(Event::BodyStarted(step));
            }
            Action::Release(step) => self.release((process, step)),
            Action::Report { step, outcome } => {
                let name = self.name(process, step);
                let ran = !outcome.attempts().is_empty();
                let mine = matches!(self.records.get(&name), Some(Record::Claimed { process: owner }) if *owner == process);
                if mine && ran {
                    self.records
                        .insert(name.clone(), Record::Ended(outcome.clone()));
                } else if mine {
                    self.records.remove(&name);
                }
                self.processes[process].outcomes.insert(name, outcome);
            }
            Action::Finish => {
                self.processes[process].is_alive = false;
                assert!(!self.held.keys().any(|(owner, _)| *owner == process));
            }
            Action::Delay { .. } | Action::LeaveLane(_) | Action::GiveUp(_) => {}
            Action::Kill { .. } => unreachable!("its bodies run in no other process"),
        }
        None
    }

    fn claim(&mut self, process: usize, step: Step) -> Event {
        let name = self.name(process, step);
        match self.records.get(&name) {
            Some(Record::Ended(outcome)) => Event::Recorded {
                step,
                outcome: Box::new(outcome.clone()),
                place: "another process".to_owned(),
            },
            Some(Record::Claimed { process: owner }) if *owner != process => Event::Elsewhere {
                step,
                why: format!("process {owner} runs it"),
            },
            _ => {
                self.records.insert(name, Record::Claimed { process });
                Event::Claimed(step)
            }
        }
    }

    fn reserve(&mut self, process: usize, step: Step) -> Event {
        let task = self.processes[process].engine.plan().task(step);
        let request = ReservationRequest::new(Holder::new(task.name.as_str()), task.spec().needs());
        let granted = self.ledger.request(self.now, &request);
        match granted.and_then(|granted| self.ledger.claim(self.now, granted.id)) {
            Ok(ClaimAnswer::Claimed(claim)) => {
                self.held.insert((process, step), claim.id);
                Event::Reserved(step)
            }
            Err(ReserveError::Unavailable { available_at, .. }) => Event::Unavailable {
                step,
                why: String::new(),
                available_at,
            },
            other => unreachable!("{other:?}"),
        }
    }

    fn release(&mut self, key: (usize, Step)) {
        if let Some(id) = self.held.remove(&key) {
            self.ledger
                .release(id.into())
                .expect("what is held can be released");
        }
    }
}

/// A pack, the order in which the runner starts its tests, how many at a time, and whom it kills when.
fn shared_run() -> impl Strategy<Value = (String, Vec<usize>, usize, Vec<(usize, u64)>)> {
    let kills = prop::collection::vec((0..14usize, 0..9_000u64), 0..4);
    let order = Just((0..14usize).collect::<Vec<_>>()).prop_shuffle();
    (pack(), order, 1..5usize, kills)
}

proptest! {
    #![proptest_config(config())]

    /// Whatever the order of starts, with one process at a time or several: no process waits for ever, what
    /// one has run no other runs again, and all agree on what came of it.
    #[test]
    fn processes_of_one_run_share_what_they_run((text, order, jobs, kills) in shared_run()) {
        let simulation = Simulation::parse(&text);
        let is_test = |task: &usize| {
            simulation.tasks.get(*task).is_some_and(|task| task.phase() == Phase::Test)
        };
        let order: Vec<usize> = order.into_iter().filter(is_test).collect();
        let world = World::run(&simulation, &order, jobs, &kills);
        prop_assert!(world.ledger.is_idle());
        prop_assert_eq!(world.processes.len(), order.len());
        let killed: BTreeSet<usize> = kills.iter().map(|(task, _)| *task).collect();
        for (name, starts) in &world.starts {
            // Whoever was killed leaves at most one task in the middle.
            prop_assert!(*starts as usize <= 1 + killed.len(), "{} began {} times", name, starts);
            prop_assert!(killed.iter().any(|task| order.contains(task)) || *starts == 1, "{}", name);
        }
        for process in &world.processes {
            let tasks = process.engine.plan().len();
            prop_assert!(process.was_killed || process.outcomes.len() == tasks, "{}", process.own);
            for (name, outcome) in &process.outcomes {
                let is_run = !matches!(outcome, Outcome::NotRun(_));
                prop_assert!(is_run || process.engine.stopped().is_some(), "{}: {}", name, outcome);
                if let Some(Record::Ended(recorded)) = world.records.get(name) {
                    let agrees = outcome.attempts().is_empty() || outcome == recorded;
                    prop_assert!(agrees, "{}: {} and {}", name, outcome, recorded);
                }
            }
        }
    }
}
