//! One value of a document, and the questions that may be asked of it.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::model::schema::{Fields, SchemaError, SchemaErrors, SchemaProblem};
use crate::model::{DocumentPath, NameError, nearest};

/// How much of a wrong value is shown.
const SHOWN: usize = 60;

/// A value and its place. Every question answers `None` after it has noted what is wrong, so that
/// reading goes on and finds the rest.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    path: DocumentPath,
    errors: &'a RefCell<Vec<SchemaError>>,
}

/// Reads a whole document.
///
/// # Errors
/// Everything that `read` noted.
pub(crate) fn read<T>(
    value: &Value,
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Result<T, SchemaErrors> {
    let errors = RefCell::default();
    let result = read(&Node {
        value,
        path: DocumentPath::default(),
        errors: &errors,
    });
    match (result, errors.into_inner()) {
        (Some(result), errors) if errors.is_empty() => Ok(result),
        (_, errors) => Err(SchemaErrors(errors)),
    }
}

impl<'a> Node<'a> {
    pub(super) fn child(&self, value: &'a Value, path: DocumentPath) -> Self {
        Self {
            value,
            path,
            errors: self.errors,
        }
    }

    pub(crate) fn path(&self) -> &DocumentPath {
        &self.path
    }

    /// Notes a problem at a place at or below this one.
    pub(crate) fn note(&self, path: DocumentPath, problem: SchemaProblem) {
        self.errors.borrow_mut().push(SchemaError { path, problem });
    }

    /// Notes a problem with this value.
    pub(crate) fn refuse<T>(&self, problem: SchemaProblem) -> Option<T> {
        self.note(self.path.clone(), problem);
        None
    }

    /// Notes that something else was expected.
    pub(crate) fn expected<T>(&self, expected: impl Into<String>) -> Option<T> {
        self.refuse(SchemaProblem::Unexpected {
            expected: expected.into(),
            found: shown(self.value),
            nearest: None,
        })
    }

    pub(crate) fn text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            _ => self.expected("text"),
        }
    }

    pub(crate) fn text_that_is_not_empty(&self) -> Option<String> {
        match self.value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            _ => self.expected("text that is not empty"),
        }
    }

    /// A text that is a name.
    pub(crate) fn name<N>(&self, check: impl Fn(String) -> Result<N, NameError>) -> Option<N> {
        match check(self.text()?) {
            Ok(name) => Some(name),
            Err(error) => self.refuse(error.into()),
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &self,
        words: &[T],
        spelling: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let spelt: Vec<&str> = words.iter().map(|word| spelling(*word)).collect();
        let given = self.value.as_str();
        let position = given.and_then(|given| spelt.iter().position(|word| *word == given));
        if let Some(word) = position.and_then(|position| words.get(position)) {
            return Some(*word);
        }
        self.refuse(SchemaProblem::Unexpected {
            expected: format!("one of {}", spelt.join(", ")),
            found: shown(self.value),
            nearest: given.and_then(|given| nearest(&given.to_lowercase(), &spelt)),
        })
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            _ => self.expected("true or false"),
        }
    }

    /// A whole number that fits `T` and is at least `least`. Neither `5.0` nor `true` is one.
    pub(crate) fn whole_number<T: TryFrom<u64>>(&self, least: u64) -> Option<T> {
        let number = self.value.as_u64().filter(|number| *number >= least);
        match number.map(T::try_from) {
            Some(Ok(number)) => Some(number),
            Some(Err(_)) => self.expected("a smaller whole number"),
            None => self.expected(format!("a whole number of at least {least}")),
        }
    }

    pub(crate) fn signed_number(&self) -> Option<i32> {
        match self.value.as_i64().map(i32::try_from) {
            Some(Ok(number)) => Some(number),
            _ => self.expected("a whole number between -2147483648 and 2147483647"),
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self.value.as_f64() {
            Some(number) if !self.value.is_string() => Some(number),
            _ => self.expected("a number"),
        }
    }

    /// A span of time: a number of seconds, or text such as `90s` or `1h 30m`.
    pub(crate) fn duration(&self) -> Option<Duration> {
        let duration = match self.value {
            Value::String(text) => humantime::parse_duration(text).ok(),
            other => match other.as_u64() {
                Some(seconds) => Some(Duration::from_secs(seconds)),
                None => other
                    .as_f64()
                    .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            },
        };
        match duration {
            Some(duration) => Some(duration),
            None => self.expected(
                "a span of time: seconds of at least 0, or text such as \"90s\" or \"1h 30m\"",
            ),
        }
    }

    /// A span of time that is longer than nothing.
    pub(crate) fn limit(&self) -> Option<Duration> {
        match self.duration() {
            Some(Duration::ZERO) => self.expected("a span of time longer than zero"),
            duration => duration,
        }
    }

    /// A list; a wrong item does not hide the next one.
    pub(crate) fn list<T>(&self, item: impl Fn(&Node<'a>) -> Option<T>) -> Option<Vec<T>> {
        let Value::Array(items) = self.value else {
            return self.expected("a list");
        };
        let read: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(index, value)| item(&self.child(value, self.path.index(index))))
            .collect();
        read.into_iter().collect()
    }

    pub(crate) fn object(&self) -> Option<&'a Map<String, Value>> {
        match self.value {
            Value::Object(object) => Some(object),
            _ => self.expected("a mapping of keys to values"),
        }
    }

    /// The keys of a mapping, to be read one by one.
    pub(crate) fn fields(&self) -> Option<Fields<'a>> {
        let object = self.object()?;
        Some(Fields::new(self.clone(), object))
    }
}

/// The value as JSON, not too long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
