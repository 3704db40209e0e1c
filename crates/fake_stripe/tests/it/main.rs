//! The rehearsal, asked over HTTP as our client and Stripe's own would ask it.

mod checkout;
mod control;
mod disputes;
mod events;
mod idempotency;
mod in_process;
mod intents;
mod keys;
mod kit;
mod payouts;
mod refunds;
mod saved_cards;
mod webhooks;
