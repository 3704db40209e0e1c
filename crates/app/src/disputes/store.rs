//! Rows of `disputes` and of what belongs to them.

use billing::Mode;
use billing::dispute::DisputeStatus;
use billing::id::BusinessId;
use billing::money::Money;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::{Act, DisputeRow, Fee};
use crate::amount::from_row;
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

macro_rules! select_dispute {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, payment_id, customer_id, stripe_id, amount_minor, currency, state, reason, network_code, due_at, answers_sent, was_late, fees, held_minor, held_currency, withdrawn_at, reopened_at, reinstated_at, opened_at, closed_at, told_at, act, act_key, act_by, act_at, act_refusal, version from disputes ",
            $rest
        ))
    };
}

fn read(r: &Row) -> Result<DisputeRow, Error> {
    let shape = |what: &str| Error::Shape(format!("disputes: bad {what}"));
    let currency = r.text(7)?;
    let held_currency = r.text(16)?;
    let fees: Vec<Fee> = serde_json::from_str(&r.text(14)?).map_err(|_| shape("fees"))?;
    Ok(DisputeRow {
        id: r.text(0)?,
        scope: Scope {
            business_id: BusinessId::parse(r.text(1)?).map_err(|_| shape("business"))?,
            mode: Mode::parse(&r.text(2)?).map_err(|_| shape("mode"))?,
        },
        payment_id: r.text(3)?,
        customer_id: r.text(4)?,
        stripe_id: r.text(5)?,
        amount: from_row(r.int(6)?, &currency)?,
        status: DisputeStatus::parse(&r.text(8)?).ok_or_else(|| shape("state"))?,
        reason: r.text(9)?,
        network_code: r.text(10)?,
        due_at: r.opt_int(11)?,
        answers_sent: r.int(12)?,
        was_late: r.int(13)? == 1,
        fees,
        held: r
            .opt_int(15)?
            .map(|minor| from_row(minor, &held_currency))
            .transpose()?,
        withdrawn_at: r.opt_int(17)?,
        reopened_at: r.opt_int(18)?,
        reinstated_at: r.opt_int(19)?,
        opened_at: r.int(20)?,
        closed_at: r.opt_int(21)?,
        told_at: r.int(22)?,
        act: Act::parse(&r.text(23)?).ok_or_else(|| shape("act"))?,
        act_key: r.text(24)?,
        act_by: r.text(25)?,
        act_at: r.opt_int(26)?,
        act_refusal: r.text(27)?,
        version: r.int(28)?,
    })
}

pub(super) fn insert_dispute(tx: &mut Tx<'_>, d: &DisputeRow, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("insert into disputes (id, business_id, mode, payment_id, customer_id, stripe_id, amount_minor, currency, state, reason, network_code, due_at, answers_sent, was_late, fees, held_currency, opened_at, told_at, act, act_key, act_by, act_refusal, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, '[]', '', $13, $14, '', '', '', '', 0, $14, $14)"),
        args![
            &d.id, d.scope.business_id.as_str(), d.scope.mode.as_str(), &d.payment_id, &d.customer_id, &d.stripe_id, d.amount.minor(),
            d.amount.currency().code(), d.status.as_str(), &d.reason, &d.network_code, d.due_at, d.opened_at, now_ms
        ],
    )
    .map(drop)
}

pub(super) fn find_dispute(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<DisputeRow>, Error> {
    tx.find(
        select_dispute!("where id = $1 and business_id = $2 and mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn get_dispute(tx: &mut Tx<'_>, id: &str) -> Result<DisputeRow, Error> {
    tx.get(select_dispute!("where id = $1"), args![id], read)
}

pub(super) fn lock_dispute(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<DisputeRow, Error> {
    tx.get(
        select_dispute!("where id = $1 and business_id = $2 and mode = $3 for update"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn lock_by_stripe_id(
    tx: &mut Tx<'_>,
    scope: &Scope,
    stripe_id: &str,
) -> Result<Option<DisputeRow>, Error> {
    tx.find(
        select_dispute!("where stripe_id = $1 and business_id = $2 and mode = $3 for update"),
        args![stripe_id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn list_by_payment(tx: &mut Tx<'_>, payment_id: &str) -> Result<Vec<DisputeRow>, Error> {
    tx.list(
        select_dispute!("where payment_id = $1 order by opened_at, id"),
        args![payment_id],
        read,
    )
}

pub(super) fn list_needing(
    tx: &mut Tx<'_>,
    scope: &Scope,
    now_ms: i64,
) -> Result<Vec<DisputeRow>, Error> {
    tx.list(
        select_dispute!("where business_id = $1 and mode = $2 and state in ('needs_response', 'warning_needs_response') and act = '' and (due_at is null or due_at > $3) order by coalesce(due_at, 0), id limit 100"),
        args![scope.business_id.as_str(), scope.mode.as_str(), now_ms],
        read,
    )
}

/// By dispute, in the currency of the balance.
pub(super) fn list_held(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select held_minor, held_currency from disputes where business_id = $1 and mode = $2 and held_minor is not null and reopened_at is null and reinstated_at is null order by id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| from_row(r.int(0)?, &r.text(1)?),
    )
}

/// Disputes that are not over, or lost and not booked yet because the currency of what was taken was not known; not
/// heard of since.
pub(super) fn list_open(
    tx: &mut Tx<'_>,
    scope: &Scope,
    told_before: i64,
) -> Result<Vec<DisputeRow>, Error> {
    tx.list(
        select_dispute!("where business_id = $1 and mode = $2 and (state in ('needs_response', 'warning_needs_response', 'under_review', 'warning_under_review') or (state = 'lost' and reopened_at is null)) and told_at < $3 order by told_at limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str(), told_before],
        read,
    )
}

pub(super) fn list_disputes(
    tx: &mut Tx<'_>,
    scope: &Scope,
    cursor: &Cursor,
) -> Result<Vec<DisputeRow>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    if cursor.is_backward() {
        return tx.list(
            select_dispute!("where business_id = $1 and mode = $2 and (opened_at, id) > (select opened_at, id from disputes where id = $3) order by opened_at, id limit $4"),
            args![business, mode, &cursor.before, PAGE + 1],
            read,
        );
    }
    tx.list(
        select_dispute!("where business_id = $1 and mode = $2 and ($3 = '' or (opened_at, id) < (select opened_at, id from disputes where id = $3)) order by opened_at desc, id desc limit $4"),
        args![business, mode, &cursor.after, PAGE + 1],
        read,
    )
}

/// What Stripe says of it, beside its state.
pub(super) struct Heard<'a> {
    pub status: DisputeStatus,
    pub amount: Money,
    pub reason: &'a str,
    pub network_code: &'a str,
    pub due_at: Option<i64>,
    pub answers_sent: i64,
    pub was_late: bool,
    pub fees: &'a [Fee],
    pub held: Option<Money>,
}

pub(super) fn update_heard(
    tx: &mut Tx<'_>,
    id: &str,
    h: &Heard<'_>,
    now_ms: i64,
) -> Result<(), Error> {
    let fees = serde_json::to_string(h.fees).map_err(|e| Error::Shape(e.to_string()))?;
    let held_currency = h
        .held
        .map(|m| m.currency().code().to_owned())
        .unwrap_or_default();
    tx.execute(
        sql!("update disputes set updated_at = case when state = $2 then updated_at else $12 end, state = $2, amount_minor = $3, reason = $4, network_code = $5, due_at = $6, answers_sent = $7, was_late = $8, fees = $9, held_minor = $10, held_currency = $11, told_at = $12 where id = $1"),
        args![
            id, h.status.as_str(), h.amount.minor(), h.reason, h.network_code, h.due_at, h.answers_sent, i64::from(h.was_late), &fees,
            h.held.map(Money::minor), &held_currency, now_ms
        ],
    )
    .map(drop)
}

pub(super) fn update_withdrawn(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set withdrawn_at = $2 where id = $1 and withdrawn_at is null"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_reopened(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set reopened_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_reinstated(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set reinstated_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_closed(tx: &mut Tx<'_>, id: &str, now_ms: Option<i64>) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set closed_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

/// The alarm goes once for each state that asks for one; the row says for which it went last.
pub(super) fn update_alarmed(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set alarmed_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn update_act(
    tx: &mut Tx<'_>,
    id: &str,
    act: Act,
    key: &str,
    by: &str,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update disputes set act = $2, act_key = $3, act_by = $4, act_at = $5, act_refusal = '', version = version + 1, updated_at = $5 where id = $1 and act = ''"),
        args![id, act.as_str(), key, by, now_ms],
    )
}

/// Stripe refused: the seller may decide again.
pub(super) fn update_act_refused(
    tx: &mut Tx<'_>,
    id: &str,
    key: &str,
    refusal: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set act = '', act_key = '', act_refusal = $3, updated_at = $4 where id = $1 and act_key = $2"),
        args![id, key, refusal, now_ms],
    )
    .map(drop)
}

/// The bank asks once more: the seller may answer again.
pub(super) fn update_act_over(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update disputes set act = '', act_key = '', act_refusal = '' where id = $1"),
        args![id],
    )
    .map(drop)
}

/// What open disputes hold of the payments an invoice got, and the first deadline among those that want an answer.
/// The payments are told by their ids, because their allocations belong to the invoice.
pub(super) fn get_open(tx: &mut Tx<'_>, payment_id: &str) -> Result<(i64, Option<i64>), Error> {
    tx.get(
        sql!("select cast(coalesce(sum(amount_minor), 0) as bigint), min(case when state in ('needs_response', 'warning_needs_response') then due_at end) from disputes where payment_id = $1 and state in ('needs_response', 'warning_needs_response', 'under_review', 'warning_under_review')"),
        args![payment_id],
        |r| Ok((r.int(0)?, r.opt_int(1)?)),
    )
}

pub(super) fn upsert_words(
    tx: &mut Tx<'_>,
    dispute_id: &str,
    field: &str,
    text: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into dispute_words (dispute_id, field, text) values ($1, $2, $3) on conflict (dispute_id, field) do update set text = excluded.text"),
        args![dispute_id, field, text],
    )
    .map(drop)
}

pub(super) fn list_words(
    tx: &mut Tx<'_>,
    dispute_id: &str,
) -> Result<Vec<(String, String)>, Error> {
    tx.list(
        sql!("select field, text from dispute_words where dispute_id = $1 order by field"),
        args![dispute_id],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

/// What was fixed before goes: the bank asks once more, or it was refused.
pub(super) fn delete_evidence(tx: &mut Tx<'_>, dispute_id: &str) -> Result<(), Error> {
    tx.execute(
        sql!("delete from dispute_evidence where dispute_id = $1"),
        args![dispute_id],
    )
    .map(drop)
}

pub(super) fn insert_evidence(
    tx: &mut Tx<'_>,
    dispute_id: &str,
    field: &str,
    text: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into dispute_evidence (dispute_id, field, text) values ($1, $2, $3)"),
        args![dispute_id, field, text],
    )
    .map(drop)
}

pub(super) fn list_evidence(
    tx: &mut Tx<'_>,
    dispute_id: &str,
) -> Result<Vec<(String, String)>, Error> {
    tx.list(
        sql!("select field, text from dispute_evidence where dispute_id = $1 order by field"),
        args![dispute_id],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

pub(super) fn update_version(
    tx: &mut Tx<'_>,
    id: &str,
    version: i64,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update disputes set version = version + 1, updated_at = $3 where id = $1 and version = $2 and act = ''"),
        args![id, version, now_ms],
    )
}

/// A file for the bank, without its content.
#[derive(Clone, Debug)]
pub(super) struct FileRow {
    pub id: String,
    pub field: String,
    pub name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub idempotency_key: String,
    pub stripe_id: Option<String>,
}

pub(super) struct NewFile<'a> {
    pub id: &'a str,
    pub dispute_id: &'a str,
    pub field: &'a str,
    pub name: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub sha256: &'a str,
    pub content: &'a str,
    pub idempotency_key: &'a str,
    pub added_by: &'a str,
}

pub(super) fn replace_file(tx: &mut Tx<'_>, f: &NewFile<'_>, now_ms: i64) -> Result<(), Error> {
    delete_file(tx, f.dispute_id, f.field)?;
    tx.execute(
        sql!("insert into dispute_files (id, dispute_id, field, name, media_type, size_bytes, sha256, content, idempotency_key, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
        args![f.id, f.dispute_id, f.field, f.name, f.media_type, f.size_bytes, f.sha256, f.content, f.idempotency_key, f.added_by, now_ms],
    )
    .map(drop)
}

pub(super) fn delete_file(tx: &mut Tx<'_>, dispute_id: &str, field: &str) -> Result<u64, Error> {
    tx.execute(
        sql!("delete from dispute_files where dispute_id = $1 and field = $2"),
        args![dispute_id, field],
    )
}

pub(super) fn list_files(tx: &mut Tx<'_>, dispute_id: &str) -> Result<Vec<FileRow>, Error> {
    tx.list(
        sql!("select id, field, name, media_type, size_bytes, idempotency_key, stripe_id from dispute_files where dispute_id = $1 order by field"),
        args![dispute_id],
        |r| {
            Ok(FileRow {
                id: r.text(0)?,
                field: r.text(1)?,
                name: r.text(2)?,
                media_type: r.text(3)?,
                size_bytes: r.int(4)?,
                idempotency_key: r.text(5)?,
                stripe_id: r.opt_text(6)?,
            })
        },
    )
}

pub(super) fn get_file_content(tx: &mut Tx<'_>, id: &str) -> Result<String, Error> {
    tx.get(
        sql!("select content from dispute_files where id = $1"),
        args![id],
        |r| r.text(0),
    )
}

pub(super) fn update_file_uploaded(
    tx: &mut Tx<'_>,
    id: &str,
    stripe_id: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update dispute_files set stripe_id = $2 where id = $1"),
        args![id, stripe_id],
    )
    .map(drop)
}

/// Answers whether this reminder has not gone yet.
pub(super) fn insert_reminder(
    tx: &mut Tx<'_>,
    dispute_id: &str,
    at: i64,
    now_ms: i64,
) -> Result<bool, Error> {
    let inserted = tx.execute(
        sql!("insert into dispute_reminders (dispute_id, at, mailed_at) values ($1, $2, $3) on conflict (dispute_id, at) do nothing"),
        args![dispute_id, at, now_ms],
    )?;
    Ok(inserted == 1)
}
