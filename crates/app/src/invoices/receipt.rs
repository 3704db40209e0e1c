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
    /// What it pays.
    pub invoice_id: String,
    /// What came.
    pub amount: Money,
    /// Unix milliseconds.
    pub received_at: i64,
    /// `Visa •••• 4242`; empty when not known.
    pub method: String,
}

/// Puts the receipt into the outbox. Nothing happens when the customer has no address.
///
/// # Errors
/// [`Error::NoRow`] for an unknown invoice; else of the database.
pub fn queue_receipt(tx: &mut Tx<'_>, app: &App, paid: &Paid) -> Result<(), Error> {
    let kept = store::lock(tx, &paid.scope, &paid.invoice_id)?.ok_or(Error::NoRow)?;
    let Some(frozen) = kept.frozen.as_deref().map(Frozen::read).transpose()? else {
        return Ok(());
    };
    let Some((_, url)) = link::for_invoice(tx, app, &paid.invoice_id)? else {
        return Ok(());
    };
    let to_address = address(tx, &paid.scope, &kept.customer_id, &frozen)?;
    if to_address.is_empty() {
        return Ok(());
    }
    let due = claim::get(tx, &paid.scope, &paid.invoice_id)?.amount_due();
    let zone = settings::business(tx, &paid.scope.business_id)?.zone();
    let paid_at = Timestamp::from_millisecond(paid.received_at).unwrap_or_default();
    let money = |amount: Money| frozen.money(frozen.locale(), amount.minor());
    let letter = letters::receipt(&letters::ReceiptFacts {
        l: frozen.locale(),
        sender: sender(&frozen),
        number: frozen.number.clone(),
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
        invoice_id: Some(paid.invoice_id.clone()),
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
    claim::note(tx, app, &paid.invoice_id, "receipt-sent", "", &to_address)
}
