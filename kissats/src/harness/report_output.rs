//! Where the report goes, and how it looks.

use std::fs::File;
use std::io::{self, IsTerminal, Write};

use crate::harness::args::Color;
use crate::harness::reporter::Out;
use crate::report::{Printer, ReportFormat};

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

/// stdout as it is now: what is written there goes there whatever becomes of stdout while a task runs, and goes
/// in one piece.
#[cfg(unix)]
fn stdout() -> Out {
    use std::os::fd::AsFd;

    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(RealStdout(File::from(descriptor))),
        Err(_) => Box::new(io::stdout()),
    }
}

#[cfg(not(unix))]
fn stdout() -> Out {
    Box::new(io::stdout())
}

/// Whether stdout is a terminal with colours, of which the user has not said that there are to be none. Those of
/// Windows have to be asked for them, so nothing is taken for granted there.
fn shows_colours() -> bool {
    let says_no = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_plain = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    cfg!(unix) && io::stdout().is_terminal() && !says_no && !is_plain
}

/// Beside the buffer of the standard library, which would write up to the last line, and then the rest.
#[cfg(unix)]
struct RealStdout(File);

#[cfg(unix)]
impl Write for RealStdout {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // What stands there comes before.
        let mut others = io::stdout().lock();
        others.flush()?;
        self.0.write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
