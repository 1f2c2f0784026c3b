//! How a run is meant to go: the original's global parameters.

use std::num::NonZeroU32;

use semver::VersionReq;
use serde_json::{Map, Value, json};

use crate::model::schema::{self, Fields, Node};
use crate::model::{
    AtsName, DutName, GlobalParams, GroupName, PackName, ResourceMode, RunMode, SchemaErrors,
    ValidResults, Verdict,
};

/// Workers beside the main one, unless somebody says otherwise.
const LIMIT: NonZeroU32 = NonZeroU32::new(5).expect("five is not zero");

/// The rules of a run, with the original's names and defaults.
///
/// What tasks may read stands in [`GlobalParams`]; nothing disappears from there because the run
/// has read it.
///
/// ```
/// # use kissats::{RunConfig, RunMode, json};
/// let (config, params) = RunConfig::from_document(json!({
///     "dut": "widget-a",
///     "run_mode": "thread",
///     "serial": 4711,
/// }))?;
/// assert_eq!(config.run_mode, RunMode::Thread);
/// assert_eq!(config.thread_limit.get(), 5);
/// assert_eq!(params.get::<u32>("serial").unwrap(), Some(4711));
/// assert_eq!(params.dut().unwrap(), "widget-a");
///
/// let errors = RunConfig::from_document(json!({ "thread_limit": "5", "run_mode": "Threads" }));
/// assert_eq!(
///     errors.unwrap_err().to_string(),
///     "thread_limit: expected a whole number of at least 1, found \"5\"\n\
///      run_mode: expected one of normal, thread, process, found \"Threads\"; did you mean `thread`?",
/// );
/// # Ok::<(), kissats::SchemaErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RunConfig {
    /// The pack whose tasks run; `None` leaves it to the test target.
    pub task_package: Option<PackName>,
    /// The versions of that pack that will do.
    pub package_version: Option<VersionReq>,
    /// The groups whose tasks run; empty means all.
    pub test_groups: Vec<GroupName>,
    /// Who owns the resources; `auto`, in any case, goes by the name of the ATS.
    pub ats_client: Option<String>,
    /// What that client is told.
    pub ats_client_kwargs: Map<String, Value>,
    /// Which verdicts count as success.
    pub valid_result: ValidResults,
    /// How many threads may run tasks. Default 5.
    pub thread_limit: NonZeroU32,
    /// How many processes may run tasks. Default 5.
    pub process_limit: NonZeroU32,
    /// When resources are reserved. Default `all`.
    pub resource_mode: ResourceMode,
    /// Where tasks run. Default `normal`.
    pub run_mode: RunMode,
    /// The test system.
    pub ats: Option<AtsName>,
    /// The device under test.
    pub dut: Option<DutName>,
    /// Whether prerequisites are neither pulled in nor waited for.
    pub ignore_prereq: bool,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            task_package: None,
            package_version: None,
            test_groups: Vec::new(),
            ats_client: None,
            ats_client_kwargs: Map::new(),
            valid_result: ValidResults::default(),
            thread_limit: LIMIT,
            process_limit: LIMIT,
            resource_mode: ResourceMode::default(),
            run_mode: RunMode::default(),
            ats: None,
            dut: None,
            ignore_prereq: false,
        }
    }
}

impl RunConfig {
    /// Reads a document of global parameters. Keys that are none of the run's are for the tasks.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_document(document: Value) -> Result<(Self, GlobalParams), SchemaErrors> {
        schema::read(&document, |node| {
            let mut fields = node.fields()?;
            let config = Self::read(&mut fields);
            let params = GlobalParams::new(config.dut.clone(), config.ats.clone(), fields.rest());
            Some((config, params))
        })
    }

    /// Reads the keys of the run and leaves the others alone.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        Self {
            task_package: fields.read("task_package", |node| {
                // A package `my-pack` is a crate `my_pack`.
                node.name(|text| PackName::new(text.replace('-', "_")))
            }),
            package_version: fields.read("package_version", version_requirement),
            test_groups: fields
                .read("test_groups", |node| {
                    node.list(|group| group.name(GroupName::new))
                })
                .unwrap_or_default(),
            ats_client: fields.read("ats_client", Node::text_that_is_not_empty),
            ats_client_kwargs: fields
                .read("ats_client_kwargs", |node| node.object().cloned())
                .unwrap_or_default(),
            valid_result: fields
                .read("valid_result", valid_results)
                .unwrap_or(default.valid_result),
            thread_limit: fields.read("thread_limit", limit).unwrap_or(LIMIT),
            process_limit: fields.read("process_limit", limit).unwrap_or(LIMIT),
            resource_mode: fields
                .read("resource_mode", |node| {
                    node.word(ResourceMode::ALL, ResourceMode::as_str)
                })
                .unwrap_or_default(),
            run_mode: fields
                .read("run_mode", |node| node.word(RunMode::ALL, RunMode::as_str))
                .unwrap_or_default(),
            ats: fields.read("ats", |node| node.name(AtsName::new)),
            dut: fields.read("dut", |node| node.name(DutName::new)),
            ignore_prereq: fields
                .read("ignore_prereq", Node::flag)
                .unwrap_or(default.ignore_prereq),
        }
    }

    /// Whether the client is to be found by the name of the ATS.
    ///
    /// ```
    /// # use kissats::{RunConfig, json};
    /// let (config, _) = RunConfig::from_document(json!({ "ats": "rack-3", "ats_client": "Auto" }))?;
    /// assert!(config.ats_client_is_auto());
    /// # Ok::<(), kissats::SchemaErrors>(())
    /// ```
    #[must_use]
    pub fn ats_client_is_auto(&self) -> bool {
        let auto = |client: &String| client.eq_ignore_ascii_case("auto");
        self.ats_client.as_ref().is_some_and(auto)
    }

    /// The document that [`RunConfig::from_document`] reads as this.
    ///
    /// ```
    /// # use kissats::{RunConfig, json};
    /// let (config, _) = RunConfig::from_document(json!({ "dut": "widget-a" }))?;
    /// let document = config.to_document();
    /// assert_eq!((&document["dut"], &document["thread_limit"]), (&json!("widget-a"), &json!(5)));
    /// # Ok::<(), kissats::SchemaErrors>(())
    /// ```
    #[must_use]
    pub fn to_document(&self) -> Value {
        let groups: Vec<&str> = self.test_groups.iter().map(GroupName::as_str).collect();
        let valid: Vec<&str> = self.valid_result.iter().map(Verdict::as_str).collect();
        json!({
            "task_package": self.task_package.as_ref().map(PackName::as_str),
            "package_version": self.package_version.as_ref().map(ToString::to_string),
            "test_groups": groups,
            "ats_client": self.ats_client,
            "ats_client_kwargs": self.ats_client_kwargs,
            "valid_result": valid,
            "thread_limit": self.thread_limit.get(),
            "process_limit": self.process_limit.get(),
            "resource_mode": self.resource_mode.as_str(),
            "run_mode": self.run_mode.as_str(),
            "ats": self.ats.as_ref().map(AtsName::as_str),
            "dut": self.dut.as_ref().map(DutName::as_str),
            "ignore_prereq": self.ignore_prereq,
        })
    }
}

fn version_requirement(node: &Node<'_>) -> Option<VersionReq> {
    match VersionReq::parse(&node.text()?) {
        Ok(requirement) => Some(requirement),
        Err(error) => node.expected(format!("a version requirement such as \">=1.2\" ({error})")),
    }
}

fn valid_results(node: &Node<'_>) -> Option<ValidResults> {
    let words = node.list(Node::text_that_is_not_empty)?;
    match ValidResults::new(words.iter().map(|word| Verdict::from(word.as_str()))) {
        Ok(valid) => Some(valid),
        Err(_) => node.expected("a list of at least one result word"),
    }
}

fn limit(node: &Node<'_>) -> Option<NonZeroU32> {
    NonZeroU32::new(node.whole_number(1)?)
}
