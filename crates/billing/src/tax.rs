//! Taxes: dated rates, and what they come to on an invoice.
//!
//! One rule rounds everything: half away from zero, once per tax on the summed base of the
//! invoice, never per line (TX-01, TX-02, TX-04, TX-09, TX-11, TX-12). Cash rounding has no place
//! here: totals are exact (TX-05).

pub mod place_of_supply;
pub mod presets;

use crate::id::TaxRateId;
use crate::money::{Money, MoneyError};
use crate::rate::Rate;
use crate::registration::RegistrationKind;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Which law a tax comes from; decides the registration that must stand on the invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaxKind {
    /// Goods and services tax of Canada.
    Gst,
    /// Harmonized sales tax of Canada (one combined computation, TX-04).
    Hst,
    /// Quebec sales tax, on the price before any tax (TX-01).
    Qst,
    /// Provincial sales tax (British Columbia, Saskatchewan) or retail sales tax (Manitoba).
    Pst,
    /// Value added tax of the European Union.
    Vat,
    /// Any other, as the seller names it: US sales tax, VAT elsewhere (TX-11).
    Other,
}

impl TaxKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            TaxKind::Gst => "gst",
            TaxKind::Hst => "hst",
            TaxKind::Qst => "qst",
            TaxKind::Pst => "pst",
            TaxKind::Vat => "vat",
            TaxKind::Other => "other",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<TaxKind> {
        [
            TaxKind::Gst,
            TaxKind::Hst,
            TaxKind::Qst,
            TaxKind::Pst,
            TaxKind::Vat,
            TaxKind::Other,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }

    /// The registration whose number must stand on an invoice that charges this tax.
    pub fn registration(self) -> Option<RegistrationKind> {
        match self {
            TaxKind::Gst | TaxKind::Hst => Some(RegistrationKind::GstHst),
            TaxKind::Qst => Some(RegistrationKind::Qst),
            TaxKind::Vat => Some(RegistrationKind::EuVat),
            TaxKind::Pst => Some(RegistrationKind::Pst),
            TaxKind::Other => None,
        }
    }
}

/// The reason for a percentage: category codes of EN 16931.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxCategory {
    /// `S`: any positive rate.
    Standard,
    /// `Z`: rated at zero.
    Zero,
    /// `E`: exempt.
    Exempt,
    /// `AE`: reverse charge, the buyer owes the tax.
    ReverseCharge,
    /// `K`: goods to another member state.
    IntraCommunity,
    /// `G`: export outside the union.
    Export,
    /// `O`: outside the scope of the tax.
    OutsideScope,
}

impl TaxCategory {
    const ALL: [TaxCategory; 7] = [
        TaxCategory::Standard,
        TaxCategory::Zero,
        TaxCategory::Exempt,
        TaxCategory::ReverseCharge,
        TaxCategory::IntraCommunity,
        TaxCategory::Export,
        TaxCategory::OutsideScope,
    ];

    /// The code of EN 16931, as stored: `S`, `AE`, …
    pub fn code(self) -> &'static str {
        match self {
            TaxCategory::Standard => "S",
            TaxCategory::Zero => "Z",
            TaxCategory::Exempt => "E",
            TaxCategory::ReverseCharge => "AE",
            TaxCategory::IntraCommunity => "K",
            TaxCategory::Export => "G",
            TaxCategory::OutsideScope => "O",
        }
    }

    /// Reads the code; none for any other text.
    pub fn parse(code: &str) -> Option<TaxCategory> {
        TaxCategory::ALL
            .into_iter()
            .find(|category| category.code() == code)
    }

    /// Whether the document must say why no tax is charged (never for `S` and `Z`).
    pub fn needs_reason(self) -> bool {
        !matches!(self, TaxCategory::Standard | TaxCategory::Zero)
    }
}

/// A tax at one rate, in force from a day on. Never edited: a new rate is a new one (TX-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// Its id.
    pub id: TaxRateId,
    /// Which law it comes from.
    pub kind: TaxKind,
    /// English name as printed: `GST`. Rates and amounts do not depend on the language.
    pub name: String,
    /// French name as printed: `TPS`.
    pub name_fr: String,
    /// The percentage.
    pub rate: Rate,
    /// The share of the price that is taxed; 100 % nearly always (TX-14).
    pub base_share: Rate,
    /// The reason for the percentage.
    pub category: TaxCategory,
    /// First day in force.
    pub from: Date,
}

/// Why a tax rate cannot be, or tax cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    /// A combined Quebec rate (9.97, 14.97 or 14.975 %), which may not stand on a document (TX-03).
    #[error("GST and QST are shown apart: 5 % and 9.975 %, never combined")]
    CombinedQuebecRate,
    /// A category other than `S` with a positive rate, or `S` with none.
    #[error("the rate does not fit the reason for it")]
    CategoryDoesNotFit,
    /// The name is empty.
    #[error("a tax needs a name")]
    NoName,
    /// An amount went out of range or currencies met.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl TaxRate {
    /// Refuses what may not be offered to a seller at all.
    ///
    /// # Errors
    /// `CombinedQuebecRate` (TX-03), `CategoryDoesNotFit`, `NoName`.
    pub fn check(&self) -> Result<(), TaxError> {
        const COMBINED_PPM: [u32; 3] = [99_700, 149_700, 149_750];
        let canadian = matches!(self.kind, TaxKind::Gst | TaxKind::Qst | TaxKind::Hst);
        if canadian && COMBINED_PPM.contains(&self.rate.ppm()) {
            return Err(TaxError::CombinedQuebecRate);
        }
        if self.rate.is_zero() == (self.category == TaxCategory::Standard) {
            return Err(TaxError::CategoryDoesNotFit);
        }
        if self.name.trim().is_empty() || self.name_fr.trim().is_empty() {
            return Err(TaxError::NoName);
        }
        Ok(())
    }

    /// The rate on the whole price: rate times base share.
    fn factor(&self) -> Decimal {
        self.rate.factor() * self.base_share.factor()
    }
}

/// Of the dated rates of one tax, the one in force on a day (TX-06).
pub fn in_force(rates: &[TaxRate], on: Date) -> Option<&TaxRate> {
    rates
        .iter()
        .filter(|rate| rate.from <= on)
        .max_by_key(|rate| rate.from)
}

/// The day that decides the rate: the earlier of payment and invoice (or due) date (TX-06).
pub fn tax_point(invoiced_on: Date, paid_on: Option<Date>) -> Date {
    paid_on.map_or(invoiced_on, |paid_on| paid_on.min(invoiced_on))
}

/// Whether typed prices contain the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pricing {
    /// Tax comes on top.
    Exclusive,
    /// Tax is inside (TX-08).
    Inclusive,
}

impl Pricing {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Pricing::Exclusive => "exclusive",
            Pricing::Inclusive => "inclusive",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<Pricing> {
        [Pricing::Exclusive, Pricing::Inclusive]
            .into_iter()
            .find(|p| p.as_str() == text)
    }
}

/// An amount under one set of taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxedAmount {
    /// The amount as priced: net when exclusive, gross when inclusive.
    pub amount: Money,
    /// The taxes on it.
    pub taxes: Vec<TaxRate>,
}

/// One tax as it stands on the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxLine {
    /// The rate as it was when computed; frozen with the invoice.
    pub tax: TaxRate,
    /// The net amount under this tax, before the base share.
    pub base: Money,
    /// The tax.
    pub amount: Money,
}

/// What a document comes to. `net` plus all taxes is `total`, always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxedTotal {
    /// Without tax.
    pub net: Money,
    /// Each tax once, in the order first met.
    pub taxes: Vec<TaxLine>,
    /// With tax.
    pub total: Money,
}

/// Computes the taxes of a document. Amounts under the same set of taxes are summed before
/// anything is rounded.
///
/// # Errors
/// `Money` when an amount goes out of range or currencies meet.
pub fn compute(
    currency: crate::Currency,
    amounts: &[TaxedAmount],
    pricing: Pricing,
) -> Result<TaxedTotal, TaxError> {
    let groups = group(amounts)?;
    match pricing {
        Pricing::Exclusive => on_top(currency, &groups),
        Pricing::Inclusive => inside(currency, &groups),
    }
}

/// Sums the amounts that lie under the same set of taxes, in the order first met.
///
/// # Errors
/// `Money`.
pub fn group(amounts: &[TaxedAmount]) -> Result<Vec<TaxedAmount>, TaxError> {
    let mut groups: Vec<TaxedAmount> = Vec::new();
    for one in amounts {
        match groups
            .iter_mut()
            .find(|group| same_set(&group.taxes, &one.taxes))
        {
            Some(group) => group.amount = group.amount.checked_add(one.amount)?,
            None => groups.push(one.clone()),
        }
    }
    Ok(groups)
}

fn same_set(left: &[TaxRate], right: &[TaxRate]) -> bool {
    left.len() == right.len() && left.iter().all(|tax| right.contains(tax))
}

fn on_top(currency: crate::Currency, groups: &[TaxedAmount]) -> Result<TaxedTotal, TaxError> {
    let net = Money::sum(currency, groups.iter().map(|group| group.amount))?;
    let mut taxes = Vec::new();
    for tax in distinct(groups) {
        let under = groups.iter().filter(|group| group.taxes.contains(tax));
        let base = Money::sum(currency, under.map(|group| group.amount))?;
        let amount = Money::rounded(base.to_decimal() * tax.factor(), currency)?;
        taxes.push(TaxLine {
            tax: tax.clone(),
            base,
            amount,
        });
    }
    let all = Money::sum(currency, taxes.iter().map(|line| line.amount))?;
    Ok(TaxedTotal {
        net,
        taxes,
        total: net.checked_add(all)?,
    })
}

/// TX-08: each tax is its own fraction of the gross, rounded; the net is what is left, so that the
/// parts always add up to the price that was promised.
fn inside(currency: crate::Currency, groups: &[TaxedAmount]) -> Result<TaxedTotal, TaxError> {
    let zero = Money::zero(currency);
    let mut taxes: Vec<TaxLine> = distinct(groups)
        .into_iter()
        .map(|tax| TaxLine {
            tax: tax.clone(),
            base: zero,
            amount: zero,
        })
        .collect();
    let (mut net, mut total) = (zero, zero);
    for group in groups {
        let whole: Decimal =
            Decimal::ONE + group.taxes.iter().map(TaxRate::factor).sum::<Decimal>();
        let mut group_net = group.amount;
        let mut parts = Vec::new();
        for tax in &group.taxes {
            let exact = group.amount.to_decimal() * tax.factor() / whole;
            let part = Money::rounded(exact, currency)?;
            group_net = group_net.checked_sub(part)?;
            parts.push(part);
        }
        for (tax, part) in group.taxes.iter().zip(parts) {
            for line in taxes.iter_mut().filter(|line| line.tax == *tax) {
                line.base = line.base.checked_add(group_net)?;
                line.amount = line.amount.checked_add(part)?;
            }
        }
        net = net.checked_add(group_net)?;
        total = total.checked_add(group.amount)?;
    }
    Ok(TaxedTotal { net, taxes, total })
}

fn distinct(groups: &[TaxedAmount]) -> Vec<&TaxRate> {
    let mut seen: Vec<&TaxRate> = Vec::new();
    for tax in groups.iter().flat_map(|group| &group.taxes) {
        if !seen.contains(&tax) {
            seen.push(tax);
        }
    }
    seen
}
