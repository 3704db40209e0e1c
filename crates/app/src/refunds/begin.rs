//! Writing a refund down: checked under the payment's lock, with its key, its job and its line in the audit, in one
//! transaction. Stripe is called after that.

use billing::money::Money;
use billing::refund::{CannotRefund, RefundStatus, check_amount, refundable};
use kit::db::{Error, Tx};

use super::{MAKE, Origin, RefundRow, store};
use crate::app::App;
use crate::audit;
use crate::disputes;
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;
use crate::who::{Scope, Who};

/// What a person wants to give back.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The id the form was made with: the same form posted twice is one refund.
    pub id: String,
    /// Of which payment.
    pub payment_id: String,
    /// How much.
    pub amount: Money,
    /// `requested_by_customer`, `duplicate`, `fraudulent`, or empty.
    pub reason: String,
    /// The seller's words, for the record.
    pub note: String,
    /// The credit note it belongs to.
    pub credit_note_id: Option<String>,
    /// From where, for the audit.
    pub address: String,
}

/// Why it was not written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBegun {
    /// The rules say no.
    Refused(CannotRefund),
    /// It did not come through Stripe.
    NotOnline,
}

/// If the process dies before the call, the job makes it.
const MAKE_LATER_MS: i64 = 30_000;

/// Writes the refund down, or finds the one this form wrote before.
///
/// # Errors
/// [`Problem::NotFound`] for a payment that is not in this drawer; else of the database.
pub async fn begin(
    app: &App,
    who: &Who,
    wish: Wish,
) -> Result<Result<RefundRow, NotBegun>, Problem> {
    let (app_in, who) = (app.clone(), who.clone());
    let write = move |tx: &mut Tx<'_>| begin_in(tx, &app_in, &who, &wish);
    Ok(app.db().write(write).await?)
}

/// The same in the caller's transaction; whoever calls makes it afterwards ([`super::make`]), or its job does.
///
/// # Errors
/// [`Error::NoRow`] for a payment that is not in this drawer; else of the database.
pub fn begin_in(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    wish: &Wish,
) -> Result<Result<RefundRow, NotBegun>, Error> {
    // Lock, look, act: two tabs that refund the same payment come one after the other (PAY-12).
    let payment = booked::lock(tx, &who.scope, &wish.payment_id)?;
    if let Some(written) = store::find_refund(tx, &who.scope, &wish.id)? {
        return Ok(Ok(written));
    }
    if !payment.is_online() {
        return Ok(Err(NotBegun::NotOnline));
    }
    let rest = match rest(tx, &payment)? {
        Ok(rest) => rest,
        Err(why) => return Ok(Err(NotBegun::Refused(why))),
    };
    if let Err(why) = check_amount(wish.amount, rest) {
        return Ok(Err(NotBegun::Refused(why)));
    }
    let row = row(app, &who.scope, &payment, who, wish);
    store::insert_refund(tx, &row)?;
    kit::jobs::enqueue_at(
        tx,
        app.hands(),
        MAKE,
        &row.id,
        &row.id,
        app.now_ms() + MAKE_LATER_MS,
    )?;
    audit::record(tx, app, &entry(who, &row, &wish.address))?;
    Ok(Ok(row))
}

/// What Stripe may still send back of a payment; nothing for one that did not come through Stripe, or while a bank has it.
///
/// # Errors
/// [`Error::NoRow`] for a payment that is not in this drawer; else of the database.
pub fn rest_of(tx: &mut Tx<'_>, scope: &Scope, payment_id: &str) -> Result<Option<Money>, Error> {
    let payment = booked::find(tx, scope, payment_id)?.ok_or(Error::NoRow)?;
    if !payment.is_online() {
        return Ok(None);
    }
    Ok(rest(tx, &payment)?.ok())
}

/// What may still go back of a locked payment: what was paid, less what holds its amount; nothing while a bank has it.
///
/// # Errors
/// Of the database.
pub(super) fn rest(
    tx: &mut Tx<'_>,
    payment: &Booked,
) -> Result<Result<Money, CannotRefund>, Error> {
    let refunds = store::list_by_payment(tx, &payment.id)?;
    let held = refunds.iter().map(|refund| (refund.status, refund.amount));
    let disputes = disputes::statuses_of_payment(tx, &payment.id)?;
    Ok(refundable(payment.amount, held, disputes))
}

fn row(app: &App, scope: &Scope, payment: &Booked, who: &Who, wish: &Wish) -> RefundRow {
    let now = app.now_ms();
    RefundRow {
        id: wish.id.clone(),
        scope: scope.clone(),
        payment_id: payment.id.clone(),
        customer_id: payment.customer_id.clone(),
        origin: Origin::Here,
        idempotency_key: app.chance().token(),
        stripe_id: None,
        amount: wish.amount,
        reason: wish.reason.clone(),
        note: wish.note.clone(),
        credit_note_id: wish.credit_note_id.clone(),
        status: RefundStatus::Asked,
        refusal: String::new(),
        failure_reason: String::new(),
        pending_reason: String::new(),
        taken_at: None,
        returned_at: None,
        asked_by: who.name.clone(),
        told_at: None,
        payer_mailed_at: None,
        seller_mailed_at: None,
        handled_at: None,
        handled_by: String::new(),
        created_at: now,
        updated_at: now,
    }
}

fn entry(who: &Who, row: &RefundRow, address: &str) -> audit::Entry {
    audit::Entry::by(
        who,
        "refund.asked",
        row.payment_id.clone(),
        format!("{} {} {} {}", row.id, row.amount, row.reason, row.note)
            .trim()
            .to_owned(),
        address.to_owned(),
    )
}
