//! The page that Stripe hosts.

use std::error::Error;

use stripe::checkout::{CheckoutLine, CheckoutStatus};
use stripe::*;

use crate::{key, made, words};

/// Every kind of call about sessions.
pub async fn sessions(client: &Client) -> Result<(), Box<dyn Error>> {
    let line = |name: &str, description: Option<&str>, unit_amount_minor, quantity| CheckoutLine {
        name: name.to_owned(),
        description: description.map(str::to_owned),
        unit_amount_minor,
        quantity,
    };
    let mut new = NewCheckoutSession {
        currency: "cad".to_owned(),
        lines: vec![line("Invoice 7", None, 1999, 1)],
        client_reference_id: "att_1".to_owned(),
        metadata: words(&[("invoice_id", "inv_1")]),
        description: None,
        success_url: "https://example.com/p/t?session={CHECKOUT_SESSION_ID}".to_owned(),
        cancel_url: "https://example.com/p/t".to_owned(),
        expires_at: None,
        customer: None,
        setup_future_usage: None,
        locale: None,
    };
    client
        .create_checkout_session(&new, &key("golden-40"))
        .await?;
    made("create_checkout_session");
    new.lines
        .push(line("Facture nº 8", Some("« Le reste »"), 250, 3));
    new.description = Some("Facture nº 7".to_owned());
    new.expires_at = Some(1_790_003_600);
    new.customer = Some("cus_1".to_owned());
    new.setup_future_usage = Some(SetupFutureUsage::OffSession);
    new.locale = Some("fr-CA".to_owned());
    client
        .create_checkout_session(&new, &key("golden-41"))
        .await?;
    made("create_checkout_session");
    client.retrieve_checkout_session("cs_test_1").await?;
    made("retrieve_checkout_session");
    client
        .expire_checkout_session("cs_test_1", &key("golden-42"))
        .await?;
    made("expire_checkout_session");
    client
        .list_checkout_sessions(&CheckoutQuery::default())
        .await?;
    made("list_checkout_sessions");
    let query = CheckoutQuery {
        payment_intent: Some("pi_1".to_owned()),
        status: Some(CheckoutStatus::Open),
        created_gte: Some(1_790_000_000),
        cursor: Cursor::OlderThan("cs_test_1".to_owned()),
    };
    client.list_checkout_sessions(&query).await?;
    made("list_checkout_sessions");
    Ok(())
}
