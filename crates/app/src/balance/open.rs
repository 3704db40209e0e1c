//! The opening balance: what was in the account before our books began, booked once, so that the ledger's balance can
//! be Stripe's from the first day.

use billing::Money;
use billing::currency::Currency;
use billing::ledger::{Account, Entry, Posting};
use kit::db::{Error, Tx};
use stripe::shape::Cursor;
use stripe::{Balance, BalanceTransactionQuery, Client};

use super::{Place, line, store};
use crate::app::App;
use crate::ledger::{self, About};
use crate::problem::Problem;

/// Books the opening balance, unless that was done. The balance and the list are two questions: only when nothing
/// came in between are they of one moment. Otherwise the next reading does it.
///
/// What came since the books began is summed before Stripe is asked: a payment that is booked while it answers brings a
/// line that is not in its answer.
pub(super) async fn book_opening(
    app: &App,
    client: &Client,
    place: &Place,
) -> Result<Result<(), stripe::Error>, Problem> {
    let (scope, account) = (place.scope.clone(), place.account_id.clone());
    let read = move |tx: &mut Tx<'_>| {
        let cursor = store::find_cursor(tx, &scope, &account)?;
        Ok::<_, Error>((cursor, store::list_nets(tx, &scope, &account)?))
    };
    let (cursor, since) = app.db().read(read).await?;
    let Some(cursor) = cursor.filter(|c| c.opened_at.is_none()) else {
        return Ok(Ok(()));
    };
    let balance = match client.retrieve_balance().await {
        Ok(answer) => answer.object,
        Err(error) => return Ok(Err(error)),
    };
    let newest = match client
        .list_balance_transactions(&newest_line(&cursor))
        .await
    {
        Ok(answer) => answer.object.data,
        Err(error) => return Ok(Err(error)),
    };
    if newest.iter().any(|t| t.id != cursor.newest_id) {
        return Ok(Ok(()));
    }
    let (app_in, place, now) = (app.clone(), place.clone(), app.now_ms());
    app.db()
        .write(move |tx| {
            if store::update_cursor_opened(tx, &place.scope, &place.account_id, now)? == 1 {
                post(tx, &app_in, &place, &balance, &since)?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(Ok(()))
}

/// What came after the newest line that is kept.
fn newest_line(cursor: &store::Cursor) -> BalanceTransactionQuery {
    if cursor.newest_id.is_empty() {
        return BalanceTransactionQuery {
            created_gte: Some(cursor.begins_at.div_euclid(1000)),
            ..BalanceTransactionQuery::default()
        };
    }
    BalanceTransactionQuery {
        cursor: Cursor::NewerThan(cursor.newest_id.clone()),
        ..BalanceTransactionQuery::default()
    }
}

fn post(
    tx: &mut Tx<'_>,
    app: &App,
    place: &Place,
    balance: &Balance,
    since: &[Money],
) -> Result<(), Error> {
    for whole in by_currency(balance)? {
        let came = since
            .iter()
            .find(|net| net.currency() == whole.currency())
            .copied()
            .unwrap_or(Money::zero(whole.currency()));
        let before = whole
            .checked_sub(came)
            .map_err(|e| Error::Shape(e.to_string()))?;
        if before.is_zero() {
            continue;
        }
        let entry = Entry::new(vec![
            Posting::debit(Account::StripeBalance, before),
            Posting::credit(Account::Opening, before),
        ])
        .map_err(|e| Error::Shape(e.to_string()))?;
        let about = About {
            kind: "stripe_opening",
            subject: format!("{} {}", place.account_id, whole.currency().code()),
            date: line::day(place.begins_at, &place.zone),
            memo: place.account_id.clone(),
            invoice_id: None,
            customer_id: None,
        };
        ledger::post(tx, app, &place.scope, &about, &entry)?;
    }
    Ok(())
}

/// What Stripe says the account has, by currency: available and pending are one account with two dates (`led_06`).
///
/// # Errors
/// [`Error::Shape`] for a currency nobody knows.
pub fn by_currency(balance: &Balance) -> Result<Vec<Money>, Error> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in balance.available.iter().chain(&balance.pending) {
        let currency = Currency::parse(&amount.currency.to_uppercase())
            .map_err(|_| Error::Shape(format!("“{}” is no currency", amount.currency)))?;
        let money = Money::from_stripe_amount(amount.amount, currency)
            .map_err(|e| Error::Shape(e.to_string()))?;
        match sums.iter_mut().find(|sum| sum.currency() == currency) {
            Some(sum) => {
                *sum = sum
                    .checked_add(money)
                    .map_err(|e| Error::Shape(e.to_string()))?
            }
            None => sums.push(money),
        }
    }
    Ok(sums)
}
