//! A card that is kept at the provider, as the rules see it: how long it is good for.

use jiff::ToSpan;
use jiff::civil::Date;

/// The last month a card is good for. It may be charged until that month has ended, wherever its owner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expiry {
    last_day: Date,
}

impl Expiry {
    /// A month (1 to 12) of a year of four figures; none for anything else.
    pub fn new(month: i64, year: i64) -> Option<Expiry> {
        let (month, year) = (i8::try_from(month).ok()?, i16::try_from(year).ok()?);
        if !(2000..=9998).contains(&year) {
            return None;
        }
        let first = Date::new(year, month, 1).ok()?;
        Some(Expiry {
            last_day: first.last_of_month(),
        })
    }

    /// The last day of its last month.
    pub fn last_day(self) -> Date {
        self.last_day
    }

    /// Whether the card is of no use any more on a day.
    pub fn is_over(self, day: Date) -> bool {
        day > self.last_day
    }

    /// Whether its owner is to be told on a day that it will soon be of no use: in its last thirty days, and after.
    pub fn is_near(self, day: Date) -> bool {
        day.saturating_add(30.days()) > self.last_day
    }

    /// `08/2027`.
    pub fn to_text(self) -> String {
        format!("{:02}/{}", self.last_day.month(), self.last_day.year())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_card_is_good_until_its_month_has_ended() {
        let february = Expiry::new(2, 2028).unwrap();
        assert_eq!(february.last_day(), date(2028, 2, 29));
        for (day, over, near) in [
            (date(2028, 1, 30), false, false),
            (date(2028, 1, 31), false, true),
            (date(2028, 2, 29), false, true),
            (date(2028, 3, 1), true, true),
        ] {
            assert_eq!(
                (february.is_over(day), february.is_near(day)),
                (over, near),
                "{day}"
            );
        }
        assert_eq!(february.to_text(), "02/2028");
    }

    #[test]
    fn what_is_no_month_is_no_expiry() {
        for (month, year) in [
            (0, 2028),
            (13, 2028),
            (-1, 2028),
            (2, 28),
            (2, 10_000),
            (2, i64::MAX),
        ] {
            assert_eq!(Expiry::new(month, year), None, "{month}/{year}");
        }
    }
}
