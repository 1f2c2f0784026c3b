//! Many short lists in one piece of memory.

/// Lists of `T`, one for each number from zero on.
///
/// A million tasks have a million short lists; one vector each would cost more than what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows<T> {
    /// Where each list begins, and where the last one ends.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            starts: vec![0],
            items: Vec::new(),
        }
    }
}

impl<T> Rows<T> {
    /// One list more, after all others.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.items.extend(row);
        self.starts.push(as_index(self.items.len()));
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[T]> {
        self.starts
            .windows(2)
            .map(|ends| &self.items[ends[0] as usize..ends[1] as usize])
    }
}

impl<T> std::ops::Index<usize> for Rows<T> {
    type Output = [T];

    fn index(&self, row: usize) -> &[T] {
        &self.items[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

impl Rows<u32> {
    /// Who points to each number: `b` is in the list of `a` here, so `a` is in the list of `b` there.
    pub(crate) fn reversed(&self) -> Self {
        let mut starts = vec![0; self.len() + 1];
        for &to in &self.items {
            starts[to as usize + 1] += 1;
        }
        for row in 0..self.len() {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut items = vec![0; self.items.len()];
        for (from, row) in self.iter().enumerate() {
            for &to in row {
                let place = &mut next[to as usize];
                items[*place as usize] = as_index(from);
                *place += 1;
            }
        }
        Self { starts, items }
    }
}

/// Numbers of tasks, resources and classes take four bytes.
///
/// More than four thousand million tasks do not fit into memory, so there is nothing to report.
pub(crate) fn as_index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reversed_twice_is_the_same() {
        let mut rows = Rows::default();
        rows.push([]);
        rows.push([0]);
        rows.push([0, 1]);
        let back = rows.reversed();
        assert_eq!(&back[0], [1, 2]);
        assert_eq!(&back[1], [2]);
        assert!(back[2].is_empty());
        assert_eq!(back.reversed(), rows);
    }
}
