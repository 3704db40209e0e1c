//! POST /stripe/webhook/{secret}: verify, keep, answer. The work comes later.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use kit::secrets::token_hash;
use secrecy::ExposeSecret;

use super::keep;
use crate::app::App;
use crate::online_payment::{self, Drawer};
use crate::problem::Problem;

/// Larger than any event of Stripe's; a stranger's gigabyte is not read.
const BODY_MAX: usize = 512 * 1024;

/// Answers 200 only when the event is on disk (PAY-09), 400 for a bad signature (PAY-07), 404 for an address that is
/// not one of ours. A well-signed body that is no event, or is about something foreign, is acknowledged all the same:
/// a 500 would make Stripe switch the endpoint off.
pub(super) async fn post(
    State(app): State<App>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    match receive(&app, &secret, &headers, &body).await {
        Ok(status) => status,
        Err(problem) => problem.status(),
    }
}

async fn receive(
    app: &App,
    secret: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<StatusCode, Problem> {
    if body.len() > BODY_MAX {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let hash = token_hash(secret);
    let found = app
        .db()
        .read(move |tx| online_payment::drawer_of_webhook(tx, &hash))
        .await?;
    let Some(drawer) = found else {
        return Ok(StatusCode::NOT_FOUND);
    };
    if !is_signed(app, &drawer, headers, body)? {
        let scope = drawer.scope.clone();
        app.db()
            .write(move |tx| online_payment::count_bad_signature(tx, &scope))
            .await?;
        tracing::warn!(
            mode = drawer.scope.mode.as_str(),
            "a delivery was refused for its signature"
        );
        return Ok(StatusCode::BAD_REQUEST);
    }
    let Ok(event) = stripe::Event::parse(body) else {
        tracing::warn!(
            bytes = body.len(),
            "a signed delivery is no event; acknowledged and left"
        );
        return Ok(StatusCode::OK);
    };
    let (app_in, scope) = (app.clone(), drawer.scope.clone());
    app.db()
        .write(move |tx| keep(tx, &app_in, &scope, &event, "webhook"))
        .await?;
    Ok(StatusCode::OK)
}

/// The signature is mandatory: without a secret nothing is taken in, events are pulled instead.
fn is_signed(
    app: &App,
    drawer: &Drawer,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<bool, Problem> {
    let Some(header) = headers
        .get("stripe-signature")
        .and_then(|v| v.to_str().ok())
    else {
        return Ok(false);
    };
    let secrets = online_payment::signing_secrets(app, drawer)?;
    let secrets: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
    let now_s = app.clock().now().as_second();
    Ok(!secrets.is_empty() && stripe::webhook::verify(header, body, &secrets, now_s).is_ok())
}
