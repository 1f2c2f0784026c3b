//! Which run this process belongs to.

/// The run that several processes make together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunId {
    /// What whoever started it calls it.
    pub(crate) name: String,
    /// Whether that is nextest: every process is there for one task, and comes again to try it again.
    pub(crate) of_nextest: bool,
}

/// What this process is in the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    /// The test binary, in the runner's words.
    pub(crate) binary: String,
    /// What the process was started for, in the runner's words.
    pub(crate) test: String,
    /// Which attempt of the runner's it is.
    pub(crate) attempt: u32,
    /// How many attempts the runner makes at most.
    pub(crate) attempts: u32,
    /// Which repetition of the whole run it is, from 0.
    pub(crate) repetition: u32,
}

impl RunId {
    /// From the variables of the environment; `None` makes this process a run of its own.
    pub(crate) fn of<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let of = |name: &str, of_nextest| Self {
            name: name.to_owned(),
            of_nextest,
        };
        let nextest = variable("NEXTEST_RUN_ID").map(|name| of(name, true));
        nextest.or_else(|| variable("KISSATS_RUN_ID").map(|name| of(name, false)))
    }
}

impl Process {
    /// From the variables of the environment.
    pub(crate) fn of<'a>(program: &str, variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name: &str| variable(name).map(str::to_owned);
        // nextest says `none` where there is no number.
        let number = |name: &str| variable(name).and_then(|text| text.parse::<u32>().ok());
        let binary = text("NEXTEST_BINARY_ID").unwrap_or_else(|| program.to_owned());
        Self {
            test: text("NEXTEST_TEST_NAME").unwrap_or_else(|| binary.clone()),
            binary,
            attempt: number("NEXTEST_ATTEMPT").unwrap_or(1),
            attempts: number("NEXTEST_TOTAL_ATTEMPTS").unwrap_or(1),
            repetition: number("NEXTEST_STRESS_CURRENT").unwrap_or(0),
        }
    }
}
