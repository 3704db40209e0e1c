//! Rows of `stripe_calls`.

use kit::db::{Error, Tx};
use kit::{args, sql};
use stripe::Observed;

use super::Recorded;
use crate::who::Scope;

/// The status of a call that got no answer.
const NO_ANSWER: i64 = 0;

pub(super) fn upsert_call(
    tx: &mut Tx<'_>,
    id: &str,
    scope: &Scope,
    seen: &Observed,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into stripe_calls (id, business_id, mode, object_id, method, path, idempotency_key, status, error, outcome_unknown, replayed, request_id, times, first_at, last_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13) on conflict (business_id, mode, object_id, method, path, idempotency_key, status, error) do update set times = stripe_calls.times + 1, last_at = excluded.last_at, request_id = excluded.request_id, replayed = excluded.replayed"),
        args![
            id, scope.business_id.as_str(), scope.mode.as_str(), &seen.object_id, seen.method, &seen.path, &seen.idempotency_key,
            seen.status.map_or(NO_ANSWER, i64::from), &seen.error, i64::from(seen.outcome_unknown), i64::from(seen.replayed), &seen.request_id, now_ms
        ],
    )
    .map(drop)
}

pub(super) fn list_by_object(
    tx: &mut Tx<'_>,
    scope: &Scope,
    object_id: &str,
) -> Result<Vec<Recorded>, Error> {
    tx.list(
        sql!("select object_id, method, path, idempotency_key, status, error, outcome_unknown, replayed, request_id, times, first_at, last_at from stripe_calls where business_id = $1 and mode = $2 and object_id = $3 order by first_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), object_id],
        |r| {
            Ok(Recorded {
                object_id: r.text(0)?,
                method: r.text(1)?,
                path: r.text(2)?,
                idempotency_key: r.text(3)?,
                status: Some(r.int(4)?).filter(|status| *status != NO_ANSWER),
                error: r.text(5)?,
                outcome_unknown: r.flag(6)?,
                replayed: r.flag(7)?,
                request_id: r.text(8)?,
                times: r.int(9)?,
                first_at: r.int(10)?,
                last_at: r.int(11)?,
            })
        },
    )
}
