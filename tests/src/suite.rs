//! Simulated test suites: tasks with estimates and with what they really take.

use std::collections::HashMap;

use kissats::schedule::{Need, Stock, WorkTask, Workload};
use serde_json::Value;

/// How many ticks of the planner a second of a suite has.
pub const TICKS: f64 = 1e6;

/// A suite: what there is to do, how long it really takes, and what no schedule can beat.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The names of the tasks.
    pub names: Vec<String>,
    /// All of it, with the estimates; the priorities are left out.
    pub workload: Workload,
    /// How long each task really takes, in ticks.
    pub actual: Vec<u64>,
    /// No schedule is shorter, in ticks.
    pub lower_bound: f64,
}

impl Suite {
    /// Reads the JSON text of a suite.
    ///
    /// # Errors
    /// Says which part was expected and not found.
    pub fn parse(text: &str) -> Result<Self, String> {
        let suite: Value = serde_json::from_str(text).map_err(|why| why.to_string())?;
        let numbers = numbers_of(&list(&suite, "resources")?)?;
        let stocks = list(&suite, "resources")?
            .iter()
            .map(|resource| Ok(Stock::pool(count(resource, "capacity")?).shared_as_a_whole()))
            .collect::<Result<Vec<_>, String>>()?;
        let tasks = list(&suite, "tasks")?;
        let task_numbers = numbers_of(&tasks)?;
        let mut known = Vec::with_capacity(tasks.len());
        let mut actual = Vec::with_capacity(tasks.len());
        for task in &tasks {
            let mut known_task = WorkTask::new(ticks(task, "estimate")?);
            for need in list(task, "needs")? {
                let (name, mode) = (need[0].as_str(), need[1].as_str());
                let number = name.and_then(|name| numbers.get(name));
                let number = *number.ok_or_else(|| format!("expected a resource, got {need}"))?;
                known_task = known_task.with(match mode {
                    Some("shared") => Need::shared(number),
                    Some("unit") => Need::units(number, 1),
                    Some("whole") => Need::units(number, stocks[number as usize].capacity),
                    _ => return Err(format!("expected shared, unit or whole, got {need}")),
                });
            }
            for prereq in list(task, "prereqs")? {
                let number = prereq.as_str().and_then(|name| task_numbers.get(name));
                let number = number.ok_or_else(|| format!("expected a task, got {prereq}"))?;
                known_task = known_task.after(*number);
            }
            known.push(known_task);
            actual.push(ticks(task, "actual")?);
        }
        let mut names: Vec<(u32, String)> = task_numbers
            .into_iter()
            .map(|(name, number)| (number, name))
            .collect();
        names.sort_unstable();
        let lower_bound = suite["bounds"]["lower_bound"].as_f64();
        Ok(Self {
            names: names.into_iter().map(|(_, name)| name).collect(),
            workload: Workload::new(count(&suite, "workers")?, stocks, known)
                .map_err(|why| why.to_string())?,
            actual,
            lower_bound: lower_bound.ok_or("expected bounds.lower_bound")? * TICKS,
        })
    }

    /// The same work, if it were known what it really takes.
    #[must_use]
    pub fn actual_workload(&self) -> Workload {
        self.workload.clone().with_durations(self.actual.clone())
    }

    /// The same of an instance of the contention set: milliseconds, locks, no noise.
    ///
    /// # Errors
    /// Says which part was expected and not found.
    pub fn parse_contention(text: &str) -> Result<Self, String> {
        let mut suite: Value = serde_json::from_str(text).map_err(|why| why.to_string())?;
        let resources: Vec<Value> = list(&suite, "resources")?
            .iter()
            .map(|name| serde_json::json!({ "name": name, "capacity": 1 }))
            .collect();
        let needs = |task: &Value, key: &str, mode: &str| -> Result<Vec<Value>, String> {
            let names = list(task, key)?;
            Ok(names
                .iter()
                .map(|name| serde_json::json!([name, mode]))
                .collect())
        };
        let mut tasks = Vec::new();
        for test in list(&suite, "tests")? {
            let seconds = test["ms"].as_f64().ok_or("expected ms")? / 1000.0;
            let mut all = needs(&test, "excl", "whole")?;
            all.extend(needs(&test, "shared", "shared")?);
            tasks.push(serde_json::json!({
                "name": test["name"], "estimate": seconds, "actual": seconds,
                "needs": all, "prereqs": test["requires"],
            }));
        }
        let bound = suite["bounds_ms"]["lower_bound"].as_f64();
        let bound = bound.ok_or("expected bounds_ms.lower_bound")? / 1000.0;
        suite["workers"] = suite["threads"].clone();
        suite["resources"] = resources.into();
        suite["tasks"] = tasks.into();
        suite["bounds"] = serde_json::json!({ "lower_bound": bound });
        Self::parse(&suite.to_string())
    }
}

fn list(value: &Value, key: &str) -> Result<Vec<Value>, String> {
    let list = value[key].as_array().cloned();
    list.ok_or_else(|| format!("expected a list `{key}`"))
}

fn count(value: &Value, key: &str) -> Result<u32, String> {
    let number = value[key]
        .as_u64()
        .and_then(|number| number.try_into().ok());
    number.ok_or_else(|| format!("expected a number `{key}`"))
}

fn ticks(value: &Value, key: &str) -> Result<u64, String> {
    let seconds = value[key].as_f64();
    let seconds = seconds.ok_or_else(|| format!("expected a number `{key}`"))?;
    Ok((seconds * TICKS).round() as u64)
}

fn numbers_of(values: &[Value]) -> Result<HashMap<String, u32>, String> {
    (0..)
        .zip(values)
        .map(|(number, value)| {
            let name = value["name"].as_str();
            let name = name.ok_or_else(|| format!("expected a name in {value}"))?;
            Ok((name.to_owned(), number))
        })
        .collect()
}
