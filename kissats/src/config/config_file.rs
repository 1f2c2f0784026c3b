//! `.config/kissats.toml`, read and checked as a whole.

use serde_json::{Map, Value};

use crate::config::toml_document::TomlDocument;
use crate::config::{ConfigError, Origin, ResourceTable, RunTable, SourceText};
use crate::model::schema::{self, Node};
use crate::model::{DocumentPath, SchemaProblem, TaskDefaults};

/// What the file says. The default is what a missing file says: nothing.
#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    pub(crate) task_defaults: TaskDefaults,
    pub(crate) resources: ResourceTable,
    document: Option<TomlDocument>,
}

impl ConfigFile {
    /// Reads the file.
    ///
    /// # Errors
    /// Everything that is wrong with it: syntax, keys, types, values.
    pub(crate) fn parse(source: SourceText) -> Result<Self, Vec<ConfigError>> {
        let (document, mut errors) = TomlDocument::parse(source);
        let read = schema::read(&document.value, |node| {
            let mut fields = node.fields()?;
            fields.read("run", |run| Some(RunTable::read(&mut run.fields()?)));
            fields.read("params", params);
            let task_defaults = fields.read("task-defaults", |node| {
                let mut fields = node.fields()?;
                let defaults = TaskDefaults::read(&mut fields);
                fields.refuse_rest();
                Some(defaults)
            });
            let resources = fields.read("resources", |node| {
                Some(ResourceTable::read(&mut node.fields()?))
            });
            fields.refuse_rest();
            Some((
                task_defaults.unwrap_or_default(),
                resources.unwrap_or_default(),
            ))
        });
        let (task_defaults, resources) = match read {
            Ok(tables) => tables,
            Err(violations) => {
                // A broken line has been reported; what recovery made of it is of no interest.
                let broken: Vec<usize> = errors.iter().filter_map(line).collect();
                let located = violations.into_iter().map(|error| document.locate(error));
                let is_news =
                    |error: &ConfigError| line(error).is_none_or(|line| !broken.contains(&line));
                errors.extend(located.filter(is_news));
                errors.sort_by_key(position);
                return Err(errors);
            }
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            task_defaults,
            resources,
            document: Some(document),
        })
    }

    /// The values of a table as they were written, each with its place.
    pub(crate) fn table(&self, name: &str) -> Vec<(String, Value, Origin)> {
        let Some(document) = &self.document else {
            return Vec::new();
        };
        let path = DocumentPath::default().key(name);
        let table = document.value.get(name).and_then(Value::as_object);
        let entries = table.into_iter().flat_map(Map::iter);
        entries
            .map(|(key, value)| {
                let place = document.place_of_key(&path.key(key));
                (key.clone(), value.clone(), Origin::File(place))
            })
            .collect()
    }
}

/// Values for tasks. What the run itself reads has its own table.
fn params(node: &Node<'_>) -> Option<()> {
    for key in ["dut", "ats"] {
        if node.object()?.contains_key(key) {
            node.note(
                node.path().key(key),
                SchemaProblem::Contradiction(format!(
                    "`{key}` belongs to the run: write it into `[run]`; tasks see it all the same"
                )),
            );
        }
    }
    Some(())
}

fn line(error: &ConfigError) -> Option<usize> {
    position(error).map(|(line, _)| line)
}

fn position(error: &ConfigError) -> Option<(usize, usize)> {
    match error {
        ConfigError::Toml { place, .. } | ConfigError::Schema { place, .. } => {
            Some((place.line, place.column))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Result<ConfigFile, Vec<String>> {
        ConfigFile::parse(SourceText {
            shown: "k.toml".to_owned(),
            text: text.to_owned(),
        })
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_table_is_read() {
        let file = parse(
            r#"
[run]
dut = "widget-a"
thread_limit = 2

[params]
serial = 4711
limits = { volts = [11.4, 12.6] }

[task-defaults]
est_task_time = "90s"
retries = 1

[resources]
strict = true
dut = { capacity = 2, config = { port = 5 } }

[resources.psu]
instances = [
    { name = "psu-1", config = { address = "10.0.0.7" }, attributes = { amps = 5 } },
    { name = "psu-2" },
]
"#,
        )
        .unwrap();
        let keys = |table: &str| {
            let entries = file.table(table).into_iter();
            let texts = entries.map(|(key, value, origin)| format!("{key} = {value} # {origin}"));
            texts.collect::<Vec<_>>()
        };
        assert_eq!(
            keys("run"),
            [
                "dut = \"widget-a\" # file k.toml:3:1",
                "thread_limit = 2 # file k.toml:4:1"
            ]
        );
        assert_eq!(
            keys("params"),
            [
                "limits = {\"volts\":[11.4,12.6]} # file k.toml:8:1",
                "serial = 4711 # file k.toml:7:1"
            ]
        );
        assert!(file.resources.strict);
        let members: Vec<String> = file
            .resources
            .pools
            .iter()
            .flat_map(|(resource, members)| {
                members.iter().map(move |member| {
                    let attributes = json!(member.attributes);
                    format!("{resource}: {} {} {attributes}", member.name, member.config)
                })
            })
            .collect();
        assert_eq!(
            members,
            [
                "dut: dut-1 {\"port\":5} {}",
                "dut: dut-2 {\"port\":5} {}",
                "psu: psu-1 {\"address\":\"10.0.0.7\"} {\"amps\":5}",
                "psu: psu-2 null {}",
            ]
        );
    }

    #[test]
    fn every_mistake_is_found_at_once_with_its_place() {
        let errors = parse(
            r#"[run]
thread_limit = 0
run_mode = "threads"
dtu = "widget-a"
[params]
dut = "x"
huge = 99999999999999999999
hole = nan
[task-defaults]
est_task_tim = 5
priority = 1.5
[resources]
"" = { capacity = 1 }
a = { capacity = 0 }
b = { capacity = 1, instances = [{ name = "b" }] }
c = {}
d = { instances = [] }
e = { instances = [{ name = "e" }, { config = 3 }] }
f = { instances = [{ name = "f" }, { name = "f" }] }
g = { capacity = 99999 }
h = 3
[tasks]
"#,
        )
        .unwrap_err();
        let expected = [
            "k.toml:2:16: run.thread_limit: expected a whole number of at least 1, found 0",
            "k.toml:3:12: run.run_mode: expected one of normal, thread, process, found \"threads\"; did you mean `thread`?",
            "k.toml:4:1: run.dtu: unknown key; did you mean `dut`?",
            "k.toml:6:1: params.dut: `dut` belongs to the run: write it into `[run]`; tasks see it all the same",
            "k.toml:7:8: expected a number of at most 64 bits; a date or a time stands in quotes",
            "k.toml:8:8: params.hole: expected a number that JSON can hold, too, found nan",
            "k.toml:10:1: task-defaults.est_task_tim: unknown key; did you mean `est_task_time`?",
            "k.toml:11:12: task-defaults.priority: expected a whole number between -2147483648 and 2147483647, found 1.5",
            "k.toml:13:6: resources.\"\": \"\" is no resource name: it is empty",
            "k.toml:14:18: resources.a.capacity: expected a whole number of at least 1, found 0",
            "k.toml:15:1: resources.b: both `capacity` and `instances`; give either `capacity = 4` or `instances = [{ name = \"b-1\" }]`",
            "k.toml:16:1: resources.c: neither `capacity` nor `instances`; give either `capacity = 4` or `instances = [{ name = \"c-1\" }]`",
            "k.toml:17:19: resources.d.instances: expected a list of at least one instance, found []",
            "k.toml:18:36: resources.e.instances[1].name: missing; expected the name of the instance",
            "k.toml:19:38: resources.f.instances[1].name: a second instance `f`; each needs a name of its own",
            "k.toml:20:18: resources.g.capacity: expected at most 10000, found 99999",
            "k.toml:21:5: resources.h: expected a mapping of keys to values, found 3",
            "k.toml:22:2: tasks: unknown key; did you mean `task-defaults`?",
        ];
        assert_eq!(errors, expected);
    }

    #[test]
    fn broken_syntax_does_not_hide_the_rest() {
        let errors = parse(
            r#"[run]
dut =
run_mod = "thread"
[params
dut = "belongs to no table"
since = [
]
[task-defaults]
retries = "é
priority = "high"
"#,
        );
        let expected = [
            "k.toml:2:6: expected a value, found a newline",
            "k.toml:3:1: run.run_mod: unknown key; did you mean `run_mode`?",
            "k.toml:4:8: expected a right bracket, found a newline",
            "k.toml:9:13: invalid character in string: `\\n`",
            "k.toml:10:12: task-defaults.priority: expected a whole number between -2147483648 and \
             2147483647, found \"high\"",
        ];
        assert_eq!(errors.unwrap_err(), expected);
    }

    #[test]
    fn what_never_ends_is_one_mistake() {
        for text in ["[params]\nx = [1,\n", "[params]\nx = \"\"\"\n", "x = {"] {
            let errors = parse(text).unwrap_err();
            assert_eq!(errors.len(), 1, "{text}: {errors:#?}");
        }
    }

    #[test]
    fn an_empty_file_says_nothing() {
        let file = parse("").unwrap();
        assert_eq!(file.resources, ResourceTable::default());
        assert_eq!(file.task_defaults, TaskDefaults::default());
        assert!(file.table("run").is_empty());
    }

    #[test]
    fn depth_costs_no_stack() {
        for text in [
            format!("{}x = 1", "a.".repeat(100_000)),
            format!("[{}x]", "a.".repeat(100_000)),
            format!("[params]\nx = {}", "[".repeat(100_000)),
            format!("[params]\nx = {}", "{a=".repeat(100_000)),
        ] {
            assert!(parse(&text).is_err());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in proptest::prop_oneof![
                proptest::arbitrary::any::<String>(),
                "([\\[\\]{}=.,\"\n#\\\\ 0-9-]|run|dut|params|resources|psu|capacity|instances|name|é){0,40}",
            ]
        ) {
            let _ = parse(&text);
        }
    }
}
