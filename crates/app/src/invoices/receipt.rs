//! The mail that thanks for a payment: news that comes up by a job after the booking.

use billing::money::Money;
use jiff::Timestamp;
use kit::db::{Error, Tx};

use super::frozen::Frozen;
use super::send::{address, sender};
use super::{claim, link, store};
use crate::app::App;
use crate::mail::{self, letters};
use crate::settings;
use crate::who::Scope;

/// A payment that was booked for an invoice.
#[derive(Clone, Debug)]
pub struct Paid {
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// What it pays; none for money that no invoice could use.
    pub invoice_ids: Vec<String>,
    /// What came.
    pub amount: Money,
    /// Unix milliseconds.
    pub received_at: i64,
    /// `Visa •••• 4242`; empty when not known.
    pub method: String,
}

/// Puts the receipt into the outbox: one mail, however many invoices were paid at once. Nothing happens when the
/// customer has no address.
///
/// # Errors
/// [`Error::NoRow`] for an unknown invoice; else of the database.
pub fn queue_receipt(tx: &mut Tx<'_>, app: &App, paid: &Paid) -> Result<(), Error> {
    let Some(first) = paid.invoice_ids.first() else {
        return Ok(());
    };
    let kept = store::lock(tx, &paid.scope, first)?.ok_or(Error::NoRow)?;
    let Some(frozen) = kept.frozen.as_deref().map(Frozen::read).transpose()? else {
        return Ok(());
    };
    let Some((_, url)) = link::for_invoice(tx, app, first)? else {
        return Ok(());
    };
    let to_address = address(tx, &paid.scope, &kept.customer_id, &frozen)?;
    if to_address.is_empty() {
        return Ok(());
    }
    let mut due = Money::zero(paid.amount.currency());
    let mut numbers = Vec::new();
    for id in &paid.invoice_ids {
        let claim = claim::get(tx, &paid.scope, id)?;
        due = due
            .checked_add(claim.amount_due())
            .map_err(|e| Error::Shape(e.to_string()))?;
        numbers.push(claim.number);
    }
    let zone = settings::business(tx, &paid.scope.business_id)?.zone();
    let paid_at = Timestamp::from_millisecond(paid.received_at).unwrap_or_default();
    let money = |amount: Money| frozen.money(frozen.locale(), amount.minor());
    let letter = letters::receipt(&letters::ReceiptFacts {
        l: frozen.locale(),
        sender: sender(&frozen),
        number: numbers.join(", "),
        amount: money(paid.amount),
        paid_on: zone.to_datetime(paid_at).date(),
        method: paid.method.clone(),
        still_due: if due.is_zero() {
            String::new()
        } else {
            money(due)
        },
    });
    let path = url.strip_prefix(app.public_url()).unwrap_or(&url);
    let new = mail::NewMail {
        scope: paid.scope.clone(),
        kind: "receipt",
        invoice_id: Some(first.clone()),
        link: format!("{path}/receipt"),
        to_address: to_address.clone(),
        to_name: frozen.buyer.name.clone(),
        reply_to: frozen.seller.email.clone(),
        from_name: frozen.seller.name.clone(),
        language: frozen.lang(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    };
    mail::queue(tx, app, new)?;
    for id in &paid.invoice_ids {
        claim::note(tx, app, id, "receipt-sent", "", &to_address)?;
    }
    Ok(())
}
