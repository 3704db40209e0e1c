//! Chance, handed in: ids and tokens come from here, so that a test can make them repeat.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use crate::clock::Clock;

/// A source of random bytes: the operating system, or a seed.
#[derive(Clone, Debug)]
pub struct Chance(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded { seed: u64, drawn: Arc<AtomicU64> },
}

impl Chance {
    /// The operating system's generator.
    pub fn system() -> Chance {
        Chance(Source::System)
    }

    /// The same bytes in the same order for the same seed. For tests and simulations only.
    pub fn seeded(seed: u64) -> Chance {
        Chance(Source::Seeded {
            seed,
            drawn: Arc::new(AtomicU64::new(0)),
        })
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness: no token made then could be trusted.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0u8; N];
        match &self.0 {
            Source::System => {
                #[allow(clippy::disallowed_methods)] // the one place
                getrandom::fill(&mut out).expect("the operating system gives random bytes");
            }
            Source::Seeded { seed, drawn } => {
                for part in out.chunks_mut(32) {
                    let nth = drawn.fetch_add(1, Ordering::SeqCst);
                    let digest = Sha256::new()
                        .chain_update(seed.to_be_bytes())
                        .chain_update(nth.to_be_bytes());
                    part.copy_from_slice(&digest.finalize()[..part.len()]);
                }
            }
        }
        out
    }

    /// A new id: UUID version 7, so that rows sort by age and no database sequence is needed.
    pub fn id(&self, clock: &Clock) -> String {
        let ms = clock.now_ms().max(0) as u64;
        let random: [u8; 10] = self.bytes();
        uuid::Builder::from_unix_timestamp_millis(ms, &random)
            .into_uuid()
            .to_string()
    }

    /// An opaque token for a link or a cookie: 160 random bits, 27 characters that are safe in an address (LNK-01).
    pub fn token(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.bytes::<20>())
    }
}
