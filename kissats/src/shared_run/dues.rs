//! The teardowns that a run owes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::shared_run::file_name::file_name;
use crate::wire::{TeardownOrder, TeardownReport, from_line, to_line};

/// What a run owes, in the folder `teardown` of the run.
///
/// There is a file for each teardown, which holds the binary that runs it, and goes when it has been run,
/// or has failed twice; for each binary how it is started, and a lock that the process has that waits for its
/// time.
#[derive(Debug, Clone)]
pub(crate) struct Dues(PathBuf);

/// A teardown that is owed.
struct Due {
    binary: String,
    task: String,
    /// It has been run, and it has failed.
    has_failed: bool,
}

/// The third line of a teardown that has failed.
const HAS_FAILED: &str = "has failed";

impl Dues {
    pub(crate) fn of(run: &Path) -> Self {
        Self(run.join("teardown"))
    }

    /// Writes down that the run owes these; whoever was there first has to run them.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn add<'a>(
        &self,
        binary: &str,
        tasks: impl Iterator<Item = &'a str>,
    ) -> io::Result<()> {
        for task in tasks {
            let file = self.due(task);
            if file.exists() {
                continue;
            }
            fs::create_dir_all(self.0.join("due"))?;
            // If two do so at once, one of them wins, and both can read which.
            self.put(task, &format!("{binary}\n{task}\n"))?;
        }
        Ok(())
    }

    fn put(&self, task: &str, text: &str) -> io::Result<()> {
        let name = format!("{}.new-{}", file_name(task), std::process::id());
        let new = self.0.join(name);
        fs::write(&new, text)?;
        fs::rename(new, self.due(task))
    }

    /// The teardowns that this binary has to run.
    pub(crate) fn of_binary(&self, binary: &str) -> Vec<String> {
        let all = self.all().into_iter();
        let of_binary = all.filter(|due| due.binary == binary);
        in_order(of_binary.map(|due| due.task))
    }

    /// Those teardowns that have been run once, and have failed.
    pub(crate) fn failed(&self) -> Vec<String> {
        let failed = self.all().into_iter().filter(|due| due.has_failed);
        in_order(failed.map(|due| due.task))
    }

    /// The binaries that have teardowns to run.
    pub(crate) fn binaries(&self) -> Vec<String> {
        in_order(self.all().into_iter().map(|due| due.binary))
    }

    /// Whether nothing is owed.
    pub(crate) fn is_empty(&self) -> bool {
        let mut files = fs::read_dir(self.0.join("due")).into_iter().flatten();
        files.next().is_none()
    }

    fn all(&self) -> Vec<Due> {
        let files = fs::read_dir(self.0.join("due")).into_iter().flatten();
        let texts = files
            .flatten()
            .filter_map(|file| fs::read_to_string(file.path()).ok());
        texts
            .filter_map(|text| {
                let mut lines = text.lines();
                Some(Due {
                    binary: lines.next()?.to_owned(),
                    task: lines.next()?.to_owned(),
                    has_failed: lines.next() == Some(HAS_FAILED),
                })
            })
            .collect()
    }

    fn due(&self, task: &str) -> PathBuf {
        self.0.join("due").join(file_name(task))
    }

    /// One of them has been run: writes down what came of it. One that has failed is owed still, for one
    /// more time.
    ///
    /// # Errors
    /// What the system says; then it will be run once more.
    pub(crate) fn settle(&self, report: &TeardownReport) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options.append(true).create(true).open(self.reports())?;
        file.write_all(to_line(report)?.as_bytes())?;
        let text = fs::read_to_string(self.due(&report.task)).unwrap_or_default();
        let has_failed_before = text.lines().any(|line| line == HAS_FAILED);
        if report.problem.is_some() && !has_failed_before {
            return self.put(&report.task, &format!("{text}{HAS_FAILED}\n"));
        }
        fs::remove_file(self.due(&report.task))
    }

    /// Nobody can run these.
    pub(crate) fn give_up(&self, tasks: &[String]) {
        for task in tasks {
            // What stays is told once more by the next run.
            let _ = fs::remove_file(self.due(task));
        }
    }

    fn reports(&self) -> PathBuf {
        self.0.join("reports.jsonl")
    }

    /// What came of the teardowns, if that has not been taken yet. It is taken by this, and stands in another
    /// file from then on.
    pub(crate) fn take_reports(&self) -> Vec<TeardownReport> {
        let taken = self
            .reports()
            .with_extension(std::process::id().to_string());
        if fs::rename(self.reports(), &taken).is_err() {
            return Vec::new();
        }
        let text = fs::read_to_string(&taken).unwrap_or_default();
        let mut options = OpenOptions::new();
        let told = options.append(true).create(true);
        let told = told.open(self.0.join("reports-told.jsonl"));
        if told.is_ok_and(|mut told| told.write_all(text.as_bytes()).is_ok()) {
            let _ = fs::remove_file(taken);
        }
        text.lines()
            .filter_map(|line| from_line(line).ok())
            .collect()
    }

    /// Held by the process that waits for the time to tear down.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn watch(&self, binary: &str) -> io::Result<File> {
        let name = format!("{}.watch", file_name(binary));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        options.open(self.0.join(name))
    }

    /// Writes down how the binary is started.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn put_order(&self, binary: &str, order: &TeardownOrder) -> io::Result<()> {
        let file = self.order_file(binary);
        let new = file.with_extension(format!("new-{}", std::process::id()));
        fs::write(&new, to_line(order)?)?;
        fs::rename(new, file)
    }

    /// How the binary is started; `None` if nobody has said so in a way that can be understood.
    pub(crate) fn order(&self, binary: &str) -> Option<TeardownOrder> {
        let text = fs::read_to_string(self.order_file(binary)).ok()?;
        from_line(&text).ok()
    }

    fn order_file(&self, binary: &str) -> PathBuf {
        self.0.join(format!("{}.order", file_name(binary)))
    }
}

/// Each of these names once, in their order.
fn in_order(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut sorted: Vec<String> = Vec::new();
    for name in names {
        if let Err(place) = sorted.binary_search(&name) {
            sorted.insert(place, name);
        }
    }
    sorted
}
