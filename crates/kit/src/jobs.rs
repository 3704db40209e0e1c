//! Work promised inside a transaction and done after it: rows of the table `jobs`.
//!
//! A job is inserted in the same transaction as the change it follows, so a crash loses neither. Workers claim
//! rows with a lease; a worker that dies lets go when the lease ends; doing a job twice must do nothing twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::db::{Db, Error, Tx};
use crate::{args, sql};

/// A claimed job.
#[derive(Clone, Debug)]
pub struct Job {
    /// The row's id.
    pub id: String,
    /// `SendMail`, `ProcessStripeEvent` …
    pub kind: String,
    /// What it is about; meaning depends on the kind.
    pub payload: String,
    /// How often it was claimed, this time included.
    pub attempts: i64,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Done; the row goes.
    Done,
    /// Done; the row goes, and with it in the same transaction its last word is written.
    DoneWith(LastWord),
    /// Try again later, with growing distance; the words are shown to the operator.
    Retry(String),
    /// Whoever must be asked cannot be asked now (an outage, a revoked key): again with growing distance for as long
    /// as it lasts. Never dead: what is owed to somebody does not lapse because the other side was away for a day.
    Later(String),
    /// Try again at this instant (Unix milliseconds); not counted as a failure.
    Again(i64),
    /// Never again; the row stays as `dead` with the words.
    Dead(String),
}

/// What a job writes in the very transaction in which its row goes, instead of waiting for a commit of its own before.
/// It may be run again, so it has no effect besides rows.
#[derive(Clone)]
pub struct LastWord(Arc<Rows>);

type Rows = dyn Fn(&mut Tx<'_>) -> Result<(), Error> + Send + Sync;

impl LastWord {
    /// These rows.
    pub fn new(
        write: impl Fn(&mut Tx<'_>) -> Result<(), Error> + Send + Sync + 'static,
    ) -> LastWord {
        LastWord(Arc::new(write))
    }
}

impl fmt::Debug for LastWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastWord")
    }
}

/// After this many failures a job is dead and shown.
pub const ATTEMPTS_MAX: i64 = 20;
const LEASE_MS: i64 = 120_000;

/// Promises work: at most one job of a kind and key waits at any time.
///
/// # Errors
/// Of the database.
pub fn enqueue(
    tx: &mut Tx<'_>,
    kit: (&Clock, &Chance),
    kind: &str,
    key: &str,
    payload: &str,
) -> Result<(), Error> {
    enqueue_at(tx, kit, kind, key, payload, kit.0.now_ms())
}

/// As [`enqueue`], not before `run_at` (Unix milliseconds).
///
/// # Errors
/// Of the database.
pub fn enqueue_at(
    tx: &mut Tx<'_>,
    (clock, chance): (&Clock, &Chance),
    kind: &str,
    key: &str,
    payload: &str,
    run_at: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into jobs (id, kind, key, payload, run_at, attempts, state) values ($1, $2, $3, $4, $5, 0, 'waiting') on conflict (kind, key) do update set id = excluded.id, leased_until = null, payload = excluded.payload, state = 'waiting', attempts = case when jobs.state = 'dead' then 0 else jobs.attempts end, run_at = case when jobs.state = 'dead' or jobs.run_at > excluded.run_at then excluded.run_at else jobs.run_at end"),
        args![chance.id(clock), kind, key, payload, run_at],
    )?;
    tx.wake_after_commit();
    Ok(())
}

/// Claims up to `limit` jobs that are due.
///
/// # Errors
/// Of the database.
pub fn claim(tx: &mut Tx<'_>, now_ms: i64, limit: i64) -> Result<Vec<Job>, Error> {
    let due = tx.list(
        sql!("select id, kind, payload, attempts from jobs where state = 'waiting' and run_at <= $1 and (leased_until is null or leased_until < $1) order by run_at, id limit $2 for update skip locked"),
        args![now_ms, limit],
        |r| Ok(Job { id: r.text(0)?, kind: r.text(1)?, payload: r.text(2)?, attempts: r.int(3)? + 1 }),
    )?;
    for job in &due {
        tx.execute(
            sql!("update jobs set leased_until = $2, attempts = $3 where id = $1"),
            args![&job.id, now_ms + LEASE_MS, job.attempts],
        )?;
    }
    Ok(due)
}

/// Writes down how a job ended. A job enqueued again while it ran has another id by now, and stays.
///
/// # Errors
/// Of the database.
pub fn finish(tx: &mut Tx<'_>, now_ms: i64, job: &Job, outcome: &Outcome) -> Result<(), Error> {
    if let Outcome::DoneWith(word) = outcome {
        (word.0)(tx)?;
    }
    match outcome {
        Outcome::Done | Outcome::DoneWith(_) => {
            tx.execute(sql!("delete from jobs where id = $1"), args![&job.id])?
        }
        Outcome::Again(at) => tx.execute(
            sql!("update jobs set leased_until = null, run_at = $2, attempts = 0 where id = $1"),
            args![&job.id, *at],
        )?,
        Outcome::Retry(why) | Outcome::Later(why)
            if job.attempts < ATTEMPTS_MAX || matches!(outcome, Outcome::Later(_)) =>
        {
            tx.execute(
                sql!("update jobs set leased_until = null, run_at = $2, last_error = $3 where id = $1"),
                args![&job.id, now_ms + backoff_ms(job.attempts), why],
            )?
        }
        Outcome::Retry(why) | Outcome::Later(why) | Outcome::Dead(why) => tx.execute(
            sql!(
                "update jobs set leased_until = null, state = 'dead', last_error = $2 where id = $1"
            ),
            args![&job.id, why],
        )?,
    };
    Ok(())
}

/// 1 s, 2 s, 4 s … at most an hour.
fn backoff_ms(attempts: i64) -> i64 {
    (1000_i64 << attempts.clamp(1, 13) >> 1).min(3_600_000)
}

/// What does the work: given a job, answers how it ended.
pub type Worker = Arc<dyn Fn(Job) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// Runs what is due now, up to `limit` jobs, four at a time; answers how many ran.
///
/// # Errors
/// Of the database.
pub async fn run_due(db: &Db, clock: &Clock, worker: &Worker, limit: i64) -> Result<usize, Error> {
    let now = clock.now_ms();
    let due = db.write(move |tx| claim(tx, now, limit)).await?;
    let count = due.len();
    let mut running = tokio::task::JoinSet::new();
    for job in due {
        while running.len() >= 4 {
            running.join_next().await;
        }
        running.spawn(run_one(db.clone(), clock.clone(), worker.clone(), job));
    }
    while running.join_next().await.is_some() {}
    Ok(count)
}

/// Does one claimed job and keeps how it ended, in a transaction of its own.
pub async fn run_one(db: Db, clock: Clock, worker: Worker, job: Job) {
    let ended = do_one(worker, job).await;
    keep_end(&db, &clock, ended).await;
}

/// A job, and how it ended.
type Ended = (Job, Outcome);

async fn do_one(worker: Worker, job: Job) -> Ended {
    let outcome = worker(job.clone()).await;
    if let Outcome::Retry(why) | Outcome::Later(why) | Outcome::Dead(why) = &outcome {
        tracing::warn!(
            job = job.kind,
            attempts = job.attempts,
            why,
            "a job did not succeed"
        );
    }
    (job, outcome)
}

async fn keep_end(db: &Db, clock: &Clock, (job, outcome): Ended) {
    let now = clock.now_ms();
    let ending = job.clone();
    let kept = db.write(move |tx| finish(tx, now, &ending, &outcome)).await;
    let Err(error) = kept else { return };
    // Its last word could not be written: it is tried again as any job that fails.
    let failed = Outcome::Retry(error.to_string());
    if let Err(error) = db.write(move |tx| finish(tx, now, &job, &failed)).await {
        tracing::error!(%error, "the outcome of a job could not be kept; its lease will end");
    }
}

/// How many jobs run at a time. Enough that the transactions of many fill each durable commit; few enough that a
/// backlog does not ask Stripe more often than Stripe likes.
const AT_ONCE: usize = 32;

/// Works until `stop` completes: at once when a commit rings, else every second; as soon as one job ends, the next one
/// begins. Jobs under way when it stops are brought to their end.
pub async fn run_until(db: Db, clock: Clock, worker: Worker, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut running = tokio::task::JoinSet::new();
    let mut ended = Vec::new();
    let mut more_may_be_due = true;
    loop {
        while let Some(end) = running.try_join_next() {
            ended.extend(end.ok());
        }
        let room = match more_may_be_due {
            true => AT_ONCE.saturating_sub(running.len()),
            false => 0,
        };
        if room > 0 || !ended.is_empty() {
            let claimed = turn(&db, &clock, std::mem::take(&mut ended), room).await;
            if room > 0 {
                more_may_be_due = claimed.len() == room;
            }
            for job in claimed {
                running.spawn(do_one(worker.clone(), job));
            }
        }
        tokio::select! {
            Some(end) = running.join_next(), if !running.is_empty() => ended.extend(end.ok()),
            () = db.work_arrives() => more_may_be_due = true,
            () = tokio::time::sleep(Duration::from_secs(1)) => more_may_be_due = true,
            () = &mut stop => break,
        }
    }
    while let Some(end) = running.join_next().await {
        ended.extend(end.ok());
    }
    turn(&db, &clock, ended, 0).await;
}

/// Writes down how the last jobs ended and claims the next, in one transaction: with a durable commit for each end, a
/// backlog would wait for the disk more often than for the work.
async fn turn(db: &Db, clock: &Clock, ended: Vec<Ended>, room: usize) -> Vec<Job> {
    let (now, limit) = (clock.now_ms(), room as i64);
    let ended = Arc::new(ended);
    let ending = ended.clone();
    let turned = db.write(move |tx| {
        for (job, outcome) in ending.iter() {
            finish(tx, now, job, outcome)?;
        }
        if limit == 0 {
            Ok(Vec::new())
        } else {
            claim(tx, now, limit)
        }
    });
    match turned.await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::error!(%error, "jobs could not be ended and claimed together");
            // One that cannot be ended must not hold up the others.
            for end in Arc::unwrap_or_clone(ended) {
                keep_end(db, clock, end).await;
            }
            Vec::new()
        }
    }
}

/// Lets go of every lease: for the start of a process that knows it is the only one (SQLite, under its folder's lock).
/// What an earlier life held when it was killed is done at once and not two minutes later.
///
/// # Errors
/// Of the database.
pub fn release_leases(tx: &mut Tx<'_>) -> Result<u64, Error> {
    tx.execute(
        sql!("update jobs set leased_until = null where state = 'waiting' and leased_until is not null"),
        args![],
    )
}
