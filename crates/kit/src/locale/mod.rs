//! Languages: texts (Fluent), and numbers, money, percentages and dates as CLDR 48 writes them.
//!
//! A [`Locale`] is a small `Copy` value that every page and mail carries. `locale.t("save")` gives a
//! text, `locale.money(114975, "CAD", 2)` an amount, `locale.date_long(day)` a date. Everything returned
//! is plain text: the template or the mail writer escapes it.
//!
//! The data is a generated table (`cldr.rs`) instead of the ICU crates: ICU4X has no stable currency
//! formatter, and a table of eight locales can be compared, value by value, with two independent
//! programs (`oracles/locale`).

mod check;
#[rustfmt::skip]
mod cldr;
mod data;
mod dates;
mod numbers;
mod texts;

pub use check::{Use, check, check_used};
pub use numbers::Plural;
pub use texts::{Source, Texts, TextsError, Value, install, key};

use data::Cldr;

/// A language the product speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl Lang {
    /// Every language, in the order of menus.
    pub const fn all() -> [Self; 2] {
        [Self::En, Self::Fr]
    }

    /// The stored form: `en` or `fr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Reads the stored form or a tag such as `fr-CA`, in any case. `None` for any other language.
    pub fn parse(text: &str) -> Option<Self> {
        let language = text.trim().split(['-', '_']).next().unwrap_or_default();
        Self::all()
            .into_iter()
            .find(|lang| language.eq_ignore_ascii_case(lang.as_str()))
    }

    /// The language's name in itself, for language menus.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// The other language: what a bilingual page links to.
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Fr,
            Self::Fr => Self::En,
        }
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A language and a region: the one decides the texts, both decide numbers and dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Locale(Which);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Which {
    EnCa,
    FrCa,
    EnUs,
    FrFr,
    EnGb,
    FrBe,
    DeDe,
    NlBe,
}

impl Locale {
    /// English, Canada.
    pub const EN_CA: Self = Self(Which::EnCa);
    /// French, Canada.
    pub const FR_CA: Self = Self(Which::FrCa);
    /// English, United States.
    pub const EN_US: Self = Self(Which::EnUs);
    /// French, France.
    pub const FR_FR: Self = Self(Which::FrFr);
    /// English, United Kingdom; also for the rest of the world, days before months.
    pub const EN_GB: Self = Self(Which::EnGb);
    /// French, Belgium.
    pub const FR_BE: Self = Self(Which::FrBe);
    /// German, Germany: numbers and dates only, the texts are English.
    pub const DE_DE: Self = Self(Which::DeDe);
    /// Dutch, Belgium: numbers and dates only, the texts are English.
    pub const NL_BE: Self = Self(Which::NlBe);

    /// Every locale with numbers and dates, in the order of the table of `compliance.md` §6.2.
    pub const ALL: [Self; 8] = [
        Self::EN_CA,
        Self::FR_CA,
        Self::EN_US,
        Self::FR_FR,
        Self::EN_GB,
        Self::FR_BE,
        Self::DE_DE,
        Self::NL_BE,
    ];

    /// The locale of somebody who reads `lang` and lives in `country` (ISO 3166 alpha-2, any case).
    /// An empty country is Canada. North America reads French the Canadian way; everywhere else English
    /// is written with the day before the month, and French as in France.
    pub fn for_customer(lang: Lang, country: &str) -> Self {
        let country = country.trim().to_ascii_uppercase();
        match (lang, country.as_str()) {
            (Lang::En, "CA" | "") => Self::EN_CA,
            (Lang::En, "US" | "PR" | "GU" | "VI" | "AS" | "MP") => Self::EN_US,
            (Lang::En, _) => Self::EN_GB,
            (Lang::Fr, "CA" | "US" | "") => Self::FR_CA,
            (Lang::Fr, "BE") => Self::FR_BE,
            (Lang::Fr, _) => Self::FR_FR,
        }
    }

    /// The locale with exactly this tag (`fr-CA`, any case), or `None`.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(tag.trim()))
    }

    /// The language of the texts.
    pub const fn lang(self) -> Lang {
        match self.0 {
            Which::FrCa | Which::FrFr | Which::FrBe => Lang::Fr,
            _ => Lang::En,
        }
    }

    /// The BCP 47 tag, for `<html lang>`, `hreflang` and `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self.0 {
            Which::EnCa => "en-CA",
            Which::FrCa => "fr-CA",
            Which::EnUs => "en-US",
            Which::FrFr => "fr-FR",
            Which::EnGb => "en-GB",
            Which::FrBe => "fr-BE",
            Which::DeDe => "de-DE",
            Which::NlBe => "nl-BE",
        }
    }

    fn cldr(self) -> &'static Cldr {
        match self.0 {
            Which::EnCa => &cldr::EN_CA,
            Which::FrCa => &cldr::FR_CA,
            Which::EnUs => &cldr::EN_US,
            Which::FrFr => &cldr::FR_FR,
            Which::EnGb => &cldr::EN_GB,
            Which::FrBe => &cldr::FR_BE,
            Which::DeDe => &cldr::DE_DE,
            Which::NlBe => &cldr::NL_BE,
        }
    }
}

impl std::fmt::Display for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests;
