//! This program, to be started once more.

#![expect(
    clippy::disallowed_methods,
    reason = "this is what worker processes are started with"
)]

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Where Linux has it, whatever has become of its file since it was started.
const ON_LINUX: &str = "/proc/self/exe";

/// This program with a word that says what it is to be.
///
/// # Errors
/// If the system does not say which program this is.
pub(super) fn program(word: &str) -> io::Result<Command> {
    let path = std::env::current_exe()?;
    let mut command = if Path::new(ON_LINUX).exists() {
        let mut command = Command::new(ON_LINUX);
        command.arg0(path);
        command
    } else {
        Command::new(path)
    };
    command.arg(word);
    Ok(command)
}
