//! Every night: each drawer with keys is compared once a day, whoever else asked meanwhile.

use std::future::Future;
use std::time::Duration;

use super::run::run;
use super::store;
use crate::app::App;
use crate::online_payment;
use crate::problem::Problem;

const DAY_MS: i64 = 86_400_000;
/// How often it is looked whether a day has gone by: a server that was down at night does it when it is up.
const LOOK_EVERY: Duration = Duration::from_secs(900);

/// Compares what has not been compared for a day, until `stop` completes.
pub async fn run_forever(app: App, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        let pause = tokio::time::sleep(LOOK_EVERY);
        tokio::select! {
            () = &mut stop => return,
            () = pause => {}
        }
        if let Err(problem) = run_due(&app).await {
            tracing::error!(%problem, "the nightly comparison failed");
        }
    }
}

/// Compares every drawer that was not compared for a day.
///
/// # Errors
/// As [`run`].
pub async fn run_due(app: &App) -> Result<usize, Problem> {
    let drawers = app.db().read(online_payment::drawers_with_keys).await?;
    let mut count = 0;
    for drawer in drawers {
        let scope = drawer.scope.clone();
        let newest = app
            .db()
            .read(move |tx| store::list_newest(tx, &scope, 1))
            .await?;
        let due = newest
            .first()
            .is_none_or(|last| last.began_at + DAY_MS <= app.now_ms());
        if due {
            run(app, &drawer.scope, "nightly").await?;
            count += 1;
        }
    }
    Ok(count)
}
