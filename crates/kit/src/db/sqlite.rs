//! SQLite: one writer thread with group commit, readers where they are called.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Error, Row, Statement, Tx, TxEngine, Value};

/// At most this many closures share one commit: it bounds how long the first of them waits.
const GROUP_MAX: usize = 256;

pub(super) struct Sqlite {
    path: PathBuf,
    writer: Writer,
    readers: Mutex<Vec<Connection>>,
}

enum Writer {
    /// A thread that groups what waits for it.
    Thread(Mutex<mpsc::Sender<Message>>),
    /// Whoever calls.
    Caller(Mutex<Connection>),
}

enum Message {
    Job(Job),
    /// Outside any group: migrations, preparing.
    Alone(Box<dyn FnOnce(&Connection) + Send>),
}

/// Runs inside a savepoint and returns what is to be said once the commit's outcome is known.
pub(super) type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;

impl Sqlite {
    pub(super) fn open(path: PathBuf) -> Result<Sqlite, Error> {
        let writer = writing(&path)?;
        let (sender, receiver) = mpsc::channel();
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_loop(&writer, &receiver))
            .map_err(|e| Error::Failed(e.to_string()))?;
        Ok(Sqlite {
            path,
            writer: Writer::Thread(Mutex::new(sender)),
            readers: Mutex::new(Vec::new()),
        })
    }

    pub(super) fn open_stepwise(path: PathBuf) -> Result<Sqlite, Error> {
        Ok(Sqlite {
            writer: Writer::Caller(Mutex::new(writing(&path)?)),
            path,
            readers: Mutex::new(Vec::new()),
        })
    }

    pub(super) fn submit(&self, job: Job) {
        self.send(Message::Job(job));
    }

    fn send(&self, message: Message) {
        match &self.writer {
            // A dead writer drops the message, and with it the answer's sender: the caller is told.
            Writer::Thread(queue) => drop(
                queue
                    .lock()
                    .unwrap_or_else(|e| e.into_inner())
                    .send(message),
            ),
            Writer::Caller(connection) => {
                let connection = connection.lock().unwrap_or_else(|e| e.into_inner());
                match message {
                    Message::Job(job) => drop(write_group(&connection, job, &mpsc::channel().1)),
                    Message::Alone(work) => work(&connection),
                }
            }
        }
    }

    pub(super) fn with_writer_connection<T: Send>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        if let Writer::Caller(own) = &self.writer {
            return work(&own.lock().unwrap_or_else(|e| e.into_inner()));
        }
        // Scoped by waiting: a second connection is simpler than lending the writer's.
        let connection = connect(&self.path, false)?;
        let (done, wait) = mpsc::channel::<()>();
        let (gate, open) = mpsc::channel::<()>();
        self.send(Message::Alone(Box::new(move |_| {
            let _ = gate.send(());
            let _ = wait.recv(); // until the other side is done
        })));
        open.recv()
            .map_err(|_| Error::Failed("the writer has stopped".into()))?;
        let outcome = work(&connection);
        drop(done);
        outcome
    }

    /// Brings what stands in the write-ahead log into the file itself and empties the log.
    pub(super) fn put_away(&self) -> Result<(), Error> {
        let (say, hear) = mpsc::channel();
        self.send(Message::Alone(Box::new(move |connection| {
            let said = connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
            let _ = say.send(said.map_err(Error::from));
        })));
        hear.recv()
            .unwrap_or_else(|_| Err(Error::Failed("the writer has stopped".into())))
    }

    pub(super) fn read<T, E: From<Error>>(
        &self,
        work: &dyn Fn(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let pooled = self.readers.lock().unwrap_or_else(|e| e.into_inner()).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => connect(&self.path, true)?,
        };
        let outcome = (|| {
            run(&connection, "begin")?;
            let outcome = work(&mut Tx {
                engine: TxEngine::Sqlite(&connection),
                wake: false,
            });
            run(&connection, "commit")?;
            outcome
        })();
        if connection.is_autocommit() {
            self.readers
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .push(connection);
        }
        outcome
    }
}

/// Wraps a closure and its answer into a job of the writer.
pub(super) fn job<T, E, F>(
    work: F,
    answer: impl FnOnce(Result<(T, bool), E>) + Send + 'static,
) -> Job
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    Box::new(move |connection| {
        let outcome = in_savepoint(connection, &work);
        Box::new(move |committed| {
            answer(match (outcome, committed) {
                (Ok(value), Ok(())) => Ok(value),
                (Ok(_), Err(error)) => Err(error.into()),
                (Err(error), _) => Err(error),
            });
        })
    })
}

fn in_savepoint<T, E: From<Error>>(
    connection: &Connection,
    work: &dyn Fn(&mut Tx<'_>) -> Result<T, E>,
) -> Result<(T, bool), E> {
    run(connection, "savepoint job")?;
    let mut tx = Tx {
        engine: TxEngine::Sqlite(connection),
        wake: false,
    };
    // A panic in one closure must not take down the writer, nor leave half its rows in the others' commit.
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
    let outcome =
        outcome.unwrap_or_else(|_| Err(Error::Failed("a transaction panicked".into()).into()));
    // A deferred foreign key would only fail at the commit and take the whole group with it: ask now.
    let outcome = match outcome {
        Ok(value) => no_dangling_references(connection)
            .map(|()| value)
            .map_err(E::from),
        refused => refused,
    };
    let wake = tx.wake;
    if outcome.is_err() {
        run(connection, "rollback to job")?;
    }
    run(connection, "release job")?;
    outcome.map(|value| (value, wake))
}

fn no_dangling_references(connection: &Connection) -> Result<(), Error> {
    let pending = |c: &Connection| -> Result<i32, Error> {
        let (mut now, mut highest) = (0, 0);
        #[allow(unsafe_code)] // sqlite3_db_status has no safe wrapper; it only reads a counter
        let code = unsafe {
            rusqlite::ffi::sqlite3_db_status(
                c.handle(),
                rusqlite::ffi::SQLITE_DBSTATUS_DEFERRED_FKS,
                &mut now,
                &mut highest,
                0,
            )
        };
        if code == 0 {
            Ok(now)
        } else {
            Err(Error::Failed(format!("sqlite3_db_status answered {code}")))
        }
    };
    match pending(connection)? {
        0 => Ok(()),
        _ => Err(Error::Constraint {
            name: "FOREIGN KEY".into(),
        }),
    }
}

fn write_loop(connection: &Connection, queue: &mpsc::Receiver<Message>) {
    let mut next = queue.recv().ok();
    while let Some(message) = next.take() {
        match message {
            Message::Alone(work) => work(connection),
            Message::Job(first) => next = write_group(connection, first, queue),
        }
        if next.is_none() {
            next = queue.recv().ok();
        }
    }
}

/// One durable commit for all that wait. Returns a message that could not join the group.
fn write_group(
    connection: &Connection,
    first: Job,
    queue: &mpsc::Receiver<Message>,
) -> Option<Message> {
    let mut answers = Vec::new();
    let mut left_over = None;
    let begun = run(connection, "begin immediate");
    if begun.is_ok() {
        answers.push(first(connection));
        while answers.len() < GROUP_MAX {
            match queue.try_recv() {
                Ok(Message::Job(job)) => answers.push(job(connection)),
                Ok(other) => {
                    left_over = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
    }
    let committed = begun.and_then(|()| run(connection, "commit"));
    if committed.is_err() && !connection.is_autocommit() {
        drop(run(connection, "rollback"));
    }
    for answer in answers {
        answer(committed.clone());
    }
    left_over
}

/// The connection that writes.
fn writing(path: &Path) -> Result<Connection, Error> {
    // Before 3.51.3 a commit during a checkpoint could be lost (the WAL-reset bug).
    if rusqlite::version_number() < 3_051_003 {
        return Err(Error::Failed(format!(
            "SQLite {} can lose committed writes",
            rusqlite::version()
        )));
    }
    connect(path, false)
}

fn connect(path: &Path, read_only: bool) -> Result<Connection, Error> {
    let access = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(256);
    // FULL: an acknowledged payment survives the power cut, not only the crash of the process.
    let settings = if read_only {
        "pragma cache_size = -2000;"
    } else {
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -8000; pragma temp_store = memory;"
    };
    connection.execute_batch(settings)?;
    Ok(connection)
}

fn run(connection: &Connection, command: &str) -> Result<(), Error> {
    Ok(connection.prepare_cached(command)?.execute([]).map(drop)?)
}

pub(super) fn execute(
    connection: &Connection,
    statement: &Statement,
    args: &[Value],
) -> Result<u64, Error> {
    let mut prepared = connection.prepare_cached(statement.sqlite)?;
    Ok(prepared
        .execute(rusqlite::params_from_iter(args))
        .map(|n| n as u64)?)
}

pub(super) fn plan(connection: &Connection, statement: &Statement) -> Result<Vec<String>, Error> {
    let mut explain = connection.prepare(&format!("explain query plan {}", statement.sqlite))?;
    let mut rows = explain.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(row.get("detail")?);
    }
    Ok(lines)
}

pub(super) fn list<T>(
    connection: &Connection,
    statement: &Statement,
    args: &[Value],
    read: impl Fn(&Row) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    use rusqlite::types::ValueRef;
    let mut prepared = connection.prepare_cached(statement.sqlite)?;
    let columns = prepared.column_count();
    let mut rows = prepared.query(rusqlite::params_from_iter(args))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(v) => Value::Int(v),
                ValueRef::Text(v) => Value::Text(String::from_utf8_lossy(v).into_owned()),
                ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
                ValueRef::Real(_) => {
                    return Err(Error::Shape(format!(
                        "column {column} holds a number with a point"
                    )));
                }
            });
        }
        out.push(read(&Row(values))?);
    }
    Ok(out)
}
