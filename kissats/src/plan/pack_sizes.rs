//! How many tasks each pack has.

/// A pack and the number of its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackSize {
    pub(crate) pack: String,
    pub(crate) tasks: usize,
}

/// Counts the tasks of packs while they go by. Those of one pack mostly follow one another.
#[derive(Debug, Default)]
pub(crate) struct PackSizes {
    sizes: Vec<PackSize>,
    /// Which of them is going by.
    current: usize,
    /// Where it began.
    since: usize,
}

impl PackSizes {
    /// From the task at `position` on they are of this pack. Returns whether it is the first time.
    pub(crate) fn turn_to(&mut self, pack: &str, position: usize) -> bool {
        self.count(position);
        let known = self.sizes.iter().position(|size| size.pack == pack);
        self.current = known.unwrap_or(self.sizes.len());
        if known.is_none() {
            self.sizes.push(PackSize {
                pack: pack.to_owned(),
                tasks: 0,
            });
        }
        known.is_none()
    }

    /// There are so many tasks in all.
    pub(crate) fn end(mut self, tasks: usize) -> Vec<PackSize> {
        self.count(tasks);
        self.sizes
    }

    fn count(&mut self, position: usize) {
        if let Some(size) = self.sizes.get_mut(self.current) {
            size.tasks += position - self.since;
        }
        self.since = position;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_that_comes_again_is_counted_on() {
        let mut sizes = PackSizes::default();
        let mut new = Vec::new();
        for (pack, position) in [("a", 0), ("b", 2), ("a", 3), ("c", 7)] {
            new.push(sizes.turn_to(pack, position));
        }
        assert_eq!(new, [true, true, false, true]);
        let sizes = sizes.end(9);
        let counted = sizes.iter().map(|size| (size.pack.as_str(), size.tasks));
        let counted: Vec<_> = counted.collect();
        assert_eq!(counted, [("a", 6), ("b", 1), ("c", 2)]);
        assert_eq!(PackSizes::default().end(0), []);
    }
}
