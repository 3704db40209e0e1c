//! Rows of `credit_uses`.

use billing::currency::Currency;
use billing::money::Money;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use crate::who::Scope;

/// Credit that was used on an invoice.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) id: String,
    pub(super) customer_id: String,
    pub(super) invoice_id: String,
    pub(super) amount: Money,
    pub(super) is_taken_back: bool,
}

macro_rules! select_use {
    ($lock:literal) => {
        sql!(concat!(
            "select id, customer_id, invoice_id, amount_minor, currency, taken_back_at from credit_uses where id = $1 and business_id = $2 and mode = $3",
            $lock
        ))
    };
}

pub(super) fn find_use(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Use>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    tx.find(select_use!(""), args![id, business, mode], read)
}

/// Its row is taken.
pub(super) fn lock_use(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Use>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    tx.find(select_use!(" for update"), args![id, business, mode], read)
}

fn read(r: &Row) -> Result<Use, Error> {
    let currency = Currency::parse(&r.text(4)?)
        .map_err(|_| Error::Shape("credit_uses: a bad currency".into()))?;
    Ok(Use {
        id: r.text(0)?,
        customer_id: r.text(1)?,
        invoice_id: r.text(2)?,
        amount: Money::from_minor(r.int(3)?, currency).map_err(|e| Error::Shape(e.to_string()))?,
        is_taken_back: r.opt_int(5)?.is_some(),
    })
}

pub(super) fn insert_use(
    tx: &mut Tx<'_>,
    scope: &Scope,
    one: &Use,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into credit_uses (id, business_id, mode, customer_id, invoice_id, amount_minor, currency, used_by, used_at, taken_back_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')"),
        args![&one.id, scope.business_id.as_str(), scope.mode.as_str(), &one.customer_id, &one.invoice_id, one.amount.minor(), one.amount.currency().code(), by, now_ms],
    )
    .map(drop)
}

pub(super) fn update_taken_back(
    tx: &mut Tx<'_>,
    id: &str,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update credit_uses set taken_back_by = $2, taken_back_at = $3 where id = $1 and taken_back_at is null"),
        args![id, by, now_ms],
    )
    .map(drop)
}
