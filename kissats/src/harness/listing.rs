//! The list of tasks, as libtest prints its tests.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::harness::report_output::ReportOutput;
use crate::model::TaskId;
use crate::plan::{Catalog, Selection, show_name, shown_name};
use crate::report::{ReportFormat, json};
use crate::runtime::{FAILED, say};

/// How much text is written at once.
const CHUNK: usize = 1 << 16;

/// Prints the selected tasks as libtest does, to where the report would go.
pub(super) fn list(catalog: &Catalog, selection: &Selection, output: &ReportOutput) -> ExitCode {
    let write = match output.format {
        ReportFormat::Pretty | ReportFormat::Terse => write_lines,
        ReportFormat::Json => write_json,
    };
    let written = match &output.logfile {
        None => write(catalog, selection, &mut io::stdout().lock()),
        Some(path) => File::create(path).and_then(|mut file| write(catalog, selection, &mut file)),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("the list could not be written: {error}"));
            ExitCode::from(FAILED)
        }
    }
}

fn write_lines(catalog: &Catalog, selection: &Selection, out: &mut dyn Write) -> io::Result<()> {
    write_all(selection, out, String::new(), |id, text| {
        show_name(catalog, id, text);
        text.push_str(": test\n");
    })
}

/// An object a line, as a libtest of the nightly compiler writes them; columns are not known.
fn write_json(catalog: &Catalog, selection: &Selection, out: &mut dyn Write) -> io::Result<()> {
    let begins = "{ \"type\": \"suite\", \"event\": \"discovery\" }\n".to_owned();
    let mut ignored = 0;
    write_all(selection, out, begins, |id, text| {
        let reason = selection.ignored(id);
        ignored += usize::from(reason.is_some());
        let place = catalog.task(id).declared_at();
        let _ = writeln!(
            text,
            "{{ \"type\": \"test\", \"event\": \"discovered\", \"name\": {}, \"ignore\": {}, \
             \"ignore_message\": {}, \"source_path\": {}, \"start_line\": {} }}",
            json(&shown_name(catalog, id)),
            reason.is_some(),
            json(&reason.map(ToString::to_string).unwrap_or_default()),
            json(place.file()),
            place.line(),
        );
    })?;
    let tasks = selection.tasks.len();
    writeln!(
        out,
        "{{ \"type\": \"suite\", \"event\": \"completed\", \"tests\": {tasks}, \"benchmarks\": 0, \
         \"total\": {tasks}, \"ignored\": {ignored} }}"
    )
}

/// Writes the text, and what `add` adds to it for each task, in large pieces.
fn write_all(
    selection: &Selection,
    out: &mut dyn Write,
    mut text: String,
    mut add: impl FnMut(TaskId, &mut String),
) -> io::Result<()> {
    text.reserve(CHUNK + CHUNK / 8);
    for &id in &selection.tasks {
        add(id, &mut text);
        if text.len() >= CHUNK {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}
