//! The table of keys: how each is spelled, what it takes, what it is for.

/// One key of the attribute.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) word: &'static str,
    pub(crate) kind: Kind,
    /// What comes behind `=`, for messages.
    pub(crate) example: &'static str,
    pub(crate) help: &'static str,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Name,
    Group,
    Names,
    Groups,
    /// Names of which there must be one at least, because an empty list accepts nothing.
    Accepted,
    Phase,
    Flag,
    Count,
    /// How often, or settings in braces.
    Retries,
    Times,
    Backoff,
    RetryOn,
    Priority,
    Wait,
    /// A duration longer than nothing.
    Limit,
    Json,
    Prereqs,
    Function,
    /// Nothing, a boolean, or a reason: the only kind that may stand bare.
    Ignore,
}

impl Kind {
    /// Completes "`key` takes".
    pub(crate) fn takes(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::Name | Self::Group => "one name in quotes",
            Self::Names | Self::Groups | Self::Accepted => "a list of names in quotes",
            Self::Phase => "one of \"setup\", \"test\" and \"teardown\"",
            Self::Flag => "`true` or `false`",
            Self::Count => "a whole number from 0",
            Self::Retries => "a whole number from 0 to 1000, or settings in braces",
            Self::Times => "a whole number from 0 to 1000",
            Self::Backoff => "\"fixed\" or \"exponential\"",
            Self::RetryOn => "\"any-instance\" or \"other-instance\"",
            Self::Priority => "a whole number, which may be negative",
            Self::Wait | Self::Limit => {
                "a duration: seconds as a number, or a text such as \"90s\" or \"5m\""
            }
            Self::Json => "values in braces, as in JSON",
            Self::Prereqs => "a list of tasks: the paths of their functions, or names in quotes",
            Self::Function => "the path of a function",
            Self::Ignore => "nothing, `true`, `false`, or the reason in quotes",
        }
    }
}

macro_rules! keys {
    ($name:ident; $($word:ident: $kind:ident, $example:literal, $help:literal;)*) => {
        pub(crate) const $name: &[Key] = &[$(
            Key { word: stringify!($word), kind: Kind::$kind, example: $example, help: $help },
        )*];
    };
}

keys! { KEYS;
    name: Name, r#""rail under load""#, "the task's name, where the path of its function will not do";
    description: Text, r#""the rail stays inside its limits""#, "what the task does; without it, the doc comment";
    groups: Groups, r#"["smoke", "power"]"#, "the groups the task belongs to";
    group: Group, r#""smoke""#, "the one group the task belongs to";
    phase: Phase, r#""setup""#, "when the task runs";
    stop_suite_on_fail: Flag, "false", "whether a failure of the task stops the run";
    exclusive_resources: Names, r#"["psu"]"#, "what the task must hold alone";
    shared_resources: Names, r#"["lab_net"]"#, "what the task holds together with others";
    resource_configs: Json, r#"{ "psu": { "limit": 1.5 } }"#, "the configuration wished for a resource, by the resource's name";
    max_resource_retry: Count, "3", "how often a claim that came late is tried again with the next slot";
    max_resource_wait: Wait, r#""10m""#, "how long the task waits for its resources";
    thread_safe: Flag, "true", "whether the task may run beside others of its process";
    process_safe: Flag, "true", "whether the task may run in a process of its own";
    prereq_tasks: Prereqs, r#"[power_on, crate::link::up, "other_pack::boot"]"#, "the tasks that must have succeeded before";
    prereq_same_thread: Flag, "true", "whether the task runs on the thread that ran its prerequisites";
    setup: Function, "prepare", "the function that runs before the task's own";
    teardown: Function, "clean_up", "the function that runs after the task's own";
    always_teardown: Flag, "true", "whether the teardown runs after an error too";
    params: Function, "adjust", "the function that computes the task's parameters from the global ones";
    est_task_time: Wait, r#""90s""#, "how long the task takes, setup and teardown included";
    timeout: Limit, r#""5m""#, "how long the task may take before it is given up";
    retries: Retries, r#"{ count = 2, delay = "1s" }"#, "how often the task is tried again after a failure";
    priority: Priority, "1", "where the task stands in its queue: lower comes first";
    valid_duts: Accepted, r#"["widget-a"]"#, "the devices under test that the task is for";
    valid_ats: Accepted, r#"["bench-1"]"#, "the test systems that the task is for";
    req_param_keys: Names, r#"["serial"]"#, "the global parameters without which the task does not run";
    optional_param_keys: Names, r#"["verbose"]"#, "the global parameters that the task reads if they are there";
    ignore: Ignore, r#""needs the big bench""#, "whether the task runs only when it is asked for, and why";
    extra_metadata: Json, r#"{ "ticket": "HW-7" }"#, "values for the report";
}

// What stands in the braces of `retries`.
keys! { RETRY_KEYS;
    count: Times, "2", "how often the task is tried again";
    delay: Wait, r#""1s""#, "how long the task waits before its second attempt";
    backoff: Backoff, r#""exponential""#, "whether it waits longer before each further one";
    max_delay: Wait, r#""1m""#, "the longest wait of those that grow";
    on: RetryOn, r#""other-instance""#, "whether it asks for other instances than those on which it failed";
}

impl Key {
    /// How to write it.
    pub(crate) fn usage(&self) -> String {
        format!("{} = {}", self.word, self.example)
    }

    /// For a value that is no value of this key.
    pub(crate) fn wrong_shape(&self) -> String {
        format!(
            "`{}` takes {}, for example `{}`\n{}: {}",
            self.word,
            self.kind.takes(),
            self.usage(),
            self.word,
            self.help
        )
    }
}

pub(crate) fn find(table: &'static [Key], word: &str) -> Option<&'static Key> {
    table.iter().find(|key| key.word == word)
}

/// For a word that is no key.
pub(crate) fn unknown(table: &[Key], word: &str) -> String {
    let words = || table.iter().map(|key| key.word);
    match did_you_mean(word, words()) {
        Some(closest) => format!("there is no key `{word}`; did you mean `{closest}`?"),
        None => format!("there is no key `{word}`; the keys are {}", listed(words())),
    }
}

/// The candidate that `word` was most likely meant to be.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Below this, two words have less than about two thirds in common.
    const ALIKE: f64 = 0.62;
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let likeness = likeness(&word, &candidate.to_lowercase());
            (likeness, candidate)
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

/// From 0 to 1.
pub(crate) fn likeness(one: &str, other: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(one, other)
}

/// `a`, `b` and `c`.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match (words.pop(), words.is_empty()) {
        (None, _) => String::new(),
        (Some(only), true) => only,
        (Some(last), false) => format!("{} and {last}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_finds_its_key() {
        for (wrong, right) in [
            ("est_test_time", "est_task_time"),
            ("resource_config", "resource_configs"),
            ("exclusive_resource", "exclusive_resources"),
            ("prereqs_tasks", "prereq_tasks"),
            ("prereq_task", "prereq_tasks"),
            ("threadsafe", "thread_safe"),
            ("threadSafe", "thread_safe"),
            ("Groups", "groups"),
            ("grups", "groups"),
            ("valid_dut", "valid_duts"),
            ("required_param_keys", "req_param_keys"),
            ("time_out", "timeout"),
            ("tear_down", "teardown"),
            ("retry", "retries"),
            ("desc", "description"),
        ] {
            let found = did_you_mean(wrong, KEYS.iter().map(|key| key.word));
            if matches!(wrong, "retry" | "desc") {
                assert!(
                    found.is_none_or(|found| found == right),
                    "{wrong}: {found:?}"
                );
            } else {
                assert_eq!(found, Some(right), "{wrong}");
            }
        }
    }

    #[test]
    fn a_strange_word_brings_the_list() {
        let message = unknown(KEYS, "flavour");
        assert!(message.contains("`name`, `description`"), "{message}");
        assert!(message.ends_with("and `extra_metadata`"), "{message}");
    }

    #[test]
    fn the_documentation_has_a_row_for_every_key_and_no_other() {
        let rows: Vec<_> = include_str!("kiss_task.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let words: Vec<_> = KEYS.iter().map(|key| key.word).collect();
        assert_eq!(rows, words);
    }
}
