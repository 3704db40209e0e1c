//! Currencies: ISO 4217 for the books, and where the payment provider differs from it.
//!
//! Three exponent tables exist in the world and must not be confused: ISO 4217 (storage, ledger,
//! XML: [`Currency::exponent`]), the provider's ([`Currency::stripe_exponent`]), and CLDR for
//! display, which belongs to the pages and not here.

use std::fmt;

/// A currency of ISO 4217 with minor units, by its three letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
}

/// Three letters that ISO 4217 does not list, or not three letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a currency of ISO 4217")]
pub struct UnknownCurrency;

/// Why invoices in a currency cannot be paid online here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoOnlinePayment {
    /// UGX stands in two contradicting lists of the provider; a factor of 100 is not worth a guess.
    #[error("the provider's rules for this currency contradict each other")]
    ContradictoryRules,
    /// Three decimals: the provider's rule for the last digit is no longer documented.
    #[error("currencies with three decimals cannot be paid online")]
    ThreeDecimals,
    /// The provider does not take this currency.
    #[error("the payment provider does not take this currency")]
    NotOffered,
}

impl Currency {
    /// Canadian dollar.
    pub const CAD: Currency = Currency { code: *b"CAD" };
    /// Euro.
    pub const EUR: Currency = Currency { code: *b"EUR" };
    /// Pound sterling.
    pub const GBP: Currency = Currency { code: *b"GBP" };
    /// Japanese yen (no minor unit).
    pub const JPY: Currency = Currency { code: *b"JPY" };
    /// United States dollar.
    pub const USD: Currency = Currency { code: *b"USD" };

    /// Reads three letters of either case.
    ///
    /// # Errors
    /// [`UnknownCurrency`] for anything ISO 4217 does not list with minor units.
    pub fn parse(text: &str) -> Result<Currency, UnknownCurrency> {
        let mut code: [u8; 3] = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        code.make_ascii_uppercase();
        exponent_of(code)
            .map(|_| Currency { code })
            .ok_or(UnknownCurrency)
    }

    /// All currencies, in alphabetical order.
    pub fn all() -> Vec<Currency> {
        let mut all: Vec<Currency> = ISO_4217
            .iter()
            .flat_map(|(_, codes)| codes.split_whitespace())
            .filter_map(|code| Currency::parse(code).ok())
            .collect();
        all.sort();
        all
    }

    /// The code in capitals: `CAD`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// The code as the payment provider writes it: `cad`.
    pub fn stripe_code(self) -> String {
        self.code().to_ascii_lowercase()
    }

    /// Decimals of the minor unit by ISO 4217; what amounts are kept in.
    pub fn exponent(self) -> u32 {
        exponent_of(self.code).unwrap_or(2)
    }

    /// Decimals of the payment provider's `amount`: ISO 4217 but for ISK, UGX (2) and MGA (0).
    pub fn stripe_exponent(self) -> u32 {
        match self.code() {
            "ISK" | "UGX" => 2,
            "MGA" => 0,
            _ => self.exponent(),
        }
    }

    /// The provider's amounts must be a multiple of this (ISK and UGX have no hundredths to charge;
    /// the last of three decimals must be zero).
    pub fn stripe_step(self) -> i64 {
        match (self.code(), self.stripe_exponent()) {
            ("ISK" | "UGX", _) => 100,
            (_, 3) => 10,
            _ => 1,
        }
    }

    /// Whether invoices in this currency can be paid online.
    ///
    /// # Errors
    /// [`NoOnlinePayment`] with the reason to show.
    pub fn online_payment(self) -> Result<(), NoOnlinePayment> {
        let not_offered = NOT_OFFERED
            .split_whitespace()
            .any(|code| code == self.code());
        match (self.code(), self.exponent()) {
            ("UGX", _) => Err(NoOnlinePayment::ContradictoryRules),
            ("BHD" | "JOD" | "KWD" | "OMR" | "TND", _) => Err(NoOnlinePayment::ThreeDecimals),
            (_, exponent) if not_offered || exponent > 2 => Err(NoOnlinePayment::NotOffered),
            _ => Ok(()),
        }
    }

    /// The smallest charge in this currency's minor units (ISO), where the provider's account
    /// settles in the same currency and the provider names one. It decides by *settlement*
    /// currency, so this is a pre-check; its own `amount_too_small` has the last word.
    pub fn minimum_charge_minor(self) -> Option<i64> {
        MINIMUM_CHARGE
            .iter()
            .find(|(_, codes)| codes.split_whitespace().any(|code| code == self.code()))
            .map(|(minor, _)| *minor)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(text: &str) -> Result<Currency, UnknownCurrency> {
        Currency::parse(text)
    }
}

/// Asked for every amount that is read from a row, so nothing is split: three letters and a space, over and over.
fn exponent_of(code: [u8; 3]) -> Option<u32> {
    ISO_4217
        .iter()
        .find(|(_, codes)| {
            let mut listed = codes.as_bytes().chunks(4);
            listed.any(|listed| listed[..3] == code)
        })
        .map(|(exponent, _)| *exponent)
}

/// ISO 4217 list one: every active code that has minor units (metals, SDR and the like have none).
const ISO_4217: &[(u32, &str)] = &[
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
         CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
         GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
         LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
         NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS \
         SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST \
         XAD XCD XCG YER ZAR ZMW ZWG",
    ),
    (
        0,
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

/// Units of account and currencies the provider does not list as presentable.
const NOT_OFFERED: &str = "BOV BTN CHE CHW COU CUP ERN IQD IRR KPW LYD MRU MXV SDG SSP SVC SYP \
                           TMT USN UYI VED VES XAD ZWG";

/// Smallest charges by settlement currency, in ISO minor units.
const MINIMUM_CHARGE: &[(i64, &str)] = &[
    (
        50,
        "USD CAD EUR AUD BRL CHF NZD SGD INR ILS PHP ZAR COP IDR ARS RUB JPY KRW",
    ),
    (30, "GBP"),
    (200, "AED MYR PLN RON"),
    (250, "DKK"),
    (300, "NOK SEK"),
    (400, "HKD"),
    (1_000, "MXN THB"),
    (1_500, "CZK"),
    (17_500, "HUF"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn the_table_is_whole_and_without_repeats() {
        let all = Currency::all();
        assert_eq!(all.len(), 165);
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(currency("cad"), Currency::CAD);
        for unknown in ["XXX", "XAU", "BGN", "CA", "CADD", "", "C$D"] {
            assert_eq!(Currency::parse(unknown), Err(UnknownCurrency), "{unknown}");
        }
    }

    #[test]
    fn the_two_exponent_tables_differ_where_they_must() {
        for (code, iso, stripe) in [
            ("ISK", 0, 2),
            ("UGX", 0, 2),
            ("MGA", 2, 0),
            ("HUF", 2, 2),
            ("TWD", 2, 2),
            ("JPY", 0, 0),
            ("KWD", 3, 3),
            ("CAD", 2, 2),
        ] {
            assert_eq!(
                (currency(code).exponent(), currency(code).stripe_exponent()),
                (iso, stripe),
                "{code}"
            );
        }
    }

    #[test]
    fn what_cannot_be_paid_online_says_why() {
        assert_eq!(
            currency("UGX").online_payment(),
            Err(NoOnlinePayment::ContradictoryRules)
        );
        for code in ["BHD", "JOD", "KWD", "OMR", "TND"] {
            assert_eq!(
                currency(code).online_payment(),
                Err(NoOnlinePayment::ThreeDecimals)
            );
        }
        assert_eq!(
            currency("IQD").online_payment(),
            Err(NoOnlinePayment::NotOffered)
        );
        assert_eq!(
            currency("CLF").online_payment(),
            Err(NoOnlinePayment::NotOffered)
        );
        for code in ["CAD", "EUR", "USD", "JPY", "ISK", "MGA", "HUF"] {
            assert_eq!(currency(code).online_payment(), Ok(()), "{code}");
        }
        for code in NOT_OFFERED.split_whitespace() {
            assert!(Currency::parse(code).is_ok(), "{code}");
        }
        for code in MINIMUM_CHARGE
            .iter()
            .flat_map(|(_, codes)| codes.split_whitespace())
        {
            assert!(Currency::parse(code).is_ok(), "{code}");
        }
    }
}
