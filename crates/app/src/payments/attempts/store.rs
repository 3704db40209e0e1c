//! Rows of `payment_attempts` and `payment_attempt_invoices`.

use billing::money::Money;
use billing::payment::decline::DeclineGroup;
use billing::payment::settle::AttemptStatus;
use kit::db::{Error, Row, Tx};
use kit::locale::Locale;
use kit::{args, sql};

use super::super::store::scope;
use super::{AttemptRow, ComesBackTo, Item, NewAttempt, Vehicle, WayBack};
use crate::amount::from_row;
use crate::who::Scope;

macro_rules! select_attempt {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, invoice_id, idempotency_key, amount_minor, currency, intent_id, state, failure_group, created_at, updated_at, vehicle, session_id, comes_back_to, locale from payment_attempts ",
            $rest
        ))
    };
}

fn read_attempt(r: &Row) -> Result<AttemptRow, Error> {
    let status = AttemptStatus::parse(&r.text(8)?, DeclineGroup::parse(&r.text(9)?));
    Ok(AttemptRow {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        invoice_id: r.text(3)?,
        idempotency_key: r.text(4)?,
        amount: from_row(r.int(5)?, &r.text(6)?)?,
        intent_id: r.opt_text(7)?,
        vehicle: vehicle(&r.text(12)?, &r.text(14)?, &r.text(15)?)?,
        session_id: r.opt_text(13)?,
        status: status.ok_or_else(|| Error::Shape("a bad attempt state".into()))?,
        created_at: r.int(10)?,
        updated_at: r.int(11)?,
    })
}

fn vehicle(word: &str, to: &str, locale: &str) -> Result<Vehicle, Error> {
    if word == "intent" {
        return Ok(Vehicle::Form);
    }
    let way_back = ComesBackTo::parse(to)
        .zip(Locale::parse(locale))
        .map(|(to, locale)| Vehicle::Page(WayBack { to, locale }));
    way_back.ok_or_else(|| Error::Shape("payment_attempts: a bad vehicle".into()))
}

pub(in crate::payments) fn find_live_attempt(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1 and live = 1)"),
        args![invoice_id],
        read_attempt,
    )
}

/// The live attempts over any of these invoices, each once; their rows taken.
pub(in crate::payments) fn lock_live_attempts(
    tx: &mut Tx<'_>,
    items: &[Item],
) -> Result<Vec<AttemptRow>, Error> {
    let mut ids = Vec::new();
    for item in items {
        ids.extend(find_live_attempt(tx, &item.invoice_id)?.map(|a| a.id));
    }
    ids.sort();
    ids.dedup();
    ids.iter().map(|id| lock_attempt(tx, id)).collect()
}

/// What an attempt pays of each invoice, in the order of their ids.
pub(in crate::payments) fn list_items(
    tx: &mut Tx<'_>,
    attempt_id: &str,
) -> Result<Vec<Item>, Error> {
    tx.list(
        sql!("select i.invoice_id, i.amount_minor, a.currency from payment_attempt_invoices i join payment_attempts a on a.id = i.attempt_id where i.attempt_id = $1 order by i.invoice_id"),
        args![attempt_id],
        |r| Ok(Item { invoice_id: r.text(0)?, amount: from_row(r.int(1)?, &r.text(2)?)? }),
    )
}

pub(in crate::payments) fn insert_items(
    tx: &mut Tx<'_>,
    attempt_id: &str,
    items: &[Item],
) -> Result<(), Error> {
    for item in items {
        tx.execute(
            sql!("insert into payment_attempt_invoices (attempt_id, invoice_id, amount_minor, live) values ($1, $2, $3, 1)"),
            args![attempt_id, &item.invoice_id, item.amount.minor()],
        )?;
    }
    Ok(())
}

pub(in crate::payments) fn update_items(
    tx: &mut Tx<'_>,
    attempt_id: &str,
    items: &[Item],
) -> Result<(), Error> {
    for item in items {
        tx.execute(
            sql!("update payment_attempt_invoices set amount_minor = $3 where attempt_id = $1 and invoice_id = $2"),
            args![attempt_id, &item.invoice_id, item.amount.minor()],
        )?;
    }
    Ok(())
}

pub(in crate::payments) fn is_live(tx: &mut Tx<'_>, attempt_id: &str) -> Result<bool, Error> {
    let live = tx.find(
        sql!("select 1 from payment_attempts where id = $1 and state in ('started', 'processing', 'declined')"),
        args![attempt_id],
        |_| Ok(()),
    )?;
    Ok(live.is_some())
}

/// Over, as long as neither its intent nor its session is known.
pub(in crate::payments) fn update_attempt_given_up(
    tx: &mut Tx<'_>,
    attempt_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set state = 'canceled', updated_at = $2 where id = $1 and intent_id is null and session_id is null and state in ('started', 'declined')"),
        args![attempt_id, now_ms],
    )?;
    update_items_live(tx, attempt_id)
}

/// Over, unless a bank is working on it or it is paid.
pub(in crate::payments) fn update_attempt_over(
    tx: &mut Tx<'_>,
    attempt_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set state = 'canceled', updated_at = $2 where id = $1 and state in ('started', 'declined')"),
        args![attempt_id, now_ms],
    )?;
    update_items_live(tx, attempt_id)
}

/// An invoice is free for another attempt when the one over it is over.
fn update_items_live(tx: &mut Tx<'_>, attempt_id: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempt_invoices set live = case when exists (select 1 from payment_attempts a where a.id = $1 and a.state in ('started', 'processing', 'declined')) then 1 else 0 end where attempt_id = $1"),
        args![attempt_id],
    )
    .map(drop)
}

/// The newest; of two of the same moment the one that was not closed in favour of the other.
pub(in crate::payments) fn find_latest_attempt(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) order by created_at desc, case state when 'canceled' then 1 else 0 end, id desc limit 1"),
        args![invoice_id],
        read_attempt,
    )
}

pub(in crate::payments) fn list_asked_attempts(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<AttemptRow>, Error> {
    tx.list(select_attempt!("where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) and (intent_id is not null or session_id is not null) and state <> 'succeeded' order by created_at"), args![invoice_id], read_attempt)
}

pub(in crate::payments) fn lock_attempt(tx: &mut Tx<'_>, id: &str) -> Result<AttemptRow, Error> {
    tx.get(
        select_attempt!("where id = $1 for update"),
        args![id],
        read_attempt,
    )
}

pub(in crate::payments) fn find_attempt_by_intent(
    tx: &mut Tx<'_>,
    scope: &Scope,
    intent_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where intent_id = $1 and business_id = $2 and mode = $3"),
        args![intent_id, scope.business_id.as_str(), scope.mode.as_str()],
        read_attempt,
    )
}

pub(in crate::payments) fn find_attempt_by_session(
    tx: &mut Tx<'_>,
    scope: &Scope,
    session_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where session_id = $1 and business_id = $2 and mode = $3"),
        args![session_id, scope.business_id.as_str(), scope.mode.as_str()],
        read_attempt,
    )
}

pub(in crate::payments) fn find_attempt(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where id = $1 and business_id = $2 and mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read_attempt,
    )
}

pub(in crate::payments) fn list_open_attempts(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked_before: i64,
) -> Result<Vec<AttemptRow>, Error> {
    tx.list(
        select_attempt!("where business_id = $1 and mode = $2 and state in ('started', 'processing', 'declined') and (intent_id is not null or session_id is not null) and (asked_at is null or asked_at < $3) order by updated_at limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str(), asked_before],
        read_attempt,
    )
}

/// One stretch of a drawer's attempts that are not over and are known at Stripe, in the order of their ids.
pub(in crate::payments) fn list_open_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: &str,
    most: i64,
) -> Result<Vec<AttemptRow>, Error> {
    tx.list(
        select_attempt!("where business_id = $1 and mode = $2 and state in ('started', 'processing', 'declined') and (intent_id is not null or session_id is not null) and id > $3 order by id limit $4"),
        args![scope.business_id.as_str(), scope.mode.as_str(), after, most],
        read_attempt,
    )
}

pub(in crate::payments) fn insert_attempt(
    tx: &mut Tx<'_>,
    a: &NewAttempt<'_>,
    now_ms: i64,
) -> Result<(), Error> {
    let (vehicle, to, locale) = match a.vehicle {
        Vehicle::Form => ("intent", "", ""),
        Vehicle::Page(back) => ("session", back.to.as_str(), back.locale.tag()),
    };
    tx.execute(
        sql!("insert into payment_attempts (id, business_id, mode, invoice_id, idempotency_key, amount_minor, currency, account_id, state, intent_status, failure_code, failure_group, last_request_id, created_at, updated_at, vehicle, comes_back_to, locale) values ($1, $2, $3, $4, $5, $6, $7, $8, 'started', '', '', '', '', $9, $9, $10, $11, $12)"),
        args![a.id, a.scope.business_id.as_str(), a.scope.mode.as_str(), a.invoice_id, a.idempotency_key, a.amount.minor(), a.amount.currency().code(), a.account_id, now_ms, vehicle, to, locale],
    )
    .map(drop)
}

/// Whether the intent is the attempt's now; false when it has another.
pub(in crate::payments) fn update_attempt_intent(
    tx: &mut Tx<'_>,
    id: &str,
    intent_id: &str,
    request_id: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update payment_attempts set intent_id = $2, last_request_id = $3, updated_at = $4 where id = $1 and (intent_id is null or intent_id = $2)"),
        args![id, intent_id, request_id, now_ms],
    )
    .map(|touched| touched == 1)
}

/// Whether the session is the attempt's now; false when it has another.
pub(in crate::payments) fn update_attempt_session(
    tx: &mut Tx<'_>,
    id: &str,
    session_id: &str,
    request_id: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update payment_attempts set session_id = $2, last_request_id = $3, updated_at = $4 where id = $1 and vehicle = 'session' and (session_id is null or session_id = $2)"),
        args![id, session_id, request_id, now_ms],
    )
    .map(|touched| touched == 1)
}

pub(in crate::payments) fn update_attempt_key(
    tx: &mut Tx<'_>,
    id: &str,
    key: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set idempotency_key = $2, created_at = $3, updated_at = $3 where id = $1 and intent_id is null"),
        args![id, key, now_ms],
    )
    .map(drop)
}

/// What its intent asks for now. Once it was paid, what was paid stands: a slower tab's wish comes too late.
pub(in crate::payments) fn update_attempt_amount(
    tx: &mut Tx<'_>,
    id: &str,
    amount: Money,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set amount_minor = $2, currency = $3, updated_at = $4 where id = $1 and state <> 'succeeded'"),
        args![id, amount.minor(), amount.currency().code(), now_ms],
    )
    .map(drop)
}

pub(in crate::payments) fn update_attempt_status(
    tx: &mut Tx<'_>,
    id: &str,
    status: AttemptStatus,
    failure_code: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let group = match status {
        AttemptStatus::Declined(group) => group.word_key(),
        _ => "",
    };
    tx.execute(
        sql!("update payment_attempts set state = $2, failure_group = $3, failure_code = $4, updated_at = $5, failure_told_at = case when $2 = 'processing' then null else failure_told_at end where id = $1"),
        args![id, status.as_str(), group, failure_code, now_ms],
    )?;
    update_items_live(tx, id)
}

pub(in crate::payments) fn update_attempt_asked(
    tx: &mut Tx<'_>,
    id: &str,
    intent_status: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set asked_at = $3, intent_status = $2 where id = $1"),
        args![id, intent_status, now_ms],
    )
    .map(drop)
}

/// The invoice an online payment was opened for.
pub(in crate::payments) fn find_invoice_of_intent(
    tx: &mut Tx<'_>,
    intent_id: &str,
) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select invoice_id from payment_attempts where intent_id = $1"),
        args![intent_id],
        |r| r.text(0),
    )
}

/// The account an intent was made at; empty while its key may not ask for it.
pub(in crate::payments) fn find_account_of_intent(
    tx: &mut Tx<'_>,
    intent_id: &str,
) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select account_id from payment_attempts where intent_id = $1"),
        args![intent_id],
        |r| r.text(0),
    )
}

/// When the first payment of a drawer was tried, Unix milliseconds.
pub(in crate::payments) fn find_first_attempt_at(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
) -> Result<Option<i64>, Error> {
    tx.get(
        sql!("select min(created_at) from payment_attempts where business_id = $1 and mode = $2 and (account_id = $3 or account_id = '')"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id],
        |r| r.opt_int(0),
    )
}

/// Marks that payer and seller are told that a bank's work came to nothing; false when they were told before.
pub(in crate::payments) fn update_failure_told(
    tx: &mut Tx<'_>,
    id: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    let marked = tx.execute(
        sql!("update payment_attempts set failure_told_at = $2 where id = $1 and failure_told_at is null"),
        args![id, now_ms],
    )?;
    Ok(marked == 1)
}
