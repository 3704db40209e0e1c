//! The one booking function. Whatever path the news came by, it ends here, with an intent fetched from Stripe, or with
//! the session that carries one.

use billing::currency::Currency;
use billing::ledger::Account;
use billing::ledger::documents::payment_received;
use billing::money::Money;
use billing::payment::decline::DeclineGroup;
use billing::payment::session::{Session, SessionStatus, settle_session as decide_of_session};
use billing::payment::settle::{
    Attempt, AttemptStatus, Intent, IntentStatus, Settlement, settle as decide,
};
use kit::db::{Error, Tx};
use stripe::{BalanceTransaction, Charge, CheckoutSession, PaymentIntent};

use super::attempts::{self, AttemptRow, Item};
use super::keep;
use super::settled::{self, Went};
use super::store;
use super::tray::{self, Why};
use crate::app::App;
use crate::balance::{self, Behind, Place};
use crate::invoices::claim::{self, Claim};
use crate::ledger::{self, About};
use crate::problem::Problem;
use crate::who::Scope;

/// The job that asks for a balance transaction that was not there yet when the payment was booked.
pub const FIND_FEE: &str = "FindFee";
/// The job that says that a payment failed on which a bank had been at work; its payload is the attempt's id.
pub const SAY_FAILED: &str = "SayPaymentFailed";
/// The job that thanks the payer; its payload is the payment's id.
pub const SEND_RECEIPT: &str = "SendReceipt";

/// Books, marks, or does nothing: whatever the intent says that we do not know yet. One transaction; doing it again
/// does nothing.
///
/// # Errors
/// [`Problem::Internal`] when the intent contradicts the attempt (another mode, currency or amount): nothing is
/// changed, and the log and the event's result say how.
pub async fn settle(
    app: &App,
    attempt_id: &str,
    intent: &PaymentIntent,
) -> Result<Settlement, Problem> {
    let news = News {
        facts: Facts::Intent(facts(intent).map_err(Problem::internal)?),
        intent: Some(intent.clone()),
        session_id: None,
    };
    settle_news(app, attempt_id, news).await
}

/// The same for what a session says, and the intent in it.
///
/// # Errors
/// As [`settle`].
pub(super) async fn settle_session(
    app: &App,
    attempt_id: &str,
    session: &CheckoutSession,
) -> Result<Settlement, Problem> {
    let news = News {
        facts: Facts::Session(session_facts(session).map_err(Problem::internal)?),
        intent: session.intent().cloned(),
        session_id: Some(session.id.clone()),
    };
    settle_news(app, attempt_id, news).await
}

/// What Stripe told, whichever of its objects it told it of.
#[derive(Clone)]
struct News {
    facts: Facts,
    /// The whole of it, for what is booked beside the amount.
    intent: Option<PaymentIntent>,
    session_id: Option<String>,
}

#[derive(Clone)]
enum Facts {
    Intent(Intent),
    Session(Session),
}

impl News {
    fn decide(&self, attempt: &Attempt) -> Settlement {
        match &self.facts {
            Facts::Intent(intent) => decide(attempt, intent),
            Facts::Session(session) => decide_of_session(attempt, session),
        }
    }

    /// Stripe's own word for where it stands.
    fn word(&self) -> &'static str {
        match &self.facts {
            Facts::Intent(intent) => intent.status.as_str(),
            Facts::Session(session) => match &session.intent {
                Some(intent) => intent.status.as_str(),
                None => session.status.as_str(),
            },
        }
    }

    fn intent_id(&self) -> &str {
        self.intent.as_ref().map_or("", |intent| intent.id.as_str())
    }
}

async fn settle_news(app: &App, attempt_id: &str, news: News) -> Result<Settlement, Problem> {
    let (app_in, id, kept) = (app.clone(), attempt_id.to_owned(), news.clone());
    let (decision, scope) = app
        .db()
        .write(move |tx| settle_in(tx, &app_in, &id, &kept))
        .await?;
    if let Settlement::Mismatch(mismatch) = &decision {
        tracing::error!(attempt_id, %mismatch, "what Stripe says contradicts what was written down");
        if let (Some(why), Some(intent)) = (Why::of(*mismatch), &news.intent) {
            tray::keep(app, &scope, intent, why).await?;
        }
    }
    Ok(decision)
}

fn settle_in(
    tx: &mut Tx<'_>,
    app: &App,
    attempt_id: &str,
    news: &News,
) -> Result<(Settlement, Scope), Error> {
    // Lock, look, act: the attempt's row first, so that two paths with the same news come one after the other.
    let mut attempt = attempts::lock_attempt(tx, attempt_id)?;
    let now = app.now_ms();
    learn(tx, &mut attempt, news, now)?;
    let booked = match &news.intent {
        Some(intent) => store::find_booked(tx, &intent.id)?,
        None => None,
    };
    let decision = news.decide(&attempt.facts(booked.as_ref().map(|(_, amount)| *amount)));
    let items = attempts::list_items(tx, &attempt.id)?;
    attempts::update_attempt_asked(tx, &attempt.id, news.word(), now)?;
    match (decision, &news.intent) {
        (Settlement::Book { amount }, Some(intent)) => {
            book(tx, app, &attempt, &items, intent, amount)?
        }
        (Settlement::MarkProcessing, _) => {
            attempts::update_attempt_status(tx, &attempt.id, AttemptStatus::Processing, "", now)?;
            for item in &under_way(&items, news.intent.as_ref())? {
                claim::set_processing(tx, &item.invoice_id, item.amount)?;
                let act = "payment-processing";
                claim::note(tx, app, &item.invoice_id, act, "stripe", news.intent_id())?;
            }
        }
        (Settlement::MarkDeclined { group }, Some(intent)) => {
            let code = declined_code(intent);
            attempts::update_attempt_status(
                tx,
                &attempt.id,
                AttemptStatus::Declined(group),
                &code,
                now,
            )?;
            nothing_under_way(tx, &items)?;
            for item in &items {
                let act = "payment-declined";
                claim::note(tx, app, &item.invoice_id, act, "stripe", &code)?;
            }
            // Somebody in front of the form reads it there; days later nobody is.
            if attempt.status == AttemptStatus::Processing {
                kit::jobs::enqueue(tx, app.hands(), SAY_FAILED, &attempt.id, &attempt.id)?;
            }
        }
        (Settlement::MarkCanceled, _) => {
            attempts::update_attempt_status(tx, &attempt.id, AttemptStatus::Canceled, "", now)?;
            nothing_under_way(tx, &items)?;
        }
        (Settlement::Book { .. } | Settlement::MarkDeclined { .. }, None) => {
            return Err(Error::Shape("money without an intent".into()));
        }
        (Settlement::Nothing | Settlement::Mismatch(_), intent) => {
            if let (Some((payment_id, gross)), Some(intent)) = (booked, intent) {
                let claim = claim::get(tx, &attempt.scope, &attempt.invoice_id)?;
                note_fee(tx, app, &Whose::owes(&claim), &payment_id, gross, intent)?;
            }
        }
    }
    Ok((decision, attempt.scope))
}

/// A session makes its intent when somebody first pays, and an answer that was lost is made up for by any later news:
/// both ids are written down as soon as they are told, before anything is booked under them.
fn learn(tx: &mut Tx<'_>, attempt: &mut AttemptRow, news: &News, now_ms: i64) -> Result<(), Error> {
    let (Some(session_id), Facts::Session(session)) = (&news.session_id, &news.facts) else {
        return Ok(());
    };
    if session.mode != attempt.scope.mode {
        return Ok(());
    }
    if attempt.session_id.is_none() {
        attempts::update_attempt_session(tx, &attempt.id, session_id, "", now_ms)?;
        attempt.session_id = Some(session_id.clone());
    }
    if let (None, Some(intent)) = (&attempt.intent_id, &news.intent) {
        attempts::update_attempt_intent(tx, &attempt.id, &intent.id, "", now_ms)?;
        attempt.intent_id = Some(intent.id.clone());
    }
    Ok(())
}

/// What a bank is working on is the intent's own amount: a tab that asked for another, and came too late to get it, has
/// left its wish in the items.
fn under_way(items: &[Item], intent: Option<&PaymentIntent>) -> Result<Vec<Item>, Error> {
    let ([one], Some(intent)) = (items, intent) else {
        return Ok(items.to_vec());
    };
    let amount = Money::from_stripe_amount(intent.amount, one.amount.currency());
    Ok(vec![Item {
        amount: amount.map_err(|e| Error::Shape(e.to_string()))?,
        ..one.clone()
    }])
}

fn nothing_under_way(tx: &mut Tx<'_>, items: &[Item]) -> Result<(), Error> {
    for item in items {
        claim::set_processing(tx, &item.invoice_id, Money::zero(item.amount.currency()))?;
    }
    Ok(())
}

/// The payment, its allocations, its entry, its receipt: all in this transaction or none of it.
fn book(
    tx: &mut Tx<'_>,
    app: &App,
    attempt: &AttemptRow,
    items: &[Item],
    intent: &PaymentIntent,
    amount: Money,
) -> Result<(), Error> {
    let now = app.now_ms();
    let claims = settled::lock(tx, app, &attempt.scope, items.iter().map(|i| &i.invoice_id))?;
    let went = settled::spread_over(amount, &claims)?;
    let charge = intent.charge();
    let payment_id = app.new_id();
    let receipt_number = settled::receipt_number(tx, &attempt.scope)?;
    let first = claims.first().ok_or(Error::NoRow)?.clone();
    let (brand, last4, expiry) = card(charge);
    // The intent's own id where the charge was not told: still booked once.
    let charge_id = charge.map_or(intent.id.as_str(), |c| c.id.as_str());
    let found_by = [receipt_number.as_str(), last4, charge_id, &intent.id];
    let search = settled::search_text(tx, &first, &claims, &found_by)?;
    store::insert_payment(
        tx,
        &store::NewPayment {
            id: &payment_id,
            scope: &attempt.scope,
            customer_id: &first.customer_id,
            method: charge.and_then(method).unwrap_or("card"),
            amount,
            allocated: went.applied,
            intent_id: &intent.id,
            charge_id,
            card: (brand, last4, expiry),
            search,
            receipt_number,
            received_at: charge.map_or(now, |c| c.created * 1000),
            reference: "",
            recorded_by: "",
        },
        now,
    )?;
    settled::apply(tx, app, &claims, &payment_id, &went)?;
    nothing_under_way(tx, items)?;
    // Two tabs may have written down their amounts in another order than Stripe took them.
    attempts::update_attempt_amount(tx, &attempt.id, amount, now)?;
    attempts::update_attempt_status(tx, &attempt.id, AttemptStatus::Succeeded, "", now)?;
    post_payment(tx, app, &first, &payment_id, &went, intent)?;
    for claim in &claims {
        let act = "payment-received";
        claim::note(tx, app, &claim.invoice_id, act, "stripe", &payment_id)?;
    }
    if went.credited.is_positive() {
        let act = "payment-credited";
        claim::note(tx, app, &first.invoice_id, act, "stripe", &payment_id)?;
    }
    keep::note_kept(tx, app, attempt, intent)?;
    // News flows up by job: the mail feature turns it into a mail.
    kit::jobs::enqueue(tx, app.hands(), SEND_RECEIPT, &payment_id, &payment_id)
}

/// P02, the first of its two steps: the gross into clearing, against the claims. The second is the balance
/// transaction's; a job asks for it when it did not come along.
fn post_payment(
    tx: &mut Tx<'_>,
    app: &App,
    claim: &Claim,
    payment_id: &str,
    went: &Went,
    intent: &PaymentIntent,
) -> Result<(), Error> {
    let entry = payment_received(Account::StripeClearing, &went.division()?)
        .map_err(|e| Error::Shape(e.to_string()))?;
    let whose = Whose::owes(claim);
    ledger::post(
        tx,
        app,
        &claim.scope,
        &about(app, &whose, "card_payment", payment_id),
        &entry,
    )?;
    note_fee(tx, app, &whose, payment_id, went.whole, intent)?;
    find_fee_later(tx, app, &claim.scope, &intent.id)
}

/// A job asks for the balance transaction, when it is not there yet.
pub(super) fn find_fee_later(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    intent_id: &str,
) -> Result<(), Error> {
    if store::fee_is_known(tx, intent_id)? {
        return Ok(());
    }
    let payload = format!("{} {intent_id}", scope.to_payload());
    let soon = app.now_ms() + 5_000;
    kit::jobs::enqueue_at(tx, app.hands(), FIND_FEE, intent_id, &payload, soon)
}

/// Whose a payment is, as the journal says it.
pub(super) struct Whose {
    pub(super) scope: Scope,
    pub(super) memo: String,
    pub(super) invoice_id: Option<String>,
    pub(super) customer_id: Option<String>,
}

impl Whose {
    fn owes(claim: &Claim) -> Whose {
        Whose {
            scope: claim.scope.clone(),
            memo: claim.number.clone(),
            invoice_id: Some(claim.invoice_id.clone()),
            customer_id: Some(claim.customer_id.clone()),
        }
    }
}

/// The second step of P02: the balance transaction takes the gross out of clearing and says what it did to the
/// balance. It came with the intent, or the list had brought it before; either way it is booked once, by its id.
pub(super) fn note_fee(
    tx: &mut Tx<'_>,
    app: &App,
    whose: &Whose,
    payment_id: &str,
    gross: Money,
    intent: &PaymentIntent,
) -> Result<(), Error> {
    let behind = Behind::paid(gross);
    if let Some(transaction) = balance_transaction(intent) {
        let account = attempts::find_account_of_intent(tx, &intent.id)?.unwrap_or_default();
        let place = Place::of(tx, &whose.scope, &account, 0)?;
        balance::take(tx, app, &place, transaction, Some(behind))?;
    }
    let Some(charge) = intent.charge() else {
        return Ok(());
    };
    balance::recognise(tx, app, &whose.scope, &charge.id, behind)?;
    keep_fee(tx, &whose.scope, payment_id, &charge.id)
}

/// What the payment's own pages say of fee, net and date.
pub(super) fn keep_fee(
    tx: &mut Tx<'_>,
    scope: &Scope,
    payment_id: &str,
    charge_id: &str,
) -> Result<(), Error> {
    let lines = balance::of_source(tx, scope, charge_id)?;
    // A bank debit that failed after it had paid has a second line: the first is what came in.
    let Some(line) = lines.iter().find(|line| line.amount.is_positive()) else {
        return Ok(());
    };
    let settled = store::Settled {
        balance_transaction_id: &line.id,
        fee: line.fee,
        net: line.net,
        available_at: line.available_at,
    };
    claim::note_available(tx, payment_id, settled.available_at)?;
    store::update_payment_settled(tx, payment_id, &settled).map(drop)
}

fn balance_transaction(intent: &PaymentIntent) -> Option<&BalanceTransaction> {
    intent.charge()?.balance_transaction.as_ref()?.object()
}

fn about(app: &App, whose: &Whose, kind: &'static str, payment_id: &str) -> About {
    About {
        kind,
        subject: payment_id.to_owned(),
        date: app.clock().today_in(&jiff::tz::TimeZone::UTC),
        memo: whose.memo.clone(),
        invoice_id: whose.invoice_id.clone(),
        customer_id: whose.customer_id.clone(),
    }
}

pub(super) fn facts(intent: &PaymentIntent) -> Result<Intent, String> {
    let currency = Currency::parse(&intent.currency.to_uppercase())
        .map_err(|_| format!("intent in “{}”", intent.currency))?;
    let status = IntentStatus::parse(intent.status.as_str())
        .ok_or_else(|| format!("intent is “{}”", intent.status.as_str()))?;
    let error = intent.last_payment_error.as_ref();
    let group = error.map(|e| {
        DeclineGroup::from_codes(
            e.code.as_ref().map(|c| c.as_str()),
            e.decline_code.as_deref(),
        )
    });
    Ok(Intent {
        id: intent.id.clone(),
        status,
        amount_received: Money::from_stripe_amount(intent.amount_received, currency)
            .map_err(|e| e.to_string())?,
        mode: billing::Mode::from_livemode(intent.livemode),
        last_decline: group,
    })
}

/// The session as the rules see it.
///
/// # Errors
/// In words, when Stripe says something we do not know.
pub(super) fn session_facts(session: &CheckoutSession) -> Result<Session, String> {
    let word = session.status.as_ref().map_or("", |s| s.as_str());
    let status = SessionStatus::parse(word).ok_or_else(|| format!("session is “{word}”"))?;
    let code = session.currency.as_deref().unwrap_or_default();
    let currency =
        Currency::parse(&code.to_uppercase()).map_err(|_| format!("session in “{code}”"))?;
    let asked = session.amount_total.unwrap_or_default();
    Ok(Session {
        status,
        amount: Money::from_stripe_amount(asked, currency).map_err(|e| e.to_string())?,
        mode: billing::Mode::from_livemode(session.livemode),
        intent: session.intent().map(facts).transpose()?,
    })
}

fn declined_code(intent: &PaymentIntent) -> String {
    let error = intent.last_payment_error.as_ref();
    let code = error.and_then(|e| {
        e.decline_code
            .clone()
            .or_else(|| e.code.as_ref().map(|c| c.as_str().to_owned()))
    });
    code.unwrap_or_default()
}

pub(super) fn method(charge: &Charge) -> Option<&str> {
    charge
        .payment_method_details
        .as_ref()
        .map(|d| d.kind.as_str())
}

/// Brand, last four, expiry: all that is ever kept of a card (PAY-04).
pub(super) fn card(charge: Option<&Charge>) -> (&str, &str, String) {
    let Some(card) = charge.and_then(|c| c.payment_method_details.as_ref()?.card.as_ref()) else {
        return ("", "", String::new());
    };
    let expiry = card
        .exp_month
        .zip(card.exp_year)
        .map(|(m, y)| format!("{m:02}/{y}"))
        .unwrap_or_default();
    (
        card.brand.as_deref().unwrap_or_default(),
        card.last4.as_deref().unwrap_or_default(),
        expiry,
    )
}
