//! A line as we keep it, and the reading of Stripe's.

use billing::Money;
use billing::currency::Currency;
use billing::ledger::{Account, ReportingCategory};
use billing::stripe_amount::StripeAmountError;
use jiff::Timestamp;
use kit::db::Error;
use stripe::BalanceTransaction;

use super::Place;

/// Where a line stands in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its entry stands in the ledger.
    Booked,
    /// The amount in the payer's currency is not known yet: without it clearing cannot be cleared.
    Waiting,
    /// It was part of the balance on the day the books began.
    Before,
    /// It moves no money of the seller's balance: nothing at all, or in a balance beside it (a reserve has both sides,
    /// and only the one in the balance of payments is ours to book).
    Still,
}

impl State {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Booked => "booked",
            State::Waiting => "waiting",
            State::Before => "before",
            State::Still => "still",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<State> {
        [State::Booked, State::Waiting, State::Before, State::Still]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// Whether something of ours stands behind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nobody has looked yet.
    Unknown,
    /// A payment, refund or dispute of ours.
    Ours,
    /// Another program's.
    Foreign,
}

impl Owner {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Owner::Unknown => "",
            Owner::Ours => "ours",
            Owner::Foreign => "foreign",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<Owner> {
        [Owner::Unknown, Owner::Ours, Owner::Foreign]
            .into_iter()
            .find(|o| o.as_str() == text)
    }
}

/// One line of the account. Amounts are in the currency of the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `txn_…`
    pub id: String,
    /// `acct_…`, or empty.
    pub account_id: String,
    /// Stripe's `type`, for people.
    pub kind: String,
    /// Stripe's `reporting_category` as it was told; may be empty.
    pub category: String,
    /// What made it: a charge, a refund, a dispute, a payout; empty for Stripe's own fees.
    pub source: String,
    /// The payout it left with, once known.
    pub payout_id: Option<String>,
    /// Gross; below zero when money leaves.
    pub amount: Money,
    /// What Stripe keeps, tax included.
    pub fee: Money,
    /// The tax inside the fee.
    pub tax: Money,
    /// Gross less fee.
    pub net: Money,
    /// What stands behind it in the payer's currency, above nothing, where that is known.
    pub paid: Option<Money>,
    /// How the one became the other; empty when they are one currency.
    pub exchange_rate: String,
    /// Stripe's own words.
    pub description: String,
    /// Where it stands.
    pub state: State,
    /// Whose it is.
    pub owner: Owner,
    /// When it may be paid out, Unix milliseconds.
    pub available_at: i64,
    /// Unix milliseconds.
    pub created_at: i64,
}

impl Line {
    /// What kind of movement it is (`led_04`).
    pub fn reporting_category(&self) -> ReportingCategory {
        ReportingCategory::parse(&self.category)
    }

    /// Whether it stands against clearing: the payer's currency matters then.
    pub fn clears(&self) -> bool {
        self.reporting_category().account() == Account::StripeClearing
    }

    /// Whether a payment, a refund or a dispute of ours must be behind it, or another program's.
    pub fn has_owner(&self) -> bool {
        self.clears() || self.reporting_category().account() == Account::DisputedFunds
    }

    /// Whether its amount stands in suspense (`led_05`).
    pub fn is_in_suspense(&self) -> bool {
        let unknown = self.reporting_category().account() == Account::Suspense;
        self.state == State::Booked && (unknown || self.owner == Owner::Foreign)
    }
}

/// Reads Stripe's line into ours.
pub(super) fn read(place: &Place, t: &BalanceTransaction) -> Result<Line, Error> {
    let shape = |what: String| Error::Shape(format!("{}: {what}", t.id));
    let currency = Currency::parse(&t.currency.to_uppercase())
        .map_err(|_| shape(format!("“{}” is no currency", t.currency)))?;
    let money = |minor: i64| {
        Money::from_stripe_amount(minor, currency)
            .map_err(|e: StripeAmountError| shape(e.to_string()))
    };
    let taxes = t.fee_details.iter().filter(|d| d.kind == "tax");
    let created_at = t.created.saturating_mul(1000);
    Ok(Line {
        id: t.id.clone(),
        account_id: place.account_id.clone(),
        kind: t.kind.clone(),
        category: t.reporting_category.clone().unwrap_or_default(),
        source: t.source.clone().unwrap_or_default(),
        payout_id: None,
        amount: money(t.amount)?,
        fee: money(t.fee)?,
        tax: money(taxes.map(|d| d.amount).sum())?,
        net: money(t.net)?,
        paid: None,
        exchange_rate: t
            .exchange_rate
            .as_ref()
            .map_or(String::new(), ToString::to_string),
        description: t.description.clone().unwrap_or_default(),
        state: if beside(t) {
            State::Still
        } else if created_at < place.begins_at {
            State::Before
        } else {
            State::Booked
        },
        owner: Owner::Unknown,
        available_at: t.available_on.saturating_mul(1000),
        created_at,
    })
}

fn beside(t: &BalanceTransaction) -> bool {
    t.balance_type
        .as_deref()
        .is_some_and(|kind| kind != "payments")
}

/// The day a line is booked on.
pub(super) fn day(created_at: i64, zone: &jiff::tz::TimeZone) -> jiff::civil::Date {
    Timestamp::from_millisecond(created_at)
        .unwrap_or_default()
        .to_zoned(zone.clone())
        .date()
}
