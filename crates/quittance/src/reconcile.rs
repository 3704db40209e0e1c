//! `quittance reconcile`: our books beside Stripe's, asked for on a stopped server.
//!
//! Exit status as of `diff`: 0 all agrees, 1 something differs and is named, 2 nothing could be compared.

use std::process::ExitCode;

use anyhow::{Context, bail};
use app::app::{App, Setup};
use app::reconcile::{Finding, Matter, Outcome};
use billing::Money;
use billing::currency::Currency;
use kit::chance::Chance;
use kit::clock::Clock;
use stripe::Origins;

use crate::cli::{LogFormat, ReconcileOptions};
use crate::data_dir::DataDir;
use crate::{logs, serve};

/// Something differs.
const DIFFERS: u8 = 1;
/// Nothing could be compared.
const TROUBLE: u8 = 2;

/// Compares every drawer with keys, and says what was found.
pub fn run(options: &ReconcileOptions) -> ExitCode {
    logs::start(LogFormat::Text);
    match compare_and_stop(options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(differing) => {
            eprintln!(
                "quittance: the books and Stripe differ in {differing} places; no money moved by that"
            );
            ExitCode::from(DIFFERS)
        }
        Err(error) => {
            eprintln!("quittance: {error:#}");
            ExitCode::from(TROUBLE)
        }
    }
}

fn compare_and_stop(options: &ReconcileOptions) -> anyhow::Result<usize> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(compare(options));
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    outcome
}

/// Whom to ask: Stripe for real books, and for those of a demonstration its rehearsal. Neither is ever compared with the
/// other: a key would go to a stranger, or books be judged by somebody who does not know them.
fn asked_of(folder: &DataDir, stripe_url: Option<&str>) -> anyhow::Result<Origins> {
    match (folder.is_demo(), stripe_url) {
        (false, None) => Ok(Origins::stripe()),
        (true, Some(url)) => Ok(Origins::rehearsal(url)?),
        (false, Some(_)) => {
            bail!("these are real books: they are compared with Stripe, never with a rehearsal")
        }
        (true, None) => bail!(
            "this is the demonstration; the Stripe inside it is gone when it is stopped. Compare on its page, or run it with a rehearsal of its own (demo --stripe-url) and name that here with --stripe-url"
        ),
    }
}

/// How many things differ.
async fn compare(options: &ReconcileOptions) -> anyhow::Result<usize> {
    let place = &options.place;
    let folder = DataDir::take_existing(&place.data_dir)?;
    let origins = asked_of(&folder, options.stripe_url.as_deref())?;
    let demo = folder.is_demo();
    let (clock, chance) = (Clock::machine(), Chance::system());
    let keyring = folder.keyring(&chance)?;
    let elsewhere = place.database_url.as_deref().filter(|_| !demo);
    let db = folder.database(elsewhere)?;
    serve::migrate(&db, &clock)?;
    serve::seal_ledger(&db).await?;
    // Something it books may be told by mail, when the server starts: the mails need their words.
    app::texts::prepare()?;
    let app = App::new(Setup {
        db,
        clock,
        chance,
        keyring,
        origins,
        public_url: "http://127.0.0.1:8080".into(),
        demo,
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
        println!("{mode}: {}", mended(said.mended));
        for finding in &said.findings {
            println!("{mode}: {}", words(finding));
        }
        differing += said.findings.iter().filter(|f| !f.agrees).count();
    }
    app.db().put_away()?;
    Ok(differing)
}

fn mended(count: i64) -> String {
    match count {
        0 => "nothing had been missed".to_owned(),
        1 => "one movement or payout had been missed; it is booked now".to_owned(),
        _ => format!("{count} movements or payouts had been missed; they are booked now"),
    }
}

fn words(f: &Finding) -> String {
    let what = match f.matter {
        Matter::Balance => "the balance at Stripe",
        Matter::Clearing => "payments whose line is not known yet",
        Matter::Disputed => "what banks hold while they ask",
        Matter::Transit => "payouts nobody has found on a statement",
        Matter::Payout => "what is inside a payout",
        Matter::FoundButFailed => "a payout that was found on a statement and then came back",
        Matter::Suspense => "money of a kind we do not know, or of another program",
        Matter::Ledger => "the ledger itself",
        Matter::NotOpened => "the opening balance, which is not known yet",
    };
    let verdict = if f.agrees { "agrees " } else { "DIFFERS" };
    let mut said = format!("{verdict} {what}");
    if !f.subject.is_empty() {
        said = format!("{said} ({})", f.subject);
    }
    match Currency::parse(&f.currency) {
        Ok(currency) if f.agrees => format!("{said}: {}", money(f.ours_minor, currency)),
        Ok(currency) => format!(
            "{said}: booked {}, should be {}",
            money(f.ours_minor, currency),
            money(f.theirs_minor, currency)
        ),
        Err(_) => said,
    }
}

fn money(minor: i64, currency: Currency) -> String {
    Money::from_minor(minor, currency).map_or_else(
        |_| format!("{minor} {}", currency.code()),
        |amount| amount.to_string(),
    )
}
