//! Chance of a simulation: small, fast, and the same for the same seed.

use std::cell::Cell;

/// Rolls. Not for secrets.
#[derive(Debug)]
pub struct Dice(Cell<u64>);

impl Dice {
    /// The same rolls for the same seed.
    pub fn new(seed: u64) -> Dice {
        Dice(Cell::new(seed ^ 0x9e37_79b9_7f4a_7c15))
    }

    /// SplitMix64.
    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`; zero when `end` is zero.
    pub fn below(&self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        (self.next() % end as u64) as usize
    }

    /// From `low` to `high`, both included.
    pub fn between(&self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// Once in `times`; never when `times` is zero.
    pub fn one_in(&self, times: usize) -> bool {
        times > 0 && self.below(times) == 0
    }

    /// One of them.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// One of them, by weight; the last when the weights are all zero.
    pub fn weighed<T: Copy>(&self, of: &[(usize, T)]) -> T {
        let sum = of.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(sum);
        for (weight, what) in of {
            if left < *weight {
                return *what;
            }
            left -= weight;
        }
        of[of.len() - 1].1
    }
}
