//! SIGKILL at random moments of a payment storm, over the real executable and a real disk.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use kit::chance::Chance;
use kit::secrets::Keyring;
use kit::sql;
use rustix::process::Signal;

use crate::kit::{Server, quittance};
use crate::with_stripe::StripeApp;

/// How often the program is killed: `QUITTANCE_STORM_KILLS`, which `cargo xtask storm` sets to 200.
fn kills() -> usize {
    std::env::var("QUITTANCE_STORM_KILLS").map_or(10, |text| text.parse().expect("a number"))
}

/// Payments for each kill, and the longest life of the program, in milliseconds.
const INVOICES_A_KILL: usize = 6;
const LIFE_MS: u64 = 900;

/// The demonstration over its folder, with the rehearsal of this test. A fixed port, so that deliveries find it again.
fn start(folder: &Path, listen: &str, stripe_url: &str) -> Server {
    let mut command = quittance(&[
        "demo",
        "--empty",
        "--json",
        "--listen",
        listen,
        "--stripe-url",
        stripe_url,
        "--data-dir",
    ]);
    let mut server = Server::run(command.arg(folder));
    server.line("{");
    server
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port()
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_09_killed_at_any_moment_of_a_payment_storm_every_charge_is_booked_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    // A first life makes the folder: key, database, the mark of a demonstration.
    let rehearsal = fake_stripe::FakeStripe::builder()
        .start("127.0.0.1:0")
        .await
        .unwrap();
    drop(start(folder.path(), &listen, &rehearsal.base_url()));
    rehearsal.stop().await;
    let keyring = Keyring::open(&folder.path().join("master.key")).unwrap();
    let database = folder.path().join("quittance.sqlite");
    let mut t = StripeApp::at(
        database.to_str().unwrap(),
        &format!("http://{listen}"),
        keyring,
        None,
    )
    .await;
    t.activate().await;
    let mut storm = tokio::task::JoinSet::new();
    let (kills, invoices) = (kills(), kills() * INVOICES_A_KILL);
    for n in 0..invoices {
        let invoice = t.issued(1_000 + n as i64).await;
        let opened = t.open(&invoice).await;
        let (payer, pause) = (t.payer(), random_ms(kills as u64 * LIFE_MS));
        storm.spawn(async move {
            tokio::time::sleep(pause).await;
            // Every fifth payer is declined first, and tries again.
            if n % 5 == 0 {
                payer.pays(&opened, "4000000000009995").await;
            }
            payer.pays(&opened, "4242424242424242").await["status"].as_str() == Some("succeeded")
        });
    }
    for _ in 0..kills {
        let server = start(folder.path(), &listen, &t.stripe.base_url());
        tokio::time::sleep(random_ms(LIFE_MS)).await;
        server.end(Signal::KILL);
    }
    let mut paid = 0;
    while let Some(done) = storm.join_next().await {
        paid += usize::from(done.unwrap());
    }
    assert_eq!(paid, invoices, "the storm itself went through");
    let server = start(folder.path(), &listen, &t.stripe.base_url());
    // The last life works everything off. (The seeded invoices are bare, so their receipts cannot be written; that each
    // payment is thanked for once is the simulation's to prove.)
    for _ in 0..1200 {
        let left = t
            .count(sql!(
                "select count(*) from jobs where kind <> 'SendReceipt'"
            ))
            .await;
        if left == 0 && t.count(sql!("select count(*) from payments")).await as usize == invoices {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.end(Signal::TERM);
    assert_eq!(
        t.count(sql!("select count(*) from invoices where state = 'paid'"))
            .await as usize,
        invoices
    );
    assert_eq!(
        t.count(sql!("select count(*) from allocations")).await as usize,
        invoices
    );
    assert_eq!(
        t.count(sql!(
            "select count(*) from jobs where kind <> 'SendReceipt'"
        ))
        .await,
        0,
        "nothing is left to do"
    );
    println!("{kills} kills, {invoices} payments, each booked once");
    t.judge().await;
}

fn random_ms(most: u64) -> Duration {
    Duration::from_millis(u64::from_be_bytes(Chance::system().bytes()) % most)
}
