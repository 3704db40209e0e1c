//! A booked payment as what comes after it sees it: refunds, disputes.

mod store;

use billing::money::Money;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use crate::customers::{self, Customer};
use crate::invoices::claim::Source;
use crate::who::Scope;

/// What was booked.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The payment.
    pub id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// Who paid.
    pub customer_id: String,
    /// What came.
    pub amount: Money,
    /// `card`, `us_bank_account` … as Stripe calls it.
    pub method: String,
    /// `visa` …; empty when it was no card.
    pub card_brand: String,
    /// Four digits, or empty.
    pub card_last4: String,
    /// `pi_…`; empty when it did not come through Stripe.
    pub intent_id: String,
    /// `ch_…`, or what stands for it.
    pub charge_id: String,
    /// What Stripe kept of it.
    pub fee: Option<Money>,
    /// Unix milliseconds.
    pub received_at: i64,
    /// Of its receipt.
    pub receipt_number: String,
}

impl Booked {
    /// The name under which it stands on its invoices.
    pub fn source(&self) -> Source {
        Source::payment(self.id.as_str())
    }

    /// Whether Stripe can send it back.
    pub fn is_online(&self) -> bool {
        self.intent_id.starts_with("pi_")
    }

    /// `Visa •••• 4242`; empty when it was no card.
    pub fn card_words(&self) -> String {
        super::card_words(&self.card_brand, &self.card_last4)
    }
}

/// One payment of a drawer.
///
/// # Errors
/// Of the database.
pub fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Booked>, Error> {
    store::find(tx, scope, id)
}

/// Takes the payment's row, so that whoever else wants to send money of it back waits; then reads it.
///
/// # Errors
/// [`Error::NoRow`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Booked, Error> {
    store::lock(tx, scope, id)
}

/// The payment a charge or an intent at Stripe was booked as, in this drawer.
///
/// # Errors
/// Of the database.
pub fn find_by_stripe(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: Option<&str>,
    intent_id: Option<&str>,
) -> Result<Option<Booked>, Error> {
    let (charge, intent) = (charge_id.unwrap_or("-"), intent_id.unwrap_or("-"));
    store::find_by_stripe(tx, scope, charge, intent)
}

/// Whose payment it is now; nobody's while it is in the tray. What was written down of it before it had a place (a
/// refund, a dispute) is of the same customer as the rest of it.
///
/// # Errors
/// Of the database.
pub fn find_customer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    payment_id: &str,
) -> Result<Option<Customer>, Error> {
    match find(tx, scope, payment_id)? {
        Some(payment) => customers::find(tx, &scope.business_id, &payment.customer_id),
        None => Ok(None),
    }
}

/// The name of whoever it is of, or words for money of nobody yet.
pub fn name_or_nobody(l: Locale, name: &str) -> String {
    if name.is_empty() {
        l.t("tray-nobody").into_owned()
    } else {
        name.to_owned()
    }
}
