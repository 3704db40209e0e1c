//! Disputes: what each state does to the money, the claim and the seller's day.

mod beside_refunds;
mod books;
mod pages;
mod through_stripe;

pub use books::{dispute, heard, only_dispute};
pub use through_stripe::at_stripe;
