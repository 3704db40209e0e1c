//! `POST /payouts/{id}/found`: the seller, or a bank line, says that a payout stands on the bank statement (P13).

use axum::extract::{Path, State};
use axum::response::Response;
use billing::payout::{self, CannotBeFound};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale;

use super::{pull, store};
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::ledger::{self, About};
use crate::problem::Problem;
use crate::settings;
use crate::visit::{Visit, see_other_saying};
use crate::who::{Scope, Who};

/// The job for whoever keeps bank lines: the mark of a payout was taken back. Its payload is the scope and the payout's
/// id.
pub const TAKEN_BACK: &str = "PayoutNotFound";

/// Who found a payout, and where.
#[derive(Clone, Debug)]
pub struct Found {
    /// The payout.
    pub payout_id: String,
    /// The day it stands on the statement.
    pub on: Date,
    /// The name of who says so.
    pub by: String,
    /// The user, when it was one.
    pub user_id: Option<String>,
    /// From where, when known.
    pub address: String,
}

/// Why a payout was not marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// There is no such payout in this drawer.
    NoSuchPayout,
    /// It cannot be on a statement.
    Cannot(CannotBeFound),
}

impl NotFound {
    /// The key of the sentence that says it.
    pub fn word(self) -> &'static str {
        match self {
            NotFound::NoSuchPayout => locale::key("payout-not-there"),
            NotFound::Cannot(CannotBeFound::CameBack) => locale::key("payout-came-back"),
            NotFound::Cannot(CannotBeFound::FoundBefore) => locale::key("payout-found-before"),
            NotFound::Cannot(CannotBeFound::TooEarly) => locale::key("payout-found-too-early"),
            NotFound::Cannot(CannotBeFound::InTheFuture) => locale::key("payout-found-in-future"),
        }
    }
}

/// Marks a payout as found and books it: in transit becomes the bank's. Once.
///
/// # Errors
/// Of the database; the refusal is the answer's.
pub fn find_on_statement(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    found: &Found,
) -> Result<Result<(), NotFound>, Error> {
    let Some(mut kept) = store::lock_payout(tx, scope, &found.payout_id)? else {
        return Ok(Err(NotFound::NoSuchPayout));
    };
    let zone = settings::business(tx, &scope.business_id)?.zone();
    let made_on = jiff::Timestamp::from_millisecond(kept.created_at)
        .unwrap_or_default()
        .to_zoned(zone.clone())
        .date();
    let today = app.clock().today_in(&zone);
    if let Err(why) =
        payout::find_on_statement(kept.status, kept.found_on, made_on, found.on, today)
    {
        return Ok(Err(NotFound::Cannot(why)));
    }
    kept.found_times += 1;
    let entry = payout::found_entry(kept.amount).map_err(|e| Error::Shape(e.to_string()))?;
    let about = about(
        "payout_found",
        &format!("{} {}", kept.id, kept.found_times),
        found.on,
        &kept.id,
    );
    ledger::post(tx, app, scope, &about, &entry)?;
    kept.found_on = Some(found.on);
    kept.found_by.clone_from(&found.by);
    store::update_found(tx, scope, &kept, app.now_ms())?;
    pull::note_banked(tx, scope, &kept)?;
    record(tx, app, scope, found, "payout.found")?;
    Ok(Ok(()))
}

/// Takes the mark back: it was another payment of the same amount, or a slip.
///
/// # Errors
/// Of the database; `false` when it was not marked.
pub fn take_back(tx: &mut Tx<'_>, app: &App, scope: &Scope, found: &Found) -> Result<bool, Error> {
    let Some(mut kept) = store::lock_payout(tx, scope, &found.payout_id)? else {
        return Ok(false);
    };
    let Some(on) = kept.found_on else {
        return Ok(false);
    };
    let entry = payout::found_entry(kept.amount)
        .map_err(|e| Error::Shape(e.to_string()))?
        .reversed();
    let about = about(
        "payout_not_found",
        &format!("{} {}", kept.id, kept.found_times),
        on,
        &kept.id,
    );
    ledger::post(tx, app, scope, &about, &entry)?;
    kept.found_on = None;
    kept.found_by.clear();
    store::update_found(tx, scope, &kept, app.now_ms())?;
    pull::note_banked(tx, scope, &kept)?;
    record(tx, app, scope, found, "payout.not_found")?;
    let payload = format!("{} {}", scope.to_payload(), kept.id);
    kit::jobs::enqueue(tx, app.hands(), TAKEN_BACK, &payload, &payload)?;
    Ok(true)
}

fn about(kind: &'static str, subject: &str, date: Date, memo: &str) -> About {
    About {
        kind,
        subject: subject.to_owned(),
        date,
        memo: memo.to_owned(),
        invoice_id: None,
        customer_id: None,
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    found: &Found,
    act: &'static str,
) -> Result<(), Error> {
    audit::record(
        tx,
        app,
        &audit::Entry {
            business_id: scope.business_id.as_str().to_owned(),
            user_id: found.user_id.clone(),
            actor: found.by.clone(),
            act,
            subject: found.payout_id.clone(),
            detail: found.on.to_string(),
            address: found.address.clone(),
        },
    )
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let typed = fields.get("found_on");
    let Ok(on) = typed.parse::<Date>() else {
        return super::show::answer_typed(
            &app,
            &visit,
            &who,
            &id,
            &typed,
            l.t("payout-found-when"),
        )
        .await;
    };
    let (app_in, scope, found) = (app.clone(), who.scope.clone(), said(&who, &visit, &id, on));
    let outcome = app
        .db()
        .write(move |tx| find_on_statement(tx, &app_in, &scope, &found))
        .await?;
    match outcome {
        Ok(()) => Ok(see_other_saying(
            &app,
            &format!("/payouts/{id}"),
            "positive",
            l.t("payout-found-done"),
        )),
        Err(NotFound::NoSuchPayout) => Err(Problem::NotFound),
        Err(why @ NotFound::Cannot(CannotBeFound::CameBack | CannotBeFound::FoundBefore)) => {
            Err(Problem::Conflict(l.t(why.word()).into_owned()))
        }
        Err(why) => {
            super::show::answer_typed(&app, &visit, &who, &id, &typed, l.t(why.word())).await
        }
    }
}

pub(super) async fn post_take_back(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let l = visit.page(&who).l;
    let today = app.clock().today_in(&who.zone());
    let (app_in, scope, found) = (
        app.clone(),
        who.scope.clone(),
        said(&who, &visit, &id, today),
    );
    let taken = app
        .db()
        .write(move |tx| take_back(tx, &app_in, &scope, &found))
        .await?;
    let there = format!("/payouts/{id}");
    Ok(if taken {
        see_other_saying(&app, &there, "info", l.t("payout-found-taken-back"))
    } else {
        see_other_saying(&app, &there, "info", l.t("payout-was-not-found"))
    })
}

fn said(who: &Who, visit: &Visit, id: &str, on: Date) -> Found {
    Found {
        payout_id: id.to_owned(),
        on,
        by: who.name.clone(),
        user_id: Some(who.user_id.clone()),
        address: visit.address.clone(),
    }
}
