//! Names of tasks and runs as names of files.

/// Long enough to be known again, short enough for every file system.
const LONGEST: usize = 100;

/// A name that is a file's: what a file's must not have is replaced, and names that would become the
/// same are kept apart by a hash.
pub(super) fn file_name(name: &str) -> String {
    let is_sound = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
    if name.len() <= LONGEST
        && name.starts_with(char::is_alphanumeric)
        && name.chars().all(is_sound)
    {
        return name.to_owned();
    }
    let letters = name.replace("::", ".");
    let letters = letters.chars().take(LONGEST);
    let letters: String = letters
        .map(|letter| if is_sound(letter) { letter } else { '_' })
        .collect();
    format!("{letters}~{:016x}", hash(name))
}

/// FNV-1a: the same in every process, whatever compiled it.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_file_name_stays_and_what_differs_stays_apart() {
        let run = "0d5a1c3e-9a60-4d0b-8f2f-0b6e0c1d2e3f";
        assert_eq!(file_name(run), run);
        let names = [
            "pack::a", "pack.a", "pack:::a", "pack::ä", "pack::é", "../a", "", ".",
        ];
        let files: std::collections::BTreeSet<_> =
            names.iter().map(|name| file_name(name)).collect();
        assert_eq!(files.len(), names.len(), "{files:?}");
        assert!(
            files
                .iter()
                .all(|file| !file.contains('/') && !file.contains(':'))
        );
        assert!(file_name(&"long".repeat(200)).len() < 200);
    }
}
