//! A backlog: events that were kept while nobody worked on them, worked off. In a process of its own, so that its memory
//! is its own; it tells what came of it and ends.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;
use serde_json::json;

use crate::{deliveries, now, shop};

/// So many deliveries are under way at a time while the backlog grows.
const CONNECTIONS: usize = 64;
/// So many bodies are held at a time.
const CHUNK: u64 = 10_000;

/// Keeps so many events, works them off, and prints seconds and memory as one JSON line.
pub async fn run(folder: &Path, count: u64) -> Result<()> {
    let begun = deliveries::begin(folder).await?;
    let now_s = begun.app.clock().now().as_second();
    let mut kept = 0;
    while kept < count {
        let end = count.min(kept + CHUNK);
        let bodies = (kept..end)
            .map(|n| deliveries::event(n, now_s))
            .collect::<Vec<_>>();
        let (address, path, secret) = (begun.address, &begun.path, &begun.secret);
        shop::deliver(address, path, secret, bodies, CONNECTIONS).await?;
        kept = end;
    }
    let books = Connection::open(begun.database(folder))?;
    let left = |sql: &str| -> Result<i64> { Ok(books.query_row(sql, [], |row| row.get(0))?) };
    let waiting = "select count(*) from stripe_events where state = 'kept'";
    if left(waiting)? < i64::try_from(count)? {
        bail!("not every event was kept");
    }
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let before = resident_mb()?;
    let mut most = before;
    let started = now();
    let worker = tokio::spawn(kit::jobs::run_until(
        begun.app.db().clone(),
        begun.app.clock().clone(),
        app::jobs::worker(begun.app.clone()),
        async move { drop(stopped.await) },
    ));
    // The table of jobs shrinks: counting it costs less and less.
    while left("select count(*) from jobs where state = 'waiting'")? > 0 {
        most = most.max(resident_mb()?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let seconds = started.elapsed().as_secs_f64();
    drop(stop);
    worker.await?;
    if left(waiting)? > 0 {
        bail!("events are left");
    }
    println!(
        "{}",
        json!({ "events": count, "seconds": seconds, "before_mb": before, "most_mb": most, "after_mb": resident_mb()? })
    );
    Ok(())
}

/// Resident memory of this process, in millions of bytes.
fn resident_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line
        .context("no VmRSS")?
        .trim()
        .trim_end_matches(" kB")
        .parse()?;
    Ok(kib * 1024.0 / 1_000_000.0)
}
