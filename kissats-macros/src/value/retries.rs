//! What happens after a failed attempt: a number, or settings in braces.

use std::time::Duration;

use proc_macro2::{Delimiter, Group, Span, TokenTree};

use super::{Value, number};
use crate::errors::Errors;
use crate::keys::{Key, RETRY_KEYS};
use crate::parse::{self, Entry};

#[derive(Debug, PartialEq)]
pub(crate) struct Retries {
    pub(crate) count: u32,
    pub(crate) delay: Duration,
    pub(crate) is_exponential: bool,
    pub(crate) max_delay: Option<Duration>,
    pub(crate) on_other_instance: bool,
}

pub(super) fn expect(key: &Key, tokens: &[TokenTree], errors: &mut Errors) -> Option<Value> {
    match tokens {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
            settings(group, errors).map(Value::Retries)
        }
        _ => number::whole(key, 0, 1000, tokens, errors).map(Value::Count),
    }
}

fn settings(group: &Group, errors: &mut Errors) -> Option<Retries> {
    let mut own = Errors::default();
    let entries = parse::entries(RETRY_KEYS, group.stream(), &mut own);
    parse::keys_written_twice(&entries, &mut own);
    let find = |word| entries.iter().find(|entry| entry.key.word == word);
    // What is there and wrong may be meant to be the count.
    if find("count").is_none() && own.is_empty() {
        let message =
            "`count` is missing: how often the task is tried again, for example `count = 2`";
        own.at(group.span_open(), message);
    }
    // What is wrong by itself contradicts nothing.
    if !own.is_empty() {
        errors.extend(own);
        return None;
    }
    let duration = |entry: Option<&Entry>| match entry?.value {
        Some(Value::Duration(duration)) => Some(duration),
        _ => None,
    };
    let is = |entry: Option<&Entry>, expected| matches!(entry.map(|entry| &entry.value), Some(Some(Value::Word(word))) if *word == expected);
    let count = match find("count")?.value {
        Some(Value::Count(count)) => count,
        _ => return None,
    };
    let retries = Retries {
        count,
        delay: duration(find("delay")).unwrap_or_default(),
        is_exponential: is(find("backoff"), "exponential"),
        max_delay: duration(find("max_delay")),
        on_other_instance: is(find("on"), "other-instance"),
    };
    let Some((word, message)) = retries.contradiction() else {
        return Some(retries);
    };
    errors.at(
        find(word).map_or_else(Span::call_site, |entry| entry.word.span()),
        message,
    );
    None
}

impl Retries {
    /// What is wrong with these together, and with which key.
    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        match (self.is_exponential, self.max_delay) {
            (false, Some(_)) => Some((
                "max_delay",
                "only a wait that grows has a longest: add `backoff = \"exponential\"`",
            )),
            (true, _) if self.delay.is_zero() => Some((
                "backoff",
                "nothing grows from nothing: add a `delay` longer than zero",
            )),
            (true, Some(most)) if most < self.delay => {
                Some(("max_delay", "the longest wait is shorter than the first"))
            }
            _ => None,
        }
    }
}
