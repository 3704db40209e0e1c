//! Issued invoices without a database: their totals from the rules, as when one is issued.

use app::invoices::frozen::{Frozen, FrozenLine, FrozenTax, Party, Registration};
use billing::currency::Currency;
use billing::id::TaxRateId;
use billing::invoice::{Computation, Discount, Line};
use billing::quantity::{Quantity, UnitPrice};
use billing::tax::{Pricing, TaxCategory, TaxKind, TaxRate};
use billing::{Money, Rate};
use jiff::civil::date;

/// A line: quantity and price in ten-thousandths, its discount in minor units, the taxes on it by their place.
#[derive(Clone, Debug)]
pub struct One {
    pub quantity: i64,
    pub price: i64,
    pub discount: i64,
    pub taxes: Vec<usize>,
}

/// A rate: percent in parts per million.
pub fn rate(id: &str, kind: TaxKind, category: TaxCategory, ppm: u32) -> TaxRate {
    TaxRate {
        id: TaxRateId::parse(id).unwrap(),
        kind,
        name: format!("{id} in English"),
        name_fr: format!("{id} en français"),
        rate: Rate::from_ppm(ppm).unwrap(),
        base_share: Rate::WHOLE,
        category,
        from: date(2020, 1, 1),
    }
}

pub fn vat(id: &str, ppm: u32) -> TaxRate {
    rate(id, TaxKind::Vat, TaxCategory::Standard, ppm)
}

/// An invoice of a Belgian studio to a German customer; nothing when its totals cannot be computed.
pub fn issued(
    currency: Currency,
    pricing: Pricing,
    ones: &[One],
    rates: &[TaxRate],
    discount_minor: i64,
) -> Option<Frozen> {
    let lines: Vec<Line> = ones
        .iter()
        .map(|one| Line {
            description: "Design work".into(),
            quantity: Quantity::from_ten_thousandths(one.quantity).unwrap(),
            unit_price: UnitPrice::from_ten_thousandths(one.price, currency).unwrap(),
            discount: amount(one.discount, currency),
            tax_ids: one.taxes.iter().map(|at| rates[*at].id.clone()).collect(),
        })
        .collect();
    let totals = Computation {
        currency,
        pricing,
        lines: &lines,
        taxes: rates,
        discount: amount(discount_minor, currency),
    };
    let totals = totals.totals().ok()?;
    let kept = lines
        .iter()
        .zip(&totals.lines)
        .map(|(line, total)| FrozenLine {
            description: line.description.clone(),
            quantity: line.quantity.to_decimal().to_string(),
            unit: "hours".into(),
            unit_price: line.unit_price.to_decimal().to_string(),
            discount: String::new(),
            discount_minor: total.discount.minor(),
            net_minor: total.net.minor(),
            tax_ids: line.tax_ids.iter().map(ToString::to_string).collect(),
        });
    let taxes = totals.taxes.iter().map(|line| FrozenTax {
        id: line.tax.id.to_string(),
        kind: line.tax.kind.as_str().to_owned(),
        name_en: line.tax.name.clone(),
        name_fr: line.tax.name_fr.clone(),
        percent: line.tax.rate.to_string(),
        category: line.tax.category.code().to_owned(),
        base_minor: line.base.minor(),
        amount_minor: line.amount.minor(),
    });
    Some(Frozen {
        shape: 1,
        number: "2026-0042".into(),
        mode: "live".into(),
        language: "en".into(),
        currency: currency.code().to_owned(),
        issue_date: date(2026, 11, 2),
        due_date: date(2026, 12, 2),
        reference: "PO-7781".into(),
        notes: "Thank you".into(),
        seller: seller(),
        buyer: buyer(),
        inclusive: pricing == Pricing::Inclusive,
        lines: kept.collect(),
        subtotal_minor: totals.subtotal.minor(),
        discount: String::new(),
        discount_minor: totals.discount.minor(),
        net_minor: totals.net.minor(),
        taxes: taxes.collect(),
        tax_minor: totals.tax.minor(),
        total_minor: totals.total.minor(),
        corrects: None,
        replaces: None,
    })
}

fn amount(minor: i64, currency: Currency) -> Option<Discount> {
    let amount = Money::from_minor(minor, currency).ok();
    amount.filter(|a| !a.is_zero()).map(Discount::Amount)
}

fn party(name: &str, city: &str, country: &str, vat: &str) -> Party {
    Party {
        name: name.into(),
        legal_name: String::new(),
        contact: String::new(),
        email: "bonjour@studionord.example".into(),
        phone: String::new(),
        website: String::new(),
        street: "1 rue Haute\nBoîte 3".into(),
        city: city.into(),
        province: String::new(),
        postal_code: "1000".into(),
        country: country.into(),
        registrations: vec![Registration {
            kind: "eu_vat".into(),
            number: vat.into(),
        }],
    }
}

pub fn seller() -> Party {
    Party {
        legal_name: "Studio Nord SRL".into(),
        ..party("Studio Nord", "Bruxelles", "BE", "BE0403170701")
    }
}

pub fn buyer() -> Party {
    party("Jansen & Söhne <GmbH>", "Köln", "DE", "DE123456788")
}
