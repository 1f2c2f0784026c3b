//! A pack that runs in virtual time: the real plan, engine and ledger; bodies are a duration and a verdict.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::fault::{Fault, Sabotage};
use super::simulated_run::{Record, Run};
use crate::engine::Policy;
use crate::model::{DutName, GlobalParams, LoadedTask, Timestamp, Verdict};
use crate::plan::tests::task;
use crate::plan::{Catalog, IgnoredTasks, NameFilter, Narrowing, RunPlan, Selection};
use crate::schedule::Chance;

/// What the body of a task does, attempt by attempt; the last one is repeated.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) takes: Duration,
    pub(super) verdicts: Vec<Verdict>,
}

/// A pack, what its bodies do, and what happens from outside.
#[derive(Debug, Default)]
pub(super) struct Simulation {
    pub(super) tasks: Vec<LoadedTask>,
    pub(super) scripts: Vec<Script>,
    pub(super) patterns: Vec<String>,
    pub(super) dut: Option<DutName>,
    pub(super) interrupts: Vec<Timestamp>,
    pub(super) shuffle: Option<u64>,
    pub(super) policy: Policy,
    pub(super) faults: Vec<Fault>,
    /// Which of the questions to the client it cannot answer: the first is 1.
    pub(super) errors: BTreeSet<u32>,
    /// How long it takes to answer.
    pub(super) answers_after: Duration,
    pub(super) sabotage: Option<Sabotage>,
}

impl Simulation {
    /// From lines: tasks as in `plan::tests::task`, with `takes 5`, `expected 5`, `ends fails,passes`, `timeout 3`,
    /// `retries 2`, `rests 3`, `backoff exponential`, `rests-at-most 9`, `patience 4`, `safe thread|process|both|no`, `tied yes|no`; and the directives
    /// `select NAME`, `dut NAME`, `interrupt SECONDS`, `fail-fast`, `mode thread`, `threads 2`,
    /// `processes 2`, `global-timeout 9`, `grace 3`, `shuffle 7`, `resources per_task_separate`,
    /// `one-of-each` (the engine is told how many there are),
    /// `errors 3` (the client cannot answer the third question), `answers-after 1`, and those of [`Fault`].
    pub(super) fn parse(text: &str) -> Self {
        let mut simulation = Self::default();
        // The order is planned, and ten thousand packs are run in little time.
        simulation.policy.plan_budget.starts = 200;
        let lines = text
            .lines()
            .map(str::trim)
            .zip(1..)
            .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        for (line, number) in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "select" => simulation.patterns.push(rest.to_owned()),
                "dut" => simulation.dut = Some(DutName::new(rest).unwrap()),
                "interrupt" => simulation.interrupts.push(seconds(rest)),
                "shuffle" => {
                    simulation.shuffle = Some(rest.parse().unwrap());
                    simulation.policy.is_shuffled = true;
                }
                "global-timeout" => {
                    simulation.policy.global_timeout = Some(seconds(rest).since(Timestamp::START));
                }
                "grace" => {
                    simulation.policy.teardown_grace = seconds(rest).since(Timestamp::START);
                }
                "fail-fast" => simulation.policy.fail_fast = true,
                "mode" => simulation.policy.run_mode = rest.parse().unwrap(),
                "threads" => simulation.policy.thread_limit = rest.parse().unwrap(),
                "processes" => simulation.policy.process_limit = rest.parse().unwrap(),
                "resources" => simulation.policy.resource_mode = rest.parse().unwrap(),
                "one-of-each" => simulation.policy.capacities.others = Some(1),
                "errors" => drop(simulation.errors.insert(rest.parse().unwrap())),
                "answers-after" => {
                    simulation.answers_after = seconds(rest).since(Timestamp::START);
                }
                _ => match Fault::parse(word, rest) {
                    Some(fault) => simulation.faults.push(fault),
                    None => simulation.add_task(line, number),
                },
            }
        }
        simulation
    }

    fn add_task(&mut self, line: &str, number: u32) {
        let (mut task, words) = task(line, number);
        let mut script = Script {
            takes: Duration::from_secs(1),
            verdicts: vec![Verdict::Passed],
        };
        let spec = Arc::make_mut(&mut task.resolved_mut().spec);
        for pair in words.chunks(2) {
            let [word, value] = pair else {
                panic!("`{}` has no value", pair[0])
            };
            match word.as_str() {
                "takes" => script.takes = Duration::from_secs(value.parse().unwrap()),
                "expected" => spec.est_task_time = Duration::from_secs(value.parse().unwrap()),
                "ends" => script.verdicts = value.split(',').map(verdict).collect(),
                "timeout" => spec.timeout = Some(Duration::from_secs(value.parse().unwrap())),
                "patience" => {
                    spec.max_resource_wait = Some(Duration::from_secs(value.parse().unwrap()))
                }
                "retries" => spec.retries.count = value.parse().unwrap(),
                "rests" => spec.retries.delay = Duration::from_secs(value.parse().unwrap()),
                "backoff" => spec.retries.backoff = value.parse().unwrap(),
                "rests-at-most" => {
                    spec.retries.max_delay = Some(Duration::from_secs(value.parse().unwrap()));
                }
                "safe" => {
                    spec.thread_safe = matches!(value.as_str(), "thread" | "both");
                    spec.process_safe = Some(matches!(value.as_str(), "process" | "both"));
                }
                "tied" => spec.prereq_same_thread = Some(value == "yes"),
                other => panic!("what is `{other}`?"),
            }
        }
        self.tasks.push(task);
        self.scripts.push(script);
    }

    /// Runs to the end, or until something happens that must not: `violations` says what.
    pub(super) fn run(&self) -> Record {
        Run::new(self, self.plan()).run()
    }

    pub(super) fn plan(&self) -> RunPlan {
        self.plan_of(&NameFilter {
            patterns: self.patterns.clone(),
            ..NameFilter::default()
        })
    }

    /// The plan of a process that is there for one task.
    pub(super) fn plan_of_one(&self, name: &str) -> RunPlan {
        self.plan_of(&NameFilter {
            patterns: vec![name.to_owned()],
            exact: true,
            ..NameFilter::default()
        })
    }

    fn plan_of(&self, names: &NameFilter) -> RunPlan {
        let catalog = Catalog::new(self.tasks.clone()).expect("the scenario is sound");
        let params = GlobalParams::new(self.dut.clone(), None, serde_json::Map::new());
        let selection = Selection::new(
            &catalog,
            |_| true,
            &params,
            names,
            IgnoredTasks::Skip,
            &Narrowing::default(),
        )
        .unwrap();
        let plan = RunPlan::new(&catalog, &selection);
        match self.shuffle {
            Some(seed) => {
                let mut chance = Chance::new(seed);
                let keys: Vec<u64> = (0..plan.len()).map(|_| chance.bits()).collect();
                plan.ordered_by(&keys)
            }
            None => plan,
        }
    }
}

pub(super) fn seconds(text: &str) -> Timestamp {
    Timestamp::from_start(Duration::from_secs(text.trim().parse().expect("seconds")))
}

fn verdict(word: &str) -> Verdict {
    match word {
        "passes" => Verdict::Passed,
        "fails" => Verdict::Failed,
        "skips" => Verdict::Skipped,
        "breaks" => Verdict::Exception,
        other => Verdict::from(other),
    }
}
