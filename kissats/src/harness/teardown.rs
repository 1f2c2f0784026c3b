//! The test binary as the process that tears down after the last process of a run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::engine::Policy;
use crate::harness::Harness;
use crate::harness::args::Args;
use crate::harness::entry::texts;
use crate::harness::environment::Environment;
use crate::harness::failure_text::output_text;
use crate::harness::owner::client;
use crate::harness::pools::Pools;
use crate::model::{Clock, Outcome, Phase, SharedParams, Timestamp};
use crate::plan::{IgnoredTasks, NameFilter, PlannedTask, RunPlan, Selection, Step};
use crate::runtime::{
    Capture, FAILED, Interrupts, Run, RunObserver, Runner, Sharing, SystemClock, TEARDOWN_FLAG,
    Watcher, say, watch_over,
};
use crate::shared_run::{Dues, Member, Process};
use crate::wire::TeardownReport;

/// The plan of a process of a shared run: without the teardowns, which the run owes from now on.
pub(super) fn owe_teardowns(plan: RunPlan, member: &Member, environment: &Environment) -> RunPlan {
    let all = teardowns(&plan);
    let plan = plan.without_shared_teardowns();
    let kept = teardowns(&plan);
    // A process is there for one task: few are kept, if any.
    let owed = all.iter().filter(|name| !kept.contains(name));
    let owed: Vec<&str> = owed.map(String::as_str).collect();
    if owed.is_empty() {
        return plan;
    }
    let run = member.folder.path();
    let binary = member.binary();
    let words = std::env::args().skip(1).collect();
    let runner = Runner::of_this_process(environment.is_nextest());
    let watched = Dues::of(run)
        .add(binary, owed.into_iter())
        .and_then(|()| watch_over(run, binary, runner, words));
    if let Err(error) = watched {
        say(&format!(
            "nobody waits for the end of this run to tear it down; the next run does it: {error}"
        ));
    }
    plan
}

/// The full names of the teardowns of a plan.
fn teardowns(plan: &RunPlan) -> Vec<String> {
    let teardowns = plan
        .steps()
        .filter(|(_, task)| task.task.phase() == Phase::Teardown);
    teardowns
        .map(|(_, task)| task.task.full_name_text().into_owned())
        .collect()
}

/// What this process was started for, if it was started to tear down.
pub(super) struct TeardownWords {
    run: PathBuf,
    binary: String,
    /// What the test process was told.
    pub(super) words: Vec<OsString>,
}

impl TeardownWords {
    pub(super) fn of_process() -> Option<Self> {
        let mut words = std::env::args_os().skip(1);
        if words.next()? != TEARDOWN_FLAG {
            return None;
        }
        let (run, binary) = (words.next()?.into(), words.next()?.into_string().ok()?);
        let words = words.collect();
        Some(Self { run, binary, words })
    }

    /// Waits for the end of the run, and has `run` run the plan of what it owes.
    pub(super) fn serve(
        self,
        run: impl FnOnce(&TeardownRun) -> Result<(), Vec<String>>,
    ) -> ExitCode {
        let watcher = match Watcher::take_over(self.run, self.binary) {
            Ok(watcher) => watcher,
            Err(error) => return refuse(&error.to_string()),
        };
        let mut folder = match watcher.wait() {
            Ok(folder) => folder,
            Err(error) => return refuse(&error.to_string()),
        };
        if let Err(error) = folder.end() {
            return refuse(&error.to_string());
        }
        let dues = Dues::of(folder.path());
        let owed = dues.of_binary(watcher.binary());
        let process = Process {
            binary: watcher.binary().to_owned(),
            test: "the teardown of the run".to_owned(),
            attempt: 1,
            attempts: 1,
            repetition: 0,
        };
        let this = TeardownRun {
            member: Arc::new(Member::new(folder, process)),
            owed,
            dues,
        };
        match run(&this) {
            Ok(()) => ExitCode::SUCCESS,
            Err(mistakes) => {
                this.report_all(&mistakes.join("; "));
                ExitCode::from(FAILED)
            }
        }
    }
}

fn refuse(why: &str) -> ExitCode {
    say(&format!("{TEARDOWN_FLAG} is for kissats itself: {why}"));
    ExitCode::from(FAILED)
}

/// The teardowns that are to be run.
pub(super) struct TeardownRun {
    pub(super) member: Arc<Member>,
    /// In order.
    owed: Vec<String>,
    dues: Dues,
}

impl TeardownRun {
    /// Those of the plan that are owed, and what they need themselves.
    pub(super) fn plan(&self, all: RunPlan) -> RunPlan {
        all.keeping(|task| self.owes(task))
    }

    fn owes(&self, task: &PlannedTask) -> bool {
        let name = task.task.full_name_text();
        let owed = self.owed.binary_search_by(|owed| owed.as_str().cmp(&name));
        owed.is_ok()
    }

    /// Follows the run of that plan, and writes down what comes of it.
    pub(super) fn observer(&self) -> TeardownObserver<'_> {
        TeardownObserver(self)
    }

    /// What has not been run cannot be.
    pub(super) fn report_all(&self, problem: &str) {
        for task in self.dues.of_binary(self.member.binary()) {
            self.settle(&TeardownReport {
                task,
                outcome: "not run".to_owned(),
                problem: Some(problem.to_owned()),
                output: None,
            });
        }
    }

    fn settle(&self, report: &TeardownReport) {
        if let Err(error) = self.dues.settle(report) {
            say(&format!("{}: {error}", report.task));
        }
    }
}

pub(super) struct TeardownObserver<'a>(&'a TeardownRun);

impl RunObserver for TeardownObserver<'_> {
    fn delayed(&mut self, _: &RunPlan, _: Step, _: &str, _: Timestamp) {}

    fn ended(&mut self, plan: &RunPlan, step: Step, outcome: Outcome, _: Option<&str>) {
        let task = plan.task(step);
        if !self.0.owes(task) {
            return;
        }
        let problem = match &outcome {
            Outcome::Passed(_) | Outcome::Flaky(_) | Outcome::Skipped(_) => None,
            Outcome::Failed(attempts) => attempts.last().map(ToString::to_string),
            Outcome::Blocked(_) | Outcome::NotRun(_) | Outcome::Ignored(_) => {
                Some("it did not run".to_owned())
            }
        };
        self.0.settle(&TeardownReport {
            task: task.task.full_name_text().into_owned(),
            outcome: outcome.to_string(),
            problem,
            output: output_text(&outcome),
        });
    }
}

impl Harness {
    /// Runs what is left to be torn down after the last process of a run that was told the same.
    pub(super) fn tear_down(&self, args: Args, run: &TeardownRun) -> Result<(), Vec<String>> {
        let environment = Environment::of_process();
        let settings = self.settings(args, &environment)?;
        // Who named tasks one by one ran them in spite of mistakes elsewhere, and what they have set up is torn
        // down in spite of them.
        let no_names = NameFilter::default();
        let catalog = self.tasks(&settings);
        let catalog = catalog.or_else(|mistakes| {
            let part = self.tasks_for(&no_names, &settings);
            part.map_err(|_| mistakes)
        })?;
        let selection = Selection::of_all(&catalog, &settings.params, IgnoredTasks::Include);
        let plan = run.plan(RunPlan::new(&catalog, &selection.map_err(texts)?));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let pools = Pools::new(&settings.resources, self.defaults.instances.clone())
            .map_err(|error| vec![error.to_string()])?;
        let client = client(&settings, pools, Arc::clone(&clock))
            .map_err(|error| vec![error.to_string()])?;
        let policy = Policy {
            valid_results: settings.valid_results.value.clone(),
            resource_mode: settings.resource_mode.value,
            is_shared: true,
            ..Policy::default()
        };
        let run = Run {
            sharing: Some(Box::new(Sharing::of_teardowns(
                Arc::clone(&run.member),
                &plan,
            ))),
            plan,
            policy,
            params: Arc::new(SharedParams::new(settings.params)),
            client,
            lender: None,
            clock,
            capture: Capture::Everything,
            observer: run.observer(),
        };
        run.run(&Interrupts::default());
        Ok(())
    }
}
