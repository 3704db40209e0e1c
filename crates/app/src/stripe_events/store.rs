//! Rows of `stripe_events`.

use billing::Mode;
use billing::id::BusinessId;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use crate::who::Scope;

/// A kept event, as far as working on it needs it.
pub(super) struct Kept {
    pub id: String,
    pub kind: String,
    pub object_id: String,
    /// The payment intent behind the object; empty when there is none.
    pub intent_id: String,
}

/// What becomes of an event as it is kept.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    /// Somebody works on it.
    Kept,
    /// It concerns nobody, for this reason.
    SetAside(&'static str),
}

pub(super) fn insert_event(
    tx: &mut Tx<'_>,
    id: &str,
    scope: &Scope,
    e: &stripe::Event,
    (came_by, fate): (&str, Fate),
    now_ms: i64,
) -> Result<bool, Error> {
    let (state, result, worked_at) = match fate {
        Fate::Kept => ("kept", "", None),
        Fate::SetAside(reason) => ("set aside", reason, Some(now_ms)),
    };
    let inserted = tx.execute(
        sql!("insert into stripe_events (id, business_id, mode, stripe_id, kind, object_id, account, created_at, received_at, came_by, body, state, result, worked_at, intent_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (business_id, mode, stripe_id) do nothing"),
        args![
            id, scope.business_id.as_str(), scope.mode.as_str(), &e.id, &e.kind, e.object_id.as_deref().unwrap_or_default(),
            e.account.as_deref().unwrap_or_default(), e.created.unwrap_or_default() * 1000, now_ms, came_by, e.raw.to_string(),
            state, result, worked_at, intent_of(e)
        ],
    )?;
    Ok(inserted == 1)
}

/// The payment intent an event is about: its object, or the one its object names; empty when there is none.
pub(super) fn intent_of(e: &stripe::Event) -> String {
    let object = &e.raw["data"]["object"];
    let named = object["payment_intent"]
        .as_str()
        .or_else(|| object["payment_intent"]["id"].as_str());
    let own = object["id"].as_str().filter(|id| id.starts_with("pi_"));
    own.or(named).unwrap_or_default().to_owned()
}

pub(super) fn list_about(
    tx: &mut Tx<'_>,
    scope: &Scope,
    stripe_object: &str,
) -> Result<Vec<super::Kept>, Error> {
    tx.list(
        sql!("select stripe_id, kind, object_id, came_by, created_at, received_at, state, result from stripe_events where id in (select id from stripe_events where business_id = $1 and mode = $2 and intent_id = $3 union select id from stripe_events where business_id = $1 and mode = $2 and object_id = $3) order by received_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), stripe_object],
        |r| {
            Ok(super::Kept {
                stripe_id: r.text(0)?,
                kind: r.text(1)?,
                object_id: r.text(2)?,
                came_by: r.text(3)?,
                created_at: r.int(4)?,
                received_at: r.int(5)?,
                state: r.text(6)?,
                result: r.text(7)?,
            })
        },
    )
}

/// An event, and whose it is.
pub(super) fn find_event(tx: &mut Tx<'_>, id: &str) -> Result<Option<(Scope, Kept)>, Error> {
    let shape = |what: &str| Error::Shape(format!("stripe_events: a bad {what}"));
    tx.find(
        sql!("select id, kind, object_id, intent_id, business_id, mode from stripe_events where id = $1"),
        args![id],
        |r| {
            let scope = Scope {
                business_id: BusinessId::parse(r.text(4)?).map_err(|_| shape("business"))?,
                mode: Mode::parse(&r.text(5)?).map_err(|_| shape("mode"))?,
            };
            Ok((scope, read_kept(r)?))
        },
    )
}

/// The events about an object of Stripe's on which nobody has worked yet, in the order they came.
pub(super) fn list_kept(
    tx: &mut Tx<'_>,
    scope: &Scope,
    stripe_object: &str,
) -> Result<Vec<Kept>, Error> {
    tx.list(
        sql!("select id, kind, object_id, intent_id from stripe_events where id in (select id from stripe_events where business_id = $1 and mode = $2 and intent_id = $3 union select id from stripe_events where business_id = $1 and mode = $2 and object_id = $3) and state = 'kept' order by received_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), stripe_object],
        read_kept,
    )
}

fn read_kept(r: &Row) -> Result<Kept, Error> {
    Ok(Kept {
        id: r.text(0)?,
        kind: r.text(1)?,
        object_id: r.text(2)?,
        intent_id: r.text(3)?,
    })
}

/// How working on a kept event ended. One that was worked by somebody else meanwhile stays as it is.
pub(super) fn update_event_worked(
    tx: &mut Tx<'_>,
    id: &str,
    state: &str,
    result: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update stripe_events set state = $2, result = $3, worked_at = $4 where id = $1 and state = 'kept'"),
        args![id, state, result, now_ms],
    )
    .map(drop)
}
