//! The whole state of a rehearsal, behind one mutex.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::AccountSpec;
use crate::delivery::{Conductor, Parcel};
use crate::error::ApiError;
use crate::fault::Fault;
use crate::id::Dice;
use crate::idempotency::Memory;
use crate::key::{ApiKey, Mode};
use crate::pending::Pending;
use crate::record::Record;
use crate::refund::RefundStart;
use crate::shelf::{Drawer, Noun, Tally};

/// A clock from outside, Unix seconds.
#[derive(Clone, Default)]
pub(crate) struct HandedClock(pub Option<Arc<dyn Fn() -> i64 + Send + Sync>>);

impl fmt::Debug for HandedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "handed"
        } else {
            "machine"
        })
    }
}

/// Account and mode: where an object lives.
pub(crate) type Place = (usize, Mode);

/// Who caused an event: stands in its `request`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
}

/// The state. Every verb works on it while the lock is held; nothing awaits inside.
pub(crate) struct World {
    pub accounts: Vec<AccountSpec>,
    pub keys: Vec<ApiKey>,
    pub dice: Dice,
    pub base_url: String,
    pub api_version: String,
    /// The clock it goes by; the machine's when nothing is handed in.
    pub clock: HandedClock,
    /// Seconds the clock was advanced by the control.
    pub advanced_s: i64,
    /// The hour of what the clock is bringing just now.
    pub at: Option<i64>,
    pub drawers: HashMap<Place, Drawer>,
    pub origin: Origin,
    /// Decline codes for the next attempts to charge, in order.
    pub declines: VecDeque<String>,
    /// How the next refunds begin, in order.
    pub refund_starts: VecDeque<RefundStart>,
    pub faults: Vec<Fault>,
    pub memory: Memory,
    pub conductor: Conductor,
    pub outbox: Vec<Parcel>,
    /// What the clock will bring: bank debits that settle, late balance transactions.
    pub pending: Vec<Pending>,
    /// Seconds after which a charge gets its balance transaction (0: at once).
    pub booking_late_s: i64,
    /// Seconds after which Stripe says what is in an automatic payout (0: at once).
    pub reconciling_late_s: i64,
    pub record: Record,
}

impl World {
    /// Seconds since 1970, by the control's clock; while the clock brings something, the hour it was due.
    #[expect(
        clippy::disallowed_methods,
        reason = "the rehearsal has a clock of its own, as Stripe has"
    )]
    pub fn now(&self) -> i64 {
        if let Some(at) = self.at {
            return at;
        }
        let now = match &self.clock.0 {
            Some(handed) => handed(),
            None => Timestamp::now().as_second(),
        };
        now + self.advanced_s
    }

    pub fn drawer(&mut self, place: Place) -> &mut Drawer {
        self.drawers.entry(place).or_default()
    }

    pub fn account(&self, place: Place) -> &AccountSpec {
        &self.accounts[place.0]
    }

    pub fn find(&self, place: Place, noun: Noun, id: &str) -> Option<&Value> {
        self.drawers.get(&place)?.get(noun, id)
    }

    /// The object, or Stripe's 404 (which tells of the other mode when it is there).
    pub fn get(&self, place: Place, noun: Noun, id: &str) -> Result<Value, ApiError> {
        self.named(place, noun, id, 404, noun_param(noun))
    }

    /// The same for an object named by a parameter: 400 and the parameter's name.
    pub fn named(
        &self,
        place: Place,
        noun: Noun,
        id: &str,
        status: u16,
        param: &str,
    ) -> Result<Value, ApiError> {
        // Who was deleted can still be looked at, but not named.
        let found = self.find(place, noun, id);
        if let Some(object) = found.filter(|found| status == 404 || found["deleted"] != true) {
            return Ok(object.clone());
        }
        let word = noun.word();
        let other = place.1.other();
        let message = if self.find((place.0, other), noun, id).is_some() {
            let (there, here) = (other.as_str(), place.1.as_str());
            format!(
                "No such {word}: '{id}'; a similar object exists in {there} mode, but a {here} mode key was used to make this request."
            )
        } else {
            format!("No such {word}: '{id}'")
        };
        Err(ApiError::missing_object(status, message, param))
    }

    pub fn put(&mut self, place: Place, noun: Noun, object: Value) {
        self.drawer(place).shelf_mut(noun).put(object);
    }

    /// Changes an object in place and returns its new state.
    pub fn change(
        &mut self,
        place: Place,
        noun: Noun,
        id: &str,
        act: impl FnOnce(&mut Value),
    ) -> Value {
        match self.drawer(place).shelf_mut(noun).get_mut(id) {
            Some(object) => {
                act(object);
                object.clone()
            }
            None => Value::Null,
        }
    }

    /// Makes an event of the object as it is now, and parcels for every endpoint that wants it.
    pub fn emit(&mut self, place: Place, kind: &str, object: Value, previous: Option<Value>) {
        let id = self.dice.id("evt");
        let wanting = self.endpoints_wanting(place, kind);
        let mut data = json!({ "object": object });
        if let Some(previous) = previous {
            data["previous_attributes"] = previous;
        }
        let event = json!({
            "id": id, "object": "event", "api_version": self.api_version, "created": self.now(), "data": data,
            "livemode": place.1.is_live(), "pending_webhooks": wanting.len(),
            "request": { "id": self.origin.request_id, "idempotency_key": self.origin.idempotency_key },
            "type": kind,
        });
        self.put(place, Noun::Event, event);
        self.drawer(place).deliveries.insert(
            id.clone(),
            Tally {
                wanted: wanting.clone(),
                delivered: Vec::new(),
            },
        );
        for endpoint in wanting {
            self.conductor.post(
                &mut self.outbox,
                Parcel {
                    place,
                    event: id.clone(),
                    endpoint,
                    delay_ms: 0,
                },
            );
        }
    }

    fn endpoints_wanting(&self, place: Place, kind: &str) -> Vec<String> {
        let Some(shelf) = self
            .drawers
            .get(&place)
            .and_then(|drawer| drawer.shelf(Noun::WebhookEndpoint))
        else {
            return Vec::new();
        };
        let wants = |endpoint: &&Value| {
            let names = endpoint["enabled_events"].as_array();
            endpoint["status"] == "enabled"
                && names.is_some_and(|names| names.iter().any(|name| name == "*" || name == kind))
        };
        shelf
            .newest_first()
            .filter(wants)
            .filter_map(|endpoint| endpoint["id"].as_str().map(str::to_owned))
            .collect()
    }
}

fn noun_param(noun: Noun) -> &'static str {
    match noun {
        Noun::PaymentIntent | Noun::SetupIntent => "intent",
        _ => "id",
    }
}
