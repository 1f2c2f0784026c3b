//! The list of tasks, as libtest prints its tests.

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::plan::{Catalog, Selection, show_name};
use crate::runtime::{FAILED, say};

/// How much text is written at once.
const CHUNK: usize = 1 << 16;

/// Prints the selected tasks, into `logfile` if there is one.
pub(super) fn list(catalog: &Catalog, selection: &Selection, logfile: Option<&str>) -> ExitCode {
    let written = match logfile {
        None => write(catalog, selection, io::stdout().lock()),
        Some(path) => File::create(path).and_then(|file| write(catalog, selection, file)),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("the list could not be written: {error}"));
            ExitCode::from(FAILED)
        }
    }
}

fn write(catalog: &Catalog, selection: &Selection, mut out: impl Write) -> io::Result<()> {
    let mut text = String::with_capacity(CHUNK + CHUNK / 8);
    for &id in &selection.tasks {
        show_name(catalog, id, &mut text);
        text.push_str(": test\n");
        if text.len() >= CHUNK {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}
