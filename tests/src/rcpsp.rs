//! Instances of the resource-constrained project scheduling problem, as PSPLIB writes them.

use kissats::schedule::{Need, Stock, WorkTask, Workload, WorkloadError};

/// What a `.sm` file holds, with one mode for every job.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Of each job, in the order of the file: how long, and how much of each resource.
    pub jobs: Vec<(u64, Vec<u32>)>,
    /// Of each job, who comes after it, counted from 0.
    pub successors: Vec<Vec<u32>>,
    /// How much there is of each resource.
    pub capacities: Vec<u32>,
}

impl Instance {
    /// Reads the text of a `.sm` file.
    ///
    /// # Errors
    /// Says which section was expected and not found, or which line is not made of numbers.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines: Vec<&str> = text.lines().collect();
        let section = |name: &str, skip: usize| {
            let at = lines.iter().position(|line| line.trim().starts_with(name));
            at.map(|at| &lines[(at + skip).min(lines.len())..])
                .ok_or_else(|| format!("expected a section `{name}`"))
        };
        let mut successors = Vec::new();
        for line in table(section("PRECEDENCE RELATIONS", 2)?) {
            let row = numbers(line)?;
            let after = row
                .get(3..)
                .ok_or_else(|| format!("{line:?} is too short"))?;
            if row[1] != 1 {
                return Err(format!("job {} has {} modes: expected one", row[0], row[1]));
            }
            successors.push(after.iter().map(|job| job.saturating_sub(1)).collect());
        }
        let mut jobs = Vec::new();
        for line in table(section("REQUESTS/DURATIONS", 3)?) {
            let row = numbers(line)?;
            let needs = row
                .get(3..)
                .ok_or_else(|| format!("{line:?} is too short"))?;
            jobs.push((u64::from(row[2]), needs.to_vec()));
        }
        let line = section("RESOURCEAVAILABILITIES", 2)?.first();
        let capacities = numbers(line.ok_or("expected how much there is of each resource")?)?;
        if jobs.len() != successors.len() {
            return Err("expected as many jobs with durations as with successors".to_owned());
        }
        Ok(Self {
            jobs,
            successors,
            capacities,
        })
    }

    /// The same for the planner. There are as many workers as jobs.
    ///
    /// # Errors
    /// [`WorkloadError`] if it cannot be done at all.
    pub fn workload(&self) -> Result<Workload, WorkloadError> {
        let mut tasks: Vec<WorkTask> = self
            .jobs
            .iter()
            .map(|(duration, needs)| {
                let mut task = WorkTask::new(*duration);
                for (resource, &units) in (0..).zip(needs) {
                    task = task.with(Need::units(resource, units));
                }
                task
            })
            .collect();
        for (job, successors) in (0..).zip(&self.successors) {
            for &after in successors {
                if let Some(task) = tasks.get_mut(after as usize) {
                    task.prereqs.push(job);
                }
            }
        }
        let stocks = self.capacities.iter().copied().map(Stock::pool).collect();
        let workers = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
        Workload::new(workers.max(1), stocks, tasks)
    }
}

/// The lines up to the one that ends the section.
fn table<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let rows = lines
        .iter()
        .take_while(|line| !line.trim().starts_with('*'));
    rows.copied().filter(|line| !line.trim().is_empty())
}

fn numbers(line: &str) -> Result<Vec<u32>, String> {
    let words = line.split_whitespace().map(str::parse);
    words
        .collect::<Result<_, _>>()
        .map_err(|_| format!("expected numbers, found {line:?}"))
}
