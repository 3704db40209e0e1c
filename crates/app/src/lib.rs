//! The product: one folder a feature. [`router`] is the table of contents.
//!
//! Foundation that every feature leans on: [`app`] (what a handler may touch), [`who`] (who is asking),
//! [`problem`] (what went wrong, for people), [`guard`] (what every request passes), [`page`] (how pages look).

pub mod app;
pub mod audit;
pub mod guard;
pub mod ledger;
pub mod migrations;
pub mod page;
pub mod problem;
pub mod who;
