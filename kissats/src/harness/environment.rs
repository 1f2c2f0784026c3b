//! The variables of the environment that say something to a run.

use crate::harness::run_option::RUN_OPTIONS;
use crate::model::nearest;

/// The file of parameters.
pub(super) const PARAMS: &str = "KISSATS_PARAMS";
/// The folder for what runs leave for each other.
pub(super) const STATE_DIR: &str = "KISSATS_STATE_DIR";

const PREFIX: &str = "KISSATS_";

/// What every variable that is read here begins with.
const PREFIXES: [&str; 3] = [PREFIX, "NEXTEST", "RUST_TEST_"];

/// What others read or set: clients of a lab, and those who start a run from outside.
const OF_OTHERS: [&str; 7] = [
    "KISSATS_DIR",
    "KISSATS_SERVER",
    "KISSATS_TOKEN",
    "KISSATS_PROFILE",
    "KISSATS_RUN_ID",
    "KISSATS_LEASE",
    "KISSATS_BLESS",
];

/// What a lab tells of every resource that it lends.
const OF_RESOURCES: &str = "KISSATS_RES_";

/// The variables and what they say, in order of their names. One that is empty says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment(Vec<(String, String)>);

impl Environment {
    /// Those of this process. What is no text is none of ours.
    pub(super) fn of_process() -> Self {
        let texts = std::env::vars_os().filter_map(|(name, value)| {
            // Most are others', and a process may be there for one short task.
            let bytes = name.as_encoded_bytes();
            let is_read = |prefix: &&str| bytes.starts_with(prefix.as_bytes());
            if !PREFIXES.iter().any(is_read) {
                return None;
            }
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::of(texts)
    }

    pub(super) fn of<T: Into<String>>(variables: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut said = Self::default();
        for (name, value) in variables {
            let (name, value): (String, String) = (name.into(), value.into());
            if value.is_empty() {
                continue;
            }
            match said.place_of(&name) {
                Ok(place) => said.0[place].1 = value,
                Err(place) => said.0.insert(place, (name, value)),
            }
        }
        said
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let place = self.place_of(name).ok()?;
        Some(&self.0[place].1)
    }

    /// Where the variable is, or belongs.
    fn place_of(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// Whether nextest has started this process.
    pub(super) fn is_nextest(&self) -> bool {
        self.get("NEXTEST").is_some()
    }

    /// One line for every variable that looks as if it were ours and is not.
    pub(super) fn notes(&self) -> Vec<String> {
        let names = self.0.iter().map(|(name, _)| name);
        let ours = names.filter(|name| name.starts_with(PREFIX));
        let unknown = ours.filter(|name| !is_known(name));
        unknown.map(|name| note(name)).collect()
    }
}

/// The variables that are read here.
fn known() -> impl Iterator<Item = &'static str> {
    let of_options = RUN_OPTIONS.iter().flat_map(|option| option.variables);
    let ours = of_options.copied().filter(|name| name.starts_with(PREFIX));
    ours.chain([PARAMS, STATE_DIR])
}

fn is_known(name: &str) -> bool {
    OF_OTHERS.contains(&name)
        || name.starts_with(OF_RESOURCES)
        || known().any(|known| known == name)
}

fn note(name: &str) -> String {
    // The prefix makes all of them alike: what comes after it decides.
    let rest = |name: &str| name.trim_start_matches(PREFIX).to_owned();
    let hint = match nearest(&rest(name), known().map(rest)) {
        Some(meant) => format!("did you mean `{PREFIX}{meant}`?"),
        None => {
            let mut known: Vec<&str> = known().collect();
            known.sort_unstable();
            format!("known are {}", known.join(", "))
        }
    };
    format!("the variable {name} says nothing to kissats; {hint}")
}
