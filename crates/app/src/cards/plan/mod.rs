//! What autopay means to do with an invoice, and what it did: read by every page that shows it, written by
//! [`crate::autopay`] alone.

mod store;

use billing::money::Money;
use billing::payment::autopay::{Try, Verdict, Why};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use crate::who::Scope;

pub(crate) use store::{
    insert_try, list_declined, list_tries, update_key, update_next, update_try_ended, upsert_plan,
};

/// Where autopay stands with an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It will be charged on its day.
    Planned,
    /// Something stands in the way that may pass.
    Held,
    /// The payer was asked to come.
    AwaitsPayer,
    /// It cannot go on by itself; somebody was told.
    GaveUp,
    /// Nothing is to be done any more.
    Over,
}

impl State {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Held => "held",
            State::AwaitsPayer => "awaits_payer",
            State::GaveUp => "gave_up",
            State::Over => "over",
        }
    }

    fn parse(text: &str) -> Option<State> {
        [
            State::Planned,
            State::Held,
            State::AwaitsPayer,
            State::GaveUp,
            State::Over,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// The plan for one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The invoice.
    pub invoice_id: String,
    /// By which consent.
    pub consent_id: String,
    /// Where it stands.
    pub state: State,
    /// Why it is held, given up or over.
    pub why: Option<Why>,
    /// When it will be charged, or was to be.
    pub charge_on: Option<Date>,
    /// The mail that told the payer; empty before.
    pub notice_mail: String,
    /// What that mail said would be charged, minor units of the invoice's currency.
    pub notice_minor: i64,
    /// When to look again, Unix milliseconds.
    pub next_at: i64,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its outcome is not known yet.
    Started,
    /// Paid.
    Paid,
    /// A bank is working on it.
    Processing,
    /// Declined.
    Declined,
    /// Given up before anything was charged.
    Void,
}

impl Outcome {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Started => "started",
            Outcome::Paid => "paid",
            Outcome::Processing => "processing",
            Outcome::Declined => "declined",
            Outcome::Void => "void",
        }
    }

    fn parse(text: &str) -> Option<Outcome> {
        [
            Outcome::Started,
            Outcome::Paid,
            Outcome::Processing,
            Outcome::Declined,
            Outcome::Void,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == text)
    }
}

/// A charge of a kept card, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Our row.
    pub id: String,
    /// Whose books, and which drawer.
    pub scope: Scope,
    /// What it pays.
    pub invoice_id: String,
    /// By which consent.
    pub consent_id: String,
    /// With which card.
    pub saved_id: String,
    /// Through which attempt.
    pub attempt_id: String,
    /// Bound to the intention (PAY-10).
    pub idempotency_key: String,
    /// Since when that key is used, Unix milliseconds.
    pub key_at: i64,
    /// What was asked for.
    pub amount: Money,
    /// The seller's day.
    pub tried_on: Date,
    /// How it ended.
    pub outcome: Outcome,
    /// The bank's reason; for the seller, not the payer.
    pub code: String,
    /// What that reason asks for.
    pub verdict: Option<Verdict>,
    /// Unix milliseconds.
    pub started_at: i64,
}

impl Tried {
    fn as_try(&self) -> Option<Try> {
        Some(Try {
            on: self.tried_on,
            verdict: self.verdict?,
        })
    }
}

/// The plan for an invoice, if its payer's consent is still in force.
///
/// # Errors
/// Of the database.
pub fn find(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<Plan>, Error> {
    store::find_plan_in_force(tx, invoice_id)
}

/// The plan for an invoice as it was last written, whatever became of the consent.
///
/// # Errors
/// Of the database.
pub(crate) fn find_kept(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<Plan>, Error> {
    store::find_plan(tx, invoice_id)
}

/// The last charge of a customer's card that came to something, for the seller.
///
/// # Errors
/// Of the database.
pub fn last_of_customer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Option<Tried>, Error> {
    store::find_last_of_customer(tx, scope, customer_id)
}

/// Why nothing is charged, for the seller.
pub fn why_words(l: Locale, why: Why) -> String {
    let key = match why {
        Why::NothingDue => locale::key("autopay-why-nothing-due"),
        Why::NoConsent => locale::key("autopay-why-no-consent"),
        Why::DueBefore => locale::key("autopay-why-due-before"),
        Why::Returned => locale::key("autopay-why-returned"),
        Why::Processing => locale::key("autopay-why-processing"),
        Why::Disputed => locale::key("autopay-why-disputed"),
        Why::NotOffered => locale::key("autopay-why-not-offered"),
        Why::NotTold => locale::key("autopay-why-not-told"),
        Why::CardOver => locale::key("autopay-why-card-over"),
        Why::CardRefused => locale::key("autopay-why-card-refused"),
        Why::Declined => locale::key("autopay-why-declined"),
        Why::PayerAway => locale::key("autopay-why-payer-away"),
    };
    l.t(key).into_owned()
}

/// Where a plan stands, in one sentence for the seller; empty when nothing is to be said.
pub fn words(l: Locale, plan: &Plan) -> String {
    let why = plan.why.map(|why| why_words(l, why)).unwrap_or_default();
    match (plan.state, plan.charge_on) {
        (State::Planned, Some(day)) => l
            .t1("autopay-planned", "day", l.date_medium(day))
            .into_owned(),
        (State::Planned, None) | (State::Over, _) => String::new(),
        (State::Held, _) => l.t1("autopay-held", "why", why).into_owned(),
        (State::AwaitsPayer, _) => l.t("autopay-awaits-payer").into_owned(),
        (State::GaveUp, _) => l.t1("autopay-gave-up", "why", why).into_owned(),
    }
}

/// The try whose outcome is not known yet.
///
/// # Errors
/// Of the database.
pub(crate) fn find_started(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<Tried>, Error> {
    store::find_started(tx, invoice_id)
}
