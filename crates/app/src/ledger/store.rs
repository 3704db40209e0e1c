//! Rows of `ledger_entries` and `ledger_postings`. Inserted, never changed.

use kit::db::{Error, Tx};
use kit::{args, sql};

use billing::ledger::{Account, Posting};

use super::About;
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

pub(super) fn insert_posting(
    tx: &mut Tx<'_>,
    entry_id: &str,
    position: i64,
    about: &About,
    p: &Posting,
) -> Result<(), Error> {
    // Its own invoice, else the entry's: "the receivable of an invoice is the sum of its postings" (led_09).
    let own = p.invoice_id.as_ref().map(billing::id::InvoiceId::as_str);
    let invoice_id = own.or(about.invoice_id.as_deref());
    tx.execute(
        sql!("insert into ledger_postings (entry_id, position, account, invoice_id, customer_id, currency, amount_minor) values ($1, $2, $3, $4, $5, $6, $7)"),
        args![entry_id, position, p.account.code(), invoice_id, about.customer_id.as_deref(), p.amount.currency().code(), p.amount.minor()],
    )
    .map(drop)
}

pub(super) fn insert_entry(
    tx: &mut Tx<'_>,
    id: &str,
    scope: &Scope,
    about: &About,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into ledger_entries (id, business_id, mode, kind, subject, posted_date, memo, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"),
        args![id, scope.business_id.as_str(), scope.mode.as_str(), about.kind, &about.subject, about.date.to_string(), &about.memo, now_ms],
    )
    .map(drop)
}

/// The postings of an entry, in order, each with its invoice.
pub(super) fn list_postings(
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
            let currency = billing::Currency::parse(&r.text(1)?).map_err(|_| shape("currency"))?;
            let invoice_id = r.opt_text(3)?.map(billing::id::InvoiceId::parse).transpose();
            Ok(Posting {
                account: Account::parse(&r.text(0)?).ok_or_else(|| shape("account"))?,
                amount: billing::Money::from_minor(r.int(2)?, currency).map_err(|_| shape("amount"))?,
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
