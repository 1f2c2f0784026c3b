//! The report of a run, letter for letter as libtest-mimic prints it; what tasks say goes out as it is, as with
//! libtest.

use std::io::{self, Write};
use std::time::Duration;

use crate::report::tally::Tally;
use crate::report::{ReportFormat, Shown};

const GREEN: &[u8] = b"\x1b[32m";
const RED: &[u8] = b"\x1b[31m";
const YELLOW: &[u8] = b"\x1b[33m";
const NO_COLOUR: &[u8] = b"\x1b[0m";

/// Writes a report. Whoever uses it says when: until [`Self::flush`] the text is kept, and then it goes out
/// in one piece.
pub(crate) struct Printer<W> {
    out: W,
    /// What has not gone out.
    text: Vec<u8>,
    format: ReportFormat,
    has_colours: bool,
    /// How many characters the longest name has.
    name_width: usize,
    tally: Tally,
    /// Names and texts of those that failed.
    failures: Vec<(String, String)>,
    /// Why nothing goes out any more.
    broken: Option<io::Error>,
}

impl<W: Write> Printer<W> {
    pub(crate) fn new(out: W, format: ReportFormat, has_colours: bool) -> Self {
        Self {
            out,
            text: Vec::new(),
            format,
            has_colours,
            name_width: 0,
            tally: Tally::default(),
            failures: Vec::new(),
            broken: None,
        }
    }

    /// The report begins, of so many tasks. The longest of their names has `name_width` characters.
    pub(crate) fn begin(&mut self, tasks: usize, name_width: usize) {
        self.name_width = name_width;
        if self.format == ReportFormat::Json {
            self.say(&format!(
                "{{ \"type\": \"suite\", \"event\": \"started\", \"test_count\": {tasks} }}\n"
            ));
        } else {
            let plural = if tasks == 1 { "" } else { "s" };
            self.say(&format!("\nrunning {tasks} test{plural}\n"));
        }
    }

    /// The next task is this one.
    pub(crate) fn start(&mut self, name: &str) {
        match self.format {
            ReportFormat::Pretty => {
                self.say("test ");
                self.say(name);
                let missing = self.name_width.saturating_sub(width(name));
                self.text.resize(self.text.len() + missing, b' ');
                self.say(" ... ");
            }
            ReportFormat::Terse => {}
            ReportFormat::Json => {
                self.say("{ \"type\": \"test\", \"event\": \"started\", \"name\": ");
                self.say_json(name);
                self.say(" }\n");
            }
        }
    }

    /// The task that was started last has ended.
    pub(crate) fn end(&mut self, name: &str, shown: Shown) {
        self.tally.add(&shown);
        match self.format {
            ReportFormat::Pretty => {
                self.say_outcome(&shown);
                self.say("\n");
            }
            ReportFormat::Terse => {
                let (colour, letter) = match shown {
                    Shown::Passed => (GREEN, "."),
                    Shown::Failed(_) => (RED, "F"),
                    Shown::Ignored(_) => (YELLOW, "i"),
                };
                self.colour(colour);
                self.say(letter);
                self.colour(NO_COLOUR);
            }
            ReportFormat::Json => {
                let event = match shown {
                    Shown::Passed => "ok",
                    Shown::Failed(_) => "failed",
                    Shown::Ignored(_) => "ignored",
                };
                self.say("{ \"type\": \"test\", \"name\": ");
                self.say_json(name);
                self.say(", \"event\": \"");
                self.say(event);
                self.say("\"");
                if let Shown::Failed(text) = &shown {
                    let quoted = json(text);
                    self.say(", \"stdout\": \"Error: \\\"");
                    self.say(&quoted[1..quoted.len() - 1]);
                    self.say("\\\"\\n\"");
                }
                self.say(" }\n");
            }
        }
        if let Shown::Failed(text) = shown {
            self.failures.push((name.to_owned(), text));
        }
    }

    /// All tasks have ended.
    pub(crate) fn conclude(&mut self, filtered_out: usize, took: Duration) {
        let Tally {
            passed,
            failed,
            ignored,
        } = self.tally;
        let seconds = took.as_secs_f64();
        if self.format == ReportFormat::Json {
            let event = if failed > 0 { "failed" } else { "ok" };
            self.say(&format!(
                "{{ \"type\": \"suite\", \"event\": \"{event}\", \"passed\": {passed}, \"failed\": {failed}, \
                 \"ignored\": {ignored}, \"measured\": 0, \"filtered_out\": {filtered_out}, \"exec_time\": {seconds} }}\n"
            ));
            return;
        }
        self.say_failures();
        self.say("\ntest result: ");
        let (colour, word) = match failed {
            0 => (GREEN, "ok"),
            _ => (RED, "FAILED"),
        };
        self.colour(colour);
        self.say(word);
        self.colour(NO_COLOUR);
        self.say(&format!(
            ". {passed} passed; {failed} failed; {ignored} ignored; 0 measured; {filtered_out} filtered out; \
             finished in {seconds:.2}s\n\n"
        ));
    }

    /// Has everything until now written.
    pub(crate) fn flush(&mut self) {
        if self.broken.is_none() && !self.text.is_empty() {
            let written = self.out.write_all(&self.text);
            self.broken = written.and_then(|()| self.out.flush()).err();
        }
        self.text.clear();
    }

    /// Why nothing goes out any more, if that is so.
    pub(crate) fn broken(&self) -> Option<&io::Error> {
        self.broken.as_ref()
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.tally.failed > 0
    }

    fn say_outcome(&mut self, shown: &Shown) {
        let (colour, word) = match shown {
            Shown::Passed => (GREEN, "ok"),
            Shown::Failed(_) => (RED, "FAILED"),
            Shown::Ignored(_) => (YELLOW, "ignored"),
        };
        self.colour(colour);
        self.say(word);
        if let Shown::Ignored(Some(reason)) = shown {
            self.say(" (");
            self.say(reason);
            self.say(")");
        }
        self.colour(NO_COLOUR);
    }

    fn say_failures(&mut self) {
        let failures = std::mem::take(&mut self.failures);
        if failures.is_empty() {
            return;
        }
        self.say("\nfailures:\n\n");
        for (name, text) in &failures {
            self.say("---- ");
            self.say(name);
            self.say(" ----\n");
            self.say(text);
            self.say("\n\n");
        }
        self.say("\nfailures:\n");
        for (name, _) in &failures {
            self.say("    ");
            self.say(name);
            self.say("\n");
        }
    }

    fn say(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn say_json(&mut self, text: &str) {
        self.say(&json(text));
    }

    fn colour(&mut self, colour: &[u8]) {
        if self.has_colours {
            self.text.extend_from_slice(colour);
        }
    }
}

/// How many characters a name has, which is how wide it is taken for.
pub(crate) fn width(name: &str) -> usize {
    let (bytes, mut at, mut width) = (name.as_bytes(), 0, 0);
    // Bare on purpose: tests are built without optimisation, and every name passes here, twice.
    while at < bytes.len() {
        // Those that go on with a character count for nothing.
        if bytes[at] & 0b1100_0000 != 0b1000_0000 {
            width += 1;
        }
        at += 1;
    }
    width
}

/// A text in the quotes of JSON.
pub(crate) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
