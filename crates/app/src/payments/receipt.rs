//! The job that thanks the payer: the receipt goes into the outbox once per payment.

use billing::money::Money;
use billing::payment::manual::Method;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;

pub use crate::cards::face as card_words;

use super::attempts;
use super::store;
use super::words::method_word;
use crate::app::App;
use crate::invoices::claim::{self, Source};
use crate::invoices::{Paid, queue_receipt};

/// Does the job [`super::settle::SEND_RECEIPT`]. The receipt's row and the mark that it was written are one
/// transaction, so doing it again sends nothing twice. The payload is the payment's id and, for one that a person
/// recorded, the invoice it was recorded on.
pub async fn send_receipt(app: &App, payload: &str) -> Outcome {
    let (app_in, payload) = (app.clone(), payload.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let (id, recorded_on) = payload.split_once(' ').unwrap_or((&payload, ""));
        write(tx, &app_in, id, recorded_on)
    };
    match app.db().write(write).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn write(tx: &mut Tx<'_>, app: &App, payment_id: &str, recorded_on: &str) -> Result<(), Error> {
    if !store::lock_without_receipt(tx, payment_id)? {
        return Ok(());
    }
    let payment = store::get_payment(tx, payment_id)?;
    let mut shares: Vec<(String, Money)> = claim::list_shares(tx, &Source::payment(payment_id))?
        .into_iter()
        .map(|share| (share.invoice_id, share.amount))
        .collect();
    if shares.is_empty() {
        // Late money that no invoice could use: the payer still gets proof of it, with the invoice it was meant for.
        let meant_for = match recorded_on {
            "" => attempts::find_invoice_of_intent(tx, &payment.intent_id)?,
            invoice_id => Some(invoice_id.to_owned()),
        };
        shares.extend(meant_for.map(|id| (id, Money::zero(payment.amount.currency()))));
    }
    queue_receipt(
        tx,
        app,
        &Paid {
            scope: payment.scope.clone(),
            shares,
            amount: payment.amount,
            received_at: payment.received_at,
            method: card_words(&payment.card_brand, &payment.card_last4),
            recorded: Method::parse(&payment.method).map(method_word),
        },
    )?;
    store::update_receipt_sent(tx, payment_id, app.now_ms())
}
