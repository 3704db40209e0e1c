//! How often something may be tried: a token bucket per key, in memory, bounded.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Clock;

/// So many tries at once, refilled one by one.
#[derive(Debug)]
pub struct Limit {
    burst: u32,
    refill_ms: i64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// When the bucket would be full again, in Unix milliseconds: the whole state of a bucket (GCRA).
    full_at: i64,
}

/// Beyond this many keys, those that are full again are forgotten.
const KEYS_MAX: usize = 50_000;

impl Limit {
    /// `burst` tries at once, one more every `refill`.
    pub fn new(burst: u32, refill: Duration) -> Limit {
        Limit {
            burst,
            refill_ms: refill.as_millis() as i64,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one try for `key`.
    ///
    /// # Errors
    /// How long to wait, when there is none left.
    pub fn take(&self, key: &str, clock: &Clock) -> Result<(), Duration> {
        let now = clock.now_ms();
        let mut buckets = self.buckets.lock().unwrap_or_else(|e| e.into_inner());
        if buckets.len() >= KEYS_MAX {
            buckets.retain(|_, b| b.full_at > now);
        }
        let bucket = buckets
            .entry(key.to_owned())
            .or_insert(Bucket { full_at: now });
        let full_at = bucket.full_at.max(now) + self.refill_ms;
        let over = full_at - now - self.refill_ms * i64::from(self.burst);
        if over > 0 {
            return Err(Duration::from_millis(over as u64));
        }
        bucket.full_at = full_at;
        Ok(())
    }

    /// Gives the tries back, after a success.
    pub fn forgive(&self, key: &str) {
        self.buckets
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_04_after_the_burst_one_try_comes_back_at_a_time() {
        let clock = Clock::standing_at(jiff::Timestamp::from_second(1_800_000_000).unwrap());
        let limit = Limit::new(3, Duration::from_secs(10));
        for _ in 0..3 {
            assert!(limit.take("a", &clock).is_ok());
        }
        assert_eq!(limit.take("a", &clock), Err(Duration::from_secs(10)));
        assert!(
            limit.take("b", &clock).is_ok(),
            "another key has its own tries"
        );
        clock.advance(jiff::SignedDuration::from_secs(10));
        assert!(limit.take("a", &clock).is_ok());
        assert!(limit.take("a", &clock).is_err());
    }
}
