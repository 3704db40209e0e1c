//! What whoever holds a link can do, and must not.

mod links;
mod page;
mod part;
mod paying;
pub mod shop;
