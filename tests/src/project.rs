//! Throw-away cargo projects, run with the real `cargo`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The manifest of a pack, with `KISSATS` for the path of the library.
const MANIFEST: &str = r#"[package]
name = "NAME"
version = "0.1.0"
edition = "2024"

[dependencies]
kissats = { path = "KISSATS" }

[[test]]
name = "pack"
harness = false
"#;

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

    /// A project of these files; without a `Cargo.toml` among them, that of a pack.
    ///
    /// # Panics
    /// If the folder cannot be written.
    #[must_use]
    pub fn with_files(name: &str, files: &[(&str, &str)]) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let kissats =
            fs::canonicalize(workspace.join("kissats")).expect("kissats lies beside its tests");
        let root = target_folder().join("packs");
        let folder = root.join(name);
        let _ = fs::remove_dir_all(&folder);
        let manifest = MANIFEST.replace("NAME", name);
        let given = files.iter().any(|(path, _)| *path == "Cargo.toml");
        let all = files
            .iter()
            .copied()
            .chain((!given).then_some(("Cargo.toml", manifest.as_str())));
        for (path, text) in all {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a file lies in a folder"))
                .expect("a folder can be made");
            let mut text = text.replace("KISSATS", &kissats.display().to_string());
            if path.ends_with("Cargo.toml") && !text.contains("[workspace]") {
                // It lies inside another workspace and is no part of it.
                text.push_str("\n[workspace]\n");
            }
            fs::write(path, text).expect("a file can be written");
        }
        // The versions that the workspace was tested with.
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))
            .expect("the lock file can be copied");
        Self {
            folder,
            target: root.join("target"),
        }
    }

    /// `cargo test` of the pack's own target, with these words behind `--`.
    #[must_use]
    pub fn test(&self, words: &[&str]) -> Finished {
        self.cargo(&[&["test", "--quiet", "--test", "pack", "--"], words].concat())
    }

    /// A command of `cargo`, to its end.
    ///
    /// # Panics
    /// If `cargo` cannot be started.
    #[must_use]
    pub fn cargo(&self, words: &[&str]) -> Finished {
        let output = self.command(words).output().expect("cargo can be started");
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
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
            .env("CARGO_TERM_COLOR", "never");
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

    /// The same, built with a command of one's own making: `cargo test` and flags. It is given the
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

/// The target folder of this workspace: the one this test binary was built in.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a test knows its program");
    let profile = program
        .ancestors()
        .nth(2)
        .expect("target/PROFILE/deps/program");
    profile.parent().expect("target/PROFILE").to_path_buf()
}

impl Finished {
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
