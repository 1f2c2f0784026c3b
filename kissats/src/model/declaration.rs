//! What `#[kiss_task]` leaves in the binary: constants, no work.

use crate::model::{
    DeclaredName, GlobalParams, Location, Phase, Retries, TaskBody, TaskContext, TaskName,
    TaskReturn, TaskSpec, hash_path,
};

/// The function named by the key `params`.
pub type ParamsFn = fn(&mut TaskSpec, &GlobalParams);

/// A list as it stands in the attribute.
pub type Words = &'static [&'static str];

/// One task as it was written. The attribute has checked all of it: names are names, objects are objects.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// The path of the function or module, the crate first.
    pub path: &'static str,
    /// What it is called, worked out beforehand.
    pub name: DeclaredName,
    /// Where it stands.
    pub file: &'static str,
    /// Where it stands.
    pub line: u32,
    /// What it does.
    pub main: TaskMain,
    /// What was written, and nothing else: most tasks write few of the keys.
    pub keys: &'static [Key],
    /// The version of the pack, where cargo has told it to the compiler.
    pub pack_version: Option<&'static str>,
}

/// The main function of a task, and what comes with it.
#[derive(Debug, Clone, Copy)]
pub enum TaskMain {
    /// One that takes nothing and returns nothing needs no code around it.
    Plain(fn()),
    /// Any other.
    Body(TaskBody),
    /// That of a module, with the module's other functions.
    Module(&'static ModuleFunctions),
}

/// The functions of a module that is a task.
#[derive(Debug, Clone, Copy)]
pub struct ModuleFunctions {
    main: TaskBody,
    setup: Option<TaskBody>,
    teardown: Option<TaskBody>,
    params: Option<ParamsFn>,
}

/// A key of the attribute and its value. A span of time is seconds and nanoseconds, an object JSON text.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is named after the key it carries")]
pub enum Key {
    Name(&'static str),
    Description(&'static str),
    Groups(Words),
    Phase(Phase),
    StopSuiteOnFail(bool),
    ExclusiveResources(Words),
    SharedResources(Words),
    ResourceConfigs(&'static str),
    MaxResourceRetry(u32),
    MaxResourceWait(u64, u32),
    ThreadSafe(bool),
    ProcessSafe(bool),
    ValidAts(Words),
    ValidDuts(Words),
    ReqParamKeys(Words),
    OptionalParamKeys(Words),
    PrereqTasks(&'static [DeclaredPrereq]),
    PrereqSameThread(bool),
    EstTaskTime(u64, u32),
    AlwaysTeardown(bool),
    ExtraMetadata(&'static str),
    Priority(i32),
    Setup(TaskBody),
    Teardown(TaskBody),
    Params(ParamsFn),
    Timeout(u64, u32),
    Retries(u32),
    RetriesWith(&'static Retries),
    /// Without a reason if the text is empty.
    Ignore(&'static str),
}

/// A prerequisite as it stands in the attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredPrereq {
    /// The path of a function or module that is a task, the crate first, and the hash of its name.
    Path(&'static str, u32),
    /// A name: in the same pack, or `pack::name` in another.
    Named(&'static str),
}

impl DeclaredPrereq {
    /// By its path.
    #[must_use]
    pub const fn path(path: &'static str) -> Self {
        Self::Path(path, hash_path(path).0)
    }
}

/// The value of a key, if it was written.
macro_rules! written {
    ($declaration:expr, $key:pat => $value:expr) => {{
        // Bare on purpose: packs are built without optimisation, and this is asked for every task.
        let (keys, mut at) = ($declaration.keys, 0);
        loop {
            if at == keys.len() {
                break None;
            }
            if let $key = keys[at] {
                break Some($value);
            }
            at += 1;
        }
    }};
}
pub(crate) use written;

impl Declaration {
    /// The crate that declares it.
    pub(crate) fn pack(&self) -> &'static str {
        &self.path[..usize::from(self.name.pack)]
    }

    /// Whether that is this crate; cheaper than to compare [`Self::pack`].
    pub(crate) fn is_of_pack(&self, pack: &str) -> bool {
        usize::from(self.name.pack) == pack.len()
            && self.path.as_bytes().starts_with(pack.as_bytes())
    }

    /// Where it stands.
    pub(crate) fn location(&self) -> Location {
        Location::new(self.file, self.line)
    }

    /// The name by which the task is known in its pack.
    pub(crate) fn task_name(&self) -> TaskName {
        match self.other_name() {
            None => TaskName::declared(self.path_below_crate()),
            Some(name) => TaskName::sound(name),
        }
    }

    /// The same with the pack in front.
    pub(crate) fn full_name(&self) -> TaskName {
        match self.other_name() {
            None => TaskName::declared(self.path),
            Some(name) => TaskName::sound(format!("{}::{name}", self.pack())),
        }
    }

    fn path_below_crate(&self) -> &'static str {
        self.path.get(self.pack().len() + 2..).unwrap_or(self.path)
    }

    /// The name by which the task is known in its pack, if it is not the path below the crate as it stands.
    pub(crate) fn other_name(&self) -> Option<String> {
        if self.name.is_path {
            return None;
        }
        let written = written!(self, Key::Name(name) => name.to_owned());
        // Raw names are raw to the compiler only.
        Some(written.unwrap_or_else(|| self.path_below_crate().replace("r#", "")))
    }

    pub(crate) fn setup(&self) -> Option<TaskBody> {
        let of_module = self.module_functions().and_then(|module| module.setup);
        of_module.or_else(|| written!(self, Key::Setup(body) => body))
    }

    pub(crate) fn teardown(&self) -> Option<TaskBody> {
        let of_module = self.module_functions().and_then(|module| module.teardown);
        of_module.or_else(|| written!(self, Key::Teardown(body) => body))
    }

    pub(crate) fn params(&self) -> Option<ParamsFn> {
        let of_module = self.module_functions().and_then(|module| module.params);
        of_module.or_else(|| written!(self, Key::Params(compute) => compute))
    }

    /// Whether a function computes its parameters.
    pub(crate) fn has_params(&self) -> bool {
        match self.main {
            TaskMain::Module(ModuleFunctions {
                params: Some(_), ..
            }) => true,
            _ => written!(self, Key::Params(_) => ()).is_some(),
        }
    }

    /// Whether it may matter to tasks that do not name it: a set-up, a teardown, or what its `params` function
    /// may make one.
    pub(crate) fn may_serve_others(&self) -> bool {
        if let TaskMain::Module(ModuleFunctions {
            params: Some(_), ..
        }) = self.main
        {
            return true;
        }
        written!(self, Key::Phase(Phase::Setup | Phase::Teardown) | Key::Params(_) => ()).is_some()
    }

    fn module_functions(&self) -> Option<&'static ModuleFunctions> {
        match self.main {
            TaskMain::Module(functions) => Some(functions),
            TaskMain::Plain(_) | TaskMain::Body(_) => None,
        }
    }

    /// The function or module without the path before it, for messages.
    pub(crate) fn function(&self) -> &'static str {
        self.path
            .rsplit_once("::")
            .map_or(self.path, |(_, last)| last)
    }
}

impl TaskMain {
    pub(crate) fn run(self, cx: &TaskContext) -> TaskReturn {
        match self {
            Self::Plain(function) => {
                __rust_begin_short_backtrace(function);
                TaskReturn::passed()
            }
            Self::Body(body) => body(cx),
            Self::Module(functions) => (functions.main)(cx),
        }
    }
}

impl ModuleFunctions {
    /// Of a module with this `task_main`.
    #[must_use]
    pub const fn new(main: TaskBody) -> Self {
        Self {
            main,
            setup: None,
            teardown: None,
            params: None,
        }
    }

    /// And this `task_setup`.
    #[must_use]
    pub const fn setup(mut self, setup: TaskBody) -> Self {
        self.setup = Some(setup);
        self
    }

    /// And this `task_teardown`.
    #[must_use]
    pub const fn teardown(mut self, teardown: TaskBody) -> Self {
        self.teardown = Some(teardown);
        self
    }

    /// And this `get_params`.
    #[must_use]
    pub const fn params(mut self, params: ParamsFn) -> Self {
        self.params = Some(params);
        self
    }
}

/// Where the backtrace of a panicking task ends: the standard library looks for this very name.
#[inline(never)]
pub(crate) fn __rust_begin_short_backtrace<T>(function: impl FnOnce() -> T) -> T {
    let value = function();
    // Keeps the call from becoming a jump, which would leave no frame.
    std::hint::black_box(());
    value
}
