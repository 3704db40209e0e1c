//! Sets of tax rates a seller can choose with one press: Quebec, HST by province, GST alone, the European
//! Union by country, none. Copied into the seller's own rates; nothing optional is applied silently (§4.2).

use billing::id::{BusinessId, TaxRateId};
use billing::place::{Country, Province};
use billing::tax::presets::{Preset, canada, european_union};
use jiff::civil::Date;
use kit::db::{Error, Tx};

use super::{SellerRate, store};
use crate::app::App;

/// One of the sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxPreset {
    /// The taxes of a province, proposed; the GST and HST of the other provinces beside them, because the
    /// customer's province decides (TX-07).
    Canada(Province),
    /// Value added tax of a member state.
    EuropeanUnion(Country),
    /// No tax.
    None,
}

impl TaxPreset {
    /// The stored form: `ca-QC`, `eu-BE`, `none`.
    pub fn key(self) -> String {
        match self {
            TaxPreset::Canada(province) => format!("ca-{}", province.code()),
            TaxPreset::EuropeanUnion(country) => format!("eu-{}", country.code()),
            TaxPreset::None => "none".to_owned(),
        }
    }

    /// Reads the stored form; nothing for any other text.
    pub fn parse(text: &str) -> Option<TaxPreset> {
        match text.split_once('-') {
            Some(("ca", code)) => Province::ALL
                .into_iter()
                .find(|p| p.code() == code)
                .map(TaxPreset::Canada),
            Some(("eu", code)) => {
                let country = Country::parse(code).ok().filter(|c| c.is_in_eu())?;
                Some(TaxPreset::EuropeanUnion(country))
            }
            None if text == "none" => Some(TaxPreset::None),
            _ => None,
        }
    }

    /// What to propose to a business at this place.
    pub fn proposed_for(country: Country, province: &str) -> TaxPreset {
        match Province::parse(province) {
            Ok(province) if country == Country::CA => TaxPreset::Canada(province),
            _ if country.is_in_eu() => TaxPreset::EuropeanUnion(country),
            _ => TaxPreset::None,
        }
    }

    /// The rates of the set on a day: stable key, rate, whether proposed on new lines.
    pub fn rates(self, on: Date) -> Vec<(String, Preset, bool)> {
        match self {
            TaxPreset::Canada(home) => {
                let of = |province: Province| canada(province, on).into_iter();
                let own = of(home).map(|p| (p.key.to_owned(), p, !p.optional));
                // QST needs a registration of its own, which only a Quebec preset supposes.
                let elsewhere = |p: &Preset| !p.optional && p.key != "ca-qst";
                let others = Province::ALL
                    .into_iter()
                    .filter(|p| *p != home)
                    .flat_map(of)
                    .filter(elsewhere);
                let mut all: Vec<_> = own.collect();
                for preset in others {
                    if all.iter().all(|(key, ..)| key != preset.key) {
                        all.push((preset.key.to_owned(), preset, false));
                    }
                }
                all
            }
            TaxPreset::EuropeanUnion(country) => european_union(country, on)
                .into_iter()
                .map(|p| {
                    (
                        format!("eu-vat-{}-{}", country.code(), p.rate),
                        p,
                        !p.optional,
                    )
                })
                .collect(),
            TaxPreset::None => Vec::new(),
        }
    }
}

/// Makes the rates of a set the seller's: what is missing is added, what was put away is taken out again, what
/// came from another set is put away. The seller's own rates stay.
///
/// # Errors
/// Of the database.
pub fn choose(
    tx: &mut Tx<'_>,
    app: &App,
    business_id: &BusinessId,
    preset: TaxPreset,
    on: Date,
) -> Result<(), Error> {
    let wanted = preset.rates(on);
    let present = store::list_rates(tx, business_id)?;
    for old in present.iter().filter(|old| !old.preset.is_empty()) {
        let kept = wanted
            .iter()
            .find(|(key, p, _)| *key == old.preset && p.rate == old.rate.rate);
        let (is_default, archived_at) = match kept {
            Some((_, _, is_default)) => (*is_default, None),
            None => (false, old.archived_at.or(Some(app.now_ms()))),
        };
        if (is_default, archived_at) != (old.is_default, old.archived_at) {
            store::update_rate_use(tx, business_id, &old.rate.id, is_default, archived_at)?;
        }
    }
    let first = present.iter().map(|p| p.position + 1).max().unwrap_or(0);
    let new = wanted.iter().filter(|(key, p, _)| {
        !present
            .iter()
            .any(|old| old.preset == *key && old.rate.rate == p.rate)
    });
    for (position, (key, preset, is_default)) in (first..).zip(new) {
        let id = TaxRateId::parse(app.new_id())
            .map_err(|_| Error::Shape("a new id has a bad shape".into()))?;
        let rate = preset.to_tax_rate(id);
        let row = SellerRate {
            rate,
            inclusive: false,
            preset: key.clone(),
            position,
            is_default: *is_default,
            archived_at: None,
        };
        store::insert_rate(tx, business_id, &row)?;
    }
    Ok(())
}
