//! What the tests stand on: a whole app on a fresh database, a rehearsal Stripe, a browser, a payer.
//!
//! When a [`StripeApp`] has ended its story, [`StripeApp::judge`] weighs the books: the ledger balances, every receivable
//! is what is due, and every charge at the rehearsal is booked exactly once.

mod browser;
mod payer;
mod seed;

use std::time::Duration;

use app::app::{App, Setup};
use app::who::Scope;
use billing::Mode;
use billing::id::BusinessId;
use fake_stripe::{AccountKeys, FakeStripe, Running};
use jiff::Timestamp;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error};
use kit::secrets::Keyring;
use kit::{args, sql};

pub use browser::{Answer, Browser};
pub use payer::Payer;

/// An app with a business, an owner who is signed in, and a rehearsal Stripe beside it.
pub struct StripeApp {
    pub app: App,
    pub stripe: Running,
    pub scope: Scope,
    /// The owner's browser.
    pub owner: Browser,
    _folder: Option<tempfile::TempDir>,
}

/// The password of the seeded owner.
pub const PASSWORD: &str = "correct horse battery";

impl StripeApp {
    /// One app for each engine that this run asks for.
    pub async fn on_every_engine() -> Vec<StripeApp> {
        let wanted = std::env::var("QUITTANCE_TEST_ENGINES").unwrap_or_else(|_| "sqlite".into());
        let mut out = Vec::new();
        if wanted != "postgres" {
            let folder = tempfile::tempdir().unwrap();
            let url = folder.path().join("t.sqlite").to_str().unwrap().to_owned();
            out.push(StripeApp::on(&url, Some(folder)).await);
        }
        if wanted != "sqlite" {
            let server = std::env::var("QUITTANCE_TEST_POSTGRES")
                .expect("QUITTANCE_TEST_POSTGRES names a PostgreSQL");
            let schema = Chance::system().id(&Clock::machine());
            out.push(StripeApp::on(&kit::db::fresh_schema(&server, &schema).unwrap(), None).await);
        }
        out
    }

    async fn on(url: &str, folder: Option<tempfile::TempDir>) -> StripeApp {
        let keyring = Keyring::ephemeral(&Chance::system());
        StripeApp::at(url, "http://127.0.0.1:9", keyring, folder).await
    }

    /// An app over a database and a key that another process uses too, reached at `public_url`.
    pub async fn at(
        url: &str,
        public_url: &str,
        keyring: Keyring,
        folder: Option<tempfile::TempDir>,
    ) -> StripeApp {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let stripe = FakeStripe::builder().start("127.0.0.1:0").await.unwrap();
        let db = Db::open(url).unwrap();
        db.migrate(app::migrations::ALL, 0).unwrap();
        // The rehearsal signs with the machine's time, so the app's clock stands at the machine's hour.
        let app = App::new(Setup {
            db,
            clock: Clock::standing_at(machine_now()),
            keyring,
            chance: Chance::system(),
            origins: stripe::Origins::rehearsal(&stripe.base_url()).unwrap(),
            public_url: public_url.into(),
            demo: false,
        })
        .unwrap();
        let scope = Scope {
            business_id: BusinessId::parse("biz").unwrap(),
            mode: Mode::Live,
        };
        let token = seed::business(&app, &scope).await;
        let owner = Browser::new(app::router(app.clone()), &format!("session={token}"));
        StripeApp {
            app,
            stripe,
            scope,
            owner,
            _folder: folder,
        }
    }

    /// A browser that nobody is signed in with.
    pub fn stranger(&self) -> Browser {
        Browser::new(app::router(self.app.clone()), "")
    }

    /// The first account's keys at the rehearsal; [1] is another account.
    pub fn keys(&self, account: usize) -> AccountKeys {
        self.stripe.keys()[account].clone()
    }

    /// Follows the guide: online payment on, with the first account's live keys.
    pub async fn activate(&mut self) {
        let keys = self.keys(0).live;
        let answer = self
            .save_keys("live", &keys.publishable, &keys.secret)
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    /// Posts the Stripe settings form as it stands with these keys.
    pub async fn save_keys(&mut self, mode: &str, public: &str, secret: &str) -> Answer {
        let path = format!("/settings/billing/online-payment/{mode}");
        let version = self.owner.get(&path).await.value("version");
        let form = [
            ("version", version.as_str()),
            ("enabled", "on"),
            ("public_key", public),
            ("secret_key", secret),
            ("password", PASSWORD),
            ("currency", "CAD"),
        ];
        self.owner.post(&path, &form).await
    }

    /// An open invoice of so many cents, with its entry in the ledger.
    pub async fn issued(&self, minor: i64) -> String {
        seed::invoice(&self.app, &self.scope, minor).await
    }

    /// Opens the payment of an invoice, as the pay page does.
    pub async fn open(&self, invoice_id: &str) -> app::payments::Opened {
        app::payments::open(&self.app, &self.scope, invoice_id)
            .await
            .map_err(|e| format!("{e:?}"))
            .unwrap()
    }

    /// A payer with a browser that speaks to the rehearsal.
    pub fn payer(&self) -> Payer {
        Payer::new(&self.stripe.base_url())
    }

    /// Does all work that is due, and what that leaves, until nothing is.
    pub async fn run_jobs(&self) {
        let worker = app::jobs::worker(self.app.clone());
        for _ in 0..50 {
            if kit::jobs::run_due(self.app.db(), self.app.clock(), &worker, 100)
                .await
                .unwrap()
                == 0
            {
                return;
            }
        }
        panic!("the jobs never end");
    }

    /// Moves the app's clock.
    pub fn advance(&self, by: Duration) {
        self.app
            .clock()
            .advance(jiff::SignedDuration::try_from(by).unwrap());
    }

    /// An invoice's state and what was applied to it.
    pub async fn invoice(&self, id: &str) -> (String, i64) {
        let id = id.to_owned();
        let read = move |tx: &mut kit::db::Tx<'_>| {
            tx.get(
                sql!("select state, applied_minor from invoices where id = $1"),
                args![&id],
                |r| Ok((r.text(0)?, r.int(1)?)),
            )
        };
        self.app.db().read::<_, Error, _>(read).await.unwrap()
    }

    /// A count by any statement.
    pub async fn count(&self, statement: &'static kit::db::Statement) -> i64 {
        self.app
            .db()
            .read::<_, Error, _>(move |tx| tx.get(statement, args![], |r| r.int(0)))
            .await
            .unwrap()
    }

    /// Changes rows behind the product's back.
    pub async fn execute(&self, statement: &'static kit::db::Statement) {
        self.app
            .db()
            .write::<_, Error, _>(move |tx| tx.execute(statement, args![]).map(drop))
            .await
            .unwrap();
    }

    /// Weighs the books at the end of a story.
    pub async fn judge(&self) {
        let faults = self
            .app
            .db()
            .read::<_, Error, _>(app::ledger::faults)
            .await
            .unwrap();
        assert!(faults.is_empty(), "the ledger: {faults:?}");
        let charged: Vec<String> = self
            .stripe
            .control()
            .charges()
            .iter()
            .map(|c| c["id"].as_str().unwrap_or_default().to_owned())
            .collect();
        let booked = self
            .app
            .db()
            .read::<_, Error, _>(|tx| {
                tx.list(
                    sql!("select charge_id from payments where intent_id <> '' order by charge_id"),
                    args![],
                    |r| r.text(0),
                )
            })
            .await
            .unwrap();
        let mut charged = charged;
        charged.sort();
        assert_eq!(
            booked, charged,
            "every charge at Stripe is booked exactly once"
        );
    }
}

#[allow(clippy::disallowed_methods)] // a test begins at the machine's hour
fn machine_now() -> Timestamp {
    Timestamp::now()
}
