//! From `main` to the exit code.

use std::fmt::{self, Display};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::SourceText;
use crate::harness::args::Args;
use crate::harness::environment::Environment;
use crate::harness::execution::{execute, ignored, no_benchmarks, policy_of};
use crate::harness::help::{Help, USAGE};
use crate::harness::listing::list;
use crate::harness::membership::join;
use crate::harness::nextest_config::{nextest_config, write_nextest_config};
use crate::harness::order::ordered_plan;
use crate::harness::owner::{capacities, client};
use crate::harness::pools::Pools;
use crate::harness::reporter::Reporter;
use crate::harness::run_as_worker;
use crate::harness::settings::{Defaults, Settings};
use crate::harness::show_config::show_config;
use crate::harness::show_plan::show_plan;
use crate::harness::teardown::{TeardownWords, owe_teardowns};
use crate::model::{Clock, GlobalParams, ParamsError, Phase, RunMode, TaskId};
use crate::plan::undeclared;
use crate::queue::Scheduler;
use crate::runtime::{EarlyExit, FAILED, SystemClock, say};

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
    pub(super) target: &'static str,
    pub(super) packs: &'static [&'static str],
    /// Where the package of the test target lay when it was compiled.
    package: Option<&'static str>,
    pub(super) defaults: Defaults,
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
            let args = Args::of(&told.words);
            return told.serve(|run| {
                let args = args.map_err(|error| vec![error.to_string()])?;
                self.tear_down(args, run)
            });
        }
        let _early_exit = EarlyExit::fails();
        match Args::of(std::env::args_os().skip(1)) {
            Ok(args) if args.help => {
                let _ = write!(std::io::stdout().lock(), "{Help}");
                ExitCode::SUCCESS
            }
            Ok(args) => self.run(args).unwrap_or_else(|mistakes| refuse(&mistakes)),
            Err(error) => {
                let _ = writeln!(
                    std::io::stderr().lock(),
                    "error: {error}\n\n{USAGE}\n\nFor more information, try '--help'."
                );
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
            return Ok(list(&catalog, &selection, &settings.output));
        }
        if settings.only_benchmarks {
            return no_benchmarks(&settings, &catalog, &selection);
        }
        let checks = self.param_types.iter();
        let misfits: Vec<_> = checks
            .filter_map(|check| check(&settings.params).err())
            .collect();
        if !misfits.is_empty() {
            return Err(texts(misfits));
        }
        let schedule_func = self.schedule_func.as_deref_mut();
        let mut plan = ordered_plan(&catalog, &selection, &mut settings, schedule_func)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let pools = Pools::new(&settings.resources, self.defaults.instances)
            .map_err(|error| vec![error.to_string()])?;
        if settings.resources.strict {
            let mistakes = undeclared(&catalog, &plan, &pools.names());
            if !mistakes.is_empty() {
                return Err(texts(mistakes));
            }
        }
        let capacities = capacities(&settings, &pools);
        if let Some(file) = &settings.nextest_config {
            return write_nextest_config(&nextest_config(&plan, &capacities), file.as_deref());
        }
        if settings.plan {
            let policy = policy_of(&settings, capacities, false);
            return Ok(
                match show_plan(&catalog, plan, policy, std::io::stdout().lock()) {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(_) => ExitCode::from(FAILED),
                },
            );
        }
        let printer = settings.output.printer().map_err(|mistake| vec![mistake])?;
        let ignored = ignored(&catalog, &selection);
        // The run has all it needs of it.
        drop(catalog);
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
        let policy = policy_of(&settings, capacities, member.is_some());
        let filtered_out = selection.filtered_out;
        let reporter = Reporter::new(
            printer,
            &settings,
            Arc::clone(&clock),
            ignored,
            filtered_out,
        );
        Ok(execute(
            settings,
            plan,
            (client, policy),
            clock,
            member,
            reporter,
        ))
    }

    /// Where the package is now: cargo and nextest say so, also if it was moved after it was built.
    fn package_at_hand(&self) -> Option<PathBuf> {
        let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        told.or_else(|| self.package.map(PathBuf::from))
    }

    pub(super) fn settings(
        &self,
        args: Args,
        environment: &Environment,
    ) -> Result<Settings, Vec<String>> {
        let file = match self.package_at_hand() {
            Some(package) => SourceText::find(&package).map_err(|error| vec![error.to_string()])?,
            None => None,
        };
        let read = |path: &str| std::fs::read_to_string(path);
        Settings::resolve(args, environment, read, file, self.defaults.clone()).map_err(texts)
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

pub(super) fn texts(errors: Vec<impl Display>) -> Vec<String> {
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
