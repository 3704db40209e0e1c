//! What a database can answer other than rows.

/// A refusal or a failure of the database.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A named rule of the schema was broken: the key by which it becomes a field error.
    #[error("the database refused: {name}")]
    Constraint {
        /// The constraint's name (PostgreSQL, and checks and triggers on SQLite), or for a unique rule on
        /// SQLite the columns, `invoices.series_id, invoices.number`.
        name: String,
    },
    /// The transaction lost against another and may be run again.
    #[error("the database asks to try again")]
    Retry,
    /// A row was there that must not, or missing that must be.
    #[error("no such row")]
    NoRow,
    /// A row holds something else than the code expects.
    #[error("a row has another shape: {0}")]
    Shape(String),
    /// The schema is newer than this program, or a landed migration changed.
    #[error("{0}")]
    Migration(String),
    /// The database cannot be reached, is full, or is broken.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl Error {
    /// Whether this is the breaking of the rule `name`, or on SQLite of a unique rule over `columns`.
    pub fn breaks(&self, name: &str, columns: &str) -> bool {
        matches!(self, Error::Constraint { name: broken } if broken == name || broken == columns)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        use rusqlite::ffi::ErrorCode;
        match &error {
            rusqlite::Error::SqliteFailure(code, Some(message))
                if code.code == ErrorCode::ConstraintViolation =>
            {
                let name = message
                    .rsplit_once("constraint failed: ")
                    .map_or(message.as_str(), |(_, n)| n);
                Error::Constraint {
                    name: name.to_owned(),
                }
            }
            _ => Error::Failed(error.to_string()),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Error {
        let Some(db) = error.as_db_error() else {
            return Error::Failed(
                std::error::Error::source(&error)
                    .map_or(error.to_string(), |s| format!("{error}: {s}")),
            );
        };
        match db.code().code() {
            // serialization failure, deadlock: CockroachDB and YugabyteDB require the retry too
            "40001" | "40P01" => Error::Retry,
            // raised by our own triggers with the rule's name as the message
            "P0001" => Error::Constraint {
                name: db.message().to_owned(),
            },
            code if code.starts_with("23") => Error::Constraint {
                name: db.constraint().unwrap_or(db.message()).to_owned(),
            },
            _ => Error::Failed(db.to_string()),
        }
    }
}
