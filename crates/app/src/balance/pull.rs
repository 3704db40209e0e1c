//! Reading the list of balance transactions: from the stored cursor on, page by page, each page one transaction. What
//! the events of thirty days no longer tell is still in this list.

use stripe::shape::Cursor;
use stripe::{BalanceTransactionQuery, Client};

use super::{Place, open, store, take};
use crate::app::App;
use crate::problem::Problem;

/// What reading a list brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Lines that were not known before.
    pub new: usize,
    /// Why Stripe could not be asked; empty when it could.
    pub error: String,
}

/// Reads what is new in an account's list and books it. With `again` the whole list since the books began is read
/// once more: what a cursor has passed by is then found.
///
/// # Errors
/// Of the database. That Stripe did not answer stands in [`Pulled::error`] and beside the cursor, which stays.
pub async fn pull(
    app: &App,
    client: &Client,
    place: &Place,
    again: bool,
) -> Result<Pulled, Problem> {
    begin(app, client, place).await?;
    let mut pulled = Pulled::default();
    let read = read_list(app, client, place, again, &mut pulled).await?;
    if let Err(error) = read {
        return failed(app, place, pulled, &error).await;
    }
    match open::book_opening(app, client, place).await? {
        Ok(()) => Ok(pulled),
        Err(error) => failed(app, place, pulled, &error).await,
    }
}

/// Reads what is inside an automatic payout and writes down that it is. What the list had not brought is kept too:
/// lines from before the books began stand in no list of ours.
///
/// # Errors
/// As [`pull`].
pub async fn pull_payout(
    app: &App,
    client: &Client,
    place: &Place,
    payout_id: &str,
) -> Result<Pulled, Problem> {
    let mut pulled = Pulled::default();
    let mut query = BalanceTransactionQuery {
        payout: Some(payout_id.to_owned()),
        ..BalanceTransactionQuery::default()
    };
    loop {
        let page = match client.list_balance_transactions(&query).await {
            Ok(answer) => answer.object,
            Err(error) => {
                pulled.error = error.to_string();
                return Ok(pulled);
            }
        };
        let following = query.cursor.following(&page);
        let (app_in, place_in, id) = (app.clone(), place.clone(), payout_id.to_owned());
        let (new, refused) = app
            .db()
            .write(move |tx| keep_page(tx, &app_in, &place_in, &page.data, Some(&id)))
            .await?;
        pulled.new += new;
        pulled.error.push_str(&refused);
        match following {
            Some(cursor) => query.cursor = cursor,
            None => return Ok(pulled),
        }
    }
}

/// Makes the cursor of an account, or finds that the account is one we know under another name: a restricted key that
/// may not ask for the account's id was replaced by one that may. That it sees a line of ours proves it. Lines come with
/// payments as well, before any list was read: those left under the other name would be counted as an opening balance too.
async fn begin(app: &App, client: &Client, place: &Place) -> Result<(), Problem> {
    let scope = place.scope.clone();
    let account = place.account_id.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let begun = store::find_cursor(tx, &scope, &account)?.is_some();
        Ok::<_, kit::db::Error>((begun, store::list_names(tx, &scope)?))
    };
    let (begun, names) = app.db().read(read).await?;
    if begun {
        return Ok(());
    }
    let mut same = Vec::new();
    for (name, line_id) in names {
        let unnamed = name.is_empty() != place.account_id.is_empty();
        if unnamed && client.retrieve_balance_transaction(&line_id).await.is_ok() {
            same.push(name);
        }
    }
    let place = place.clone();
    app.db()
        .write(move |tx| {
            for name in &same {
                store::update_account_id(tx, &place.scope, name, &place.account_id)?;
            }
            store::insert_cursor(tx, &place.scope, &place.account_id, place.begins_at)
        })
        .await?;
    Ok(())
}

type Asked = Result<(), stripe::Error>;

async fn read_list(
    app: &App,
    client: &Client,
    place: &Place,
    again: bool,
    pulled: &mut Pulled,
) -> Result<Asked, Problem> {
    let (scope, account) = (place.scope.clone(), place.account_id.clone());
    let kept = app
        .db()
        .read(move |tx| store::find_cursor(tx, &scope, &account))
        .await?;
    let newest = kept.map(|c| c.newest_id).unwrap_or_default();
    let mut query = BalanceTransactionQuery::default();
    if newest.is_empty() || again {
        query.created_gte = Some(place.begins_at.div_euclid(1000));
    } else {
        query.cursor = Cursor::NewerThan(newest);
    }
    let mut refused = String::new();
    // Going back, the newest line is on the first page; going forward, on the last. It is written down at the end, so
    // that a crash in between reads again what was read.
    let mut newest: Option<String> = None;
    loop {
        let page = match client.list_balance_transactions(&query).await {
            Ok(answer) => answer.object,
            // The cursor's line is not of this account any more: read the whole list.
            Err(error) if error.is_missing() && query.created_gte.is_none() => {
                query.cursor = Cursor::Newest;
                query.created_gte = Some(place.begins_at.div_euclid(1000));
                continue;
            }
            Err(error) => return Ok(Err(error)),
        };
        let forward = matches!(query.cursor, Cursor::NewerThan(_));
        if let Some(first) = page.data.first().filter(|_| forward || newest.is_none()) {
            newest = Some(first.id.clone());
        }
        let following = query.cursor.following(&page);
        let (app_in, place_in) = (app.clone(), place.clone());
        let (new, odd) = app
            .db()
            .write(move |tx| keep_page(tx, &app_in, &place_in, &page.data, None))
            .await?;
        pulled.new += new;
        refused.push_str(&odd);
        match following {
            Some(cursor) => query.cursor = cursor,
            None => break,
        }
    }
    pulled.error.clone_from(&refused);
    let (place, now) = (place.clone(), app.now_ms());
    app.db()
        .write(move |tx| {
            let newest = newest.as_deref();
            store::update_cursor(tx, &place.scope, &place.account_id, newest, &refused, now)
        })
        .await?;
    Ok(Ok(()))
}

/// One page, oldest first. A line that contradicts itself is named and left; the ones beside it are kept.
fn keep_page(
    tx: &mut kit::db::Tx<'_>,
    app: &App,
    place: &Place,
    page: &[stripe::BalanceTransaction],
    payout_id: Option<&str>,
) -> Result<(usize, String), kit::db::Error> {
    let (mut new, mut refused) = (0, String::new());
    for transaction in page.iter().rev() {
        match take(tx, app, place, transaction, None) {
            Ok(true) => new += 1,
            // It came with a payment that was begun when the account had no name yet, or had one that the key of today may
            // not ask for; that it stands in this account's list says whose it is.
            Ok(false) => {
                store::update_whose(tx, &place.scope, &transaction.id, &place.account_id)?;
            }
            Err(kit::db::Error::Shape(why)) => {
                tracing::error!(why, "a balance transaction was not understood");
                refused.push_str(&format!("{why}. "));
                continue;
            }
            Err(other) => return Err(other),
        }
        if let Some(payout_id) = payout_id {
            store::update_payout(tx, &place.scope, &transaction.id, payout_id)?;
        }
    }
    Ok((new, refused))
}

async fn failed(
    app: &App,
    place: &Place,
    mut pulled: Pulled,
    error: &stripe::Error,
) -> Result<Pulled, Problem> {
    tracing::warn!(mode = place.scope.mode.as_str(), %error, "balance transactions could not be pulled");
    pulled.error = error.to_string();
    let (place, why) = (place.clone(), pulled.error.clone());
    app.db()
        .write(move |tx| store::update_cursor_failed(tx, &place.scope, &place.account_id, &why))
        .await?;
    Ok(pulled)
}
