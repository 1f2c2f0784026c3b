//! What a task says of itself.

use std::fmt;

/// The result word of a task. The first five are the original's; a pack may invent others.
///
/// ```
/// # use kissats::Verdict;
/// assert_eq!(Verdict::Passed.as_str(), "Passed");
/// assert_eq!(Verdict::from("Degraded"), Verdict::Other("Degraded".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// What was tested works.
    Passed,
    /// The task did what it had to do; nothing was judged.
    Completed,
    /// The task decided that it does not apply. Its dependents may run.
    Skipped,
    /// What was tested does not work.
    Failed,
    /// The task itself broke: an error, a panic, a time-out, an invalid return.
    Exception,
    /// A word of the pack's own. A failure, unless it is listed in `valid_result`.
    Other(String),
}

impl Verdict {
    /// The word as the original writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Passed => "Passed",
            Self::Completed => "Completed",
            Self::Skipped => "Skipped",
            Self::Failed => "Failed",
            Self::Exception => "Exception",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for Verdict {
    fn from(word: &str) -> Self {
        match word {
            "Passed" => Self::Passed,
            "Completed" => Self::Completed,
            "Skipped" => Self::Skipped,
            "Failed" => Self::Failed,
            "Exception" => Self::Exception,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which verdicts count as success: the original's `valid_result`.
///
/// ```
/// # use kissats::{ValidResults, Verdict};
/// let valid = ValidResults::default();
/// assert!(valid.contains(&Verdict::Skipped));
/// assert!(!valid.contains(&Verdict::from("Degraded")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidResults(Vec<Verdict>);

impl Default for ValidResults {
    /// `Passed`, `Completed` and `Skipped`, as in the original.
    fn default() -> Self {
        Self(vec![Verdict::Passed, Verdict::Completed, Verdict::Skipped])
    }
}

impl ValidResults {
    /// Exactly these verdicts.
    ///
    /// ```
    /// # use kissats::{ValidResults, Verdict};
    /// let valid = ValidResults::new([Verdict::Passed, Verdict::from("Degraded")])?;
    /// assert!(valid.contains(&Verdict::from("Degraded")));
    /// assert!(ValidResults::new([]).is_err());
    /// # Ok::<(), kissats::NoValidResult>(())
    /// ```
    ///
    /// # Errors
    /// [`NoValidResult`] if there is none: every task would fail.
    pub fn new(verdicts: impl IntoIterator<Item = Verdict>) -> Result<Self, NoValidResult> {
        let verdicts: Vec<Verdict> = verdicts.into_iter().collect();
        if verdicts.is_empty() {
            Err(NoValidResult)
        } else {
            Ok(Self(verdicts))
        }
    }

    /// The verdicts that count as success, in the order in which they were given.
    ///
    /// ```
    /// # use kissats::ValidResults;
    /// let valid = ValidResults::default();
    /// let words: Vec<&str> = valid.iter().map(|verdict| verdict.as_str()).collect();
    /// assert_eq!(words, ["Passed", "Completed", "Skipped"]);
    /// ```
    pub fn iter(&self) -> std::slice::Iter<'_, Verdict> {
        self.0.iter()
    }

    /// Whether `verdict` counts as success.
    #[must_use]
    pub fn contains(&self, verdict: &Verdict) -> bool {
        self.0
            .iter()
            .any(|valid| valid.as_str() == verdict.as_str())
    }
}

impl<'a> IntoIterator for &'a ValidResults {
    type Item = &'a Verdict;
    type IntoIter = std::slice::Iter<'a, Verdict>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An empty list of valid results.
///
/// ```
/// # use kissats::{NoValidResult, ValidResults};
/// assert_eq!(ValidResults::new([]), Err(NoValidResult));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run needs at least one verdict that counts as success, for example `Passed`")]
pub struct NoValidResult;
