//! A mapping whose keys are read one by one.

use serde_json::{Map, Value};

use crate::model::nearest;
use crate::model::schema::{Node, SchemaProblem};

/// Remembers which keys were asked for: the others are unknown.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    node: Node<'a>,
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(node: Node<'a>, object: &'a Map<String, Value>) -> Self {
        Self {
            node,
            object,
            known: Vec::new(),
        }
    }

    /// The value of `key`, also if it is null.
    pub(crate) fn find(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.known.push(key);
        let value = self.object.get(key)?;
        Some(self.node.child(value, self.node.path().key(key)))
    }

    /// The value of `key`; null stands for the default, as if the key were not there.
    pub(crate) fn given(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.find(key).filter(|node| !node.value.is_null())
    }

    /// The value of a key that has to be there.
    pub(crate) fn required(&mut self, key: &'static str, expected: &str) -> Option<Node<'a>> {
        let found = self.find(key);
        if found.is_none() {
            self.node.note(
                self.node.path().key(key),
                SchemaProblem::Missing {
                    expected: expected.to_owned(),
                },
            );
        }
        found
    }

    /// Reads the value of `key` if it is given.
    pub(crate) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Node<'a>) -> Option<T>,
    ) -> Option<T> {
        read(&self.given(key)?)
    }

    /// Every key that was not asked for, with its value.
    pub(crate) fn rest(&self) -> Map<String, Value> {
        self.unknown()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Every key that was not asked for, to be read too.
    pub(crate) fn others(&self) -> Vec<(&'a str, Node<'a>)> {
        self.unknown()
            .map(|(key, value)| {
                let node = self.node.child(value, self.node.path().key(key));
                (key.as_str(), node)
            })
            .collect()
    }

    /// Notes every key that was not asked for.
    pub(crate) fn refuse_rest(&self) {
        for (key, _) in self.unknown() {
            self.node.note(
                self.node.path().key(key),
                SchemaProblem::UnknownKey {
                    nearest: nearest(key, &self.known),
                    known: self.known.clone(),
                },
            );
        }
    }

    fn unknown(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.object
            .iter()
            .filter(|(key, _)| !self.known.contains(&key.as_str()))
    }
}
