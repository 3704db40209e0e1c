//! Percentages, in parts per million.

use crate::typed::{Reading, TypedError, read_number};
use rust_decimal::Decimal;
use std::fmt;

/// A percentage from 0 to 100 %, kept in parts per million: 9.975 % is 99 750 ppm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate {
    ppm: u32,
}

/// The rate is above 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate lies between 0 and 100 %")]
pub struct RateOutOfRange;

const PPM_OF_WHOLE: u32 = 1_000_000;
const PPM_OF_PERCENT: i64 = 10_000;
const DECIMALS_MAX: u32 = 4;

impl Rate {
    /// 0 %.
    pub const ZERO: Rate = Rate { ppm: 0 };
    /// 100 %.
    pub const WHOLE: Rate = Rate { ppm: PPM_OF_WHOLE };

    /// A rate in parts per million (5 % is 50 000).
    ///
    /// # Errors
    /// [`RateOutOfRange`] above 100 %.
    pub const fn from_ppm(ppm: u32) -> Result<Rate, RateOutOfRange> {
        if ppm > PPM_OF_WHOLE {
            Err(RateOutOfRange)
        } else {
            Ok(Rate { ppm })
        }
    }

    /// A rate of our own tables, known to be in range.
    pub(crate) const fn known_ppm(ppm: u32) -> Rate {
        assert!(ppm <= PPM_OF_WHOLE);
        Rate { ppm }
    }

    /// Parts per million, as stored.
    pub fn ppm(self) -> u32 {
        self.ppm
    }

    /// The percentage without needless zeros: `9.975`, `5`.
    pub fn percent(self) -> Decimal {
        Decimal::new(i64::from(self.ppm), DECIMALS_MAX).normalize()
    }

    /// The rate as a factor: 5 % is `0.05`.
    pub fn factor(self) -> Decimal {
        Decimal::new(i64::from(self.ppm), 6)
    }

    /// True for 0 %.
    pub fn is_zero(self) -> bool {
        self.ppm == 0
    }

    /// Reads what a person typed: `9.975`, `9,975`, `9,975 %`. At most four decimals.
    /// `9,975` could also be read with a grouping comma; as no rate exceeds 100 %, it is 9.975.
    ///
    /// # Errors
    /// [`TypedError`] naming what is wrong; above 100 it is `TooLarge`, below zero `Negative`.
    pub fn parse_typed(text: &str) -> Result<Rate, TypedError> {
        let text = text.trim();
        let percent = match read_number(text.strip_suffix('%').unwrap_or(text))? {
            Reading::One(value) | Reading::Two { decimal: value, .. } => value.normalize(),
        };
        if percent.is_sign_negative() && !percent.is_zero() {
            return Err(TypedError::Negative);
        }
        if percent.scale() > DECIMALS_MAX {
            return Err(TypedError::TooManyDecimals { max: DECIMALS_MAX });
        }
        let ppm = (percent.min(Decimal::from(1_000)) * Decimal::from(PPM_OF_PERCENT)).normalize();
        u32::try_from(ppm)
            .ok()
            .and_then(|ppm| Rate::from_ppm(ppm).ok())
            .ok_or(TypedError::TooLarge)
    }
}

impl fmt::Display for Rate {
    /// The percentage with a point and no sign: `9.975`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_back_what_people_type() {
        for (text, ppm) in [
            ("5", 50_000),
            ("9.975", 99_750),
            ("9,975 %", 99_750),
            ("14%", 140_000),
            ("100", 1_000_000),
            ("0", 0),
            ("5,5", 55_000),
        ] {
            assert_eq!(Rate::parse_typed(text).unwrap().ppm(), ppm, "{text}");
        }
        assert_eq!(Rate::known_ppm(99_750).to_string(), "9.975");
        assert_eq!(Rate::known_ppm(50_000).to_string(), "5");
        assert_eq!(Rate::parse_typed("100.0001"), Err(TypedError::TooLarge));
        assert_eq!(Rate::parse_typed("99999999999"), Err(TypedError::TooLarge));
        assert_eq!(Rate::parse_typed("-5"), Err(TypedError::Negative));
        assert_eq!(
            Rate::parse_typed("1.23456"),
            Err(TypedError::TooManyDecimals { max: 4 })
        );
    }
}
