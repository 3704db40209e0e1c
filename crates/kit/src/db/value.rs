//! What goes into a statement and comes out of a row: text, 64-bit integers, bytes, and nothing else.

use std::error::Error as StdError;

use bytes::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::Error;

/// One value. Days, JSON and sealed bytes are text; money, instants and yes/no are integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing there.
    Null,
    /// An integer: minor units, Unix milliseconds, a count, or 0/1.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes: a finished paper. `blob` in SQLite, `bytea` in PostgreSQL.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(v: i64) -> Value {
        Value::Int(v)
    }
}
impl From<i32> for Value {
    fn from(v: i32) -> Value {
        Value::Int(v.into())
    }
}
impl From<u32> for Value {
    fn from(v: u32) -> Value {
        Value::Int(v.into())
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Value {
        Value::Int(v.into())
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Value {
        Value::Text(v.to_owned())
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Value {
        Value::Bytes(v)
    }
}
impl From<String> for Value {
    fn from(v: String) -> Value {
        Value::Text(v)
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Value {
        Value::Text(v.clone())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Bytes(v) => v.to_sql(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Value, Box<dyn StdError + Sync + Send>> {
        match *ty {
            Type::INT8 => Ok(Value::Int(i64::from_sql(ty, raw)?)),
            Type::INT4 => Ok(Value::Int(i32::from_sql(ty, raw)?.into())),
            Type::BOOL => Ok(Value::Int(bool::from_sql(ty, raw)?.into())),
            Type::BYTEA => Ok(Value::Bytes(Vec::from_sql(ty, raw)?)),
            // sum(bigint) is numeric in PostgreSQL: cast it to bigint in the statement.
            Type::NUMERIC => Err("a sum must be cast to bigint in the statement".into()),
            _ => Ok(Value::Text(String::from_sql(ty, raw)?)),
        }
    }
    fn from_sql_null(_: &Type) -> Result<Value, Box<dyn StdError + Sync + Send>> {
        Ok(Value::Null)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::Bytes(v) => ValueRef::Blob(v),
        }))
    }
}

/// One row of an answer, read by position.
#[derive(Clone, Debug)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    /// Text that must be there.
    pub fn text(&self, column: usize) -> Result<String, Error> {
        self.opt_text(column)?
            .ok_or_else(|| unexpected(column, "text", &Value::Null))
    }
    /// Text, or nothing.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>, Error> {
        match self.0.get(column) {
            Some(Value::Text(v)) => Ok(Some(v.clone())),
            Some(Value::Null) => Ok(None),
            other => Err(unexpected(column, "text", other.unwrap_or(&Value::Null))),
        }
    }
    /// An integer that must be there.
    pub fn int(&self, column: usize) -> Result<i64, Error> {
        self.opt_int(column)?
            .ok_or_else(|| unexpected(column, "integer", &Value::Null))
    }
    /// An integer, or nothing.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.0.get(column) {
            Some(Value::Int(v)) => Ok(Some(*v)),
            Some(Value::Null) => Ok(None),
            other => Err(unexpected(column, "integer", other.unwrap_or(&Value::Null))),
        }
    }
    /// Bytes that must be there.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        match self.0.get(column) {
            Some(Value::Bytes(v)) => Ok(v.clone()),
            other => Err(unexpected(column, "bytes", other.unwrap_or(&Value::Null))),
        }
    }
    /// A yes or no, kept as 1 or 0.
    pub fn flag(&self, column: usize) -> Result<bool, Error> {
        Ok(self.int(column)? != 0)
    }
    /// Text that parses into a type of ours.
    pub fn parse<T: std::str::FromStr>(&self, column: usize) -> Result<T, Error> {
        let text = self.text(column)?;
        text.parse().map_err(|_| {
            Error::Shape(format!(
                "column {column} holds “{text}”, which does not parse"
            ))
        })
    }
}

fn unexpected(column: usize, wanted: &str, got: &Value) -> Error {
    let got = match got {
        Value::Null => "nothing",
        Value::Int(_) => "an integer",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
    };
    Error::Shape(format!(
        "column {column} should hold {wanted} and holds {got}"
    ))
}
