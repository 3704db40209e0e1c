//! Tax rates we know, each with the first day we know it in force. Proposals, never applied
//! silently; a seller's own rates are copies of these (TX-06).

use super::{TaxCategory, TaxKind, TaxRate};
use crate::id::TaxRateId;
use crate::place::{Country, Province};
use crate::rate::Rate;
use jiff::civil::{Date, date};

/// A rate of our table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Stable name of the rate: `ca-gst`, `ca-hst-ns`, `be-vat-21`.
    pub key: &'static str,
    /// Which law it comes from.
    pub kind: TaxKind,
    /// English name.
    pub name: &'static str,
    /// French name.
    pub name_fr: &'static str,
    /// The percentage.
    pub rate: Rate,
    /// The share of the price that is taxed (TX-14).
    pub base_share: Rate,
    /// First day known in force.
    pub from: Date,
    /// Only for sellers registered for it and supplies it covers; never proposed on its own
    /// (PST, RST, reduced VAT).
    pub optional: bool,
}

impl Preset {
    /// A seller's rate from this preset.
    pub fn to_tax_rate(&self, id: TaxRateId) -> TaxRate {
        TaxRate {
            id,
            kind: self.kind,
            name: self.name.to_owned(),
            name_fr: self.name_fr.to_owned(),
            rate: self.rate,
            base_share: self.base_share,
            category: TaxCategory::Standard,
            from: self.from,
        }
    }
}

const fn canadian(
    key: &'static str,
    kind: TaxKind,
    names: (&'static str, &'static str),
    ppm: u32,
    from: Date,
) -> Preset {
    Preset {
        key,
        kind,
        name: names.0,
        name_fr: names.1,
        rate: Rate::known_ppm(ppm),
        base_share: Rate::WHOLE,
        from,
        optional: false,
    }
}

const GST: Preset = canadian(
    "ca-gst",
    TaxKind::Gst,
    ("GST", "TPS"),
    50_000,
    date(2008, 1, 1),
);
const QST: Preset = canadian(
    "ca-qst",
    TaxKind::Qst,
    ("QST", "TVQ"),
    99_750,
    date(2013, 1, 1),
);
const HST_ON: Preset = hst("ca-hst-on", 130_000, date(2010, 7, 1));
const HST_NB: Preset = hst("ca-hst-nb", 150_000, date(2016, 7, 1));
const HST_NL: Preset = hst("ca-hst-nl", 150_000, date(2016, 7, 1));
const HST_PE: Preset = hst("ca-hst-pe", 150_000, date(2016, 10, 1));
const HST_NS_15: Preset = hst("ca-hst-ns-15", 150_000, date(2010, 7, 1));
const HST_NS_14: Preset = hst("ca-hst-ns", 140_000, date(2025, 4, 1));
const PST_BC: Preset = pst(
    "ca-pst-bc",
    ("PST (BC)", "TVP (C.-B.)"),
    70_000,
    date(2013, 4, 1),
);
const PST_SK: Preset = pst(
    "ca-pst-sk",
    ("PST (SK)", "TVP (Sask.)"),
    60_000,
    date(2017, 3, 23),
);
const RST_MB: Preset = pst(
    "ca-rst-mb",
    ("RST (MB)", "TVD (Man.)"),
    70_000,
    date(2019, 7, 1),
);
/// Engineering and architecture in British Columbia: PST on 30 % of the fee (TX-14).
const PST_BC_PARTIAL: Preset = Preset {
    base_share: Rate::known_ppm(300_000),
    ..pst(
        "ca-pst-bc-30",
        ("PST (BC), 30 % base", "TVP (C.-B.), base 30 %"),
        70_000,
        date(2026, 10, 1),
    )
};

const fn hst(key: &'static str, ppm: u32, from: Date) -> Preset {
    canadian(key, TaxKind::Hst, ("HST", "TVH"), ppm, from)
}

const fn pst(
    key: &'static str,
    names: (&'static str, &'static str),
    ppm: u32,
    from: Date,
) -> Preset {
    Preset {
        optional: true,
        ..canadian(key, TaxKind::Pst, names, ppm, from)
    }
}

/// The Canadian taxes of a customer's province on a day, GST or HST first (TX-06, TX-07).
pub fn canada(province: Province, on: Date) -> Vec<Preset> {
    let nova_scotia = if on < HST_NS_14.from {
        HST_NS_15
    } else {
        HST_NS_14
    };
    let taxes = match province {
        Province::QC => vec![GST, QST],
        Province::ON => vec![HST_ON],
        Province::NB => vec![HST_NB],
        Province::NL => vec![HST_NL],
        Province::PE => vec![HST_PE],
        Province::NS => vec![nova_scotia],
        Province::AB | Province::YT | Province::NT | Province::NU => vec![GST],
        Province::BC => vec![GST, PST_BC, PST_BC_PARTIAL],
        Province::SK => vec![GST, PST_SK],
        Province::MB => vec![GST, RST_MB],
    };
    taxes.into_iter().filter(|tax| tax.from <= on).collect()
}

/// Value added tax of a member state: the standard rate first, then the reduced rates we are sure
/// of (optional: which supplies they cover is the seller's to know). Empty outside the union.
pub fn european_union(country: Country, on: Date) -> Vec<Preset> {
    let Some((_, standard, reduced)) = EU_VAT.iter().find(|(code, ..)| *code == country.code())
    else {
        return Vec::new();
    };
    let standard = standard.iter().rev().find(|(_, from)| *from <= on);
    let reduced = reduced.iter().map(|ppm| (*ppm, KNOWN_SINCE, true));
    standard
        .map(|(ppm, from)| (*ppm, *from, false))
        .into_iter()
        .chain(reduced)
        .filter(|(_, from, _)| *from <= on)
        .map(|(ppm, from, optional)| Preset {
            key: "eu-vat",
            kind: TaxKind::Vat,
            name: "VAT",
            name_fr: "TVA",
            rate: Rate::known_ppm(ppm),
            base_share: Rate::WHOLE,
            from,
            optional,
        })
        .collect()
}

/// The day from which the table of the union is known to hold where no change is listed.
const KNOWN_SINCE: Date = date(2024, 1, 1);

type MemberState = (&'static str, &'static [(u32, Date)], &'static [u32]);

/// Country, standard rates in order of their first day, reduced rates in force in late 2026.
const EU_VAT: &[MemberState] = &[
    ("AT", &[(200_000, KNOWN_SINCE)], &[130_000, 100_000]),
    ("BE", &[(210_000, KNOWN_SINCE)], &[120_000, 60_000]),
    ("BG", &[(200_000, KNOWN_SINCE)], &[90_000]),
    ("CY", &[(190_000, KNOWN_SINCE)], &[90_000, 50_000]),
    ("CZ", &[(210_000, KNOWN_SINCE)], &[120_000]),
    ("DE", &[(190_000, KNOWN_SINCE)], &[70_000]),
    ("DK", &[(250_000, KNOWN_SINCE)], &[]),
    (
        "EE",
        &[(220_000, KNOWN_SINCE), (240_000, date(2025, 7, 1))],
        &[90_000],
    ),
    ("ES", &[(210_000, KNOWN_SINCE)], &[100_000, 40_000]),
    (
        "FI",
        &[(240_000, KNOWN_SINCE), (255_000, date(2024, 9, 1))],
        &[],
    ),
    ("FR", &[(200_000, KNOWN_SINCE)], &[100_000, 55_000, 21_000]),
    ("GR", &[(240_000, KNOWN_SINCE)], &[130_000, 60_000]),
    ("HR", &[(250_000, KNOWN_SINCE)], &[130_000, 50_000]),
    ("HU", &[(270_000, KNOWN_SINCE)], &[180_000, 50_000]),
    ("IE", &[(230_000, KNOWN_SINCE)], &[135_000, 90_000]),
    ("IT", &[(220_000, KNOWN_SINCE)], &[100_000, 50_000, 40_000]),
    ("LT", &[(210_000, KNOWN_SINCE)], &[]),
    ("LU", &[(170_000, KNOWN_SINCE)], &[140_000, 80_000, 30_000]),
    ("LV", &[(210_000, KNOWN_SINCE)], &[120_000, 50_000]),
    ("MT", &[(180_000, KNOWN_SINCE)], &[70_000, 50_000]),
    ("NL", &[(210_000, KNOWN_SINCE)], &[90_000]),
    ("PL", &[(230_000, KNOWN_SINCE)], &[80_000, 50_000]),
    ("PT", &[(230_000, KNOWN_SINCE)], &[130_000, 60_000]),
    (
        "RO",
        &[(190_000, KNOWN_SINCE), (210_000, date(2025, 8, 1))],
        &[],
    ),
    ("SE", &[(250_000, KNOWN_SINCE)], &[120_000, 60_000]),
    ("SI", &[(220_000, KNOWN_SINCE)], &[95_000, 50_000]),
    (
        "SK",
        &[(200_000, KNOWN_SINCE), (230_000, date(2025, 1, 1))],
        &[],
    ),
];
