//! Autopay: on the due date the amount then due is charged to a card whose owner agreed to that, after they were told.
//!
//! Every few seconds [`round`] looks which invoices want to be looked at, and promises one job for each. The job decides
//! by [`billing::payment::autopay`] under the invoice's lock, writes down what it is about to do, and does it. The
//! charge goes through the same attempts as the pay page, whose intent takes money once: so a lost answer, a second job,
//! a payer who pays at that very moment, or a power cut end in one charge.

mod charge;
mod decide;
mod letters;
mod store;

use kit::db::{Error, Tx};
use kit::jobs::Outcome;

use crate::app::App;
use crate::problem::Problem;
use crate::who::Scope;

pub use store::Needing;

/// The job that takes the next step for one invoice; its payload is the scope and the invoice.
pub const STEP: &str = "Autopay";

/// Promises a step for every invoice of a drawer that wants one now.
///
/// # Errors
/// Of the database.
pub async fn round(app: &App, scope: &Scope) -> Result<(), Problem> {
    let (s, now) = (scope.clone(), app.now_ms());
    let wanting = app
        .db()
        .read(move |tx| store::list_wanting(tx, &s, now))
        .await?;
    if wanting.is_empty() {
        return Ok(());
    }
    let (hands, scope) = (app.clone(), scope.clone());
    let write = move |tx: &mut Tx<'_>| {
        for id in &wanting {
            let payload = format!("{} {id}", scope.to_payload());
            kit::jobs::enqueue(tx, hands.hands(), STEP, id, &payload)?;
        }
        Ok::<_, Error>(())
    };
    Ok(app.db().write(write).await?)
}

/// Does the job [`STEP`].
pub async fn step_job(app: &App, payload: &str) -> Outcome {
    let parsed = payload
        .rsplit_once(' ')
        .and_then(|(scope, id)| Some((Scope::parse(scope)?, id)));
    let Some((scope, invoice_id)) = parsed else {
        return Outcome::Dead("a bad payload".into());
    };
    match charge::step(app, &scope, invoice_id).await {
        Ok(charge::Stepped::Done) => Outcome::Done,
        Ok(charge::Stepped::Later(why)) => Outcome::Later(why.to_owned()),
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// The invoices on which autopay gave up and something is still due, the oldest first, at most twenty.
///
/// # Errors
/// Of the database.
pub fn list_needing(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Needing>, Error> {
    store::list_needing(tx, scope)
}
