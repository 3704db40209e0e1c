//! Payouts: batches of balance transactions on their way to the seller's bank, each with what is inside it and the
//! proof that this is the deposit (AC-08); and the reading of everything that moves the balance.

mod found;
mod identify;
mod list;
mod pull;
mod show;
mod store;

use axum::Router;
use axum::routing::{get, post};
use billing::money::Money;
use billing::payout::PayoutStatus;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::balance::{self, State};
use crate::who::Scope;

pub use found::{Found, NotFound, TAKEN_BACK, find_on_statement, take_back};
pub use pull::{Asked, News, ask_about, pull, tell};
pub use store::Payout;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/payouts", get(list::get))
        .route("/payouts/{id}", get(show::get))
        .route("/payouts/{id}/found", post(found::post))
        .route("/payouts/{id}/not-found", post(found::post_take_back))
}

/// One payout.
///
/// # Errors
/// Of the database.
pub fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Payout>, Error> {
    store::find_payout(tx, scope, id)
}

/// What left the balance, did not come back, and nobody has found on a statement; oldest first. Read stretch by stretch:
/// a seller who never marks any has years of them.
///
/// # Errors
/// Of the database.
pub fn list_unfound(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    const STRETCH: usize = 500;
    let mut all: Vec<Payout> = Vec::new();
    loop {
        let last = all
            .last()
            .map(|p| (p.arrival.to_string(), p.id.clone()))
            .unwrap_or_default();
        let after = (last.0.as_str(), last.1.as_str());
        let part = store::list_unfound_after(tx, scope, after, STRETCH as i64)?;
        let is_last = part.len() < STRETCH;
        all.extend(part);
        if is_last {
            return Ok(all);
        }
    }
}

/// Payouts that left the balance and have not arrived: their day is still to come, or the provider has not said so; and
/// nobody has found them on a statement. Oldest first. What the provider says has arrived is not on its way any more,
/// found or not: [`sums_to_find`] tells it apart.
///
/// # Errors
/// Of the database.
pub fn list_on_their_way(
    tx: &mut Tx<'_>,
    scope: &Scope,
    today: Date,
) -> Result<Vec<Payout>, Error> {
    store::list_on_their_way(tx, scope, &today.to_string())
}

/// What should be in the bank, by the provider's word, and nobody has found on a statement yet: the sum and how many, a
/// currency each. The list behind it is `/payouts?view=to-find`.
///
/// # Errors
/// Of the database.
pub fn sums_to_find(
    tx: &mut Tx<'_>,
    scope: &Scope,
    today: Date,
) -> Result<Vec<(Money, i64)>, Error> {
    store::list_sums_to_find(tx, scope, &today.to_string())
}

/// Payouts whose sum is not proved though it could be, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_unproved(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    store::list_unproved(tx, scope)
}

/// How many payouts there are, and how many of them are proved.
///
/// # Errors
/// Of the database.
pub fn count_proved(tx: &mut Tx<'_>, scope: &Scope) -> Result<(i64, i64), Error> {
    store::count_proved(tx, scope)
}

/// What should stand in transit by the payouts themselves, a currency at a time: what left the balance, did not come
/// back, and was not found on a statement.
///
/// # Errors
/// Of the database.
pub fn in_transit(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Money>, Error> {
    let mut sums: Vec<Money> = Vec::new();
    for payout in list_unfound(tx, scope)? {
        // One whose line is not booked has not left our books yet, and one from before them never was in them.
        let lines = balance::of_source(tx, scope, &payout.id)?;
        if !lines.iter().any(|line| line.state == State::Booked) {
            continue;
        }
        match sums
            .iter_mut()
            .find(|sum| sum.currency() == payout.amount.currency())
        {
            Some(sum) => {
                *sum = sum
                    .checked_add(payout.amount)
                    .map_err(|e| Error::Shape(e.to_string()))?;
            }
            None => sums.push(payout.amount),
        }
    }
    Ok(sums)
}

/// Payouts whose sum was weighed, newest first, at most five hundred; and every one whose sum is off.
///
/// # Errors
/// Of the database.
pub fn list_proved_or_off(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    store::list_weighed(tx, scope)
}

/// Payouts that failed although they had been found: what was found was something else.
///
/// # Errors
/// Of the database.
pub fn list_found_but_failed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Payout>, Error> {
    store::list_found_but_failed(tx, scope)
}

/// The latest payout that failed, when no other has arrived since; for what needs the seller.
///
/// # Errors
/// Of the database.
pub fn list_failed_since(
    tx: &mut Tx<'_>,
    scope: &Scope,
    since_ms: i64,
) -> Result<Vec<Payout>, Error> {
    store::list_failed_since(tx, scope, since_ms)
}

impl Payout {
    /// Whether it should have arrived some days ago, and nobody has found it.
    pub fn is_late(&self, today: Date) -> bool {
        let under_way = !self.status.came_back() && self.found_on.is_none();
        let days = self.arrival.until(today).map_or(0, |span| span.get_days());
        under_way && days > 5
    }

    /// Whether it is in the balance's past but not in the bank yet.
    pub fn is_under_way(&self) -> bool {
        self.found_on.is_none()
            && matches!(
                self.status,
                PayoutStatus::Pending | PayoutStatus::InTransit | PayoutStatus::Paid
            )
    }
}
