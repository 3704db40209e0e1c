//! The measurements. Each figure of the product stands beside the barest program that could do the same, measured
//! in the same run on the same machine, because a ratio travels and an absolute does not.
//!
//! Run by `cargo xtask bench [--json FILE] [--reference]`, which builds everything with optimisation first.

mod bare;
mod commits;
mod figure;
mod http;
mod load;
mod product;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::figure::{Figure, Figures};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many connections ask at once.
const CONNECTIONS: usize = 64;
/// How long each load lasts; before it, a second to warm up.
const LOAD: Duration = Duration::from_secs(5);

/// What was asked for on the command line.
struct Asked {
    /// The product's program.
    program: PathBuf,
    /// Where the figures go besides the table.
    json: Option<PathBuf>,
    /// Only the references, without the product.
    reference_only: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [command, bytes] = words.as_slice()
        && command == "bare"
    {
        return bare::serve(bytes.parse().context("`bare` takes a number of bytes")?).await;
    }
    let asked = parse(&words)?;
    let mut figures = Figures::new();
    measure_commits(&mut figures)?;
    if asked.reference_only {
        let bare = measure_bare(8 * 1024).await?;
        figures.add(
            "bare_route_requests_per_second",
            Figure::fact(bare.per_second(), "1/s"),
        );
    } else {
        measure_product(&asked, &mut figures).await?;
    }
    print!("{}", figures.table());
    if let Some(file) = &asked.json {
        std::fs::write(file, figures.json())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if figures.all_hold() {
        Ok(())
    } else {
        bail!("a figure misses its target")
    }
}

fn parse(words: &[String]) -> Result<Asked> {
    let program = std::env::current_exe()?.with_file_name("quittance");
    let mut asked = Asked {
        program,
        json: None,
        reference_only: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--reference" => asked.reference_only = true,
            "--json" => asked.json = Some(words.next().context("`--json` needs a file")?.into()),
            "--program" => asked.program = words.next().context("`--program` needs a file")?.into(),
            other => {
                bail!("`{other}` is not known; there are --json FILE, --reference, --program FILE")
            }
        }
    }
    Ok(asked)
}

fn measure_commits(figures: &mut Figures) -> Result<()> {
    let folder = tempfile::tempdir_in(".").context("no folder for the reference database")?;
    let per_second = commits::per_second(folder.path(), Duration::from_secs(3))?;
    figures.add(
        "bare_sqlite_commits_per_second",
        Figure::fact(per_second, "1/s"),
    );
    Ok(())
}

/// The load on a route that answers a constant of `bytes` bytes, in a process of its own.
async fn measure_bare(bytes: usize) -> Result<load::Load> {
    let bare = product::Running::start_bare(bytes)?;
    load::get(bare.address, "/", CONNECTIONS, LOAD).await
}

async fn measure_product(asked: &Asked, figures: &mut Figures) -> Result<()> {
    let demo = product::Running::start_demo(&asked.program)?;
    let path = demo.public_path()?;
    let body = http::get(demo.address, &path, false).await?.body.len();
    let page = load::get(demo.address, &path, CONNECTIONS, LOAD).await?;
    let resident = demo.resident_mb()?;
    let weight = http::weight(demo.address, &format!("{path}/pay")).await?;
    drop(demo);
    let bare = measure_bare(body).await?;

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
    figures.add(
        "public_page_to_bare_route",
        Figure::at_least(page.per_second() / bare.per_second(), "ratio", 0.5),
    );
    figures.add("resident_memory", Figure::below(resident, "MB", 60.0));
    figures.add(
        "pay_page_weight",
        Figure::below(weight as f64 / 1000.0, "kB", 40.0),
    );
    figures.add(
        "start_to_first_answer",
        Figure::below(measure_start(asked).await?, "ms", 200.0),
    );
    Ok(())
}

/// From starting the process to its first answer, on a database that exists; the middle of five.
async fn measure_start(asked: &Asked) -> Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let mut times = Vec::new();
    for round in 0..6 {
        let begun = now();
        let running = product::Running::start_serve(&asked.program, folder.path())?;
        http::first_answer(running.address, Duration::from_secs(30)).await?;
        // The first round makes the database.
        if round > 0 {
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// This moment, for measuring how long something takes.
#[expect(
    clippy::disallowed_methods,
    reason = "measuring time is what this program is for"
)]
pub fn now() -> Instant {
    Instant::now()
}
