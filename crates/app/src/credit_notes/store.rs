//! Rows of `credit_notes`. They are inserted, never changed.

use billing::credit_note::Effect;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::NoteRow;
use crate::amount::from_row;
use crate::invoices::frozen::Frozen;
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

macro_rules! select_notes {
    ($rest:literal) => {
        sql!(concat!(
            "select n.id, n.invoice_id, n.customer_id, n.number, n.currency, n.credited, n.total_minor, n.settles_minor, n.frees_minor, n.reason, n.frozen, n.issued_by, n.created_at from credit_notes n ",
            $rest
        ))
    };
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    n: &NoteRow,
    now_ms: i64,
) -> Result<(), Error> {
    let f = &n.frozen;
    let credited: Vec<String> = n.credited.iter().map(ToString::to_string).collect();
    let preceding = f.corrects.as_ref().map(|c| c.invoice.number.as_str());
    let search = format!(
        "{}\n{}\n{}",
        n.number,
        f.buyer.name,
        preceding.unwrap_or_default()
    );
    tx.execute(
        sql!("insert into credit_notes (id, business_id, mode, invoice_id, customer_id, number, issue_date, currency, language, credited, net_minor, tax_minor, total_minor, settles_minor, frees_minor, reason, frozen, search, issued_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"),
        args![
            &n.id, scope.business_id.as_str(), scope.mode.as_str(), &n.invoice_id, &n.customer_id, &n.number, f.issue_date.to_string(), &f.currency, &f.language, credited.join(" "),
            f.net_minor, f.tax_minor, f.total_minor, n.effect.settles.minor(), n.effect.frees.minor(), &n.reason, f.to_text()?, search.to_lowercase(), &n.issued_by, now_ms
        ],
    )
    .map(drop)
}

pub(super) fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<NoteRow>, Error> {
    tx.find(
        select_notes!("where n.id = $1 and n.business_id = $2 and n.mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

/// Those of an invoice, oldest first.
pub(super) fn list_by_invoice(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<NoteRow>, Error> {
    tx.list(
        select_notes!("where n.invoice_id = $1 order by n.created_at, n.id"),
        args![invoice_id],
        read,
    )
}

/// Every one of a drawer, newest first; one row more than a page holds, in reverse when the cursor leads back.
pub(super) fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    search: &str,
    cursor: &Cursor,
) -> Result<Vec<NoteRow>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    if cursor.is_backward() {
        return tx.list(
            select_notes!("where n.business_id = $1 and n.mode = $2 and ($3 = '' or n.search like $3 escape '\\') and (n.created_at, n.id) > (select x.created_at, x.id from credit_notes x where x.id = $4) order by n.created_at, n.id limit $5"),
            args![business, mode, search, &cursor.before, PAGE + 1],
            read,
        );
    }
    tx.list(
        select_notes!("where n.business_id = $1 and n.mode = $2 and ($3 = '' or n.search like $3 escape '\\') and ($4 = '' or (n.created_at, n.id) < (select x.created_at, x.id from credit_notes x where x.id = $4)) order by n.created_at desc, n.id desc limit $5"),
        args![business, mode, search, &cursor.after, PAGE + 1],
        read,
    )
}

/// Every number of the drawer that was taken.
pub(super) fn list_numbers(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select number from credit_notes where business_id = $1 and mode = $2"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.text(0),
    )
}

fn read(r: &Row) -> Result<NoteRow, Error> {
    let currency = r.text(4)?;
    let credited: Result<Vec<i64>, _> = r.text(5)?.split(' ').map(str::parse).collect();
    Ok(NoteRow {
        id: r.text(0)?,
        invoice_id: r.text(1)?,
        customer_id: r.text(2)?,
        number: r.text(3)?,
        credited: credited.map_err(|_| Error::Shape("credit_notes: bad amounts".into()))?,
        total: from_row(r.int(6)?, &currency)?,
        effect: Effect {
            settles: from_row(r.int(7)?, &currency)?,
            frees: from_row(r.int(8)?, &currency)?,
        },
        reason: r.text(9)?,
        frozen: Frozen::read(&r.text(10)?)?,
        issued_by: r.text(11)?,
        created_at: r.int(12)?,
    })
}
