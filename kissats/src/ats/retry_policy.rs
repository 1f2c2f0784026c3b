//! How patient a holder is.

use std::time::Duration;

/// How often and how long a holder tries to get what it asked for.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::RetryPolicy;
/// let policy = RetryPolicy::default().within(Duration::from_secs(30));
/// assert_eq!(policy.max_retry, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a claim that came late is tried again with the next slot (`max_resource_retry`).
    pub max_retry: u32,
    /// How long after it was wanted a slot may lie (`max_resource_wait`); `None` for any time.
    pub max_wait: Option<Duration>,
}

impl Default for RetryPolicy {
    /// The original's: five times, however long it takes.
    fn default() -> Self {
        Self {
            max_retry: 5,
            max_wait: None,
        }
    }
}

impl RetryPolicy {
    /// Tries again at most `max_retry` times.
    ///
    /// ```
    /// # use kissats::RetryPolicy;
    /// let only_once = RetryPolicy::default().with_retries(0);
    /// assert_eq!(only_once.max_retry, 0);
    /// ```
    #[must_use]
    pub const fn with_retries(mut self, max_retry: u32) -> Self {
        self.max_retry = max_retry;
        self
    }

    /// Waits at most `max_wait`, counted from the first request or from when it is needed.
    #[must_use]
    pub const fn within(mut self, max_wait: Duration) -> Self {
        self.max_wait = Some(max_wait);
        self
    }
}
