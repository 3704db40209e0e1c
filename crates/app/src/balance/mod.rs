//! Balance transactions: the lines of the seller's account at Stripe, each kept once and booked once, by its id.
//!
//! A payment or a refund is booked against clearing when it happens. Its line moves the same amount between clearing
//! and the balance, whichever of the two comes first, and by whichever way the line came: with the charge, asked for
//! later, or in the list. Only this feature books what happens to the balance (`led_03`).

mod book;
mod line;
mod open;
mod pull;
mod store;

use billing::Money;
use billing::currency::Currency;
use jiff::tz::TimeZone;
use kit::db::{Error, Tx};
use stripe::BalanceTransaction;

use crate::app::App;
use crate::settings;
use crate::who::Scope;

pub use line::{Line, Owner, State};
pub use open::by_currency;
pub use pull::{Pulled, pull, pull_payout};

/// Whose lines they are: a drawer, and the account at Stripe its keys belong to.
#[derive(Clone, Debug)]
pub struct Place {
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// `acct_…`; empty while the key may not ask for it.
    pub account_id: String,
    /// Lines made before this instant (Unix milliseconds) were there before the books began.
    pub begins_at: i64,
    /// The seller's: a line is booked on the seller's day.
    pub zone: TimeZone,
}

impl Place {
    /// The place of an account: where its list was begun, or begins now if it never was (`begins_at`).
    ///
    /// # Errors
    /// Of the database.
    pub fn of(
        tx: &mut Tx<'_>,
        scope: &Scope,
        account_id: &str,
        begins_at: i64,
    ) -> Result<Place, Error> {
        let kept = store::find_cursor(tx, scope, account_id)?;
        Ok(Place {
            scope: scope.clone(),
            account_id: account_id.to_owned(),
            begins_at: kept.map_or(begins_at, |cursor| cursor.begins_at),
            zone: settings::business(tx, &scope.business_id)?.zone(),
        })
    }
}

/// What of ours stands behind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// In the payer's currency, above nothing: the charge's amount, the refund's.
    pub paid: Money,
    /// What the same money had been booked at before, in the currency of the balance, above nothing: for a refund what
    /// had come in for it ([`carried`]). The difference is gain or loss.
    pub carried: Option<Money>,
}

impl Behind {
    /// An amount, and nothing about what it was booked at.
    pub fn paid(paid: Money) -> Behind {
        Behind {
            paid,
            carried: None,
        }
    }
}

/// Keeps a line and books it, once; a second time does nothing and answers `false`. `behind` is what stands behind it,
/// where that is known already.
///
/// # Errors
/// [`Error::Shape`] when the line contradicts itself; of the database.
pub fn take(
    tx: &mut Tx<'_>,
    app: &App,
    place: &Place,
    transaction: &BalanceTransaction,
    behind: Option<Behind>,
) -> Result<bool, Error> {
    let line = line::read(place, transaction)?;
    book::take(tx, app, place, line, behind)
}

/// Something of ours stands behind the lines of `source` (a charge, a refund): they are ours, and those that waited
/// for the amount in the payer's currency are booked.
///
/// # Errors
/// Of the database.
pub fn recognise(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    source: &str,
    behind: Behind,
) -> Result<(), Error> {
    for line in store::list_by_source(tx, scope, source)? {
        let zone = settings::business(tx, &scope.business_id)?.zone();
        book::recognise(tx, app, scope, &zone, line, behind)?;
    }
    Ok(())
}

/// What a part of a charge's money was booked at when it came in, in the currency of the balance: what a refund of it
/// carries. Nothing when the charge was settled in its own currency, or its line is not known yet.
///
/// # Errors
/// Of the database.
pub fn carried(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: &str,
    part: Money,
) -> Result<Option<Money>, Error> {
    let lines = store::list_by_source(tx, scope, charge_id)?;
    let came_in = lines
        .iter()
        .find(|line| line.amount.is_positive() && !line.exchange_rate.is_empty());
    let Some((line, whole)) = came_in.and_then(|line| Some((line, line.paid?))) else {
        return Ok(None);
    };
    let rest = whole
        .checked_sub(part)
        .map_err(|e| Error::Shape(e.to_string()))?;
    if rest.is_negative() {
        return Ok(None);
    }
    let parts = line.amount.split(&[part.minor(), rest.minor()]);
    Ok(parts.ok().and_then(|parts| parts.first().copied()))
}

/// The currency in which a charge's money came into the balance; nothing while its line is not known.
///
/// # Errors
/// Of the database.
pub fn came_in_as(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: &str,
) -> Result<Option<Currency>, Error> {
    let lines = store::list_by_source(tx, scope, charge_id)?;
    let came_in = lines.iter().find(|line| line.amount.is_positive());
    Ok(came_in.map(|line| line.amount.currency()))
}

/// Nothing of ours stands behind a line: another program's charge on the same account. What it left in clearing goes
/// to suspense, where it is shown (`led_05`).
///
/// # Errors
/// Of the database.
pub fn disown(tx: &mut Tx<'_>, app: &App, scope: &Scope, id: &str) -> Result<(), Error> {
    let Some(line) = store::lock_line(tx, scope, id)? else {
        return Ok(());
    };
    let zone = settings::business(tx, &scope.business_id)?.zone();
    book::disown(tx, app, scope, &zone, &line)
}

/// The lines of a charge, refund, dispute or payout, oldest first.
///
/// # Errors
/// Of the database.
pub fn of_source(tx: &mut Tx<'_>, scope: &Scope, source: &str) -> Result<Vec<Line>, Error> {
    store::list_by_source(tx, scope, source)
}

/// What is inside a payout, its own line included, oldest first.
///
/// # Errors
/// Of the database.
pub fn of_payout(tx: &mut Tx<'_>, scope: &Scope, payout_id: &str) -> Result<Vec<Line>, Error> {
    store::list_by_payout(tx, scope, payout_id)
}

/// Lines behind which nothing of ours has been found yet, oldest first: those of payments, refunds and disputes.
///
/// # Errors
/// Of the database.
pub fn list_unowned(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Line>, Error> {
    store::list_unowned(tx, scope)
}

/// Lines that stand in suspense: of a kind we do not know, or another program's.
///
/// # Errors
/// Of the database.
pub fn list_suspense(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Line>, Error> {
    let all = store::list_possible_suspense(tx, scope)?;
    Ok(all.into_iter().filter(Line::is_in_suspense).collect())
}

/// What of the balance may not be paid out yet, and from which instant on it may (Unix milliseconds), the soonest first.
/// Payouts have left: they are not in it.
///
/// # Errors
/// Of the database.
pub fn list_pending(
    tx: &mut Tx<'_>,
    scope: &Scope,
    now_ms: i64,
) -> Result<Vec<(Money, i64)>, Error> {
    store::list_pending(tx, scope, now_ms)
}

/// How the list of one account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// `acct_…`, or empty.
    pub account_id: String,
    /// When it was last read to its end, Unix milliseconds.
    pub pulled_at: Option<i64>,
    /// When the opening balance was booked.
    pub opened_at: Option<i64>,
    /// Why it could not be read, the last time; empty when it could.
    pub pull_error: String,
}

/// How the lists of a drawer's accounts stand.
///
/// # Errors
/// Of the database.
pub fn list_listed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Listed>, Error> {
    store::list_cursors(tx, scope)
}
