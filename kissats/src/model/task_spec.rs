//! Everything a task declares.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::model::schema::{self, Node};
use crate::model::{
    Declaration, GroupName, Key, Phase, Prereq, ReservationMode, ResourceName, ResourceNeed,
    Retries, SchemaErrors, TaskDefaults, TaskName, Words, need,
};

/// Whether a task waits to be asked for.
///
/// ```
/// # use kissats::{Ignore, TaskSpec, json};
/// let spec = TaskSpec::from_document(json!({
///     "name": "soak", "description": "A night under load.", "ignore": "takes a night",
/// }))?;
/// assert_eq!(spec.ignore, Ignore::Yes(Some("takes a night".to_owned())));
/// # Ok::<(), kissats::SchemaErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Ignore {
    /// It runs like any other.
    #[default]
    No,
    /// It runs only with `--ignored` or `--include-ignored`; the words say why.
    Yes(Option<String>),
}

/// The parameters of one task: the original's keys and defaults, and the new ones.
///
/// Made from the attribute; the function named by the key `params` may change it before the run.
///
/// ```
/// # use std::time::Duration;
/// # use kissats::{Phase, ResourceName, TaskName, TaskSpec};
/// let mut spec = TaskSpec::new(TaskName::new("rail_voltage")?);
/// assert_eq!((spec.phase, spec.priority, spec.retries.count), (Phase::Test, 5, 0));
/// assert!(spec.stop_suite_on_fail);
///
/// spec.exclusive_resources.push(ResourceName::new("psu")?);
/// spec.est_task_time = Duration::from_secs(90);
/// assert_eq!(spec.needs()[0].resource, "psu");
/// # Ok::<(), kissats::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskSpec {
    name: TaskName,
    /// What it does, for the report.
    pub description: String,
    /// The groups it belongs to.
    pub groups: Vec<GroupName>,
    /// When it runs.
    pub phase: Phase,
    /// Whether its failure ends the run. Default `true`, as in the original.
    pub stop_suite_on_fail: bool,
    /// What it must hold alone.
    pub exclusive_resources: Vec<ResourceName>,
    /// What it holds together with others.
    pub shared_resources: Vec<ResourceName>,
    /// The configuration it wishes for a resource, by the resource's name.
    pub resource_configs: Map<String, Value>,
    /// How often a claim that came late is tried again with the next slot. Default 5.
    pub max_resource_retry: u32,
    /// How long it waits for what it needs; `None` for as long as others hold it.
    pub max_resource_wait: Option<Duration>,
    /// Whether it may run beside other tasks of the same process. Default `false`.
    pub thread_safe: bool,
    /// Whether it may run in a process of its own; `None` is the original's default, `false`,
    /// with the difference that nobody wrote it.
    pub process_safe: Option<bool>,
    /// The test systems it is for; `any` in any case means all. Default `any`.
    pub valid_ats: Vec<String>,
    /// The devices it is for; `any` in any case means all. Default `any`.
    pub valid_duts: Vec<String>,
    /// The global parameters without which it does not run.
    pub req_param_keys: Vec<String>,
    /// The global parameters it reads if they are there.
    pub optional_param_keys: Vec<String>,
    /// What must have succeeded before it.
    pub prereq_tasks: Vec<Prereq>,
    /// Whether it must run on the worker that ran its prerequisites; `None` is the original's
    /// default, `true`, with the difference that nobody wrote it.
    pub prereq_same_thread: Option<bool>,
    /// How long it takes, set-up and teardown included. Default one hour, as in the original.
    pub est_task_time: Duration,
    /// Whether its teardown runs after an error too.
    pub always_teardown: bool,
    /// Values for the report.
    pub extra_metadata: Map<String, Value>,
    /// Lower comes first. Default 5.
    pub priority: i32,
    /// How long setup, main and teardown together may take; waiting does not count.
    pub timeout: Option<Duration>,
    /// How often it is tried again after a failure, when, and on what.
    pub retries: Retries,
    /// Whether it waits to be asked for.
    pub ignore: Ignore,
    /// Values of the pack's own, for the task to read.
    pub extra: Map<String, Value>,
}

impl TaskSpec {
    pub(super) const STOP_SUITE_ON_FAIL: bool = true;
    pub(super) const MAX_RESOURCE_RETRY: u32 = 5;
    pub(super) const PRIORITY: i32 = 5;
    pub(crate) const EST_TASK_TIME: Duration = Duration::from_secs(3600);

    /// A task with the original's defaults.
    #[must_use]
    pub fn new(name: TaskName) -> Self {
        Self {
            name,
            description: String::new(),
            groups: Vec::new(),
            phase: Phase::Test,
            stop_suite_on_fail: Self::STOP_SUITE_ON_FAIL,
            exclusive_resources: Vec::new(),
            shared_resources: Vec::new(),
            resource_configs: Map::new(),
            max_resource_retry: Self::MAX_RESOURCE_RETRY,
            max_resource_wait: None,
            thread_safe: false,
            process_safe: None,
            valid_ats: vec!["any".to_owned()],
            valid_duts: vec!["any".to_owned()],
            req_param_keys: Vec::new(),
            optional_param_keys: Vec::new(),
            prereq_tasks: Vec::new(),
            prereq_same_thread: None,
            est_task_time: Self::EST_TASK_TIME,
            always_teardown: false,
            extra_metadata: Map::new(),
            priority: Self::PRIORITY,
            timeout: None,
            retries: Retries::new(0),
            ignore: Ignore::No,
            extra: Map::new(),
        }
    }

    /// What an attribute says, over the defaults for what it does not.
    pub(super) fn declared(declaration: &Declaration, defaults: Option<&TaskDefaults>) -> Self {
        let mut spec = Self::new(declaration.task_name());
        if let Some(defaults) = defaults {
            defaults.apply(&mut spec);
        }
        for key in declaration.keys {
            match *key {
                Key::Description(text) => spec.description = text.to_owned(),
                Key::Groups(groups) => {
                    spec.groups = groups
                        .iter()
                        .map(|name| GroupName::declared(name))
                        .collect();
                }
                Key::Phase(phase) => spec.phase = phase,
                Key::StopSuiteOnFail(stops) => spec.stop_suite_on_fail = stops,
                Key::ExclusiveResources(names) => spec.exclusive_resources = resources(names),
                Key::SharedResources(names) => spec.shared_resources = resources(names),
                Key::ResourceConfigs(text) => spec.resource_configs = object(text),
                Key::MaxResourceRetry(count) => spec.max_resource_retry = count,
                Key::MaxResourceWait(seconds, nanos) => {
                    spec.max_resource_wait = Some(Duration::new(seconds, nanos));
                }
                Key::ThreadSafe(is_safe) => spec.thread_safe = is_safe,
                Key::ProcessSafe(is_safe) => spec.process_safe = Some(is_safe),
                Key::ValidAts(names) => spec.valid_ats = texts(names),
                Key::ValidDuts(names) => spec.valid_duts = texts(names),
                Key::ReqParamKeys(names) => spec.req_param_keys = texts(names),
                Key::OptionalParamKeys(names) => spec.optional_param_keys = texts(names),
                Key::PrereqTasks(prereqs) => {
                    spec.prereq_tasks = prereqs.iter().copied().map(Prereq::declared).collect();
                }
                Key::PrereqSameThread(same) => spec.prereq_same_thread = Some(same),
                Key::EstTaskTime(seconds, nanos) => {
                    spec.est_task_time = Duration::new(seconds, nanos);
                }
                Key::AlwaysTeardown(always) => spec.always_teardown = always,
                Key::ExtraMetadata(text) => spec.extra_metadata = object(text),
                Key::Priority(priority) => spec.priority = priority,
                Key::Timeout(seconds, nanos) => spec.timeout = Some(Duration::new(seconds, nanos)),
                Key::Retries(count) => spec.retries = Retries::new(count),
                Key::RetriesWith(retries) => spec.retries = *retries,
                Key::Ignore(why) => {
                    spec.ignore = Ignore::Yes((!why.is_empty()).then(|| why.to_owned()));
                }
                Key::Name(_) | Key::Setup(_) | Key::Teardown(_) | Key::Params(_) => {}
            }
        }
        spec
    }

    /// Reads the original's task parameters; `prereq_tasks` are names, spans of time are seconds or
    /// text such as `90s`. Keys that nobody knows are kept in [`TaskSpec::extra`].
    ///
    /// ```
    /// # use kissats::{TaskSpec, json};
    /// let spec = TaskSpec::from_document(json!({
    ///     "name": "rail_voltage",
    ///     "description": "The rail stays inside its limits.",
    ///     "prereq_tasks": ["power_on"],
    ///     "est_task_time": "90s",
    /// }))?;
    /// assert_eq!(spec.est_task_time.as_secs(), 90);
    /// assert!(spec.stop_suite_on_fail);
    ///
    /// let errors = TaskSpec::from_document(json!({ "name": "", "thread_safe": "yes" }));
    /// assert_eq!(
    ///     errors.unwrap_err().to_string(),
    ///     "name: \"\" is no task name: it is empty\n\
    ///      description: missing; expected text\n\
    ///      thread_safe: expected true or false, found \"yes\"",
    /// );
    /// # Ok::<(), kissats::SchemaErrors>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_document(document: Value) -> Result<Self, SchemaErrors> {
        schema::read(&document, |node| {
            let mut fields = node.fields()?;
            let name = fields
                .required("name", "the name of a task")
                .and_then(|name| name.name(TaskName::new));
            let description = fields
                .required("description", "text")
                .and_then(|description| description.text());
            let resources = |node: &Node<'_>| node.list(|name| name.name(ResourceName::new));
            let texts = |node: &Node<'_>| node.list(Node::text);
            let object = |node: &Node<'_>| node.object().cloned();
            let placeholder = || TaskName::new("unnamed").ok();
            let mut spec = Self::new(name.clone().or_else(placeholder)?);
            TaskDefaults::read(&mut fields).apply(&mut spec);
            spec.groups = fields
                .read("groups", |node| {
                    node.list(|group| group.name(GroupName::new))
                })
                .unwrap_or_default();
            spec.phase = fields
                .read("phase", |node| node.word(Phase::ALL, Phase::as_str))
                .unwrap_or_default();
            spec.exclusive_resources = fields
                .read("exclusive_resources", resources)
                .unwrap_or_default();
            spec.shared_resources = fields
                .read("shared_resources", resources)
                .unwrap_or_default();
            spec.resource_configs = fields.read("resource_configs", object).unwrap_or_default();
            spec.req_param_keys = fields.read("req_param_keys", texts).unwrap_or_default();
            spec.optional_param_keys = fields
                .read("optional_param_keys", texts)
                .unwrap_or_default();
            spec.prereq_tasks = fields
                .read("prereq_tasks", |node| {
                    node.list(|name| Some(Prereq::Named(name.text_that_is_not_empty()?.into())))
                })
                .unwrap_or_default();
            spec.extra_metadata = fields.read("extra_metadata", object).unwrap_or_default();
            spec.ignore = fields
                .read("ignore", |node| match node.value {
                    Value::Bool(false) => Some(Ignore::No),
                    Value::Bool(true) => Some(Ignore::Yes(None)),
                    Value::String(why) => Some(Ignore::Yes(Some(why.clone()))),
                    _ => node.expected("true, false, or text that says why"),
                })
                .unwrap_or_default();
            spec.extra = fields.rest();
            spec.description = description?;
            name?;
            Some(spec)
        })
    }

    /// The document that [`TaskSpec::from_document`] reads as this. A prerequisite by path becomes
    /// `pack::path::function`.
    ///
    /// ```
    /// # use kissats::{TaskName, TaskSpec};
    /// let document = TaskSpec::new(TaskName::new("boot")?).to_document();
    /// assert_eq!((&document["name"], &document["priority"]), (&"boot".into(), &5.into()));
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn to_document(&self) -> Value {
        let names = |names: &[ResourceName]| -> Value {
            names.iter().map(|name| json!(name.as_str())).collect()
        };
        let groups: Value = self
            .groups
            .iter()
            .map(|group| json!(group.as_str()))
            .collect();
        let prereqs: Value = self
            .prereq_tasks
            .iter()
            .map(|prereq| match prereq {
                Prereq::Function { path } => json!(path.replace("r#", "")),
                Prereq::Named(name) => json!(name),
            })
            .collect();
        let ignore = match &self.ignore {
            Ignore::No => json!(false),
            Ignore::Yes(None) => json!(true),
            Ignore::Yes(Some(why)) => json!(why),
        };
        let mut document = self.extra.clone();
        for (key, value) in [
            ("name", json!(self.name.as_str())),
            ("description", json!(self.description)),
            ("groups", groups),
            ("phase", json!(self.phase.as_str())),
            ("stop_suite_on_fail", json!(self.stop_suite_on_fail)),
            ("exclusive_resources", names(&self.exclusive_resources)),
            ("shared_resources", names(&self.shared_resources)),
            ("resource_configs", json!(self.resource_configs)),
            ("max_resource_retry", json!(self.max_resource_retry)),
            (
                "max_resource_wait",
                json!(self.max_resource_wait.map(seconds)),
            ),
            ("thread_safe", json!(self.thread_safe)),
            ("process_safe", json!(self.process_safe)),
            ("valid_ats", json!(self.valid_ats)),
            ("valid_duts", json!(self.valid_duts)),
            ("req_param_keys", json!(self.req_param_keys)),
            ("optional_param_keys", json!(self.optional_param_keys)),
            ("prereq_tasks", prereqs),
            ("prereq_same_thread", json!(self.prereq_same_thread)),
            ("est_task_time", seconds(self.est_task_time)),
            ("always_teardown", json!(self.always_teardown)),
            ("extra_metadata", json!(self.extra_metadata)),
            ("priority", json!(self.priority)),
            ("timeout", json!(self.timeout.map(seconds))),
            ("retries", self.retries.to_document()),
            ("ignore", ignore),
        ] {
            document.insert(key.to_owned(), value);
        }
        Value::Object(document)
    }

    /// Its name: the one thing that does not change.
    ///
    /// ```
    /// # use kissats::{TaskName, TaskSpec};
    /// assert_eq!(TaskSpec::new(TaskName::new("boot")?).name(), &"boot");
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &TaskName {
        &self.name
    }

    /// Undoes what a function that computes parameters must not do: rename the task, or list a group twice.
    pub(crate) fn sanitise(&mut self, name: &TaskName) {
        self.name = name.clone();
        for group in std::mem::take(&mut self.groups) {
            if !self.groups.contains(&group) {
                self.groups.push(group);
            }
        }
    }

    /// What it asks of the ATS, in one order for all tasks; a resource asked for twice is held alone.
    ///
    /// ```
    /// # use kissats::{TaskSpec, json};
    /// let spec = TaskSpec::from_document(json!({
    ///     "name": "t", "description": "", "exclusive_resources": ["psu"], "shared_resources": ["lan"],
    /// }))?;
    /// let needs: Vec<String> = spec.needs().iter().map(|need| format!("{} {}", need.resource, need.mode)).collect();
    /// assert_eq!(needs, ["lan shared", "psu exclusive"]);
    /// # Ok::<(), kissats::SchemaErrors>(())
    /// ```
    #[must_use]
    pub fn needs(&self) -> Vec<ResourceNeed> {
        let mut needs = Vec::new();
        for name in &self.exclusive_resources {
            needs.push(ResourceNeed::new(name.clone(), ReservationMode::Exclusive));
        }
        for name in &self.shared_resources {
            needs.push(ResourceNeed::new(name.clone(), ReservationMode::Shared));
        }
        need::settle(&mut needs, &self.resource_configs);
        needs
    }

    /// Whether it asks anything of the ATS.
    ///
    /// ```
    /// # use kissats::{ResourceName, TaskName, TaskSpec};
    /// let mut spec = TaskSpec::new(TaskName::new("boot")?);
    /// assert!(!spec.needs_resources());
    /// spec.shared_resources.push(ResourceName::new("lab_net")?);
    /// assert!(spec.needs_resources());
    /// # Ok::<(), kissats::NameError>(())
    /// ```
    #[must_use]
    pub fn needs_resources(&self) -> bool {
        !(self.exclusive_resources.is_empty() && self.shared_resources.is_empty())
    }
}

fn resources(names: Words) -> Vec<ResourceName> {
    names
        .iter()
        .map(|name| ResourceName::declared(name))
        .collect()
}

fn texts(words: Words) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// The attribute wrote it, so it is one.
pub(super) fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// A whole number where it is one; text where seconds as a fraction would lose something.
pub(super) fn seconds(span: Duration) -> Value {
    match span.subsec_nanos() {
        0 => json!(span.as_secs()),
        _ => json!(humantime::format_duration(span).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_sorted_and_exclusive_wins() {
        let name = |text| ResourceName::new(text).unwrap();
        let mut spec = TaskSpec::new(TaskName::new("t").unwrap());
        spec.exclusive_resources = vec![name("psu"), name("dut")];
        spec.shared_resources = vec![name("lan"), name("psu")];
        let needs: Vec<_> = spec
            .needs()
            .into_iter()
            .map(|need| format!("{} {}", need.resource, need.mode))
            .collect();
        assert_eq!(needs, ["dut exclusive", "lan shared", "psu exclusive"]);
    }
}
