//! Documents whose commands are replayed: what a page shows is what the program does.
//!
//! A block that starts with `// FILE` or `# FILE` is a file of a project; a `console` block holds
//! `$ cargo …` and what it prints. `KISSATS_BLESS=1` writes down what it prints now.

use std::fs;
use std::path::Path;

use crate::Project;

/// One fenced block of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The word behind the fence.
    pub language: String,
    /// The lines between the fences.
    pub text: String,
}

/// The fenced blocks of a document, in order.
#[must_use]
pub fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block {
                    language: language.to_owned(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

impl Block {
    /// The path of the file that the block is, if its first line names one.
    fn file(&self) -> Option<&str> {
        let first = self.text.lines().next()?;
        let path = first
            .strip_prefix("// ")
            .or_else(|| first.strip_prefix("# "))?;
        let (path, _) = path.split_once(' ').unwrap_or((path, ""));
        path.contains('.').then_some(path)
    }
}

/// Builds the project that the document describes, runs its commands, and compares.
///
/// Each `console` block is run with the files of all blocks before it; a file that is named again
/// replaces the one before.
///
/// # Panics
/// If a command prints something else than the document says.
pub fn replay(path: &Path) {
    let document = fs::read_to_string(path).expect("the document can be read");
    let name = path
        .file_stem()
        .expect("a document has a name")
        .to_string_lossy()
        .to_lowercase();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut blessed = document.clone();
    let mut replayed = 0;
    for block in blocks(&document) {
        if let Some(file) = block.file() {
            files.retain(|(known, _)| known != file);
            files.push((file.to_owned(), block.text.clone()));
        }
        if block.language != "console" {
            continue;
        }
        let found = run(&name, &files, &block.text);
        replayed += 1;
        if found != block.text {
            assert!(
                std::env::var_os("KISSATS_BLESS").is_some(),
                "{} says\n{}and it prints\n{found}",
                path.display(),
                block.text
            );
            blessed = blessed.replacen(&block.text, &found, 1);
        }
    }
    assert!(replayed > 0, "{} shows no command", path.display());
    if blessed != document {
        fs::write(path, blessed).expect("the document can be written");
    }
}

/// The block as it would be with what its command prints now.
fn run(name: &str, files: &[(String, String)], block: &str) -> String {
    let command = block
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("$ cargo "));
    let command = command.expect("a console block starts with `$ cargo …`");
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let project = Project::with_files(&format!("{name}-pack"), &files);
    let words: Vec<&str> = command
        .split_whitespace()
        .map(|word| word.trim_matches('\''))
        .collect();
    // What cargo itself says about building is not part of the page.
    let mut quiet = words.clone();
    quiet.insert(1, "--quiet");
    let (_, printed) = project.cargo_as_in_a_terminal(&quiet);
    format!("$ cargo {command}\n{}", tidy(&printed))
}

/// Takes out what differs from run to run: durations and thread ids, and empty lines around it all.
fn tidy(printed: &str) -> String {
    let mut text = String::new();
    for line in printed.trim().lines() {
        let line = match line.split_once("; finished in ") {
            Some((before, _)) => format!("{before}; finished in 0.00s"),
            None => line.to_owned(),
        };
        text.push_str(&without_thread_id(&line));
        text.push('\n');
    }
    text
}

/// `thread 'boot' (4711) panicked at` becomes `thread 'boot' panicked at`.
fn without_thread_id(line: &str) -> String {
    let Some((before, after)) = line
        .split_once("' (")
        .filter(|_| line.starts_with("thread '"))
    else {
        return line.trim_end().to_owned();
    };
    match after.split_once(") panicked at") {
        Some((_, place)) => format!("{before}' panicked at{place}"),
        None => line.to_owned(),
    }
}
