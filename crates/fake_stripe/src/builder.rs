//! How a rehearsal is set up before it starts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::TcpListener;

use crate::account::AccountSpec;
use crate::delivery::{Conductor, DeliveryScript};
use crate::id::Dice;
use crate::in_process::InProcess;
use crate::payout_life;
use crate::server::{self, Running};
use crate::shared::Shared;
use crate::world::{HandedClock, World};

/// The API version events are rendered at when nothing else is said.
pub const API_VERSION: &str = "2026-10-28.endive";

/// A rehearsal Stripe, not started yet.
#[derive(Debug, Clone)]
pub struct FakeStripe {
    accounts: Vec<AccountSpec>,
    api_version: String,
    retries_max: u32,
    retry_base: Duration,
    clock: HandedClock,
    seed: Option<u64>,
}

impl Default for FakeStripe {
    fn default() -> Self {
        Self {
            accounts: AccountSpec::usual(),
            api_version: API_VERSION.to_owned(),
            retries_max: 8,
            retry_base: Duration::from_millis(200),
            clock: HandedClock::default(),
            seed: None,
        }
    }
}

impl FakeStripe {
    /// With the usual three accounts.
    pub fn builder() -> Self {
        Self::default()
    }

    /// Other accounts than the usual ones.
    pub fn accounts(mut self, accounts: Vec<AccountSpec>) -> Self {
        self.accounts = accounts;
        self
    }

    /// The accounts' default API version: what events say in `api_version`.
    pub fn api_version(mut self, version: &str) -> Self {
        self.api_version = version.to_owned();
        self
    }

    /// How often a failed delivery is tried again, and the first pause; each later pause doubles.
    pub fn retries(mut self, most: u32, first_pause: Duration) -> Self {
        self.retries_max = most;
        self.retry_base = first_pause;
        self
    }

    /// It goes by this clock, Unix seconds, instead of the machine's.
    pub fn clock(mut self, now_s: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.clock = HandedClock(Some(Arc::new(now_s)));
        self
    }

    /// Ids and secrets repeat for the same seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Starts it without a listener: whoever holds it carries the requests and the deliveries.
    ///
    /// # Errors
    /// When the HTTP client, which it then never uses, cannot be built.
    pub fn in_process(self) -> anyhow::Result<InProcess> {
        let world = self.world("http://127.0.0.1:9");
        Ok(InProcess::new(Shared::in_process(world, self)?))
    }

    /// Starts it on a loopback address; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is not loopback, or cannot be bound.
    pub async fn start(self, listen: &str) -> anyhow::Result<Running> {
        let address: SocketAddr = listen
            .parse()
            .with_context(|| format!("{listen} is not an address and a port"))?;
        if !address.ip().is_loopback() {
            bail!(
                "{address} is not a loopback address: the rehearsal listens on this machine only"
            );
        }
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        // Ignored when the process has one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let shared = Shared::new(self.world(&format!("http://{address}")), self, client);
        Ok(server::run(listener, address, shared))
    }

    /// A state with nothing in it but the accounts and their keys.
    pub(crate) fn world(&self, base_url: &str) -> World {
        let keys = self
            .accounts
            .iter()
            .enumerate()
            .flat_map(|(at, account)| account.keys(at))
            .collect();
        let mut world = World {
            accounts: self.accounts.clone(),
            keys,
            dice: Dice::new(self.seed),
            base_url: base_url.to_owned(),
            api_version: self.api_version.clone(),
            clock: self.clock.clone(),
            advanced_s: 0,
            at: None,
            drawers: Default::default(),
            origin: Default::default(),
            declines: Default::default(),
            refund_starts: Default::default(),
            faults: Vec::new(),
            memory: Default::default(),
            conductor: Conductor {
                script: DeliveryScript::default(),
                routes: Vec::new(),
                retries_max: self.retries_max,
                retry_base: self.retry_base,
            },
            outbox: Vec::new(),
            pending: Vec::new(),
            booking_late_s: 0,
            reconciling_late_s: 0,
            record: Default::default(),
        };
        payout_life::begin_schedules(&mut world);
        world
    }
}
