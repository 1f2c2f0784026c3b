//! What was said last of one who waits.

use std::time::Duration;

use crate::model::Timestamp;
use crate::runtime::say;

/// Words are for people: who is in the way of one in line may change many times in a second.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// Who is in line asks again after less than this.
const IN_LINE: Duration = Duration::from_millis(100);

/// What was said last, and when.
#[derive(Debug, Default)]
pub(crate) struct SaidWait {
    said: Option<(String, Timestamp)>,
    asked_at: Timestamp,
}

impl SaidWait {
    /// Says for what `who` waits, unless that was said last, or so much was said of the line already.
    pub(crate) fn say(&mut self, who: &str, why: &str, now: Timestamp) {
        let is_in_line = now.since(self.asked_at) < IN_LINE;
        self.asked_at = now;
        let is_news = |(said, when): &(String, Timestamp)| {
            said != why && (!is_in_line || now.since(*when) >= AT_MOST_EVERY)
        };
        if why.is_empty() || !self.said.as_ref().is_none_or(is_news) {
            return;
        }
        say(&format!("{who} waits: {why}"));
        self.said = Some((why.to_owned(), now));
    }
}
