//! The toolbox: what every feature leans on. It knows no feature, and none of our other crates.
//!
//! - [`clock`] and [`chance`]: time and randomness, handed in by the hand.
//! - [`db`]: two databases, one SQL text, synchronous transactions.
//! - [`jobs`]: work that was promised inside a transaction and is done after it.
//! - [`secrets`]: sealing under a master key; opaque tokens and their hashes.
//! - [`password`]: Argon2id. [`limits`]: how often something may be tried.
//! - [`locale`]: texts in English and French; numbers, money and dates as CLDR writes them.

pub mod chance;
pub mod clock;
pub mod db;
pub mod jobs;
pub mod limits;
pub mod locale;
pub mod password;
pub mod secrets;

#[doc(hidden)]
pub use inventory;
