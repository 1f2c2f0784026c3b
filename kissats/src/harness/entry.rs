//! From `main` to the exit code.

use std::fmt::Display;
use std::io::{BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::ats::{AtsClient, LocalAts};
use crate::engine::Policy;
use crate::harness::args::Args;
use crate::harness::needed::Needed;
use crate::harness::settings::{Defaults, Settings};
use crate::harness::trials;
use crate::model::{Clock, GlobalParams, InstanceName, NameError, ResourceName, Task};
use crate::plan::{Catalog, PlanError, RunPlan, Selection, push_shown_name, shown_name};
use crate::registry;
use crate::runtime::{Interrupts, Run, SystemClock, say};

/// What `cargo test` shows as a failed run.
const FAILED: u8 = 101;

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
#[derive(Debug)]
pub struct Harness {
    /// The crate of the test target, whose own tasks run too.
    target: &'static str,
    packs: &'static [&'static str],
    defaults: Defaults,
    instances: Vec<(String, String, Value)>,
}

impl Harness {
    /// For [`harness!`](crate::harness), which knows the names.
    #[doc(hidden)]
    #[must_use]
    pub fn new(target: &'static str, packs: &'static [&'static str]) -> Self {
        Self {
            target,
            packs,
            defaults: Defaults::default(),
            instances: Vec::new(),
        }
    }

    /// The device under test where neither `--dut` nor `KISSATS_DUT` names one.
    #[must_use]
    pub fn dut(mut self, name: impl Into<String>) -> Self {
        self.defaults.dut = Some(name.into());
        self
    }

    /// The test system where neither `--ats` nor `KISSATS_ATS` names one.
    #[must_use]
    pub fn ats(mut self, name: impl Into<String>) -> Self {
        self.defaults.ats = Some(name.into());
        self
    }

    /// Puts one more instance behind a resource, with the configuration that its holder finds.
    ///
    /// A resource without any is one private instance of its own name.
    #[must_use]
    pub fn instance(
        mut self,
        resource: impl Into<String>,
        instance: impl Into<String>,
        config: Value,
    ) -> Self {
        self.instances
            .push((resource.into(), instance.into(), config));
        self
    }

    /// Runs what the command line asks for. 0: all is well; 101: something failed, or nothing could run.
    #[must_use]
    pub fn main(self) -> ExitCode {
        match Args::try_parse() {
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

    fn run(self, args: Args) -> Result<ExitCode, Vec<String>> {
        if cfg!(panic = "abort") {
            return Err(vec![
                "this binary was built with `panic = \"abort\"`: a task that panics would end the run and release \
                 nothing; build tests with `panic = \"unwind\"`"
                    .to_owned(),
            ]);
        }
        let settings =
            Settings::resolve(args, |name| std::env::var(name).ok(), self.defaults.clone())
                .map_err(texts)?;
        for note in &settings.notes {
            say(note);
        }
        let catalog = self.catalog(&settings.params)?;
        let offered = |id| {
            let pack = catalog.task(id).pack.as_str();
            pack == self.target || self.packs.contains(&pack)
        };
        let selection = Selection::new(
            &catalog,
            offered,
            &settings.params,
            &settings.names,
            settings.ignored,
        )
        .map_err(texts)?;
        let filtered_out = catalog.ids().filter(|id| offered(*id)).count() - selection.tasks.len();
        if settings.list {
            return Ok(list(&catalog, &selection));
        }
        if settings.only_benchmarks {
            return Ok(ignore_all(&settings, &catalog, &selection, filtered_out));
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let client = self
            .local_ats(Arc::clone(&clock))
            .map_err(|error| vec![error.to_string()])?;
        execute(settings, catalog, &selection, filtered_out, client, clock)
    }

    /// Every linked task, checked as a whole.
    fn catalog(&self, params: &GlobalParams) -> Result<Catalog, Vec<String>> {
        let (tasks, errors) = registry::collect(params);
        let mut mistakes = texts(errors);
        mistakes.extend(texts(self.empty_packs(&tasks)));
        match Catalog::new(tasks) {
            Ok(catalog) if mistakes.is_empty() => Ok(catalog),
            Ok(_) => Err(mistakes),
            Err(errors) => {
                mistakes.extend(texts(errors));
                Err(mistakes)
            }
        }
    }

    fn empty_packs(&self, tasks: &[Task]) -> Vec<PlanError> {
        let mut linked: Vec<_> = tasks.iter().map(|task| task.pack.clone()).collect();
        linked.dedup();
        if linked.is_empty() {
            // The catalog says so.
            return Vec::new();
        }
        let empty = self
            .packs
            .iter()
            .filter(|pack| !linked.iter().any(|name| name == *pack));
        empty
            .map(|pack| PlanError::EmptyPack {
                pack: (*pack).to_owned(),
                linked: linked.clone(),
            })
            .collect()
    }

    fn local_ats(self, clock: Arc<dyn Clock>) -> Result<Arc<dyn AtsClient>, NameError> {
        let mut ats = LocalAts::new(clock);
        for (resource, instance, config) in self.instances {
            ats = ats.with_instance(
                ResourceName::new(resource)?,
                InstanceName::new(instance)?,
                config,
            );
        }
        Ok(Arc::new(ats))
    }
}

/// A line for each, as libtest writes it. `libtest-mimic` would need a trial for each, and takes as
/// long to write a line as everything before it.
fn list(catalog: &Catalog, selection: &Selection) -> ExitCode {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut line = String::new();
    let written = selection.tasks.iter().try_for_each(|&id| {
        line.clear();
        push_shown_name(catalog, id, &mut line);
        line.push_str(": test\n");
        out.write_all(line.as_bytes())
    });
    match written.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads the rest.
        Err(_) => ExitCode::from(FAILED),
    }
}

/// The answer to `--bench`: a task is no benchmark.
fn ignore_all(
    settings: &Settings,
    catalog: &Catalog,
    selection: &Selection,
    filtered_out: usize,
) -> ExitCode {
    let listed =
        |&id| trials::of_listed(shown_name(catalog, id), selection.is_ignored_by_default(id));
    report(
        settings,
        selection.tasks.iter().map(listed).collect(),
        filtered_out,
    )
    .exit_code()
}

fn execute(
    settings: Settings,
    catalog: Catalog,
    selection: &Selection,
    filtered_out: usize,
    client: Arc<dyn AtsClient>,
    clock: Arc<dyn Clock>,
) -> Result<ExitCode, Vec<String>> {
    let plan = RunPlan::new(&catalog, selection);
    let catalog = Arc::new(catalog);
    let run = Run {
        catalog: Arc::clone(&catalog),
        plan: plan.clone(),
        policy: Policy {
            fail_fast: settings.fail_fast,
            ..Policy::default()
        },
        params: Arc::new(settings.params.clone()),
        client,
        clock,
    };
    let interrupts = Interrupts::install();
    let run = Arc::new(run.start(&interrupts));
    let of_step = |(step, id)| trials::of_step(shown_name(&catalog, id), step, Arc::clone(&run));
    let of_ignored = |&id| {
        let reason = selection.ignored(id)?;
        Some(trials::of_ignored(shown_name(&catalog, id), reason))
    };
    let selected = plan
        .steps()
        .filter(|(_, task)| task.selected)
        .map(|(step, task)| (step, task.id));
    let shown: Vec<Trial> = selected
        .map(of_step)
        .chain(selection.tasks.iter().filter_map(of_ignored))
        .collect();
    // Writing the report panics when stdout is gone. That ends the run as Ctrl-C would: in order.
    let conclusion = catch_unwind(AssertUnwindSafe(|| report(&settings, shown, filtered_out)));
    if conclusion.is_err() {
        interrupts.interrupt();
    }
    // Teardowns that nobody selected are still to be run.
    let end = run.finish();
    let mut needed = Needed::default();
    for (step, task) in plan.steps().filter(|(_, task)| !task.selected) {
        needed.add(shown_name(&catalog, task.id), run.outcome(step));
    }
    // A closed stderr is no reason to fail.
    let _ = needed.report(std::io::stderr());
    let well = conclusion.is_ok_and(|conclusion| !conclusion.has_failed())
        && !needed.has_failed()
        && end.is_some_and(|end| !end.interrupted);
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
        output.skip = vec![trials::FILTERED_OUT.to_owned()];
        output.exact = true;
        shown.extend(std::iter::repeat_with(trials::of_filtered_out).take(filtered_out));
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
    let _ = writeln!(out, "Error: nothing was run: {} mistake(s)", mistakes.len());
    for mistake in mistakes {
        let _ = writeln!(out, "  - {}", mistake.replace('\n', "\n    "));
    }
    ExitCode::from(FAILED)
}
