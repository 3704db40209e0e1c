//! Money back: what it does to claims, credit and books, whichever side began it and in whatever order the news comes.

mod books;
mod pages;
mod through_stripe;

pub use books::{balance, only_refund, paid};
pub use through_stripe::{confirm, door, give_back, once};
