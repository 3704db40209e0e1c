//! `keys rotate`, and what a copied folder is worth.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use app::app::{App, Setup};
use app::online_payment;
use billing::Mode;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error};
use kit::secrets::Keyring;
use kit::{args, sql};
use rustix::process::Signal;
use secrecy::ExposeSecret;
use tempfile::tempdir;

use crate::kit::{Server, quittance, said};

const SECRET: &str = "sk_live_51StudioErableXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX";
const SIGNING: &str = "whsec_abcdefghijklmnopqrstuvwxyz012345";

/// A data folder as `serve` makes it.
fn installation(data: &Path) {
    let mut server = Server::start(data);
    server.address();
    server.end(Signal::TERM);
}

/// The product on a data folder, without a server.
fn open(data: &Path) -> App {
    App::new(Setup {
        db: Db::open(data.join("quittance.sqlite").to_str().unwrap()).unwrap(),
        clock: Clock::machine(),
        chance: Chance::system(),
        keyring: Keyring::open(&data.join("master.key")).unwrap(),
        origins: stripe::Origins::stripe(),
        public_url: "http://127.0.0.1:1".into(),
        demo: false,
    })
    .unwrap()
}

/// Businesses with saved keys, sealed as the product seals them.
async fn save_keys(app: &App, businesses: usize) {
    let hands = app.clone();
    let write = app.db().write::<_, Error, _>(move |tx| {
        for _ in 0..businesses {
            let (id, chance) = (hands.new_id(), hands.chance());
            tx.execute(
                sql!("insert into businesses (id, name, legal_name, street, city, province, postal_code, country, email, phone, website, language, time_zone, currency, tax_numbers, tax_preset, small_supplier, payment_terms_days, default_notes, created_at) values ($1, 'Studio', '', '', '', 'QC', '', 'CA', '', '', '', 'fr', 'America/Toronto', 'CAD', '[]', '', 0, 30, '', 0)"),
                args![&id],
            )?;
            let owner = format!("{id}/live");
            let seal = |field: &str, text: &str| hands.keyring().seal(&owner, field, text, chance).unwrap();
            tx.execute(
                sql!("insert into stripe_settings (business_id, mode, enabled, public_key, secret_sealed, secret_hint, account_id, account_name, account_country, currency, currencies, report, webhook_path_hash, webhook_path_sealed, webhook_endpoint_id, webhook_url, webhook_sealed, webhook_previous_sealed, events_cursor, pull_error, event_by, bad_signatures, saved_by, saved_at, version) values ($1, 'live', 0, 'pk_live_x', $2, '', 'acct_1', '', 'CA', 'CAD', '[]', '[]', $1, $3, '', '', $4, '', '', '', '', 0, '', 0, 1)"),
                args![&id, seal("stripe_settings.secret_key", SECRET), seal("stripe_settings.webhook_path", "a-path"), seal("stripe_settings.signing_secret", SIGNING)],
            )?;
        }
        Ok(())
    });
    write.await.unwrap();
}

/// Opens every drawer the way the product does when it calls Stripe or checks a delivery; answers how many.
async fn readable_drawers(data: &Path) -> usize {
    let app = open(data);
    let drawers = app
        .db()
        .read(online_payment::drawers_with_keys)
        .await
        .unwrap();
    for drawer in &drawers {
        assert_eq!(drawer.scope.mode, Mode::Live);
        online_payment::client(&app, drawer)
            .unwrap_or_else(|e| panic!("the secret key does not open: {e}"));
        let signing = online_payment::signing_secrets(&app, drawer)
            .unwrap_or_else(|e| panic!("the signing secret does not open: {e}"));
        assert_eq!(signing[0].expose_secret(), SIGNING);
    }
    drawers.len()
}

fn key_lines(data: &Path) -> Vec<String> {
    fs::read_to_string(data.join("master.key"))
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn ac_18_rotation_seals_everything_under_a_new_key_and_drops_the_old_one() {
    let folder = tempdir().unwrap();
    installation(folder.path());
    save_keys(&open(folder.path()), 3).await;
    let before = key_lines(folder.path());
    let done = quittance(&["keys", "rotate", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", said(&done));
    let words = String::from_utf8(done.stdout).unwrap();
    assert!(words.contains("9 secrets"), "{words}");
    let after = key_lines(folder.path());
    assert_eq!((before.len(), after.len()), (1, 1));
    assert!(after[0].starts_with("2 ") && after[0] != before[0]);
    assert_eq!(readable_drawers(folder.path()).await, 3);
}

#[tokio::test]
async fn rotation_refuses_while_a_server_runs_and_where_nothing_is() {
    let folder = tempdir().unwrap();
    let mut server = Server::start(folder.path());
    server.address();
    let before = key_lines(folder.path());
    let refused = quittance(&["keys", "rotate", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        !refused.status.success() && said(&refused).contains("another Quittance"),
        "{}",
        said(&refused)
    );
    assert_eq!(key_lines(folder.path()), before);
    let nowhere = folder.path().join("nowhere");
    let refused = quittance(&["keys", "rotate", "--data-dir"])
        .arg(&nowhere)
        .output()
        .unwrap();
    assert!(
        !refused.status.success() && said(&refused).contains("no installation"),
        "{}",
        said(&refused)
    );
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn a_value_that_does_not_open_stops_the_rotation_and_the_old_key_stays() {
    let folder = tempdir().unwrap();
    installation(folder.path());
    let app = open(folder.path());
    save_keys(&app, 2).await;
    // Copied from one business into another: it opens for neither by rights.
    app.db()
        .write::<_, Error, _>(|tx| tx.execute(sql!("update stripe_settings set webhook_sealed = (select min(s.webhook_sealed) from stripe_settings s)"), args![]))
        .await
        .unwrap();
    drop(app);
    let refused = quittance(&["keys", "rotate", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!refused.status.success(), "it went through");
    assert!(
        said(&refused).contains("stripe_settings.webhook_sealed"),
        "{}",
        said(&refused)
    );
    assert!(
        said(&refused).contains("the old master key stays"),
        "{}",
        said(&refused)
    );
    assert_eq!(key_lines(folder.path()).len(), 2);
}

#[tokio::test]
async fn ac_18_a_rotation_killed_at_any_moment_leaves_everything_readable_and_can_be_run_again() {
    let folder = tempdir().unwrap();
    installation(folder.path());
    save_keys(&open(folder.path()), 600).await;
    let whole = {
        let started = Instant::now();
        let done = quittance(&["keys", "rotate", "--data-dir"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", said(&done));
        started.elapsed()
    };
    let mut interrupted = 0;
    for step in 1..=8u32 {
        let mut child = quittance(&["keys", "rotate", "--data-dir"])
            .arg(folder.path())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * step / 10);
        child.kill().unwrap();
        interrupted += u32::from(!child.wait().unwrap().success());
        assert_eq!(
            readable_drawers(folder.path()).await,
            600,
            "after a kill at {step}/10 of {whole:?}"
        );
    }
    assert!(
        interrupted >= 3,
        "only {interrupted} rotations were killed before their end"
    );
    let done = quittance(&["keys", "rotate", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(key_lines(folder.path()).len(), 1);
    assert_eq!(readable_drawers(folder.path()).await, 600);
}

#[tokio::test]
async fn ac_06_a_copy_of_the_folder_on_another_machine_opens_the_keys_saved_before() {
    let (old, new) = (tempdir().unwrap(), tempdir().unwrap());
    installation(old.path());
    save_keys(&open(old.path()), 2).await;
    // As an operator does it: the server has run, and is stopped while the folder is copied.
    installation(old.path());
    let restored = new.path().join("restored");
    fs::create_dir(&restored).unwrap();
    for file in fs::read_dir(old.path()).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), restored.join(file.file_name())).unwrap();
    }
    drop(old);
    let mut server = Server::start(&restored);
    server.address();
    let (status, took, ..) = server.end(Signal::TERM);
    assert!(status.success() && took < Duration::from_secs(5));
    assert_eq!(readable_drawers(&restored).await, 2);
}
