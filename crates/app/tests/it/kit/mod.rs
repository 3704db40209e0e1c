//! A whole product in a test: its own database, a standing clock, chance from a seed, and browsers.
//!
//! The engine is chosen by `QUITTANCE_TEST_ENGINES` (`sqlite`, or `postgres` with `QUITTANCE_TEST_POSTGRES`), so the
//! same stories are told on both. On dropping, the books must balance and no job may be left.

mod browser;

use ::kit::chance::Chance;
use ::kit::clock::Clock;
use ::kit::db::{Db, Error, fresh_schema};
use ::kit::secrets::Keyring;
use ::kit::{args, sql};
use app::app::{App, Setup};
use app::{first_run, jobs, ledger, migrations};

pub use browser::{Answer, Browser};

/// The product.
pub struct TestApp {
    /// What handlers get.
    pub app: App,
    router: axum::Router,
    forgets_jobs: bool,
    _folder: Option<tempfile::TempDir>,
}

/// How a test's product differs from the usual one.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The public address; plain loopback when empty.
    pub public_url: String,
    /// The demonstration.
    pub demo: bool,
    /// Where Stripe is rehearsed; nobody answers when empty.
    pub stripe_url: String,
}

/// What the owner of a test business signs in with.
pub const EMAIL: &str = "ana@example.org";
/// See [`EMAIL`].
pub const PASSWORD: &str = "correct horse battery";

impl TestApp {
    /// A new installation: nobody can sign in yet.
    pub async fn new() -> TestApp {
        TestApp::with(Options::default()).await
    }

    /// A new installation of another kind.
    pub async fn with(options: Options) -> TestApp {
        let (db, folder) = database();
        // 23 November 2026, 15:00 UTC: ten in the morning in Montréal.
        let clock = Clock::standing_at("2026-11-23T15:00:00Z".parse().unwrap());
        let chance = Chance::seeded(1);
        db.migrate(migrations::ALL, clock.now_ms()).unwrap();
        let or = |text: &str, other: &str| {
            if text.is_empty() {
                other.to_owned()
            } else {
                text.to_owned()
            }
        };
        let app = App::new(Setup {
            db,
            clock,
            keyring: Keyring::ephemeral(&chance),
            chance,
            origins: stripe::Origins::rehearsal(&or(&options.stripe_url, "http://127.0.0.1:9"))
                .unwrap(),
            public_url: or(&options.public_url, "http://localhost:8080"),
            demo: options.demo,
        })
        .unwrap();
        TestApp {
            router: app::router(app.clone()),
            app,
            forgets_jobs: false,
            _folder: folder,
        }
    }

    /// Set up through the pages: Studio Nord in Montréal, Quebec taxes, and its owner's browser.
    pub async fn with_seller() -> (TestApp, Browser) {
        let app = TestApp::new().await;
        let browser = app.set_up().await;
        (app, browser)
    }

    /// Goes through the four pages of the first run; answers the owner's browser.
    pub async fn set_up(&self) -> Browser {
        let mut browser = self.browser();
        let token = self.setup_link().await.expect("the installation is new");
        browser.get(&format!("/setup/{token}")).await.expect(200);
        let you = [
            ("name", "Ana Roy"),
            ("email", EMAIL),
            ("password", PASSWORD),
            ("language", "en"),
        ];
        browser
            .post(&format!("/setup/{token}"), &you)
            .await
            .expect(200);
        browser.post("/setup/business", &BUSINESS).await.expect(200);
        let taxes = [
            ("currency", "CAD"),
            ("preset", "ca-QC"),
            ("gst_hst", "123456782 RT0001"),
            ("qst", "1234567890 TQ0001"),
        ];
        browser.post("/setup/taxes", &taxes).await.expect(200);
        browser
    }

    /// The token of a new set-up link; nothing when somebody can sign in already.
    pub async fn setup_link(&self) -> Option<String> {
        first_run::make_setup_link(self.app.db(), self.app.clock(), self.app.chance())
            .await
            .unwrap()
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.app.public_url())
    }

    /// Works until nothing is due; answers how many jobs ran.
    pub async fn run_jobs(&self) -> usize {
        let worker = jobs::worker(self.app.clone());
        let mut count = 0;
        loop {
            let ran = ::kit::jobs::run_due(self.app.db(), self.app.clock(), &worker, 100)
                .await
                .unwrap();
            count += ran;
            if ran == 0 {
                return count;
            }
        }
    }

    /// After a long time: the session has ended.
    pub async fn sign_in_again(&self, browser: &mut Browser) {
        browser
            .post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
            .await
            .expect(200);
    }

    /// Changes rows behind the product's back.
    pub async fn execute(&self, statement: &'static ::kit::db::Statement) {
        self.app
            .db()
            .write::<_, ::kit::db::Error, _>(move |tx| {
                tx.execute(statement, ::kit::args![]).map(drop)
            })
            .await
            .unwrap();
    }

    /// Whether the database refuses a change behind the product's back.
    pub async fn refuses(&self, statement: &'static ::kit::db::Statement) -> bool {
        let write =
            move |tx: &mut ::kit::db::Tx<'_>| tx.execute(statement, ::kit::args![]).map(drop);
        let done = self.app.db().write::<_, ::kit::db::Error, _>(write).await;
        done.is_err()
    }

    /// A count by any statement.
    pub async fn count(&self, statement: &'static ::kit::db::Statement) -> i64 {
        self.app
            .db()
            .read::<_, ::kit::db::Error, _>(move |tx| {
                tx.get(statement, ::kit::args![], |r| r.int(0))
            })
            .await
            .unwrap()
    }

    /// Takes away what keeps papers from being changed, as somebody with the database in hand could.
    pub async fn unguard_papers(&self) {
        use ::kit::sql;
        match self.app.db().kind() {
            ::kit::db::EngineKind::Sqlite => {
                self.execute(sql!("drop trigger papers_stay")).await;
                self.execute(sql!("drop trigger papers_are_never_removed"))
                    .await;
            }
            ::kit::db::EngineKind::Postgres => {
                self.execute(sql!("drop trigger papers_stay on papers"))
                    .await;
            }
        }
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: i64) {
        self.app
            .clock()
            .advance(jiff::SignedDuration::from_secs(seconds));
    }

    /// For tests that end with work promised.
    pub fn may_leave_jobs(&mut self) {
        self.forgets_jobs = true;
    }

    fn faults(&self) -> Vec<String> {
        let (db, forgets) = (self.app.db().clone(), self.forgets_jobs);
        let reading = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(db.read::<_, Error, _>(move |tx| {
                let mut faults = ledger::faults(tx)?;
                let left = tx.list(
                    sql!("select kind, coalesce(last_error, '') from jobs"),
                    args![],
                    |r| Ok(format!("the job {} is left: {}", r.text(0)?, r.text(1)?)),
                )?;
                faults.extend(left.into_iter().filter(|_| !forgets));
                Ok(faults)
            }))
        });
        reading.join().unwrap().unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.faults(), Vec::<String>::new());
        }
    }
}

/// The second page of the first run, filled in.
pub const BUSINESS: [(&str, &str); 7] = [
    ("name", "Studio Nord"),
    ("street", "1 rue Notre-Dame"),
    ("city", "Montréal"),
    ("province", "Québec"),
    ("postal_code", "h2y 1b6"),
    ("country", "CA"),
    ("email", "bonjour@studionord.example"),
];

/// A database that nothing stands in yet, of the engine this run asks for.
pub fn database() -> (Db, Option<tempfile::TempDir>) {
    let wanted = std::env::var("QUITTANCE_TEST_ENGINES").unwrap_or_else(|_| "sqlite".into());
    if wanted == "postgres" {
        let url = std::env::var("QUITTANCE_TEST_POSTGRES")
            .expect("QUITTANCE_TEST_POSTGRES names a PostgreSQL");
        let schema = fresh_schema(&url, &Chance::system().id(&Clock::machine())).unwrap();
        return (Db::open(&schema).unwrap(), None);
    }
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("quittance.sqlite").to_str().unwrap()).unwrap();
    (db, Some(folder))
}
