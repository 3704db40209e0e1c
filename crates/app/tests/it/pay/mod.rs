//! What whoever holds a link can do, and must not.

mod links;
mod page;
mod paying;
pub mod shop;
