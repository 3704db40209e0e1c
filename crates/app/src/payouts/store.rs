//! Rows of `payouts`.

use billing::money::Money;
use billing::payout::{PayoutStatus, Told};
use jiff::civil::Date;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use crate::amount::from_row;
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

/// A payout as we keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// `po_…`
    pub id: String,
    /// `acct_…`, or empty.
    pub account_id: String,
    /// What was sent; below zero when Stripe collects a debt from the bank.
    pub amount: Money,
    /// Where it stands.
    pub status: PayoutStatus,
    /// By Stripe's schedule, or by hand.
    pub automatic: bool,
    /// `standard` or `instant`.
    pub method: String,
    /// Whether Stripe says what is inside.
    pub told: Told,
    /// The day Stripe says it arrives.
    pub arrival: Date,
    /// What stands on the bank statement.
    pub descriptor: String,
    /// The bank's own number for it; empty when not known.
    pub trace: String,
    /// By name, when it failed.
    pub failure_code: String,
    /// In words, when it failed.
    pub failure_message: String,
    /// `proved`, `off`, `not-told`, `not-yet`, or empty when nobody looked.
    pub proof: String,
    /// What is inside comes to this.
    pub inside: Option<Money>,
    /// How many lines are inside.
    pub inside_count: i64,
    /// When it was proved, Unix milliseconds.
    pub proved_at: Option<i64>,
    /// The day it was found on the bank statement.
    pub found_on: Option<Date>,
    /// Who found it.
    pub found_by: String,
    /// How often it was marked as found: a mark can be taken back.
    pub found_times: i64,
    /// Unix milliseconds.
    pub created_at: i64,
}

fn told_word(told: Told) -> &'static str {
    match told {
        Told::Whole => "whole",
        Told::Later => "later",
        Told::Never => "never",
    }
}

fn read(r: &Row) -> Result<Payout, Error> {
    let shape = |what: &str| Error::Shape(format!("payouts: bad {what}"));
    let code = r.text(2)?;
    let told = match r.text(7)?.as_str() {
        "whole" => Told::Whole,
        "later" => Told::Later,
        _ => Told::Never,
    };
    Ok(Payout {
        id: r.text(0)?,
        account_id: r.text(1)?,
        amount: from_row(r.int(3)?, &code)?,
        status: PayoutStatus::parse(&r.text(4)?).ok_or_else(|| shape("status"))?,
        automatic: r.flag(5)?,
        method: r.text(6)?,
        told,
        arrival: r.parse(8)?,
        descriptor: r.text(9)?,
        trace: r.text(10)?,
        failure_code: r.text(11)?,
        failure_message: r.text(12)?,
        proof: r.text(13)?,
        inside: r
            .opt_int(14)?
            .map(|minor| from_row(minor, &code))
            .transpose()?,
        inside_count: r.int(15)?,
        proved_at: r.opt_int(16)?,
        found_on: match r.opt_text(17)? {
            None => None,
            Some(_) => Some(r.parse(17)?),
        },
        found_by: r.text(18)?,
        found_times: r.int(19)?,
        created_at: r.int(20)?,
    })
}

macro_rules! select_payout {
    ($rest:literal) => {
        sql!(concat!(
            "select id, account_id, currency, amount_minor, status, automatic, method, told, arrival_date, statement_descriptor, trace, failure_code, failure_message, proof, inside_minor, inside_count, proved_at, found_date, found_by, found_times, created_at from payouts where business_id = $1 and mode = $2 ",
            $rest
        ))
    };
}

pub(super) fn find_payout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<Payout>, Error> {
    tx.find(
        select_payout!("and id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read,
    )
}

pub(super) fn lock_payout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<Payout>, Error> {
    tx.find(
        select_payout!("and id = $3 for update"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read,
    )
}

pub(super) fn insert_payout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    p: &Payout,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into payouts (business_id, mode, id, account_id, currency, amount_minor, status, automatic, method, told, arrival_date, statement_descriptor, trace, failure_code, failure_message, proof, inside_count, found_by, found_times, created_at, asked_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', 0, '', 0, $16, $17, $17)"),
        args![
            scope.business_id.as_str(), scope.mode.as_str(), &p.id, &p.account_id, p.amount.currency().code(), p.amount.minor(),
            p.status.as_str(), p.automatic, &p.method, told_word(p.told), p.arrival.to_string(), &p.descriptor, &p.trace,
            &p.failure_code, &p.failure_message, p.created_at, now_ms
        ],
    )
    .map(drop)
}

/// What Stripe may change of it.
pub(super) fn update_payout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    p: &Payout,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payouts set status = $4, told = $5, arrival_date = $6, statement_descriptor = $7, trace = $8, failure_code = $9, failure_message = $10, asked_at = $11, updated_at = $11 where business_id = $1 and mode = $2 and id = $3"),
        args![
            scope.business_id.as_str(), scope.mode.as_str(), &p.id, p.status.as_str(), told_word(p.told), p.arrival.to_string(),
            &p.descriptor, &p.trace, &p.failure_code, &p.failure_message, now_ms
        ],
    )
    .map(drop)
}

pub(super) fn update_proof(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    proof: &str,
    inside: Money,
    count: usize,
    now_ms: i64,
) -> Result<(), Error> {
    let proved_at = (proof == "proved").then_some(now_ms);
    tx.execute(
        sql!("update payouts set proof = $4, inside_minor = $5, inside_count = $6, proved_at = coalesce(proved_at, $7) where business_id = $1 and mode = $2 and id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id, proof, inside.minor(), count as i64, proved_at],
    )
    .map(drop)
}

pub(super) fn update_found(
    tx: &mut Tx<'_>,
    scope: &Scope,
    p: &Payout,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payouts set found_date = $4, found_by = $5, found_times = $6, updated_at = $7 where business_id = $1 and mode = $2 and id = $3"),
        args![
            scope.business_id.as_str(), scope.mode.as_str(), &p.id, p.found_on.map(|d| d.to_string()), &p.found_by, p.found_times, now_ms
        ],
    )
    .map(drop)
}

/// Newest first. With `to_find`, only those of [`list_sums_to_find`]: the provider says of them that they have arrived
/// before that day; empty for all.
pub(super) fn list_page(
    tx: &mut Tx<'_>,
    scope: &Scope,
    at: &Cursor,
    to_find: &str,
) -> Result<Vec<Payout>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    if at.is_backward() {
        return tx.list(
            select_payout!("and ($5 = '' or (found_date is null and status = 'paid' and arrival_date < $5)) and (created_at, id) > (select p.created_at, p.id from payouts p where p.business_id = $1 and p.mode = $2 and p.id = $3) order by created_at, id limit $4"),
            args![business, mode, &at.before, PAGE + 1, to_find],
            read,
        );
    }
    if at.after.is_empty() {
        return tx.list(
            select_payout!("and ($4 = '' or (found_date is null and status = 'paid' and arrival_date < $4)) order by created_at desc, id desc limit $3"),
            args![business, mode, PAGE + 1, to_find],
            read,
        );
    }
    tx.list(
        select_payout!("and ($5 = '' or (found_date is null and status = 'paid' and arrival_date < $5)) and (created_at, id) < (select p.created_at, p.id from payouts p where p.business_id = $1 and p.mode = $2 and p.id = $3) order by created_at desc, id desc limit $4"),
        args![business, mode, &at.after, PAGE + 1, to_find],
        read,
    )
}

pub(super) fn count_proved(tx: &mut Tx<'_>, scope: &Scope) -> Result<(i64, i64), Error> {
    tx.get(
        sql!("select count(*), cast(coalesce(sum(case when proof = 'proved' then 1 else 0 end), 0) as bigint) from payouts where business_id = $1 and mode = $2"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| Ok((r.int(0)?, r.int(1)?)),
    )
}

/// One stretch of what left the balance and nobody has found, after the day and the id of the last one before.
pub(super) fn list_unfound_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (arrival, id): (&str, &str),
    most: i64,
) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!("and found_date is null and status in ('pending', 'in_transit', 'paid') and (arrival_date, id) > ($3, $4) order by arrival_date, id limit $5"),
        args![scope.business_id.as_str(), scope.mode.as_str(), arrival, id, most],
        read,
    )
}

/// Not arrived yet by the provider's own word: its day is today or to come, or it has not said so.
pub(super) fn list_on_their_way(
    tx: &mut Tx<'_>,
    scope: &Scope,
    today: &str,
) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!("and found_date is null and (status in ('pending', 'in_transit') or (status = 'paid' and arrival_date >= $3)) order by arrival_date, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), today],
        read,
    )
}

/// What the provider says has arrived and nobody has found on a statement: sums and counts, a currency each.
pub(super) fn list_sums_to_find(
    tx: &mut Tx<'_>,
    scope: &Scope,
    today: &str,
) -> Result<Vec<(Money, i64)>, Error> {
    tx.list(
        sql!("select currency, cast(sum(amount_minor) as bigint), count(*) from payouts where business_id = $1 and mode = $2 and found_date is null and status = 'paid' and arrival_date < $3 group by currency order by currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), today],
        |r| Ok((from_row(r.int(1)?, &r.text(0)?)?, r.int(2)?)),
    )
}

pub(super) fn list_unproved(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!("and proof <> 'proved' and told <> 'never' and status <> 'canceled' order by created_at, id limit 500"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

/// Those that are off first, then the newest proved ones.
pub(super) fn list_weighed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!("and proof in ('proved', 'off') order by case when proof = 'off' then 0 else 1 end, created_at desc, id desc limit 500"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

/// Those whose state Stripe may still change: on their way, or arrived less than a fortnight ago.
pub(super) fn list_unsettled(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
    since_ms: i64,
) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!("and account_id = $3 and (status in ('pending', 'in_transit') or (status = 'paid' and created_at >= $4)) order by created_at, id limit 500"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id, since_ms],
        read,
    )
}

pub(super) fn list_found_but_failed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!("and found_date is not null and status in ('failed', 'canceled') order by created_at, id limit 500"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn list_failed_since(
    tx: &mut Tx<'_>,
    scope: &Scope,
    since_ms: i64,
) -> Result<Vec<Payout>, Error> {
    tx.list(
        select_payout!(
            "and status = 'failed' and updated_at >= $3 order by created_at desc, id desc limit 50"
        ),
        args![scope.business_id.as_str(), scope.mode.as_str(), since_ms],
        read,
    )
}

pub(super) fn find_newest_at(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
) -> Result<Option<i64>, Error> {
    tx.get(
        sql!("select max(created_at) from payouts where business_id = $1 and mode = $2 and account_id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id],
        |r| r.opt_int(0),
    )
}
