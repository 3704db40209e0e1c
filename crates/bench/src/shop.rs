//! A seller whose invoices are paid at the rehearsal, all of them, with the news held back: what the measurements of
//! settling and of reconciling begin with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, anyhow, bail};
use app::app::App;
use app::customers::{self, Customer};
use app::invoices::issue::{self, Actor, Outcome};
use app::invoices::{self, Command, CommandLine};
use app::payments::{self, Ask};
use app::who::Scope;
use billing::currency::Currency;
use billing::customer::Language;
use billing::invoice::Line;
use billing::quantity::{Quantity, UnitPrice};
use fake_stripe::{DeliveryScript, Running as Rehearsal};
use kit::db::{Error, Tx};
use serde_json::Value;

use crate::deliveries;
use crate::http::Connection;

/// So many payers at a time, while everything is set up.
const PAYERS: usize = 16;
/// So many invoices are issued in one transaction.
const AT_ONCE: usize = 100;

/// Issues so many invoices and has each paid at Stripe by card. Nobody tells the product of it.
pub async fn paid(app: &App, stripe: &Rehearsal, scope: &Scope, count: usize) -> Result<()> {
    stripe.control().deliveries(DeliveryScript {
        drop: true,
        ..DeliveryScript::default()
    });
    let ids = Arc::new(issued(app, scope, count).await?);
    let address = address_of(stripe)?;
    let key = Arc::new(stripe.keys()[0].live.publishable.clone());
    let next = Arc::new(AtomicUsize::new(0));
    let mut payers = tokio::task::JoinSet::new();
    for _ in 0..PAYERS {
        let (app, scope, ids) = (app.clone(), scope.clone(), ids.clone());
        let (key, next) = (key.clone(), next.clone());
        payers.spawn(async move {
            let mut connection = Connection::open(address).await?;
            while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                let opened = payments::open_for(&app, &scope, &[Ask::whole(id)]).await;
                let opened = opened.map_err(|why| anyhow!("{why:?}"))?;
                let secret = opened.client_secret.expose();
                pay(&mut connection, address, &key, secret).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(ended) = payers.join_next().await {
        ended??;
    }
    Ok(())
}

async fn issued(app: &App, scope: &Scope, count: usize) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(count);
    let customer = customer(app.new_id());
    let customer_id = customer.id.clone();
    let (business, now) = (scope.business_id.clone(), app.now_ms());
    app.db()
        .write(move |tx| customers::insert(tx, &business, &customer, now))
        .await?;
    while ids.len() < count {
        let wanted = AT_ONCE.min(count - ids.len());
        let (hands, scope, customer_id) = (app.clone(), scope.clone(), customer_id.clone());
        let issue = move |tx: &mut Tx<'_>| {
            let one = |tx: &mut Tx<'_>| issue_one(tx, &hands, &scope, &customer_id);
            (0..wanted).map(|_| one(tx)).collect::<Result<Vec<_>, _>>()
        };
        ids.extend(app.db().write(issue).await?);
    }
    Ok(ids)
}

fn issue_one(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    customer_id: &str,
) -> Result<String, Error> {
    let command = command(customer_id).ok_or(Error::NoRow)?;
    let id = invoices::create_draft(tx, app, scope, &command)?;
    match issue::issue(tx, app, scope, &id, None, &Actor::default())? {
        Outcome::Issued(_) => Ok(id),
        other => Err(Error::Failed(format!("not issued: {other:?}"))),
    }
}

fn command(customer_id: &str) -> Option<Command> {
    let line = Line {
        description: "Design".into(),
        quantity: Quantity::parse_typed("1").ok()?,
        unit_price: UnitPrice::parse_typed("125", Currency::CAD).ok()?,
        discount: None,
        tax_ids: Vec::new(),
    };
    Some(Command {
        customer_id: customer_id.to_owned(),
        issue_date: None,
        terms_days: 30,
        currency: Currency::CAD,
        language: Language::English,
        reference: String::new(),
        notes: String::new(),
        discount: None,
        lines: vec![CommandLine {
            product_id: String::new(),
            unit: String::new(),
            line,
        }],
    })
}

fn customer(id: String) -> Customer {
    Customer {
        id,
        name: "Café Zoé".into(),
        email: "zoe@example.org".into(),
        country: "CA".into(),
        language: "en".into(),
        currency: "CAD".into(),
        ..Customer::default()
    }
}

/// What the payer's browser sends.
async fn pay(
    connection: &mut Connection,
    stripe: SocketAddr,
    key: &str,
    client_secret: &str,
) -> Result<()> {
    let intent = client_secret.split("_secret_").next().unwrap_or_default();
    let body = format!(
        "client_secret={client_secret}&payment_method_data[type]=card&payment_method_data[card][number]=4242424242424242&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2034&payment_method_data[card][cvc]=123&return_url=http%3A%2F%2Flocalhost%2F"
    );
    let request = format!(
        "POST /v1/payment_intents/{intent}/confirm HTTP/1.1\r\nhost: {stripe}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, _, _) = connection.ask(request.as_bytes()).await?;
    if status != 200 {
        bail!("a payer could not pay: {status}");
    }
    Ok(())
}

/// Where the rehearsal listens.
pub fn address_of(stripe: &Rehearsal) -> Result<SocketAddr> {
    let url = stripe.base_url();
    let address = url
        .strip_prefix("http://")
        .context("the rehearsal is near")?;
    Ok(address.parse()?)
}

/// One GET of Stripe's with the account's own key.
pub async fn ask(
    connection: &mut Connection,
    stripe: SocketAddr,
    key: &str,
    path: &str,
) -> Result<Value> {
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {stripe}\r\nauthorization: Bearer {key}\r\n\r\n");
    let (status, head, body) = connection.ask(request.as_bytes()).await?;
    if status != 200 {
        bail!("{path} answered {status}");
    }
    Ok(serde_json::from_slice(
        &connection.answer()[head..head + body],
    )?)
}

/// Every object of a list, newest first, and how many pages it took.
pub async fn list(stripe: &Rehearsal, path: &str) -> Result<(Vec<Value>, usize)> {
    let (address, key) = (address_of(stripe)?, stripe.keys()[0].live.secret.clone());
    let mut connection = Connection::open(address).await?;
    let (mut all, mut pages, mut after) = (Vec::new(), 0, String::new());
    let separator = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = format!("{path}{separator}limit=100{after}");
        let page = ask(&mut connection, address, &key, &page).await?;
        pages += 1;
        let data = page["data"].as_array().context("no list")?;
        let last = data.last().and_then(|one| one["id"].as_str());
        after = format!("&starting_after={}", last.unwrap_or_default());
        all.extend(data.iter().cloned());
        if page["has_more"] != true {
            return Ok((all, pages));
        }
    }
}

/// Sends each of these bodies to the product's endpoint once, signed, over so many connections.
pub async fn deliver(
    address: SocketAddr,
    path: &str,
    secret: &str,
    bodies: Vec<String>,
    connections: usize,
) -> Result<()> {
    let (bodies, next) = (Arc::new(bodies), Arc::new(AtomicUsize::new(0)));
    let clock = kit::clock::Clock::machine();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (bodies, next, clock) = (bodies.clone(), next.clone(), clock.clone());
        let (path, secret) = (path.to_owned(), secret.to_owned());
        senders.spawn(async move {
            let mut connection = Connection::open(address).await?;
            while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                let now_s = clock.now().as_second();
                let request = deliveries::delivery(address, &path, &secret, now_s, body);
                let (status, _, _) = connection.ask(&request).await?;
                if status != 200 {
                    bail!("a delivery was answered {status}");
                }
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(ended) = senders.join_next().await {
        ended??;
    }
    Ok(())
}
