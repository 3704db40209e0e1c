//! The beginning every run shares, made once through the product's own pages: a seller, her taxes, her customers.

use std::rc::Rc;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use app::app::{App, Setup};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use axum::Router;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Gate};
use kit::secrets::Keyring;
use rusqlite::Connection;
use tower::ServiceExt;

use crate::world::BEGINNING_S;

/// Where people reach the product.
pub const PUBLIC_URL: &str = "http://localhost:8080";
/// The owner's.
pub const PASSWORD: &str = "correct horse battery";
/// The owner's.
pub const EMAIL: &str = "ana@example.org";

/// What a run begins with.
pub struct Template {
    /// A whole SQLite file.
    pub database: Vec<u8>,
    /// The owner's session.
    pub session: String,
    pub customers: Vec<String>,
    /// The taxes that are on by default.
    pub tax_ids: Vec<String>,
    /// What the file's secrets are sealed under.
    pub keyring: Keyring,
}

impl Template {
    /// Makes it.
    ///
    /// # Errors
    /// When the product does not let itself be set up.
    pub fn new() -> Result<Rc<Template>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(make()).map(Rc::new)
    }
}

async fn make() -> Result<Template> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("template.sqlite");
    let chance = Chance::seeded(0);
    let keyring = Keyring::ephemeral(&chance);
    let gate: Gate = Arc::new(|_| Box::pin(async {}));
    let db = Db::open_stepwise(file.to_str().context("a path in UTF-8")?, gate)?;
    db.migrate(app::migrations::ALL, BEGINNING_S * 1000)?;
    let app = App::new(Setup {
        db: db.clone(),
        clock: Clock::standing_at(Timestamp::from_second(BEGINNING_S)?),
        chance,
        keyring: keyring.clone(),
        origins: stripe::Origins::rehearsal("http://127.0.0.1:9")?,
        public_url: PUBLIC_URL.into(),
        demo: false,
    })?;
    let session = set_up(&app).await?;
    for (name, email) in [
        ("Café Zoé", "zoe@example.org"),
        ("Atelier Nil", "nil@example.org"),
        ("Halle Neuf", ""),
    ] {
        let form = [
            ("name", name),
            ("email", email),
            ("street", "2 rue Rachel"),
            ("city", "Montréal"),
            ("province", "QC"),
            ("postal_code", "H2W 1E1"),
            ("country", "CA"),
            ("language", "en"),
            ("currency", "CAD"),
        ];
        let router = app::router(app.clone());
        post(&router, "/customers/new", &form, &session).await?;
    }
    drop((app, db));
    let kept = Connection::open(&file)?;
    // The real hash takes its time on purpose; this one is as real, and takes none.
    kept.execute("update users set password_hash = ?1", [cheap_hash()?])?;
    let list = |sql: &str| -> Result<Vec<String>> {
        let mut statement = kept.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let customers = list("select id from customers order by id")?;
    let tax_ids = list("select id from tax_rates where is_default = 1 order by position")?;
    ensure!(
        !customers.is_empty() && !tax_ids.is_empty(),
        "nothing was set up"
    );
    kept.pragma_update(None, "journal_mode", "delete")?;
    drop(kept);
    Ok(Template {
        database: std::fs::read(&file)?,
        session,
        customers,
        tax_ids,
        keyring,
    })
}

async fn set_up(app: &App) -> Result<String> {
    let router = app::router(app.clone());
    let token = app::first_run::make_setup_link(app.db(), app.clock(), app.chance())
        .await?
        .context("a new installation has a set-up link")?;
    let you = [
        ("name", "Ana Roy"),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("language", "en"),
    ];
    let session = post(&router, &format!("/setup/{token}"), &you, "").await?;
    let business = [
        ("name", "Studio Nord"),
        ("street", "1 rue Notre-Dame"),
        ("city", "Montréal"),
        ("province", "Québec"),
        ("postal_code", "h2y 1b6"),
        ("country", "CA"),
        ("email", "bonjour@studionord.example"),
    ];
    post(&router, "/setup/business", &business, &session).await?;
    let taxes = [
        ("currency", "CAD"),
        ("preset", "ca-QC"),
        ("gst_hst", "123456782 RT0001"),
        ("qst", "1234567890 TQ0001"),
    ];
    post(&router, "/setup/taxes", &taxes, &session).await?;
    Ok(session)
}

/// Posts a form that must be taken; answers the session it gave, if it gave one.
async fn post(router: &Router, path: &str, form: &[(&str, &str)], session: &str) -> Result<String> {
    let body: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", crate::browser::escape(value)))
        .collect();
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, format!("session={session}"))
        .body(Body::from(body.join("&")))?;
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    let given = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|set| set.to_str().ok()?.strip_prefix("session="))
        .filter_map(|rest| rest.split(';').next())
        .next_back()
        .unwrap_or_default()
        .to_owned();
    let said = response.into_body().collect().await?.to_bytes();
    ensure!(
        status == 303,
        "{path} answered {status}: {}",
        String::from_utf8_lossy(&said)
    );
    Ok(given)
}

fn cheap_hash() -> Result<String> {
    let params = Params::new(8, 1, 1, None).map_err(|e| anyhow::anyhow!("{e}"))?;
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16])
        .map_err(|e| anyhow::anyhow!("{e}"))?
        .to_string();
    PasswordHash::new(&hash).map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(hash)
}
