//! `reconcile`, from outside: it states agreement, names a difference, books what was missed by asking again; and when it
//! cannot compare, it says why in a sentence and has changed nothing. Its exit status says which of the three it was.

use std::path::Path;

use kit::secrets::Keyring;
use kit::sql;
use rustix::process::Signal;
use tempfile::tempdir;

use crate::kit::{Server, quittance, said};
use crate::with_stripe::StripeApp;

/// Exit status, what was printed, what was said.
fn reconcile(data: &Path, stripe_url: Option<&str>) -> (i32, String, String) {
    let mut command = quittance(&["reconcile", "--data-dir"]);
    command.arg(data);
    if let Some(url) = stripe_url {
        command.args(["--stripe-url", url]);
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap(), printed, said(&output))
}

#[test]
fn without_keys_an_installation_or_the_folder_to_itself_nothing_is_compared_and_it_says_so() {
    let folder = tempdir().unwrap();
    let (status, _, words) = reconcile(folder.path(), None);
    assert!(status == 2 && words.contains("no installation"), "{words}");

    let mut server = Server::start(folder.path());
    server.address();
    let (status, _, words) = reconcile(folder.path(), None);
    assert!(
        status == 2 && words.contains("another Quittance"),
        "{words}"
    );

    server.end(Signal::TERM);
    let (status, _, words) = reconcile(folder.path(), None);
    assert!(
        status == 2 && words.contains("no Stripe keys are saved"),
        "{words}"
    );
    // Real books are never judged by a rehearsal, and no key of theirs goes there.
    let (status, _, words) = reconcile(folder.path(), Some("http://127.0.0.1:9"));
    assert!(
        status == 2 && words.contains("these are real books"),
        "{words}"
    );

    let mut server = Server::start(folder.path());
    server.address();
    server.end(Signal::TERM);
}

/// A folder of the demonstration with a rehearsal that runs by itself, and the keys saved.
async fn demonstration(data: &Path) -> StripeApp {
    let rehearsal = fake_stripe::FakeStripe::builder()
        .start("127.0.0.1:0")
        .await
        .unwrap();
    let mut command = quittance(&[
        "demo",
        "--empty",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--stripe-url",
        &rehearsal.base_url(),
        "--data-dir",
    ]);
    let mut server = Server::run(command.arg(data));
    server.line("{");
    server.end(Signal::TERM);
    rehearsal.stop().await;
    let keyring = Keyring::open(&data.join("master.key")).unwrap();
    let database = data.join("quittance.sqlite");
    let mut t = StripeApp::at(
        database.to_str().unwrap(),
        "http://127.0.0.1:9",
        keyring,
        None,
    )
    .await;
    t.activate().await;
    t
}

/// Pays an invoice of so many cents; nobody of ours hears of it.
async fn paid_unheard_of(t: &StripeApp, minor: i64) {
    let invoice = t.issued(minor).await;
    let opened = t.open(&invoice).await;
    let paid = t.payer().pays(&opened, "4242424242424242").await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
}

/// Another program takes money on the same account.
async fn paid_to_another_program(t: &StripeApp) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let made = http
        .post(format!("{}/v1/payment_intents", t.stripe.base_url()))
        .bearer_auth(t.keys(0).live.secret)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("amount=7000&currency=cad&payment_method=pm_card_visa&confirm=true&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never")
        .send()
        .await
        .unwrap();
    assert!(made.status().is_success(), "{}", made.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn led_07_the_command_states_agreement_books_what_was_missed_and_names_what_differs() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("demo");
    let t = demonstration(&data).await;
    let url = t.stripe.base_url();
    let count = |statement| t.count(statement);

    // All agrees, and says what was looked at.
    let (status, printed, words) = reconcile(&data, Some(&url));
    assert_eq!(status, 0, "{printed}{words}");
    assert!(
        printed.contains("live: nothing had been missed") && !printed.contains("DIFFERS"),
        "{printed}"
    );

    // A payment and a payout of which no event ever came: asked for again, booked, and all agrees.
    paid_unheard_of(&t, 100_00).await;
    let days = std::time::Duration::from_secs(8 * 86_400);
    t.stripe.control().advance(days);
    let sent = t
        .stripe
        .control()
        .run_payouts(&t.keys(0).account, fake_stripe::Mode::Live)
        .unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(count(sql!("select count(*) from payouts")).await, 0);
    let (status, printed, words) = reconcile(&data, Some(&url));
    assert_eq!(status, 0, "{printed}{words}");
    assert!(printed.contains("they are booked now"), "{printed}");
    assert!(
        printed.contains("agrees  what is inside a payout"),
        "{printed}"
    );
    assert_eq!(count(sql!("select count(*) from payouts")).await, 1);
    let paid = sql!("select count(*) from payments where amount_minor = 10000");
    assert_eq!(count(paid).await, 1, "the payment itself is known too");

    // Again changes nothing.
    let entries = sql!("select count(*) from ledger_entries");
    let before = count(entries).await;
    let (status, printed, _) = reconcile(&data, Some(&url));
    assert_eq!(status, 0);
    assert!(printed.contains("nothing had been missed"), "{printed}");
    assert_eq!(count(entries).await, before);

    // What is not ours differs, and is named with its amount.
    paid_to_another_program(&t).await;
    let (status, printed, words) = reconcile(&data, Some(&url));
    assert_eq!(status, 1, "{printed}{words}");
    assert!(
        printed.contains("DIFFERS money of a kind we do not know, or of another program (txn_"),
        "{printed}"
    );
    assert!(printed.contains("70.00"), "{printed}");
    assert!(
        printed.contains("agrees  the balance at Stripe"),
        "the balance itself is right: {printed}"
    );
    assert!(words.contains("differ in 1 places"), "{words}");

    // Without the rehearsal, and without its address, nothing is compared.
    let kept = sql!("select count(*) from reconciliations where outcome = 'differs'");
    assert_eq!(count(kept).await, 1, "how it came out is kept");
    let (status, _, words) = reconcile(&data, None);
    assert!(
        status == 2 && words.contains("demo --stripe-url"),
        "{words}"
    );
    let (status, _, words) = reconcile(&data, Some("https://api.stripe.com"));
    assert!(
        status == 2 && words.contains("rehearsal Stripe must be at"),
        "{words}"
    );
    let (status, _, words) = reconcile(&data, Some("http://127.0.0.1:9"));
    assert!(
        status == 2 && words.contains("could not be asked"),
        "{words}"
    );
}
