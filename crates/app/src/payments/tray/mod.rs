//! The tray: money at Stripe with our reference that fits nowhere. It is booked (clearing against suspense), it is
//! seen, and it waits for a person who knows where it belongs.

pub(super) mod allocate;
pub(super) mod list;
mod store;

use billing::ledger::Account;
use billing::ledger::documents::{Division, payment_received};
use billing::money::Money;
use billing::payment::settle::{IntentStatus, Mismatch};
use kit::db::{Error, Tx};
use stripe::PaymentIntent;

use super::settle::{self, Whose};
use super::store::{NewPayment, find_booked, insert_payment};
use super::{open, settled};
use crate::app::App;
use crate::ledger::{self, About};
use crate::problem::Problem;
use crate::who::Scope;

/// The kind of its entry; its subject is the payment's id.
const KIND: &str = "unallocated_payment";

/// Why money fits nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::payments) enum Why {
    /// It names an attempt that is not in these books: they were restored from before it, or are not the only ones.
    UnknownAttempt,
    /// The attempt it names has another intent.
    OtherIntent,
    /// It came in another currency than was asked for.
    OtherCurrency,
}

impl Why {
    const ALL: [Why; 3] = [Why::UnknownAttempt, Why::OtherIntent, Why::OtherCurrency];

    /// The stored word.
    fn as_str(self) -> &'static str {
        match self {
            Why::UnknownAttempt => "unknown_attempt",
            Why::OtherIntent => "other_intent",
            Why::OtherCurrency => "other_currency",
        }
    }

    fn parse(text: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.as_str() == text)
    }

    /// A mismatch that is money all the same.
    pub(in crate::payments) fn of(mismatch: Mismatch) -> Option<Why> {
        match mismatch {
            Mismatch::OtherIntent => Some(Why::OtherIntent),
            Mismatch::OtherCurrency => Some(Why::OtherCurrency),
            Mismatch::OtherMode
            | Mismatch::NothingReceived
            | Mismatch::BookedOther { .. }
            | Mismatch::WaitsForCapture => None,
        }
    }
}

/// Keeps a succeeded intent that bears our reference, once; later news of it only brings the fee. Answers whether it is
/// in the tray, or was.
///
/// # Errors
/// Of the database.
pub(in crate::payments) async fn keep(
    app: &App,
    scope: &Scope,
    intent: &PaymentIntent,
    why: Why,
) -> Result<bool, Problem> {
    let Ok(facts) = settle::facts(intent) else {
        return Ok(false);
    };
    let ours = is_ours(scope, intent);
    let paid = facts.status == IntentStatus::Succeeded && facts.amount_received.is_positive();
    if !ours || !paid || facts.mode != scope.mode {
        return Ok(false);
    }
    let (hands, scope, intent) = (app.clone(), scope.clone(), intent.clone());
    let amount = facts.amount_received;
    app.db()
        .write::<_, Error, _>(move |tx| write(tx, &hands, &scope, &intent, amount, why))
        .await?;
    Ok(true)
}

/// Whether it bears our reference, and no other business's.
fn is_ours(scope: &Scope, intent: &PaymentIntent) -> bool {
    let told = |name| intent.metadata.get(name);
    let another = told(open::BUSINESS).is_some_and(|id| id != scope.business_id.as_str());
    told(open::ATTEMPT).is_some() && !another
}

fn write(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    intent: &PaymentIntent,
    amount: Money,
    why: Why,
) -> Result<(), Error> {
    let number = intent.metadata.get("quittance_number");
    let number = number.cloned().unwrap_or_default();
    let whose = Whose {
        scope: scope.clone(),
        memo: number.clone(),
        invoice_id: None,
        customer_id: None,
    };
    if let Some((payment_id, gross)) = find_booked(tx, &intent.id)? {
        return settle::note_fee(tx, app, &whose, &payment_id, gross, intent);
    }
    let charge = intent.charge();
    let (brand, last4, expiry) = settle::card(charge);
    let charge_id = charge.map_or(intent.id.as_str(), |c| c.id.as_str());
    let payment_id = app.new_id();
    let receipt_number = settled::receipt_number(tx, scope)?;
    let search = [&receipt_number, &number, charge_id, &intent.id].map(str::to_lowercase);
    insert_payment(
        tx,
        &NewPayment {
            id: &payment_id,
            scope,
            customer_id: "",
            method: charge.and_then(settle::method).unwrap_or("card"),
            amount,
            allocated: Money::zero(amount.currency()),
            intent_id: &intent.id,
            charge_id,
            card: (brand, last4, expiry),
            search: search.join("\n"),
            receipt_number,
            received_at: charge.map_or(app.now_ms(), |c| c.created * 1000),
            reference: &number,
            recorded_by: "",
        },
        app.now_ms(),
    )?;
    store::update_unallocated(tx, &payment_id, why.as_str())?;
    let entry = Division::of_nobody(amount)
        .and_then(|division| payment_received(Account::StripeClearing, &division))
        .map_err(|e| Error::Shape(e.to_string()))?;
    let about = About {
        kind: KIND,
        subject: payment_id.clone(),
        date: settled::today(tx, app, scope)?,
        memo: number,
        invoice_id: None,
        customer_id: None,
    };
    ledger::post(tx, app, scope, &about, &entry)?;
    settle::note_fee(tx, app, &whose, &payment_id, amount, intent)?;
    settle::find_fee_later(tx, app, scope, &intent.id)
}

/// How many payments wait for their place.
///
/// # Errors
/// Of the database.
pub fn count(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    store::count_unallocated(tx, scope)
}

/// Money goes back to the payer before anybody knew where it belongs: so much less of it waits. Below zero it came back,
/// and waits again.
///
/// # Errors
/// Of the database.
pub(super) fn give_back(tx: &mut Tx<'_>, payment_id: &str, amount: Money) -> Result<(), Error> {
    store::update_returned(tx, payment_id, amount.minor())
}
