//! The order of declaration, from the order of the linker.

use std::cmp::Ordering;

use crate::model::Declaration;

/// By pack, file and line: `inventory` promises no order.
///
/// It mostly yields runs in that order, the last declared first: those are only put one behind another.
pub(super) fn sort(declarations: &mut Vec<&'static Declaration>, several_packs: bool) {
    declarations.reverse();
    let in_order = |one: &Declaration, other: &Declaration| {
        if several_packs {
            of_packs(one, other)
        } else {
            of_pack(one, other)
        }
    };
    let mut runs = vec![0];
    let (all, mut at) = (declarations.as_slice(), 1);
    while at < all.len() {
        let (one, other) = (all[at - 1], all[at]);
        // Most tasks share their file with their neighbours: the very same text.
        let follows = !several_packs && one.line < other.line && std::ptr::eq(one.file, other.file);
        if !follows && in_order(one, other).is_gt() {
            runs.push(at);
        }
        at += 1;
    }
    if runs.len() == 1 {
        return;
    }
    let ends = runs[1..].iter().copied().chain([declarations.len()]);
    let mut runs: Vec<_> = runs.iter().copied().zip(ends).collect();
    runs.sort_by(|one, other| in_order(declarations[one.0], declarations[other.0]));
    let interleave = runs
        .windows(2)
        .any(|pair| in_order(declarations[pair[0].1 - 1], declarations[pair[1].0]).is_gt());
    if interleave {
        declarations.sort_by(|one, other| in_order(one, other));
        return;
    }
    let mut sorted = Vec::with_capacity(declarations.len());
    for (start, end) in runs {
        sorted.extend_from_slice(&declarations[start..end]);
    }
    *declarations = sorted;
}

fn of_packs(one: &Declaration, other: &Declaration) -> Ordering {
    one.pack()
        .cmp(other.pack())
        .then_with(|| of_pack(one, other))
}

fn of_pack(one: &Declaration, other: &Declaration) -> Ordering {
    let by_file = if std::ptr::eq(one.file, other.file) {
        Ordering::Equal
    } else {
        one.file.cmp(other.file)
    };
    by_file
        .then_with(|| one.line.cmp(&other.line))
        .then_with(|| one.path.cmp(other.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeclaredName, TaskMain};

    fn sorted(declared: &[(&'static str, &'static str, u32)]) -> Vec<String> {
        // `inventory` has the last one first.
        let mut all: Vec<&'static Declaration> = declared
            .iter()
            .rev()
            .map(|&(path, file, line)| {
                let declaration = Declaration {
                    path,
                    name: DeclaredName::of_path(path),
                    file,
                    line,
                    main: TaskMain::Plain(|| {}),
                    keys: &[],
                    pack_version: None,
                };
                &*Box::leak(Box::new(declaration))
            })
            .collect();
        let several = all.iter().any(|one| one.pack() != all[0].pack());
        sort(&mut all, several);
        all.iter()
            .map(|one| format!("{} {}:{}", one.path, one.file, one.line))
            .collect()
    }

    #[test]
    fn runs_are_put_in_order_and_what_interleaves_is_sorted() {
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
    fn packs_come_before_files_and_paths_last() {
        let declared = [("q::a", "a", 1), ("p::y", "b", 1), ("p::x", "b", 1)];
        assert_eq!(sorted(&declared), ["p::x b:1", "p::y b:1", "q::a a:1"]);
    }
}
