//! Pulling `/v1/events`: the path for an installation with no public address, and the net under the webhooks.

use std::future::Future;
use std::time::Duration;

use stripe::EventQuery;
use stripe::event::Cursor;

use super::keep;
use crate::app::App;
use crate::autopay;
use crate::cards::setup;
use crate::disputes;
use crate::online_payment::{self, Drawer};
use crate::payments;
use crate::problem::Problem;
use crate::refunds;
use crate::who::Scope;

/// Stripe lists events for 30 days; a minute less than that is asked for, so that the edge is not missed.
const WINDOW_S: i64 = 30 * 24 * 3600 - 60;

/// Our clock may be ahead of Stripe's; an event from before is set aside as not ours, one left out is lost.
const CLOCKS_APART_S: i64 = 24 * 3600;

/// How often the list is pulled where no webhook can arrive, and where one can.
const PULL_ALONE: Duration = Duration::from_secs(20);
const PULL_BESIDE_WEBHOOKS: Duration = Duration::from_secs(120);
/// Open attempts are asked about at least this often, events or not.
const SWEEP_MS: i64 = 60_000;
/// Refunds live for days and disputes for weeks: asked about less often, so that a lost event is made up for.
const REFUND_SWEEP_MS: i64 = 10 * 60_000;
const DISPUTE_SWEEP_MS: i64 = 60 * 60_000;

/// Pulls what happened since the cursor, oldest first, keeping page by page, so that a crash in between repeats a
/// page at most. Answers how many events were new.
///
/// # Errors
/// Of the database, or when the stored key does not open. When Stripe does not answer, the reason stands in the
/// health panel and the cursor stays.
pub async fn pull(app: &App, drawer: &Drawer) -> Result<usize, Problem> {
    let client = online_payment::client(app, drawer)?;
    let mut cursor = drawer.events_cursor.clone();
    let mut new = 0;
    loop {
        let query = if cursor.is_empty() {
            since_saved(app, drawer)
        } else {
            EventQuery {
                cursor: Cursor::NewerThan(cursor.clone()),
                ..EventQuery::default()
            }
        };
        let backwards = cursor.is_empty();
        let page = match pages(&client, query, backwards).await {
            Ok(page) => page,
            // The cursor's event is older than 30 days: begin at the edge of the window again.
            Err(stripe::Error::NotFound { .. } | stripe::Error::InvalidRequest { .. })
                if !cursor.is_empty() =>
            {
                cursor.clear();
                continue;
            }
            Err(error) => return failed(app, drawer, &error).await.map(|()| new),
        };
        let newest = page.last().map(|e| e.id.clone());
        let (app_in, scope, now, at) = (
            app.clone(),
            drawer.scope.clone(),
            app.now_ms(),
            newest.clone(),
        );
        let count = page.len();
        new += app
            .db()
            .write(move |tx| {
                let mut new = 0;
                for event in &page {
                    new += usize::from(keep(tx, &app_in, &scope, event, "pull")?);
                }
                online_payment::note_pulled(tx, &scope, Ok(at.as_deref()), now)?;
                Ok::<_, kit::db::Error>(new)
            })
            .await?;
        match newest {
            Some(id) if count >= 100 && !backwards => cursor = id,
            _ => return Ok(new),
        }
    }
}

/// Events since the account's keys were first saved, at most the window: what was before is not ours.
fn since_saved(app: &App, drawer: &Drawer) -> EventQuery {
    let edge = app.clock().now().as_second() - WINDOW_S;
    EventQuery {
        created_gte: Some(edge.max(drawer.events_since / 1000 - CLOCKS_APART_S)),
        ..EventQuery::default()
    }
}

/// Oldest first. Going back from the newest takes all pages at once; going forward from a cursor takes one.
async fn pages(
    client: &stripe::Client,
    query: EventQuery,
    backwards: bool,
) -> Result<Vec<stripe::Event>, stripe::Error> {
    let mut events = Vec::new();
    if backwards {
        let mut list = client.events(query);
        while let Some(page) = list.next_page().await? {
            events.extend(page);
        }
    } else {
        events = client.list_events(&query).await?.object.data;
    }
    events.reverse();
    Ok(events)
}

async fn failed(app: &App, drawer: &Drawer, error: &stripe::Error) -> Result<(), Problem> {
    tracing::warn!(mode = drawer.scope.mode.as_str(), %error, "events could not be pulled");
    let (scope, why, now) = (drawer.scope.clone(), error.to_string(), app.now_ms());
    app.db()
        .write(move |tx| online_payment::note_pulled(tx, &scope, Err(&why), now))
        .await?;
    Ok(())
}

/// "Ask Stripe now": pulls, and asks about every open attempt of the drawer. Answers the number of new events.
///
/// # Errors
/// As [`pull`].
pub async fn ask_stripe_now(app: &App, scope: &Scope) -> Result<usize, Problem> {
    let s = scope.clone();
    let Some(drawer) = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &s))
        .await?
    else {
        return Ok(0);
    };
    if drawer.secret_sealed.is_empty() {
        return Ok(0);
    }
    let new = pull(app, &drawer).await?;
    payments::sweep(app, scope, 0).await?;
    refunds::sweep(app, scope, 0).await?;
    disputes::sweep(app, scope, 0).await?;
    Ok(new)
}

/// Pulls for every drawer with keys until `stop` completes.
pub async fn pull_forever(app: App, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    // A rehearsal beside us may be asked often: it costs nobody anything, and nobody waits long for lost news.
    let pause = if app.is_https() {
        PULL_BESIDE_WEBHOOKS
    } else {
        PULL_ALONE
    };
    loop {
        tokio::select! {
            () = round(&app) => {}
            () = &mut stop => return,
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = &mut stop => return,
        }
    }
}

/// One round: every drawer's list is pulled, and its open attempts are asked about.
pub async fn round(app: &App) {
    let drawers = match app.db().read(online_payment::drawers_with_keys).await {
        Ok(drawers) => drawers,
        Err(error) => return tracing::error!(%error, "the drawers could not be read"),
    };
    for drawer in drawers {
        if let Err(problem) = pull(app, &drawer).await {
            tracing::error!(%problem, "the event list could not be worked");
        }
        if let Err(problem) = payments::sweep(app, &drawer.scope, SWEEP_MS).await {
            tracing::error!(%problem, "open payments could not be asked about");
        }
        if let Err(problem) = setup::sweep(app, &drawer.scope, SWEEP_MS).await {
            tracing::error!(%problem, "cards on their way could not be asked about");
        }
        if let Err(problem) = autopay::round(app, &drawer.scope).await {
            tracing::error!(%problem, "what is to be charged by itself could not be found");
        }
        if let Err(problem) = refunds::sweep(app, &drawer.scope, REFUND_SWEEP_MS).await {
            tracing::error!(%problem, "open refunds could not be asked about");
        }
        if let Err(problem) = disputes::sweep(app, &drawer.scope, DISPUTE_SWEEP_MS).await {
            tracing::error!(%problem, "open disputes could not be asked about");
        }
    }
}
