//! Where the report goes, and how it looks.

use std::fs::File;
use std::io::{self, IsTerminal};

use crate::harness::args::Color;
use crate::harness::reporter::Out;
use crate::report::{Printer, ReportFormat};
use crate::runtime::stdout;

/// What the user has said of it.
#[derive(Debug, Clone)]
pub(super) struct ReportOutput {
    pub(super) format: ReportFormat,
    pub(super) color: Color,
    /// A file in the place of stdout.
    pub(super) logfile: Option<String>,
}

impl ReportOutput {
    /// Opens it.
    ///
    /// # Errors
    /// If there is to be a file, and there cannot be.
    pub(super) fn printer(&self) -> Result<Printer<Out>, String> {
        let (out, has_colours): (Out, bool) = match &self.logfile {
            Some(path) => {
                let file =
                    File::create(path).map_err(|error| format!("--logfile {path}: {error}"))?;
                (Box::new(file), self.color == Color::Always)
            }
            None => {
                let has_colours = match self.color {
                    Color::Auto => shows_colours(),
                    Color::Always => true,
                    Color::Never => false,
                };
                (stdout(), has_colours)
            }
        };
        Ok(Printer::new(out, self.format, has_colours))
    }
}

/// Whether stdout is a terminal with colours, of which the user has not said that there are to be none. Those of
/// Windows have to be asked for them, so nothing is taken for granted there.
fn shows_colours() -> bool {
    let says_no = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_plain = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    cfg!(unix) && io::stdout().is_terminal() && !says_no && !is_plain
}
