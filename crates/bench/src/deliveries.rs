//! Stripe's deliveries: the product with saved keys, taking in signed events. Each answer of 200 says that the event is
//! on the disk; the work on it comes later and is not measured.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use app::app::{App, Setup};
use app::who::Scope;
use fake_stripe::{FakeStripe, Running as Rehearsal};
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error};
use kit::secrets::Keyring;
use rusqlite::Connection;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::aside::Aside;
use crate::load::{self, Load};
use crate::product::Running;
use crate::seller::Seller;

/// An event of Stripe's is about this long. The bare commits write rows of the same length.
pub const EVENT_BYTES: usize = 2000;

const DATABASE: &str = "deliveries.sqlite";

/// Serves the product on a new database in `folder`, with a rehearsal Stripe beside it and its keys saved. Prints where
/// deliveries go and what signs them, as one JSON line, and goes on until it is ended. Nobody works on what is kept.
pub async fn serve(folder: &Path) -> Result<()> {
    let begun = begin(folder).await?;
    println!(
        "{}",
        json!({ "address": begun.address, "path": begun.path, "secret": begun.secret })
    );
    begun.serving.await??;
    Ok(())
}

/// The product in this process, on a new database, with a rehearsal beside it and its keys saved.
pub struct Begun {
    pub app: App,
    pub stripe: Rehearsal,
    /// The thread on which the rehearsal answers.
    pub of_stripe: Aside,
    pub scope: Scope,
    pub address: SocketAddr,
    /// Where deliveries go.
    pub path: String,
    /// What signs them.
    pub secret: String,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Begun {
    /// The database's file.
    pub fn database(&self, folder: &Path) -> PathBuf {
        folder.join(DATABASE)
    }
}

/// Begins it. Nobody works on what is kept.
pub async fn begin(folder: &Path) -> Result<Begun> {
    // Two providers are compiled in (ring here, none by default); the choice must be made once.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow!("TLS was chosen twice"))?;
    let of_stripe = Aside::start("rehearsal")?;
    let stripe = of_stripe.spawn(FakeStripe::builder().start("127.0.0.1:0"));
    let stripe = stripe.await??;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let app = product(folder, &stripe.base_url(), address)?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    let serving = tokio::spawn(axum::serve(listener, app::router(app.clone())).into_future());
    let link = app::first_run::make_setup_link(app.db(), app.clock(), app.chance()).await?;
    let mut seller = Seller::set_up(address, &link.context("the installation is new")?).await?;
    let keys = stripe
        .keys()
        .into_iter()
        .next()
        .context("the rehearsal has an account")?
        .live;
    seller.save_keys(&keys.publishable, &keys.secret).await?;
    let (path, secret, scope) = endpoint(&app).await?;
    Ok(Begun {
        app,
        stripe,
        of_stripe,
        scope,
        address,
        path,
        secret,
        serving,
    })
}

fn product(folder: &Path, stripe_url: &str, address: SocketAddr) -> Result<App> {
    let (clock, chance) = (Clock::machine(), Chance::system());
    let file = folder.join(DATABASE);
    let db = Db::open(file.to_str().context("a folder with a readable name")?)?;
    db.migrate(app::migrations::ALL, clock.now_ms())?;
    let setup = Setup {
        db,
        keyring: Keyring::ephemeral(&chance),
        clock,
        chance,
        origins: stripe::Origins::rehearsal(stripe_url)?,
        public_url: format!("http://{address}"),
        demo: false,
    };
    Ok(App::new(setup)?)
}

/// Path and signing secret of the endpoint that saving the keys made, and whose it is.
async fn endpoint(app: &App) -> Result<(String, String, Scope)> {
    let drawers = app
        .db()
        .read::<_, Error, _>(app::online_payment::drawers_with_keys)
        .await?;
    let drawer = drawers.first().context("no keys were saved")?;
    let secrets = app::online_payment::signing_secrets(app, drawer)
        .map_err(|problem| anyhow!("{problem:?}"))?;
    let secret = secrets.first().context("no webhook endpoint was made")?;
    let at = drawer
        .webhook_url
        .find("/stripe/")
        .context("the endpoint has another path")?;
    Ok((
        drawer.webhook_url[at..].to_owned(),
        secret.expose_secret().to_owned(),
        drawer.scope.clone(),
    ))
}

/// The load: every delivery another event, signed as Stripe does. `folder` holds the database afterwards; an event that
/// was answered and is not in it ends the measurement.
pub async fn measure(
    folder: &Path,
    connections: usize,
    warm: Duration,
    during: Duration,
) -> Result<Load> {
    let (running, told) = Running::start_deliveries(folder)?;
    let text = |name: &str| {
        told[name]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("no `{name}`"))
    };
    let (address, path, secret) = (running.address, text("path")?, text("secret")?);
    let sent = Arc::new(AtomicU64::new(0));
    let (count, clock) = (sent.clone(), Clock::machine());
    let request = Arc::new(move |_: usize, _: u64| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let now_s = clock.now().as_second();
        delivery(address, &path, &secret, now_s, &event(number, now_s))
    });
    load::run(address, request.clone(), connections, warm).await?;
    let load = load::run(address, request, connections, during).await?;
    drop(running);
    let (sent, kept) = (sent.load(Ordering::Relaxed), kept(folder)?);
    if sent != kept {
        bail!("{sent} deliveries were answered 200, {kept} are in the database");
    }
    Ok(load)
}

/// The bytes of one delivery, signed now.
pub fn delivery(address: SocketAddr, path: &str, secret: &str, now_s: i64, body: &str) -> Vec<u8> {
    let signature = stripe::webhook::sign_header(now_s, body.as_bytes(), &[secret]);
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json; charset=utf-8\r\n\
         stripe-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An event of [`EVENT_BYTES`], with an id of its own.
pub fn event(number: u64, now_s: i64) -> String {
    let with = |padding: &str| -> Value {
        json!({
            "id": format!("evt_bench{number:012}"), "object": "event", "api_version": "2026-10-28.endive",
            "created": now_s, "livemode": true, "type": "payment_intent.succeeded", "pending_webhooks": 1,
            "data": { "object": { "id": format!("pi_bench{number:012}"), "object": "payment_intent", "description": padding } },
        })
    };
    let missing = EVENT_BYTES.saturating_sub(with("").to_string().len());
    with(&"x".repeat(missing)).to_string()
}

fn kept(folder: &Path) -> Result<u64> {
    let database = Connection::open(folder.join(DATABASE))?;
    let count: i64 = database.query_row(
        "select count(*) from stripe_events where stripe_id like 'evt_bench%'",
        [],
        |row| row.get(0),
    )?;
    Ok(u64::try_from(count)?)
}

#[cfg(test)]
mod tests {
    use super::{EVENT_BYTES, delivery, event};

    #[test]
    fn an_event_has_the_length_of_a_row_of_the_bare_commits_and_an_id_of_its_own() {
        let (one, other) = (event(1, 1_790_000_000), event(2, 1_790_000_000));
        assert_eq!((one.len(), other.len()), (EVENT_BYTES, EVENT_BYTES));
        let id = |body: &str| stripe::Event::parse(body.as_bytes()).unwrap().id;
        assert_ne!(id(&one), id(&other));
    }

    #[test]
    fn a_delivery_carries_a_signature_that_verifies() {
        let bytes = delivery(
            ([127, 0, 0, 1], 9).into(),
            "/stripe/webhook/x",
            "whsec_1",
            1_790_000_000,
            &event(1, 1_790_000_000),
        );
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let signature = head
            .lines()
            .find_map(|line| line.strip_prefix("stripe-signature: "))
            .unwrap();
        assert!(
            stripe::webhook::verify(signature, body.as_bytes(), &["whsec_1"], 1_790_000_000)
                .is_ok()
        );
    }
}
