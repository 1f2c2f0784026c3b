//! The words of the command line, before they mean anything.

use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt};

use crate::harness::args_error::ArgsError;
use crate::harness::flag::{FLAGS, Flag, Takes};

/// What the flags were given. Each is described where it is listed, in [`FLAGS`].
#[derive(Debug, Default)]
pub(crate) struct Args {
    pub(crate) filters: Vec<String>,
    pub(crate) skip: Vec<String>,
    pub(crate) exact: bool,
    pub(crate) ignored: bool,
    pub(crate) include_ignored: bool,
    pub(crate) list: bool,
    pub(crate) fail_fast: bool,
    pub(crate) help: bool,

    pub(crate) dut: Option<String>,
    pub(crate) ats: Option<String>,
    pub(crate) param: Vec<String>,
    pub(crate) params: Option<String>,
    pub(crate) group: Vec<String>,
    pub(crate) skip_setup: bool,
    pub(crate) skip_teardown: bool,
    pub(crate) ignore_prereq: bool,
    pub(crate) run_mode: Option<String>,
    pub(crate) fresh_process: bool,
    pub(crate) resource_mode: Option<String>,
    pub(crate) ats_client: Option<String>,
    pub(crate) task_package: Option<String>,
    pub(crate) package_version: Option<String>,
    pub(crate) global_timeout: Option<String>,
    pub(crate) shuffle: bool,
    pub(crate) shuffle_seed: Option<u64>,
    pub(crate) seed: Option<u64>,
    pub(crate) plan_starts: Option<u64>,
    pub(crate) summary: bool,
    pub(crate) on_blocked: Option<String>,
    pub(crate) nextest_config: Option<Option<String>>,
    pub(crate) plan: bool,
    pub(crate) show_config: bool,
    pub(crate) test_threads: Option<u64>,

    pub(crate) format: Option<Format>,
    pub(crate) quiet: bool,
    pub(crate) color: Option<Color>,
    pub(crate) logfile: Option<String>,
    pub(crate) no_capture: bool,
    pub(crate) show_output: bool,
    pub(crate) report_time: Option<Option<String>>,

    pub(crate) ensure_time: bool,
    pub(crate) test: bool,
    pub(crate) bench: bool,
    pub(crate) unstable: Vec<String>,
    /// What changes nothing.
    pub(crate) accepted: bool,
}

impl Args {
    /// The words behind the name of the program. Of what is said twice, the last counts.
    ///
    /// # Errors
    /// The first word that makes no sense.
    pub(crate) fn of(words: impl IntoIterator<Item: Into<OsString>>) -> Result<Self, ArgsError> {
        let mut args = Self::default();
        let mut parser = Parser::from_args(words);
        while let Some(word) = parser.next()? {
            let (shown, flag) = match word {
                Arg::Value(filter) => {
                    args.filters.push(filter.string()?);
                    continue;
                }
                Arg::Long(name) => (format!("--{name}"), flag(|flag| flag.long == Some(name))),
                Arg::Short(letter) => (
                    format!("-{letter}"),
                    flag(|flag| flag.short == Some(letter)),
                ),
            };
            let flag = flag.ok_or_else(|| ArgsError::unknown(shown))?;
            args.take(flag, &mut parser)?;
        }
        Ok(args)
    }

    fn take(&mut self, flag: &Flag, parser: &mut Parser) -> Result<(), ArgsError> {
        let mut value = || match parser.value() {
            Ok(value) => Ok(value.string()?),
            Err(_) => Err(ArgsError::Missing {
                flag: flag.to_string(),
            }),
        };
        match flag.takes {
            Takes::Nothing(place) => *place(self) = true,
            Takes::Text(_, place) => *place(self) = Some(value()?),
            Takes::Texts(_, place) => place(self).push(value()?),
            Takes::Number(_, place) => {
                let text = value()?;
                match text.parse() {
                    Ok(number) => *place(self) = Some(number),
                    Err(_) => return Err(ArgsError::value(flag, text, "a whole number")),
                }
            }
            Takes::OneOf(_, words, set) => {
                let word = value()?;
                if !words.contains(&word.as_str()) {
                    let expected = format!("one of {}", words.join(", "));
                    return Err(ArgsError::value(flag, word, expected));
                }
                set(self, &word);
            }
            Takes::MaybeNext(_, place) => {
                let value = parser.values().ok().and_then(|mut values| values.next());
                *place(self) = Some(value.map(ValueExt::string).transpose()?);
            }
            Takes::MaybeBehind(_, place) => {
                let value = parser.optional_value();
                *place(self) = Some(value.map(ValueExt::string).transpose()?);
            }
        }
        Ok(())
    }
}

fn flag(is_meant: impl Fn(&Flag) -> bool) -> Option<&'static Flag> {
    let mut flags = FLAGS.iter().flat_map(|(_, flags)| *flags);
    flags.find(|flag| is_meant(flag))
}

/// The values of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Pretty,
    Terse,
    Json,
    Junit,
}

impl Format {
    pub(super) const WORDS: &[&str] = &["pretty", "terse", "json", "junit"];

    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "pretty" => Some(Self::Pretty),
            "terse" => Some(Self::Terse),
            "json" => Some(Self::Json),
            "junit" => Some(Self::Junit),
            _ => None,
        }
    }
}

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    pub(super) const WORDS: &[&str] = &["auto", "always", "never"];

    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            _ => None,
        }
    }
}
