//! Saved cards: kept with a consent that stands first, shown by their face, taken away by their owner.

mod keeping;
pub mod wallet;
