//! Saved cards: kept with a consent that stands first, shown by their face, taken away by their owner.

mod autopay;
mod keeping;
mod press;
pub mod wallet;
