//! The one place where what happens to the balance is booked: an entry a line, by its id (`led_03`).

use billing::Money;
use billing::ledger::{Account, BalanceTransaction, Entry, LedgerError, Posting};
use jiff::tz::TimeZone;
use kit::db::{Error, Tx};

use super::line::{Line, Owner, State, day};
use super::{Behind, Place, store};
use crate::app::App;
use crate::ledger::{self, About, chain};
use crate::who::Scope;

/// Keeps a new line and books it. What was kept before stays as it is, but may learn what stands behind it.
pub(super) fn take(
    tx: &mut Tx<'_>,
    app: &App,
    place: &Place,
    mut line: Line,
    behind: Option<Behind>,
) -> Result<bool, Error> {
    // Two ways with the same new line come one after the other: there is no row yet that could be locked.
    chain::wait_turn(tx, &place.scope)?;
    if let Some(kept) = store::lock_line(tx, &place.scope, &line.id)? {
        if let Some(behind) = behind.filter(|_| kept.owner != Owner::Ours) {
            recognise(tx, app, &place.scope, &place.zone, kept, behind)?;
        }
        return Ok(false);
    }
    if let Some(behind) = behind {
        line.paid = Some(behind.paid);
        line.owner = Owner::Ours;
    }
    if line.state == State::Booked {
        let carried = behind.and_then(|b| b.carried);
        line.state = post(tx, app, &place.scope, &place.zone, &line, carried)?;
    }
    store::insert_line(tx, &place.scope, &line, app.now_ms())?;
    Ok(true)
}

/// A kept line learns what stands behind it.
pub(super) fn recognise(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    zone: &TimeZone,
    mut line: Line,
    behind: Behind,
) -> Result<(), Error> {
    if line.owner == Owner::Ours {
        return Ok(());
    }
    if line.owner == Owner::Foreign {
        // It was taken for another's: what went to suspense comes back to clearing.
        move_to_suspense(tx, app, scope, zone, &line, Direction::Back)?;
    }
    line.paid = Some(behind.paid);
    if line.state == State::Waiting {
        line.state = post(tx, app, scope, zone, &line, behind.carried)?;
    }
    line.owner = Owner::Ours;
    store::update_line(tx, scope, &line)
}

/// What a foreign line left in clearing, or with the bank, goes to suspense.
pub(super) fn disown(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    zone: &TimeZone,
    line: &Line,
) -> Result<(), Error> {
    if line.owner != Owner::Unknown || !line.has_owner() {
        return Ok(());
    }
    let mut line = line.clone();
    line.owner = Owner::Foreign;
    if line.state == State::Waiting {
        // Whatever it was in the payer's currency is no concern of ours: suspense has what the balance got.
        line.exchange_rate.clear();
        line.state = post(tx, app, scope, zone, &line, None)?;
    }
    if line.state == State::Booked {
        move_to_suspense(tx, app, scope, zone, &line, Direction::There)?;
    }
    store::update_line(tx, scope, &line)
}

enum Direction {
    There,
    Back,
}

fn move_to_suspense(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    zone: &TimeZone,
    line: &Line,
    direction: Direction,
) -> Result<(), Error> {
    // A foreign line was booked in the currency of the balance: nobody of ours knows another.
    let there = Entry::new(vec![
        Posting::debit(line.reporting_category().account(), line.amount),
        Posting::credit(Account::Suspense, line.amount),
    ])
    .map_err(shape)?;
    let (kind, entry) = match direction {
        Direction::There => ("balance_not_ours", there),
        Direction::Back => ("balance_ours_after_all", there.reversed()),
    };
    ledger::post(tx, app, scope, &about(zone, line, kind), &entry).map(drop)
}

/// Writes the entry of a line; answers where the line then stands.
fn post(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    zone: &TimeZone,
    line: &Line,
    carried: Option<Money>,
) -> Result<State, Error> {
    let abroad = line.clears() && !line.exchange_rate.is_empty();
    if abroad && line.paid.is_none() {
        return Ok(State::Waiting);
    }
    let signed = |money: Money| {
        if line.amount.is_negative() {
            -money
        } else {
            money
        }
    };
    let facts = BalanceTransaction {
        category: line.reporting_category(),
        amount: line.amount,
        fee: line.fee,
        tax_on_fee: line.tax,
        net: line.net,
        presented: line.paid.filter(|_| abroad).map(signed),
        carried: carried.filter(|_| abroad).map(signed),
    };
    let entry = billing::ledger::balance_transaction(&facts).map_err(|e| {
        // A line that contradicts itself must not stop the ones after it, and must not be guessed at.
        Error::Shape(format!("{}: {e}", line.id))
    })?;
    let Some(entry) = entry else {
        return Ok(State::Still);
    };
    ledger::post(
        tx,
        app,
        scope,
        &about(zone, line, ledger::BALANCE_TRANSACTION),
        &entry,
    )?;
    Ok(State::Booked)
}

fn about(zone: &TimeZone, line: &Line, kind: &'static str) -> About {
    About {
        kind,
        subject: line.id.clone(),
        date: day(line.created_at, zone),
        memo: format!("{} {}", line.category, line.source)
            .trim()
            .to_owned(),
        invoice_id: None,
        customer_id: None,
    }
}

fn shape(error: impl Into<LedgerError>) -> Error {
    Error::Shape(error.into().to_string())
}
