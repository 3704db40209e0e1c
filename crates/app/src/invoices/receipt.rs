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
    /// What it pays of each invoice; of the one it was meant for, nothing, when no invoice could use it.
    pub shares: Vec<(String, Money)>,
    /// What came.
    pub amount: Money,
    /// Unix milliseconds.
    pub received_at: i64,
    /// `Visa •••• 4242`; empty when it was no card.
    pub method: String,
    /// The key of how it came, when a person recorded it.
    pub recorded: Option<&'static str>,
}

/// Puts the receipt into the outbox: one mail, however many invoices were paid at once. Nothing happens when the
/// customer has no address.
///
/// # Errors
/// [`Error::NoRow`] for an unknown invoice; else of the database.
pub fn queue_receipt(tx: &mut Tx<'_>, app: &App, paid: &Paid) -> Result<(), Error> {
    let Some((first, _)) = paid.shares.first() else {
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
    let mut left = paid.amount;
    let mut parts = Vec::new();
    let shape = |e: billing::money::MoneyError| Error::Shape(e.to_string());
    for (id, share) in &paid.shares {
        let claim = claim::get(tx, &paid.scope, id)?;
        due = due.checked_add(claim.amount_due()).map_err(shape)?;
        left = left.checked_sub(*share).map_err(shape)?;
        parts.push((claim.number, *share));
    }
    let zone = settings::business(tx, &paid.scope.business_id)?.zone();
    let paid_at = Timestamp::from_millisecond(paid.received_at).unwrap_or_default();
    let money = |amount: Money| frozen.money(frozen.locale(), amount.minor());
    let letter = letters::receipt(&letters::ReceiptFacts {
        l: frozen.locale(),
        sender: sender(&frozen),
        number: numbers(&parts),
        amount: money(paid.amount),
        paid_on: zone.to_datetime(paid_at).date(),
        parts: match parts.as_slice() {
            [_] => Vec::new(),
            several => several
                .iter()
                .map(|(number, share)| (number.clone(), money(*share)))
                .collect(),
        },
        credited: if left.is_positive() {
            money(left)
        } else {
            String::new()
        },
        method: match paid.recorded {
            Some(key) => frozen.locale().t(key).into_owned(),
            None => paid.method.clone(),
        },
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
    for (id, _) in &paid.shares {
        claim::note(tx, app, id, "receipt-sent", "", &to_address)?;
    }
    Ok(())
}

fn numbers(parts: &[(String, Money)]) -> String {
    let numbers: Vec<&str> = parts.iter().map(|(number, _)| number.as_str()).collect();
    numbers.join(", ")
}
