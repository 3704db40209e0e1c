//! Rows of `stripe_events`.

use billing::Mode;
use billing::id::BusinessId;
use kit::db::{Error, Tx};
use kit::{args, sql};

use crate::who::Scope;

/// A kept event, as far as working on it needs it.
pub(super) struct Kept {
    pub id: String,
    pub scope: Scope,
    pub kind: String,
    pub object_id: String,
    pub body: String,
    pub state: String,
}

pub(super) fn insert_event(
    tx: &mut Tx<'_>,
    id: &str,
    scope: &Scope,
    e: &stripe::Event,
    came_by: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    let inserted = tx.execute(
        sql!("insert into stripe_events (id, business_id, mode, stripe_id, kind, object_id, account, created_at, received_at, came_by, body, state, result) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'kept', '') on conflict (business_id, mode, stripe_id) do nothing"),
        args![
            id, scope.business_id.as_str(), scope.mode.as_str(), &e.id, &e.kind, e.object_id.as_deref().unwrap_or_default(),
            e.account.as_deref().unwrap_or_default(), e.created.unwrap_or_default() * 1000, now_ms, came_by, e.raw.to_string()
        ],
    )?;
    Ok(inserted == 1)
}

pub(super) fn find_event(tx: &mut Tx<'_>, id: &str) -> Result<Option<Kept>, Error> {
    tx.find(
        sql!("select id, business_id, mode, kind, object_id, body, state from stripe_events where id = $1"),
        args![id],
        |r| {
            let shape = |_| Error::Shape("stripe_events: a bad business or mode".into());
            let business_id = BusinessId::parse(r.text(1)?).map_err(|_| Error::Shape("stripe_events: a bad business".into()))?;
            let mode = Mode::parse(&r.text(2)?).map_err(shape)?;
            Ok(Kept {
                id: r.text(0)?,
                scope: Scope { business_id, mode },
                kind: r.text(3)?,
                object_id: r.text(4)?,
                body: r.text(5)?,
                state: r.text(6)?,
            })
        },
    )
}

pub(super) fn update_event_worked(
    tx: &mut Tx<'_>,
    id: &str,
    state: &str,
    result: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update stripe_events set state = $2, result = $3, worked_at = $4 where id = $1"),
        args![id, state, result, now_ms],
    )
    .map(drop)
}
