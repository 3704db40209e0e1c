//! The lines by which money of a payment moves in Stripe's account after it came: a refund's, a dispute's.

use kit::db::{Error, Tx};
use stripe::BalanceTransaction;

use super::attempts;
use super::booked::Booked;
use crate::app::App;
use crate::balance::{self, Behind, Place};

/// Hands the lines of a refund or a dispute (`source`) to the one feature that books them, each once by its id, and says
/// what stands behind them. A line that did not come with this news comes with the next, or with the account's own list.
///
/// # Errors
/// Of the database; [`Error::Shape`] when a line contradicts itself.
pub fn take(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    source: &str,
    lines: &[&BalanceTransaction],
    behind: Behind,
) -> Result<(), Error> {
    let account = attempts::find_account_of_intent(tx, &payment.intent_id)?.unwrap_or_default();
    let place = Place::of(tx, &payment.scope, &account, 0)?;
    for line in lines {
        balance::take(tx, app, &place, line, Some(behind))?;
    }
    balance::recognise(tx, app, &payment.scope, source, behind)
}
