//! `quittance reconcile`: our books beside Stripe's, asked for on a stopped server.

use anyhow::{Context, bail};
use app::app::{App, Setup};
use app::reconcile::{Finding, Outcome};
use kit::chance::Chance;
use kit::clock::Clock;

use crate::cli::{LogFormat, Place};
use crate::data_dir::DataDir;
use crate::{logs, serve};

/// Compares every drawer with keys, and says what was found.
///
/// # Errors
/// When something differs, when Stripe could not be asked, when a server holds the folder.
pub fn run(place: &Place) -> anyhow::Result<()> {
    logs::start(LogFormat::Text);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(compare(place));
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    outcome
}

async fn compare(place: &Place) -> anyhow::Result<()> {
    let folder = DataDir::take_existing(&place.data_dir)?;
    if folder.is_demo() {
        bail!(
            "this is the demonstration; its Stripe is gone when it is stopped. Compare on its page"
        );
    }
    let (clock, chance) = (Clock::machine(), Chance::system());
    let keyring = folder.keyring(&chance)?;
    let db = folder.database(place.database_url.as_deref())?;
    serve::migrate(&db, &clock)?;
    serve::seal_ledger(&db).await?;
    // Something it books may be told by mail, when the server starts: the mails need their words.
    app::texts::prepare()?;
    let app = App::new(Setup {
        db,
        clock,
        chance,
        keyring,
        origins: stripe::Origins::stripe(),
        public_url: "http://127.0.0.1:8080".into(),
        demo: false,
    })?;
    let drawers = app
        .db()
        .read(app::online_payment::drawers_with_keys)
        .await?;
    if drawers.is_empty() {
        bail!("no Stripe keys are saved here; there is nothing to compare with");
    }
    let mut differing = 0;
    for drawer in drawers {
        let mode = drawer.scope.mode.as_str();
        let said = app::reconcile::run(&app, &drawer.scope, "command")
            .await
            .map_err(|problem| anyhow::anyhow!("{problem}"))
            .with_context(|| format!("{mode}: the comparison failed"))?;
        if said.outcome == Outcome::Unreachable {
            bail!("{mode}: Stripe could not be asked; nothing was compared, and no money moved");
        }
        println!(
            "{mode}: {} movements or payouts were fetched and booked",
            said.mended
        );
        for finding in &said.findings {
            println!("{mode}: {}", words(finding));
        }
        differing += said.findings.iter().filter(|f| !f.agrees).count();
    }
    app.db().put_away()?;
    if differing > 0 {
        bail!("the books and Stripe differ in {differing} places; no money moved by that");
    }
    Ok(())
}

fn words(f: &Finding) -> String {
    let matter = format!("{:?}", f.matter).to_lowercase();
    let verdict = if f.agrees { "agrees" } else { "DIFFERS" };
    if f.currency.is_empty() {
        return format!("{matter} {verdict} {}", f.subject);
    }
    format!(
        "{matter} {verdict} {} {}: booked {}, should be {} (in minor units)",
        f.subject, f.currency, f.ours_minor, f.theirs_minor
    )
}
