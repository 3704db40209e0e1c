//! Makes every call of the client once, against a recorder, and prints the name of each on a line.
//!
//! `oracles/stripe` has the official Node SDK make the same calls in the same order, and compares what
//! arrived. Usage: `golden http://127.0.0.1:PORT`

mod hosted;
mod kept_cards;
mod money_back;
mod money_in;

use std::error::Error;
use std::sync::Arc;

use stripe::event::{Cursor, EventQuery};
use stripe::payment_intent::{CancellationReason, PaymentIntentQuery};
use stripe::webhook_endpoint::WebhookEndpointChange;
use stripe::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let base_url = std::env::args()
        .nth(1)
        .ok_or("usage: golden http://127.0.0.1:PORT")?;
    let origins = Arc::new(Origins::rehearsal(&base_url)?);
    let http = http_client(&origins)?;
    let client = Client::new(
        http.clone(),
        origins.clone(),
        SecretKey::parse("sk_test_golden")?,
    );
    let public = PublicClient::new(http, origins, PublishableKey::parse("pk_test_golden")?);
    account_and_money(&client).await?;
    setup_intents(&client, &public).await?;
    payment_intents(&client, &public).await?;
    events(&client).await?;
    webhook_endpoints(&client).await?;
    money_back::refunds(&client).await?;
    money_back::disputes(&client).await?;
    money_in::lines_and_payouts(&client).await?;
    hosted::sessions(&client).await?;
    kept_cards::customers(&client).await?;
    kept_cards::cards(&client).await
}

/// Says which call has just been made.
fn made(name: &str) {
    println!("{name}");
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).expect("printable")
}

fn words(pairs: &[(&str, &str)]) -> Metadata {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn account_and_money(client: &Client) -> Result<(), Box<dyn Error>> {
    client.retrieve_account().await?;
    made("retrieve_account");
    client.retrieve_country_spec("CA").await?;
    made("retrieve_country_spec");
    client.retrieve_balance().await?;
    made("retrieve_balance");
    client.retrieve_balance_transaction("txn_1").await?;
    made("retrieve_balance_transaction");
    client.retrieve_charge("ch_1").await?;
    made("retrieve_charge");
    Ok(())
}

async fn setup_intents(client: &Client, public: &PublicClient) -> Result<(), Box<dyn Error>> {
    client
        .create_setup_intent(&words(&[("purpose", "key_check")]), &key("golden-1"))
        .await?;
    made("create_setup_intent");
    client.retrieve_setup_intent("seti_1").await?;
    made("retrieve_setup_intent");
    public
        .retrieve_setup_intent("seti_1", &ClientSecret::new("seti_1_secret_x"))
        .await?;
    made("retrieve_setup_intent");
    client
        .cancel_setup_intent("seti_1", &key("golden-2"))
        .await?;
    made("cancel_setup_intent");
    Ok(())
}

async fn payment_intents(client: &Client, public: &PublicClient) -> Result<(), Box<dyn Error>> {
    let mut new = NewPaymentIntent {
        amount_minor: 1999,
        currency: "cad".to_owned(),
        description: None,
        metadata: words(&[("invoice_id", "inv_1")]),
        ..NewPaymentIntent::default()
    };
    client.create_payment_intent(&new, &key("golden-3")).await?;
    made("create_payment_intent");
    new.description = Some("Facture nº 7 — 50 % & « plus » (a=b) [c] 'd' *e*!~ ✓\n".to_owned());
    new.metadata = words(&[("attempt", "a+b c"), ("invoice_id", "é/ü?#")]);
    client.create_payment_intent(&new, &key("golden-4")).await?;
    made("create_payment_intent");
    client.retrieve_payment_intent("pi_1").await?;
    made("retrieve_payment_intent");
    public
        .retrieve_payment_intent("pi_1", &ClientSecret::new("pi_1_secret_x"))
        .await?;
    made("retrieve_payment_intent");
    client
        .update_payment_intent("pi_1", 2500, "cad", &key("golden-5"))
        .await?;
    made("update_payment_intent");
    client
        .cancel_payment_intent("pi_1", &CancellationReason::Abandoned, &key("golden-6"))
        .await?;
    made("cancel_payment_intent");
    client
        .list_payment_intents(&PaymentIntentQuery::default())
        .await?;
    made("list_payment_intents");
    let query = PaymentIntentQuery {
        created_gte: Some(1_790_000_000),
        created_lte: Some(1_790_086_400),
        starting_after: Some("pi_1".to_owned()),
    };
    client.list_payment_intents(&query).await?;
    made("list_payment_intents");
    Ok(())
}

async fn events(client: &Client) -> Result<(), Box<dyn Error>> {
    let types = [
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "charge.succeeded",
    ];
    let cursors = [
        Cursor::Newest,
        Cursor::OlderThan("evt_1".to_owned()),
        Cursor::NewerThan("evt_1".to_owned()),
    ];
    for cursor in cursors {
        let query = EventQuery {
            types: types.iter().map(|kind| (*kind).to_owned()).collect(),
            created_gte: Some(1_790_000_000),
            cursor,
        };
        client.list_events(&query).await?;
        made("list_events");
    }
    client.retrieve_event("evt_1").await?;
    made("retrieve_event");
    Ok(())
}

async fn webhook_endpoints(client: &Client) -> Result<(), Box<dyn Error>> {
    let new = NewWebhookEndpoint {
        url: "https://example.com/stripe/events?x=1".to_owned(),
        enabled_events: vec![
            "payment_intent.succeeded".to_owned(),
            "charge.refunded".to_owned(),
        ],
        description: Some("Quittance".to_owned()),
        metadata: words(&[("made_by", "quittance")]),
    };
    client
        .create_webhook_endpoint(&new, &key("golden-7"))
        .await?;
    made("create_webhook_endpoint");
    client.list_webhook_endpoints(Some("we_1")).await?;
    made("list_webhook_endpoints");
    let change = WebhookEndpointChange {
        url: Some("https://example.com/new".to_owned()),
        enabled_events: vec!["charge.succeeded".to_owned()],
        disabled: Some(false),
    };
    client
        .update_webhook_endpoint("we_1", &change, &key("golden-8"))
        .await?;
    made("update_webhook_endpoint");
    client.delete_webhook_endpoint("we_1").await?;
    made("delete_webhook_endpoint");
    Ok(())
}
