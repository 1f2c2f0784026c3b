//! What a task is called, as far as the compiler can tell beforehand.

/// Read off the path of a task, or off the name that was written, while the pack is compiled.
///
/// Packs are built without optimisation, and every task passes where names are compared, whatever
/// little of the pack is to run: so a name is hashed before it gets there.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredName {
    /// Of the name, the pack in front.
    pub(crate) hash: u32,
    /// How much of the path is the crate.
    pub(crate) pack: u16,
    /// Whether the name, the pack in front, is the path as it stands.
    pub(crate) is_path: bool,
}

impl DeclaredName {
    /// Of a task without a written name.
    #[must_use]
    pub const fn of_path(path: &str) -> Self {
        let (hash, is_raw) = hash_path(path);
        Self {
            hash,
            pack: crate_of(path),
            is_path: !is_raw,
        }
    }

    /// Of a task with this one.
    #[must_use]
    pub const fn written(path: &str, name: &str) -> Self {
        let pack = crate_of(path);
        let (crate_name, _) = path.split_at(pack as usize);
        let hash = go_on(go_on(START, crate_name.as_bytes()), b"::");
        Self {
            hash: go_on(hash, name.as_bytes()),
            pack,
            is_path: false,
        }
    }
}

/// The hash of a name, the pack in front: FNV-1a, which takes one byte after the other, so that names can
/// be put together of parts.
#[must_use]
pub(crate) const fn name_hash(name: &str) -> u32 {
    go_on(START, name.as_bytes())
}

/// That of the name which a path stands for, and whether there is an `r#` in it, which is no part of it.
pub(crate) const fn hash_path(path: &str) -> (u32, bool) {
    let bytes = path.as_bytes();
    let (mut hash, mut is_raw) = (START, false);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'r' && at + 1 < bytes.len() && bytes[at + 1] == b'#' {
            is_raw = true;
            at += 2;
        } else {
            hash = add(hash, bytes[at]);
            at += 1;
        }
    }
    (hash, is_raw)
}

const START: u32 = 0x811c_9dc5;

const fn go_on(mut hash: u32, bytes: &[u8]) -> u32 {
    let mut at = 0;
    while at < bytes.len() {
        hash = add(hash, bytes[at]);
        at += 1;
    }
    hash
}

const fn add(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "no crate has so long a name"
)]
const fn crate_of(path: &str) -> u16 {
    let bytes = path.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != b':' {
        end += 1;
    }
    end as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_hash_wherever_it_comes_from() {
        let name = name_hash("lab::power::r2::in");
        let path = DeclaredName::of_path("lab::power::r2::in");
        let raw = DeclaredName::of_path("lab::power::r2::r#in");
        let written = DeclaredName::written("lab::rail", "power::r2::in");
        for declared in [path, raw, written] {
            assert_eq!((declared.hash, declared.pack), (name, 3));
        }
        assert!(path.is_path && !raw.is_path && !written.is_path);
        assert_ne!(name_hash("lab::power::r2::on"), name);
    }
}
