//! Throw-away cargo projects, run with the real `cargo`.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::with_default_signals;

/// A cargo project in a folder of its own. All share one target folder, so kissats is compiled once.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
    target: PathBuf,
}

/// What a command left.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Project {
    /// A pack: `lib` is its library, and `tests/pack.rs` is nothing but `kissats::main!`.
    ///
    /// # Panics
    /// If the folder cannot be written.
    #[must_use]
    pub fn pack(name: &str, lib: &str) -> Self {
        let target = format!("kissats::main!({});\n", name.replace('-', "_"));
        Self::with_files(name, &[("src/lib.rs", lib), ("tests/pack.rs", &target)])
    }

    /// The manifest of a package with these test targets, each of which has a `main`. It ends with the
    /// dependencies, kissats among them: `more` adds to these, and goes on with other sections.
    #[must_use]
    pub fn manifest(name: &str, targets: &[&str], more: &str) -> String {
        let target = |name| format!("[[test]]\nname = \"{name}\"\nharness = false\n\n");
        let targets: String = targets.iter().map(target).collect();
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             {targets}[dependencies]\nkissats.path = \"KISSATS\"\n{more}"
        )
    }

    /// A project of these files, in which `KISSATS` stands for the folder of the library; without a
    /// `Cargo.toml` among them, that of a pack.
    ///
    /// # Panics
    /// If the folder cannot be written.
    #[must_use]
    pub fn with_files(name: &str, files: &[(&str, &str)]) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let kissats =
            fs::canonicalize(workspace.join("kissats")).expect("kissats lies beside its tests");
        let folder = packs_folder().join(name);
        let manifest = Self::manifest(name, &["pack"], "");
        let given = files.iter().any(|(path, _)| *path == "Cargo.toml");
        let all = files
            .iter()
            .copied()
            .chain((!given).then_some(("Cargo.toml", manifest.as_str())));
        let mut known = vec![folder.join("Cargo.lock")];
        for (path, text) in all {
            let path = folder.join(path);
            let mut text = text.replace("KISSATS", &kissats.display().to_string());
            if path == folder.join("Cargo.toml") && !text.contains("[workspace]") {
                // It lies inside another workspace and is no part of it.
                text.push_str("\n[workspace]\n");
            }
            write_if_changed(&path, &text);
            known.push(path);
        }
        remove_others(&folder, &known);
        // The versions that the workspace was tested with.
        let lock = fs::read_to_string(workspace.join("Cargo.lock"));
        write_if_changed(
            &folder.join("Cargo.lock"),
            &lock.expect("the workspace has a lock file"),
        );
        Self {
            folder,
            target: packs_folder().join("target"),
        }
    }

    /// The workspace of kissats itself, built in the target folder of the throw-away projects.
    #[must_use]
    pub fn workspace() -> Self {
        Self {
            folder: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            target: packs_folder().join("target"),
        }
    }

    /// `cargo test` of the pack's own target, with these words behind `--`.
    #[must_use]
    pub fn test(&self, words: &[&str]) -> Finished {
        Finished::of(&mut self.test_command(words))
    }

    /// The command of [`Self::test`], for those who add to it.
    #[must_use]
    pub fn test_command(&self, words: &[&str]) -> Command {
        self.command(&[&["test", "--quiet", "--test", "pack", "--"], words].concat())
    }

    /// A command of `cargo`, to its end.
    ///
    /// # Panics
    /// If `cargo` cannot be started.
    #[must_use]
    pub fn cargo(&self, words: &[&str]) -> Finished {
        Finished::of(&mut self.command(words))
    }

    /// A command of `cargo`, with stdout and stderr in one stream as a terminal shows them.
    ///
    /// # Panics
    /// If `cargo` cannot be started.
    #[must_use]
    pub fn cargo_as_in_a_terminal(&self, words: &[&str]) -> (Option<i32>, String) {
        let (mut reader, writer) = std::io::pipe().expect("the system has pipes");
        let mut child = {
            let mut command = self.command(words);
            command
                .stdout(writer.try_clone().expect("a pipe can be shared"))
                .stderr(writer);
            command.spawn().expect("cargo can be started")
            // The command goes, and with it our ends of the pipe for writing.
        };
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).expect("a pipe can be read");
        let code = child.wait().expect("cargo ends").code();
        (code, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A command of `cargo` in the project's folder, free of what the surrounding test run has set.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(words)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let surrounding = [
                "NEXTEST",
                "RUST_TEST",
                "RUST_BACKTRACE",
                "RUST_LOG",
                "KISSATS",
                "CARGO_",
                "RUSTFLAGS",
            ];
            if name
                .to_str()
                .is_some_and(|name| surrounding.iter().any(|prefix| name.starts_with(prefix)))
            {
                let keep = [
                    "CARGO_HOME",
                    "CARGO_NET_",
                    "CARGO_REGISTR",
                    "CARGO_SOURCE_",
                    "CARGO_HTTP_",
                ];
                if !keep
                    .iter()
                    .any(|prefix| name.to_string_lossy().starts_with(prefix))
                {
                    command.env_remove(name);
                }
            }
        }
        command
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .env("KISSATS_DIR", own_host());
        command
    }

    /// The program that `cargo test` would run, built.
    ///
    /// # Panics
    /// If it cannot be built.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.program_of(&mut self.command(&["test"]))
    }

    /// That program as a command, on a host of its own: it waits for the resources of no other.
    ///
    /// # Panics
    /// If it cannot be built.
    #[must_use]
    pub fn program_command(&self) -> Command {
        let mut command = Command::new(self.program());
        with_default_signals(&mut command).env("KISSATS_DIR", own_host());
        command
    }

    /// The program, built with a command of one's own making: `cargo test` and flags. It is given the
    /// words that build the test target.
    ///
    /// # Panics
    /// If it cannot be built.
    #[must_use]
    pub fn program_of(&self, cargo: &mut Command) -> PathBuf {
        cargo.args(["--no-run", "--test", "pack", "--message-format", "short"]);
        let output = cargo.output().expect("cargo can be started");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        let path = stderr
            .rsplit_once('(')
            .and_then(|(_, rest)| rest.split_once(')'));
        let path = PathBuf::from(path.expect("cargo names the program").0);
        if path.is_absolute() {
            path
        } else {
            self.folder.join(path)
        }
    }

    /// Where the project lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A folder for the variable `KISSATS_DIR` of one command: packs of other commands ask for the same
/// names, and are not to be waited for.
#[must_use]
pub fn own_host() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}-{count}", std::process::id());
    packs_folder().join("hosts").join(name)
}

/// Where the projects lie: in the target folder that this test binary was built in.
pub(crate) fn packs_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a test knows its program");
    let profile = program
        .ancestors()
        .nth(2)
        .expect("target/PROFILE/deps/program");
    profile.parent().expect("target/PROFILE").join("packs")
}

/// Writes a file all at once, and not at all if it is there already: what has not changed is not
/// compiled again, and other test processes may be reading it.
fn write_if_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file lies in a folder"))
        .expect("a folder can be made");
    let new = path.with_extension(format!("new-{}", std::process::id()));
    fs::write(&new, text).expect("a file can be written");
    fs::rename(new, path).expect("a file can be renamed");
}

/// Removes what an earlier run with other files has left.
fn remove_others(folder: &Path, known: &[PathBuf]) {
    for entry in fs::read_dir(folder)
        .expect("a folder can be read")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            remove_others(&path, known);
        } else if !known.contains(&path)
            && path
                .extension()
                .is_some_and(|kind| kind == "rs" || kind == "toml")
        {
            let _ = fs::remove_file(path);
        }
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(f, "exit {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

impl Finished {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the command can be started");
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Every task that was reported, and how it ended.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(&str, &str)> {
        let pairs = self
            .reports()
            .into_iter()
            .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "));
        pairs
            .map(|(name, outcome)| (name.trim_end(), outcome))
            .collect()
    }

    /// Every task that ran because others needed it, and how it ended.
    #[must_use]
    pub fn needed(&self) -> Vec<(&str, &str)> {
        let lines = self.stderr.lines();
        lines
            .filter_map(|line| line.strip_prefix("    needed ")?.split_once(" ... "))
            .collect()
    }

    /// The lines of stdout that report a task.
    #[must_use]
    pub fn reports(&self) -> Vec<&str> {
        self.stdout
            .lines()
            .filter(|line| line.starts_with("test ") && !line.starts_with("test result"))
            .collect()
    }

    /// The line with the counts.
    #[must_use]
    pub fn counts(&self) -> &str {
        let line = self
            .stdout
            .lines()
            .find(|line| line.starts_with("test result: "));
        line.and_then(|line| line.rsplit_once("; finished"))
            .map_or("", |(counts, _)| counts)
    }
}
