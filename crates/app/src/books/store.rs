//! Reads of the ledger's rows with the names of what they are about. Nothing is written here.

use jiff::civil::Date;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::export::Days;
use super::journal::Filter;
use crate::ledger::chain::{EntryRow, Head};
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

/// A posting, with the number of its invoice and the name of its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its entry.
    pub entry_id: String,
    /// The stored word of its account.
    pub account: String,
    /// The invoice it is about.
    pub invoice_id: Option<String>,
    /// The number of that invoice.
    pub invoice: Option<String>,
    /// The customer it is about.
    pub customer_id: Option<String>,
    /// The name of that customer.
    pub customer: Option<String>,
    /// Three letters.
    pub currency: String,
    /// Above zero a debit.
    pub amount_minor: i64,
}

/// What an account comes to in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// The stored word of the account.
    pub account: String,
    /// Three letters.
    pub currency: String,
    /// Debits less credits.
    pub minor: i64,
}

/// The entries of some days behind a place, in the order they were written.
pub(super) fn list_entries_between(
    tx: &mut Tx<'_>,
    scope: &Scope,
    days: Days,
    after: i64,
    most: i64,
) -> Result<Vec<EntryRow>, Error> {
    tx.list(
        sql!("select id, seq, business_id, mode, kind, subject, posted_date, memo, created_at, previous_hash, hash from ledger_entries where business_id = $1 and mode = $2 and seq > 0 and seq > $3 and ($4 = '' or posted_date >= $4) and ($5 = '' or posted_date <= $5) order by seq limit $6"),
        args![scope.business_id.as_str(), scope.mode.as_str(), after, text(days.from), text(days.until), most],
        EntryRow::read,
    )
}

/// Their lines, in the same order.
pub(super) fn list_lines_between(
    tx: &mut Tx<'_>,
    scope: &Scope,
    days: Days,
    after: i64,
    until: i64,
) -> Result<Vec<Line>, Error> {
    tx.list(
        sql!("select p.entry_id, p.account, p.invoice_id, i.number, p.customer_id, c.name, p.currency, p.amount_minor from ledger_entries e join ledger_postings p on p.entry_id = e.id left join invoices i on i.id = p.invoice_id left join customers c on c.id = p.customer_id where e.business_id = $1 and e.mode = $2 and e.seq > 0 and e.seq > $3 and e.seq <= $6 and ($4 = '' or e.posted_date >= $4) and ($5 = '' or e.posted_date <= $5) order by e.seq, p.position"),
        args![scope.business_id.as_str(), scope.mode.as_str(), after, text(days.from), text(days.until), until],
        line,
    )
}

/// What each account comes to at the end of a day; of all days when none is given.
pub(super) fn list_sums(
    tx: &mut Tx<'_>,
    scope: &Scope,
    until: Option<Date>,
) -> Result<Vec<Sum>, Error> {
    tx.list(
        sql!("select p.account, p.currency, cast(sum(p.amount_minor) as bigint) from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.business_id = $1 and e.mode = $2 and ($3 = '' or e.posted_date <= $3) group by p.account, p.currency order by p.account, p.currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), text(until)],
        |r| {
            Ok(Sum {
                account: r.text(0)?,
                currency: r.text(1)?,
                minor: r.int(2)?,
            })
        },
    )
}

/// The lines of one entry, in their order.
pub(super) fn list_lines(tx: &mut Tx<'_>, entry_id: &str) -> Result<Vec<Line>, Error> {
    tx.list(
        sql!("select p.entry_id, p.account, p.invoice_id, i.number, p.customer_id, c.name, p.currency, p.amount_minor from ledger_postings p left join invoices i on i.id = p.invoice_id left join customers c on c.id = p.customer_id where p.entry_id = $1 order by p.position"),
        args![entry_id],
        line,
    )
}

pub(super) fn find_entry(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<EntryRow>, Error> {
    tx.find(
        sql!("select id, seq, business_id, mode, kind, subject, posted_date, memo, created_at, previous_hash, hash from ledger_entries where business_id = $1 and mode = $2 and id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        EntryRow::read,
    )
}

/// One page of the journal, newest first; one row more than a page holds. Every filter is empty for everything.
pub(super) fn list_journal(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &Filter,
    cursor: &Cursor,
) -> Result<Vec<EntryRow>, Error> {
    let place = |text: &str, none: i64| text.parse::<i64>().unwrap_or(none);
    let (after, before) = (place(&cursor.after, i64::MAX), place(&cursor.before, 0));
    let arguments = args![
        scope.business_id.as_str(),
        scope.mode.as_str(),
        if cursor.is_backward() { before } else { after },
        filter.account.as_str(),
        filter.invoice.as_str(),
        filter.customer.as_str(),
        filter.from.as_str(),
        filter.until.as_str(),
        filter.like(),
        PAGE + 1
    ];
    if cursor.is_backward() {
        tx.list(
            sql!("select e.id, e.seq, e.business_id, e.mode, e.kind, e.subject, e.posted_date, e.memo, e.created_at, e.previous_hash, e.hash from ledger_entries e where e.business_id = $1 and e.mode = $2 and e.seq > 0 and e.seq > $3 and ($4 = '' and $5 = '' and $6 = '' or exists (select 1 from ledger_postings p where p.entry_id = e.id and ($4 = '' or p.account = $4) and ($5 = '' or p.invoice_id = $5) and ($6 = '' or p.customer_id = $6))) and ($7 = '' or e.posted_date >= $7) and ($8 = '' or e.posted_date <= $8) and ($9 = '' or lower(e.memo) like $9 escape '\\' or lower(e.subject) like $9 escape '\\') order by e.seq limit $10"),
            arguments,
            EntryRow::read,
        )
    } else {
        tx.list(
            sql!("select e.id, e.seq, e.business_id, e.mode, e.kind, e.subject, e.posted_date, e.memo, e.created_at, e.previous_hash, e.hash from ledger_entries e where e.business_id = $1 and e.mode = $2 and e.seq > 0 and e.seq < $3 and ($4 = '' and $5 = '' and $6 = '' or exists (select 1 from ledger_postings p where p.entry_id = e.id and ($4 = '' or p.account = $4) and ($5 = '' or p.invoice_id = $5) and ($6 = '' or p.customer_id = $6))) and ($7 = '' or e.posted_date >= $7) and ($8 = '' or e.posted_date <= $8) and ($9 = '' or lower(e.memo) like $9 escape '\\' or lower(e.subject) like $9 escape '\\') order by e.seq desc limit $10"),
            arguments,
            EntryRow::read,
        )
    }
}

/// What an account comes to in a currency, both sides told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Total {
    /// The stored word of the account.
    pub account: String,
    /// Three letters.
    pub currency: String,
    /// All debits, minor units.
    pub debit_minor: i64,
    /// All credits, minor units, above zero.
    pub credit_minor: i64,
}

impl Total {
    /// Debits less credits.
    pub fn balance_minor(&self) -> i64 {
        self.debit_minor - self.credit_minor
    }
}

/// What the postings that fit the filter add up to, an account and currency at a time.
pub(super) fn list_totals(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Total>, Error> {
    tx.list(
        sql!("select p.account, p.currency, cast(coalesce(sum(case when p.amount_minor > 0 then p.amount_minor end), 0) as bigint), cast(coalesce(sum(case when p.amount_minor < 0 then -p.amount_minor end), 0) as bigint) from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.business_id = $1 and e.mode = $2 and ($3 = '' or p.account = $3) and ($4 = '' or p.invoice_id = $4) and ($5 = '' or p.customer_id = $5) and ($6 = '' or e.posted_date >= $6) and ($7 = '' or e.posted_date <= $7) and ($8 = '' or lower(e.memo) like $8 escape '\\' or lower(e.subject) like $8 escape '\\') group by p.account, p.currency order by p.account, p.currency"),
        args![
            scope.business_id.as_str(),
            scope.mode.as_str(),
            filter.account.as_str(),
            filter.invoice.as_str(),
            filter.customer.as_str(),
            filter.from.as_str(),
            filter.until.as_str(),
            filter.like()
        ],
        |r| {
            Ok(Total {
                account: r.text(0)?,
                currency: r.text(1)?,
                debit_minor: r.int(2)?,
                credit_minor: r.int(3)?,
            })
        },
    )
}

/// Every account that anything was ever booked in.
pub(super) fn list_accounts(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select distinct p.account from ledger_entries e join ledger_postings p on p.entry_id = e.id where e.business_id = $1 and e.mode = $2 order by 1"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.text(0),
    )
}

/// A payment that an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paid {
    /// `pi_…`; empty for money that did not come by Stripe.
    pub intent_id: String,
    /// `ch_…`
    pub charge_id: String,
    /// Gross.
    pub amount_minor: i64,
    /// Three letters.
    pub currency: String,
    /// Unix milliseconds.
    pub received_at: i64,
    /// An invoice it was applied to.
    pub invoice_id: Option<String>,
}

/// The payment whose own id, or whose balance transaction's, is an entry's subject.
pub(super) fn find_payment_behind(
    tx: &mut Tx<'_>,
    scope: &Scope,
    subject: &str,
) -> Result<Option<Paid>, Error> {
    tx.find(
        sql!("select p.intent_id, p.charge_id, p.amount_minor, p.currency, p.received_at, (select min(a.invoice_id) from allocations a where a.source_kind = 'payment' and a.source_id = p.id) from payments p where p.business_id = $1 and p.mode = $2 and (p.id = $3 or p.balance_transaction_id = $3) order by p.id limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str(), subject],
        |r| {
            Ok(Paid {
                intent_id: r.text(0)?,
                charge_id: r.text(1)?,
                amount_minor: r.int(2)?,
                currency: r.text(3)?,
                received_at: r.int(4)?,
                invoice_id: r.opt_text(5)?,
            })
        },
    )
}

/// An event of Stripe's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// `payment_intent.succeeded`
    pub kind: String,
    /// Unix milliseconds.
    pub received_at: i64,
}

/// What Stripe said about either of two objects, oldest first.
pub(super) fn list_heard(
    tx: &mut Tx<'_>,
    scope: &Scope,
    one: &str,
    other: &str,
) -> Result<Vec<Heard>, Error> {
    tx.list(
        sql!("select kind, received_at from stripe_events where business_id = $1 and mode = $2 and object_id in ($3, $4) and object_id <> '' order by received_at, id limit 10"),
        args![scope.business_id.as_str(), scope.mode.as_str(), one, other],
        |r| {
            Ok(Heard {
                kind: r.text(0)?,
                received_at: r.int(1)?,
            })
        },
    )
}

/// The first and the last day anything was booked on, up to a day.
pub(super) fn find_days(
    tx: &mut Tx<'_>,
    scope: &Scope,
    until: Option<Date>,
) -> Result<Option<(String, String)>, Error> {
    let (first, last) = tx.get(
        sql!("select min(posted_date), max(posted_date) from ledger_entries where business_id = $1 and mode = $2 and ($3 = '' or posted_date <= $3)"),
        args![scope.business_id.as_str(), scope.mode.as_str(), text(until)],
        |r| Ok((r.opt_text(0)?, r.opt_text(1)?)),
    )?;
    Ok(first.zip(last))
}

/// The newest place of the chain.
pub(super) fn find_head(tx: &mut Tx<'_>, scope: &Scope) -> Result<Head, Error> {
    let found = tx.find(
        sql!("select seq, hash from ledger_heads where business_id = $1 and mode = $2"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| {
            Ok(Head {
                seq: r.int(0)?,
                hash: r.text(1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

fn text(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn line(r: &Row) -> Result<Line, Error> {
    Ok(Line {
        entry_id: r.text(0)?,
        account: r.text(1)?,
        invoice_id: r.opt_text(2)?,
        invoice: r.opt_text(3)?,
        customer_id: r.opt_text(4)?,
        customer: r.opt_text(5)?,
        currency: r.text(6)?,
        amount_minor: r.int(7)?,
    })
}
