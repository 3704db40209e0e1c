//! Numbers, money, percentages, plurals, lists.

use super::data::Sign;
use super::{Locale, Which};

const NBSP: &str = "\u{a0}";

/// A CLDR plural category. English has one and other; French has many too (whole millions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plural {
    /// Singular.
    One,
    /// French: `1 000 000 de factures`.
    Many,
    /// Everything else.
    Other,
}

impl Plural {
    /// CLDR's word: `one`, `many`, `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Many => "many",
            Self::Other => "other",
        }
    }
}

impl Locale {
    /// An amount with the currency's sign, as CLDR writes it here.
    ///
    /// `minor` counts minor units; `exponent` is the ISO 4217 number of decimals of `code`
    /// (`compliance.md` §6.1: neither Stripe's table nor CLDR's), all of them always shown.
    /// A currency without a sign of its own shows its code.
    pub fn money(self, minor: i64, code: &str, exponent: u32) -> String {
        let digits = self.money_digits(minor, exponent);
        match self.currency_sign(code) {
            Some(sign) => self.with_sign(minor < 0, sign, &digits),
            None => self.money_iso(minor, code, exponent),
        }
    }

    /// An amount with the ISO code in the place of the sign: `CAD 1,234.56`, `1 234,56 CAD`.
    pub fn money_iso(self, minor: i64, code: &str, exponent: u32) -> String {
        let sign = match self.cldr().sign {
            Sign::After => [NBSP, code].concat(),
            Sign::Before | Sign::BeforeMinus => [code, NBSP].concat(),
        };
        self.with_sign(minor < 0, &sign, &self.money_digits(minor, exponent))
    }

    /// An amount with its sign and the ISO code after it, for bilingual and cross-border documents,
    /// where `$` alone is ambiguous: `$1,234.56 CAD`. The code stands once where it is also the sign.
    pub fn money_with_code(self, minor: i64, code: &str, exponent: u32) -> String {
        let mut text = self.money(minor, code, exponent);
        if self.currency_sign(code).is_some() {
            text.push_str(NBSP);
            text.push_str(code);
        }
        text
    }

    /// An amount without any sign: `1,234.56`. For columns whose head names the currency.
    pub fn money_plain(self, minor: i64, exponent: u32) -> String {
        let digits = self.money_digits(minor, exponent);
        if minor < 0 {
            ["-", &digits].concat()
        } else {
            digits
        }
    }

    /// The currency's sign here, without spaces around it (`$`, `$ US`, `€`); the code if it has none.
    /// For the prefix beside an amount box.
    pub fn currency_symbol(self, code: &str) -> &str {
        self.currency_sign(code)
            .map_or(code, |sign| sign.trim_matches(['\u{a0}', '\u{202f}']))
    }

    /// A decimal number given as text (`1234.50`, a point and no grouping), all its decimals kept.
    /// Text that is not such a number comes back unchanged.
    pub fn decimal(self, number: &str) -> String {
        match Digits::read(number) {
            Some(digits) => self.write(&digits),
            None => number.to_owned(),
        }
    }

    /// A quantity: like [`Locale::decimal`], without zeros at the end of the decimals.
    pub fn quantity(self, number: &str) -> String {
        match Digits::read(number) {
            Some(digits) => self.write(&digits.trimmed()),
            None => number.to_owned(),
        }
    }

    /// A whole number, grouped: `1,234`.
    pub fn integer(self, number: i64) -> String {
        self.money_plain(number, 0)
    }

    /// A percentage given as text: `percent("9.975")` is `9.975%` or `9,975 %`. Zeros at the end of the
    /// decimals go. Text that is not a number comes back with the percent sign.
    pub fn percent(self, number: &str) -> String {
        let mut text = self.quantity(number);
        text.push_str(self.cldr().percent);
        text
    }

    /// The plural category of a number given as text; its visible decimals count (`1` is one, `1.0` is
    /// other in English). Text that is not a number is other.
    pub fn plural(self, number: &str) -> Plural {
        let Some(digits) = Digits::read(number) else {
            return Plural::Other;
        };
        let whole = digits.whole.trim_start_matches('0');
        let no_decimals = digits.fraction.is_empty();
        match self.0 {
            Which::FrCa | Which::FrFr | Which::FrBe if matches!(whole, "" | "1") => Plural::One,
            Which::FrCa | Which::FrFr | Which::FrBe if no_decimals && whole.ends_with("000000") => {
                Plural::Many
            }
            Which::FrCa | Which::FrFr | Which::FrBe => Plural::Other,
            _ if whole == "1" && no_decimals => Plural::One,
            _ => Plural::Other,
        }
    }

    /// A list in words: `a, b and c`. Empty for no items.
    pub fn list<S: AsRef<str>>(self, items: &[S]) -> String {
        let [two, middle, last] = self.cldr().list;
        let mut text = String::new();
        for (i, item) in items.iter().enumerate() {
            text.push_str(match (i, items.len()) {
                (0, _) => "",
                (1, 2) => two,
                (i, n) if i + 1 == n => last,
                _ => middle,
            });
            text.push_str(item.as_ref());
        }
        text
    }

    fn currency_sign(self, code: &str) -> Option<&'static str> {
        let code: [u8; 3] = code.as_bytes().try_into().ok()?;
        let table = self.cldr().currencies;
        table
            .binary_search_by(|row| row.0.cmp(&code))
            .ok()
            .map(|at| table[at].1)
    }

    fn with_sign(self, negative: bool, sign: &str, digits: &str) -> String {
        let minus = if negative { "-" } else { "" };
        match self.cldr().sign {
            Sign::Before => [minus, sign, digits].concat(),
            Sign::BeforeMinus => [sign, minus, digits].concat(),
            Sign::After => [minus, digits, sign].concat(),
        }
    }

    /// The amount's digits without its minus.
    fn money_digits(self, minor: i64, exponent: u32) -> String {
        let exponent = exponent as usize;
        let all = format!("{:0>width$}", minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = all.split_at(all.len() - exponent);
        self.write(&Digits {
            negative: false,
            whole,
            fraction,
        })
    }

    fn write(self, digits: &Digits<'_>) -> String {
        let cldr = self.cldr();
        let mut text = String::with_capacity(digits.whole.len() * 2 + digits.fraction.len() + 4);
        if digits.negative {
            text.push('-');
        }
        for (i, digit) in digits.whole.char_indices() {
            if i > 0 && (digits.whole.len() - i).is_multiple_of(3) {
                text.push_str(cldr.group);
            }
            text.push(digit);
        }
        if !digits.fraction.is_empty() {
            text.push_str(cldr.decimal);
            text.push_str(digits.fraction);
        }
        text
    }
}

/// A plain decimal number, taken apart. ASCII digits only, so byte positions are digit positions.
struct Digits<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Digits<'a> {
    fn read(number: &'a str) -> Option<Self> {
        let (negative, rest) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number),
        };
        let (whole, fraction) = match rest.split_once('.') {
            Some((_, "")) => return None,
            Some(halves) => halves,
            None => (rest, ""),
        };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        (!whole.is_empty() && digits(whole) && digits(fraction)).then_some(Self {
            negative,
            whole,
            fraction,
        })
    }

    fn trimmed(self) -> Self {
        Self {
            fraction: self.fraction.trim_end_matches('0'),
            ..self
        }
    }
}
