//! The project's chores. `cargo xtask test` is the one command that decides whether a change is good;
//! `.ci/run` calls the same one.
//!
//! Small on purpose: it must build in seconds on a machine that has nothing but a Rust toolchain.

mod checks;
mod doctor;
mod licences;
mod postgres;
mod shell;
mod tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const HELP: &str = "\
Chores of Quittance.

  cargo xtask test                 run every check, fastest first
  cargo xtask test --list          name the checks and what each one says
  cargo xtask test --only NAME     run one check (may be given several times)
  cargo xtask postgres             start a throw-away PostgreSQL, print its URL, stop it on Ctrl-C
  cargo xtask doctor               print the versions of every tool the checks use, and what is missing

`test` installs what is missing (as root or with password-less sudo on Debian and Ubuntu); otherwise it
prints the exact command and stops with an error. A missing part never turns into a silent skip.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[String]) -> Result<ExitCode> {
    std::env::set_current_dir(shell::root()).context("the project's folder cannot be entered")?;
    let (command, rest) = match words.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", words),
    };
    match command {
        "test" => checks::run(rest),
        "postgres" => postgres::serve(rest),
        "doctor" => doctor::run(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no chore `{other}`; `cargo xtask help` lists them"),
    }
}
