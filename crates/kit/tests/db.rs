//! The database layer keeps its promises, on both engines.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error, Migration};
use kit::{args, jobs, sql};

const SCHEMA: Migration = Migration {
    name: "0001_test",
    sqlite: TEXT,
    postgres: TEXT,
};
const TEXT: &str = "create table parents (id text primary key, n bigint not null, constraint n_is_positive check (n >= 0));
create table children (id text primary key, parent_id text not null references parents (id) deferrable initially deferred);
create table jobs (id text primary key, kind text not null, key text not null, payload text not null, run_at bigint not null,
  leased_until bigint, attempts bigint not null, state text not null, last_error text, unique (kind, key));";

/// A fresh database on each engine the test run asks for (`QUITTANCE_TEST_ENGINES`, `QUITTANCE_TEST_POSTGRES`).
fn engines() -> Vec<(Db, Option<tempfile::TempDir>)> {
    let wanted = std::env::var("QUITTANCE_TEST_ENGINES").unwrap_or_else(|_| "sqlite".into());
    let mut out = Vec::new();
    if wanted != "postgres" {
        let folder = tempfile::tempdir().unwrap();
        out.push((
            Db::open(folder.path().join("t.sqlite").to_str().unwrap()).unwrap(),
            Some(folder),
        ));
    }
    if wanted != "sqlite" {
        let url = std::env::var("QUITTANCE_TEST_POSTGRES")
            .expect("QUITTANCE_TEST_POSTGRES names a PostgreSQL");
        let schema = format!(
            "t_{}",
            Chance::system().id(&Clock::machine()).replace('-', "")
        );
        let make = url.clone();
        let name = schema.clone();
        std::thread::spawn(move || {
            let mut c = postgres::Client::connect(&make, postgres::NoTls).unwrap();
            c.batch_execute(&format!("create schema {name}")).unwrap();
        })
        .join()
        .unwrap();
        let mark = if url.contains('?') { '&' } else { '?' };
        out.push((
            Db::open(&format!(
                "{url}{mark}options=-csearch_path%3D{schema}&sslmode=disable"
            ))
            .unwrap(),
            None,
        ));
    }
    for (db, _) in &out {
        assert_eq!(db.migrate(&[SCHEMA], 0).unwrap(), ["0001_test"]);
        assert!(
            db.migrate(&[SCHEMA], 0).unwrap().is_empty(),
            "a second run finds nothing to do"
        );
    }
    out
}

async fn count(db: &Db) -> i64 {
    db.read(|tx| tx.get::<i64>(sql!("select count(*) from parents"), args![], |r| r.int(0)))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_transaction_leaves_nothing_and_does_not_harm_its_neighbours() {
    for (db, _folder) in engines() {
        let mut waiting = Vec::new();
        for n in 0..60_i64 {
            let db = db.clone();
            waiting.push(tokio::spawn(async move {
                db.write::<(), Error, _>(move |tx| {
                    tx.execute(
                        sql!("insert into parents (id, n) values ($1, $2)"),
                        args![format!("p{n}"), n],
                    )?;
                    match n % 3 {
                        0 => tx
                            .execute(
                                sql!("insert into parents (id, n) values ($1, -1)"),
                                args![format!("q{n}")],
                            )
                            .map(drop),
                        1 => tx
                            .execute(
                                sql!("insert into children (id, parent_id) values ($1, 'nobody')"),
                                args![format!("c{n}")],
                            )
                            .map(drop),
                        _ => Ok(()),
                    }
                })
                .await
            }));
        }
        let mut kept = 0;
        for w in waiting {
            match w.await.unwrap() {
                Ok(()) => kept += 1,
                Err(Error::Constraint { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((kept, count(&db).await), (20, 20), "{:?}", db.kind());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panicking_transaction_is_an_error_of_its_own_and_the_writer_lives() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("t.sqlite").to_str().unwrap()).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    let outcome = db
        .write::<(), Error, _>(|tx| {
            tx.execute(sql!("insert into parents (id, n) values ('x', 1)"), args![])?;
            panic!("in the middle")
        })
        .await;
    assert!(outcome.is_err());
    assert_eq!(count(&db).await, 0);
    db.write::<_, Error, _>(|tx| {
        tx.execute(sql!("insert into parents (id, n) values ('y', 1)"), args![])
    })
    .await
    .unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_rule_is_known_by_its_name() {
    for (db, _folder) in engines() {
        let refused = db
            .write::<_, Error, _>(|tx| {
                tx.execute(
                    sql!("insert into parents (id, n) values ('x', -1)"),
                    args![],
                )
            })
            .await
            .unwrap_err();
        assert!(refused.breaks("n_is_positive", ""), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_claimed_once_and_one_enqueued_while_it_runs_stays() {
    for (db, _folder) in engines() {
        let clock = Clock::standing_at(jiff::Timestamp::from_second(1_800_000_000).unwrap());
        let chance = Chance::seeded(7);
        let promise = |payload: &'static str| {
            let (clock, chance) = (clock.clone(), chance.clone());
            move |tx: &mut kit::db::Tx<'_>| {
                jobs::enqueue(tx, (&clock, &chance), "Do", "one", payload)
            }
        };
        db.write(promise("first")).await.unwrap();
        db.write(promise("first")).await.unwrap();
        let now = clock.now_ms();
        let claimed = db.write(move |tx| jobs::claim(tx, now, 10)).await.unwrap();
        assert_eq!(claimed.len(), 1);
        assert!(
            db.write(move |tx| jobs::claim(tx, now, 10))
                .await
                .unwrap()
                .is_empty(),
            "leased"
        );
        db.write(promise("second")).await.unwrap();
        let first = claimed[0].clone();
        db.write(move |tx| jobs::finish(tx, now, &first, &jobs::Outcome::Done))
            .await
            .unwrap();
        let again = db.write(move |tx| jobs::claim(tx, now, 10)).await.unwrap();
        assert_eq!(
            again.iter().map(|j| j.payload.as_str()).collect::<Vec<_>>(),
            ["second"]
        );
        let gone = again[0].clone();
        db.write(move |tx| jobs::finish(tx, now, &gone, &jobs::Outcome::Retry("no luck".into())))
            .await
            .unwrap();
        clock.advance(jiff::SignedDuration::from_secs(2));
        let now = clock.now_ms();
        assert_eq!(
            db.write(move |tx| jobs::claim(tx, now, 10))
                .await
                .unwrap()
                .len(),
            1,
            "comes back after a pause"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_for_somebody_else_never_dies_and_a_dead_one_asked_for_again_begins_anew()
{
    for (db, _folder) in engines() {
        let clock = Clock::standing_at(jiff::Timestamp::from_second(1_800_000_000).unwrap());
        let chance = Chance::seeded(7);
        let promise = |kind: &'static str| {
            let (clock, chance) = (clock.clone(), chance.clone());
            move |tx: &mut kit::db::Tx<'_>| jobs::enqueue(tx, (&clock, &chance), kind, "one", "")
        };
        db.write(promise("Wait")).await.unwrap();
        db.write(promise("Break")).await.unwrap();
        for _ in 0..2 * jobs::ATTEMPTS_MAX {
            clock.advance(jiff::SignedDuration::from_hours(2));
            let now = clock.now_ms();
            for job in db.write(move |tx| jobs::claim(tx, now, 10)).await.unwrap() {
                let outcome = match job.kind.as_str() {
                    "Wait" => jobs::Outcome::Later("nobody answers".into()),
                    _ => jobs::Outcome::Retry("it breaks".into()),
                };
                db.write(move |tx| jobs::finish(tx, now, &job, &outcome))
                    .await
                    .unwrap();
            }
        }
        let states = db
            .read::<_, Error, _>(|tx| {
                tx.list(
                    sql!("select kind, state from jobs order by kind"),
                    args![],
                    |r| Ok((r.text(0)?, r.text(1)?)),
                )
            })
            .await
            .unwrap();
        assert_eq!(
            states,
            [
                ("Break".to_owned(), "dead".to_owned()),
                ("Wait".to_owned(), "waiting".to_owned())
            ]
        );
        db.write(promise("Break")).await.unwrap();
        clock.advance(jiff::SignedDuration::from_hours(2));
        let now = clock.now_ms();
        let again = db.write(move |tx| jobs::claim(tx, now, 10)).await.unwrap();
        let broken = again.iter().find(|job| job.kind == "Break").unwrap();
        assert_eq!(broken.attempts, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_run_among_each_other_and_are_brought_to_their_end_when_the_work_stops() {
    for (db, _folder) in engines() {
        let clock = Clock::machine();
        let chance = Chance::seeded(7);
        let (hands, keys) = ((clock.clone(), chance), 0..200);
        db.write::<_, Error, _>(move |tx| {
            for n in keys.clone() {
                jobs::enqueue(tx, (&hands.0, &hands.1), "Do", &n.to_string(), "")?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = most.clone();
        let worker: jobs::Worker = Arc::new(move |_| {
            let (at_once, most) = (at_once.clone(), most.clone());
            Box::pin(async move {
                most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                at_once.fetch_sub(1, Ordering::SeqCst);
                jobs::Outcome::Done
            })
        });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let working = tokio::spawn(jobs::run_until(db.clone(), clock, worker, async {
            drop(stopped.await);
        }));
        let left = || async {
            db.read::<_, Error, _>(|tx| {
                tx.get(sql!("select count(*) from jobs"), args![], |r| r.int(0))
            })
            .await
            .unwrap()
        };
        while left().await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        drop(stop);
        working.await.unwrap();
        let most = seen.load(Ordering::SeqCst);
        assert!((2..=32).contains(&most), "{most} at a time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_word_is_written_with_the_end_of_its_job_and_one_that_fails_holds_up_no_other() {
    for (db, _folder) in engines() {
        let clock = Clock::machine();
        let hands = (clock.clone(), Chance::seeded(7));
        db.write::<_, Error, _>(move |tx| {
            for n in 0..40 {
                jobs::enqueue(
                    tx,
                    (&hands.0, &hands.1),
                    "Do",
                    &n.to_string(),
                    &n.to_string(),
                )?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let worker: jobs::Worker = Arc::new(|job| {
            Box::pin(async move {
                let n: i64 = job.payload.parse().unwrap();
                // The schema refuses a negative number.
                let n = if n == 20 { -1 } else { n };
                jobs::Outcome::DoneWith(jobs::LastWord::new(move |tx| {
                    tx.execute(
                        sql!("insert into parents (id, n) values ($1, $2)"),
                        args![n.to_string(), n],
                    )
                    .map(drop)
                }))
            })
        });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let working = tokio::spawn(jobs::run_until(db.clone(), clock, worker, async {
            drop(stopped.await);
        }));
        while count(&db).await < 39 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        drop(stop);
        working.await.unwrap();
        let left = db.read::<_, Error, _>(|tx| {
            tx.list(
                sql!("select payload, state, last_error from jobs"),
                args![],
                |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?)),
            )
        });
        let left = left.await.unwrap();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!((left[0].0.as_str(), left[0].1.as_str()), ("20", "waiting"));
        assert!(left[0].2.contains("n_is_positive"), "{left:?}");
    }
}
