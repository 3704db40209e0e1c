//! Rows of `autopay_plans` and `autopay_tries`.

use billing::Mode;
use billing::currency::Currency;
use billing::id::BusinessId;
use billing::money::Money;
use billing::payment::autopay::{Try, Verdict, Why};
use jiff::civil::Date;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::{Outcome, Plan, State, Tried};
use crate::who::Scope;

macro_rules! select_plan {
    ($rest:literal) => {
        sql!(concat!(
            "select p.invoice_id, p.consent_id, p.state, p.why, p.charge_on, p.notice_mail, p.notice_minor, p.next_at from autopay_plans p ",
            $rest
        ))
    };
}

fn read_plan(r: &Row) -> Result<Plan, Error> {
    Ok(Plan {
        invoice_id: r.text(0)?,
        consent_id: r.text(1)?,
        state: State::parse(&r.text(2)?)
            .ok_or_else(|| Error::Shape("a plan in no state".into()))?,
        why: Why::parse(&r.text(3)?),
        charge_on: r.text(4)?.parse().ok(),
        notice_mail: r.text(5)?,
        notice_minor: r.int(6)?,
        next_at: r.int(7)?,
    })
}

pub(super) fn find_plan(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<Plan>, Error> {
    tx.find(
        select_plan!("where p.invoice_id = $1"),
        args![invoice_id],
        read_plan,
    )
}

pub(super) fn find_plan_in_force(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<Plan>, Error> {
    tx.find(
        select_plan!(
            "join consents c on c.id = p.consent_id where p.invoice_id = $1 and c.state = 'given'"
        ),
        args![invoice_id],
        read_plan,
    )
}

/// Writes the plan as it is now.
pub(crate) fn upsert_plan(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    plan: &Plan,
    now_ms: i64,
) -> Result<(), Error> {
    let charge_on = plan.charge_on.map(|d| d.to_string()).unwrap_or_default();
    tx.execute(
        sql!("insert into autopay_plans (invoice_id, business_id, mode, customer_id, consent_id, state, why, charge_on, notice_mail, notice_minor, next_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) on conflict (invoice_id) do update set consent_id = excluded.consent_id, state = excluded.state, why = excluded.why, charge_on = excluded.charge_on, notice_mail = excluded.notice_mail, notice_minor = excluded.notice_minor, next_at = excluded.next_at, updated_at = excluded.updated_at"),
        args![
            &plan.invoice_id, scope.business_id.as_str(), scope.mode.as_str(), customer_id, &plan.consent_id,
            plan.state.as_str(), plan.why.map_or("", Why::as_str), charge_on, &plan.notice_mail,
            plan.notice_minor, plan.next_at, now_ms
        ],
    )
    .map(drop)
}

/// Looks at a plan again at this instant, and changes nothing else of it.
pub(crate) fn update_next(tx: &mut Tx<'_>, invoice_id: &str, next_at: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update autopay_plans set next_at = $2 where invoice_id = $1"),
        args![invoice_id, next_at],
    )
    .map(drop)
}

macro_rules! select_try {
    ($rest:literal) => {
        sql!(concat!(
            "select t.id, t.business_id, t.mode, t.invoice_id, t.consent_id, t.saved_id, t.attempt_id, t.idempotency_key, t.key_at, t.amount_minor, t.currency, t.tried_on, t.outcome, t.code, t.verdict, t.started_at from autopay_tries t ",
            $rest
        ))
    };
}

fn read_try(r: &Row) -> Result<Tried, Error> {
    let shape = |what: &str| Error::Shape(format!("a try with a bad {what}"));
    let currency = Currency::parse(&r.text(10)?).map_err(|_| shape("currency"))?;
    Ok(Tried {
        id: r.text(0)?,
        scope: Scope {
            business_id: BusinessId::parse(r.text(1)?).map_err(|_| shape("business"))?,
            mode: Mode::parse(&r.text(2)?).map_err(|_| shape("mode"))?,
        },
        invoice_id: r.text(3)?,
        consent_id: r.text(4)?,
        saved_id: r.text(5)?,
        attempt_id: r.text(6)?,
        idempotency_key: r.text(7)?,
        key_at: r.int(8)?,
        amount: Money::from_minor(r.int(9)?, currency).map_err(|_| shape("amount"))?,
        tried_on: r.text(11)?.parse::<Date>().map_err(|_| shape("day"))?,
        outcome: Outcome::parse(&r.text(12)?).ok_or_else(|| shape("outcome"))?,
        code: r.text(13)?,
        verdict: Verdict::parse(&r.text(14)?),
        started_at: r.int(15)?,
    })
}

/// Whatever asks for a try twice at once breaks `autopay_tries_one_at_a_time`.
pub(crate) fn insert_try(tx: &mut Tx<'_>, t: &Tried) -> Result<(), Error> {
    tx.execute(
        sql!("insert into autopay_tries (id, business_id, mode, invoice_id, consent_id, saved_id, attempt_id, idempotency_key, key_at, amount_minor, currency, tried_on, outcome, code, verdict, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'started', '', '', $9)"),
        args![
            &t.id, t.scope.business_id.as_str(), t.scope.mode.as_str(), &t.invoice_id, &t.consent_id,
            &t.saved_id, &t.attempt_id, &t.idempotency_key, t.key_at, t.amount.minor(),
            t.amount.currency().code(), t.tried_on.to_string()
        ],
    )
    .map(drop)
}

pub(super) fn find_started(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Option<Tried>, Error> {
    tx.find(
        select_try!("where t.invoice_id = $1 and t.outcome = 'started' for update"),
        args![invoice_id],
        read_try,
    )
}

/// Everything that was tried for an invoice, oldest first.
pub(crate) fn list_tries(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<Tried>, Error> {
    tx.list(
        select_try!("where t.invoice_id = $1 and t.outcome <> 'void' order by t.started_at, t.id"),
        args![invoice_id],
        read_try,
    )
}

/// What was declined under one consent, oldest first, as the rules see it.
pub(crate) fn list_declined(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    consent_id: &str,
) -> Result<Vec<Try>, Error> {
    let tried = tx.list(
        select_try!("where t.invoice_id = $1 and t.consent_id = $2 and t.outcome = 'declined' order by t.started_at, t.id"),
        args![invoice_id, consent_id],
        read_try,
    )?;
    Ok(tried.iter().filter_map(Tried::as_try).collect())
}

pub(super) fn find_last_of_customer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Option<Tried>, Error> {
    tx.find(
        select_try!("join autopay_plans p on p.invoice_id = t.invoice_id where p.customer_id = $3 and t.business_id = $1 and t.mode = $2 and t.outcome <> 'void' order by t.started_at desc, t.id desc limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read_try,
    )
}

/// Another key for the same try: the one before is too old to be trusted, or replays a failure of Stripe's own.
pub(crate) fn update_key(tx: &mut Tx<'_>, id: &str, key: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update autopay_tries set idempotency_key = $2, key_at = $3 where id = $1 and outcome = 'started'"),
        args![id, key, now_ms],
    )
    .map(drop)
}

/// Answers whether its outcome was not known until now.
pub(crate) fn update_try_ended(
    tx: &mut Tx<'_>,
    id: &str,
    outcome: Outcome,
    code: &str,
    verdict: Option<Verdict>,
    now_ms: i64,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update autopay_tries set outcome = $2, code = $3, verdict = $4, ended_at = $5 where id = $1 and outcome = 'started'"),
        args![id, outcome.as_str(), code, verdict.map_or("", Verdict::as_str), now_ms],
    )
    .map(|touched| touched == 1)
}
