//! Rows of `balance_transactions` and `balance_cursors`.

use billing::money::Money;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::Listed;
use super::line::{Line, Owner, State};
use crate::amount::from_row;
use crate::who::Scope;

macro_rules! select_line {
    ($rest:literal) => {
        sql!(concat!(
            "select id, account_id, kind, category, source, payout_id, currency, amount_minor, fee_minor, tax_minor, net_minor, presented_currency, presented_minor, exchange_rate, description, state, owner, available_at, created_at from balance_transactions where business_id = $1 and mode = $2 ",
            $rest
        ))
    };
}

fn read(r: &Row) -> Result<Line, Error> {
    let shape = |what: &str| Error::Shape(format!("balance_transactions: bad {what}"));
    let code = r.text(6)?;
    let own = |column: usize| from_row(r.int(column)?, &code);
    let paid = match (r.opt_text(11)?, r.opt_int(12)?) {
        (Some(code), Some(minor)) => Some(from_row(minor, &code)?),
        _ => None,
    };
    Ok(Line {
        id: r.text(0)?,
        account_id: r.text(1)?,
        kind: r.text(2)?,
        category: r.text(3)?,
        source: r.text(4)?,
        payout_id: r.opt_text(5)?,
        amount: own(7)?,
        fee: own(8)?,
        tax: own(9)?,
        net: own(10)?,
        paid,
        exchange_rate: r.text(13)?,
        description: r.text(14)?,
        state: State::parse(&r.text(15)?).ok_or_else(|| shape("state"))?,
        owner: Owner::parse(&r.text(16)?).ok_or_else(|| shape("owner"))?,
        available_at: r.int(17)?,
        created_at: r.int(18)?,
    })
}

/// Its row is taken: what is found here is about to change.
pub(super) fn lock_line(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Line>, Error> {
    tx.find(
        select_line!("and id = $3 for update"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read,
    )
}

pub(super) fn list_by_source(
    tx: &mut Tx<'_>,
    scope: &Scope,
    source: &str,
) -> Result<Vec<Line>, Error> {
    tx.list(
        select_line!("and source = $3 order by created_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), source],
        read,
    )
}

pub(super) fn list_by_payout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    payout_id: &str,
) -> Result<Vec<Line>, Error> {
    tx.list(
        select_line!("and payout_id = $3 order by created_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), payout_id],
        read,
    )
}

/// What has left with a payout is taken off the balance at once, whenever Stripe says it is available.
pub(super) fn list_pending(
    tx: &mut Tx<'_>,
    scope: &Scope,
    now_ms: i64,
) -> Result<Vec<(Money, i64)>, Error> {
    tx.list(
        sql!("select currency, cast(sum(net_minor) as bigint), available_at from balance_transactions where business_id = $1 and mode = $2 and state = 'booked' and available_at > $3 and category not in ('payout', 'payout_reversal') group by currency, available_at having sum(net_minor) <> 0 order by available_at, currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), now_ms],
        |r| Ok((from_row(r.int(1)?, &r.text(0)?)?, r.int(2)?)),
    )
}

/// What somebody must be behind is told by the category, which only `billing` reads.
pub(super) fn list_unowned(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Line>, Error> {
    let all = tx.list(
        select_line!("and state in ('booked', 'waiting') and owner = '' and source <> '' order by created_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )?;
    Ok(all.into_iter().filter(Line::has_owner).collect())
}

/// The categories that are no news, so that a long history is not read for a few odd lines.
pub(super) fn list_possible_suspense(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Line>, Error> {
    tx.list(
        select_line!("and state = 'booked' and (owner = 'foreign' or category not in ('charge', 'refund', 'payout', 'fee', 'tax', 'dispute', 'dispute_reversal', 'refund_failure', 'payout_reversal', 'network_cost')) order by created_at desc, id desc limit 500"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn insert_line(
    tx: &mut Tx<'_>,
    scope: &Scope,
    l: &Line,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into balance_transactions (business_id, mode, id, account_id, kind, category, source, payout_id, currency, amount_minor, fee_minor, tax_minor, net_minor, presented_currency, presented_minor, exchange_rate, description, state, owner, available_at, created_at, kept_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)"),
        args![
            scope.business_id.as_str(), scope.mode.as_str(), &l.id, &l.account_id, &l.kind, &l.category, &l.source, l.payout_id.as_deref(),
            l.amount.currency().code(), l.amount.minor(), l.fee.minor(), l.tax.minor(), l.net.minor(),
            l.paid.map(|p| p.currency().code().to_owned()), l.paid.map(Money::minor), &l.exchange_rate, &l.description,
            l.state.as_str(), l.owner.as_str(), l.available_at, l.created_at, now_ms
        ],
    )
    .map(drop)
}

/// Only what may change: amounts never do.
pub(super) fn update_line(tx: &mut Tx<'_>, scope: &Scope, l: &Line) -> Result<(), Error> {
    tx.execute(
        sql!("update balance_transactions set state = $4, owner = $5, presented_currency = $6, presented_minor = $7, exchange_rate = $8 where business_id = $1 and mode = $2 and id = $3"),
        args![
            scope.business_id.as_str(), scope.mode.as_str(), &l.id, l.state.as_str(), l.owner.as_str(),
            l.paid.map(|p| p.currency().code().to_owned()), l.paid.map(Money::minor), &l.exchange_rate
        ],
    )
    .map(drop)
}

pub(super) fn update_payout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    payout_id: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update balance_transactions set payout_id = $4 where business_id = $1 and mode = $2 and id = $3 and payout_id is null"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id, payout_id],
    )
    .map(drop)
}

/// The nets of an account since its books began, by currency: `before` and what moves nothing of ours left out.
pub(super) fn list_nets(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select currency, cast(sum(net_minor) as bigint) from balance_transactions where business_id = $1 and mode = $2 and account_id = $3 and state in ('booked', 'waiting') group by currency order by currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id],
        |r| from_row(r.int(1)?, &r.text(0)?),
    )
}

/// How far an account's list has been read.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    pub account_id: String,
    pub newest_id: String,
    pub begins_at: i64,
    pub opened_at: Option<i64>,
    pub pulled_at: Option<i64>,
    pub pull_error: String,
}

fn read_cursor(r: &Row) -> Result<Cursor, Error> {
    Ok(Cursor {
        account_id: r.text(0)?,
        newest_id: r.text(1)?,
        begins_at: r.int(2)?,
        opened_at: r.opt_int(3)?,
        pulled_at: r.opt_int(4)?,
        pull_error: r.text(5)?,
    })
}

pub(super) fn find_cursor(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
) -> Result<Option<Cursor>, Error> {
    tx.find(
        sql!("select account_id, newest_id, begins_at, opened_at, pulled_at, pull_error from balance_cursors where business_id = $1 and mode = $2 and account_id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id],
        read_cursor,
    )
}

pub(super) fn list_all_cursors(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Cursor>, Error> {
    tx.list(
        sql!("select account_id, newest_id, begins_at, opened_at, pulled_at, pull_error from balance_cursors where business_id = $1 and mode = $2 order by account_id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read_cursor,
    )
}

/// The names under which lines of a drawer are kept, each with one of its lines.
pub(super) fn list_names(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<(String, String)>, Error> {
    tx.list(
        sql!("select account_id, max(id) from balance_transactions where business_id = $1 and mode = $2 group by account_id order by account_id"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

pub(super) fn list_cursors(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Listed>, Error> {
    let all = list_all_cursors(tx, scope)?;
    Ok(all
        .into_iter()
        .map(|c| Listed {
            account_id: c.account_id,
            pulled_at: c.pulled_at,
            opened_at: c.opened_at,
            pull_error: c.pull_error,
        })
        .collect())
}

pub(super) fn insert_cursor(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
    begins_at: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into balance_cursors (business_id, mode, account_id, newest_id, begins_at, pull_error) values ($1, $2, $3, '', $4, '') on conflict (business_id, mode, account_id) do nothing"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id, begins_at],
    )
    .map(drop)
}

/// Read to its end: `newest_id` is where to go on; nothing new leaves it where it is.
pub(super) fn update_cursor(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
    newest_id: Option<&str>,
    error: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update balance_cursors set newest_id = coalesce($4, newest_id), pulled_at = $5, pull_error = $6 where business_id = $1 and mode = $2 and account_id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id, newest_id, now_ms, error],
    )
    .map(drop)
}

pub(super) fn update_cursor_failed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
    error: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update balance_cursors set pull_error = $4 where business_id = $1 and mode = $2 and account_id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id, error],
    )
    .map(drop)
}

pub(super) fn update_cursor_opened(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update balance_cursors set opened_at = $4 where business_id = $1 and mode = $2 and account_id = $3 and opened_at is null"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id, now_ms],
    )
}

/// A line stands in this account's list: it bears the name under which that list is read, whatever it was kept under.
pub(super) fn update_whose(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    account_id: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update balance_transactions set account_id = $4 where business_id = $1 and mode = $2 and id = $3 and account_id <> $4"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id, account_id],
    )
    .map(drop)
}

/// The same account under another name: a key that may ask for the account's id came, or went.
pub(super) fn update_account_id(
    tx: &mut Tx<'_>,
    scope: &Scope,
    from: &str,
    to: &str,
) -> Result<(), Error> {
    let args = args![scope.business_id.as_str(), scope.mode.as_str(), from, to];
    tx.execute(
        sql!("update balance_cursors set account_id = $4 where business_id = $1 and mode = $2 and account_id = $3"),
        args,
    )?;
    tx.execute(
        sql!("update balance_transactions set account_id = $4 where business_id = $1 and mode = $2 and account_id = $3"),
        args,
    )
    .map(drop)
}
