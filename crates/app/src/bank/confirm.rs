//! `POST /bank/lines/{id}/confirm` and `POST /bank/confirm`: a person says what a line is, and it is booked by what books
//! it anyway: a payout is found on the statement (P13), a transfer is a payment that is recorded.

use axum::extract::{Path, State};
use axum::response::Response;
use billing::Money;
use billing::payment::manual::RecordRefusal;
use billing::payout::CannotBeFound;
use billing::statement::{Confidence, Target, method_of};
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::line::{Kept, Kind, State as Standing};
use super::matching::{self, Proposal};
use super::store;
use crate::app::App;
use crate::fields::Fields;
use crate::payments::record::{Came, Ended};
use crate::payments::{self, Changed, money, record};
use crate::payouts::{self, Found, NotFound};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

/// As much of what the bank says becomes the payment's reference.
const REFERENCE_MAX: usize = 200;

/// How confirming one line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Booked,
    /// Somebody settled the line meanwhile.
    NotOpen,
    /// What it should be is no longer there, or of another amount.
    Gone,
    /// The payout cannot stand on a statement of that day.
    NotFound(NotFound),
    /// The rule of recording says no.
    Refused(RecordRefusal),
    /// What payers have open could not be closed.
    Unreachable,
}

/// What somebody says a line is.
#[derive(Clone, Debug)]
struct Said {
    line_id: String,
    target: Target,
    /// The word of how sure it was proposed; empty when a person chose.
    confidence: &'static str,
    /// So much is agreed to be kept as credit.
    rest: Option<Money>,
}

/// One line, by one press.
pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let chosen = fields.get("target");
    let there = format!("/bank/lines/{id}");
    let Some(target) = matching::read(&chosen) else {
        return Ok(see_other_saying(&app, &there, "warn", l.t("bank-choose")));
    };
    let Some((kept, proposals)) = proposals(&app, &who, &id).await? else {
        return Err(Problem::NotFound);
    };
    let proposed = proposals.iter().find(|p| p.suggestion.target == target);
    let currency = kept.line.amount.currency();
    let rest = fields.get("rest").parse::<i64>().ok();
    let said = Said {
        line_id: id,
        target,
        confidence: proposed.map_or("", |p| p.suggestion.confidence.as_str()),
        rest: rest.and_then(|minor| Money::from_minor(minor, currency).ok()),
    };
    let outcome = confirm(&app, &who, &visit.address, &kept, said).await?;
    let back = match fields.get("from").as_str() {
        "list" => "/bank".to_owned(),
        _ => there,
    };
    match outcome {
        Outcome::Booked => {
            let amount = money(l, kept.line.amount);
            let text = l.t1("bank-booked", "amount", amount);
            Ok(see_other_saying(&app, &back, "positive", text))
        }
        Outcome::Unreachable => {
            let text = l.t("bank-unreachable");
            Ok(see_other_saying(&app, &back, "warn", text))
        }
        other => Err(Problem::Conflict(why_not(l, other))),
    }
}

/// Every line of the page that is certain; each is looked at again, and what is no longer certain waits.
pub(super) async fn post_certain(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let (mut booked, mut waits) = (0_i64, 0_i64);
    for pair in fields.all("certain").iter().take(100) {
        let Some((id, target)) = pair.split_once(' ') else {
            continue;
        };
        let (id, target) = (id.to_owned(), matching::read(target));
        let outcome = match proposals(&app, &who, &id).await? {
            Some((kept, proposals)) => {
                let certain = proposals.into_iter().find(Proposal::is_certain);
                match certain.filter(|p| Some(&p.suggestion.target) == target.as_ref()) {
                    Some(p) => {
                        let said = Said {
                            line_id: id,
                            target: p.suggestion.target,
                            confidence: Confidence::Certain.as_str(),
                            rest: None,
                        };
                        confirm(&app, &who, &visit.address, &kept, said).await?
                    }
                    None => Outcome::Gone,
                }
            }
            None => Outcome::Gone,
        };
        match outcome {
            Outcome::Booked => booked += 1,
            _ => waits += 1,
        }
    }
    let mut text = l.t1("bank-booked-many", "count", booked).into_owned();
    if waits > 0 {
        text = format!("{text} {}", l.t1("bank-wait-many", "count", waits));
    }
    let kind = match (booked, waits) {
        (_, 1..) => "warn",
        (0, _) => "info",
        _ => "positive",
    };
    Ok(see_other_saying(&app, "/bank", kind, text))
}

/// An open line and what it may be; nothing when it is not there.
async fn proposals(
    app: &App,
    who: &Who,
    id: &str,
) -> Result<Option<(Kept, Vec<Proposal>)>, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let Some(kept) = store::find_line(tx, &scope, &id)? else {
            return Ok(None);
        };
        let open = matching::open(tx, &scope)?;
        let lines = std::slice::from_ref(&kept);
        let mut all = open.proposals(tx, &scope, lines)?;
        Ok::<_, Error>(Some((kept, all.pop().unwrap_or_default())))
    };
    Ok(app.db().read(read).await?)
}

/// Books a line as what it is said to be. What payers have open on an invoice is closed first, so that nobody pays what
/// has come.
async fn confirm(
    app: &App,
    who: &Who,
    address: &str,
    kept: &Kept,
    said: Said,
) -> Result<Outcome, Problem> {
    if kept.state != Standing::Open {
        return Ok(Outcome::NotOpen);
    }
    let (hands, me, from) = (app.clone(), who.clone(), address.to_owned());
    let target = said.target.clone();
    if let Target::Payout(payout_id) = target {
        let write = move |tx: &mut Tx<'_>| find(tx, &hands, &me, &from, &payout_id, &said);
        return Ok(app.db().write::<_, Error, _>(write).await?);
    }
    let changed = payments::change(app, &who.scope, target.invoices(), false, move |tx| {
        receive(tx, &hands, &me, &from, &said)
    });
    match changed.await {
        Ok(Changed::Done(outcome)) => Ok(outcome),
        Ok(Changed::Not(_)) => Ok(Outcome::Unreachable),
        // An invoice that is not there.
        Err(Problem::NotFound) => Ok(Outcome::Gone),
        Err(problem) => Err(problem),
    }
}

fn lock(tx: &mut Tx<'_>, who: &Who, said: &Said) -> Result<Option<Kept>, Error> {
    let kept = store::lock_line(tx, &who.scope, &said.line_id)?;
    Ok(kept.filter(|kept| kept.state == Standing::Open))
}

fn find(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    payout_id: &str,
    said: &Said,
) -> Result<Outcome, Error> {
    let Some(kept) = lock(tx, who, said)? else {
        return Ok(Outcome::NotOpen);
    };
    let payout = payouts::find(tx, &who.scope, payout_id)?;
    if payout.map(|p| p.amount) != Some(kept.line.amount) {
        return Ok(Outcome::Gone);
    }
    let found = Found {
        payout_id: payout_id.to_owned(),
        on: kept.line.date,
        by: who.name.clone(),
        user_id: Some(who.user_id.clone()),
        address: address.to_owned(),
    };
    if let Err(why) = payouts::find_on_statement(tx, app, &who.scope, &found)? {
        return Ok(Outcome::NotFound(why));
    }
    let it = (Kind::Payout, payout_id);
    store::update_matched(tx, &kept.id, it, said.confidence, &who.name, app.now_ms())?;
    Ok(Outcome::Booked)
}

fn receive(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    said: &Said,
) -> Result<Outcome, Error> {
    let Some(kept) = lock(tx, who, said)? else {
        return Ok(Outcome::NotOpen);
    };
    let came = Came {
        payment_id: app.new_id(),
        amount: kept.line.amount,
        received_on: kept.line.date,
        method: method_of(&kept.line.text),
        reference: kept.line.text.chars().take(REFERENCE_MAX).collect(),
        receipt: true,
        agreed_rest: said.rest,
        from_bank: true,
    };
    match record::book(tx, app, who, address, said.target.invoices(), &came)? {
        Ended::Recorded => {}
        Ended::Refused(why) => return Ok(Outcome::Refused(why)),
        Ended::NoPlace => return Ok(Outcome::Gone),
    }
    let it = (Kind::Payment, came.payment_id.as_str());
    store::update_matched(tx, &kept.id, it, said.confidence, &who.name, app.now_ms())?;
    Ok(Outcome::Booked)
}

fn why_not(l: Locale, outcome: Outcome) -> String {
    let key = match outcome {
        Outcome::NotOpen => locale::key("bank-not-open"),
        Outcome::NotFound(NotFound::Cannot(CannotBeFound::TooEarly)) => {
            locale::key("bank-payout-too-early")
        }
        Outcome::NotFound(why) => why.word(),
        Outcome::Refused(RecordRefusal::InFuture) => locale::key("payments-record-future"),
        Outcome::Refused(RecordRefusal::RestNotAgreed { .. }) => locale::key("bank-rest-changed"),
        Outcome::Refused(_) => locale::key("bank-cannot-pay"),
        _ => locale::key("bank-gone"),
    };
    l.t(key).into_owned()
}
