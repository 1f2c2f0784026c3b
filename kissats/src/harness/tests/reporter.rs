//! What is printed when, whatever the order in which outcomes come.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::harness::reporter::Reporter;
use crate::harness::tests::support::resolve;
use crate::model::{Clock, GlobalParams, LoadedTask, Outcome, TaskResult, TaskReturn, Timestamp};
use crate::plan::tests::task;
use crate::plan::{Catalog, IgnoredTasks, NameFilter, Narrowing, RunPlan, Selection, Step};
use crate::report::{Printer, ReportFormat, Shown};
use crate::runtime::RunObserver;

/// What was written, a piece for each call.
#[derive(Clone, Default)]
struct Pieces(Arc<Mutex<Vec<String>>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8(piece.to_vec()).unwrap();
        self.0.lock().unwrap().push(text);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pieces {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::START
    }
}

/// A plan of four, of which `boot` is only needed.
fn plan() -> RunPlan {
    let lines = ["boot", "a needs boot", "b in x", "c"];
    let tasks = lines.iter().zip(1..).map(|(line, at)| task(line, at).0);
    let tasks: Vec<LoadedTask> = tasks.collect();
    let catalog = Catalog::new(tasks).unwrap();
    let names = NameFilter {
        skips: vec!["boot".to_owned()],
        ..NameFilter::default()
    };
    let selection = Selection::new(
        &catalog,
        |_| true,
        &GlobalParams::default(),
        &names,
        IgnoredTasks::Skip,
        &Narrowing::default(),
    );
    RunPlan::new(&catalog, &selection.unwrap())
}

fn reporter(pieces: &Pieces) -> Reporter {
    let settings = resolve(&[], &[]).unwrap();
    let printer = Printer::new(
        Box::new(pieces.clone()) as Box<dyn Write + Send>,
        ReportFormat::Pretty,
        false,
    );
    let ignored = vec![("later".to_owned(), Shown::ignored_for("not today"))];
    Reporter::new(printer, &settings, Arc::new(Stopped), ignored, 1)
}

fn passed() -> Outcome {
    Outcome::Passed(vec![TaskResult::new(TaskReturn::passed(), Duration::ZERO)])
}

const END: &str = "\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 1 filtered out; finished in 0.00s\n\n";

#[test]
fn the_end_of_a_line_and_the_start_of_the_next_are_one_piece() {
    let (plan, pieces) = (plan(), Pieces::default());
    let mut reporter = reporter(&pieces);
    reporter.begins(&plan);
    assert_eq!(pieces.take(), ["\nrunning 4 tests\ntest a     ... "]);
    // Nobody has asked for it.
    reporter.ended(&plan, Step::new(0), passed(), None);
    assert_eq!(pieces.take(), [""; 0]);
    reporter.ended(&plan, Step::new(1), passed(), None);
    assert_eq!(pieces.take(), ["ok\ntest [x] b ... "]);
    reporter.ended(&plan, Step::new(2), passed(), None);
    assert_eq!(pieces.take(), ["ok\ntest c     ... "]);
    reporter.ended(&plan, Step::new(3), passed(), None);
    let rest = format!("ok\ntest later ... ignored (not today)\n{END}");
    assert_eq!(pieces.take(), [rest]);
    reporter.conclude(&plan);
    assert_eq!(pieces.take(), [""; 0]);
    assert!(reporter.is_well());
    assert!(reporter.kept.get(Step::new(0)).is_some());
}

#[test]
fn what_comes_too_early_is_shown_in_its_place() {
    let (plan, pieces) = (plan(), Pieces::default());
    let mut reporter = reporter(&pieces);
    reporter.begins(&plan);
    pieces.take();
    reporter.ended(&plan, Step::new(3), passed(), None);
    reporter.ended(&plan, Step::new(2), passed(), None);
    assert_eq!(pieces.take(), [""; 0]);
    reporter.ended(&plan, Step::new(1), passed(), None);
    let all = format!(
        "ok\ntest [x] b ... ok\ntest c     ... ok\ntest later ... ignored (not today)\n{END}"
    );
    assert_eq!(pieces.take(), [all]);
    assert!(reporter.kept.values().next().is_none());
}

#[test]
fn after_it_was_given_up_it_prints_nothing_and_tells_all() {
    let (plan, pieces) = (plan(), Pieces::default());
    let mut reporter = reporter(&pieces);
    reporter.begins(&plan);
    reporter.ended(&plan, Step::new(1), passed(), None);
    pieces.take();
    reporter.given_up();
    reporter.ended(&plan, Step::new(3), passed(), None);
    reporter.ended(&plan, Step::new(2), passed(), None);
    assert_eq!(pieces.take(), [""; 0]);
    assert_eq!(reporter.untold(), "    b ... ok\n    c ... ok\n");
}

#[test]
fn a_task_without_an_outcome_has_failed() {
    let (plan, pieces) = (plan(), Pieces::default());
    let mut reporter = reporter(&pieces);
    reporter.begins(&plan);
    reporter.ended(&plan, Step::new(2), passed(), None);
    reporter.conclude(&plan);
    let report = pieces.take().concat();
    assert!(
        report.contains("\ntest a     ... FAILED\ntest [x] b ... ok\ntest c     ... FAILED\n"),
        "{report}"
    );
    assert!(report.contains("1 passed; 2 failed; 1 ignored"), "{report}");
    assert!(!reporter.is_well());
}
