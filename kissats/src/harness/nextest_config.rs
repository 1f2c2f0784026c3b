//! `--nextest-config`: what nextest can know of a pack before it starts its processes.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use crate::engine::Capacities;
use crate::model::{Phase, ReservationMode, TaskSpec};
use crate::plan::{PlannedTask, RunPlan};

/// A test that is estimated to be quick is not called slow before this.
const SLOW_AFTER: Duration = Duration::from_secs(60);

/// What comes first by more than this share of the longest way comes first, in hundredths.
const PRIORITY_STEP: u128 = 10;

/// Tests that have something in common, in order of that.
type Groups<K> = Vec<(K, Vec<String>)>;

/// A tool configuration for nextest: test groups, so that who needs the same resource alone does not wait
/// inside a process; when a test is slow; and what is to start first.
pub(super) fn nextest_config(plan: &RunPlan, capacities: &Capacities) -> String {
    let mut text = String::from(
        "# Written by kissats (--nextest-config). Use it with\n\
         # cargo nextest run --tool-config-file kissats:FILE\n",
    );
    let mut groups: Groups<(String, u32)> = Vec::new();
    let mut slow: Groups<u128> = Vec::new();
    let mut priorities: Groups<u128> = Vec::new();
    let levels = levels(plan);
    let longest = levels
        .iter()
        .copied()
        .max()
        .unwrap_or_default()
        .as_millis()
        .max(1);
    for ((_, task), level) in plan.steps().zip(&levels) {
        if task.task.phase() == Phase::Teardown {
            continue;
        }
        let name = task.shown_name();
        if let Some((capacity, resource)) = scarcest(task, capacities) {
            add(&mut groups, (resource, capacity), name.clone());
        }
        let estimate = task.task.est_task_time();
        if estimate != TaskSpec::EST_TASK_TIME {
            let period = estimate.saturating_mul(2).max(SLOW_AFTER);
            add(&mut slow, period.as_secs().into(), name.clone());
        }
        let hundredths = level.as_millis() * 100 / longest / PRIORITY_STEP * PRIORITY_STEP;
        add(&mut priorities, hundredths, name);
    }
    if !groups.is_empty() {
        text.push_str("\n[test-groups]\n");
    }
    for ((resource, capacity), _) in &groups {
        let _ = writeln!(
            text,
            "{} = {{ max-threads = {capacity} }}",
            quoted(&group_name(resource))
        );
    }
    for ((resource, _), tests) in &groups {
        let group = quoted(&group_name(resource));
        overriding(&mut text, tests, &format!("test-group = {group}"));
    }
    for (seconds, tests) in &slow {
        overriding(&mut text, tests, &format!("slow-timeout = \"{seconds}s\""));
    }
    // Where all are alike, there is nothing to say.
    if priorities.len() > 1 {
        for (priority, tests) in priorities
            .iter()
            .rev()
            .filter(|(priority, _)| *priority > 0)
        {
            overriding(&mut text, tests, &format!("priority = {priority}"));
        }
    }
    text
}

/// Writes it to the file, or to stdout.
pub(super) fn write_nextest_config(
    text: &str,
    file: Option<&str>,
) -> Result<ExitCode, Vec<String>> {
    let written = match file {
        Some(path) => std::fs::write(path, text),
        None => std::io::stdout().write_all(text.as_bytes()),
    };
    let name = file.unwrap_or("stdout");
    written.map_err(|error| vec![format!("--nextest-config: {name}: {error}")])?;
    Ok(ExitCode::SUCCESS)
}

/// From the start of a task to the end of the last that waits for it.
fn levels(plan: &RunPlan) -> Vec<Duration> {
    let estimates = plan.steps().map(|(_, task)| task.task.est_task_time());
    let mut levels: Vec<Duration> = estimates.collect();
    let steps: Vec<_> = plan.steps().collect();
    // Whoever waits comes later in the plan, so its level is known first.
    for (step, task) in steps.into_iter().rev() {
        if task.task.phase() == Phase::Teardown {
            continue;
        }
        let level = levels[step.position()];
        for need in &task.requires {
            let on = need.on.position();
            let behind = plan
                .task(need.on)
                .task
                .est_task_time()
                .saturating_add(level);
            levels[on] = levels[on].max(behind);
        }
    }
    levels
}

/// The resource with the fewest instances among those that the task needs alone: nextest puts a test into
/// one group.
fn scarcest(task: &PlannedTask, capacities: &Capacities) -> Option<(u32, String)> {
    if !task.task.needs_resources() {
        return None;
    }
    let spec = task.spec();
    let needs = spec.needs();
    let alone = needs
        .iter()
        .filter(|need| need.mode == ReservationMode::Exclusive);
    let counted = alone.filter_map(|need| {
        let count = capacities
            .known
            .get(&need.resource)
            .copied()
            .or(capacities.others)?;
        Some((count.max(1), need.resource.to_string()))
    });
    counted.min()
}

fn add<K: Ord>(groups: &mut Groups<K>, key: K, test: String) {
    match groups.binary_search_by(|(known, _)| known.cmp(&key)) {
        Ok(place) => groups[place].1.push(test),
        Err(place) => groups.insert(place, (key, vec![test])),
    }
}

fn group_name(resource: &str) -> String {
    // nextest wants the name of the tool before it.
    let letters = resource.chars();
    let sound = letters.map(|letter| {
        if letter.is_alphanumeric() {
            letter
        } else {
            '-'
        }
    });
    format!("@tool:kissats:{}", sound.collect::<String>())
}

fn overriding(text: &mut String, tests: &[String], setting: &str) {
    let mut tests: Vec<&str> = tests.iter().map(String::as_str).collect();
    tests.sort_unstable();
    tests.dedup();
    let filters: Vec<String> = tests
        .iter()
        .map(|name| format!("test(={})", escaped(name)))
        .collect();
    let filter = quoted(&filters.join(" + "));
    let _ = write!(
        text,
        "\n[[profile.default.overrides]]\nfilter = {filter}\n{setting}\n"
    );
}

/// A name as nextest's filters want it.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        if matches!(letter, '\\' | ')' | ',') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// A text as TOML wants it.
fn quoted(text: &str) -> String {
    // JSON escapes whatever TOML wants to be escaped, in a way that TOML understands.
    serde_json::Value::from(text).to_string()
}
