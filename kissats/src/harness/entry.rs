//! From `main` to the exit code.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::error::Error;
use std::fmt::{self, Display};
use std::hash::BuildHasher;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;
use libtest_mimic::{FormatSetting, Trial};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ats::{AtsClient, AtsClientConfig, connect_ats_client};
use crate::config::{SourceText, Sourced};
use crate::engine::{Capacities, Policy};
use crate::harness::args::Args;
use crate::harness::environment::Environment;
use crate::harness::flaky::report_flaky;
use crate::harness::listing::list;
use crate::harness::membership::join;
use crate::harness::needed::Needed;
use crate::harness::nextest_config::{nextest_config, write_nextest_config};
use crate::harness::own_order::in_own_order;
use crate::harness::pools::Pools;
use crate::harness::settings::{Defaults, Settings};
use crate::harness::show_config::show_config;
use crate::harness::show_plan::show_plan;
use crate::harness::teardown::{TeardownRun, TeardownWords, owe_teardowns};
use crate::harness::views::Views;
use crate::harness::{linked_packs, run_as_worker, trials};
use crate::model::{
    Clock, GlobalParams, LoadedTask, PackName, ParamsError, Phase, RunMode, SharedParams,
    StopCause, TaskId,
};
use crate::plan::{
    Catalog, IgnoredTasks, NameFilter, Narrowing, PlanError, RunPlan, Selection, Step, shown_name,
    undeclared,
};
use crate::queue::Scheduler;
use crate::registry::{Linked, RegistryError};
use crate::runtime::{
    Capture, FAILED, Interrupts, Outcomes, Run, RunInProgress, Sharing, SystemClock, say,
};
use crate::schedule::{Chance, PlanBudget};
use crate::shared_run::Member;

/// A test target of packs: reads the command line, runs the tasks, reports as `cargo test` does.
///
/// [`main!`](crate::main) is all that most packs need. With [`harness!`](crate::harness) a pack says
/// more: which device it runs for by default, and which instances stand behind its resources.
///
/// ```no_run
/// // tests/pack.rs, with `harness = false` in Cargo.toml
/// # mod my_pack {}
/// fn main() -> std::process::ExitCode {
///     kissats::harness!()
///         .dut("widget-a")
///         .instance("psu", "psu-1", kissats::json!({ "address": "10.0.0.7:5025" }))
///         .main()
/// }
/// ```
pub struct Harness {
    /// The crate of the test target, whose own tasks run too.
    target: &'static str,
    packs: &'static [&'static str],
    /// Where the package of the test target lay when it was compiled.
    package: Option<&'static str>,
    defaults: Defaults,
    param_types: Vec<ParamCheck>,
    schedule_func: Option<Box<dyn Scheduler>>,
}

/// Whether the parameters of a run are what a pack has said they are.
type ParamCheck = fn(&GlobalParams) -> Result<(), ParamsError>;

impl Harness {
    /// For [`harness!`](crate::harness), which knows the names.
    #[doc(hidden)]
    #[must_use]
    pub fn new(module: &'static str, packs: &'static [&'static str]) -> Self {
        Self {
            target: module.split_once("::").map_or(module, |(target, _)| target),
            packs,
            package: None,
            defaults: Defaults::default(),
            param_types: Vec::new(),
            schedule_func: None,
        }
    }

    /// For [`harness!`](crate::harness), which knows the folder.
    #[doc(hidden)]
    #[must_use]
    pub fn package_folder(mut self, folder: Option<&'static str>) -> Self {
        self.package = folder;
        self
    }

    /// The device under test where neither `--dut` nor `KISSATS_DUT` names one.
    ///
    /// ```no_run
    /// let harness = kissats::harness!().dut("widget-a");
    /// ```
    #[must_use]
    pub fn dut(mut self, name: impl Into<String>) -> Self {
        self.defaults.dut = Some(name.into());
        self
    }

    /// The test system where neither `--ats` nor `KISSATS_ATS` names one.
    ///
    /// ```no_run
    /// let harness = kissats::harness!().ats("rack-3");
    /// ```
    #[must_use]
    pub fn ats(mut self, name: impl Into<String>) -> Self {
        self.defaults.ats = Some(name.into());
        self
    }

    /// Puts one more instance behind a resource, with the configuration that its holder finds.
    ///
    /// A resource without any is one private instance of its own name.
    ///
    /// ```no_run
    /// # use kissats::json;
    /// let harness = kissats::harness!()
    ///     .instance("psu", "psu-1", json!({ "port": 5025 }))
    ///     .instance("psu", "psu-2", json!({ "port": 5026 }));
    /// ```
    #[must_use]
    pub fn instance(
        mut self,
        resource: impl Into<String>,
        instance: impl Into<String>,
        config: Value,
    ) -> Self {
        self.defaults
            .instances
            .push((resource.into(), instance.into(), config));
        self
    }

    /// Has the parameters of every run checked before anything starts: together, `dut` and `ats`
    /// included, they must be a `T`. Tasks read them with
    /// [`TaskContext::params_as`](crate::TaskContext::params_as).
    ///
    /// ```no_run
    /// # mod my_pack {}
    /// #[derive(serde::Deserialize)]
    /// struct BenchParams {
    ///     serial: u32,
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     kissats::harness!().params::<BenchParams>().main()
    /// }
    /// ```
    #[must_use]
    pub fn params<T: DeserializeOwned>(mut self) -> Self {
        self.param_types
            .push(|params| params.as_type::<T>().map(drop));
        self
    }

    /// Who decides on the order of the tests in the resource modes with the word `custom`.
    ///
    /// It is asked once, before anything starts, and gets the tests that will run, those that others need
    /// included, in the order in which they would run otherwise. It is bound to what is needed, and to
    /// nothing else: `priority` does not count. Set-ups still stand directly before the first that needs
    /// them, and teardowns directly after the last. Where tasks run beside each other, the first in this
    /// order that can start is the next.
    ///
    /// ```no_run
    /// use kissats::QueuedTask;
    ///
    /// fn main() -> std::process::ExitCode {
    ///     kissats::harness!()
    ///         .schedule_func(|tests: &[QueuedTask]| {
    ///             let mut order: Vec<usize> = (0..tests.len()).collect();
    ///             // The quickest first. An order in which a test comes before one that it needs is
    ///             // refused, and nothing runs.
    ///             order.sort_by_key(|&place| tests[place].spec().est_task_time);
    ///             order
    ///         })
    ///         .main()
    /// }
    /// ```
    #[must_use]
    pub fn schedule_func(mut self, schedule_func: impl Scheduler + 'static) -> Self {
        self.schedule_func = Some(Box::new(schedule_func));
        self
    }

    /// Runs what the command line asks for. 0: all is well; 101: something failed, or nothing could run.
    #[must_use]
    pub fn main(self) -> ExitCode {
        if let Some(code) = run_as_worker() {
            return code;
        }
        if let Some(told) = TeardownWords::of_process() {
            let args = Args::try_parse_from(&told.words);
            return told.serve(|run| {
                let args = args.map_err(|error| vec![error.to_string()])?;
                self.tear_down(args, run)
            });
        }
        match Args::of_process() {
            Ok(args) => self.run(args).unwrap_or_else(|mistakes| refuse(&mistakes)),
            Err(help) if matches!(help.kind(), ErrorKind::DisplayHelp) => {
                let _ = help.print();
                ExitCode::SUCCESS
            }
            Err(error) => {
                let _ = error.print();
                ExitCode::from(FAILED)
            }
        }
    }

    fn run(mut self, args: Args) -> Result<ExitCode, Vec<String>> {
        if cfg!(panic = "abort") {
            return Err(vec![
                "this binary was built with `panic = \"abort\"`: a task that panics would end the run and release \
                 nothing; build tests with `panic = \"unwind\"`"
                    .to_owned(),
            ]);
        }
        let environment = Environment::of_process();
        let mut settings = self.settings(args, &environment)?;
        if let Some(shown) = &settings.shown {
            return Ok(match show_config(shown, std::io::stdout().lock()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::from(FAILED),
            });
        }
        for note in &settings.notes {
            say(note);
        }
        let (catalog, mut selection) = self.choose(&settings)?;
        if settings.list {
            if cfg!(unix) && settings.share_run && environment.is_nextest() {
                // They come after the last process of the run: nothing can be said of them before.
                let is_shown = |id: &TaskId| catalog.task(*id).phase() != Phase::Teardown;
                selection.tasks.retain(is_shown);
            }
            let logfile = settings.output.logfile.as_deref();
            return Ok(list(&catalog, &selection, logfile));
        }
        if settings.only_benchmarks {
            return Ok(no_benchmarks(&settings, &catalog, &selection));
        }
        let checks = self.param_types.iter();
        let misfits: Vec<_> = checks
            .filter_map(|check| check(&settings.params).err())
            .collect();
        if !misfits.is_empty() {
            return Err(texts(misfits));
        }
        let mut plan = RunPlan::new(&catalog, &selection);
        if settings.resource_mode.value.is_custom() {
            plan = in_own_order(
                &catalog,
                &selection,
                &plan,
                self.schedule_func.as_deref_mut(),
            )
            .map_err(|error| {
                let Sourced { value, origin } = &settings.resource_mode;
                vec![format!("resource_mode = {value} ({origin}): {error}")]
            })?;
            if std::mem::take(&mut settings.shuffle) {
                say("the order is the pack's own in this resource mode, and is not left to chance");
            }
        } else if settings.shuffle {
            let seed = *settings.seed.get_or_insert_with(any_seed);
            plan = shuffled(plan, seed);
            say(&format!(
                "the order is left to chance; `--shuffle-seed {seed}` brings it back"
            ));
        }
        if let Some(path) = settings.output.logfile.as_ref().filter(|_| !settings.plan) {
            // `libtest-mimic` would panic, with a task already running.
            std::fs::File::create(path)
                .map_err(|error| vec![format!("--logfile {path}: {error}")])?;
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let pools = Pools::new(&settings.resources, self.defaults.instances)
            .map_err(|error| vec![error.to_string()])?;
        if settings.resources.strict {
            let mistakes = undeclared(&catalog, &plan, &pools.names());
            if !mistakes.is_empty() {
                return Err(texts(mistakes));
            }
        }
        let capacities = Capacities {
            known: pools.capacities(),
            // What is declared nowhere is one instance, unless somebody else owns it.
            others: matches!(
                settings.ats_client.as_deref(),
                None | Some("host" | "local")
            )
            .then_some(1),
            ..Capacities::default()
        };
        if settings.plan {
            let policy = policy_of(&settings, capacities);
            return Ok(
                match show_plan(&catalog, plan, policy, std::io::stdout().lock()) {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(_) => ExitCode::from(FAILED),
                },
            );
        }
        if let Some(file) = &settings.nextest_config {
            return write_nextest_config(&nextest_config(&plan, &capacities), file.as_deref());
        }
        let client =
            client(&settings, pools, Arc::clone(&clock)).map_err(|mistake| vec![mistake])?;
        let member = if settings.share_run {
            join(&environment).map_err(|error| vec![error.to_string()])?
        } else {
            None
        };
        if let Some(member) = &member {
            plan = owe_teardowns(plan, member, &environment);
            // A process that waits for another holds nothing.
            let mode = &mut settings.resource_mode.value;
            *mode = mode.per_task();
        }
        if member.is_some() && environment.is_nextest() && settings.run_mode == RunMode::Thread {
            // What runs beside each other is for nextest to decide.
            settings.run_mode = RunMode::Normal;
        }
        execute(
            settings,
            catalog,
            &selection,
            plan,
            (client, capacities),
            clock,
            member,
        )
    }

    /// Where the package is now: cargo and nextest say so, also if it was moved after it was built.
    fn package_at_hand(&self) -> Option<PathBuf> {
        let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        told.or_else(|| self.package.map(PathBuf::from))
    }

    /// Runs what is left to be torn down after the last process of a run that was told the same.
    fn tear_down(&self, args: Args, run: &TeardownRun) -> Result<(), Vec<String>> {
        let environment = Environment::of_process();
        let settings = self.settings(args, &environment)?;
        let catalog = self.tasks(&settings)?;
        let selection = Selection::new(
            &catalog,
            |_| true,
            &settings.params,
            &NameFilter::default(),
            IgnoredTasks::Include,
            &Narrowing::default(),
        );
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

    fn settings(&self, args: Args, environment: &Environment) -> Result<Settings, Vec<String>> {
        let file = match self.package_at_hand() {
            Some(package) => SourceText::find(&package).map_err(|error| vec![error.to_string()])?,
            None => None,
        };
        let read = |path: &str| std::fs::read_to_string(path);
        Settings::resolve(args, environment, read, file, self.defaults.clone()).map_err(texts)
    }

    /// The tasks, checked as a whole, and those of them that were asked for.
    fn choose(&self, settings: &Settings) -> Result<(Catalog, Selection), Vec<String>> {
        let is_offered = |pack: &str| match &settings.task_package.value {
            Some(package) => pack == package.as_str(),
            None => pack == self.target || self.packs.contains(&pack),
        };
        let catalog = self.tasks(settings)?;
        let selection = Selection::new(
            &catalog,
            is_offered,
            &settings.params,
            &settings.names,
            settings.ignored,
            &settings.narrowing,
        )
        .map_err(texts)?;
        Ok((catalog, selection))
    }

    /// All tasks that are linked, checked as a whole.
    fn tasks(&self, settings: &Settings) -> Result<Catalog, Vec<String>> {
        let linked = Linked::gather();
        let (tasks, errors) = linked.tasks(&settings.params, &settings.task_defaults);
        self.catalog(settings, &linked, tasks, errors)
    }

    fn catalog(
        &self,
        settings: &Settings,
        linked: &Linked,
        tasks: Vec<LoadedTask>,
        errors: Vec<RegistryError>,
    ) -> Result<Catalog, Vec<String>> {
        let mut mistakes = texts(errors);
        if tasks.is_empty() && !mistakes.is_empty() {
            return Err(mistakes);
        }
        let packs = linked.packs();
        mistakes.extend(texts(self.empty_packs(&packs)));
        mistakes.extend(texts(linked_packs::check(
            &settings.task_package,
            &settings.package_version,
            self.packs,
            &packs,
        )));
        match Catalog::new(tasks) {
            Ok(catalog) if mistakes.is_empty() => Ok(catalog),
            Ok(_) => Err(mistakes),
            Err(errors) => {
                mistakes.extend(texts(errors));
                Err(mistakes)
            }
        }
    }

    fn empty_packs(&self, linked: &BTreeMap<&str, Option<&str>>) -> Vec<PlanError> {
        if linked.is_empty() {
            // The catalog says so.
            return Vec::new();
        }
        let names = linked.keys().filter_map(|name| PackName::new(name).ok());
        let names: Vec<PackName> = names.collect();
        let empty = self.packs.iter().filter(|pack| !linked.contains_key(*pack));
        empty
            .map(|pack| PlanError::EmptyPack {
                pack: (*pack).to_owned(),
                linked: names.clone(),
            })
            .collect()
    }
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("target", &self.target)
            .field("packs", &self.packs)
            .field("defaults", &self.defaults)
            .field("has_schedule_func", &self.schedule_func.is_some())
            .finish_non_exhaustive()
    }
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

/// Shows all tasks as ignored, as libtest does with tests where benchmarks were asked for.
fn no_benchmarks(settings: &Settings, catalog: &Catalog, selection: &Selection) -> ExitCode {
    let tasks = selection.tasks.iter();
    let shown = tasks.map(|&id| trials::of_test_among_benchmarks(shown_name(catalog, id)));
    report(settings, shown.collect(), selection.filtered_out).exit_code()
}

/// The client where none is named: two runs on one machine do not get into each other's way. A pack
/// whose resources are private names `local`.
const USUAL_CLIENT: &str = if cfg!(unix) { "host" } else { "local" };

/// Whoever owns the resources.
fn client(
    settings: &Settings,
    pools: Pools,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn AtsClient>, String> {
    let name = settings.ats_client.as_deref().unwrap_or(USUAL_CLIENT);
    let mut config = AtsClientConfig::new(clock);
    config.ats = settings.params.ats().cloned();
    config.kwargs = settings.ats_client_kwargs.clone();
    config.instances = pools.instances();
    connect_ats_client(name, &config).map_err(|error| match error.source() {
        Some(why) => format!("{error}: {why}"),
        None => error.to_string(),
    })
}

/// The rules of the run.
fn policy_of(settings: &Settings, capacities: Capacities) -> Policy {
    let policy = Policy::default();
    Policy {
        valid_results: settings.valid_results.value.clone(),
        fail_fast: settings.fail_fast.value,
        run_mode: settings.run_mode,
        thread_limit: settings.thread_limit,
        process_limit: settings.process_limit,
        fresh_process: settings.fresh_process,
        capacities,
        resource_mode: settings.resource_mode.value,
        global_timeout: settings.global_timeout,
        is_shuffled: settings.shuffle,
        plan_budget: PlanBudget {
            starts: settings.plan_starts.unwrap_or(policy.plan_budget.starts),
            seed: settings.seed.unwrap_or(policy.plan_budget.seed),
            ..policy.plan_budget
        },
        ..policy
    }
}

fn execute(
    settings: Settings,
    catalog: Catalog,
    selection: &Selection,
    plan: RunPlan,
    (client, capacities): (Arc<dyn AtsClient>, Capacities),
    clock: Arc<dyn Clock>,
    member: Option<Member>,
) -> Result<ExitCode, Vec<String>> {
    let steps = plan.len();
    let mut selected: Vec<(Step, String)> = Vec::with_capacity(selection.tasks.len());
    let mut pulled_in: Vec<(Step, String)> = Vec::new();
    for (step, task) in plan.steps() {
        let shown = shown_name(&catalog, task.id);
        if task.selected {
            selected.push((step, shown));
        } else {
            pulled_in.push((step, shown));
        }
    }
    let of_ignored = |&id| {
        let reason = selection.ignored(id)?;
        Some(trials::of_ignored(shown_name(&catalog, id), reason))
    };
    let ignored: Vec<Trial> = selection.tasks.iter().filter_map(of_ignored).collect();
    // The run has all it needs of it.
    drop(catalog);
    let is_shared = member.is_some();
    let sharing = member.map(|member| Box::new(Sharing::new(Arc::new(member), &plan)));
    let run = Run {
        plan,
        policy: Policy {
            is_shared,
            ..policy_of(&settings, capacities)
        },
        params: Arc::new(SharedParams::new(settings.params.clone())),
        client,
        lender: None,
        clock,
        capture: settings.capture,
        observer: Outcomes::new(steps),
        sharing,
    };
    #[cfg(any(feature = "log", feature = "tracing"))]
    crate::runtime::record_logs();
    let interrupts = Interrupts::install();
    let run = RunInProgress::new(run, &interrupts);
    let views = Arc::new(Views::new(
        Arc::clone(&run),
        settings.capture,
        settings.show_output,
        settings.on_blocked,
    ));
    let of_step = |(step, shown)| trials::of_step(shown, step, Arc::clone(&views));
    let shown = selected.into_iter().map(of_step).chain(ignored).collect();
    // Writing the report panics when stdout is gone. That ends the run as Ctrl-C would: in order.
    let conclusion = catch_unwind(AssertUnwindSafe(|| {
        report(&settings, shown, selection.filtered_out)
    }));
    if conclusion.is_err() {
        interrupts.interrupt();
    }
    // Teardowns that nobody selected may still have to run.
    let finished = run.finish(conclusion.is_ok());
    let mut needed = Needed::default();
    for (step, shown) in pulled_in {
        if let Some(outcome) = finished.outcome(step) {
            views.show_later(|| format!("needed {shown}"), outcome);
        }
        needed.add(shown, finished.outcome(step), finished.place(step));
    }
    let is_json = matches!(settings.output.format, Some(FormatSetting::Json));
    // Neither is a closed stdout, which has ended the run before.
    let _ = if is_json {
        views.write_successes(std::io::stderr())
    } else {
        views.write_successes(std::io::stdout())
    };
    // A closed stderr is no reason to fail.
    let _ = needed.report(std::io::stderr(), settings.capture, is_shared);
    let _ = report_flaky(&finished.flaky, std::io::stderr());
    let timed_out = finished.end.as_ref().is_some_and(|end| end.timed_out);
    if let Some(limit) = settings.global_timeout.filter(|_| timed_out) {
        say(&StopCause::TimedOut(limit).to_string());
    }
    if settings.summary.value {
        say(&finished.summary.to_string());
    }
    let well = conclusion.is_ok_and(|conclusion| !conclusion.has_failed())
        && !needed.has_failed()
        && finished.end.is_some_and(|end| !end.interrupted)
        && !timed_out;
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    })
}

/// Hands over to `libtest-mimic`, which prints and counts.
fn report(
    settings: &Settings,
    mut shown: Vec<Trial>,
    filtered_out: usize,
) -> libtest_mimic::Conclusion {
    let mut output = settings.output.clone();
    if filtered_out > 0 {
        output.ignored = true;
        shown = shown
            .into_iter()
            .map(trials::shown_among_filtered)
            .collect();
        shown.reserve(filtered_out);
        for _ in 0..filtered_out {
            shown.push(trials::of_filtered_out());
        }
    }
    libtest_mimic::run(&output, shown)
}

fn texts(errors: Vec<impl Display>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// Says everything that is wrong, at once. Nothing has been started.
fn refuse(mistakes: &[String]) -> ExitCode {
    let mut out = std::io::stderr().lock();
    // A closed stderr is no reason to panic.
    let plural = if mistakes.len() == 1 { "" } else { "s" };
    let _ = writeln!(
        out,
        "Error: nothing was run: {} mistake{plural}",
        mistakes.len()
    );
    for mistake in mistakes {
        let _ = writeln!(out, "  - {}", mistake.replace('\n', "\n    "));
    }
    ExitCode::from(FAILED)
}
