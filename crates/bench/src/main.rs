//! The measurements. Each figure of the product stands beside the barest program that could do the same, measured
//! in the same run on the same machine, because a ratio travels and an absolute does not.
//!
//! Run by `cargo xtask bench [--json FILE] [--reference] [--payments N] [--events N]`, which builds everything with optimisation first. A missed
//! target is a finding and ends well; a measurement that could not be taken is an error.

mod aside;
mod backlog;
mod bare;
mod bare_rows;
mod commits;
mod deliveries;
mod figure;
mod http;
mod load;
mod product;
mod seller;
mod settled;
mod shop;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::figure::{Figure, Figures};
use crate::load::Load;
use crate::product::Running;
use crate::seller::Seller;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many connections ask at once.
const CONNECTIONS: usize = 64;
/// How long each load lasts before it is measured.
const WARM: Duration = Duration::from_secs(5);
/// The page and the bare route take turns, so that whatever else the machine does meets both: [`TURNS`] of this.
const TURN: Duration = Duration::from_millis(2500);
const TURNS: usize = 4;
/// How long deliveries are measured.
const DELIVERIES: Duration = Duration::from_secs(10);
/// How long bare commits are measured, once before the deliveries and once after.
const COMMITS: Duration = Duration::from_secs(5);
/// Memory is flat when a backlog makes it grow by less than this, in millions of bytes.
const BACKLOG_MB: f64 = 20.0;
/// How often the product is started.
const STARTS: usize = 5;

/// What was asked for on the command line.
struct Asked {
    /// The product's program.
    program: PathBuf,
    /// Where the figures go besides the table.
    json: Option<PathBuf>,
    /// Only the references, without the product.
    reference_only: bool,
    /// How many payments are settled and reconciled.
    payments: usize,
    /// How many kept events are worked off.
    events: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [command, bytes] if command == "bare" => {
            return bare::serve(bytes.parse().context("`bare` takes a number of bytes")?).await;
        }
        [command, folder] if command == "deliveries" => {
            return deliveries::serve(Path::new(folder)).await;
        }
        [command, folder, count] if command == "settled" => {
            return settled::run(Path::new(folder), count.parse()?).await;
        }
        [command, folder, count] if command == "backlog" => {
            return backlog::run(Path::new(folder), count.parse()?).await;
        }
        _ => {}
    }
    let asked = parse(&words)?;
    let mut figures = Figures::new();
    let outcome = measure(&asked, &mut figures).await;
    print!("{}", figures.table());
    outcome?;
    if let Some(file) = &asked.json {
        std::fs::write(file, figures.json())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    match figures.missed() {
        0 => println!("Every target holds."),
        missed => println!("{missed} of the targets missed."),
    }
    Ok(())
}

fn parse(words: &[String]) -> Result<Asked> {
    let program = std::env::current_exe()?.with_file_name("quittance");
    let mut asked = Asked {
        program,
        json: None,
        reference_only: false,
        payments: 10_000,
        events: 100_000,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--reference" => asked.reference_only = true,
            "--payments" => {
                asked.payments = words
                    .next()
                    .context("`--payments` needs a number")?
                    .parse()?
            }
            "--events" => {
                asked.events = words.next().context("`--events` needs a number")?.parse()?
            }
            "--json" => asked.json = Some(words.next().context("`--json` needs a file")?.into()),
            "--program" => asked.program = words.next().context("`--program` needs a file")?.into(),
            other => {
                bail!(
                    "`{other}` is not known; there are --json FILE, --reference, --program FILE, --payments N, --events N"
                )
            }
        }
    }
    Ok(asked)
}

/// Everything that was asked for. What could be measured before an error is in `figures`.
async fn measure(asked: &Asked, figures: &mut Figures) -> Result<()> {
    // Where we stand, not in memory: durable means on this disk.
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(".")
        .context("no folder for the databases")?;
    if asked.reference_only {
        let commits = commits::per_second(folder.path(), COMMITS)?;
        figures.add(
            "bare_sqlite_commits_per_second",
            Figure::fact(commits, "1/s"),
        );
        let bare = Running::start_bare(8 * 1024)?;
        let bare = load::get(bare.address, "/", CONNECTIONS, TURN).await?;
        figures.add(
            "bare_route_requests_per_second",
            Figure::fact(bare.per_second(), "1/s"),
        );
        return Ok(());
    }
    measure_deliveries(folder.path(), figures).await?;
    measure_settled(folder.path(), asked.payments, figures)?;
    measure_backlog(folder.path(), asked.events, figures)?;
    measure_product(&asked.program, folder.path(), figures).await
}

async fn measure_deliveries(folder: &Path, figures: &mut Figures) -> Result<()> {
    let before = commits::per_second(folder, COMMITS)?;
    let load = deliveries::measure(folder, CONNECTIONS, WARM, DELIVERIES).await?;
    let after = commits::per_second(folder, COMMITS)?;
    let commits = (before + after) / 2.0;
    figures.add(
        "webhook_deliveries_per_second",
        Figure::fact(load.per_second(), "1/s"),
    );
    figures.add(
        "webhook_delivery_p50",
        Figure::fact(load.quantile_ms(0.50), "ms"),
    );
    figures.add(
        "webhook_delivery_p99",
        Figure::fact(load.quantile_ms(0.99), "ms"),
    );
    figures.add(
        "bare_sqlite_commits_per_second",
        Figure::fact(commits, "1/s"),
    );
    figures.add(
        "webhook_deliveries_to_bare_commits",
        Figure::at_least(load.per_second() / commits, "ratio", 1.0),
    );
    Ok(())
}

/// Payments settled end to end beside bare commits of the same rows; and the payout with all of them inside.
fn measure_settled(folder: &Path, payments: usize, figures: &mut Figures) -> Result<()> {
    let own = tempfile::tempdir_in(folder)?;
    let (place, count) = (own.path().to_string_lossy(), payments.to_string());
    let told = Running::measured(&["settled", &place, &count])?;
    let number = |name: &str| told[name].as_f64().with_context(|| format!("no `{name}`"));
    let (settled, bare) = (number("settled_s")?, number("bare_s")?);
    let count = payments as f64;
    figures.add(
        "payments_settled_per_second",
        Figure::fact(count / settled, "1/s"),
    );
    figures.add(
        "bare_payments_per_second",
        Figure::fact(count / bare, "1/s"),
    );
    for (name, spent) in [
        ("payments_product_processor", "product_processor_s"),
        ("payments_stripe_processor", "stripe_processor_s"),
    ] {
        let each_ms = number(spent)? * 1000.0 / count;
        figures.add(name, Figure::fact(each_ms, "ms"));
    }
    figures.add(
        "payments_to_bare_commits",
        Figure::at_least(bare / settled, "ratio", 1.0),
    );
    let (whole, stripes) = (number("reconciled_s")?, number("stripe_s")?);
    figures.add("payout_lines", Figure::fact(number("lines")?, ""));
    figures.add("payout_stripe_answers", Figure::fact(stripes, "s"));
    figures.add(
        "payout_reconciled_beyond_stripe",
        Figure::below(whole - stripes, "s", 2.0),
    );
    Ok(())
}

/// Events that were kept while nobody worked on them.
fn measure_backlog(folder: &Path, events: u64, figures: &mut Figures) -> Result<()> {
    let own = tempfile::tempdir_in(folder)?;
    let (place, count) = (own.path().to_string_lossy(), events.to_string());
    let told = Running::measured(&["backlog", &place, &count])?;
    let number = |name: &str| told[name].as_f64().with_context(|| format!("no `{name}`"));
    let seconds = number("seconds")?;
    figures.add("backlog_events", Figure::fact(number("events")?, ""));
    figures.add(
        "backlog_events_per_second",
        Figure::fact(number("events")? / seconds, "1/s"),
    );
    let grown = number("most_mb")? - number("before_mb")?;
    figures.add(
        "backlog_memory_grown",
        Figure::below(grown, "MB", BACKLOG_MB),
    );
    Ok(())
}

async fn measure_product(program: &Path, folder: &Path, figures: &mut Figures) -> Result<()> {
    let data = folder.join("data");
    let (demo, told) = Running::start_demo(program, &data)?;
    let path = product::public_path(
        told["pay_url"]
            .as_str()
            .context("the demo names no `pay_url`")?,
    )?;
    let (page, bare) = in_turns(demo.address, &path).await?;
    let resident = demo.resident_mb()?;
    demo.stop()?;
    add_page(figures, &page, &bare);
    figures.add("resident_memory", Figure::below(resident, "MB", 60.0));
    let start = measure_start(program, &data, &path).await?;
    figures.add("start_to_first_answer", Figure::below(start, "ms", 200.0));
    let weight = measure_weight(program, &data).await?;
    figures.add(
        "pay_page_weight",
        Figure::below(weight as f64 / 1000.0, "kB", 40.0),
    );
    Ok(())
}

/// The load on the page, and on a route that answers a constant of the same length in a process of its own.
async fn in_turns(address: SocketAddr, path: &str) -> Result<(Load, Load)> {
    let body = http::get(address, path, false).await?.body.len();
    let bare = Running::start_bare(body)?;
    load::get(address, path, CONNECTIONS, WARM).await?;
    load::get(bare.address, "/", CONNECTIONS, WARM).await?;
    let (mut of_page, mut of_bare) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        of_page.push(load::get(address, path, CONNECTIONS, TURN).await?);
        of_bare.push(load::get(bare.address, "/", CONNECTIONS, TURN).await?);
    }
    Ok((Load::together(of_page), Load::together(of_bare)))
}

fn add_page(figures: &mut Figures, page: &Load, bare: &Load) {
    figures.add(
        "public_page_requests_per_second",
        Figure::fact(page.per_second(), "1/s"),
    );
    figures.add(
        "public_page_p50",
        Figure::fact(page.quantile_ms(0.50), "ms"),
    );
    figures.add(
        "public_page_p99",
        Figure::fact(page.quantile_ms(0.99), "ms"),
    );
    figures.add(
        "bare_route_requests_per_second",
        Figure::fact(bare.per_second(), "1/s"),
    );
    figures.add("bare_route_p50", Figure::fact(bare.quantile_ms(0.50), "ms"));
    figures.add("bare_route_p99", Figure::fact(bare.quantile_ms(0.99), "ms"));
    figures.add(
        "public_page_to_bare_route",
        Figure::at_least(page.per_second() / bare.per_second(), "ratio", 0.5),
    );
}

/// From starting the process to the public page, on the example studio's books; the middle of [`STARTS`]. The books are
/// restored from a copy into a folder of their own, because `serve` keeps its hands off a demonstration. No keys are
/// saved in them yet, so nothing is asked of Stripe.
async fn measure_start(program: &Path, data: &Path, path: &str) -> Result<f64> {
    let restored = tempfile::tempdir_in(".")?;
    for file in ["quittance.sqlite", "master.key"] {
        std::fs::copy(data.join(file), restored.path().join(file))
            .with_context(|| format!("no {file} to restore"))?;
    }
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begun = now();
        let running = Running::start_serve(program, restored.path())?;
        http::first_answer(running.address, path, Duration::from_secs(30)).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        running.stop()?;
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// The pay page as a payer gets it once the seller has pasted the keys.
async fn measure_weight(program: &Path, data: &Path) -> Result<usize> {
    let (demo, told) = Running::start_demo(program, data)?;
    let text = |name: &str| {
        told[name]
            .as_str()
            .with_context(|| format!("the demo names no `{name}`"))
    };
    let mut seller = Seller::sign_in(demo.address, text("email")?, text("password")?).await?;
    seller
        .save_keys(text("public_key")?, text("secret_key")?)
        .await?;
    let path = product::public_path(text("pay_url")?)?;
    http::pay_page_weight(demo.address, &format!("{path}/pay")).await
}

/// This moment, for measuring how long something takes.
#[expect(
    clippy::disallowed_methods,
    reason = "measuring time is what this program is for"
)]
pub fn now() -> Instant {
    Instant::now()
}
