//! Where in a document.

use std::fmt;

/// One step into a document.
///
/// ```
/// # use kissats::{DocumentPath, PathSegment};
/// fn depth_in_lists(path: &DocumentPath) -> usize {
///     path.segments().iter().filter(|step| matches!(step, PathSegment::Index(_))).count()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PathSegment {
    /// Into a mapping.
    Key(String),
    /// Into a list.
    Index(usize),
}

/// The way from the top of a document to one of its values: `params.limits[2].volts`.
///
/// ```
/// # use kissats::{PathSegment, RunConfig, json};
/// let errors = RunConfig::from_document(json!({ "test_groups": ["smoke", 5] })).unwrap_err();
/// let path = &errors.iter().next().unwrap().path;
/// assert_eq!(path.to_string(), "test_groups[1]");
/// assert_eq!(path.segments(), [PathSegment::Key("test_groups".to_owned()), PathSegment::Index(1)]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DocumentPath(Vec<PathSegment>);

impl DocumentPath {
    pub(crate) fn key(&self, key: &str) -> Self {
        self.then(PathSegment::Key(key.to_owned()))
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        self.then(PathSegment::Index(index))
    }

    /// The steps, the first one at the top of the document.
    #[must_use]
    pub fn segments(&self) -> &[PathSegment] {
        &self.0
    }

    fn then(&self, segment: PathSegment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The way to what holds the value; `None` at the top.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (_, before) = self.0.split_last()?;
        Some(Self(before.to_vec()))
    }

    /// The first key of the way, if there is one.
    pub(crate) fn first_key(&self) -> Option<&str> {
        match self.0.first()? {
            PathSegment::Key(key) => Some(key),
            PathSegment::Index(_) => None,
        }
    }
}

impl fmt::Display for DocumentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Index(index) => write!(f, "[{index}]")?,
                PathSegment::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    let plain = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
                    if !key.is_empty() && key.chars().all(plain) {
                        f.write_str(key)?;
                    } else {
                        write!(f, "{key:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
