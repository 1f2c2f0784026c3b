//! What a report shows of the end of a task.

/// The words that libtest has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Passed,
    /// With what is said of it below all tasks.
    Failed(String),
    /// With the reason, if there is one.
    Ignored(Option<String>),
}

impl Shown {
    /// The reason goes into the line of the task: it must not begin another one.
    pub(crate) fn ignored_for(reason: &str) -> Self {
        let words: Vec<&str> = reason
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        Self::Ignored(Some(words.join("; ")))
    }
}
