//! The report beside that of libtest-mimic, which is the reference.

use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::{Arguments, ColorSetting, Completion, FormatSetting, Trial};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::report::printer::width;
use crate::report::{Printer, ReportFormat, Shown};

type Tasks = Vec<(String, Shown)>;

const FORMATS: [ReportFormat; 3] = [
    ReportFormat::Pretty,
    ReportFormat::Terse,
    ReportFormat::Json,
];

fn ours(tasks: &Tasks, filtered_out: usize, format: ReportFormat, has_colours: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, format, has_colours);
    let widest = tasks.iter().map(|(name, _)| width(name)).max();
    printer.begin(tasks.len(), widest.unwrap_or(0));
    for (name, shown) in tasks {
        printer.start(name);
        printer.end(name, shown.clone());
    }
    printer.conclude(filtered_out, Duration::ZERO);
    printer.flush();
    assert!(printer.broken().is_none());
    out
}

fn theirs(tasks: &Tasks, filtered_out: usize, format: ReportFormat, has_colours: bool) -> Vec<u8> {
    let path = logfile();
    let arguments = Arguments {
        // It counts what it filters itself.
        ignored: true,
        test_threads: Some(1),
        format: Some(match format {
            ReportFormat::Pretty => FormatSetting::Pretty,
            ReportFormat::Terse => FormatSetting::Terse,
            ReportFormat::Json => FormatSetting::Json,
        }),
        color: Some(match has_colours {
            true => ColorSetting::Always,
            false => ColorSetting::Never,
        }),
        logfile: Some(path.to_string_lossy().into_owned()),
        ..Arguments::default()
    };
    let trial = |(name, shown): &(String, Shown)| {
        let shown = shown.clone();
        let run = move || match shown {
            Shown::Passed => Ok(Completion::Completed),
            Shown::Failed(text) => Err(text.into()),
            Shown::Ignored(reason) => Ok(Completion::Ignored { reason }),
        };
        Trial::ignorable_test(name, run).with_ignored_flag(true)
    };
    let mut trials: Vec<Trial> = tasks.iter().map(trial).collect();
    trials.extend((0..filtered_out).map(|_| Trial::test("", || Ok(()))));
    let _ = libtest_mimic::run(&arguments, trials);
    let report = std::fs::read(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    report
}

/// One for each thread that tests.
fn logfile() -> PathBuf {
    let who = format!("{}-{:?}", std::process::id(), std::thread::current().id());
    std::env::temp_dir().join(format!("kissats-report-{}", who.replace(['(', ')'], "")))
}

/// Without the time, which differs.
fn timeless(report: Vec<u8>) -> String {
    let report = String::from_utf8(report).unwrap();
    for before in ["finished in ", "\"exec_time\": "] {
        if let Some((head, tail)) = report.rsplit_once(before) {
            let tail =
                tail.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
            let tail = tail
                .trim_start_matches("e-")
                .trim_start_matches(|letter: char| letter.is_ascii_digit());
            return format!("{head}{before}{tail}");
        }
    }
    panic!("no time in\n{report}");
}

/// libtest-mimic leaves out what is not for eyes where there are no colours; libtest does not.
fn without_orders((name, shown): &(String, Shown)) -> (String, Shown) {
    let plain = |text: &str| text.replace(|c: char| c.is_control() && !"\n\r\t".contains(c), "");
    let shown = match shown {
        Shown::Passed => Shown::Passed,
        Shown::Failed(text) => Shown::Failed(plain(text)),
        Shown::Ignored(reason) => Shown::Ignored(reason.as_deref().map(plain)),
    };
    (name.clone(), shown)
}

#[track_caller]
fn are_alike(tasks: &Tasks, filtered_out: usize) {
    for format in FORMATS {
        for has_colours in [false, true] {
            let tasks = match has_colours {
                true => tasks.clone(),
                false => tasks.iter().map(without_orders).collect(),
            };
            let [ours, theirs] = [ours, theirs]
                .map(|report| timeless(report(&tasks, filtered_out, format, has_colours)));
            assert_eq!(ours, theirs, "{format:?}, colours: {has_colours}");
        }
    }
}

/// Texts with all that is treated in its own way somewhere.
fn text(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(select(parts), 0..8).prop_map(|parts| parts.concat())
}

const OF_NAMES: &[&str] = &[
    "boot", "::", "[power] ", "\"", "\\", "/", "ü", "電源", "\u{301}", "🦀", " ", "{}", "\u{9b}",
];

const OF_TEXTS: &[&str] = &[
    "it broke",
    "\n",
    "\r\n",
    "\t",
    "\"",
    "\\",
    "/",
    "ü",
    "電源",
    "🦀",
    "\u{0}",
    "\u{7}",
    "\u{8}",
    "\u{c}",
    "\u{1f}",
    "\u{85}",
    "\u{2028}",
    "\u{1b}[31m",
    "\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "",
];

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        3 => Just(Shown::Passed),
        2 => text(OF_TEXTS).prop_map(Shown::Failed),
        1 => Just(Shown::Ignored(None)),
        2 => text(OF_TEXTS).prop_map(|reason| Shown::Ignored(Some(reason))),
    ]
}

proptest! {
    #[test]
    fn every_report_is_that_of_libtest_mimic(
        tasks in vec((text(OF_NAMES), shown()), 0..6),
        filtered_out in 0_usize..4,
    ) {
        are_alike(&tasks, filtered_out);
    }
}

#[test]
fn so_are_those_of_none_and_of_one() {
    are_alike(&Vec::new(), 0);
    are_alike(&Vec::new(), 7);
    are_alike(&vec![("one".to_owned(), Shown::Passed)], 0);
}

#[test]
fn what_a_task_says_goes_out_as_it_is() {
    let said = "\u{1b}[31mred\u{1b}[0m\u{7}";
    let tasks = vec![("one".to_owned(), Shown::Failed(said.to_owned()))];
    let report = String::from_utf8(ours(&tasks, 0, ReportFormat::Pretty, false)).unwrap();
    let shown = format!("---- one ----\n{said}\n\n");
    assert!(report.contains(&shown), "{report}");
}

#[test]
fn it_goes_out_in_one_piece_and_not_at_all_once_it_could_not() {
    /// Takes two pieces.
    #[derive(Default)]
    struct Pieces(Vec<String>);
    impl std::io::Write for Pieces {
        fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
            if self.0.len() == 2 {
                return Err(std::io::ErrorKind::BrokenPipe.into());
            }
            self.0.push(String::from_utf8_lossy(piece).into_owned());
            Ok(piece.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut pieces = Pieces::default();
    let mut printer = Printer::new(&mut pieces, ReportFormat::Pretty, false);
    printer.begin(2, 3);
    printer.start("a");
    printer.flush();
    printer.end("a", Shown::Passed);
    printer.start("bcd");
    printer.flush();
    printer.flush();
    assert!(printer.broken().is_none());
    printer.end("bcd", Shown::Failed("no".to_owned()));
    printer.flush();
    printer.conclude(0, Duration::ZERO);
    printer.flush();
    assert!(printer.broken().is_some() && printer.has_failed());
    let expected = ["\nrunning 2 tests\ntest a   ... ", "ok\ntest bcd ... "];
    assert_eq!(pieces.0, expected);
}

#[test]
fn a_reason_is_one_line() {
    let shown = Shown::ignored_for("first\n\n  second \r\nthird");
    assert_eq!(
        shown,
        Shown::Ignored(Some("first; second; third".to_owned()))
    );
}
