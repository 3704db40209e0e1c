//! What the server, its tasks and the control hold together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::builder::FakeStripe;
use crate::world::World;

/// The state and the tools around it.
pub(crate) struct Shared {
    world: Mutex<World>,
    /// The plan it was started with: `reset` goes back to it.
    pub plan: FakeStripe,
    pub client: reqwest::Client,
    /// Counts releases of held requests.
    pub gate: watch::Sender<u64>,
    /// Where its tasks run; nowhere when it is held in process.
    runtime: Option<Handle>,
    /// Turns true when the server stops; every task of ours ends then.
    pub stopping: watch::Sender<bool>,
}

impl Shared {
    pub fn new(world: World, plan: FakeStripe, client: reqwest::Client) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(world),
            plan,
            client,
            gate: watch::Sender::new(0),
            runtime: Some(Handle::current()),
            stopping: watch::Sender::new(false),
        })
    }

    /// Without tasks of its own.
    pub fn in_process(world: World, plan: FakeStripe) -> reqwest::Result<Arc<Self>> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Arc::new(Self {
            world: Mutex::new(world),
            plan,
            client: reqwest::Client::builder().no_proxy().build()?,
            gate: watch::Sender::new(0),
            runtime: None,
            stopping: watch::Sender::new(false),
        }))
    }

    /// Whether whoever holds it carries the deliveries.
    pub fn is_in_process(&self) -> bool {
        self.runtime.is_none()
    }

    /// The state. A verb that panicked leaves it usable: the rehearsal goes on.
    pub fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A task that ends with the server.
    ///
    /// # Panics
    /// When it is held in process: then nothing may wait.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let mut stopping = self.stopping.subscribe();
        let runtime = self.runtime.as_ref().expect("a server has a runtime");
        runtime.spawn(async move {
            tokio::select! {
                () = task => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        })
    }
}
