#![doc = include_str!("../README.md")]
// The objects of Stripe are long; `json!` goes one step deeper for every field.
#![recursion_limit = "512"]

mod account;
mod attempt;
mod auth;
mod balance;
mod bank_debit;
mod builder;
mod call;
mod capture;
mod card;
mod charge;
mod control;
mod control_http;
mod country_spec;
mod currency;
mod customer;
mod delivery;
mod dispatch;
mod element;
mod error;
mod event;
mod expand;
mod fault;
mod form;
mod id;
mod idempotency;
mod in_process;
mod key;
mod page;
mod payment_intent;
mod payment_intent_fields;
mod payment_method;
mod pending;
mod record;
mod route;
mod schema;
mod server;
mod setup_intent;
mod shared;
mod shelf;
mod webhook_endpoint;
mod world;

pub use account::{AccountSpec, RECOMMENDED_PERMISSIONS};
pub use builder::{API_VERSION, FakeStripe};
pub use control::Control;
pub use delivery::{DeliveryScript, sign};
pub use fault::{Fault, Trouble};
pub use in_process::{Asking, Envelope, InProcess, Post, Reply};
pub use key::Mode;
pub use server::{AccountKeys, ModeKeys, Running};
