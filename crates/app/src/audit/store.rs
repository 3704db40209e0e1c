//! Rows of `audit_entries`.

use kit::db::{Error, Tx};
use kit::{args, sql};

use super::Entry;

pub(super) fn insert_entry(tx: &mut Tx<'_>, id: &str, e: &Entry, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("insert into audit_entries (id, business_id, user_id, actor, act, subject, detail, address, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        args![id, &e.business_id, e.user_id.as_deref(), &e.actor, e.act, &e.subject, &e.detail, &e.address, now_ms],
    )
    .map(drop)
}
