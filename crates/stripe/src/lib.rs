//! The other party: a narrow, typed client of Stripe's API and its webhooks.
//!
//! What is here, and what is not:
//!
//! - [`Client`] speaks with a secret or restricted key; [`PublicClient`] with a publishable key and a
//!   client secret, the only thing a payer's browser may do. One file a noun, the calls beside the shape.
//! - Every writing call takes an [`IdempotencyKey`] **from the caller**, who has stored it before the
//!   call (`PAY-10`). Nothing here invents one, and nothing is sent twice without one.
//! - One pinned [`API_VERSION`] on every call. Fields we do not use are tolerated and kept in
//!   [`Answer::raw`], words we do not know are kept as `Other`.
//! - [`webhook`] verifies signatures exactly as the official SDKs do (`PAY-07`).
//! - [`key`] says what was pasted into a key field (`AC-07` … `AC-09`).
//! - [`Origins`] are Stripe's own, or a rehearsal on this very machine; never what a person typed.
//!
//! It knows nothing of our tables, and leans on no other crate of ours. Keys, client secrets, webhook
//! secrets and bodies never appear in a log line, in `Debug` or in an error.

pub mod account;
pub mod balance;
pub mod balance_transaction;
pub mod charge;
pub mod checkout;
pub mod client;
pub mod country_spec;
pub mod customer;
pub mod dispute;
pub mod error;
pub mod event;
pub mod evidence;
pub mod file;
mod form;
mod http;
pub mod key;
mod multipart;
pub mod observe;
mod open_enum;
pub mod origins;
pub mod payment_intent;
pub mod payment_method;
pub mod payout;
mod redact;
pub mod refund;
pub mod setup_intent;
pub mod shape;
pub mod transport;
pub mod webhook;
pub mod webhook_endpoint;

pub use account::Account;
pub use balance::Balance;
pub use balance_transaction::{BalanceTransaction, BalanceTransactionQuery};
pub use charge::{Charge, ChargeQuery};
pub use checkout::{CheckoutQuery, CheckoutSession, NewCheckoutSession};
pub use client::{Answer, Client, IdempotencyKey, KEY_TRUSTED_MS, PublicClient, Retries};
pub use country_spec::CountrySpec;
pub use customer::{Customer, CustomerFields};
pub use dispute::{Dispute, DisputeQuery, DisputeStatus, Submission};
pub use error::{Code, Error};
pub use event::{Event, EventList, EventQuery};
pub use evidence::{Evidence, EvidenceField};
pub use file::{File, NewEvidenceFile};
pub use http::http_client;
pub use key::{Mode, Pasted, PublishableKey, SecretKey};
pub use observe::{Observed, Observer};
pub use origins::Origins;
pub use payment_intent::{
    CancellationReason, Confirmation, NewPaymentIntent, OffSessionCharge, PaymentIntent,
    PaymentIntentQuery, PaymentIntentStatus, SetupFutureUsage,
};
pub use payment_method::PaymentMethod;
pub use payout::{Payout, PayoutQuery, PayoutStatus};
pub use redact::scrub;
pub use refund::{NewRefund, Refund, RefundQuery, RefundReason, RefundStatus, Refunded};
pub use setup_intent::{SetupIntent, SetupIntentStatus};
pub use shape::{ClientSecret, Cursor, Expandable, Identified, Metadata, Page};
pub use transport::Transport;
pub use webhook_endpoint::{NewWebhookEndpoint, WebhookEndpoint};

/// The API version every call asks for, and webhook endpoints made by us deliver in.
///
/// Changing it is a release of its own: read Stripe's changelog, run the oracles, then change this line
/// and [`SCRIPT_PATH`] together (they are one train).
pub const API_VERSION: &str = "2026-10-28.endive";

/// The path of Stripe.js for the same train as [`API_VERSION`].
pub const SCRIPT_PATH: &str = "/endive/stripe.js";

/// Where the payer's browser loads Stripe.js from: Stripe itself, never a copy (`PAY-03`).
pub const SCRIPT_URL: &str = "https://js.stripe.com/endive/stripe.js";
