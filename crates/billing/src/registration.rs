//! Registration numbers of a seller or a business customer, checked before they reach paper.

mod checksum;

use crate::place::Country;
use std::fmt;

/// Which register a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistrationKind {
    /// GST/HST of Canada: `123456782 RT0001`.
    GstHst,
    /// QST of Quebec: `1234567890 TQ0001`.
    Qst,
    /// PST or RST of a province; formats differ and are not checked.
    Pst,
    /// VAT identification number of a member state: `BE0403170701`.
    EuVat,
    /// Any other; kept as typed.
    Other,
}

impl RegistrationKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            RegistrationKind::GstHst => "gst_hst",
            RegistrationKind::Qst => "qst",
            RegistrationKind::Pst => "pst",
            RegistrationKind::EuVat => "eu_vat",
            RegistrationKind::Other => "other",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<RegistrationKind> {
        use RegistrationKind::{EuVat, GstHst, Other, Pst, Qst};
        [GstHst, Qst, Pst, EuVat, Other]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A checked registration number in the spelling to print.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistrationNumber {
    kind: RegistrationKind,
    text: String,
}

/// What is wrong with a typed registration number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRegistration {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// Not the shape of this register's numbers.
    #[error("not the shape of such a number")]
    Shape,
    /// The shape fits, the check digit does not: most likely a slip of typing.
    #[error("the check digit does not fit; please compare it with the letter it came on")]
    CheckDigit,
    /// The letters at the start are no member state of the European Union.
    #[error("not a member state of the European Union")]
    Country,
}

const OTHER_LENGTH_MAX: usize = 40;

impl RegistrationNumber {
    /// Checks a typed number and brings it into the spelling to print. Spaces, points and hyphens
    /// do not matter; for GST/HST and QST the suffix `RT0001` / `TQ0001` may be left out.
    ///
    /// # Errors
    /// [`InvalidRegistration`].
    pub fn parse(kind: RegistrationKind, typed: &str) -> Result<Self, InvalidRegistration> {
        let compact: String = typed
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
            .to_uppercase();
        if compact.is_empty() {
            return Err(InvalidRegistration::Empty);
        }
        let text = match kind {
            RegistrationKind::GstHst => gst_hst(&compact)?,
            RegistrationKind::Qst => with_suffix(&compact, 10, "TQ")?,
            RegistrationKind::EuVat => eu_vat(&compact)?,
            RegistrationKind::Pst | RegistrationKind::Other => as_typed(typed)?,
        };
        Ok(RegistrationNumber { kind, text })
    }

    /// Which register it comes from.
    pub fn kind(&self) -> RegistrationKind {
        self.kind
    }

    /// The number as printed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The member state of a VAT number.
    pub fn vat_country(&self) -> Option<Country> {
        let of_vat = self.kind == RegistrationKind::EuVat;
        of_vat.then(|| vat_country(&self.text)).flatten()
    }
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn gst_hst(compact: &str) -> Result<String, InvalidRegistration> {
    let text = with_suffix(compact, 9, "RT")?;
    if checksum::luhn(&text[..9]) {
        Ok(text)
    } else {
        Err(InvalidRegistration::CheckDigit)
    }
}

/// `digits` digits, then the programme letters and four digits; `0001` when left out.
fn with_suffix(compact: &str, digits: usize, letters: &str) -> Result<String, InvalidRegistration> {
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !compact.is_ascii() || compact.len() < digits || !all_digits(&compact[..digits]) {
        return Err(InvalidRegistration::Shape);
    }
    let (number, suffix) = compact.split_at(digits);
    let account = match suffix.strip_prefix(letters) {
        Some(account) if account.len() == 4 && all_digits(account) => account,
        None if suffix.is_empty() => "0001",
        _ => return Err(InvalidRegistration::Shape),
    };
    Ok(format!("{number} {letters}{account}"))
}

fn as_typed(typed: &str) -> Result<String, InvalidRegistration> {
    let text = typed.trim();
    let printable = !text.chars().any(char::is_control);
    if printable && text.chars().count() <= OTHER_LENGTH_MAX {
        Ok(text.to_owned())
    } else {
        Err(InvalidRegistration::Shape)
    }
}

fn eu_vat(compact: &str) -> Result<String, InvalidRegistration> {
    if !compact.is_ascii() || compact.len() < 4 {
        return Err(InvalidRegistration::Shape);
    }
    let country = vat_country(compact).ok_or(InvalidRegistration::Country)?;
    let number = &compact[2..];
    if !has_vat_shape(country.code(), number) {
        return Err(InvalidRegistration::Shape);
    }
    if !checksum::vat(country.code(), number) {
        return Err(InvalidRegistration::CheckDigit);
    }
    Ok(compact.to_owned())
}

/// Greece writes `EL` before its numbers; every other member state its ISO code.
fn vat_country(text: &str) -> Option<Country> {
    let letters = text.get(..2)?;
    let country = Country::parse(if letters == "EL" { "GR" } else { letters }).ok()?;
    (country.is_in_eu() && letters != "GR").then_some(country)
}

/// Shapes as published for VIES: `9` a digit, `A` a letter, `*` either.
fn has_vat_shape(country: &str, number: &str) -> bool {
    let shapes: &[&str] = match country {
        "AT" => &["U99999999"],
        "BE" => &["0999999999", "1999999999"],
        "BG" => &["999999999", "9999999999"],
        "CY" => &["99999999A"],
        "CZ" => &["99999999", "999999999", "9999999999"],
        "DE" | "EE" | "GR" | "PT" => &["999999999"],
        "DK" | "FI" | "HU" | "LU" | "MT" | "SI" => &["99999999"],
        "ES" => &["*9999999*"],
        "FR" => &["**999999999"],
        "HR" | "IT" | "LV" => &["99999999999"],
        "IE" => &["9*99999A", "9999999AA", "9999999A"],
        "LT" => &["999999999", "999999999999"],
        "NL" => &["999999999B99"],
        "PL" | "SK" => &["9999999999"],
        "RO" => {
            return (2..=10).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        }
        "SE" => &["999999999901"],
        _ => &[],
    };
    shapes.iter().any(|shape| {
        shape.len() == number.len()
            && shape
                .bytes()
                .zip(number.bytes())
                .all(|(want, got)| match want {
                    b'9' => got.is_ascii_digit(),
                    b'A' => got.is_ascii_uppercase(),
                    b'*' => got.is_ascii_alphanumeric(),
                    exact => exact == got,
                })
    })
}
