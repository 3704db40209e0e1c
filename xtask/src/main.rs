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
  cargo xtask bench [--json FILE]  measure the optimised product beside bare references (`--reference`: only those;
                                   `--payments N`, `--events N`: how many are settled, and worked off)
  cargo xtask simulate [--seed N] [--seeds K] [--steps M] [--seconds S] [--trace]
                                   seeded people, seeded faults, the real product; a failing seed repeats to the letter
  cargo xtask storm [--kills N]    kill the real program N times (200) in a storm of payments, then weigh the books
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
        "bench" => bench(rest),
        "simulate" => simulate(rest),
        "storm" => storm(rest),
        "doctor" => doctor::run(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no chore `{other}`; `cargo xtask help` lists them"),
    }
}

/// Builds product and measurements with optimisation, then measures below `target/`, on the disk we build on.
fn bench(words: &[String]) -> Result<ExitCode> {
    shell::must(shell::words(
        "cargo build --release --locked -p quittance -p bench",
    ))?;
    let release = std::path::absolute(shell::target())?.join("release");
    let mut command = shell::command(&release.join("bench").to_string_lossy());
    for word in words {
        // The measurements are made elsewhere, so a file is named in full.
        let is_file = command
            .get_args()
            .last()
            .is_some_and(|last| last == "--json" || last == "--program");
        if is_file {
            command.arg(std::path::absolute(word)?)
        } else {
            command.arg(word)
        };
    }
    command.current_dir(&release);
    shell::must(command)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the simulation for speed (its own profile: optimised a little, checked for overflow) and runs it.
fn simulate(words: &[String]) -> Result<ExitCode> {
    shell::must(shell::words(
        "cargo build --profile sim --locked --quiet -p simulate",
    ))?;
    let program = shell::target().join("sim").join("simulate");
    let status = shell::command(&program.to_string_lossy())
        .args(words)
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The crash test of the checks, with as many kills as are asked for.
fn storm(words: &[String]) -> Result<ExitCode> {
    let kills = match words {
        [] => "200",
        [word, number] if word == "--kills" => number,
        _ => bail!("`cargo xtask storm` knows only `--kills N`"),
    };
    let mut command = shell::words(
        "cargo nextest run --workspace --locked --no-capture -E package(quittance)&test(/killed_at_any_moment/)",
    );
    command.env("QUITTANCE_STORM_KILLS", kills);
    shell::must(command)?;
    Ok(ExitCode::SUCCESS)
}
