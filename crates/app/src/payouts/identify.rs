//! Whose is it: for each line of a payment, a refund or a dispute, what of ours stands behind it. A line that only Stripe
//! knows of is either news that was lost on the way, which is fetched and booked now, or another program's.

use billing::ledger::ReportingCategory;
use kit::db::Tx;
use stripe::Client;

use crate::app::App;
use crate::balance::{self, Line, Place};
use crate::disputes;
use crate::payments::{self, after, ask::Asked};
use crate::problem::Problem;
use crate::refunds;
use crate::who::Scope;

/// At most so many are asked about at once; the rest the next time.
const AT_ONCE: usize = 200;

/// Looks behind every line that has no owner yet.
pub(super) async fn identify(app: &App, client: &Client, place: &Place) -> Result<(), Problem> {
    let scope = place.scope.clone();
    let unowned = app
        .db()
        .read(move |tx| balance::list_unowned(tx, &scope))
        .await?;
    let of_account = unowned
        .into_iter()
        .filter(|line| line.account_id == place.account_id);
    for line in of_account.take(AT_ONCE) {
        if recognise(app, &place.scope, &line).await? {
            continue;
        }
        match line.reporting_category() {
            ReportingCategory::Charge | ReportingCategory::ChargeFailure => {
                ask_about_charge(app, client, &place.scope, &line).await?;
            }
            ReportingCategory::Refund | ReportingCategory::RefundFailure => {
                let asked = refunds::ask_about_refund(app, &place.scope, &line.source).await?;
                heard_after(app, &place.scope, &line, &asked).await?;
            }
            ReportingCategory::Dispute | ReportingCategory::DisputeReversal => {
                let asked = disputes::ask_about_dispute(app, &place.scope, &line.source).await?;
                heard_after(app, &place.scope, &line, &asked).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether something of ours that is booked already stands behind the line.
async fn recognise(app: &App, scope: &Scope, line: &Line) -> Result<bool, Problem> {
    let (app_in, scope, source) = (app.clone(), scope.clone(), line.source.clone());
    let known = move |tx: &mut Tx<'_>| payments::recognise_charge(tx, &app_in, &scope, &source);
    Ok(app.db().write(known).await?)
}

/// A charge nobody told us of: its intent says whose it is.
async fn ask_about_charge(
    app: &App,
    client: &Client,
    scope: &Scope,
    line: &Line,
) -> Result<(), Problem> {
    let intent = match client.retrieve_charge(&line.source).await {
        Ok(answer) => answer.object.payment_intent,
        Err(error) if error.is_missing() => None,
        // Asked again the next time.
        Err(_) => return Ok(()),
    };
    let asked = match intent {
        Some(id) => payments::ask_about_intent(app, scope, &id).await?,
        None => Asked::NotOurs,
    };
    match asked {
        Asked::Settled(_) | Asked::Unallocated => recognise(app, scope, line).await.map(drop),
        Asked::NotOurs => disown(app, scope, line).await,
        Asked::NoKeys | Asked::Unreachable => Ok(()),
    }
}

/// A refund or a dispute nobody told us of: it is written down by now, and its lines are known as its own; or it is
/// another program's. What contradicts our rows stays without an owner, and is seen as a difference.
async fn heard_after(
    app: &App,
    scope: &Scope,
    line: &Line,
    asked: &after::Asked,
) -> Result<(), Problem> {
    match asked {
        after::Asked::NotOurs => disown(app, scope, line).await,
        after::Asked::Settled(_)
        | after::Asked::Contradicts(_)
        | after::Asked::NoKeys
        | after::Asked::Unreachable => Ok(()),
    }
}

async fn disown(app: &App, scope: &Scope, line: &Line) -> Result<(), Problem> {
    let (app_in, scope, id) = (app.clone(), scope.clone(), line.id.clone());
    app.db()
        .write(move |tx| balance::disown(tx, &app_in, &scope, &id))
        .await?;
    Ok(())
}
