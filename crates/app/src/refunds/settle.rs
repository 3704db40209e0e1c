//! The one function all news of a refund ends in: what Stripe says, freshly fetched, becomes rows and entries. One
//! transaction; doing it again does nothing.

use billing::currency::Currency;
use billing::money::Money;
use billing::refund::{Mismatch, RefundStatus, Steps, Told, settle as decide};
use kit::db::{Error, Tx};
use stripe::Refund;

use super::make::REFUND;
use super::{MAIL_FAILURE, MAIL_PAYER, Origin, RefundRow, store, take};
use crate::app::App;
use crate::payments::after;
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;
use crate::who::Scope;

/// What came of hearing of a refund.
pub type Heard = after::Heard<Steps, Mismatch>;

/// Books, marks, or does nothing: whatever the refund says that we do not know yet.
///
/// # Errors
/// [`Problem::Internal`] for a refund in words nobody knows; else of the database.
pub async fn hear(app: &App, scope: &Scope, refund: &Refund) -> Result<Heard, Problem> {
    let told = told(scope, refund).map_err(Problem::internal)?;
    let (app_in, scope, refund) = (app.clone(), scope.clone(), refund.clone());
    let heard = app
        .db()
        .write(move |tx| hear_in(tx, &app_in, &scope, &refund, &told))
        .await?;
    if let Heard::Contradicts(mismatch) = &heard {
        tracing::error!(%mismatch, "a refund contradicts what was written down");
    }
    Ok(heard)
}

fn hear_in(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    refund: &Refund,
    told: &Told,
) -> Result<Heard, Error> {
    let (charge, intent) = (refund.charge.as_deref(), refund.payment_intent.as_deref());
    let Some(found) = booked::find_by_stripe(tx, scope, charge, intent)? else {
        return Ok(Heard::NotOurs);
    };
    // The payment's row first, as everywhere: two paths with the same news come one after the other.
    let payment = booked::lock(tx, scope, &found.id)?;
    let row = match find_row(tx, scope, &payment, refund)? {
        Some(row) => row,
        None => adopt(tx, app, &payment, refund, told)?,
    };
    let steps = match decide(&row.facts(), told) {
        Ok(steps) => steps,
        Err(mismatch) => return Ok(Heard::Contradicts(mismatch)),
    };
    let now = app.now_ms();
    let heard = store::Heard {
        stripe_id: &told.id,
        status: steps.status.unwrap_or(row.status),
        failure_reason: refund.failure_reason.as_deref().unwrap_or_default(),
        pending_reason: refund.pending_reason.as_deref().unwrap_or_default(),
    };
    store::update_heard(tx, &row.id, &heard, now)?;
    if steps.take {
        take::take(tx, app, &payment, &row)?;
        kit::jobs::enqueue(tx, app.hands(), MAIL_PAYER, &row.id, &row.id)?;
    }
    if steps.give_back {
        take::give_back(tx, app, &payment, &row)?;
        kit::jobs::enqueue(tx, app.hands(), MAIL_FAILURE, &row.id, &row.id)?;
    }
    take::lines(tx, app, &payment, &row, refund)?;
    Ok(Heard::Settled(steps))
}

/// The row of this refund: by its id at Stripe, or by our own name on it.
fn find_row(
    tx: &mut Tx<'_>,
    scope: &Scope,
    payment: &Booked,
    refund: &Refund,
) -> Result<Option<RefundRow>, Error> {
    if let Some(row) = store::find_by_stripe_id(tx, scope, &refund.id)? {
        return Ok(Some(store::lock_refund(tx, &row.id)?));
    }
    let Some(id) = refund.metadata.get(REFUND) else {
        return Ok(None);
    };
    // A name of another business, another payment, or of a refund that has one at Stripe is no name of this.
    let named = store::find_refund(tx, scope, id)?
        .filter(|row| row.payment_id == payment.id && row.stripe_id.is_none());
    named.map(|row| store::lock_refund(tx, &row.id)).transpose()
}

/// Made at Stripe: written down as it is first heard of.
fn adopt(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &Refund,
    told: &Told,
) -> Result<RefundRow, Error> {
    let row = RefundRow {
        id: app.new_id(),
        scope: payment.scope.clone(),
        payment_id: payment.id.clone(),
        customer_id: payment.customer_id.clone(),
        origin: Origin::Stripe,
        idempotency_key: String::new(),
        stripe_id: Some(told.id.clone()),
        amount: told.amount,
        reason: refund
            .reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned())
            .unwrap_or_default(),
        note: String::new(),
        credit_note_id: None,
        status: RefundStatus::Asked,
        refusal: String::new(),
        failure_reason: String::new(),
        pending_reason: String::new(),
        taken_at: None,
        returned_at: None,
        asked_by: String::new(),
        told_at: None,
        payer_mailed_at: None,
        seller_mailed_at: None,
        handled_at: None,
        handled_by: String::new(),
        created_at: (refund.created * 1000).min(app.now_ms()),
        updated_at: app.now_ms(),
    };
    store::insert_refund(tx, &row)?;
    Ok(row)
}

fn told(scope: &Scope, refund: &Refund) -> Result<Told, String> {
    let currency = Currency::parse(&refund.currency.to_uppercase())
        .map_err(|_| format!("refund in “{}”", refund.currency))?;
    // Stripe may leave the word out: then it is under way.
    let word = refund
        .status
        .as_ref()
        .map_or("pending", stripe::RefundStatus::as_str);
    let status = RefundStatus::parse(word)
        .filter(|status| !matches!(status, RefundStatus::Asked | RefundStatus::Refused))
        .ok_or_else(|| format!("refund is “{word}”"))?;
    Ok(Told {
        id: refund.id.clone(),
        // A refund does not say its mode: it was asked for with this drawer's key, and the modes are disjoint.
        mode: scope.mode,
        status,
        amount: Money::from_stripe_amount(refund.amount, currency).map_err(|e| e.to_string())?,
        moved: refund.balance_transaction.is_some(),
    })
}
