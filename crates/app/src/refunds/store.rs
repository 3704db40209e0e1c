//! Rows of `refunds`.

use billing::Mode;
use billing::id::BusinessId;
use billing::refund::RefundStatus;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::{Origin, RefundRow};
use crate::amount::from_row;
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

macro_rules! select_refund {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, payment_id, customer_id, origin, idempotency_key, stripe_id, amount_minor, currency, reason, note, credit_note_id, state, refusal, failure_reason, pending_reason, taken_at, returned_at, asked_by, told_at, payer_mailed_at, seller_mailed_at, handled_at, handled_by, created_at, updated_at from refunds ",
            $rest
        ))
    };
}

fn read(r: &Row) -> Result<RefundRow, Error> {
    let shape = |what: &str| Error::Shape(format!("refunds: bad {what}"));
    let currency = r.text(9)?;
    Ok(RefundRow {
        id: r.text(0)?,
        scope: Scope {
            business_id: BusinessId::parse(r.text(1)?).map_err(|_| shape("business"))?,
            mode: Mode::parse(&r.text(2)?).map_err(|_| shape("mode"))?,
        },
        payment_id: r.text(3)?,
        customer_id: r.text(4)?,
        origin: Origin::parse(&r.text(5)?).ok_or_else(|| shape("origin"))?,
        idempotency_key: r.text(6)?,
        stripe_id: r.opt_text(7)?,
        amount: from_row(r.int(8)?, &currency)?,
        reason: r.text(10)?,
        note: r.text(11)?,
        credit_note_id: r.opt_text(12)?,
        status: RefundStatus::parse(&r.text(13)?).ok_or_else(|| shape("state"))?,
        refusal: r.text(14)?,
        failure_reason: r.text(15)?,
        pending_reason: r.text(16)?,
        taken_at: r.opt_int(17)?,
        returned_at: r.opt_int(18)?,
        asked_by: r.text(19)?,
        told_at: r.opt_int(20)?,
        payer_mailed_at: r.opt_int(21)?,
        seller_mailed_at: r.opt_int(22)?,
        handled_at: r.opt_int(23)?,
        handled_by: r.text(24)?,
        created_at: r.int(25)?,
        updated_at: r.int(26)?,
    })
}

pub(super) fn insert_refund(tx: &mut Tx<'_>, r: &RefundRow) -> Result<(), Error> {
    tx.execute(
        sql!("insert into refunds (id, business_id, mode, payment_id, customer_id, origin, idempotency_key, stripe_id, amount_minor, currency, reason, note, credit_note_id, state, refusal, failure_reason, pending_reason, asked_by, handled_by, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', '', $15, '', $16, $16)"),
        args![
            &r.id, r.scope.business_id.as_str(), r.scope.mode.as_str(), &r.payment_id, &r.customer_id, r.origin.as_str(), &r.idempotency_key,
            r.stripe_id.as_deref(), r.amount.minor(), r.amount.currency().code(), &r.reason, &r.note, r.credit_note_id.as_deref(),
            r.status.as_str(), &r.asked_by, r.created_at
        ],
    )
    .map(drop)
}

pub(super) fn find_refund(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<RefundRow>, Error> {
    tx.find(
        select_refund!("where id = $1 and business_id = $2 and mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn get_refund(tx: &mut Tx<'_>, id: &str) -> Result<RefundRow, Error> {
    tx.get(select_refund!("where id = $1"), args![id], read)
}

pub(super) fn lock_refund(tx: &mut Tx<'_>, id: &str) -> Result<RefundRow, Error> {
    tx.get(select_refund!("where id = $1 for update"), args![id], read)
}

pub(super) fn find_by_stripe_id(
    tx: &mut Tx<'_>,
    scope: &Scope,
    stripe_id: &str,
) -> Result<Option<RefundRow>, Error> {
    tx.find(
        select_refund!("where stripe_id = $1 and business_id = $2 and mode = $3"),
        args![stripe_id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn list_by_payment(tx: &mut Tx<'_>, payment_id: &str) -> Result<Vec<RefundRow>, Error> {
    tx.list(
        select_refund!("where payment_id = $1 order by created_at, id"),
        args![payment_id],
        read,
    )
}

pub(super) fn list_by_credit_note(
    tx: &mut Tx<'_>,
    scope: &Scope,
    credit_note_id: &str,
) -> Result<Vec<RefundRow>, Error> {
    tx.list(
        select_refund!(
            "where business_id = $1 and mode = $2 and credit_note_id = $3 order by created_at, id"
        ),
        args![
            scope.business_id.as_str(),
            scope.mode.as_str(),
            credit_note_id
        ],
        read,
    )
}

/// Refunds whose end is not known, not asked about since.
pub(super) fn list_open(
    tx: &mut Tx<'_>,
    scope: &Scope,
    told_before: i64,
) -> Result<Vec<RefundRow>, Error> {
    tx.list(
        select_refund!("where business_id = $1 and mode = $2 and state in ('asked', 'pending', 'requires_action') and coalesce(told_at, updated_at) < $3 order by updated_at limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str(), told_before],
        read,
    )
}

/// What a person has to see to: failed ones nobody has handled, and unknown outcomes older than `asked_before`.
pub(super) fn list_needing(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked_before: i64,
) -> Result<Vec<RefundRow>, Error> {
    tx.list(
        select_refund!("where business_id = $1 and mode = $2 and ((state in ('failed', 'canceled') and returned_at is not null and handled_at is null) or (state = 'asked' and created_at < $3)) order by created_at desc, id desc limit 100"),
        args![scope.business_id.as_str(), scope.mode.as_str(), asked_before],
        read,
    )
}

pub(super) fn list_refunds(
    tx: &mut Tx<'_>,
    scope: &Scope,
    cursor: &Cursor,
) -> Result<Vec<RefundRow>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    if cursor.is_backward() {
        return tx.list(
            select_refund!("where business_id = $1 and mode = $2 and (created_at, id) > (select created_at, id from refunds where id = $3) order by created_at, id limit $4"),
            args![business, mode, &cursor.before, PAGE + 1],
            read,
        );
    }
    tx.list(
        select_refund!("where business_id = $1 and mode = $2 and ($3 = '' or (created_at, id) < (select created_at, id from refunds where id = $3)) order by created_at desc, id desc limit $4"),
        args![business, mode, &cursor.after, PAGE + 1],
        read,
    )
}

/// The first call is about to leave: its time stands before it.
pub(super) fn update_told(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update refunds set told_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) struct Heard<'a> {
    pub stripe_id: &'a str,
    pub status: RefundStatus,
    pub failure_reason: &'a str,
    pub pending_reason: &'a str,
}

pub(super) fn update_heard(
    tx: &mut Tx<'_>,
    id: &str,
    h: &Heard<'_>,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update refunds set stripe_id = $2, updated_at = case when state = $3 then updated_at else $6 end, state = $3, failure_reason = $4, pending_reason = $5, refusal = '', told_at = $6 where id = $1"),
        args![id, h.stripe_id, h.status.as_str(), h.failure_reason, h.pending_reason, now_ms],
    )
    .map(drop)
}

pub(super) fn update_refused(
    tx: &mut Tx<'_>,
    id: &str,
    refusal: &str,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update refunds set state = 'refused', refusal = $2, updated_at = $3, told_at = $3 where id = $1 and state = 'asked'"),
        args![id, refusal, now_ms],
    )
}

pub(super) fn update_taken(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update refunds set taken_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_returned(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update refunds set returned_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_payer_mailed(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update refunds set payer_mailed_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_seller_mailed(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update refunds set seller_mailed_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_handled(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    by: &str,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update refunds set handled_at = $4, handled_by = $5 where id = $1 and business_id = $2 and mode = $3 and handled_at is null and state in ('failed', 'canceled')"),
        args![id, scope.business_id.as_str(), scope.mode.as_str(), now_ms, by],
    )
}
