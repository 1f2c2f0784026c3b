//! What `--help` says.

use std::fmt;

use crate::harness::flag::{FLAGS, Takes};

/// The whole text: what this is, how it is called, and every flag.
pub(super) struct Help;

/// How it is called.
pub(super) const USAGE: &str = "Usage: cargo test -p PACK -- [OPTIONS] [FILTERS...]";

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Runs the tasks of this pack\n\n{USAGE}\n")?;
        writeln!(
            f,
            "A task is shown as `[group] module::task`. It runs if a filter is any part of that, so"
        )?;
        writeln!(
            f,
            "`smoke` or `[smoke]` runs a group; without filters all run. What they need runs with them."
        )?;
        for (heading, flags) in FLAGS {
            writeln!(f, "\n{heading}:")?;
            for flag in *flags {
                let short = flag.short.filter(|_| flag.long.is_some());
                let short = short.map_or("    ".to_owned(), |short| format!("-{short}, "));
                writeln!(f, "  {short}{flag}")?;
                write!(f, "          {}", flag.help)?;
                if let Takes::OneOf(_, words, _) = flag.takes {
                    write!(f, " [possible: {}]", words.join(", "))?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}
