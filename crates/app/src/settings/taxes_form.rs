//! The form "Currency and taxes": the same in the first run and in the settings.

use billing::Currency;
use billing::place::{Country, Province};
use billing::registration::{InvalidRegistration, RegistrationKind, RegistrationNumber};
use kit::locale::{self, Lang, Locale};

use super::Business;
use super::presets::TaxPreset;
use crate::fields::Fields;
use crate::page::{Choice, Errors};
use crate::places;

/// What was typed, and what can be chosen.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the fields of the page, by their names there
pub struct TaxesForm {
    pub currency: String,
    pub preset: String,
    pub gst_hst: String,
    pub qst: String,
    pub pst: String,
    pub eu_vat: String,
    pub other: String,
    pub currencies: Vec<Choice>,
    pub presets: Vec<Choice>,
}

/// The choice of a supplier below the threshold; not a preset of rates.
const SMALL: &str = "small";

const NUMBERS: [(&str, RegistrationKind); 5] = [
    ("gst_hst", RegistrationKind::GstHst),
    ("qst", RegistrationKind::Qst),
    ("pst", RegistrationKind::Pst),
    ("eu_vat", RegistrationKind::EuVat),
    ("other", RegistrationKind::Other),
];

impl TaxesForm {
    /// The form filled with what is kept; before anything was chosen, with what fits the place.
    pub fn of(b: &Business, l: Locale) -> TaxesForm {
        let number = |kind| {
            b.registrations
                .iter()
                .find(|n| n.kind() == kind)
                .map(|n| n.to_string())
                .unwrap_or_default()
        };
        let preset = match (b.small_supplier, b.tax_preset.as_str()) {
            (true, _) => SMALL.to_owned(),
            (false, "") => TaxPreset::proposed_for(b.country, &b.province).key(),
            (false, kept) => kept.to_owned(),
        };
        let currency = if b.tax_preset.is_empty() && !b.small_supplier {
            usual_currency(b.country)
        } else {
            b.currency
        };
        TaxesForm {
            currency: currency.code().to_owned(),
            preset,
            gst_hst: number(RegistrationKind::GstHst),
            qst: number(RegistrationKind::Qst),
            pst: number(RegistrationKind::Pst),
            eu_vat: number(RegistrationKind::EuVat),
            other: number(RegistrationKind::Other),
            currencies: places::currencies(currency.code()),
            presets: preset_choices(l),
        }
    }

    /// The form as it was sent.
    pub fn typed(f: &Fields, l: Locale) -> TaxesForm {
        TaxesForm {
            currency: f.get("currency"),
            preset: f.get("preset"),
            gst_hst: f.get("gst_hst"),
            qst: f.get("qst"),
            pst: f.get("pst"),
            eu_vat: f.get("eu_vat"),
            other: f.get("other"),
            currencies: places::currencies(&f.get("currency")),
            presets: preset_choices(l),
        }
    }

    /// The business with what was typed and the preset chosen, or what is wrong with it.
    ///
    /// # Errors
    /// One sentence a field.
    pub fn parse(&self, old: &Business, l: Locale) -> Result<(Business, TaxPreset), Errors> {
        let mut errors = Errors::new();
        let currency = Currency::parse(&self.currency);
        if currency.is_err() {
            errors.add("currency", l.t("taxes-currency-empty"));
        }
        let small = self.preset == SMALL;
        let preset = if small {
            Some(TaxPreset::None)
        } else {
            TaxPreset::parse(&self.preset)
        };
        if preset.is_none() {
            errors.add("preset", l.t("taxes-preset-empty"));
        }
        let registrations = self.numbers(l, &mut errors);
        // TX-15: who is not registered shows no number at all; the two must not contradict each other.
        if small && (!registrations.is_empty() || !errors.is_empty()) {
            errors.add("preset", l.t("taxes-small-with-number"));
        }
        match (currency, preset) {
            (Ok(currency), Some(preset)) if errors.is_empty() => {
                let business = Business {
                    currency,
                    registrations,
                    tax_preset: preset.key(),
                    small_supplier: small,
                    ..old.clone()
                };
                Ok((business, preset))
            }
            _ => Err(errors),
        }
    }

    fn numbers(&self, l: Locale, errors: &mut Errors) -> Vec<RegistrationNumber> {
        let typed = [
            &self.gst_hst,
            &self.qst,
            &self.pst,
            &self.eu_vat,
            &self.other,
        ];
        let mut out = Vec::new();
        for ((field, kind), text) in NUMBERS
            .into_iter()
            .zip(typed)
            .filter(|(_, text)| !text.is_empty())
        {
            match RegistrationNumber::parse(kind, text) {
                Ok(number) => out.push(number),
                Err(InvalidRegistration::CheckDigit) => {
                    errors.add(field, l.t("taxes-number-check"))
                }
                Err(InvalidRegistration::Country) => errors.add(field, l.t("taxes-number-country")),
                Err(_) => errors.add(field, l.t(shape_of(kind))),
            }
        }
        out
    }
}

fn shape_of(kind: RegistrationKind) -> &'static str {
    match kind {
        RegistrationKind::GstHst => locale::key("taxes-number-gst-shape"),
        RegistrationKind::Qst => locale::key("taxes-number-qst-shape"),
        RegistrationKind::EuVat => locale::key("taxes-number-vat-shape"),
        RegistrationKind::Pst | RegistrationKind::Other => locale::key("taxes-number-other-shape"),
    }
}

fn usual_currency(country: Country) -> Currency {
    let code = match country.code() {
        "CA" => "CAD",
        "US" => "USD",
        "GB" => "GBP",
        "CH" => "CHF",
        "AU" => "AUD",
        "JP" => "JPY",
        "BG" | "FR" | "BE" | "DE" | "NL" | "LU" | "IE" | "ES" | "IT" | "PT" | "AT" | "FI"
        | "GR" | "EE" | "LV" | "LT" | "SI" | "SK" | "HR" | "MT" | "CY" => "EUR",
        "DK" => "DKK",
        "SE" => "SEK",
        "PL" => "PLN",
        "CZ" => "CZK",
        "HU" => "HUF",
        "RO" => "RON",
        _ => "USD",
    };
    Currency::parse(code).unwrap_or(Currency::CAD)
}

fn preset_choices(l: Locale) -> Vec<Choice> {
    let french = l.lang() == Lang::Fr;
    let province = |p: &Province| {
        let name = if french { p.names().1 } else { p.names().0 };
        let words = match p {
            Province::QC => locale::key("preset-quebec"),
            Province::ON | Province::NB | Province::NL | Province::NS | Province::PE => {
                locale::key("preset-hst")
            }
            Province::BC | Province::SK | Province::MB => locale::key("preset-gst-pst"),
            Province::AB | Province::NT | Province::NU | Province::YT => locale::key("preset-gst"),
        };
        Choice::new(TaxPreset::Canada(*p).key(), l.t1(words, "place", name))
    };
    let mut out: Vec<Choice> = std::iter::once(&Province::QC)
        .chain(Province::ALL.iter().filter(|p| **p != Province::QC))
        .map(province)
        .collect();
    let union = places::countries(l).into_iter().filter_map(|c| {
        Some((
            Country::parse(&c.value).ok().filter(|c| c.is_in_eu())?,
            c.label,
        ))
    });
    out.extend(union.map(|(country, name)| {
        Choice::new(
            TaxPreset::EuropeanUnion(country).key(),
            l.t1("preset-vat", "place", name),
        )
    }));
    out.push(Choice::new(SMALL, l.t("preset-small")));
    out.push(Choice::new("none", l.t("preset-none")));
    out
}
