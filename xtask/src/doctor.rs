//! `cargo xtask doctor`: what is on this machine, in one list that can be pasted into a report.

use std::process::ExitCode;

use anyhow::Result;

use crate::checks;
use crate::{shell, tools};

/// Prints versions, then what the checks would still have to install.
pub fn run(_words: &[String]) -> Result<ExitCode> {
    for line in [
        "rustc --version",
        "cargo --version",
        "cargo fmt --version",
        "cargo clippy --version",
    ] {
        report(line, shell::words(line));
    }
    report("cargo nextest", shell::words("cargo nextest --version"));
    match tools::node() {
        Some(node) => report(
            "node",
            shell::words(&format!("{} --version", node.display())),
        ),
        None => println!("{:<24} absent, or too old", "node"),
    }
    report("npm", shell::words("npm --version"));
    report("python3", shell::words("python3 --version"));
    report("hledger", shell::words("hledger --version"));
    report("java", shell::words("java --version"));
    report("qpdf", shell::words("qpdf --version"));
    match tools::chromium() {
        Some(file) => report(
            "chromium",
            shell::words(&format!("{} --version", file.display())),
        ),
        None => println!("{:<24} absent", "chromium"),
    }
    match crate::postgres::binaries() {
        Some(folder) => report(
            "postgres",
            shell::words(&format!("{}/postgres --version", folder.display())),
        ),
        None => println!("{:<24} absent", "postgres"),
    }
    let missing = tools::missing(&checks::every_tool());
    if missing.is_empty() {
        println!("Nothing is missing.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("Missing: {missing:?}. `cargo xtask test` installs it where it may, else says how.");
    Ok(ExitCode::FAILURE)
}

fn report(name: &str, command: std::process::Command) {
    let version = shell::first_line(command).unwrap_or_else(|| "absent".to_owned());
    println!("{name:<24} {version}");
}
