//! TOML as a document, with the place of every value.

use serde_json::{Map, Number, Value};
use toml_span::ErrorKind;
use toml_span::value::{Key, ValueInner};

use crate::config::{ConfigError, Place, SourceText};
use crate::model::{DocumentPath, SchemaError, SchemaProblem};

/// Who has more broken lines than this has something other than a list of mistakes to mend.
const MOST_BROKEN_LINES: usize = 20;

/// A document whose values know where they were written.
#[derive(Debug)]
pub(super) struct TomlDocument {
    pub(super) value: Value,
    source: SourceText,
    /// In order of the paths.
    spans: Vec<(DocumentPath, Spans)>,
}

/// Where a key and its value begin, in bytes. An item of a list has no key.
#[derive(Debug)]
struct Spans {
    key: usize,
    value: usize,
}

impl TomlDocument {
    /// Reads what can be read, and says what cannot.
    pub(super) fn parse(source: SourceText) -> (Self, Vec<ConfigError>) {
        let mut errors = Vec::new();
        let mut readable = source.text.clone();
        let mut document = Self {
            value: Value::Object(Map::new()),
            source,
            spans: Vec::new(),
        };
        while errors.len() < MOST_BROKEN_LINES {
            let error = match toml_span::parse(&readable) {
                Ok(root) => {
                    document.value = document.root(&root, &mut errors);
                    break;
                }
                Err(error) => error,
            };
            errors.push(ConfigError::Toml {
                place: document.place(error.span.start),
                message: message(&error),
            });
            if !set_aside(&mut readable, error.span.start) {
                break;
            }
        }
        (document, errors)
    }

    fn root(&mut self, root: &toml_span::Value<'_>, errors: &mut Vec<ConfigError>) -> Value {
        let table = root.as_table().into_iter();
        Value::Object(self.table(table.flatten(), &DocumentPath::default(), errors))
    }

    fn table<'a, 'de: 'a>(
        &mut self,
        table: impl Iterator<Item = (&'a Key<'de>, &'a toml_span::Value<'de>)>,
        path: &DocumentPath,
        errors: &mut Vec<ConfigError>,
    ) -> Map<String, Value> {
        let mut object = Map::new();
        for (key, value) in table {
            let read = self.read(key.span.start, value, path.key(&key.name), errors);
            object.insert(key.name.to_string(), read);
        }
        object
    }

    fn read(
        &mut self,
        key: usize,
        value: &toml_span::Value<'_>,
        path: DocumentPath,
        errors: &mut Vec<ConfigError>,
    ) -> Value {
        let at = match value.as_ref() {
            ValueInner::String(_) => self.opening_quote(value.span.start),
            _ => value.span.start,
        };
        // What is inside of it comes after it, in order: the tables of the parser are sorted.
        self.spans.push((path.clone(), Spans { key, value: at }));
        let read = match value.as_ref() {
            ValueInner::String(text) => Some(Value::from(text.as_ref())),
            ValueInner::Boolean(flag) => Some(Value::from(*flag)),
            ValueInner::Integer(number) => Some(Value::from(*number)),
            ValueInner::Float(number) => Number::from_f64(*number).map(Value::Number),
            ValueInner::Table(table) => {
                Some(Value::Object(self.table(table.iter(), &path, errors)))
            }
            ValueInner::Array(items) => {
                let items = items.iter().enumerate();
                let read = items.map(|(index, item)| {
                    self.read(item.span.start, item, path.index(index), errors)
                });
                Some(read.collect())
            }
        };
        read.unwrap_or_else(|| {
            let found = self.source.text.get(value.span.start..value.span.end);
            let problem = SchemaProblem::Unexpected {
                expected: "a number that JSON can hold, too".to_owned(),
                found: found.unwrap_or_default().to_owned(),
                nearest: None,
            };
            errors.push(self.locate(SchemaError { path, problem }));
            Value::Null
        })
    }

    /// The parser says where the text begins; people look at the quote before it.
    fn opening_quote(&self, text: usize) -> usize {
        let before = self.source.text.as_bytes().get(..text).unwrap_or_default();
        let is_quote = |byte: &&u8| matches!(byte, b'"' | b'\'');
        text - before.iter().rev().take(3).take_while(is_quote).count()
    }

    /// Where the key at the end of `path` stands, or what comes nearest to it.
    pub(super) fn place_of_key(&self, path: &DocumentPath) -> Place {
        self.place(self.nearest_spans(path).map_or(0, |spans| spans.key))
    }

    /// A violation with the place in the file that must be mended.
    pub(super) fn locate(&self, error: SchemaError) -> ConfigError {
        let spans = self.nearest_spans(&error.path);
        let at = spans.map_or(0, |spans| match error.problem {
            SchemaProblem::UnknownKey { .. }
            | SchemaProblem::Missing { .. }
            | SchemaProblem::Contradiction(_) => spans.key,
            SchemaProblem::Unexpected { .. } | SchemaProblem::Name(_) => spans.value,
        });
        ConfigError::Schema {
            place: self.place(at),
            error: Box::new(error),
        }
    }

    fn nearest_spans(&self, path: &DocumentPath) -> Option<&Spans> {
        let mut path = Some(path.clone());
        while let Some(at) = path {
            if let Ok(place) = self.spans.binary_search_by(|(path, _)| path.cmp(&at)) {
                return Some(&self.spans[place].1);
            }
            path = at.parent();
        }
        None
    }

    fn place(&self, at: usize) -> Place {
        let before = self.source.text.get(..at).unwrap_or(&self.source.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Place {
            file: self.source.shown.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

fn message(error: &toml_span::Error) -> String {
    match error.kind {
        ErrorKind::InvalidNumber => {
            "expected a number of at most 64 bits; a date or a time stands in quotes".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Blanks the line at `at`, or the whole table if that line is its heading, so that what follows can
/// be read too and everything keeps its place. `false`: there is nothing left to blank.
fn set_aside(text: &mut String, at: usize) -> bool {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let rest = &text[start..];
    let next = if rest.trim_start().starts_with('[') {
        "\n["
    } else {
        "\n"
    };
    let broken = &rest[..rest.find(next).unwrap_or(rest.len())];
    if broken.trim().is_empty() {
        return false;
    }
    let blank_of = |byte| if byte == b'\n' { '\n' } else { ' ' };
    let blank: String = broken.bytes().map(blank_of).collect();
    text.replace_range(start..start + broken.len(), &blank);
    true
}
