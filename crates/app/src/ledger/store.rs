//! Rows of `ledger_entries`, `ledger_postings` and `ledger_heads`. Entries and postings are inserted, never changed.

use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use billing::currency::Currency;
use billing::ledger::{Account, Posting};
use billing::money::Money;

use super::chain::{self, EntryRow, Head, PostingRow};
use crate::amount::from_row;
use crate::who::Scope;

pub(super) fn entry_exists(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: &str,
    subject: &str,
) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select 1 from ledger_entries where business_id = $1 and mode = $2 and kind = $3 and subject = $4"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind, subject],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

pub(super) fn insert_posting(tx: &mut Tx<'_>, position: i64, p: &PostingRow) -> Result<(), Error> {
    tx.execute(
        sql!("insert into ledger_postings (entry_id, position, account, invoice_id, customer_id, currency, amount_minor) values ($1, $2, $3, $4, $5, $6, $7)"),
        args![&p.entry_id, position, &p.account, p.invoice_id.as_deref(), p.customer_id.as_deref(), &p.currency, p.amount_minor],
    )
    .map(drop)
}

pub(super) fn insert_entry(tx: &mut Tx<'_>, e: &EntryRow) -> Result<(), Error> {
    tx.execute(
        sql!("insert into ledger_entries (id, business_id, mode, kind, subject, posted_date, memo, created_at, seq, previous_hash, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
        args![&e.id, &e.business_id, &e.mode, &e.kind, &e.subject, &e.date, &e.memo, e.created_at, e.seq, &e.previous_hash, &e.hash],
    )
    .map(drop)
}

/// The postings of an entry, in order, each with its invoice.
pub(super) fn list_postings_of(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: &str,
    subject: &str,
) -> Result<Vec<Posting>, Error> {
    tx.list(
        sql!("select p.account, p.currency, p.amount_minor, p.invoice_id from ledger_postings p join ledger_entries e on e.id = p.entry_id where e.business_id = $1 and e.mode = $2 and e.kind = $3 and e.subject = $4 order by p.position"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind, subject],
        |r| {
            let shape = |what: &str| Error::Shape(format!("a posting has a bad {what}"));
            let currency = Currency::parse(&r.text(1)?).map_err(|_| shape("currency"))?;
            let invoice_id = r.opt_text(3)?.map(billing::id::InvoiceId::parse).transpose();
            Ok(Posting {
                account: Account::parse(&r.text(0)?).ok_or_else(|| shape("account"))?,
                amount: Money::from_minor(r.int(2)?, currency).map_err(|_| shape("amount"))?,
                invoice_id: invoice_id.map_err(|_| shape("invoice"))?,
            })
        },
    )
}

pub(super) fn get_balance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    currency: &str,
) -> Result<i64, Error> {
    tx.get(
        sql!("select cast(coalesce(sum(e.amount_minor), 0) as bigint) from ledger_postings e join ledger_entries p on p.id = e.entry_id where p.business_id = $1 and p.mode = $2 and e.account = $3 and e.currency = $4"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account, currency],
        |r| r.int(0),
    )
}

pub(super) fn list_balances(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select cast(sum(e.amount_minor) as bigint), e.currency from ledger_postings e join ledger_entries p on p.id = e.entry_id where p.business_id = $1 and p.mode = $2 and e.account = $3 group by e.currency order by e.currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account],
        |r| from_row(r.int(0)?, &r.text(1)?),
    )
}

pub(super) fn list_unbalanced(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select entry_id, currency, cast(sum(amount_minor) as bigint) from ledger_postings group by entry_id, currency having sum(amount_minor) <> 0"),
        args![],
        |r| Ok(format!("entry {} is off by {} {}", r.text(0)?, r.int(2)?, r.text(1)?)),
    )
}

pub(super) fn list_wrong_receivables(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select i.number, case when i.state = 'void' then 0 else i.total_minor - i.applied_minor end, cast(coalesce(sum(e.amount_minor), 0) as bigint) from invoices i left join ledger_postings e on e.invoice_id = i.id and e.account = 'receivable' and e.currency = i.currency where i.state <> 'draft' group by i.id, i.number, i.state, i.total_minor, i.applied_minor having coalesce(sum(e.amount_minor), 0) <> case when i.state = 'void' then 0 else i.total_minor - i.applied_minor end"),
        args![],
        |r| Ok(format!("invoice {}: due {}, but its receivable is {}", r.text(0)?, r.int(1)?, r.int(2)?)),
    )
}

pub(super) fn list_wrong_sums(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select i.number, i.applied_minor, cast(coalesce(sum(a.amount_minor), 0) as bigint) from invoices i left join allocations a on a.invoice_id = i.id where i.state <> 'draft' group by i.id, i.number, i.applied_minor having coalesce(sum(a.amount_minor), 0) <> i.applied_minor"),
        args![],
        |r| Ok(format!("invoice {}: {} stands as applied, but its allocations come to {}", r.text(0)?, r.int(1)?, r.int(2)?)),
    )
}

pub(super) fn get_head(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<Head>, Error> {
    tx.find(
        sql!("select seq, hash from ledger_heads where business_id = $1 and mode = $2"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        head,
    )
}

pub(super) fn lock_head(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<Head>, Error> {
    tx.find(
        sql!("select seq, hash from ledger_heads where business_id = $1 and mode = $2 for update"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        head,
    )
}

pub(super) fn insert_head(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    tx.execute(
        sql!("insert into ledger_heads (business_id, mode, seq, hash) values ($1, $2, 0, '') on conflict do nothing"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
    )
    .map(drop)
}

pub(super) fn update_head(tx: &mut Tx<'_>, scope: &Scope, head: &Head) -> Result<(), Error> {
    tx.execute(
        sql!("update ledger_heads set seq = $3, hash = $4 where business_id = $1 and mode = $2"),
        args![
            scope.business_id.as_str(),
            scope.mode.as_str(),
            head.seq,
            &head.hash
        ],
    )
    .map(drop)
}

fn head(r: &Row) -> Result<Head, Error> {
    Ok(Head {
        seq: r.int(0)?,
        hash: r.text(1)?,
    })
}

/// Every business and mode that has an entry or a head.
pub(super) fn list_scopes(tx: &mut Tx<'_>) -> Result<Vec<Scope>, Error> {
    tx.list(
        sql!("select business_id, mode from ledger_heads union select distinct business_id, mode from ledger_entries order by 1, 2"),
        args![],
        |r| chain::scope(r.text(0)?, &r.text(1)?),
    )
}

pub(super) fn list_unsealed_scopes(tx: &mut Tx<'_>) -> Result<Vec<Scope>, Error> {
    tx.list(
        sql!("select distinct business_id, mode from ledger_entries where seq = 0 order by 1, 2"),
        args![],
        |r| chain::scope(r.text(0)?, &r.text(1)?),
    )
}

pub(super) fn list_unsealed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<EntryRow>, Error> {
    tx.list(
        sql!("select id, seq, business_id, mode, kind, subject, posted_date, memo, created_at, previous_hash, hash from ledger_entries where business_id = $1 and mode = $2 and seq = 0 order by created_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        EntryRow::read,
    )
}

/// Entries of a place that the chain does not go through.
pub(super) fn list_outside(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<EntryRow>, Error> {
    tx.list(
        sql!("select id, seq, business_id, mode, kind, subject, posted_date, memo, created_at, previous_hash, hash from ledger_entries where business_id = $1 and mode = $2 and seq <= 0 order by created_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        EntryRow::read,
    )
}

/// Entries that share their place: the unique index was taken away to write them.
pub(super) fn list_doubled(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<EntryRow>, Error> {
    tx.list(
        sql!("select e.id, e.seq, e.business_id, e.mode, e.kind, e.subject, e.posted_date, e.memo, e.created_at, e.previous_hash, e.hash from ledger_entries e where e.business_id = $1 and e.mode = $2 and e.seq > 0 and exists (select 1 from ledger_entries o where o.business_id = e.business_id and o.mode = e.mode and o.seq > 0 and o.seq = e.seq and o.id <> e.id) order by e.seq, e.id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        EntryRow::read,
    )
}

pub(super) fn list_stray_entry_ids(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select distinct p.entry_id from ledger_postings p where not exists (select 1 from ledger_entries e where e.id = p.entry_id) order by 1"),
        args![],
        |r| r.text(0),
    )
}

pub(super) fn update_sealed(tx: &mut Tx<'_>, e: &EntryRow) -> Result<(), Error> {
    tx.execute(
        sql!("update ledger_entries set seq = $2, previous_hash = $3, hash = $4 where id = $1"),
        args![&e.id, e.seq, &e.previous_hash, &e.hash],
    )
    .map(drop)
}

/// The entries behind a place, in the order of the chain.
pub(super) fn list_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    seq: i64,
    most: i64,
) -> Result<Vec<EntryRow>, Error> {
    tx.list(
        sql!("select id, seq, business_id, mode, kind, subject, posted_date, memo, created_at, previous_hash, hash from ledger_entries where business_id = $1 and mode = $2 and seq > 0 and seq > $3 order by seq limit $4"),
        args![scope.business_id.as_str(), scope.mode.as_str(), seq, most],
        EntryRow::read,
    )
}

/// The postings of the entries behind one place up to another, in the order of the chain.
pub(super) fn list_postings_between(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: i64,
    until: i64,
) -> Result<Vec<PostingRow>, Error> {
    tx.list(
        sql!("select p.entry_id, p.account, p.invoice_id, p.customer_id, p.currency, p.amount_minor from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.business_id = $1 and e.mode = $2 and e.seq > 0 and e.seq > $3 and e.seq <= $4 order by e.seq, p.position"),
        args![scope.business_id.as_str(), scope.mode.as_str(), after, until],
        posting,
    )
}

pub(super) fn list_postings(tx: &mut Tx<'_>, entry_id: &str) -> Result<Vec<PostingRow>, Error> {
    tx.list(
        sql!("select entry_id, account, invoice_id, customer_id, currency, amount_minor from ledger_postings where entry_id = $1 order by position"),
        args![entry_id],
        posting,
    )
}

pub(super) fn hash_exists(tx: &mut Tx<'_>, hash: &str) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select 1 from ledger_entries where seq > 0 and hash = $1"),
        args![hash],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

fn posting(r: &Row) -> Result<PostingRow, Error> {
    Ok(PostingRow {
        entry_id: r.text(0)?,
        account: r.text(1)?,
        invoice_id: r.opt_text(2)?,
        customer_id: r.opt_text(3)?,
        currency: r.text(4)?,
        amount_minor: r.int(5)?,
    })
}
