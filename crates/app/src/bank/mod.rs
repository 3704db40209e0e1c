//! The bank's side: statements that are uploaded, each line of them kept once, and what a person says a line is: a payout
//! that arrived, or a customer's transfer. Proposals say how sure they are and why; nothing is booked before a press.

mod confirm;
mod import;
mod imports;
mod line;
mod list;
mod matching;
mod preview;
pub mod read;
mod show;
mod store;
mod words;

use axum::Router;
use axum::routing::{get, post};
use kit::db::Tx;
use kit::jobs::Outcome;

use crate::app::App;
use crate::who::Scope;
use line::Kind;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/bank", get(list::get))
        .route("/bank/confirm", post(confirm::post_certain))
        .route("/bank/import", get(import::get).post(import::post))
        .route("/bank/import/{id}", get(preview::get).post(preview::post))
        .route("/bank/import/{id}/forget", post(preview::post_forget))
        .route("/bank/imports", get(imports::list))
        .route("/bank/imports/{id}", get(imports::get).post(imports::post))
        .route("/bank/lines/{id}", get(show::get))
        .route("/bank/lines/{id}/confirm", post(confirm::post))
        .route("/bank/lines/{id}/aside", post(show::post_aside))
        .route("/bank/lines/{id}/open", post(show::post_open))
        .route("/bank/lines/{id}/not-it", post(show::post_not_it))
}

/// A payment that a line told was taken back: the line waits again. The payload is the scope and the payment's id.
pub async fn reopen_payment(app: &App, payload: &str) -> Outcome {
    reopen(app, payload, Kind::Payment).await
}

/// The mark of a payout was taken back: the line it was found on waits again. The payload is the scope and the payout's
/// id.
pub async fn reopen_payout(app: &App, payload: &str) -> Outcome {
    reopen(app, payload, Kind::Payout).await
}

async fn reopen(app: &App, payload: &str, kind: Kind) -> Outcome {
    let parsed = payload
        .rsplit_once(' ')
        .and_then(|(scope, id)| Some((Scope::parse(scope)?, id.to_owned())));
    let Some((scope, id)) = parsed else {
        return Outcome::Dead("a bad payload".into());
    };
    let write = move |tx: &mut Tx<'_>| store::update_reopened(tx, &scope, kind, &id);
    match app.db().write(write).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}
