//! The checks, fastest first. Each says one plain sentence that is true when it passes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::postgres::Cluster;
use crate::tools::{self, Tool};
use crate::{licences, shell};

/// One check.
struct Check {
    /// The word for `--only`.
    name: &'static str,
    /// What is true when it passes.
    sentence: &'static str,
    /// What it needs from the machine.
    needs: &'static [Tool],
    /// How it is done.
    how: How,
}

/// How a check is done.
enum How {
    /// A command, plain words.
    Run(&'static str),
    /// The same, with an environment of its own.
    RunWith(&'static [(&'static str, &'static str)], &'static str),
    /// A command beside a throw-away PostgreSQL.
    OnPostgres(&'static str),
    /// A script with Node, once every program and example is built. `{target}` is cargo's folder, `{python}`
    /// the interpreter of our own environment, `{jaxb}` the folder of the libraries for veraPDF.
    Node(&'static str),
    /// The same; the last line it says (what it judged by) is printed.
    NodeTells(&'static str),
    /// A program of ours, once everything is built; the last line it says is printed.
    Program(&'static str),
    /// Our own code.
    Ours(fn() -> Result<()>),
}

/// The list. A new check goes where its duration puts it.
///
/// Every test command names `--workspace` even when it runs one test: cargo unites the features of what it
/// is asked to build, and a narrower request would build the dependencies a second time.
const CHECKS: &[Check] = &[
    Check {
        name: "format",
        sentence: "Every Rust file is laid out as rustfmt would.",
        needs: &[Tool::Rustfmt],
        how: How::Run("cargo fmt --all --check"),
    },
    Check {
        name: "licences",
        sentence: "Every dependency has a licence we accept, and none is on the list of crates we refuse.",
        needs: &[],
        how: How::Ours(licences::check),
    },
    Check {
        name: "clippy",
        sentence: "Clippy and the compiler have nothing to say.",
        needs: &[Tool::Clippy, Tool::Cc],
        how: How::Run("cargo clippy --workspace --all-targets --locked --quiet -- -D warnings"),
    },
    Check {
        name: "docs",
        sentence: "The documentation builds, and no link in it is broken.",
        needs: &[Tool::Cc],
        how: How::RunWith(
            &[("RUSTDOCFLAGS", "-D warnings")],
            "cargo doc --workspace --no-deps --locked --quiet",
        ),
    },
    Check {
        name: "tidy",
        sentence: "The house rules hold: imports go down, money is whole, SQL stays in its store.",
        needs: &[Tool::Cc],
        how: How::Run("cargo test --workspace --locked --quiet --test tidy"),
    },
    Check {
        name: "tests",
        sentence: "Every test passes on SQLite.",
        needs: &[Tool::Nextest, Tool::Cc],
        how: How::RunWith(
            &[("QUITTANCE_TEST_ENGINES", "sqlite")],
            "cargo nextest run --workspace --locked --no-fail-fast",
        ),
    },
    Check {
        name: "simulate",
        sentence: "Whatever is lost, doubled, late or killed on the way, the books and Stripe say the same: on fresh seeds, and on those that failed once.",
        needs: &[Tool::Cc],
        how: How::Program("{target}/debug/simulate --regressions --seeds 1000000 --seconds 25"),
    },
    Check {
        name: "examples",
        sentence: "Every example in the documentation compiles and does what it says.",
        needs: &[Tool::Cc],
        how: How::Run("cargo test --workspace --locked --quiet --doc"),
    },
    Check {
        name: "postgres",
        sentence: "Every store and every story passes on PostgreSQL.",
        needs: &[Tool::Nextest, Tool::Postgres, Tool::Cc],
        how: How::OnPostgres(
            "cargo nextest run --workspace --locked --no-fail-fast -E package(kit)|package(app)",
        ),
    },
    Check {
        name: "locale",
        sentence: "Node's Intl and Python's Babel write numbers, money and dates as we do.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Python,
            Tool::Wheels("oracles/locale/requirements.txt"),
        ],
        how: How::Node(
            "oracles/locale/run.mjs --formats {target}/debug/examples/formats --python {python}",
        ),
    },
    Check {
        name: "mail",
        sentence: "A mail server we did not write takes, defers and refuses our mail, and Python reads what it took.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Python,
            Tool::Wheels("oracles/mail/requirements.txt"),
        ],
        how: How::Node(
            "oracles/mail/run.mjs --mail {target}/debug/examples/mail --python {python}",
        ),
    },
    Check {
        name: "books",
        sentence: "beancount and hledger take the books we export, come to the same balances, and refuse them with a cent changed.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Hledger,
            Tool::Python,
            Tool::Wheels("oracles/books/requirements.txt"),
        ],
        how: How::Node(
            "oracles/books/run.mjs --books {target}/debug/examples/books --quittance {target}/debug/quittance --python {python}",
        ),
    },
    Check {
        name: "einvoice",
        sentence: "The official rules of EN 16931 take every e-invoice we write, as UBL and as CII, and refuse each with one thing wrong.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Python,
            Tool::Wheels("oracles/einvoice/requirements.txt"),
        ],
        how: How::NodeTells(
            "oracles/einvoice/run.mjs --einvoices {target}/debug/examples/einvoices --product {target}/debug/examples/issued_einvoices --python {python}",
        ),
    },
    Check {
        name: "papers",
        sentence: "veraPDF finds every paper PDF/A-3a and PDF/UA-1, its words can be taken out again, and the data inside is an e-invoice.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Java,
            Tool::Jaxb,
            Tool::Qpdf,
            Tool::Poppler,
            Tool::Python,
            Tool::Wheels("oracles/papers/requirements.txt"),
        ],
        how: How::NodeTells(
            "oracles/papers/run.mjs --papers {target}/debug/examples/papers --quittance {target}/debug/quittance --python {python} --jaxb {jaxb}",
        ),
    },
    Check {
        name: "stripe",
        sentence: "Stripe's official SDKs say and hear what our client says and hears.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Packages("oracles/stripe"),
            Tool::Python,
            Tool::Wheels("oracles/stripe/requirements.txt"),
        ],
        how: How::Node(
            "oracles/stripe/run.mjs --golden {target}/debug/examples/golden --verdicts {target}/debug/examples/verdicts \
             --rehearsal {target}/debug/fake_stripe --python {python}",
        ),
    },
    Check {
        name: "browser",
        sentence: "In a real browser, the pages do what a person needs of them.",
        needs: &[
            Tool::Cc,
            Tool::Node,
            Tool::Chromium,
            Tool::Packages("browser"),
        ],
        how: How::Node(
            "--test --test-concurrency=1 --test-timeout=600000 browser/kit/kit.test.mjs browser/runs/guide.test.mjs browser/runs/keys.test.mjs browser/runs/payments.test.mjs browser/runs/hosted.test.mjs browser/runs/secrets.test.mjs browser/runs/people.test.mjs browser/runs/french.test.mjs browser/runs/demo.test.mjs browser/runs/pages.test.mjs browser/runs/rehearsal.test.mjs",
        ),
    },
];

/// What the scripts judge: every program and example, with the features the tests were built with.
const BUILD: &str = "cargo build --workspace --bins --examples --locked --quiet";

/// `cargo xtask test`.
pub fn run(words: &[String]) -> Result<ExitCode> {
    let chosen = match choose(words)? {
        Some(chosen) => chosen,
        None => return Ok(ExitCode::SUCCESS),
    };
    let begun = shell::now();
    let needs: Vec<Tool> = chosen
        .iter()
        .flat_map(|check| check.needs)
        .copied()
        .collect();
    tools::ensure(&needs)?;
    let failed: Vec<&str> = chosen
        .iter()
        .filter(|check| !passes(check))
        .map(|check| check.name)
        .collect();
    let passed = chosen.len() - failed.len();
    println!(
        "\n{passed} passed, {} failed, in {}",
        failed.len(),
        spoken(begun.elapsed())
    );
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for name in failed {
        println!("again: cargo xtask test --only {name}");
    }
    Ok(ExitCode::FAILURE)
}

/// Everything any check needs.
pub fn every_tool() -> Vec<Tool> {
    CHECKS
        .iter()
        .flat_map(|check| check.needs)
        .copied()
        .collect()
}

/// The checks asked for, or nothing when only the list was wanted.
fn choose(words: &[String]) -> Result<Option<Vec<&'static Check>>> {
    let mut chosen = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--list" => {
                for check in CHECKS {
                    println!("{:<10} {}", check.name, check.sentence);
                }
                return Ok(None);
            }
            "--only" => {
                let name = words.next().context("`--only` needs the name of a check")?;
                let check = CHECKS.iter().find(|check| check.name == name.as_str());
                chosen.push(
                    check.with_context(|| {
                        format!("there is no check `{name}`; `--list` names them")
                    })?,
                );
            }
            other => bail!(
                "`cargo xtask test` does not know `{other}`; it knows `--list` and `--only NAME`"
            ),
        }
    }
    if chosen.is_empty() {
        chosen = CHECKS.iter().collect();
    }
    Ok(Some(chosen))
}

/// Does one check and prints its line; on failure also everything it said.
fn passes(check: &Check) -> bool {
    print!("{:<10} {} ", check.name, check.sentence);
    let _ = std::io::stdout().flush();
    let begun = shell::now();
    let outcome = perform(check);
    let time = spoken(begun.elapsed());
    match &outcome {
        Ok(()) => println!("Yes, {time}."),
        Err(error) => println!("NO, {time}.\n\n{error:#}\n"),
    }
    outcome.is_ok()
}

fn perform(check: &Check) -> Result<()> {
    match check.how {
        How::Run(line) => listen(check.name, shell::words(line)),
        How::RunWith(variables, line) => {
            let mut command = shell::words(line);
            command.envs(variables.iter().copied());
            listen(check.name, command)
        }
        How::OnPostgres(line) => {
            let cluster = Cluster::start()?;
            let mut command = shell::words(line);
            command
                .env("QUITTANCE_TEST_ENGINES", "postgres")
                .env("QUITTANCE_TEST_POSTGRES", cluster.url());
            listen(check.name, command)
        }
        How::Node(line) => {
            listen(check.name, shell::words(BUILD))?;
            listen(check.name, node(line)?)
        }
        How::NodeTells(line) => {
            listen(check.name, shell::words(BUILD))?;
            listen(check.name, node(line)?)?;
            tell(check.name)
        }
        How::Program(line) => {
            listen(check.name, shell::words(BUILD))?;
            let line = line.replace("{target}", &shell::target().to_string_lossy());
            listen(check.name, shell::words(&line))?;
            tell(check.name)
        }
        How::Ours(work) => work(),
    }
}

/// Prints the last line a check said.
fn tell(name: &str) -> Result<()> {
    let said = fs::read_to_string(log_of(name))?;
    print!("({}) ", said.lines().last().unwrap_or_default());
    Ok(())
}

/// The command of a script, with its places filled in.
fn node(line: &str) -> Result<Command> {
    let node = tools::node().context("there is no Node that fits")?;
    let mut command = shell::command(&node.to_string_lossy());
    for word in line.split_whitespace() {
        let word = word.replace("{target}", &shell::target().to_string_lossy());
        let word = word.replace("{jaxb}", &tools::jaxb().to_string_lossy());
        command.arg(word.replace("{python}", &tools::venv_python().to_string_lossy()));
    }
    if let Some(chromium) = tools::chromium() {
        command.env("QUITTANCE_CHROMIUM", chromium);
    }
    Ok(command)
}

fn log_of(name: &str) -> std::path::PathBuf {
    shell::target().join("xtask").join(format!("{name}.log"))
}

/// Runs a command with its output in `target/xtask/NAME.log`; a failure carries what it said.
fn listen(name: &str, mut command: Command) -> Result<()> {
    let log = log_of(name);
    fs::create_dir_all(log.parent().unwrap_or(Path::new(".")))?;
    let file = fs::File::create(&log)?;
    command.stdout(file.try_clone()?).stderr(file);
    let shown = shell::show(&command);
    let status = command
        .status()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if status.success() {
        return Ok(());
    }
    let said = fs::read(&log)?;
    bail!(
        "{}\n`{shown}` failed ({status})",
        String::from_utf8_lossy(&said).trim_end()
    );
}

/// A duration as a person says it.
fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
}
