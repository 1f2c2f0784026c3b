//! "Did you mean": the word that was probably meant.

/// The candidate that was probably meant, if one is close.
pub(crate) fn nearest<C: AsRef<str>>(
    text: &str,
    candidates: impl IntoIterator<Item = C>,
) -> Option<String> {
    candidates
        .into_iter()
        .map(|candidate| (likeness(text, candidate.as_ref()), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.as_ref().to_owned())
}

/// One slip of the finger is close, however short the word: `dtu` for `dut`.
fn likeness(text: &str, candidate: &str) -> f64 {
    let likeness = strsim::jaro_winkler(text, candidate);
    if text.chars().count() > 2 && strsim::osa_distance(text, candidate) == 1 {
        likeness.max(0.9)
    } else {
        likeness
    }
}
