//! How often a task is tried again after a failure, when, and on what.

use std::time::Duration;

use serde_json::{Value, json};

use crate::model::schema::{Node, SchemaProblem};
use crate::model::task_spec::seconds;
use crate::model::word::words;

/// What happens after a failed attempt.
///
/// While it waits for its next attempt, a task holds no worker and no resource.
///
/// ```
/// # use kissats::{Backoff, Retries, RetryOn, TaskSpec, json};
/// let spec = TaskSpec::from_document(json!({
///     "name": "rail_voltage", "description": "",
///     "retries": { "count": 3, "delay": "1s", "backoff": "exponential", "on": "other-instance" },
/// }))?;
/// assert_eq!((spec.retries.count, spec.retries.backoff), (3, Backoff::Exponential));
/// assert_eq!(spec.retries.on, RetryOn::OtherInstance);
/// assert_eq!(Retries::from(2), Retries::new(2));
/// # Ok::<(), kissats::SchemaErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Retries {
    /// How often it is tried again. Default 0.
    pub count: u32,
    /// How long it waits before the second attempt. Default 0.
    pub delay: Duration,
    /// Whether it waits longer before every further attempt.
    pub backoff: Backoff,
    /// With exponential back-off, the longest wait.
    pub max_delay: Option<Duration>,
    /// Whether it asks for other instances than those on which it has failed.
    pub on: RetryOn,
}

/// How the wait between attempts grows.
///
/// ```
/// # use kissats::Backoff;
/// assert_eq!("exponential".parse(), Ok(Backoff::Exponential));
/// assert_eq!(Backoff::default(), Backoff::Fixed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Backoff {
    /// Not at all.
    #[default]
    Fixed,
    /// It doubles each time.
    Exponential,
}

words!(Backoff {
    Fixed = "fixed",
    Exponential = "exponential",
});

/// What the next attempt runs on.
///
/// ```
/// # use kissats::{Retries, RetryOn};
/// let mut retries = Retries::new(2);
/// assert_eq!(retries.on, RetryOn::AnyInstance);
/// retries.on = RetryOn::OtherInstance;
/// assert_eq!(retries.on.to_string(), "other-instance");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum RetryOn {
    /// Whatever is free.
    #[default]
    AnyInstance,
    /// Other instances than those on which it has failed, if one is free when its turn comes.
    OtherInstance,
}

words!(RetryOn {
    AnyInstance = "any-instance",
    OtherInstance = "other-instance",
});

impl Retries {
    /// So many further attempts, at once, on whatever is free.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        Self {
            count,
            delay: Duration::ZERO,
            backoff: Backoff::Fixed,
            max_delay: None,
            on: RetryOn::AnyInstance,
        }
    }

    /// What the attribute has checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(
        count: u32,
        delay: Duration,
        backoff: Backoff,
        max_delay: Option<Duration>,
        on: RetryOn,
    ) -> Self {
        Self {
            count,
            delay,
            backoff,
            max_delay,
            on,
        }
    }

    /// How long it waits after so many failed attempts.
    pub(crate) fn wait_after(&self, failed: usize) -> Duration {
        let doublings = match self.backoff {
            Backoff::Fixed => 0,
            Backoff::Exponential => u32::try_from(failed.saturating_sub(1)).unwrap_or(u32::MAX),
        };
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        let wait = self.delay.saturating_mul(factor);
        self.max_delay.map_or(wait, |most| wait.min(most))
    }

    /// Reads a count, or a mapping that has one.
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        match node.value {
            Value::Number(_) => node.whole_number(0).map(Self::new),
            Value::Object(_) => Self::read_mapping(node),
            _ => node.expected(
                "a whole number of at least 0, or a mapping such as { count = 2, delay = \"1s\" }",
            ),
        }
    }

    fn read_mapping(node: &Node<'_>) -> Option<Self> {
        let mut fields = node.fields()?;
        let count = fields
            .required("count", "a whole number of at least 0")
            .and_then(|count| count.whole_number(0));
        // What is wrong by itself contradicts nothing: `None` stands for a mistake.
        let delay = fields.given("delay");
        let delay = delay.map_or(Some(Duration::ZERO), |node| node.duration());
        let backoff = fields.given("backoff");
        let backoff = backoff.map_or(Some(Backoff::Fixed), |node| {
            node.word(Backoff::ALL, Backoff::as_str)
        });
        let max_delay = fields.given("max_delay");
        let max_delay = max_delay.map_or(Some(None), |node| node.duration().map(Some));
        let on = fields.read("on", |node| node.word(RetryOn::ALL, RetryOn::as_str));
        fields.refuse_rest();
        let retries = Self {
            count: count?,
            delay: delay?,
            backoff: backoff?,
            max_delay: max_delay?,
            on: on.unwrap_or_default(),
        };
        if let Some((key, problem)) = retries.contradiction() {
            node.note(
                node.path().key(key),
                SchemaProblem::Contradiction(problem.to_owned()),
            );
            return None;
        }
        Some(retries)
    }

    /// What is wrong with these together, and with which key. The attribute says the same.
    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        match (self.backoff, self.max_delay) {
            (Backoff::Fixed, Some(_)) => Some((
                "max_delay",
                "only a wait that grows has a longest: add backoff = \"exponential\"",
            )),
            (Backoff::Exponential, _) if self.delay.is_zero() => Some((
                "backoff",
                "nothing grows from nothing: add a delay longer than zero",
            )),
            (Backoff::Exponential, Some(most)) if most < self.delay => {
                Some(("max_delay", "the longest wait is shorter than the first"))
            }
            _ => None,
        }
    }

    /// A number where that says it all.
    pub(super) fn to_document(self) -> Value {
        if self == Self::new(self.count) {
            return json!(self.count);
        }
        json!({
            "count": self.count,
            "delay": seconds(self.delay),
            "backoff": self.backoff.as_str(),
            "max_delay": self.max_delay.map(seconds),
            "on": self.on.as_str(),
        })
    }
}

impl From<u32> for Retries {
    fn from(count: u32) -> Self {
        Self::new(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::schema;

    fn read(value: Value) -> Result<Retries, String> {
        schema::read(&value, Retries::read).map_err(|errors| errors.to_string())
    }

    fn waits(value: Value) -> Vec<u64> {
        let retries = read(value).unwrap();
        (1..5)
            .map(|failed| retries.wait_after(failed).as_secs())
            .collect()
    }

    #[test]
    fn waits_are_equal_or_double_up_to_the_longest() {
        assert_eq!(waits(json!(3)), [0, 0, 0, 0]);
        assert_eq!(waits(json!({ "count": 3, "delay": 5 })), [5, 5, 5, 5]);
        let mut growing = json!({ "count": 3, "delay": "1s", "backoff": "exponential" });
        assert_eq!(waits(growing.clone()), [1, 2, 4, 8]);
        let retries = read(growing.clone()).unwrap();
        assert!(retries.wait_after(usize::MAX) > Duration::from_secs(u64::from(u32::MAX) - 1));
        growing["max_delay"] = json!(3);
        assert_eq!(waits(growing), [1, 2, 3, 3]);
    }

    #[test]
    fn a_document_is_read_as_what_it_was_written_from() {
        for value in [
            json!(0),
            json!(2),
            json!({ "count": 2, "delay": "1s 500ms" }),
            json!({ "count": 1, "on": "other-instance" }),
            json!({ "count": 9, "delay": 1, "backoff": "exponential", "max_delay": 60 }),
        ] {
            let retries = read(value).unwrap();
            assert_eq!(read(retries.to_document()), Ok(retries));
        }
    }

    #[test]
    fn all_mistakes_are_told_at_their_place() {
        for (value, expected) in [
            (
                json!("2"),
                "the document: expected a whole number of at least 0, or a mapping such as \
                 { count = 2, delay = \"1s\" }, found \"2\"",
            ),
            (
                json!(-1),
                "the document: expected a whole number of at least 0, found -1",
            ),
            (
                json!({ "delay": -1, "backof": "fixed", "on": "other" }),
                "count: missing; expected a whole number of at least 0\n\
                 delay: expected a span of time: seconds of at least 0, or text such as \"90s\" or \"1h 30m\", found -1\n\
                 on: expected one of any-instance, other-instance, found \"other\"; did you mean `other-instance`?\n\
                 backof: unknown key; did you mean `backoff`?",
            ),
            (
                json!({ "count": 1, "backoff": "exponental", "delay": 1 }),
                "backoff: expected one of fixed, exponential, found \"exponental\"; did you mean `exponential`?",
            ),
            (
                json!({ "count": 1, "backoff": "exponential" }),
                "backoff: nothing grows from nothing: add a delay longer than zero",
            ),
            (
                json!({ "count": 1, "delay": 1, "max_delay": 2 }),
                "max_delay: only a wait that grows has a longest: add backoff = \"exponential\"",
            ),
            (
                json!({ "count": 1, "delay": 3, "backoff": "exponential", "max_delay": 2 }),
                "max_delay: the longest wait is shorter than the first",
            ),
        ] {
            assert_eq!(read(value).unwrap_err(), expected);
        }
    }
}
