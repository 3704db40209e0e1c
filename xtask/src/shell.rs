//! Running other programs: where the project lies, and an environment that does not leak ours.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The project's folder: the parent of `xtask/`.
///
/// Asked at run time (cargo sets the variable for `cargo run`), so that a copied binary does not write
/// into the folder it was built in.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match here.as_deref().and_then(Path::parent) {
        Some(parent) => parent.to_path_buf(),
        None => PathBuf::from("."),
    }
}

/// Where cargo puts its output; logs, the Python environment and screenshots live below it.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("target"),
    }
}

/// A command with no terminal to ask questions on, and without the variables that `cargo run` set for us.
///
/// Those variables would reach the build scripts of a nested cargo; ring's, for one, is run again whenever
/// they change, and half the project would be rebuilt each time one goes from `cargo xtask` to `cargo`.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let ours = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY_",
        ];
        if ours.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Splits plain words into a command. No quoting: arguments with spaces are added by the caller.
pub fn words(line: &str) -> Command {
    let mut parts = line.split_whitespace();
    let mut command = command(parts.next().unwrap_or("true"));
    command.args(parts);
    command
}

/// Runs a command, its output going to ours; an error names the command that failed.
pub fn must(mut command: Command) -> Result<()> {
    let shown = show(&command);
    let status = command
        .status()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// The first line a program prints, or nothing when it is absent or fails.
pub fn first_line(mut command: Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(|line| line.trim().to_owned())
}

/// The command as a person would type it.
pub fn show(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Looks for a program on the path, as a shell would.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// This moment, for saying how long something took.
#[expect(
    clippy::disallowed_methods,
    reason = "a chore has no test that sets its clock"
)]
pub fn now() -> std::time::Instant {
    std::time::Instant::now()
}
