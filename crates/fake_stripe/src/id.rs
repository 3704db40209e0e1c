//! Object ids and secrets in Stripe's form.

use std::collections::hash_map::{DefaultHasher, RandomState};
use std::hash::{BuildHasher, Hash, Hasher};

const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Draws ids. They are unique and unguessable enough for a rehearsal, and carry no meaning.
#[derive(Debug)]
pub(crate) struct Dice {
    keys: RandomState,
    /// The same ids in the same order for the same seed.
    seed: Option<u64>,
    drawn: u64,
}

impl Dice {
    pub fn new(seed: Option<u64>) -> Self {
        Self {
            keys: RandomState::new(),
            seed,
            drawn: 0,
        }
    }

    fn draw(&mut self) -> u64 {
        self.drawn += 1;
        let Some(seed) = self.seed else {
            return self.keys.hash_one(self.drawn);
        };
        // Its keys are fixed, unlike those of a `RandomState`.
        let mut hasher = DefaultHasher::new();
        (seed, self.drawn).hash(&mut hasher);
        hasher.finish()
    }

    /// `pi_3R…`: prefix and 24 letters.
    pub fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}_1R{}", self.letters(22))
    }

    /// `pi_…_secret_…`
    pub fn client_secret(&mut self, id: &str) -> String {
        format!("{id}_secret_{}", self.letters(25))
    }

    pub fn letters(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let mut bits = self.draw();
            for _ in 0..10 {
                if text.len() < length {
                    text.push(char::from(LETTERS[(bits % 62) as usize]));
                }
                bits /= 62;
            }
        }
        text
    }
}
