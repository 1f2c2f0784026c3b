//! What a function is to its task, and what it is called in the module of a task.

use crate::keys;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Main,
    Setup,
    Teardown,
    Params,
}

impl Role {
    pub(crate) const ALL: [Self; 4] = [Self::Main, Self::Setup, Self::Teardown, Self::Params];

    /// The function's name in the module of a task.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::Main => "task_main",
            Self::Setup => "task_setup",
            Self::Teardown => "task_teardown",
            Self::Params => "get_params",
        }
    }

    /// The key that names such a function elsewhere.
    pub(crate) fn key(self) -> Option<&'static str> {
        match self {
            Self::Main => None,
            Self::Setup => Some("setup"),
            Self::Teardown => Some("teardown"),
            Self::Params => Some("params"),
        }
    }

    /// How messages call it.
    pub(crate) fn subject(self) -> &'static str {
        match self {
            Self::Main => "a task",
            Self::Setup => "`task_setup`",
            Self::Teardown => "`task_teardown`",
            Self::Params => "`get_params`",
        }
    }

    /// What it is for, in words.
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Self::Main => "the function of a task is",
            Self::Setup => "the function that runs before a task's own is",
            Self::Teardown => "the function that runs after a task's own is",
            Self::Params => "the function that computes a task's parameters is",
        }
    }

    /// How many arguments it has at most.
    pub(crate) fn arguments(self) -> usize {
        match self {
            Self::Params => 2,
            _ => 1,
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.function() == name)
    }

    /// Other names that people give it, without underscores.
    fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Main => &[
                "main", "run", "task", "test", "taskrun", "tasktest", "testmain", "runtask",
                "runtest",
            ],
            Self::Setup => &["setup", "testsetup", "setuptask", "setuptest", "taskinit"],
            Self::Teardown => &[
                "teardown",
                "testteardown",
                "teardowntask",
                "teardowntest",
                "taskcleanup",
            ],
            Self::Params => &[
                "params",
                "parameters",
                "getparameters",
                "taskparams",
                "gettaskparams",
                "taskgetparams",
            ],
        }
    }

    /// The one of `missing` that a function of another name was most likely meant to be.
    pub(crate) fn meant_by(name: &str, missing: &[Self]) -> Option<Self> {
        /// Two slips in the longest of the names; `set_params` is another word than `get_params`.
        const ALIKE: f64 = 0.8;
        let plain = |name: &str| name.replace('_', "").to_lowercase();
        let word = plain(name);
        let known = missing
            .iter()
            .find(|role| role.other_names().contains(&&*word));
        known.copied().or_else(|| {
            let names = missing.iter().map(|role| (plain(role.function()), *role));
            names
                .filter(|(right, _)| word.chars().next() == right.chars().next())
                .map(|(right, role)| (keys::likeness(&word, &right), role))
                .filter(|(likeness, _)| *likeness >= ALIKE)
                .max_by(|one, other| one.0.total_cmp(&other.0))
                .map(|(_, role)| role)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_finds_its_role() {
        for (name, role) in [
            ("main", Role::Main),
            ("run", Role::Main),
            ("test_main", Role::Main),
            ("tsk_main", Role::Main),
            ("taskMain", Role::Main),
            ("setup", Role::Setup),
            ("set_up", Role::Setup),
            ("task_set_up", Role::Setup),
            ("task_stup", Role::Setup),
            ("test_setup", Role::Setup),
            ("teardown", Role::Teardown),
            ("tear_down", Role::Teardown),
            ("test_teardown", Role::Teardown),
            ("task_tear_down", Role::Teardown),
            ("task_teardwon", Role::Teardown),
            ("get_param", Role::Params),
            ("get_parms", Role::Params),
            ("get_task_params", Role::Params),
        ] {
            assert_eq!(Role::meant_by(name, &Role::ALL), Some(role), "{name}");
        }
    }

    #[test]
    fn a_helper_may_have_its_own_name() {
        for name in [
            "prepare",
            "clean_up",
            "measure",
            "set_params",
            "read_params",
            "task_name",
            "run_load",
            "main_rail",
            "setup_psu",
            "get_rail",
            "assert_limits",
        ] {
            assert_eq!(Role::meant_by(name, &Role::ALL), None, "{name}");
        }
        assert_eq!(Role::meant_by("setup", &[Role::Main]), None);
    }
}
