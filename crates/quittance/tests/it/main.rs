//! The real executable, from outside: what an operator sees, and must be able to lean on.

// Waiting for another process takes the machine's own clock.
#![allow(clippy::disallowed_methods)]

mod crash;
mod demo;
mod keys;
mod kit;
mod reconcile;
mod serve;

#[allow(dead_code)] // shared with the app's own stories, which use more of it
#[path = "../../../app/tests/it/with_stripe/mod.rs"]
mod with_stripe;
