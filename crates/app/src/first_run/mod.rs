//! The first run: four short pages behind a link that is printed once on the terminal and works once (AUT-08).
//!
//! The first page makes the owner and uses the link up; the other three are pages of the settings, shown one
//! after the other.

mod business;
mod payment;
mod store;
mod taxes;
mod you;

use axum::Router;
use axum::routing::get;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error};
use kit::secrets::token_hash;

use crate::app::App;
use crate::problem::Problem;
use crate::sign_in;
use crate::who::Who;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/setup/business", get(business::get).post(business::post))
        .route("/setup/taxes", get(taxes::get).post(taxes::post))
        .route("/setup/online-payment", get(payment::get))
        .route("/setup/{token}", get(you::get).post(you::post))
}

/// Makes the token of the set-up link, `/setup/{token}`; nothing once somebody can sign in. An older link that was
/// not used is worth nothing afterwards: only its hash was kept, and nobody could print it again.
///
/// # Errors
/// Of the database.
pub async fn make_setup_link(
    db: &Db,
    clock: &Clock,
    chance: &Chance,
) -> Result<Option<String>, Error> {
    let (token, now) = (chance.token(), clock.now_ms());
    let hash = token_hash(&token);
    let made = db
        .write::<_, Error, _>(move |tx| {
            if sign_in::has_users(tx)? {
                return Ok(false);
            }
            store::replace_links(tx, &hash, now)?;
            Ok(true)
        })
        .await?;
    Ok(made.then_some(token))
}

/// The pages after the first belong to the owner.
fn owner(who: &Who) -> Result<(), Problem> {
    if who.is_owner() {
        Ok(())
    } else {
        Err(Problem::Forbidden)
    }
}
