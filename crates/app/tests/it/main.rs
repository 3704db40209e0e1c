//! The one integration binary: what a person, a payer and Stripe can do, and must not. Mirrors `src/`.
//!
//! Runs on the engines that `QUITTANCE_TEST_ENGINES` names (`sqlite`, the default, `postgres`, `both`).

mod bank;
mod books;
mod cards;
mod credit_notes;
mod customer_area;
mod customers;
mod dashboard;
mod disputes;
mod e_invoices;
mod first_run;
mod frozen;
mod hosted;
mod invoices;
mod kit;
mod ledger;
mod mail;
mod migrations;
mod online_payment;
mod papers;
mod pay;
mod payments;
mod payouts;
mod products;
mod recorded;
mod refunds;
mod script_inventory;
mod settings;
mod settled_abroad;
mod several;
mod sign_in;
mod stripe_events;
mod timeline;
mod tray;
mod trouble;
mod with_stripe;
