//! The control: what a test, the demo or a person scripts.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::delivery::{self, DeliveryScript};
use crate::fault::{Fault, Trouble};
use crate::key::{ApiKey, Mode, Power, make};
use crate::pending;
use crate::shared::Shared;
use crate::shelf::Noun;
use crate::world::World;

const CONFIRM: &str = "/v1/payment_intents/*/confirm";

/// Scripts misbehaviour and looks behind the scenes. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Does something to the state, and sends what it made.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let done = {
            let mut world = self.shared.lock();
            pending::tick(&mut world);
            act(&mut world)
        };
        delivery::dispatch(&self.shared);
        done
    }

    /// The next charge that would have succeeded is declined with this decline code
    /// (`insufficient_funds`, `lost_card`, …). Several calls queue up.
    pub fn decline_next(&self, decline_code: &str) {
        self.shared
            .lock()
            .declines
            .push_back(decline_code.to_owned());
    }

    /// Queues a fault; the oldest that fits a request meets it.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.push(fault);
    }

    /// The next confirmation is never carried out; after the silence the connection is cut.
    pub fn time_out_before_charging(&self, silence: Duration) {
        let hold_ms = silence.as_millis() as u64;
        self.fault(Fault::new(Trouble::TimeOutBefore { hold_ms }).on("POST", CONFIRM));
    }

    /// The next confirmation is carried out, but after the silence the connection is cut.
    pub fn time_out_after_charging(&self, silence: Duration) {
        let hold_ms = silence.as_millis() as u64;
        self.fault(Fault::new(Trouble::TimeOutAfter { hold_ms }).on("POST", CONFIRM));
    }

    /// The next POST is answered 500 without being carried out; its idempotency key replays the 500.
    pub fn answer_500_next(&self) {
        let mut fault = Fault::new(Trouble::ErrorBefore { status: 500 });
        fault.method = Some("POST".to_owned());
        self.fault(fault);
    }

    /// Forgets the faults that still wait for a request.
    pub fn speak(&self) {
        self.shared.lock().faults.clear();
    }

    /// How many requests are held.
    pub fn waiting(&self) -> usize {
        self.shared.gate.receiver_count()
    }

    /// Lets held requests go on.
    pub fn release_requests(&self) {
        self.shared.gate.send_modify(|releases| *releases += 1);
    }

    /// How deliveries behave from now on. What waited and no longer must is sent.
    pub fn deliveries(&self, script: DeliveryScript) {
        self.shared.lock().conductor.script = script;
        delivery::dispatch(&self.shared);
    }

    /// The script in force.
    pub fn delivery_script(&self) -> DeliveryScript {
        self.shared.lock().conductor.script.clone()
    }

    /// Sends everything that waits, whatever the script says, in the order the script gives.
    pub fn release_deliveries(&self) {
        {
            let mut world = self.shared.lock();
            world.conductor.script.hold = false;
            if world.conductor.script.reorder > 1 {
                world.outbox.reverse();
                world.conductor.script.reorder = 0;
            }
        }
        delivery::dispatch(&self.shared);
    }

    /// Sends a kept event again to every endpoint that wanted it, as the dashboard's "Resend" does.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn resend(&self, event: &str) -> anyhow::Result<()> {
        {
            let mut world = self.shared.lock();
            let found = world.drawers.iter().find_map(|(place, drawer)| {
                drawer
                    .deliveries
                    .get(event)
                    .map(|tally| (*place, tally.wanted.clone()))
            });
            let (place, endpoints) = found.with_context(|| format!("no event {event}"))?;
            for endpoint in endpoints {
                world.outbox.push(delivery::Parcel {
                    place,
                    event: event.to_owned(),
                    endpoint,
                    delay_ms: 0,
                });
            }
        }
        delivery::dispatch(&self.shared);
        Ok(())
    }

    /// Endpoint URLs that begin with the prefix are delivered to the loopback base instead:
    /// `route_deliveries("https://pay.example", "http://127.0.0.1:8080")`.
    ///
    /// # Errors
    /// When the base is not plain HTTP on this machine.
    pub fn route_deliveries(&self, prefix: &str, base: &str) -> anyhow::Result<()> {
        let url = reqwest::Url::parse(base).with_context(|| format!("{base} is no URL"))?;
        if url.scheme() != "http" || !crate::webhook_endpoint::is_loopback(&url) {
            bail!("{base} is not plain HTTP on this machine");
        }
        let (prefix, base) = (
            prefix.trim_end_matches('/').to_owned(),
            base.trim_end_matches('/').to_owned(),
        );
        self.shared.lock().conductor.routes.push((prefix, base));
        Ok(())
    }

    /// The key answers 401 `api_key_expired` from now on.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn revoke_key(&self, key: &str) -> anyhow::Result<()> {
        let mut world = self.shared.lock();
        let found = world
            .keys
            .iter_mut()
            .find(|known| known.text == key)
            .context("no such key")?;
        found.revoked = true;
        Ok(())
    }

    /// A new restricted key with exactly these permissions (`rak_payment_intent_write`, …).
    ///
    /// # Errors
    /// When there is no such account.
    pub fn restricted_key(
        &self,
        account: &str,
        mode: Mode,
        permissions: &[&str],
    ) -> anyhow::Result<String> {
        let at = self.account(account)?;
        let mut world = self.shared.lock();
        let text = make("rk", mode, account, &permissions.join(","));
        let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
        let key = ApiKey {
            text: text.clone(),
            account: at,
            mode,
            power: Power::Restricted(permissions),
            revoked: false,
        };
        world.keys.push(key);
        Ok(text)
    }

    pub(crate) fn account(&self, id: &str) -> anyhow::Result<usize> {
        let world = self.shared.lock();
        world
            .accounts
            .iter()
            .position(|account| account.id == id)
            .with_context(|| format!("no account {id}"))
    }

    /// Whether the account may take live payments.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn set_charges_enabled(&self, account: &str, enabled: bool) -> anyhow::Result<()> {
        let at = self.account(account)?;
        self.shared.lock().accounts[at].charges_enabled = enabled;
        Ok(())
    }

    /// Whether the account takes bank debits besides cards.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn set_bank_debits(&self, account: &str, enabled: bool) -> anyhow::Result<()> {
        let at = self.account(account)?;
        self.shared.lock().accounts[at].bank_debits = enabled;
        Ok(())
    }

    /// Charges get their balance transaction only so long after they succeeded (zero: at once),
    /// as Stripe does with `automatic_async`. Advance the clock to let them come.
    pub fn book_late(&self, late: Duration) {
        self.shared.lock().booking_late_s = late.as_secs() as i64;
    }

    /// Moves the clock forward, and does what became due.
    pub fn advance(&self, by: Duration) {
        {
            let mut world = self.shared.lock();
            world.advanced_s += by.as_secs() as i64;
            pending::tick(&mut world);
        }
        delivery::dispatch(&self.shared);
    }

    /// The keys of every account, in the order the accounts were given.
    pub fn keys(&self) -> Vec<crate::AccountKeys> {
        crate::server::account_keys(&self.shared)
    }

    /// Seconds since 1970 by the rehearsal's clock.
    pub fn now(&self) -> i64 {
        self.shared.lock().now()
    }

    /// The last 5,000 requests and answers, oldest first; card and bank numbers blanked.
    pub fn recorded(&self) -> Vec<Value> {
        self.shared.lock().record.requests()
    }

    /// The last 5,000 tries of deliveries, oldest first.
    pub fn delivered(&self) -> Vec<Value> {
        self.shared.lock().record.deliveries()
    }

    /// Every charge that succeeded, oldest first: `id`, `payment_intent`, `amount`, `currency`, `metadata`,
    /// `account`, `mode`, `created`. What a crash test compares its books with.
    pub fn charges(&self) -> Vec<Value> {
        let world = self.shared.lock();
        let mut charges = Vec::new();
        for (place, drawer) in &world.drawers {
            for charge in drawer
                .shelf(Noun::Charge)
                .into_iter()
                .flat_map(|shelf| shelf.newest_first())
            {
                if charge["status"] == "succeeded" {
                    charges.push(json!({
                        "id": charge["id"], "payment_intent": charge["payment_intent"], "amount": charge["amount"],
                        "currency": charge["currency"], "metadata": charge["metadata"], "created": charge["created"],
                        "account": world.accounts[place.0].id, "mode": place.1.as_str(),
                    }));
                }
            }
        }
        charges.reverse();
        charges.sort_by_key(|charge| charge["created"].as_i64());
        charges
    }

    /// Every object of one kind (`charge`, `refund`, `dispute`, `event`, …) as it is now, in every account and mode,
    /// oldest first.
    pub fn objects(&self, word: &str) -> Vec<Value> {
        let world = self.shared.lock();
        let mut places: Vec<_> = world.drawers.keys().copied().collect();
        places.sort_by_key(|(account, mode)| (*account, mode.as_str()));
        let mut objects = Vec::new();
        for noun in Noun::ALL.into_iter().filter(|noun| noun.word() == word) {
            for place in &places {
                let shelf = world.drawers.get(place).and_then(|d| d.shelf(noun));
                let newest_first = shelf.into_iter().flat_map(|shelf| shelf.newest_first());
                let mut of_place: Vec<Value> = newest_first.cloned().collect();
                of_place.reverse();
                objects.extend(of_place);
            }
        }
        objects
    }

    /// Whether nothing is on its way any more: no parcel waits and every wanted delivery arrived.
    pub fn is_quiet(&self) -> bool {
        let world = self.shared.lock();
        world.outbox.is_empty()
            && world
                .drawers
                .values()
                .all(|drawer| drawer.deliveries.values().all(|tally| tally.pending() == 0))
    }

    /// Forgets everything: as freshly started, same accounts and keys.
    pub fn reset(&self) {
        let mut world = self.shared.lock();
        let base_url = world.base_url.clone();
        *world = self.shared.plan.world(&base_url);
        drop(world);
        self.release_requests();
    }
}
