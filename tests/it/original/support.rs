//! Tasks in a line each, and what became of them.

use std::sync::{Arc, Mutex};

use kissats::{
    GlobalParams, NewTask, Phase, ReportRecord, RunSummary, Task, TaskContext, TaskPack,
    TaskReturn, TaskSpec, Value, Verdict, json,
};

type Body = Box<dyn Fn(&TaskContext) -> TaskReturn + Send + Sync>;

/// A task from a document of its parameters and up to three bodies.
pub(super) struct Made {
    document: Value,
    setup: Option<Body>,
    main: Body,
    teardown: Option<Body>,
}

impl Made {
    /// A task of this name with these other parameters.
    pub(super) fn new(name: &str, parameters: Value) -> Self {
        let mut document = json!({ "name": name, "description": "" });
        let (Value::Object(all), Value::Object(own)) = (&mut document, parameters) else {
            panic!("parameters are a mapping")
        };
        all.extend(own);
        Self {
            document,
            setup: None,
            main: Box::new(|_| TaskReturn::passed()),
            teardown: None,
        }
    }

    pub(super) fn setup(
        mut self,
        body: impl Fn(&TaskContext) -> TaskReturn + Send + Sync + 'static,
    ) -> Self {
        self.setup = Some(Box::new(body));
        self
    }

    pub(super) fn main(
        mut self,
        body: impl Fn(&TaskContext) -> TaskReturn + Send + Sync + 'static,
    ) -> Self {
        self.main = Box::new(body);
        self
    }

    pub(super) fn teardown(
        mut self,
        body: impl Fn(&TaskContext) -> TaskReturn + Send + Sync + 'static,
    ) -> Self {
        self.teardown = Some(Box::new(body));
        self
    }

    pub(super) fn returns(self, answer: TaskReturn) -> Self {
        self.main(move |_| answer.clone())
    }
}

impl Task for Made {
    fn get_params(&self, _: &GlobalParams) -> TaskSpec {
        TaskSpec::from_document(self.document.clone()).unwrap()
    }

    fn task_setup(&self, cx: &TaskContext) -> TaskReturn {
        let body = self.setup.as_ref();
        body.map_or_else(TaskReturn::passed, |body| body(cx))
    }

    fn task_main(&self, cx: &TaskContext) -> TaskReturn {
        (self.main)(cx)
    }

    fn task_teardown(&self, cx: &TaskContext) -> TaskReturn {
        let body = self.teardown.as_ref();
        body.map_or_else(TaskReturn::passed, |body| body(cx))
    }
}

impl From<Made> for NewTask {
    fn from(made: Made) -> Self {
        Self::value(made)
    }
}

/// A task that passes.
pub(super) fn passes(name: &str) -> Made {
    Made::new(name, json!({}))
}

/// A task that ends with this word.
pub(super) fn ends(name: &str, word: &str, parameters: Value) -> Made {
    Made::new(name, parameters).returns(TaskReturn::new(Verdict::from(word)))
}

/// A task that needs these others.
pub(super) fn needs(name: &str, prereqs: &[&str]) -> Made {
    Made::new(name, json!({ "prereq_tasks": prereqs }))
}

/// A pack without settings.
pub(super) fn pack() -> TaskPack {
    pack_of(json!({}))
}

/// A pack of this document, which is a good one.
pub(super) fn pack_of(document: Value) -> TaskPack {
    TaskPack::from_document(document).unwrap()
}

/// What a queue holds, with commas.
pub(super) fn queued(pack: &TaskPack, phase: Phase) -> String {
    let names = pack.queue(phase);
    let names: Vec<String> = names.iter().map(|task| task.name().to_string()).collect();
    names.join(", ")
}

/// `name: outcome` of everything that ended.
pub(super) fn told(summary: &RunSummary) -> Vec<String> {
    let outcomes = summary.outcomes.iter();
    outcomes
        .map(|(name, outcome)| format!("{name}: {outcome}"))
        .collect()
}

/// A list that tasks and listeners write into.
pub(super) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> Log<T> {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    pub(super) fn push(&self, item: T) {
        self.0.lock().unwrap().push(item);
    }

    pub(super) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap().clone()
    }
}

/// Everything that the pack reports from now on.
pub(super) fn reports(pack: &mut TaskPack) -> Log<ReportRecord> {
    let log = Log::new();
    let records = log.clone();
    pack.set_report_func(move |record| records.push(record));
    log
}
