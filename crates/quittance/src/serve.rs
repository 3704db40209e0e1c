//! `quittance serve`: the product, with Stripe and nothing but Stripe at the other end.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use app::app::{App, Setup};
use kit::chance::Chance;
use kit::clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::ServeOptions;
use crate::data_dir::DataDir;
use crate::{logs, server};

/// What is left of the five seconds when requests have been answered goes to work under way.
const DRAIN_MAX: Duration = Duration::from_millis(3000);
const LAST_WORK_MAX: Duration = Duration::from_millis(1000);

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// Whatever keeps the product from starting, in a sentence.
pub fn run(options: ServeOptions) -> anyhow::Result<()> {
    logs::start(options.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(serve(options));
    // Work that does not listen must not hold the process: whatever was acknowledged is on disk.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    // Before any work: mails are written in words too.
    app::texts::prepare()?;
    let folder = DataDir::take(&options.place.data_dir)?;
    if folder.is_demo() {
        bail!(
            "{} belongs to the demonstration; name another folder with --data-dir",
            options.place.data_dir.display()
        );
    }
    let (listener, address) = listen(options.listen).await?;
    let (clock, chance) = (Clock::machine(), Chance::system());
    let keyring = folder.keyring(&chance)?;
    let db = folder.database(options.place.database_url.as_deref())?;
    migrate(&db, &clock)?;
    seal_ledger(&db).await?;
    let public_url = options
        .public_url
        .clone()
        .unwrap_or_else(|| reached_at(address));
    let origins = stripe::Origins::stripe();
    let app = App::new(Setup {
        db,
        clock,
        chance,
        keyring,
        origins,
        public_url,
        demo: false,
    })?;
    app::script_inventory::keep_inventory_at_start(&app).await?;
    println!("Quittance is at {}", app.public_url());
    if app.public_url() != reached_at(address) {
        println!("It listens on {}", reached_at(address));
    }
    if let Some(link) = setup_link(&app).await? {
        println!("To set it up, open this link; it works once: {link}");
    }
    operate(app, listener, &options.trusted_proxy, stop).await;
    Ok(())
}

/// The link that sets a new installation up; nothing once somebody can sign in. It goes to the terminal alone, never
/// to the log.
///
/// # Errors
/// Of the database.
pub async fn setup_link(app: &App) -> anyhow::Result<Option<String>> {
    let token = app::first_run::make_setup_link(app.db(), app.clock(), app.chance()).await?;
    Ok(token.map(|token| format!("{}/setup/{token}", app.public_url())))
}

/// Brings the schema in step with this program.
///
/// # Errors
/// When the database is newer than the program, or unwilling.
pub fn migrate(db: &kit::db::Db, clock: &Clock) -> anyhow::Result<()> {
    let applied = db
        .migrate(app::migrations::ALL, clock.now_ms())
        .context("the database could not be brought in step")?;
    if !applied.is_empty() {
        tracing::info!(
            migrations = applied.join(" "),
            "the database was brought in step"
        );
    }
    Ok(())
}

/// Gives entries written before there was a chain their place in it. Does nothing the second time.
///
/// # Errors
/// Of the database.
pub async fn seal_ledger(db: &kit::db::Db) -> anyhow::Result<()> {
    let sealed = db
        .write::<_, kit::db::Error, _>(app::ledger::chain::seal_all)
        .await
        .context("the ledger could not be sealed")?;
    if sealed > 0 {
        tracing::info!(
            sealed,
            "entries written before there was a chain were sealed"
        );
    }
    Ok(())
}

/// Takes the address, and says which it is when the port was left open.
///
/// # Errors
/// When the address is taken or not ours, in a sentence.
pub async fn listen(wanted: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(wanted).await.with_context(|| {
        format!("{wanted} cannot be listened on; name another address with --listen")
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// The address a browser on this machine can open.
pub fn reached_at(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://localhost:{}", address.port());
    }
    format!("http://{address}")
}

/// Answers requests, does promised work and asks Stripe for events until `stop`; then ends in order: no new
/// connections and no new questions, requests under way answered, and last the work, because answering may have
/// promised some.
pub async fn operate(
    app: App,
    listener: TcpListener,
    trusted: &[IpAddr],
    stop: watch::Receiver<bool>,
) {
    let (end_work, work_ends) = watch::channel(false);
    take_up_work(&app).await;
    let worker: kit::jobs::Worker = app::jobs::worker(app.clone());
    let work = tokio::spawn(kit::jobs::run_until(
        app.db().clone(),
        app.clock().clone(),
        worker,
        told(work_ends),
    ));
    let pull = tokio::spawn(app::stripe_events::pull_forever(
        app.clone(),
        told(stop.clone()),
    ));
    let compare = tokio::spawn(app::reconcile::run_forever(app.clone(), told(stop.clone())));
    let router = app::router(app.clone());
    server::serve(listener, router, trusted, told(stop), DRAIN_MAX).await;
    end_work.send(true).ok();
    let work = async { drop((pull.await, compare.await, work.await)) };
    if tokio::time::timeout(LAST_WORK_MAX, work).await.is_err() {
        tracing::warn!("work under way was left for the next start");
    }
    if let Err(error) = app.db().put_away() {
        tracing::warn!(%error, "the log of the database was left for the next start");
    }
    tracing::info!("stopped");
}

/// Work that an earlier life held when it was killed. SQLite has one process at a time, by the lock on its folder; on
/// PostgreSQL another node may be doing the work, and the lease decides.
async fn take_up_work(app: &App) {
    if app.db().kind() != kit::db::EngineKind::Sqlite {
        return;
    }
    match app.db().write(kit::jobs::release_leases).await {
        Ok(0) => {}
        Ok(left) => tracing::info!(left, "work of an earlier life is taken up"),
        Err(error) => tracing::error!(%error, "work of an earlier life waits for its lease"),
    }
}

/// Completes when the watched value becomes true, or nobody is left who could say so.
pub async fn told(mut signal: watch::Receiver<bool>) {
    drop(signal.wait_for(|now| *now).await);
}

/// Ctrl-C or SIGTERM. A second one ends the process at once.
///
/// # Errors
/// When the operating system refuses the handlers.
pub fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (tell, hear) = watch::channel(false);
    tokio::spawn(async move {
        for again in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if again {
                std::process::exit(130);
            }
            tracing::info!("stopping: answering what is under way");
            tell.send(true).ok();
        }
    });
    Ok(hear)
}
