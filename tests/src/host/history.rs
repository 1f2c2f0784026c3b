//! Whether a history of holds is one that should have happened.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What a history says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// How often something was held.
    pub grants: usize,
    /// How many processes were killed.
    pub kills: usize,
    /// How many of them held something then.
    pub killed_holders: usize,
    /// Everything that should not be, in words.
    pub faults: Vec<String>,
}

/// From when to when a process surely held an instance.
#[derive(Debug, Clone)]
struct Hold {
    process: u32,
    instance: String,
    is_shared: bool,
    token: u64,
    from: u64,
    to: u64,
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = if self.is_shared {
            "shared"
        } else {
            "exclusive"
        };
        let (process, instance, token) = (self.process, &self.instance, self.token);
        write!(
            f,
            "process {process} ({instance} {mode}, token {token}, from {} to {})",
            self.from, self.to
        )
    }
}

/// Reads lines `+ TIME PROCESS MODE:INSTANCE:TOKEN…` (held from then on), `- TIME PROCESS INSTANCE…` (these,
/// or all if there are none, are about to be given back) and `x TIME PROCESS` (about to be killed). Who is killed keeps others out for the time of
/// quarantine.
///
/// # Errors
/// Names the line that cannot be read.
pub fn judge(text: &str, quarantine: Duration) -> Result<Verdict, String> {
    let quarantine = u64::try_from(quarantine.as_nanos()).unwrap_or(u64::MAX);
    let mut verdict = Verdict::default();
    let mut open: BTreeMap<u32, Vec<Hold>> = BTreeMap::new();
    let mut holds: Vec<Hold> = Vec::new();
    for line in text.lines() {
        let bad = || format!("{line:?} is no line of a history");
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or_else(bad);
        let (kind, time, process) = (word()?, word()?, word()?);
        let time: u64 = time.parse().map_err(|_| bad())?;
        let process: u32 = process.parse().map_err(|_| bad())?;
        match kind {
            "+" => {
                verdict.grants += 1;
                let all = words.map(|held| read_hold(held, time, process).ok_or_else(bad));
                open.insert(process, all.collect::<Result<_, _>>()?);
            }
            "-" => {
                let parts: Vec<&str> = words.collect();
                let all = end(&mut open, process, time).into_iter();
                let is_part =
                    |hold: &Hold| parts.is_empty() || parts.contains(&hold.instance.as_str());
                let (ended, kept) = all.partition(is_part);
                holds.extend::<Vec<_>>(ended);
                open.insert(process, kept);
            }
            "x" => {
                verdict.kills += 1;
                let held = end(&mut open, process, time.saturating_add(quarantine));
                verdict.killed_holders += usize::from(!held.is_empty());
                holds.extend(held);
            }
            _ => return Err(bad()),
        }
    }
    let left: Vec<u32> = open.keys().copied().collect();
    for process in left {
        holds.extend(end(&mut open, process, u64::MAX));
    }
    holds.sort_by_key(|hold| hold.from);
    for (position, one) in holds.iter().enumerate() {
        let later = holds[position + 1..].iter();
        for other in later.filter(|other| other.instance == one.instance) {
            // Of two who share, nobody knows whose claim was answered first.
            if one.is_shared && other.is_shared {
                continue;
            }
            if other.from < one.to {
                verdict
                    .faults
                    .push(format!("{other} began while {one} lasted"));
            }
            if other.from >= one.to && other.token <= one.token {
                let fault = format!("{other} has no higher token than {one}");
                verdict.faults.push(fault);
            }
        }
    }
    Ok(verdict)
}

fn end(open: &mut BTreeMap<u32, Vec<Hold>>, process: u32, to: u64) -> Vec<Hold> {
    let mut held = open.remove(&process).unwrap_or_default();
    for hold in &mut held {
        hold.to = to;
    }
    held
}

fn read_hold(text: &str, from: u64, process: u32) -> Option<Hold> {
    let (mode, rest) = text.split_once(':')?;
    let (instance, token) = rest.rsplit_once(':')?;
    Some(Hold {
        process,
        instance: instance.to_owned(),
        is_shared: match mode {
            "shared" => true,
            "exclusive" => false,
            _ => return None,
        },
        token: token.parse().ok()?,
        from,
        to: u64::MAX,
    })
}
