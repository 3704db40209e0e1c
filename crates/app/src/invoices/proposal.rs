//! Which taxes stand ticked on a new line: the customer's place decides (TX-07), the seller confirms.

use billing::place::Province;
use billing::tax::place_of_supply::{Proposal, Sale, TaxPlace, propose};
use jiff::civil::Date;

use crate::customers::Customer;
use crate::settings::{Business, SellerRate};

/// Ids of the rates to tick.
pub(super) fn taxes(
    business: &Business,
    rates: &[SellerRate],
    customer: Option<&Customer>,
    on: Date,
) -> Vec<String> {
    if business.small_supplier {
        return Vec::new();
    }
    let ids = |wanted: &dyn Fn(&SellerRate) -> bool| {
        let live = rates
            .iter()
            .filter(|r| r.archived_at.is_none() && wanted(r));
        live.map(|r| r.rate.id.to_string()).collect()
    };
    let at_home = |r: &SellerRate| r.is_default;
    let Some(party) = customer.and_then(|c| c.party().ok()) else {
        return ids(&at_home);
    };
    let sale = Sale {
        seller: TaxPlace {
            country: business.country,
            province: Province::parse(&business.province).ok(),
        },
        registrations: business.registrations.iter().map(|r| r.kind()).collect(),
        customer: party.address.tax_place(),
        customer_has_vat_number: party.registration.is_some(),
        on,
    };
    match propose(&sale) {
        Proposal::Charge(presets) => ids(&|r: &SellerRate| {
            presets.iter().any(|p| {
                p.key == r.preset
                    || (r.preset.starts_with(p.key) && p.rate == r.rate.rate && r.is_default)
            })
        }),
        Proposal::SellerDecides => ids(&at_home),
        Proposal::NotRegistered
        | Proposal::ReverseCharge
        | Proposal::OutsideScope
        | Proposal::ProvinceNeeded => Vec::new(),
    }
}
