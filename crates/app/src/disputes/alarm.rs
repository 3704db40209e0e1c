//! Telling the seller: an alarm for each state that matters, with the deadline in its subject, and reminders before it.
//! Never batched: every day counts.

use billing::dispute::{DisputeStatus, reminders};
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::jobs::Outcome;
use kit::locale::Locale;

use super::{DisputeRow, REMIND, letters, store, words};
use crate::app::App;
use crate::invoices::claim::{self, Source};
use crate::mail::news::News;
use crate::mail::seller::{own_sender, tell_seller};
use crate::payments::booked;
use crate::settings::{self, Business};

/// Promises a reminder for each of the instants the rules name.
pub(super) fn promise_reminders(
    tx: &mut Tx<'_>,
    app: &App,
    dispute_id: &str,
    due: Timestamp,
) -> Result<(), Error> {
    for at in reminders(due, app.clock().now()) {
        let at = at.as_millisecond();
        let key = format!("{dispute_id} {at}");
        kit::jobs::enqueue_at(tx, app.hands(), REMIND, &key, &key, at)?;
    }
    Ok(())
}

/// Does the job [`super::MAIL_ALARM`]: `dispute state`.
pub async fn mail_alarm(app: &App, payload: &str) -> Outcome {
    let Some((id, status)) = payload
        .split_once(' ')
        .and_then(|(id, word)| Some((id.to_owned(), DisputeStatus::parse(word)?)))
    else {
        return Outcome::Dead("a bad payload".into());
    };
    let app_in = app.clone();
    done(
        app.db()
            .write(move |tx| {
                let row = store::get_dispute(tx, &id)?;
                // It has moved on: the alarm of its newer state is on its way.
                if row.status != status {
                    return Ok(());
                }
                store::update_alarmed(tx, &row.id, app_in.now_ms())?;
                let (business, facts) = facts(tx, &app_in, &row)?;
                match letters::alarm(&facts) {
                    Some(news) => tell(tx, &app_in, &row, &business, "dispute", &news),
                    None => Ok(()),
                }
            })
            .await,
    )
}

/// Does the job [`super::REMIND`]: `dispute instant`. Nothing is said when the seller has answered, or the deadline is
/// another by now.
pub async fn remind(app: &App, payload: &str) -> Outcome {
    let Some((id, at)) = payload
        .split_once(' ')
        .and_then(|(id, at)| Some((id.to_owned(), at.parse::<i64>().ok()?)))
    else {
        return Outcome::Dead("a bad payload".into());
    };
    let app_in = app.clone();
    done(
        app.db()
            .write(move |tx| {
                let row = store::get_dispute(tx, &id)?;
                let now = app_in.now_ms();
                let due_later = row.due_at.is_some_and(|due| due > now);
                if !row.may_act(now) || !due_later || !store::insert_reminder(tx, &id, at, now)? {
                    return Ok(());
                }
                let (business, facts) = facts(tx, &app_in, &row)?;
                let news = letters::reminder(&facts);
                tell(tx, &app_in, &row, &business, "dispute_reminder", &news)
            })
            .await,
    )
}

fn done(result: Result<(), Error>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

fn facts(
    tx: &mut Tx<'_>,
    app: &App,
    row: &DisputeRow,
) -> Result<(Business, letters::Facts), Error> {
    let business = settings::business(tx, &row.scope.business_id)?;
    let l = Locale::for_customer(business.language, business.country.code());
    let zone = business.zone();
    let customer = booked::find_customer(tx, &row.scope, &row.payment_id)?;
    let shares = claim::list_shares(tx, &Source::payment(row.payment_id.as_str()))?;
    let numbers: Vec<String> = shares.into_iter().map(|share| share.number).collect();
    let facts = letters::Facts {
        l,
        sender: own_sender(&business),
        status: row.status,
        customer: booked::name_or_nobody(l, &customer.map(|c| c.name).unwrap_or_default()),
        invoices: numbers.join(", "),
        amount: words::money(l, row.amount),
        reason: words::reason(l, &row.reason),
        reopened: row.reopened_at.is_some(),
        fees: words::fees(l, row),
        day: row
            .due()
            .map(|due| l.date_long(zone.to_datetime(due).date()))
            .unwrap_or_default(),
        deadline: words::deadline(l, row, app.clock().now(), &zone),
    };
    Ok((business, facts))
}

fn tell(
    tx: &mut Tx<'_>,
    app: &App,
    row: &DisputeRow,
    business: &Business,
    kind: &'static str,
    news: &News,
) -> Result<(), Error> {
    let link = format!("/disputes/{}", row.id);
    tell_seller(tx, app, &row.scope, business, kind, &link, news)
}
