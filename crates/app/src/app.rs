//! What a handler may touch: the database, the clock, chance, keys, and the way to Stripe.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::Db;
use kit::limits::Limit;
use kit::secrets::Keyring;

use crate::page::kept::KeptPages;

/// The running product. Cheap to clone; every handler gets one as its state.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What is decided when the program starts.
pub struct Setup {
    /// Opened and migrated.
    pub db: Db,
    /// The machine's, or a test's.
    pub clock: Clock,
    /// The machine's, or a test's.
    pub chance: Chance,
    /// The master keys.
    pub keyring: Keyring,
    /// Stripe's own origins in `serve`; a rehearsal's only in `demo` and in tests.
    pub origins: stripe::Origins,
    /// The address people reach this server by, without a slash at the end.
    pub public_url: String,
    /// Shows the band "Demo" and the in-app mailbox.
    pub demo: bool,
}

/// Takes work that nobody waits for.
pub type Aside = Arc<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync>;

struct Inner {
    setup: Setup,
    keyring: RwLock<Keyring>,
    origins: Arc<stripe::Origins>,
    transport: stripe::Transport,
    aside: Aside,
    limits: Limits,
    kept_pages: KeptPages,
}

/// How often strangers may try things.
pub struct Limits {
    /// Sign-ins by address and by account (AUT-04).
    pub sign_in: Limit,
    /// Opening a payment by link (PAY-20).
    pub pay_by_link: Limit,
    /// Opening a payment by address (PAY-20).
    pub pay_by_address: Limit,
    /// Customer Area links by e-mail address.
    pub area_link: Limit,
    /// Reports of browsers, from all of them together: each kept one is a commit, and anybody can send one.
    pub reports: Limit,
}

impl App {
    /// Puts the product together. Nothing is started.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(setup: Setup) -> Result<App, reqwest::Error> {
        let http = stripe::http_client(&setup.origins)?;
        let aside: Aside = Arc::new(|work| drop(tokio::spawn(work)));
        Ok(App::over(setup, http.into(), aside))
    }

    /// The same in other hands: a simulation carries the calls, and decides when work aside is done.
    pub fn over(setup: Setup, transport: stripe::Transport, aside: Aside) -> App {
        let minute = Duration::from_secs(60);
        App(Arc::new(Inner {
            keyring: RwLock::new(setup.keyring.clone()),
            origins: Arc::new(setup.origins.clone()),
            transport,
            aside,
            limits: Limits {
                sign_in: Limit::new(10, minute),
                pay_by_link: Limit::new(20, minute / 10),
                pay_by_address: Limit::new(60, minute / 20),
                area_link: Limit::new(5, minute * 5),
                reports: Limit::new(30, minute / 6),
            },
            kept_pages: KeptPages::default(),
            setup,
        }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.setup.db
    }
    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.setup.clock
    }
    /// Now, as the `*_at` columns keep it.
    pub fn now_ms(&self) -> i64 {
        self.0.setup.clock.now_ms()
    }
    /// Chance.
    pub fn chance(&self) -> &Chance {
        &self.0.setup.chance
    }
    /// A new id.
    pub fn new_id(&self) -> String {
        self.0.setup.chance.id(&self.0.setup.clock)
    }
    /// The clock and chance as [`kit::jobs::enqueue`] wants them.
    pub fn hands(&self) -> (&Clock, &Chance) {
        (&self.0.setup.clock, &self.0.setup.chance)
    }
    /// The master keys as they are now.
    pub fn keyring(&self) -> Keyring {
        self.0
            .keyring
            .read()
            .unwrap_or_else(|e| e.into_inner())
            .clone()
    }
    /// Where Stripe is.
    pub fn origins(&self) -> &Arc<stripe::Origins> {
        &self.0.origins
    }
    /// Does something that nobody waits for, and that may be lost with the power.
    pub fn aside(&self, work: impl Future<Output = ()> + Send + 'static) {
        (self.0.aside)(Box::pin(work));
    }
    /// How calls travel to Stripe.
    pub fn transport(&self) -> &stripe::Transport {
        &self.0.transport
    }
    /// `https://invoices.example.org`, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.0.setup.public_url
    }
    /// Whether people reach us by HTTPS: then cookies are `Secure` with the `__Host-` prefix and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.0.setup.public_url.starts_with("https://")
    }
    /// Whether Stripe can deliver events to us: a public HTTPS address, or a rehearsal beside us.
    pub fn webhooks_can_arrive(&self) -> bool {
        self.is_https() || self.0.origins.is_rehearsal()
    }
    /// Whether this is the demonstration.
    pub fn is_demo(&self) -> bool {
        self.0.setup.demo
    }
    /// Public pages that are still true.
    pub fn kept_pages(&self) -> &KeptPages {
        &self.0.kept_pages
    }
    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }
}
