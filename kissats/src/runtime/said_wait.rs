//! What was said last of one who waits.

use std::time::Duration;

use crate::model::Timestamp;
use crate::runtime::say;

/// Words are for people: those who stand in a line may change many times in a second.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// What was said last, and when.
#[derive(Debug, Default)]
pub(super) struct SaidWait(Option<(String, Timestamp)>);

impl SaidWait {
    /// Says for what `who` waits, unless that was said last, or a moment ago.
    pub(super) fn say(&mut self, who: &str, why: &str, now: Timestamp) {
        let is_new =
            |(said, when): &(String, Timestamp)| said != why && now.since(*when) >= AT_MOST_EVERY;
        if why.is_empty() || !self.0.as_ref().is_none_or(is_new) {
            return;
        }
        say(&format!("{who} waits: {why}"));
        self.0 = Some((why.to_owned(), now));
    }
}
