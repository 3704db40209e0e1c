//! Two databases, one SQL text, synchronous transactions.
//!
//! A transaction is a closure over [`Tx`]. It cannot `await`, so no call to the network can ever stand inside a
//! transaction: the compiler keeps that promise. Write closures may be run again (PostgreSQL asks for it on
//! conflicts), so they have no effects besides rows; effects are rows of [`crate::jobs`].
//!
//! SQLite: one writer thread groups waiting closures into one durable commit, each in its own savepoint, and
//! answers only after the commit (`synchronous=FULL`). Reads run where they are called: a lookup takes
//! microseconds. PostgreSQL: a small pool of threads, a connection each.

mod error;
mod gate;
mod migrate;
mod postgresql;
mod sqlite;
mod statement;
mod value;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Notify, oneshot};

pub use error::Error;
pub use gate::{Gate, Passage};
pub use migrate::Migration;
pub use statement::{Registered, Statement, every_statement, for_sqlite};
pub use value::{Row, Value};

/// A database: SQLite in a file, or PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    /// Commits of this process; on SQLite, where this process is the only writer, "nothing has changed".
    commits: Arc<AtomicU64>,
    /// Rung after a commit that left work to do.
    work: Arc<Notify>,
    /// Only in simulations.
    gate: Option<Gate>,
}

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgresql::Pool),
}

/// Makes an empty schema in a PostgreSQL database and answers the address that lives in it. For tests and
/// throw-away installations: each has the whole schema to itself.
///
/// # Errors
/// Of the server.
pub fn fresh_schema(url: &str, name: &str) -> Result<String, Error> {
    let name = format!("q_{}", name.replace('-', ""));
    let mark = if url.contains('?') { '&' } else { '?' };
    postgresql::Pool::open(&format!("{url}{mark}sslmode=disable"))?
        .alone(|c| Ok(c.batch_execute(&format!("create schema {name}"))?))?;
    Ok(format!(
        "{url}{mark}options=-csearch_path%3D{name}&sslmode=disable"
    ))
}

/// Which database this is; only for words (`doctor`, logs) and for what an engine cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// SQLite inside the process.
    Sqlite,
    /// PostgreSQL or one that speaks its protocol.
    Postgres,
}

impl Db {
    /// Opens `postgres://…`, or a SQLite file otherwise (`sqlite:PATH` or a plain path).
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be opened or the server not be reached, and when the SQLite
    /// library is one that can lose committed writes (before 3.51.3).
    pub fn open(url: &str) -> Result<Db, Error> {
        let engine = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgresql::Pool::open(url)?)
        } else if let Some((scheme, _)) = url.split_once("://") {
            return Err(Error::Failed(format!(
                "{scheme}:// is no database we know; there are postgres://… and a path for SQLite"
            )));
        } else {
            let path = PathBuf::from(url.strip_prefix("sqlite:").unwrap_or(url));
            Engine::Sqlite(sqlite::Sqlite::open(path)?)
        };
        Ok(Db::over(engine, None))
    }

    /// A SQLite file without a thread of its own: each transaction runs where it is called, alone in its commit, and
    /// every caller passes the gate. For simulations, which run one step after the other.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn open_stepwise(path: &str, gate: Gate) -> Result<Db, Error> {
        let engine = Engine::Sqlite(sqlite::Sqlite::open_stepwise(PathBuf::from(path))?);
        Ok(Db::over(engine, Some(gate)))
    }

    fn over(engine: Engine, gate: Option<Gate>) -> Db {
        Db(Arc::new(Inner {
            engine,
            commits: Arc::new(AtomicU64::new(0)),
            work: Arc::new(Notify::new()),
            gate,
        }))
    }

    async fn pass(&self, passage: Passage) {
        if let Some(gate) = &self.0.gate {
            gate(passage).await;
        }
    }

    /// Which engine it is.
    pub fn kind(&self) -> EngineKind {
        match self.0.engine {
            Engine::Sqlite(_) => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// Applies what is missing, in order, each file in one transaction. Returns the names applied.
    ///
    /// # Errors
    /// [`Error::Migration`] when the database is newer than this program or a landed file was changed.
    pub fn migrate(
        &self,
        migrations: &[Migration],
        now_ms: i64,
    ) -> Result<Vec<&'static str>, Error> {
        match &self.0.engine {
            Engine::Sqlite(s) => {
                s.with_writer_connection(|c| migrate::sqlite(c, migrations, now_ms))
            }
            Engine::Postgres(p) => p.alone(|c| migrate::postgres(c, migrations, now_ms)),
        }
    }

    /// Reads in one snapshot. The closure may be run again.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.pass(Passage::BeforeRead).await;
        match &self.0.engine {
            Engine::Sqlite(s) => s.read(&work),
            Engine::Postgres(p) => {
                let (answer, wait) = oneshot::channel();
                p.submit(Box::new(move |c| {
                    drop(answer.send(postgresql::transact(c, false, &work).map(|(t, _)| t)))
                }));
                wait.await.unwrap_or_else(|_| Err(lost().into()))
            }
        }
    }

    /// Reads something long (a report, an export) away from the threads that answer requests.
    pub async fn read_slow<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &self.0.engine {
            Engine::Sqlite(_) if self.0.gate.is_some() => self.read(work).await,
            Engine::Sqlite(_) => {
                let db = self.clone();
                let long = tokio::task::spawn_blocking(move || match &db.0.engine {
                    Engine::Sqlite(s) => s.read(&work),
                    Engine::Postgres(_) => Err(lost().into()),
                });
                long.await.unwrap_or_else(|_| Err(lost().into()))
            }
            Engine::Postgres(_) => self.read(work).await,
        }
    }

    /// Changes rows in one transaction. When this returns `Ok`, the change is on disk; when it returns an
    /// error, nothing of it is. The closure may be run again, so it must have no effect besides rows.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.pass(Passage::BeforeWrite).await;
        let (answer, wait) = oneshot::channel();
        let (commits, bell) = (self.0.commits.clone(), self.0.work.clone());
        match &self.0.engine {
            Engine::Sqlite(s) => s.submit(sqlite::job(work, move |outcome| {
                drop(answer.send(outcome.map(|(t, wake)| committed(t, wake, &commits, &bell))));
            })),
            Engine::Postgres(p) => p.submit(Box::new(move |c| {
                let outcome = postgresql::transact(c, true, &work);
                drop(answer.send(outcome.map(|(t, wake)| committed(t, wake, &commits, &bell))));
            })),
        }
        let outcome = wait.await.unwrap_or_else(|_| Err(lost().into()));
        self.pass(Passage::AfterWrite).await;
        outcome
    }

    /// A number that changes with every commit, when this process is the only writer (SQLite); `None` when
    /// other nodes may write. What was rendered at the same number is still true.
    pub fn unchanged_since(&self) -> Option<u64> {
        matches!(self.0.engine, Engine::Sqlite(_)).then(|| self.0.commits.load(Ordering::Acquire))
    }

    /// Brings everything into the database file itself, so that whoever copies it from a stopped server has all of
    /// it. Nothing to do on PostgreSQL.
    ///
    /// # Errors
    /// Of the database; what was committed stays safe in its log all the same.
    pub fn put_away(&self) -> Result<(), Error> {
        match &self.0.engine {
            Engine::Sqlite(s) => s.put_away(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Waits until a commit of this process leaves work in [`crate::jobs`].
    pub async fn work_arrives(&self) {
        self.0.work.notified().await;
    }

    /// Asks the engine to prepare one statement, without running it.
    ///
    /// # Errors
    /// What the engine says of it.
    pub fn prepare(&self, statement: &'static Statement) -> Result<(), Error> {
        match &self.0.engine {
            Engine::Sqlite(s) => {
                s.with_writer_connection(|c| Ok(c.prepare(statement.sqlite).map(drop)?))
            }
            Engine::Postgres(p) => p.alone(|c| Ok(c.prepare(statement.text).map(drop)?)),
        }
    }

    /// How SQLite would find the rows of a statement, a line a table. Nothing on PostgreSQL, which decides by what it finds.
    ///
    /// # Errors
    /// What the engine says of it.
    pub fn plan(&self, statement: &'static Statement) -> Result<Vec<String>, Error> {
        match &self.0.engine {
            Engine::Sqlite(s) => s.with_writer_connection(|c| sqlite::plan(c, statement)),
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }
}

fn committed<T>(value: T, wake: bool, commits: &AtomicU64, bell: &Notify) -> T {
    commits.fetch_add(1, Ordering::AcqRel);
    if wake {
        bell.notify_one();
    }
    value
}

fn lost() -> Error {
    Error::Failed("the transaction ended without an answer".into())
}

/// An open transaction.
pub struct Tx<'t> {
    engine: TxEngine<'t>,
    wake: bool,
}

enum TxEngine<'t> {
    Sqlite(&'t rusqlite::Connection),
    Postgres(&'t mut postgresql::Connection),
}

impl Tx<'_> {
    /// Runs a statement; answers how many rows it touched.
    pub fn execute(&mut self, statement: &'static Statement, args: &[Value]) -> Result<u64, Error> {
        match &mut self.engine {
            TxEngine::Sqlite(c) => sqlite::execute(c, statement, args),
            TxEngine::Postgres(c) => c.execute(statement, args),
        }
    }

    /// All rows, each turned into a `T`.
    pub fn list<T>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        match &mut self.engine {
            TxEngine::Sqlite(c) => sqlite::list(c, statement, args, read),
            TxEngine::Postgres(c) => c.list(statement, args, read),
        }
    }

    /// The first row, or nothing.
    pub fn find<T>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        Ok(self.list(statement, args, read)?.into_iter().next())
    }

    /// The row that must be there.
    ///
    /// # Errors
    /// [`Error::NoRow`] when it is not.
    pub fn get<T>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.find(statement, args, read)?.ok_or(Error::NoRow)
    }

    /// Rings the bell of the job runner after this transaction has committed.
    pub fn wake_after_commit(&mut self) {
        self.wake = true;
    }
}
