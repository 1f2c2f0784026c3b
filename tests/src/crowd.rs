//! Projects with very many tasks that do nothing, for kissats and for its peers.

use std::fmt::Write;

use crate::Project;

/// Tasks of one module.
const PER_MODULE: usize = 1000;

/// How the tests of a project are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `#[kiss_task]` with a group; resources on every third, a prerequisite on every fifth.
    Kissats,
    /// `#[kiss_task]` and nothing else.
    KissatsPlain,
    /// `#[test]`.
    Libtest,
    /// A vector of bare `libtest_mimic::Trial`.
    Mimic,
    /// `inventory::submit!` of a constant with 21 fields, written out, and libtest-mimic's trials.
    Inventory,
    /// `#[rstest] #[case(i)]`.
    Rstest,
    /// `#[test_r::test]`.
    TestR,
}

impl Kind {
    /// The name in reports, and of the project.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kissats => "kissats",
            Self::KissatsPlain => "kissats-plain",
            Self::Libtest => "libtest",
            Self::Mimic => "libtest-mimic",
            Self::Inventory => "inventory",
            Self::Rstest => "rstest",
            Self::TestR => "test-r",
        }
    }

    fn dependencies(self) -> &'static str {
        match self {
            Self::Kissats | Self::KissatsPlain => {
                "kissats = { path = \"KISSATS\" }\ninventory = \"0.3\"\n"
            }
            Self::Libtest => "",
            Self::Mimic => "libtest-mimic = \"0.8\"\n",
            Self::Inventory => "libtest-mimic = \"0.8\"\ninventory = \"0.3\"\n",
            Self::Rstest => "rstest = { version = \"0.26\", default-features = false }\n",
            Self::TestR => "test-r = \"3\"\n",
        }
    }

    /// A project whose test target `pack` has this text.
    ///
    /// # Panics
    /// If the folder cannot be written.
    #[must_use]
    pub fn project(self, name: &str, text: &str) -> Project {
        // `#[test]` brings a `main` of its own.
        let harness =
            !text.contains("fn main") && !text.contains("main!();") && self != Self::TestR;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\
             [[test]]\nname = \"pack\"\nharness = {harness}\n",
            self.dependencies(),
        );
        Project::with_files(
            name,
            &[
                ("Cargo.toml", &manifest),
                ("src/lib.rs", ""),
                ("tests/pack.rs", text),
            ],
        )
    }

    /// The test target with `count` functions, each annotated in the way of this kind.
    #[must_use]
    pub fn functions(self, count: usize) -> String {
        let mut text = self.head().to_owned();
        for module in 0..count.div_ceil(PER_MODULE) {
            let tasks = (module * PER_MODULE..count).take(PER_MODULE);
            let _ = writeln!(text, "mod {} {{\n{}", module_name(module), self.imports());
            for task in tasks {
                self.function(task, &mut text);
            }
            text.push_str("}\n");
        }
        if self == Self::Mimic {
            text.push_str("const ALL: &[(&str, fn())] = &[\n");
            for task in 0..count {
                let path = path(task);
                let _ = writeln!(text, "(\"{path}\", {path}),");
            }
            text.push_str("];\n");
        }
        text
    }

    fn head(self) -> &'static str {
        match self {
            Self::Kissats | Self::KissatsPlain => "kissats::main!();\n",
            Self::Libtest | Self::Rstest => "",
            Self::TestR => "test_r::enable!();\n",
            Self::Mimic => {
                "use libtest_mimic::{Arguments, Trial, run};\n\
                 fn main() -> std::process::ExitCode {\n\
                     let trial = |(name, body): &(&str, fn())| { let body = *body; Trial::test(*name, move || { body(); Ok(()) }) };\n\
                     run(&Arguments::from_args(), ALL.iter().map(trial).collect()).exit_code()\n\
                 }\n"
            }
            Self::Inventory => INVENTORY,
        }
    }

    fn imports(self) -> &'static str {
        match self {
            Self::Kissats | Self::KissatsPlain => "use kissats::prelude::*;\n",
            Self::Rstest => "use rstest::rstest;\n",
            Self::TestR => "use test_r::test;\n",
            Self::Inventory => "use super::D;\n",
            Self::Libtest | Self::Mimic => "",
        }
    }

    fn function(self, task: usize, text: &mut String) {
        let _ = match self {
            Self::Kissats => {
                let keys = match (resource(task), prerequisite(task)) {
                    (None, None) => String::new(),
                    (Some((key, name)), None) => format!(", {key} = [\"{name}\"]"),
                    (None, Some(other)) => format!(", prereq_tasks = [{}]", function(other)),
                    (Some((key, name)), Some(other)) => {
                        format!(
                            ", {key} = [\"{name}\"], prereq_tasks = [{}]",
                            function(other)
                        )
                    }
                };
                writeln!(
                    text,
                    "#[kiss_task(group = \"{}\"{keys})] fn {}() {{}}",
                    group(task),
                    function(task)
                )
            }
            Self::KissatsPlain => writeln!(text, "#[kiss_task] fn {}() {{}}", function(task)),
            Self::Libtest | Self::TestR => {
                writeln!(text, "#[test] fn {}() {{}}", function(task))
            }
            Self::Mimic => writeln!(text, "pub fn {}() {{}}", function(task)),
            Self::Rstest => writeln!(
                text,
                "#[rstest] #[case({task})] fn {}(#[case] _n: usize) {{}}",
                function(task)
            ),
            Self::Inventory => writeln!(
                text,
                "fn {0}() {{}}\ninventory::submit! {{ D {{ name: \"{0}\", module: module_path!(), file: file!(), line: line!(), \
                 description: \"\", groups: &[\"{1}\"], phase: 1, stop: None, exclusive: &[], shared: &[], retry: None, \
                 wait: None, safe: None, ats: None, duts: None, required: &[], optional: &[], prereqs: &[], time: None, \
                 priority: None, main: |_| {{ {0}(); Ok(()) }} }} }}",
                function(task),
                group(task)
            ),
        };
    }

    /// The test target with `count` tasks that are made in a loop, where source code for so many would
    /// take too long to compile. What happens from `main` on is the same; `None` if there is no such way.
    ///
    /// kissats: declarations in one constant, registered as `inventory` does it, before `main`.
    /// libtest: its own `test_main`, handed the list that `#[test]` would have made; that interface is not
    /// stable, so the project is compiled with `RUSTC_BOOTSTRAP`.
    #[must_use]
    pub fn table(self, count: usize) -> Option<String> {
        let text = match self {
            Self::Kissats | Self::KissatsPlain => KISSATS_TABLE,
            Self::Libtest => LIBTEST_TABLE,
            Self::Mimic => MIMIC_TABLE,
            Self::Inventory | Self::Rstest | Self::TestR => return None,
        };
        let mut text = text.replace("COUNT", &count.to_string());
        let is_kissats = matches!(self, Self::Kissats | Self::KissatsPlain);
        let of_table = if is_kissats { full_path } else { path };
        let paths: String = (0..count).map(of_table).collect();
        text = text.replace("PATHS", &paths);
        if is_kissats {
            let keys = match self {
                Self::Kissats => {
                    let prereqs: String = (0..count)
                        .filter_map(prerequisite)
                        .map(|other| format!("p(\"{}\"),\n", full_path(other)))
                        .collect();
                    KISSATS_KEYS
                        .replace("COUNT", &count.to_string())
                        .replace("PREREQ_LIST", &prereqs)
                }
                _ => KISSATS_NO_KEYS.to_owned(),
            };
            text = text.replace("KEYS_OF_ALL", &keys);
        }
        Some(text)
    }
}

/// The name of a task as every kind shows it, groups aside.
#[must_use]
pub fn path(task: usize) -> String {
    format!("{}::{}", module_name(task / PER_MODULE), function(task))
}

/// The same with the crate in front.
fn full_path(task: usize) -> String {
    format!("pack::{}", path(task))
}

fn module_name(module: usize) -> String {
    format!("m{module:03}")
}

fn function(task: usize) -> String {
    format!("t{task:06}")
}

fn group(task: usize) -> String {
    format!("g{}", task % 10)
}

fn resource(task: usize) -> Option<(&'static str, String)> {
    let key = match task % 6 {
        0 => "exclusive_resources",
        3 => "shared_resources",
        _ => return None,
    };
    Some((key, format!("r{}", task % 7)))
}

fn prerequisite(task: usize) -> Option<usize> {
    (task % 5 == 4).then(|| task - 1)
}

const INVENTORY: &str = r"use libtest_mimic::{Arguments, Trial, Failed, run};
pub struct D {
    pub name: &'static str, pub module: &'static str, pub file: &'static str, pub line: u32,
    pub description: &'static str, pub groups: &'static [&'static str], pub phase: u8, pub stop: Option<bool>,
    pub exclusive: &'static [&'static str], pub shared: &'static [&'static str], pub retry: Option<u32>,
    pub wait: Option<u64>, pub safe: Option<bool>, pub ats: Option<&'static str>, pub duts: Option<&'static str>,
    pub required: &'static [&'static str], pub optional: &'static [&'static str],
    pub prereqs: &'static [&'static str], pub time: Option<u64>, pub priority: Option<i32>,
    pub main: fn(&()) -> Result<(), Failed>,
}
inventory::collect!(D);
fn main() -> std::process::ExitCode {
    let trial = |d: &'static D| Trial::test(d.name, move || (d.main)(&()));
    run(&Arguments::from_args(), inventory::iter::<D>.into_iter().map(trial).collect()).exit_code()
}
";

/// `m000::t000000` thirteen bytes each.
const MIMIC_TABLE: &str = r#"use libtest_mimic::{Arguments, Trial, run};
static NAMES: &str = "PATHS";
fn empty() {}
fn main() -> std::process::ExitCode {
    let body: fn() = empty;
    let trials = (0..COUNT).map(|i| Trial::test(&NAMES[i * 13..i * 13 + 13], move || { body(); Ok(()) }));
    run(&Arguments::from_args(), trials.collect()).exit_code()
}
"#;

const LIBTEST_TABLE: &str = r#"#![feature(test, rustc_private)]
extern crate test;
use test::{ShouldPanic, StaticTestFn, StaticTestName, TestDesc, TestDescAndFn, TestType};
static NAMES: &str = "PATHS";
fn empty() -> Result<(), String> { test::assert_test_result(()) }
fn main() {
    let tests = (0..COUNT).map(|i| TestDescAndFn {
        desc: TestDesc {
            name: StaticTestName(&NAMES[i * 13..i * 13 + 13]),
            ignore: false, ignore_message: None,
            source_file: file!(), start_line: 1, start_col: 1, end_line: 1, end_col: 1,
            should_panic: ShouldPanic::No, compile_fail: false, no_run: false, test_type: TestType::IntegrationTest,
        },
        testfn: StaticTestFn(empty),
    });
    let args: Vec<String> = std::env::args().collect();
    test::test_main(&args, tests.collect(), None);
}
"#;

/// `pack::m000::t000000` nineteen bytes each.
const KISSATS_TABLE: &str = r#"#![allow(long_running_const_eval)]
use std::cell::UnsafeCell;
use kissats::__private0_1_0 as k;
static NAMES: &str = "PATHS";
fn empty() {}
KEYS_OF_ALL
const fn task(path: &'static str, i: usize) -> k::Declaration {
    k::Declaration {
        path, name: k::DeclaredName::of_path(path), file: file!(), line: i as u32, main: k::TaskMain::Plain(empty), keys: keys(i),
        pack_version: option_env!("CARGO_PKG_VERSION"),
    }
}
static TASKS: [k::Declaration; COUNT] = {
    let mut tasks = [task("", 0); COUNT];
    let mut rest = NAMES;
    let mut i = 0;
    while i < COUNT {
        let (path, others) = rest.split_at(19);
        rest = others;
        tasks[i] = task(path, i);
        i += 1;
    }
    tasks
};
// What `inventory::submit!` does for one value, for all of them.
const fn node(i: usize) -> inventory::Node {
    inventory::Node { value: &TASKS[i], next: UnsafeCell::new(None) }
}
static NODES: [inventory::Node; COUNT] = {
    let mut nodes = [const { node(0) }; COUNT];
    let mut i = 1;
    while i < COUNT {
        nodes[i] = node(i);
        i += 1;
    }
    nodes
};
unsafe extern "C" fn register() {
    let mut i = 0;
    while i < COUNT {
        unsafe { inventory::ErasedNode::submit(NODES[i].value, &NODES[i]) }
        i += 1;
    }
}
#[used]
#[unsafe(link_section = ".init_array")]
static REGISTER: unsafe extern "C" fn() = register;
kissats::main!();
"#;

/// The keys of the full kind.
const KISSATS_KEYS: &str = r#"use std::slice::from_ref;
const fn p(path: &'static str) -> k::DeclaredPrereq { k::DeclaredPrereq::path(path) }
static PREREQS: &[k::DeclaredPrereq] = &[PREREQ_LIST];
static GROUPS: &[&str] = &["g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9"];
static RESOURCES: &[&str] = &["r0", "r1", "r2", "r3", "r4", "r5", "r6"];
// Three places for each task, of which it has as many as it needs.
static KEYS: [[k::Key; 3]; COUNT] = {
    let mut keys = [[k::Key::Retries(0); 3]; COUNT];
    let mut i = 0;
    while i < COUNT {
        let mut n = 1;
        keys[i][0] = k::Key::Groups(from_ref(&GROUPS[i % 10]));
        if i % 6 == 0 { keys[i][n] = k::Key::ExclusiveResources(from_ref(&RESOURCES[i % 7])); n += 1; }
        if i % 6 == 3 { keys[i][n] = k::Key::SharedResources(from_ref(&RESOURCES[i % 7])); n += 1; }
        if i % 5 == 4 { keys[i][n] = k::Key::PrereqTasks(from_ref(&PREREQS[i / 5])); }
        i += 1;
    }
    keys
};
const fn keys(i: usize) -> &'static [k::Key] {
    let many = 1 + (i % 3 == 0) as usize + (i % 5 == 4) as usize;
    KEYS[i].split_at(many).0
}
"#;

/// Those of the plain kind.
const KISSATS_NO_KEYS: &str = "const fn keys(_: usize) -> &'static [k::Key] { &[] }";
