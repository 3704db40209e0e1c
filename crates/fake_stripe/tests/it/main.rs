//! The rehearsal, asked over HTTP as our client and Stripe's own would ask it.

mod control;
mod events;
mod idempotency;
mod intents;
mod keys;
mod kit;
mod payouts;
mod refunds;
mod webhooks;
