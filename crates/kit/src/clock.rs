//! Time, handed in. Nothing else in the house asks the machine what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil::Date};

/// Where the program gets the time from: the machine, or a test that moves it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    /// Milliseconds since 1970 (UTC), moved by hand.
    Handed(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of the machine.
    pub fn machine() -> Clock {
        Clock(Source::Machine)
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    pub fn standing_at(now: Timestamp) -> Clock {
        Clock(Source::Handed(Arc::new(AtomicI64::new(
            now.as_millisecond(),
        ))))
    }

    /// Now, in UTC, to the millisecond: what the database keeps.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[allow(clippy::disallowed_methods)] // the one place
            Source::Machine => {
                Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or_default()
            }
            Source::Handed(ms) => {
                Timestamp::from_millisecond(ms.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Now as Unix milliseconds, the form of every `*_at` column.
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// The calendar day it is for someone in `zone`: a due date belongs to the seller's day, not to UTC.
    pub fn today_in(&self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.now()).date()
    }

    /// Moves a handed clock; does nothing to the machine's.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Handed(ms) = &self.0 {
            ms.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
        }
    }
}
