//! Which taxes to propose for a sale: the customer's place decides (TX-07), and only what the
//! seller is registered for may be charged (TX-15).

use super::presets::{self, Preset};
use crate::place::{Country, Province};
use crate::registration::RegistrationKind;
use jiff::civil::Date;

/// A place as tax sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxPlace {
    /// The country.
    pub country: Country,
    /// The province, in Canada.
    pub province: Option<Province>,
}

/// The two sides of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// Where the seller is.
    pub seller: TaxPlace,
    /// What the seller is registered for.
    pub registrations: Vec<RegistrationKind>,
    /// Where the customer is.
    pub customer: TaxPlace,
    /// Whether the customer gave a VAT number (a business of another member state).
    pub customer_has_vat_number: bool,
    /// The day that decides the rates (see [`super::tax_point`]).
    pub on: Date,
}

/// What we propose, and why; the seller confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Charge these.
    Charge(Vec<Preset>),
    /// The seller is registered for none of the taxes due there (TX-15).
    NotRegistered,
    /// Another member state, buyer with a VAT number: the buyer owes the tax (`AE`).
    ReverseCharge,
    /// The customer's place is outside the seller's tax area.
    OutsideScope,
    /// The customer's province is missing; ask for it.
    ProvinceNeeded,
    /// No table of ours covers the seller's country; the seller enters rates.
    SellerDecides,
}

/// Proposes the taxes of a sale of services.
pub fn propose(sale: &Sale) -> Proposal {
    if sale.seller.country == Country::CA {
        in_canada(sale)
    } else if sale.seller.country.is_in_eu() {
        in_european_union(sale)
    } else {
        Proposal::SellerDecides
    }
}

fn in_canada(sale: &Sale) -> Proposal {
    if sale.customer.country != Country::CA {
        return Proposal::OutsideScope;
    }
    match sale.customer.province {
        Some(province) => charge(sale, presets::canada(province, sale.on)),
        None => Proposal::ProvinceNeeded,
    }
}

fn in_european_union(sale: &Sale) -> Proposal {
    let abroad = sale.customer.country != sale.seller.country;
    if !sale.customer.country.is_in_eu() {
        return Proposal::OutsideScope;
    }
    let proposal = charge(sale, presets::european_union(sale.seller.country, sale.on));
    if proposal != Proposal::NotRegistered && abroad && sale.customer_has_vat_number {
        return Proposal::ReverseCharge;
    }
    proposal
}

fn charge(sale: &Sale, taxes: Vec<Preset>) -> Proposal {
    let registered = |preset: &Preset| {
        preset
            .kind
            .registration()
            .is_none_or(|kind| sale.registrations.contains(&kind))
    };
    let due: Vec<Preset> = taxes
        .into_iter()
        .filter(|preset| !preset.optional && registered(preset))
        .collect();
    if due.is_empty() {
        Proposal::NotRegistered
    } else {
        Proposal::Charge(due)
    }
}
