//! Our endpoint at Stripe: made and kept in step through the API, so that nobody has to tick events or paste a
//! signing secret. Where Stripe cannot reach us, or the key may not, events are pulled instead.

use kit::secrets::token_hash;
use stripe::webhook_endpoint::WebhookEndpointChange;
use stripe::{IdempotencyKey, NewWebhookEndpoint};

use super::doctor::{Check, Report, State};
use super::store::{self, Drawer};
use crate::app::App;
use crate::problem::Problem;
use crate::who::Scope;

/// Everything that says something about our payments now or in the next issue; kept first, worked later.
const EVENTS: [&str; 27] = [
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.requires_action",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.succeeded",
    "charge.updated",
    "charge.failed",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "payout.paid",
    "payout.failed",
    "payment_method.automatically_updated",
    "payment_method.updated",
    "payment_method.detached",
    "setup_intent.succeeded",
];

/// How news will arrive.
#[derive(Clone, Debug, Default)]
pub(super) struct Hook {
    pub path_hash: String,
    pub path_sealed: String,
    pub endpoint_id: String,
    pub url: String,
    pub secret_sealed: String,
    pub previous_sealed: String,
}

/// Makes the endpoint, or brings the one we have in step. A failure is advice: pull mode loses nothing.
pub(super) async fn bring_in_step(
    app: &App,
    scope: &Scope,
    before: Option<&Drawer>,
    key: &stripe::SecretKey,
    report: &mut Report,
) -> Result<Hook, Problem> {
    if !app.webhooks_can_arrive() {
        report.replace(Check::Webhook, State::Advice, "webhook-pull", "");
        return Ok(Hook::default());
    }
    let client = stripe::Client::new(app.transport().clone(), app.origins().clone(), key.clone());
    if let Some(hook) = still_good(app, &client, before, report).await? {
        report.replace(Check::Webhook, State::Ok, "webhook-ok", "");
        return Ok(hook);
    }
    let path = app.chance().token();
    let url = format!("{}/stripe/webhook/{path}", app.public_url());
    let new = NewWebhookEndpoint {
        url: url.clone(),
        enabled_events: EVENTS.iter().map(|e| (*e).to_owned()).collect(),
        description: Some("Quittance".into()),
        metadata: [(
            "quittance".to_owned(),
            scope.business_id.as_str().to_owned(),
        )]
        .into_iter()
        .collect(),
    };
    let intention = IdempotencyKey::new(app.chance().token()).map_err(Problem::internal)?;
    match client.create_webhook_endpoint(&new, &intention).await {
        Ok(answer) => {
            let Some(secret) = &answer.object.secret else {
                return Err(Problem::internal(
                    "Stripe made an endpoint and did not tell its secret",
                ));
            };
            let (ring, owner) = (app.keyring(), store::owner(scope));
            report.replace(Check::Webhook, State::Ok, "webhook-ok", "");
            Ok(Hook {
                path_hash: token_hash(&path),
                path_sealed: ring.seal(&owner, store::WEBHOOK_PATH, &path, app.chance())?,
                endpoint_id: answer.object.id.clone(),
                url,
                secret_sealed: ring.seal(
                    &owner,
                    store::SIGNING_SECRET,
                    secret.expose(),
                    app.chance(),
                )?,
                previous_sealed: String::new(),
            })
        }
        Err(error) => {
            report.replace(
                Check::Webhook,
                State::Advice,
                "webhook-not-made",
                error.to_string(),
            );
            Ok(Hook::default())
        }
    }
}

/// The endpoint made before, when it is of the same account, at our present address, and Stripe still has it.
async fn still_good(
    app: &App,
    client: &stripe::Client,
    before: Option<&Drawer>,
    report: &Report,
) -> Result<Option<Hook>, Problem> {
    let Some(d) =
        before.filter(|d| !d.webhook_endpoint_id.is_empty() && d.account_id == report.account_id)
    else {
        return Ok(None);
    };
    if !d
        .webhook_url
        .starts_with(&format!("{}/stripe/webhook/", app.public_url()))
    {
        return Ok(None);
    }
    let change = WebhookEndpointChange {
        url: None,
        enabled_events: EVENTS.iter().map(|e| (*e).to_owned()).collect(),
        disabled: Some(false),
    };
    let intention = IdempotencyKey::new(app.chance().token()).map_err(Problem::internal)?;
    if client
        .update_webhook_endpoint(&d.webhook_endpoint_id, &change, &intention)
        .await
        .is_err()
    {
        return Ok(None);
    }
    let path =
        app.keyring()
            .open_sealed(&d.owner(), store::WEBHOOK_PATH, &d.webhook_path_sealed)?;
    Ok(Some(Hook {
        path_hash: token_hash(secrecy::ExposeSecret::expose_secret(&path)),
        path_sealed: d.webhook_path_sealed.clone(),
        endpoint_id: d.webhook_endpoint_id.clone(),
        url: d.webhook_url.clone(),
        secret_sealed: d.webhook_sealed.clone(),
        previous_sealed: d.webhook_previous_sealed.clone(),
    }))
}
