//! Asking Stripe about everything that moves the balance: the list of balance transactions, the payouts, and what is
//! inside each. Asked on payout events, every night, and by a press; asking again changes nothing.

use billing::currency::Currency;
use billing::ledger::ReportingCategory;
use billing::money::Money;
use billing::payout::{Breakdown, Member, PayoutStatus, Proof, Told};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::db::{Error, Tx};
use stripe::payout::{PayoutQuery, ReconciliationStatus};
use stripe::shape::Cursor;
use stripe::{Client, Expandable};

use super::identify;
use super::store::{self, Payout};
use crate::app::App;
use crate::balance::{self, Behind, Line, Place};
use crate::invoices::claim;
use crate::online_payment::{self, Drawer};
use crate::payments;
use crate::problem::Problem;
use crate::settings;
use crate::who::Scope;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// A payout may still fail some days after it was said to have arrived.
const MAY_FAIL_MS: i64 = 14 * DAY_MS;
/// Payouts made so long before the newest we know are listed again: one may have come into view late.
const OVERLAP_MS: i64 = 7 * DAY_MS;

/// What asking brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Balance transactions that were not known before.
    pub lines: usize,
    /// Payouts that were not known before.
    pub payouts: usize,
    /// Why Stripe could not be asked; empty when it could.
    pub error: String,
}

/// Asks about a drawer's account; nothing while it has no keys. With `again` the lists are read from the day the books began.
///
/// # Errors
/// Of the database, or when a stored key does not open.
pub async fn pull(app: &App, scope: &Scope, again: bool) -> Result<News, Problem> {
    let mut news = News::default();
    if let Some((drawer, place)) = place_of(app, scope).await? {
        let client = online_payment::client(app, &drawer)?;
        let pulled = balance::pull(app, &client, &place, again).await?;
        news.lines += pulled.new;
        news.error.push_str(&pulled.error);
        if let Err(error) = pull_payouts(app, &client, &place, again, &mut news).await? {
            news.error.push_str(&error.to_string());
        }
        identify::identify(app, &client, &place).await?;
    }
    Ok(news)
}

/// The account of a drawer with its keys; nothing while there are none.
pub(super) async fn place_of(app: &App, scope: &Scope) -> Result<Option<(Drawer, Place)>, Problem> {
    let scope = scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let all = online_payment::drawers_with_keys(tx)?;
        let Some(drawer) = all.into_iter().find(|drawer| drawer.scope == scope) else {
            return Ok(None);
        };
        let place = place(tx, &drawer)?;
        Ok::<_, Error>(Some((drawer, place)))
    };
    Ok(app.db().read(read).await?)
}

/// The books of an account begin an hour before its keys were saved, or before the first payment was tried there.
fn place(tx: &mut Tx<'_>, drawer: &Drawer) -> Result<Place, Error> {
    let tried = payments::first_attempt_at(tx, &drawer.scope, &drawer.account_id)?;
    let since = drawer.events_since;
    let begins = tried.map_or(since, |at| at.min(since)) - HOUR_MS;
    Place::of(tx, &drawer.scope, &drawer.account_id, begins)
}

type Told2 = Result<(), stripe::Error>;

async fn pull_payouts(
    app: &App,
    client: &Client,
    place: &Place,
    again: bool,
    news: &mut News,
) -> Result<Told2, Problem> {
    let (scope, account) = (place.scope.clone(), place.account_id.clone());
    let newest = app
        .db()
        .read(move |tx| store::find_newest_at(tx, &scope, &account))
        .await?;
    let since = match newest {
        Some(at) if !again => (at - OVERLAP_MS).max(place.begins_at),
        _ => place.begins_at,
    };
    let mut query = PayoutQuery {
        created_gte: Some(since.div_euclid(1000)),
        ..PayoutQuery::default()
    };
    loop {
        let page = match client.list_payouts(&query).await {
            Ok(answer) => answer.object,
            Err(error) => return Ok(Err(error)),
        };
        let following: Option<Cursor> = query.cursor.following(&page);
        for payout in page.data.iter().rev() {
            news.payouts += usize::from(keep(app, place, payout).await?);
        }
        match following {
            Some(cursor) => query.cursor = cursor,
            None => break,
        }
    }
    refresh_unsettled(app, client, place, since).await
}

/// Payouts from before what was listed, whose state may still change; and what is inside those not proved yet.
async fn refresh_unsettled(
    app: &App,
    client: &Client,
    place: &Place,
    listed_since: i64,
) -> Result<Told2, Problem> {
    let (scope, account, since) = (
        place.scope.clone(),
        place.account_id.clone(),
        app.now_ms() - MAY_FAIL_MS,
    );
    let unsettled = app
        .db()
        .read(move |tx| store::list_unsettled(tx, &scope, &account, since))
        .await?;
    for payout in unsettled.iter().filter(|p| p.created_at < listed_since) {
        match client.retrieve_payout(&payout.id).await {
            Ok(answer) => drop(keep(app, place, &answer.object).await?),
            Err(error) => return Ok(Err(error)),
        }
    }
    let (scope, account) = (place.scope.clone(), place.account_id.clone());
    let unproved = app
        .db()
        .read(move |tx| store::list_unproved(tx, &scope))
        .await?;
    for payout in unproved.iter().filter(|p| p.account_id == account) {
        look_inside(app, client, place, payout).await?;
    }
    Ok(Ok(()))
}

/// How asking about one payout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Kept as Stripe says it is.
    Kept,
    /// No account of this drawer has it (PAY-15).
    NotOurs,
    /// There are no keys to ask with.
    NoKeys,
    /// No answer came.
    Unreachable,
}

/// Asks about one payout, what is inside it, and what moved the balance since.
///
/// # Errors
/// As [`pull`].
pub async fn ask_about(app: &App, scope: &Scope, payout_id: &str) -> Result<Asked, Problem> {
    let Some((drawer, place)) = place_of(app, scope).await? else {
        return Ok(Asked::NoKeys);
    };
    let client = online_payment::client(app, &drawer)?;
    let payout = match client.retrieve_payout(payout_id).await {
        Ok(answer) => answer.object,
        Err(error) if error.is_missing() => return Ok(Asked::NotOurs),
        Err(error) => {
            tracing::warn!(payout_id, %error, "Stripe did not tell about a payout");
            return Ok(Asked::Unreachable);
        }
    };
    if payout.livemode != scope.mode.is_live() {
        return Ok(Asked::NotOurs);
    }
    keep(app, &place, &payout).await?;
    let pulled = balance::pull(app, &client, &place, false).await?;
    let (s, id) = (scope.clone(), payout_id.to_owned());
    let kept = app
        .db()
        .read(move |tx| store::find_payout(tx, &s, &id))
        .await?;
    if let Some(kept) = kept.filter(|p| p.proof != "proved") {
        look_inside(app, &client, &place, &kept).await?;
    }
    identify::identify(app, &client, &place).await?;
    Ok(if pulled.error.is_empty() {
        Asked::Kept
    } else {
        Asked::Unreachable
    })
}

/// In words, for the record of an event.
pub fn tell(asked: Asked) -> &'static str {
    match asked {
        Asked::Kept => "payout kept",
        Asked::NotOurs => "not of this account",
        Asked::NoKeys => "no keys to ask with",
        Asked::Unreachable => "Stripe could not be reached",
    }
}

/// Writes a payout down as Stripe says it is. Answers whether it was new.
async fn keep(app: &App, place: &Place, said: &stripe::Payout) -> Result<bool, Problem> {
    let Some(payout) = read(place, said).map_err(Problem::internal)? else {
        tracing::warn!(
            payout = said.id,
            "a payout in a state or currency nobody knows"
        );
        return Ok(false);
    };
    let (app_in, place, said) = (app.clone(), place.clone(), said.clone());
    let keep = move |tx: &mut Tx<'_>| {
        let now = app_in.now_ms();
        // Its own lines, when they came along: booked like any other, by their id.
        for line in [&said.balance_transaction, &said.failure_balance_transaction] {
            if let Some(line) = line.as_ref().and_then(Expandable::object) {
                balance::take(tx, &app_in, &place, line, None::<Behind>)?;
            }
        }
        match store::lock_payout(tx, &place.scope, &payout.id)? {
            None => {
                store::insert_payout(tx, &place.scope, &payout, now)?;
                Ok::<_, Error>(true)
            }
            Some(kept) => {
                let status = kept.status.after(payout.status);
                let merged = Payout {
                    status,
                    ..payout.clone()
                };
                store::update_payout(tx, &place.scope, &merged, now)?;
                if kept.status != status {
                    let found_on = kept.found_on;
                    note_banked(tx, &place.scope, &Payout { found_on, ..merged })?;
                }
                Ok(false)
            }
        }
    };
    Ok(app.db().write(keep).await?)
}

fn read(place: &Place, said: &stripe::Payout) -> Result<Option<Payout>, Error> {
    let status = PayoutStatus::parse(said.status.as_str());
    let currency = Currency::parse(&said.currency.to_uppercase()).ok();
    let (Some(status), Some(currency)) = (status, currency) else {
        return Ok(None);
    };
    let amount = Money::from_stripe_amount(said.amount, currency)
        .map_err(|e| Error::Shape(e.to_string()))?;
    let told = match &said.reconciliation_status {
        _ if !said.automatic => Told::Never,
        Some(ReconciliationStatus::InProgress) => Told::Later,
        Some(ReconciliationStatus::NotApplicable) => Told::Never,
        _ => Told::Whole,
    };
    // Stripe's day begins at midnight UTC, wherever the seller is.
    let arrival = Timestamp::from_second(said.arrival_date)
        .unwrap_or_default()
        .to_zoned(TimeZone::UTC)
        .date();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(Some(Payout {
        id: said.id.clone(),
        account_id: place.account_id.clone(),
        amount,
        status,
        automatic: said.automatic,
        method: text(&said.method),
        told,
        arrival,
        descriptor: text(&said.statement_descriptor),
        trace: said
            .trace_id
            .as_ref()
            .and_then(|t| t.value.clone())
            .unwrap_or_default(),
        failure_code: text(&said.failure_code),
        failure_message: text(&said.failure_message),
        proof: String::new(),
        inside: None,
        inside_count: 0,
        proved_at: None,
        found_on: None,
        found_by: String::new(),
        found_times: 0,
        created_at: said.created.saturating_mul(1000),
    }))
}

/// Reads what is inside a payout and weighs it against the deposit.
async fn look_inside(
    app: &App,
    client: &Client,
    place: &Place,
    payout: &Payout,
) -> Result<(), Problem> {
    if payout.told != Told::Never {
        let pulled = balance::pull_payout(app, client, place, &payout.id).await?;
        if !pulled.error.is_empty() {
            tracing::warn!(
                payout = payout.id,
                error = pulled.error,
                "what is inside a payout could not be read"
            );
            return Ok(());
        }
    }
    let (scope, id, now) = (place.scope.clone(), payout.id.clone(), app.now_ms());
    app.db()
        .write(move |tx| prove(tx, &scope, &id, now))
        .await?;
    Ok(())
}

fn prove(tx: &mut Tx<'_>, scope: &Scope, id: &str, now_ms: i64) -> Result<(), Error> {
    let Some(payout) = store::lock_payout(tx, scope, id)? else {
        return Ok(());
    };
    let lines = balance::of_payout(tx, scope, id)?;
    let inside = lines.iter().filter(|line| !is_own_line(line, id));
    let currency = payout.amount.currency();
    let foreign = lines.iter().any(|l| l.net.currency() != currency);
    let breakdown = if foreign {
        // Stripe never mixes currencies in a payout: what it told is not this payout's.
        Breakdown::of(currency, [])
    } else {
        Breakdown::of(currency, inside.map(member))
    };
    let breakdown = breakdown.map_err(|e| Error::Shape(e.to_string()))?;
    let proof = breakdown
        .proof(payout.amount, payout.told)
        .map_err(|e| Error::Shape(e.to_string()))?;
    let word = match proof {
        Proof::Proved => "proved",
        Proof::Off { .. } => "off",
        Proof::NotTold => "not-told",
        Proof::NotYet => "not-yet",
    };
    let (sum, count) = (breakdown.net, breakdown.count);
    store::update_proof(tx, scope, id, word, sum, count, now_ms)?;
    note_banked(tx, scope, &payout)
}

/// Tells the invoices inside a payout whether their money is in the seller's bank: the day it was found on the statement,
/// else the day Stripe says it arrived; nothing while it is on its way, or when it came back.
pub(super) fn note_banked(tx: &mut Tx<'_>, scope: &Scope, payout: &Payout) -> Result<(), Error> {
    let arrived = Some(payout.arrival).filter(|_| payout.status == PayoutStatus::Paid);
    let day = payout.found_on.or(arrived);
    let zone = settings::business(tx, &scope.business_id)?.zone();
    let at = day.and_then(|day| day.to_zoned(zone).ok());
    let at = at.map(|at| at.timestamp().as_millisecond());
    for line in balance::of_payout(tx, scope, &payout.id)? {
        if let Some(payment_id) = payments::find_by_charge(tx, scope, &line.source)? {
            claim::note_banked(tx, &payment_id, at)?;
        }
    }
    Ok(())
}

/// A payout's list holds the payout's own line too, with the opposite sign; and the one that brought it back.
pub(super) fn is_own_line(line: &Line, payout_id: &str) -> bool {
    line.source == payout_id
        && matches!(
            line.reporting_category(),
            ReportingCategory::Payout | ReportingCategory::PayoutReversal
        )
}

pub(super) fn member(line: &Line) -> Member {
    Member {
        category: line.reporting_category(),
        amount: line.amount,
        fee: line.fee,
        net: line.net,
    }
}
