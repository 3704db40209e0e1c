//! Carries the product's calls to the rehearsal, and loses some of them on the way.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use fake_stripe::{Asking, Fault, InProcess, Trouble};
use http::{HeaderMap, HeaderName, HeaderValue};
use stripe::transport::{Carrier, Incoming, NoAnswer, Outgoing, Waiting};

use crate::dice::Dice;
use crate::stage::give_way;

/// What can go wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    None,
    NoConnection,
    BrokenBefore,
    BrokenAfter,
    TooSlowBefore,
    TooSlowAfter,
    Error500Before,
    Error500After,
    TooMany,
}

/// The wire between the product and the rehearsal.
pub struct Wire {
    pub rehearsal: Arc<InProcess>,
    dice: Mutex<Dice>,
    /// One call in so many meets a mishap; zero: none.
    pub mishap_one_in: AtomicUsize,
    /// Nothing gets through.
    pub is_cut: AtomicBool,
    /// What happened, for the trace.
    pub told: Mutex<Vec<String>>,
    waited: Box<dyn Fn(Duration) + Send + Sync>,
    /// Our clock, Unix milliseconds.
    now_ms: Box<dyn Fn() -> i64 + Send + Sync>,
}

/// The product's client gives a call up after so long, whatever held it up.
const GIVEN_UP_MS: i64 = 20_000;

impl Wire {
    pub fn new(
        rehearsal: Arc<InProcess>,
        dice: Dice,
        waited: impl Fn(Duration) + Send + Sync + 'static,
        now_ms: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Wire {
        Wire {
            rehearsal,
            dice: Mutex::new(dice),
            mishap_one_in: AtomicUsize::new(0),
            is_cut: AtomicBool::new(false),
            told: Mutex::new(Vec::new()),
            waited: Box::new(waited),
            now_ms: Box::new(now_ms),
        }
    }

    fn mishap(&self, writes: bool) -> Mishap {
        if self.is_cut.load(Ordering::SeqCst) {
            return Mishap::NoConnection;
        }
        let dice = self.dice.lock().unwrap_or_else(|e| e.into_inner());
        if !dice.one_in(self.mishap_one_in.load(Ordering::SeqCst)) {
            return Mishap::None;
        }
        let happens = dice.weighed(&[
            (2, Mishap::NoConnection),
            (2, Mishap::BrokenBefore),
            (3, Mishap::BrokenAfter),
            (1, Mishap::TooSlowBefore),
            (3, Mishap::TooSlowAfter),
            (2, Mishap::Error500Before),
            (2, Mishap::Error500After),
            (2, Mishap::TooMany),
        ]);
        match happens {
            // A read has nothing to carry out.
            Mishap::Error500After if !writes => Mishap::Error500Before,
            other => other,
        }
    }

    async fn travel(&self, call: Outgoing) -> Result<Incoming, NoAnswer> {
        let begun = (self.now_ms)();
        give_way().await;
        // Hours may have passed: the client's own clock has ended the call before it was sent.
        if (self.now_ms)() - begun > GIVEN_UP_MS {
            return Err(NoAnswer::TooSlow);
        }
        let mishap = self.mishap(call.method == http::Method::POST);
        let line = format!(
            "    call {} {}{}",
            call.method,
            call.path.split('?').next().unwrap_or_default(),
            if mishap == Mishap::None {
                String::new()
            } else {
                format!(" meets {mishap:?}")
            }
        );
        self.told
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .push(line);
        match mishap {
            Mishap::NoConnection => return Err(NoAnswer::NoConnection),
            Mishap::BrokenBefore => return Err(NoAnswer::Broken),
            Mishap::TooSlowBefore => return Err(NoAnswer::TooSlow),
            _ => {}
        }
        let trouble = match mishap {
            Mishap::Error500Before => Some(Trouble::ErrorBefore { status: 500 }),
            Mishap::Error500After => Some(Trouble::ErrorAfter { status: 500 }),
            Mishap::TooMany => Some(Trouble::ErrorBefore { status: 429 }),
            _ => None,
        };
        if let Some(trouble) = trouble {
            self.rehearsal.control().fault(Fault::new(trouble));
        }
        let reply = self.rehearsal.ask(asking(call)).await;
        give_way().await;
        match (mishap, reply) {
            (Mishap::BrokenAfter, _) | (_, None) => Err(NoAnswer::Broken),
            (Mishap::TooSlowAfter, _) => Err(NoAnswer::TooSlow),
            (_, Some(reply)) => Ok(Incoming {
                status: reply.status,
                headers: reply.headers,
                body: Bytes::from(reply.body),
            }),
        }
    }
}

/// The same call as the rehearsal reads it.
pub fn asking(call: Outgoing) -> Asking {
    let mut headers = HeaderMap::new();
    let bearer = HeaderValue::from_str(&format!("Bearer {}", call.key));
    if let Ok(bearer) = bearer {
        headers.insert(http::header::AUTHORIZATION, bearer);
    }
    for (name, value) in call.headers {
        let pair = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&value),
        );
        if let (Ok(name), Ok(value)) = pair {
            headers.insert(name, value);
        }
    }
    let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
    Asking {
        method: call.method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: call
            .upload
            .or(call.body.map(Bytes::from))
            .unwrap_or_default(),
    }
}

/// [`Wire`] as the product's client takes it.
pub struct OnWire(pub Arc<Wire>);

impl Carrier for OnWire {
    fn carry(&self, call: Outgoing) -> Waiting<Result<Incoming, NoAnswer>> {
        let wire = self.0.clone();
        Box::pin(async move { wire.travel(call).await })
    }

    fn wait(&self, pause: Duration) -> Waiting<()> {
        let wire = self.0.clone();
        Box::pin(async move {
            (wire.waited)(pause);
            give_way().await;
        })
    }
}
