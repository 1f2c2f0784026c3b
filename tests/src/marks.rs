//! What the tasks of a pack leave behind when they run.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::project::packs_folder;

/// Far more than anything here takes; nothing is ever measured with it.
const LIMIT: Duration = Duration::from_secs(120);

/// A file to which the tasks of a pack add a line each, in the order in which they run.
#[derive(Debug)]
pub struct Marks {
    path: PathBuf,
}

impl Marks {
    /// The file of a pack that leaves marks: `src/mark.rs`.
    pub const SOURCE: &str = include_str!("../packs/mark.rs");
    /// The environment variable that tells the pack where.
    pub const VARIABLE: &str = "MARKS";

    /// No marks yet. No two tests of a process that run at once may give the same name.
    ///
    /// # Panics
    /// If the folder cannot be made.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = packs_folder().join("marks");
        fs::create_dir_all(&folder).expect("a folder can be made");
        // Under nextest, every test is a process.
        let path = folder.join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        Self { path }
    }

    /// The file itself, which exists once there is a mark.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All marks so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Waits until `mark` is there.
    ///
    /// # Panics
    /// If it never comes.
    pub fn wait_for(&self, mark: &str) {
        eventually(&format!("the mark `{mark}`"), || {
            self.lines().iter().any(|line| line == mark).then_some(())
        });
    }

    /// Leaves a mark, for a task that waits for it.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn leave(&self, mark: &str) {
        use std::io::Write;
        let mut file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.path)
            .expect("the marks can be opened");
        file.write_all(format!("{mark}\n").as_bytes())
            .expect("a mark can be left");
    }
}

impl Drop for Marks {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// If there is none after a time in which there must be one.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < LIMIT, "{what} does not come");
        thread::sleep(Duration::from_millis(10));
    }
}
