//! The simulation: the real product over a real database, a rehearsal Stripe held in the same process, seeded people
//! and seeded faults; one thread, step by step, so that a seed repeats to the letter.
//!
//! Run by `cargo xtask simulate [--seed N] [--seeds K] [--steps M] [--seconds S] [--trace]`.

mod autopay;
mod books;
mod browser;
mod carrier;
mod dashboard;
mod dice;
mod disputes;
mod hosted;
mod judge;
mod machine;
mod many;
mod payer;
mod refunds;
mod run;
mod seller;
mod stage;
mod tally;
mod template;
mod together;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::many::Sum;
use crate::run::{Outcome, run};
use crate::template::Template;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seeds that failed once, each with its number of steps; `docs/proof.md` tells what each of them found.
const REGRESSIONS: &[(u64, usize)] = &[];

/// What was asked for on the command line.
struct Asked {
    /// The first seed; drawn when not given.
    seed: Option<u64>,
    seeds: u64,
    steps: usize,
    /// No new seed is begun after so long.
    seconds: u64,
    /// Prints the trace of every seed.
    trace: bool,
    /// Runs the seeds that failed once, before the others.
    regressions: bool,
    /// Where the books of the last seed that failed are left, to be looked into.
    keep: Option<PathBuf>,
    /// Runs them here, one after the other, and tells their sum in a line that another process reads.
    one_process: bool,
}

fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = parse(&words)?;
    let begun = now();
    let first = asked.seed.unwrap_or_else(drawn);
    if asked.one_process {
        println!("{}", many::told(&run_all(&asked, first)?));
        return Ok(ExitCode::SUCCESS);
    }
    println!("seeds from {first}, {} steps each", asked.steps);
    let sum = match many::processes(&asked) {
        1 => run_all(&asked, first)?,
        several => many::run(&asked, first, several)?,
    };
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} seeds from {first}, {} failed, {seconds:.1} s; in them {}",
        sum.seeds,
        sum.failed.len(),
        sum.tally.in_words()
    );
    if sum.failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {:?}", sum.failed);
    Ok(ExitCode::FAILURE)
}

/// Every seed, one after the other, in this process.
fn run_all(asked: &Asked, first: u64) -> Result<Sum> {
    // Passwords are checked on a thread of this runtime; a step waits for it.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()?;
    let _inside = runtime.enter();
    let template = Template::new()?;
    let begun = now();
    let old = if asked.regressions { REGRESSIONS } else { &[] };
    let fresh = (first..).take(usize::try_from(asked.seeds)?);
    let all = old
        .iter()
        .copied()
        .chain(fresh.map(|seed| (seed, asked.steps)));
    let mut sum = Sum::default();
    for (seed, steps) in all {
        if begun.elapsed() > Duration::from_secs(asked.seconds) {
            break;
        }
        let outcome = run(&template, seed, steps, asked.keep.as_deref())?;
        sum.seeds += 1;
        sum.tally.add(&outcome.tally);
        if asked.trace || !outcome.faults.is_empty() {
            tell(&outcome, asked.trace, steps);
        }
        if !outcome.faults.is_empty() {
            sum.failed.push(seed);
        }
    }
    Ok(sum)
}

fn tell(outcome: &Outcome, with_trace: bool, steps: usize) {
    if with_trace {
        for line in &outcome.trace {
            println!("{line}");
        }
    }
    println!("seed {}:", outcome.seed);
    for fault in &outcome.faults {
        println!("  {fault}");
    }
    println!(
        "  again: cargo xtask simulate --seed {} --steps {steps} --trace",
        outcome.seed
    );
}

fn parse(words: &[String]) -> Result<Asked> {
    let mut asked = Asked {
        seed: None,
        seeds: 1,
        steps: 400,
        seconds: u64::MAX,
        trace: false,
        regressions: false,
        keep: None,
        one_process: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || -> Result<u64> {
            let next = words
                .next()
                .with_context(|| format!("`{word}` needs a number"))?;
            next.parse().with_context(|| format!("{next} is no number"))
        };
        match word.as_str() {
            "--keep" => asked.keep = Some(words.next().context("`--keep` needs a file")?.into()),
            "--seed" | "--start" => asked.seed = Some(number()?),
            "--seeds" => asked.seeds = number()?,
            "--steps" => asked.steps = usize::try_from(number()?)?,
            "--seconds" => asked.seconds = number()?,
            "--trace" => asked.trace = true,
            "--one-process" => asked.one_process = true,
            "--regressions" => asked.regressions = true,
            other => bail!(
                "`{other}` is not known; there are --seed N, --seeds K, --steps M, --seconds S, --trace, --regressions, --keep FILE"
            ),
        }
    }
    Ok(asked)
}

/// A seed nobody chose.
fn drawn() -> u64 {
    u64::from(u32::from_be_bytes(kit::chance::Chance::system().bytes()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long the whole takes decides nothing inside a run"
)]
fn now() -> Instant {
    Instant::now()
}
