//! PostgreSQL: a small pool of threads, a connection each. A transaction in flight holds one of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, mpsc};

use postgres::types::ToSql;
use postgres::{Client, Config, config::SslMode};

use super::{Error, Row, Statement, Tx, TxEngine, Value};

const CONNECTIONS: usize = 12;
const TRIES: u32 = 8;

pub(super) struct Pool {
    config: Config,
    queue: Mutex<mpsc::Sender<Job>>,
}

pub(super) type Job = Box<dyn FnOnce(&mut Seat) + Send>;

/// A thread's place in the pool: its connection, made when first needed and again when it broke.
pub(super) struct Seat {
    config: Config,
    connection: Option<Connection>,
}

pub(super) struct Connection {
    client: Client,
    /// By the address of the statement: it is static.
    prepared: HashMap<usize, postgres::Statement>,
    conflicted: bool,
}

impl Pool {
    pub(super) fn open(url: &str) -> Result<Pool, Error> {
        let config: Config = url.parse()?;
        alone(&config, |_| Ok(()))?; // say at once when it cannot be reached
        let (sender, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for nth in 0..CONNECTIONS {
            let (receiver, mut seat) = (
                receiver.clone(),
                Seat {
                    config: config.clone(),
                    connection: None,
                },
            );
            std::thread::Builder::new()
                .name(format!("postgres-{nth}"))
                .spawn(move || {
                    loop {
                        let job = receiver.lock().unwrap_or_else(|e| e.into_inner()).recv();
                        let Ok(job) = job else { return };
                        job(&mut seat);
                    }
                })
                .map_err(|e| Error::Failed(e.to_string()))?;
        }
        Ok(Pool {
            config,
            queue: Mutex::new(sender),
        })
    }

    pub(super) fn submit(&self, job: Job) {
        drop(
            self.queue
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .send(job),
        );
    }

    /// Lends a connection of its own, for migrations. The blocking client neither starts nor ends inside an
    /// async task, so it lives and dies on a thread that is none.
    pub(super) fn alone<T: Send>(
        &self,
        work: impl FnOnce(&mut Client) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        alone(&self.config, work)
    }
}

fn alone<T: Send>(
    config: &Config,
    work: impl FnOnce(&mut Client) -> Result<T, Error> + Send,
) -> Result<T, Error> {
    std::thread::scope(|scope| {
        let there = scope.spawn(|| work(&mut connect(config)?));
        there.join().unwrap_or_else(|_| {
            Err(Error::Failed(
                "the thread of a PostgreSQL connection panicked".into(),
            ))
        })
    })
}

fn connect(config: &Config) -> Result<Client, Error> {
    match config.get_ssl_mode() {
        SslMode::Disable => Ok(config.connect(postgres::NoTls)?),
        _ => Ok(config.connect(tls())?),
    }
}

fn tls() -> tokio_postgres_rustls::MakeRustlsConnect {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring offers the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tokio_postgres_rustls::MakeRustlsConnect::new(tls)
}

/// Runs a closure in a transaction, again when the server asks for it.
pub(super) fn transact<T, E: From<Error>>(
    seat: &mut Seat,
    write: bool,
    work: &dyn Fn(&mut Tx<'_>) -> Result<T, E>,
) -> Result<(T, bool), E> {
    let mut tries = 0;
    loop {
        tries += 1;
        let connection = seat.ready()?;
        match attempt(connection, write, work) {
            Attempt::Done(value) => return Ok(value),
            Attempt::Refused(error) => return Err(error),
            Attempt::Conflict if tries < TRIES => {}
            Attempt::Conflict => return Err(Error::Retry.into()),
        }
    }
}

enum Attempt<T, E> {
    Done((T, bool)),
    Refused(E),
    Conflict,
}

fn attempt<T, E: From<Error>>(
    connection: &mut Connection,
    write: bool,
    work: &dyn Fn(&mut Tx<'_>) -> Result<T, E>,
) -> Attempt<T, E> {
    let begin = if write {
        "begin"
    } else {
        "begin isolation level repeatable read read only"
    };
    if let Err(error) = connection.client.batch_execute(begin) {
        return Attempt::Refused(Error::from(error).into());
    }
    let mut tx = Tx {
        engine: TxEngine::Postgres(connection),
        wake: false,
    };
    let outcome = work(&mut tx);
    let wake = tx.wake;
    let conflicted = connection.conflicted;
    connection.conflicted = false;
    match outcome {
        Ok(value) => match connection
            .client
            .batch_execute("commit")
            .map_err(Error::from)
        {
            Ok(()) => Attempt::Done((value, wake)),
            Err(Error::Retry) => Attempt::Conflict,
            Err(error) => Attempt::Refused(error.into()),
        },
        Err(error) => {
            drop(connection.client.batch_execute("rollback"));
            if conflicted {
                Attempt::Conflict
            } else {
                Attempt::Refused(error)
            }
        }
    }
}

impl Seat {
    fn ready(&mut self) -> Result<&mut Connection, Error> {
        if self
            .connection
            .as_ref()
            .is_none_or(|c| c.client.is_closed())
        {
            let client = connect(&self.config)?;
            self.connection = Some(Connection {
                client,
                prepared: HashMap::new(),
                conflicted: false,
            });
        }
        self.connection
            .as_mut()
            .ok_or_else(|| Error::Failed("no connection".into()))
    }
}

impl Connection {
    fn prepared(&mut self, statement: &'static Statement) -> Result<postgres::Statement, Error> {
        let key = std::ptr::from_ref(statement) as usize;
        if let Some(ready) = self.prepared.get(&key) {
            return Ok(ready.clone());
        }
        let ready = self.client.prepare(statement.text)?;
        self.prepared.insert(key, ready.clone());
        Ok(ready)
    }

    fn noting_conflict<T>(&mut self, outcome: Result<T, postgres::Error>) -> Result<T, Error> {
        let outcome = outcome.map_err(Error::from);
        // The closure may wrap the error into one of its own: remember that the server asked for a retry.
        self.conflicted |= matches!(outcome, Err(Error::Retry));
        outcome
    }

    pub(super) fn execute(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<u64, Error> {
        let ready = self.prepared(statement)?;
        let outcome = self.client.execute(&ready, &as_parameters(args));
        self.noting_conflict(outcome)
    }

    pub(super) fn list<T>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let ready = self.prepared(statement)?;
        let outcome = self.client.query(&ready, &as_parameters(args));
        let rows = self.noting_conflict(outcome)?;
        rows.iter()
            .map(|row| {
                let values: Result<Vec<Value>, postgres::Error> =
                    (0..row.len()).map(|i| row.try_get(i)).collect();
                read(&Row(values?))
            })
            .collect()
    }
}

fn as_parameters(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}
