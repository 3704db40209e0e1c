//! The scripts of the page with the card form: what each is, why it is there, and how it is known to be itself.
//!
//! A seller whose page embeds Stripe's form is asked by the PCI questionnaire (SAQ A, FAQ 1588) how the page is kept
//! from script attacks. This is the evidence (PAY-19): an inventory, a notice when it changes, and what browsers
//! refused to load (WEB-02). The hosted page needs none of it.

mod inventory;
mod show;
mod store;

use axum::Router;
use axum::routing::{get, post};
use kit::db::{Error, Tx};

use crate::app::App;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/settings/billing/scripts", get(show::get))
        .route("/settings/billing/scripts/seen", post(show::post_seen))
}

/// [`keep_inventory`] when the program starts, so that an upgrade is noticed although nobody opens the page.
///
/// # Errors
/// Of the database.
pub async fn keep_inventory_at_start(app: &App) -> Result<(), Error> {
    let at = app.clone();
    app.db().write(move |tx| keep_inventory(tx, &at)).await
}

/// Keeps today's inventory if it differs from the last one. The first one ever is nobody's change.
///
/// # Errors
/// Of the database.
pub fn keep_inventory(tx: &mut Tx<'_>, app: &App) -> Result<(), Error> {
    let now = inventory::of(app);
    if store::find_inventory(tx, &now.digest())?.is_none() {
        let first = store::list_inventories(tx)?.is_empty();
        store::insert_inventory(tx, &now, first, app.now_ms())?;
    }
    Ok(())
}

/// Whether the scripts changed and nobody has looked at the change yet.
///
/// # Errors
/// Of the database.
pub fn has_unseen_change(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(store::list_inventories(tx)?
        .iter()
        .any(|kept| kept.acknowledged_at.is_none()))
}

/// A browser refused something: one more of its kind. Strangers can send these, so there is an end to the kinds.
///
/// # Errors
/// Of the database.
pub fn note_violation(
    tx: &mut Tx<'_>,
    app: &App,
    directive: &str,
    origin: &str,
) -> Result<(), Error> {
    store::upsert_violation(tx, directive, origin, app.now_ms())
}
