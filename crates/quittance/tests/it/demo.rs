//! `demo`: what it prints, that it stays on this machine, and what it leaves behind.

use std::path::Path;

use kit::clock::Clock;
use kit::db::{Db, Error};
use kit::{args, sql};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::tempdir;

use crate::kit::{Server, get, output, quittance, said};

fn start(args: &[&str], data_dir: Option<&Path>) -> (Server, Value) {
    let mut command = quittance(&["demo", "--json", "--listen", "127.0.0.1:0"]);
    command.args(args);
    if let Some(path) = data_dir {
        command.arg("--data-dir").arg(path);
    }
    let mut server = Server::run(&mut command);
    let told = serde_json::from_str(&server.line("")).expect("one line of JSON");
    (server, told)
}

fn text<'t>(told: &'t Value, name: &str) -> &'t str {
    told[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {told}"))
}

fn host<'t>(told: &'t Value, name: &str) -> &'t str {
    text(told, name)
        .strip_prefix("http://")
        .expect("plain http on this machine")
}

#[test]
fn an_empty_demo_is_a_new_installation_with_a_rehearsal_beside_it_and_a_band() {
    let (server, told) = start(&["--empty"], None);
    assert!(text(&told, "public_key").starts_with("pk_live_"));
    assert!(text(&told, "secret_key").starts_with("sk_live_"));
    let (status, body) = get(
        host(&told, "url"),
        text(&told, "setup_url")
            .strip_prefix(text(&told, "url"))
            .unwrap(),
    );
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("band demo"), "no band: {body}");
    let (status, script) = get(host(&told, "stripe_url"), "/endive/stripe.js");
    assert_eq!(status, 200, "{script}");
    let (status, took, printed, _) = server.end(Signal::TERM);
    assert!(status.success() && took.as_secs() < 5);
    assert_eq!(printed.len(), 1, "one line and nothing else: {printed:?}");
}

#[test]
fn the_studio_is_written_once_with_every_kind_of_invoice_and_no_keys() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("demo");
    let (server, first) = start(&[], Some(&data));
    assert!(first.get("setup_url").is_none(), "{first}");
    for name in [
        "email",
        "password",
        "public_key",
        "secret_key",
        "stripe_url",
    ] {
        assert!(!text(&first, name).is_empty());
    }
    assert!(
        text(&first, "pay_url").starts_with(&format!("{}/i/", text(&first, "url"))),
        "{first}"
    );
    let (status, _, _, log) = server.end(Signal::TERM);
    assert!(status.success());
    for secret in ["secret_key", "password"] {
        assert!(
            !log.iter().any(|line| line.contains(text(&first, secret))),
            "{secret} stands in the log"
        );
    }
    let before = books(&data);
    assert_eq!(before.keys_saved, 0, "the keys are not pasted yet");
    assert!(
        before.overdue >= 2
            && before.open > before.overdue
            && before.paid >= 2
            && before.drafts >= 2,
        "{before:?}"
    );
    assert_eq!(before.languages, 2);
    assert_eq!(
        before.payments_booked, before.paid,
        "each paid invoice was paid by one booked payment"
    );
    assert!(
        before.ledger_faults.is_empty(),
        "{:?}",
        before.ledger_faults
    );
    assert_eq!(before.jobs_left, 0);
    assert_eq!(
        before.mails,
        before.open + 2 * before.paid,
        "the mailbox holds every invoice and every receipt"
    );
    let rotated = quittance(&["keys", "rotate", "--data-dir"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(rotated.status.success(), "{}", said(&rotated));
    let (_again, second) = start(&[], Some(&data));
    let token = |told: &Value| text(told, "pay_url").rsplit('/').next().unwrap().to_owned();
    assert_eq!(
        token(&first),
        token(&second),
        "the same invoice, by the same link, under a new master key"
    );
    assert_eq!(books(&data), before, "nothing was written again");
}

#[test]
fn after_a_restart_there_is_still_something_to_pay() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("demo");
    let (server, first) = start(&[], Some(&data));
    server.end(Signal::TERM);
    let invoice = std::fs::read_to_string(data.join("this-is-a-demo")).unwrap();
    let db = Db::open(data.join("quittance.sqlite").to_str().unwrap()).unwrap();
    let pay = db.write::<_, Error, _>(move |tx| {
        tx.execute(
            sql!("update invoices set state = 'paid', applied_minor = total_minor, received_minor = total_minor where id = $1"),
            args![&invoice],
        )
    });
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(pay)
        .unwrap();
    drop(db);
    let (_again, second) = start(&[], Some(&data));
    assert_ne!(text(&first, "pay_url"), text(&second, "pay_url"));
    let path = text(&second, "pay_url")
        .strip_prefix(text(&second, "url"))
        .unwrap();
    let (status, _) = get(host(&second, "url"), path);
    assert_eq!(status, 200);
}

#[derive(Debug, PartialEq, Eq)]
struct Books {
    keys_saved: i64,
    drafts: i64,
    open: i64,
    overdue: i64,
    paid: i64,
    languages: i64,
    payments_booked: i64,
    jobs_left: i64,
    mails: i64,
    ledger_faults: Vec<String>,
}

fn books(data: &Path) -> Books {
    let db = Db::open(data.join("quittance.sqlite").to_str().unwrap()).unwrap();
    let today = Clock::machine()
        .today_in(&jiff::tz::TimeZone::UTC)
        .to_string();
    let read = db.read::<_, Error, _>(move |tx| {
        let mut count = |statement| tx.get(statement, args![], |r| r.int(0));
        Ok(Books {
            keys_saved: count(sql!("select count(*) from stripe_settings"))?,
            drafts: count(sql!("select count(*) from invoices where state = 'draft'"))?,
            open: count(sql!("select count(*) from invoices where state = 'open'"))?,
            paid: count(sql!("select count(*) from invoices where state = 'paid'"))?,
            languages: count(sql!(
                "select count(distinct language) from invoices where state = 'open'"
            ))?,
            payments_booked: count(sql!(
                "select count(*) from payments where state = 'succeeded' and charge_id <> ''"
            ))?,
            mails: count(sql!("select count(*) from mails where state = 'kept'"))?,
            jobs_left: count(sql!("select count(*) from jobs"))?,
            overdue: tx.get(
                sql!("select count(*) from invoices where state = 'open' and due_date < $1"),
                args![&today],
                |r| r.int(0),
            )?,
            ledger_faults: app::ledger::faults(tx)?,
        })
    });
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(read)
        .unwrap()
}

#[test]
fn a_temporary_folder_goes_with_the_demo() {
    let temporary = tempdir().unwrap();
    let mut command = quittance(&["demo", "--empty", "--json", "--listen", "127.0.0.1:0"]);
    let mut server = Server::run(command.env("TMPDIR", temporary.path()));
    server.line("{");
    let inside = || std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(inside(), 1);
    server.end(Signal::INT);
    assert_eq!(inside(), 0);
}

#[test]
fn the_demo_keeps_its_data_dir_and_serve_keeps_its_hands_off_it() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("demo");
    let (server, first) = start(&["--empty"], Some(&data));
    server.end(Signal::KILL);
    let (server, second) = start(&["--empty"], Some(&data));
    assert_eq!(
        first["secret_key"], second["secret_key"],
        "the same keys to paste"
    );
    server.end(Signal::TERM);
    let refused = quittance(&["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("belongs to the demonstration"),
        "{}",
        said(&refused)
    );
}

#[test]
fn the_demo_never_opens_real_books_whatever_the_environment_says() {
    let folder = tempdir().unwrap();
    let mut server = Server::start(folder.path());
    server.address();
    server.end(Signal::TERM);
    let refused = quittance(&["demo", "--empty", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        !refused.status.success() && said(&refused).contains("real books"),
        "{}",
        said(&refused)
    );
    let mut command = quittance(&["demo", "--empty", "--json", "--listen", "127.0.0.1:0"]);
    let mut demo = Server::run(
        command
            .env("QUITTANCE_DATA_DIR", folder.path())
            .env("QUITTANCE_DATABASE_URL", "postgres://127.0.0.1:1/x"),
    );
    demo.line("{");
    assert!(!folder.path().join("this-is-a-demo").exists());
}

#[test]
fn the_demo_stays_on_this_machine() {
    let refused = output(&["demo", "--listen", "0.0.0.0:0"]);
    assert_eq!(refused.status.code(), Some(2));
    for url in [
        "https://api.stripe.com",
        "http://192.0.2.1:12111",
        "http://127.0.0.1.example.org:1",
    ] {
        let refused = output(&[
            "demo",
            "--empty",
            "--listen",
            "127.0.0.1:0",
            "--stripe-url",
            url,
        ]);
        assert!(
            !refused.status.success() && said(&refused).contains("rehearsal Stripe must be at"),
            "{url}: {}",
            said(&refused)
        );
    }
}

#[test]
fn a_rehearsal_that_runs_by_itself_names_its_keys() {
    let (own, told) = start(&["--empty"], None);
    let stripe = text(&told, "stripe_url");
    let (other, second) = start(&["--empty", "--stripe-url", stripe], None);
    assert_eq!(told["secret_key"], second["secret_key"]);
    assert_eq!(told["stripe_url"], second["stripe_url"]);
    drop(own);
    drop(other);
}
