//! Sums over `ledger_postings` of one customer.

use billing::currency::Currency;
use billing::money::Money;
use kit::db::{Error, Tx};
use kit::{args, sql};

use super::Movement;
use crate::who::Scope;

pub(super) fn get_balance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    customer_id: &str,
    currency: &str,
) -> Result<i64, Error> {
    tx.get(
        sql!("select cast(coalesce(sum(p.amount_minor), 0) as bigint) from ledger_postings p join ledger_entries e on e.id = p.entry_id where p.customer_id = $1 and p.account = $2 and p.currency = $3 and e.business_id = $4 and e.mode = $5"),
        args![customer_id, account, currency, scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.int(0),
    )
}

pub(super) fn list_credits(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    customer_id: &str,
) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select p.currency, cast(-sum(p.amount_minor) as bigint) from ledger_postings p join ledger_entries e on e.id = p.entry_id where p.customer_id = $1 and p.account = $2 and e.business_id = $3 and e.mode = $4 group by p.currency having sum(p.amount_minor) <> 0 order by p.currency"),
        args![customer_id, account, scope.business_id.as_str(), scope.mode.as_str()],
        |r| {
            let currency = Currency::parse(&r.text(0)?).map_err(|_| Error::Shape("a posting has a bad currency".into()))?;
            Money::from_minor(r.int(1)?, currency).map_err(|e| Error::Shape(e.to_string()))
        },
    )
}

pub(super) fn list_movements(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    customer_id: &str,
) -> Result<Vec<Movement>, Error> {
    tx.list(
        sql!("select e.kind, e.subject, e.posted_date, e.memo, p.invoice_id, p.currency, -p.amount_minor from ledger_postings p join ledger_entries e on e.id = p.entry_id where p.customer_id = $1 and p.account = $2 and e.business_id = $3 and e.mode = $4 order by e.created_at desc, e.id desc, p.position limit 200"),
        args![customer_id, account, scope.business_id.as_str(), scope.mode.as_str()],
        |r| {
            let currency = Currency::parse(&r.text(5)?).map_err(|_| Error::Shape("a posting has a bad currency".into()))?;
            Ok(Movement {
                kind: r.text(0)?,
                subject: r.text(1)?,
                date: r.parse(2)?,
                memo: r.text(3)?,
                invoice_id: r.opt_text(4)?,
                amount: Money::from_minor(r.int(6)?, currency).map_err(|e| Error::Shape(e.to_string()))?,
            })
        },
    )
}
