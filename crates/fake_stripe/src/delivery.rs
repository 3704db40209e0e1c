//! Webhooks: signed, sent, sent again; and everything that can go wrong with them on request.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::event;
use crate::shared::Shared;
use crate::shelf::Noun;
use crate::webhook_endpoint::is_loopback;
use crate::world::{Place, World};

/// One event on its way to one endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub place: Place,
    pub event: String,
    pub endpoint: String,
    pub delay_ms: u64,
}

/// How deliveries behave. Everything is off by default: at once, once, in order.
#[derive(Default, Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryScript {
    /// Each event is sent twice.
    pub twice: bool,
    /// Events are made and listed, but never sent.
    pub drop: bool,
    /// Events wait until `release`.
    pub hold: bool,
    /// The request that caused an event is answered only after the event was delivered.
    pub before_answering: bool,
    /// So many events are gathered and then sent in reverse order; 0 and 1 mean as they come.
    pub reorder: usize,
    /// Milliseconds each event waits before it is sent.
    pub delay_ms: u64,
}

/// The script in force, and where public addresses are rerouted to.
#[derive(Debug, Clone)]
pub(crate) struct Conductor {
    pub script: DeliveryScript,
    /// (prefix of an endpoint's URL, loopback base put in its place)
    pub routes: Vec<(String, String)>,
    pub retries_max: u32,
    pub retry_base: Duration,
}

impl Conductor {
    /// Puts a parcel into the outbox as the script wants it.
    pub fn post(&self, outbox: &mut Vec<Parcel>, mut parcel: Parcel) {
        if self.script.drop {
            return;
        }
        parcel.delay_ms = self.script.delay_ms;
        if self.script.twice {
            outbox.push(parcel.clone());
        }
        outbox.push(parcel);
    }

    /// Takes what may leave now.
    pub fn ready(&self, outbox: &mut Vec<Parcel>) -> Vec<Parcel> {
        if self.script.hold || (self.script.reorder > 1 && outbox.len() < self.script.reorder) {
            return Vec::new();
        }
        let mut parcels = std::mem::take(outbox);
        if self.script.reorder > 1 {
            parcels.reverse();
        }
        parcels
    }

    fn target(&self, url: &str) -> Option<reqwest::Url> {
        let rerouted = self.routes.iter().find_map(|(prefix, base)| {
            url.strip_prefix(prefix.as_str())
                .map(|rest| format!("{base}{rest}"))
        });
        let url = reqwest::Url::parse(rerouted.as_deref().unwrap_or(url)).ok()?;
        (is_loopback(&url) && url.scheme() == "http").then_some(url)
    }
}

/// Sends what may leave now, in order, in the background. The answer waits for the first tries to end.
pub(crate) fn dispatch(shared: &Arc<Shared>) -> Option<tokio::task::JoinHandle<()>> {
    if shared.is_in_process() {
        return None;
    }
    let parcels = {
        let mut world = shared.lock();
        let conductor = world.conductor.clone();
        conductor.ready(&mut world.outbox)
    };
    if parcels.is_empty() {
        return None;
    }
    let owner = Arc::clone(shared);
    Some(shared.spawn(async move {
        for parcel in parcels {
            if parcel.delay_ms > 0 {
                tokio::time::sleep(Duration::from_millis(parcel.delay_ms)).await;
            }
            if !try_once(&owner, &parcel, 1).await {
                let again = Arc::clone(&owner);
                owner.spawn(async move { retry(&again, &parcel).await });
            }
        }
    }))
}

/// Tries again with growing pauses until 2xx, or until the tries are used up.
async fn retry(shared: &Arc<Shared>, parcel: &Parcel) {
    let (most, base) = {
        let world = shared.lock();
        (world.conductor.retries_max, world.conductor.retry_base)
    };
    for attempt in 0..most {
        tokio::time::sleep(base * 2_u32.saturating_pow(attempt.min(10))).await;
        if try_once(shared, parcel, attempt + 2).await {
            return;
        }
    }
}

/// One try, signed anew. True when there is nothing more to do.
async fn try_once(shared: &Arc<Shared>, parcel: &Parcel, attempt: u32) -> bool {
    let Some(letter) = write(&mut shared.lock(), parcel) else {
        return true;
    };
    let status = match letter.target.clone() {
        Some(target) => {
            let request = shared
                .client
                .post(target)
                .header("content-type", "application/json; charset=utf-8")
                .header(
                    "user-agent",
                    "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
                )
                .header("stripe-signature", &letter.signature)
                .body(letter.body.clone());
            request
                .send()
                .await
                .map_or(0, |answer| answer.status().as_u16())
        }
        // Not on this machine: the rehearsal never sends anything elsewhere.
        None => 0,
    };
    note(&mut shared.lock(), parcel, &letter, attempt, status)
}

/// Writes down how a try went. True when the endpoint took it.
pub(crate) fn note(
    world: &mut World,
    parcel: &Parcel,
    letter: &Letter,
    attempt: u32,
    status: u16,
) -> bool {
    let note = json!({
        "event": parcel.event, "type": letter.kind, "endpoint": parcel.endpoint, "url": letter.url,
        "status": status, "attempt": attempt, "at_ms": world.now() * 1_000,
    });
    world.record.delivered(note);
    let delivered = (200..300).contains(&status);
    if delivered && let Some(tally) = world.drawer(parcel.place).deliveries.get_mut(&parcel.event) {
        tally.delivered.push(parcel.endpoint.clone());
    }
    delivered
}

/// A parcel, opened, signed and addressed.
pub(crate) struct Letter {
    target: Option<reqwest::Url>,
    pub url: String,
    pub kind: Value,
    pub body: String,
    pub signature: String,
}

pub(crate) fn write(world: &mut World, parcel: &Parcel) -> Option<Letter> {
    let now = world.now();
    let endpoint = world
        .find(parcel.place, Noun::WebhookEndpoint, &parcel.endpoint)?
        .clone();
    if endpoint["status"] != "enabled" {
        return None;
    }
    let event = world
        .find(parcel.place, Noun::Event, &parcel.event)?
        .clone();
    let drawer = world.drawer(parcel.place);
    let secret = drawer.webhook_secrets.get(&parcel.endpoint)?.clone();
    let event = event::render(drawer, event);
    let body = serde_json::to_string_pretty(&event).ok()?;
    let url = endpoint["url"].as_str()?.to_owned();
    Some(Letter {
        target: world.conductor.target(&url),
        url,
        kind: event["type"].clone(),
        signature: sign(&secret, now, body.as_bytes()),
        body,
    })
}

/// `t=…,v1=…`: HMAC-SHA256 of `t.body` with the whole secret, in lower-case hex.
pub fn sign(secret: &str, timestamp_s: i64, body: &[u8]) -> String {
    // HMAC takes keys of every length; there is no failing case.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{timestamp_s}.").as_bytes());
    mac.update(body);
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("t={timestamp_s},v1={hex}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_signature_is_the_one_the_official_sdk_makes() {
        // From stripe-node 23.1.0: generateTestHeaderString({ payload: '{"id":"evt_1"}', secret: 'whsec_test', timestamp: 1700000000 }).
        let header = super::sign("whsec_test", 1_700_000_000, br#"{"id":"evt_1"}"#);
        assert_eq!(
            header,
            "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925"
        );
    }
}
