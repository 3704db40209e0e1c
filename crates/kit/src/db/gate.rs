//! A gate between the callers and the database, at which a simulation stops them: to let another go first, or to end
//! the program there, between any two durable writes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Where a caller stands at the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Before a snapshot is read.
    BeforeRead,
    /// Before a transaction begins.
    BeforeWrite,
    /// The transaction is on disk (or refused), and its caller does not know it yet.
    AfterWrite,
}

/// Asked at each passage; the caller goes on when what it answers ends.
pub type Gate = Arc<dyn Fn(Passage) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;
