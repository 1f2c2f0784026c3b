//! How long each task ran: what `--report-time` asks for.

use std::io::Write;
use std::time::Duration;

/// Writes one line for each task that ran, the longest first; all attempts count.
pub(super) fn report_times(
    times: &[(String, Duration)],
    mut out: impl Write,
) -> std::io::Result<()> {
    if times.is_empty() {
        return Ok(());
    }
    let nanos = |time: &Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let keys = times.iter().map(|(_, time)| u64::MAX - nanos(time));
    let mut longest: Vec<(u64, u32)> = keys.zip(0..).collect();
    longest.sort_unstable();
    writeln!(out, "kissats: how long each task ran:")?;
    for (_, place) in longest {
        let (shown, time) = &times[place as usize];
        writeln!(out, "{:>9.3}s {shown}", time.as_secs_f64())?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_is_the_first() {
        let times = [("a", 5), ("[x] b", 12_345), ("c", 5)];
        let times = times.map(|(name, time)| (name.to_owned(), Duration::from_millis(time)));
        let mut out = Vec::new();
        report_times(&times, &mut out).unwrap();
        let expected =
            "kissats: how long each task ran:\n   12.345s [x] b\n    0.005s a\n    0.005s c\n\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        let mut out = Vec::new();
        report_times(&[], &mut out).unwrap();
        assert!(out.is_empty());
    }
}
