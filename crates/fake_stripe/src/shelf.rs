//! Where objects are kept: per account and mode, in order of creation.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::card::{Aftermath, Conduct};

/// The kinds of object that are kept and listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Noun {
    PaymentIntent,
    SetupIntent,
    PaymentMethod,
    Customer,
    Charge,
    BalanceTransaction,
    Refund,
    Payout,
    Dispute,
    File,
    CheckoutSession,
    Event,
    WebhookEndpoint,
}

impl Noun {
    pub const ALL: [Noun; 13] = [
        Noun::PaymentIntent,
        Noun::SetupIntent,
        Noun::PaymentMethod,
        Noun::Customer,
        Noun::Charge,
        Noun::BalanceTransaction,
        Noun::Refund,
        Noun::Payout,
        Noun::Dispute,
        Noun::File,
        Noun::CheckoutSession,
        Noun::Event,
        Noun::WebhookEndpoint,
    ];

    /// The prefix of its ids.
    pub fn prefix(self) -> &'static str {
        match self {
            Noun::PaymentIntent => "pi",
            Noun::SetupIntent => "seti",
            Noun::PaymentMethod => "pm",
            Noun::Customer => "cus",
            Noun::Charge => "ch",
            Noun::BalanceTransaction => "txn",
            Noun::Refund => "re",
            Noun::Payout => "po",
            Noun::Dispute => "du",
            Noun::File => "file",
            Noun::CheckoutSession => "cs",
            Noun::Event => "evt",
            Noun::WebhookEndpoint => "we",
        }
    }

    /// Its `object` field.
    pub fn word(self) -> &'static str {
        match self {
            Noun::PaymentIntent => "payment_intent",
            Noun::SetupIntent => "setup_intent",
            Noun::PaymentMethod => "payment_method",
            Noun::Customer => "customer",
            Noun::Charge => "charge",
            Noun::BalanceTransaction => "balance_transaction",
            Noun::Refund => "refund",
            Noun::Payout => "payout",
            Noun::Dispute => "dispute",
            Noun::File => "file",
            Noun::CheckoutSession => "checkout.session",
            Noun::Event => "event",
            Noun::WebhookEndpoint => "webhook_endpoint",
        }
    }

    pub fn of_id(id: &str) -> Option<Noun> {
        let (prefix, _) = id.split_once('_')?;
        Noun::ALL.into_iter().find(|noun| noun.prefix() == prefix)
    }
}

/// Objects of one noun, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    order: Vec<String>,
    by_id: HashMap<String, Value>,
}

impl Shelf {
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.by_id.get(id)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.by_id.get_mut(id)
    }

    pub fn put(&mut self, object: Value) {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        if self.by_id.insert(id.clone(), object).is_none() {
            self.order.push(id);
        }
    }

    pub fn remove(&mut self, id: &str) {
        self.by_id.remove(id);
        self.order.retain(|kept| kept != id);
    }

    /// Newest first, as every list of Stripe's.
    pub fn newest_first(&self) -> impl Iterator<Item = &Value> {
        self.order.iter().rev().filter_map(|id| self.by_id.get(id))
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }
}

/// Everything of one account in one mode.
#[derive(Debug, Default)]
pub(crate) struct Drawer {
    shelves: HashMap<Noun, Shelf>,
    /// How a payment method will behave when it is charged, by its id. Never shown.
    pub conduct: HashMap<String, Conduct>,
    /// What comes after it has paid, by its id. Never shown.
    pub aftermath: HashMap<String, Aftermath>,
    /// What the request for each Checkout session said, by its id.
    pub checkout_asked: HashMap<String, Map<String, Value>>,
    /// The Checkout session of an intent, by the intent's id.
    pub checkout_of: HashMap<String, String>,
    /// Payment methods that may not be used again: used without a customer, or detached from one.
    pub used: HashSet<String>,
    /// Payment methods whose owner agreed to be charged while away.
    pub set_up: HashSet<String>,
    /// The automatic payout each balance transaction went into, by its id.
    pub paid_out: HashMap<String, String>,
    /// Signing secrets by endpoint id. Shown once, at creation.
    pub webhook_secrets: HashMap<String, String>,
    /// What happened to each event's deliveries, by event id.
    pub deliveries: HashMap<String, Tally>,
}

/// The deliveries of one event.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tally {
    /// Endpoints that wanted it when it was made.
    pub wanted: Vec<String>,
    /// Endpoints that answered 2xx.
    pub delivered: Vec<String>,
}

impl Tally {
    /// Endpoints that have not answered 2xx yet: the event's `pending_webhooks`.
    pub fn pending(&self) -> usize {
        self.wanted
            .iter()
            .filter(|id| !self.delivered.contains(id))
            .count()
    }
}

impl Drawer {
    pub fn shelf(&self, noun: Noun) -> Option<&Shelf> {
        self.shelves.get(&noun)
    }

    pub fn shelf_mut(&mut self, noun: Noun) -> &mut Shelf {
        self.shelves.entry(noun).or_default()
    }

    pub fn get(&self, noun: Noun, id: &str) -> Option<&Value> {
        self.shelves.get(&noun)?.get(id)
    }
}
