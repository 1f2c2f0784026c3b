//! TOML as a document, with the place of every value.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::{ConfigError, Place, SourceText};
use crate::model::{DocumentPath, SchemaError, SchemaProblem};

/// A document whose values know where they were written.
#[derive(Debug)]
pub(super) struct TomlDocument {
    pub(super) value: Value,
    source: SourceText,
    spans: BTreeMap<DocumentPath, Spans>,
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
        let text = source.text.clone();
        let (table, broken) = DeTable::parse_recoverable(&text);
        let mut document = Self {
            value: Value::Null,
            source,
            spans: BTreeMap::new(),
        };
        for error in broken {
            let at = error.span().unwrap_or(Range::default()).start;
            errors.push(ConfigError::Toml {
                place: document.place(at),
                message: error.message().to_owned(),
            });
        }
        document.value =
            Value::Object(document.table(table.get_ref(), &DocumentPath::default(), &mut errors));
        (document, errors)
    }

    fn table(
        &mut self,
        table: &DeTable<'_>,
        path: &DocumentPath,
        errors: &mut Vec<ConfigError>,
    ) -> Map<String, Value> {
        let mut object = Map::new();
        for (key, value) in table {
            let path = path.key(key.get_ref());
            let read = self.read(key.span().start, value, path, errors);
            object.insert(key.get_ref().clone().into_owned(), read);
        }
        object
    }

    fn read(
        &mut self,
        key: usize,
        value: &Spanned<DeValue<'_>>,
        path: DocumentPath,
        errors: &mut Vec<ConfigError>,
    ) -> Value {
        let at = value.span().start;
        let read = match value.get_ref() {
            DeValue::String(text) => Some(Value::from(text.as_ref())),
            DeValue::Boolean(flag) => Some(Value::from(*flag)),
            DeValue::Datetime(time) => Some(Value::from(time.to_string())),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(Value::from),
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map(Value::Number),
            DeValue::Table(table) => Some(Value::Object(self.table(table, &path, errors))),
            DeValue::Array(items) => {
                let items = items.iter().enumerate();
                let read = items.map(|(index, item)| {
                    let at = item.span().start;
                    self.read(at, item, path.index(index), errors)
                });
                Some(read.collect())
            }
        };
        self.spans.insert(path.clone(), Spans { key, value: at });
        read.unwrap_or_else(|| {
            let found = self.source.text.get(value.span()).unwrap_or_default();
            let problem = SchemaProblem::Unexpected {
                expected: "a number that JSON can hold, too".to_owned(),
                found: found.to_owned(),
                nearest: None,
            };
            errors.push(self.locate(SchemaError { path, problem }));
            Value::Null
        })
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
            if let Some(spans) = self.spans.get(&at) {
                return Some(spans);
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
