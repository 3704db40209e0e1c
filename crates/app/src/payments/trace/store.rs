//! What `payment_attempts` and `payments` tell of one invoice.

use kit::db::{Error, Tx};
use kit::{args, sql};

use super::Attempted;
use billing::currency::Currency;
use billing::money::Money;

pub(super) fn list_attempts(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<Attempted>, Error> {
    tx.list(
        sql!("select amount_minor, currency, coalesce(intent_id, ''), state, intent_status, failure_code, idempotency_key, created_at, updated_at, asked_at, coalesce(session_id, '') from payment_attempts where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) order by created_at, id"),
        args![invoice_id],
        |r| {
            let currency = Currency::parse(&r.text(1)?).map_err(|_| Error::Shape("payment_attempts: a bad currency".into()))?;
            Ok(Attempted {
                amount: Money::from_minor(r.int(0)?, currency).map_err(|e| Error::Shape(e.to_string()))?,
                intent_id: r.text(2)?,
                state: r.text(3)?,
                intent_status: r.text(4)?,
                failure_code: r.text(5)?,
                idempotency_key: r.text(6)?,
                created_at: r.int(7)?,
                updated_at: r.int(8)?,
                asked_at: r.opt_int(9)?,
                session_id: r.text(10)?,
            })
        },
    )
}

pub(super) fn list_intent_ids(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<String>, Error> {
    tx.list(
        sql!(
            "select intent_id from payment_attempts where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) and intent_id is not null"
        ),
        args![invoice_id],
        |r| r.text(0),
    )
}

pub(super) fn list_session_ids(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select session_id from payment_attempts where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) and session_id is not null"),
        args![invoice_id],
        |r| r.text(0),
    )
}

pub(super) fn list_charge_ids(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select p.charge_id from payments p join payment_attempts t on t.intent_id = p.intent_id where t.id in (select attempt_id from payment_attempt_invoices where invoice_id = $1)"),
        args![invoice_id],
        |r| r.text(0),
    )
}
