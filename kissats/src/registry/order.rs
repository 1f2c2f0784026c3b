//! The order of declaration, from the order of the linker, which is none.

use crate::model::Declaration;

type PackAndFile = (&'static str, &'static str);

/// Tasks in the order of their packs, files and lines.
///
/// All tasks pass here, whatever little of the pack is to run, and packs are built without optimisation: a
/// sort that compares is the dearest thing that could be done to them. So files are put in order, and
/// within a file lines find their places by their digits.
#[derive(Debug, Default)]
pub(super) struct DeclarationOrder {
    /// In the order of packs and files.
    files: Vec<(PackAndFile, Vec<&'static Declaration>)>,
    /// Those of one file that came last: most share it with their neighbours.
    latest: Vec<&'static Declaration>,
    tasks: usize,
}

impl DeclarationOrder {
    /// One more, of the same pack as those before it where `same_pack` says so.
    pub(super) fn add(&mut self, declaration: &'static Declaration, same_pack: bool) {
        let same_file = match self.latest.last() {
            // The very same text.
            Some(last) => std::ptr::eq(last.file, declaration.file),
            None => true,
        };
        if !(same_pack && same_file) {
            self.put_latest_down();
        }
        self.latest.push(declaration);
        self.tasks += 1;
    }

    fn put_latest_down(&mut self) {
        let Some(last) = self.latest.last() else {
            return;
        };
        let key = (last.pack(), last.file);
        match self.files.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => self.files[place].1.append(&mut self.latest),
            Err(place) => {
                let tasks = std::mem::take(&mut self.latest);
                self.files.insert(place, (key, tasks));
            }
        }
    }

    /// All of them, those of one line by path.
    pub(super) fn finish(mut self) -> Vec<&'static Declaration> {
        self.put_latest_down();
        let mut all = Vec::with_capacity(self.tasks);
        for (_, mut file) in self.files {
            sort_by_line(&mut file);
            all.append(&mut file);
        }
        all
    }
}

fn sort_by_line(tasks: &mut [&'static Declaration]) {
    let (mut last_line, mut falls) = (0, true);
    let mut at = 0;
    while at < tasks.len() {
        let line = tasks[at].line;
        if at > 0 && line >= tasks[at - 1].line {
            falls = false;
        }
        if line > last_line {
            last_line = line;
        }
        at += 1;
    }
    if falls {
        // The linker's list has the last one first, where it has kept any order.
        tasks.reverse();
        return;
    }
    let mut others = tasks.to_vec();
    let mut shift = 0;
    while shift < u32::BITS && last_line >> shift > 0 {
        sort_by_digit(tasks, &mut others, shift);
        tasks.copy_from_slice(&others);
        shift += DIGIT_BITS;
    }
    sort_lines_by_path(tasks);
}

const DIGIT_BITS: u32 = 8;
const DIGITS: usize = 1 << DIGIT_BITS;

/// By one digit of the line; those with the same digit stay in their order.
fn sort_by_digit(tasks: &[&'static Declaration], sorted: &mut [&'static Declaration], shift: u32) {
    // For every digit, where the next task that has it belongs.
    let mut places = [0; DIGITS];
    let mut at = 0;
    while at < tasks.len() {
        places[digit(tasks[at].line, shift)] += 1;
        at += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    let mut at = 0;
    while at < tasks.len() {
        let place = &mut places[digit(tasks[at].line, shift)];
        sorted[*place] = tasks[at];
        *place += 1;
        at += 1;
    }
}

fn digit(line: u32, shift: u32) -> usize {
    (line >> shift) as usize % DIGITS
}

/// Tasks of one line: a macro has made them.
fn sort_lines_by_path(tasks: &mut [&'static Declaration]) {
    let mut start = 0;
    let mut at = 1;
    while at <= tasks.len() {
        if at == tasks.len() || tasks[at].line != tasks[start].line {
            if at - start > 1 {
                tasks[start..at].sort_by_key(|task| task.path);
            }
            start = at;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeclaredName, TaskMain};

    fn sorted(declared: &[(&'static str, &'static str, u32)]) -> Vec<String> {
        let mut order = DeclarationOrder::default();
        let mut last = "";
        for &(path, file, line) in declared {
            let declaration = Declaration {
                path,
                name: DeclaredName::of_path(path),
                file,
                line,
                main: TaskMain::Plain(|| {}),
                keys: &[],
                pack_version: None,
            };
            let declaration: &'static Declaration = Box::leak(Box::new(declaration));
            order.add(declaration, declaration.pack() == last);
            last = declaration.pack();
        }
        let all = order.finish().into_iter();
        all.map(|one| format!("{} {}:{}", one.path, one.file, one.line))
            .collect()
    }

    #[test]
    fn files_come_one_after_the_other_however_they_interleave() {
        let in_order = ["p::a a:1", "p::b a:2", "p::c b:1", "p::d b:9"];
        let (a, b) = (("p::a", "a", 1), ("p::b", "a", 2));
        let (c, d) = (("p::c", "b", 1), ("p::d", "b", 9));
        for declared in [
            [a, b, c, d],
            [c, d, a, b],
            [d, c, b, a],
            [b, d, a, c],
            [a, d, b, c],
        ] {
            assert_eq!(sorted(&declared), in_order, "{declared:?}");
        }
    }

    #[test]
    fn lines_are_in_order_however_many_digits_they_have() {
        let lines = [70_000, 3, u32::MAX, 256, 255, 65_536, 1, 16_777_216, 257, 4];
        let declared: Vec<_> = lines.iter().map(|&line| ("p::t", "a", line)).collect();
        let mut in_order = lines.to_vec();
        in_order.sort_unstable();
        let in_order: Vec<_> = in_order
            .iter()
            .map(|line| format!("p::t a:{line}"))
            .collect();
        assert_eq!(sorted(&declared), in_order);
    }

    #[test]
    fn packs_come_before_files_and_paths_last() {
        let declared = [
            ("q::a", "a", 1),
            ("p::y", "b", 1),
            ("p::z", "b", 1),
            ("p::x", "b", 1),
        ];
        assert_eq!(
            sorted(&declared),
            ["p::x b:1", "p::y b:1", "p::z b:1", "q::a a:1"]
        );
    }
}
