//! The rows of `invoices` and `allocations` that payments touch.

use billing::Mode;
use billing::id::BusinessId;
use billing::invoice::state::InvoiceState;
use billing::money::Money;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::{Claim, money};
use crate::who::Scope;

macro_rules! select_claim {
    ($lock:literal) => {
        sql!(concat!(
            "select id, business_id, mode, customer_id, coalesce(number, ''), state, currency, total_minor, applied_minor, processing_minor from invoices where id = $1 and business_id = $2 and mode = $3",
            $lock
        ))
    };
}

pub(super) fn get_claim(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    tx.get(
        select_claim!(""),
        args![invoice_id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn lock_claim(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    tx.get(
        select_claim!(" for update"),
        args![invoice_id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

fn read(r: &Row) -> Result<Claim, Error> {
    let currency = r.text(6)?;
    let shape = |what: &str| Error::Shape(format!("invoices: bad {what}"));
    Ok(Claim {
        invoice_id: r.text(0)?,
        scope: Scope {
            business_id: BusinessId::parse(r.text(1)?).map_err(|_| shape("business"))?,
            mode: Mode::parse(&r.text(2)?).map_err(|_| shape("mode"))?,
        },
        customer_id: r.text(3)?,
        number: r.text(4)?,
        state: InvoiceState::parse(&r.text(5)?).ok_or_else(|| shape("state"))?,
        total: money(r.int(7)?, &currency)?,
        applied: money(r.int(8)?, &currency)?,
        processing: money(r.int(9)?, &currency)?,
    })
}

pub(super) fn insert_allocation(
    tx: &mut Tx<'_>,
    id: &str,
    claim: &Claim,
    payment_id: &str,
    amount: Money,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into allocations (id, business_id, mode, invoice_id, payment_id, amount_minor, currency, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (invoice_id, payment_id) do nothing"),
        args![id, claim.scope.business_id.as_str(), claim.scope.mode.as_str(), &claim.invoice_id, payment_id, amount.minor(), amount.currency().code(), now_ms],
    )
    .map(drop)
}

pub(super) fn update_applied(tx: &mut Tx<'_>, invoice_id: &str, now_ms: i64) -> Result<(), Error> {
    let applied = tx.get(
        sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from allocations where invoice_id = $1"),
        args![invoice_id],
        |r| r.int(0),
    )?;
    tx.execute(
        sql!("update invoices set applied_minor = $2, state = case when state = 'open' and $2 >= total_minor then 'paid' else state end, paid_at = case when state = 'open' and $2 >= total_minor then $3 else paid_at end, updated_at = $3 where id = $1 and state <> 'draft'"),
        args![invoice_id, applied, now_ms],
    )
    .map(drop)
}

pub(super) fn update_processing(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    minor: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set processing_minor = $2 where id = $1"),
        args![invoice_id, minor],
    )
    .map(drop)
}

pub(super) fn insert_history(
    tx: &mut Tx<'_>,
    id: &str,
    invoice_id: &str,
    act: &str,
    actor: &str,
    detail: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into invoice_history (id, invoice_id, act, actor, detail, at) values ($1, $2, $3, $4, $5, $6)"),
        args![id, invoice_id, act, actor, detail, now_ms],
    )
    .map(drop)
}
