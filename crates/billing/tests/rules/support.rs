//! Short spellings for tests.

use billing::customer::{Address, Customer, Language, Seller};
use billing::id::{CustomerId, InvoiceId, TaxRateId};
use billing::invoice::draft::{Draft, IssueContext};
use billing::invoice::{Computation, Discount, Line, Totals};
use billing::place::Country;
use billing::quantity::{Quantity, UnitPrice};
use billing::registration::{RegistrationKind, RegistrationNumber};
use billing::tax::presets::Preset;
use billing::tax::{Pricing, TaxCategory, TaxKind, TaxRate};
use billing::{Currency, Mode, Money, Rate};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

pub fn money(text: &str, currency: &str) -> Money {
    let value: Decimal = text.parse().unwrap();
    let money = Money::rounded(value, Currency::parse(currency).unwrap()).unwrap();
    assert_eq!(
        money.to_decimal(),
        value,
        "not an amount of {currency}: {text}"
    );
    money
}

pub fn cad(text: &str) -> Money {
    money(text, "CAD")
}

pub fn tax(id: &str, percent: &str) -> TaxRate {
    let rate = Rate::parse_typed(percent).unwrap();
    TaxRate {
        id: TaxRateId::parse(id).unwrap(),
        kind: TaxKind::Other,
        name: id.to_owned(),
        name_fr: id.to_owned(),
        rate,
        base_share: Rate::WHOLE,
        category: if rate.is_zero() {
            TaxCategory::Exempt
        } else {
            TaxCategory::Standard
        },
        from: date(2000, 1, 1),
    }
}

pub fn preset_taxes(presets: &[Preset]) -> Vec<TaxRate> {
    presets
        .iter()
        .map(|p| p.to_tax_rate(TaxRateId::parse(p.key).unwrap()))
        .collect()
}

pub fn line(quantity: &str, price: &str, currency: Currency, taxes: &[&TaxRate]) -> Line {
    Line {
        description: "Work".to_owned(),
        quantity: Quantity::parse_typed(quantity).unwrap(),
        unit_price: UnitPrice::parse_typed(price, currency).unwrap_or_else(|_| {
            let value: Decimal = price.parse().unwrap();
            let scaled = i64::try_from((value * Decimal::from(10_000)).normalize()).unwrap();
            UnitPrice::from_ten_thousandths(scaled, currency).unwrap()
        }),
        discount: None,
        tax_ids: taxes.iter().map(|tax| tax.id.clone()).collect(),
    }
}

pub fn totals(
    currency: Currency,
    lines: &[Line],
    taxes: &[TaxRate],
    discount: Option<Discount>,
) -> Totals {
    let pricing = Pricing::Exclusive;
    Computation {
        currency,
        pricing,
        lines,
        taxes,
        discount,
    }
    .totals()
    .unwrap()
}

pub fn address(country: &str, region: &str) -> Address {
    Address {
        line1: "1, rue Principale".to_owned(),
        line2: String::new(),
        city: "Ville".to_owned(),
        region: region.to_owned(),
        postal_code: "H2X 1Y4".to_owned(),
        country: Country::parse(country).unwrap(),
    }
}

pub fn seller(registrations: &[(RegistrationKind, &str)]) -> Seller {
    Seller {
        name: "Studio Nord".to_owned(),
        email: "studio@example.org".to_owned(),
        address: address("CA", "QC"),
        registrations: registrations
            .iter()
            .map(|(kind, text)| RegistrationNumber::parse(*kind, text).unwrap())
            .collect(),
    }
}

pub fn quebec_seller() -> Seller {
    seller(&[
        (RegistrationKind::GstHst, "123456782RT0001"),
        (RegistrationKind::Qst, "1234567890TQ0001"),
    ])
}

pub fn customer() -> Customer {
    Customer {
        id: CustomerId::parse("c1").unwrap(),
        name: "Ana".to_owned(),
        contact: String::new(),
        email: "ana@example.org".to_owned(),
        language: Language::French,
        address: address("CA", "QC"),
        registration: None,
    }
}

pub fn draft(lines: Vec<Line>, taxes: Vec<TaxRate>) -> Draft {
    Draft {
        id: InvoiceId::parse("i1").unwrap(),
        mode: Mode::Live,
        customer: Some(customer()),
        currency: Currency::CAD,
        language: Language::French,
        due_date: Some(date(2026, 12, 23)),
        pricing: Pricing::Exclusive,
        lines,
        taxes,
        discount: None,
        notes: String::new(),
    }
}

pub fn today() -> Date {
    date(2026, 11, 23)
}

pub fn context(seller: &Seller) -> IssueContext<'_> {
    IssueContext {
        seller,
        issue_date: today(),
        last_issue_date: None,
    }
}
