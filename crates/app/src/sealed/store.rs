//! Sealed columns, read and written whole: the only place besides a feature's own store that knows its table, and
//! only its key and its seal.

use kit::db::{Error, Statement, Tx};
use kit::{args, sql};

use super::{Column, Row};
use crate::{mail, online_payment};

/// How a column is read in the order of its rows, and written where nobody else wrote meanwhile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statements {
    /// Key, owner and value of rows after `$1`, at most `$2`.
    list: &'static Statement,
    /// Row `$1`, new value `$2`, the value it replaces `$3`.
    update: &'static Statement,
}

macro_rules! column {
    ($table:literal, $column:literal, field: $field:expr, key: $key:literal, owner: $owner:literal) => {
        Column {
            name: concat!($table, ".", $column),
            field: $field,
            sql: Statements {
                list: sql!(concat!(
                    "select ",
                    $key,
                    ", ",
                    $owner,
                    ", ",
                    $column,
                    " from ",
                    $table,
                    " where ",
                    $column,
                    " <> '' and ",
                    $key,
                    " > $1 order by 1 limit $2"
                )),
                update: sql!(concat!(
                    "update ",
                    $table,
                    " set ",
                    $column,
                    " = $2 where ",
                    $key,
                    " = $1 and ",
                    $column,
                    " = $3"
                )),
            },
        }
    };
}

pub(super) fn columns() -> Vec<Column> {
    vec![
        column!("stripe_settings", "secret_sealed", field: online_payment::SECRET_KEY, key: "business_id || '/' || mode", owner: "business_id || '/' || mode"),
        column!("stripe_settings", "webhook_sealed", field: online_payment::SIGNING_SECRET, key: "business_id || '/' || mode", owner: "business_id || '/' || mode"),
        column!("stripe_settings", "webhook_previous_sealed", field: online_payment::SIGNING_SECRET, key: "business_id || '/' || mode", owner: "business_id || '/' || mode"),
        column!("stripe_settings", "webhook_path_sealed", field: online_payment::WEBHOOK_PATH, key: "business_id || '/' || mode", owner: "business_id || '/' || mode"),
        column!("stripe_previous_keys", "previous_sealed", field: online_payment::PREVIOUS_KEY, key: "business_id || '/' || mode || '/' || account_id", owner: "business_id || '/' || mode || '/' || account_id"),
        column!("mail_settings", "password_sealed", field: mail::PASSWORD, key: "business_id", owner: "business_id"),
        column!("mails", "link_sealed", field: mail::LINK, key: "id", owner: "id"),
        column!("invoice_links", "token_sealed", field: "invoice_link.token", key: "id", owner: "id"),
    ]
}

pub(super) fn list_after(
    tx: &mut Tx<'_>,
    column: Column,
    after: &str,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    tx.list(column.sql.list, args![after, limit], |r| {
        Ok(Row {
            key: r.text(0)?,
            owner: r.text(1)?,
            sealed: r.text(2)?,
        })
    })
}

pub(super) fn update(tx: &mut Tx<'_>, column: Column, row: &Row, again: &str) -> Result<(), Error> {
    match tx.execute(column.sql.update, args![&row.key, again, &row.sealed])? {
        1 => Ok(()),
        _ => Err(Error::Retry),
    }
}
