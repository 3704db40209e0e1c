//! The job that thanks the payer: the receipt goes into the outbox once per payment.

use billing::money::Money;
use billing::payment::manual::Method;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;

use super::attempts;
use super::store;
use super::words::method_word;
use crate::app::App;
use crate::invoices::claim::{self, Source};
use crate::invoices::{Paid, queue_receipt};

/// Does the job [`super::settle::SEND_RECEIPT`]. The receipt's row and the mark that it was written are one
/// transaction, so doing it again sends nothing twice.
pub async fn send_receipt(app: &App, payment_id: &str) -> Outcome {
    let (app_in, id) = (app.clone(), payment_id.to_owned());
    match app.db().write(move |tx| write(tx, &app_in, &id)).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn write(tx: &mut Tx<'_>, app: &App, payment_id: &str) -> Result<(), Error> {
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
        let meant_for = attempts::find_invoice_of_intent(tx, &payment.intent_id)?;
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

/// A card as a person knows it: `Visa •••• 4242` (PAY-04); empty when it was no card.
pub fn card_words(brand: &str, last4: &str) -> String {
    if last4.is_empty() {
        return String::new();
    }
    let mut letters = brand.chars();
    let brand: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    format!("{brand} •••• {last4}")
}
