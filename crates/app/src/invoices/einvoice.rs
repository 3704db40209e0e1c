//! The invoice as a machine reads it: what stands frozen, in the terms of EN 16931. Nothing is computed that was not
//! issued; what the standard cannot say is named, in a sentence a seller can act on.

use billing::place::Country;
use billing::tax::TaxCategory;
use documents::Day;
use documents::einvoice::{
    Allowance, Category, Einvoice, Gap, Id, Kind, Line, Party, Payment, Preceding, Tax, Totals,
    endpoint, legal_id, unit_code,
};
use jiff::civil::Date;
use kit::locale::{self, Lang, Locale};

use super::frozen::{self, Frozen, FrozenLine, FrozenTax};

/// The invoice as data, in the words of `l`. `link`: where it can be paid; empty leaves that out.
///
/// # Errors
/// The keys of sentences that say what is missing, each once.
pub fn einvoice(f: &Frozen, l: Locale, link: &str) -> Result<Einvoice, Vec<&'static str>> {
    let mut lacks = Vec::new();
    if f.inclusive {
        lacks.push(locale::key("einvoice-lack-inclusive"));
    }
    let lines: Vec<(Category, &FrozenLine)> = f
        .lines
        .iter()
        .filter_map(|line| match category(f, line) {
            Ok(category) => Some((category, line)),
            Err(lack) => {
                lacks.push(lack);
                None
            }
        })
        .collect();
    if lacks.is_empty() {
        let written = write(f, l, link, &lines);
        lacks.extend(written.gaps().iter().map(sentence));
        if lacks.is_empty() {
            return Ok(written);
        }
    }
    lacks.sort_unstable();
    lacks.dedup();
    Err(lacks)
}

/// Whether somebody is likely to ask for it: one side is in the European Union.
pub fn is_expected(f: &Frozen) -> bool {
    [&f.seller, &f.buyer].into_iter().any(is_in_eu)
}

fn is_in_eu(party: &frozen::Party) -> bool {
    Country::parse(&party.country).is_ok_and(Country::is_in_eu)
}

/// The one category of VAT a line is under.
fn category(f: &Frozen, line: &FrozenLine) -> Result<Category, &'static str> {
    let in_eu = is_in_eu(&f.seller);
    let taxes: Vec<&FrozenTax> = f
        .taxes
        .iter()
        .filter(|tax| line.tax_ids.contains(&tax.id))
        .collect();
    // What a seller of the union named freely is VAT all the same, if it is charged.
    let is_vat = |tax: &FrozenTax| tax.kind == "vat" || (in_eu && tax.kind == "other");
    match taxes[..] {
        [tax] if is_vat(tax) => {
            let code = TaxCategory::parse(&tax.category).filter(|_| {
                // A rate of zero that the seller made says not why.
                tax.kind == "vat" || tax.category == TaxCategory::Standard.code()
            });
            let code = code.ok_or(locale::key("einvoice-lack-reason"))?;
            Ok(Category::new(code, tax.percent.as_str()))
        }
        // A seller of the union owes a reason; elsewhere a supply without tax is no supply VAT knows.
        [] if in_eu => Err(locale::key("einvoice-lack-reason")),
        _ if taxes.iter().all(|tax| tax.amount_minor == 0) => {
            Ok(Category::new(TaxCategory::OutsideScope, "0"))
        }
        _ => Err(locale::key("einvoice-lack-vat")),
    }
}

fn write(f: &Frozen, l: Locale, link: &str, lines: &[(Category, &FrozenLine)]) -> Einvoice {
    let taxes = taxes(f, l, lines);
    let outside = lines
        .iter()
        .any(|(category, _)| category.code == TaxCategory::OutsideScope);
    let corrects = f.corrects.as_ref();
    let before = corrects.map(|c| &c.invoice).or(f.replaces.as_ref());
    Einvoice {
        kind: if f.is_credit_note() {
            Kind::CreditNote
        } else {
            Kind::Invoice
        },
        number: f.number.clone(),
        issue_date: day(f.issue_date),
        // Nothing is to be paid on a credit note; what becomes of its amount is told in words.
        due_date: (!f.is_credit_note()).then(|| day(f.due_date)),
        currency: f.currency.clone(),
        exponent: f.exponent(),
        buyer_reference: f.reference.clone(),
        order_reference: String::new(),
        note: note(f, l),
        terms: if f.is_credit_note() {
            l.t("einvoice-credit-terms").into_owned()
        } else if link.is_empty() {
            String::new()
        } else {
            l.t1("einvoice-pay-at", "link", link).into_owned()
        },
        preceding: before
            .map(|b| Preceding {
                number: b.number.clone(),
                issue_date: Some(day(b.issue_date)),
            })
            .into_iter()
            .collect(),
        seller: seller(&f.seller, outside),
        buyer: buyer(&f.buyer, outside),
        delivery: None,
        period: None,
        payment: (!link.is_empty() && !f.is_credit_note())
            .then(|| Payment::online(l.t("einvoice-pay-online"), f.number.as_str())),
        lines: lines
            .iter()
            .enumerate()
            .map(|(at, (category, kept))| line(at, kept, category, l))
            .collect(),
        allowances: discounts(f, l, lines, &taxes),
        totals: Totals {
            lines_minor: f.subtotal_minor,
            allowances_minor: f.discount_minor,
            net_minor: f.net_minor,
            tax_minor: f.tax_minor,
            total_minor: f.total_minor,
            due_minor: f.total_minor,
            ..Totals::default()
        },
        taxes,
    }
}

fn day(date: Date) -> Day {
    // Years of invoices have four digits, months and days two.
    Day::new(
        date.year().unsigned_abs(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )
}

/// Nobody may book a test for an invoice.
fn note(f: &Frozen, l: Locale) -> String {
    let test = f.mode == "test";
    let words = test.then(|| l.t("paper-test").into_owned());
    let reason = f.corrects.as_ref().map(|c| c.reason.clone());
    let parts = words.into_iter().chain(reason).chain(Some(f.notes.clone()));
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn number(party: &frozen::Party, is: impl Fn(&str) -> bool) -> &str {
    let found = party.registrations.iter().find(|r| is(&r.kind));
    found.map_or("", |r| r.number.as_str())
}

fn party(p: &frozen::Party) -> Party {
    let vat_number = number(p, |kind| kind == "eu_vat").to_owned();
    Party {
        legal_id: legal_id(&vat_number),
        endpoint: endpoint(&vat_number, &p.email),
        vat_number,
        name: p.name.clone(),
        street: p.street.clone(),
        city: p.city.clone(),
        postal_code: p.postal_code.clone(),
        province: p.province.clone(),
        country: p.country.clone(),
        contact: p.contact.clone(),
        phone: p.phone.clone(),
        email: p.email.clone(),
        ..Party::default()
    }
}

/// What is outside the scope of VAT stands beside no VAT number (BR-O-02): it is then a tax number like any other.
fn seller(p: &frozen::Party, outside: bool) -> Party {
    let mut party = party(p);
    if !p.legal_name.is_empty() && p.legal_name != p.name {
        party.name.clone_from(&p.legal_name);
        party.trading_name.clone_from(&p.name);
    }
    if outside {
        party.tax_number = std::mem::take(&mut party.vat_number);
    }
    if party.vat_number.is_empty() && party.tax_number.is_empty() {
        party.tax_number = number(p, |_| true).to_owned();
    }
    if party.vat_number.is_empty() && party.legal_id.is_none() && !party.tax_number.is_empty() {
        party.identifiers = vec![Id::new("", party.tax_number.as_str())];
    }
    party
}

fn buyer(p: &frozen::Party, outside: bool) -> Party {
    let mut party = party(p);
    if outside && !party.vat_number.is_empty() {
        party.identifiers = vec![Id::new("", std::mem::take(&mut party.vat_number))];
    }
    party
}

fn line(at: usize, kept: &FrozenLine, category: &Category, l: Locale) -> Line {
    let unit = unit_code(&kept.unit);
    let mut lines = kept.description.lines().filter(|s| !s.trim().is_empty());
    let name = lines.next().unwrap_or_default().trim().to_owned();
    let more = lines.next().is_some();
    let (quantity, price) = upright(&kept.quantity, &kept.unit_price);
    let discount = Allowance::discount(kept.discount_minor, l.t("discount"), category.clone());
    Line {
        id: (at + 1).to_string(),
        // A unit of no list is told in words.
        note: if unit.is_none() {
            kept.unit.clone()
        } else {
            String::new()
        },
        name,
        description: if more {
            kept.description.clone()
        } else {
            String::new()
        },
        quantity,
        unit: unit.unwrap_or("C62").to_owned(),
        price,
        allowances: (kept.discount_minor != 0)
            .then_some(discount)
            .into_iter()
            .collect(),
        net_minor: kept.net_minor,
        tax: category.clone(),
    }
}

/// A price is never below zero (BR-27): two for minus five is minus two for five.
fn upright(quantity: &str, price: &str) -> (String, String) {
    match (price.strip_prefix('-'), quantity.strip_prefix('-')) {
        (None, _) => (quantity.to_owned(), price.to_owned()),
        (Some(price), Some(quantity)) => (quantity.to_owned(), price.to_owned()),
        (Some(price), None) => (format!("-{quantity}"), price.to_owned()),
    }
}

/// Each category and rate once, with what was issued under it.
fn taxes(f: &Frozen, l: Locale, lines: &[(Category, &FrozenLine)]) -> Vec<Tax> {
    let mut taxes: Vec<Tax> = Vec::new();
    for (category, kept) in lines {
        if taxes.iter().any(|tax| tax.category == *category) {
            continue;
        }
        let under = |tax: &&FrozenTax| {
            lines
                .iter()
                .any(|(other, line)| other == category && line.tax_ids.contains(&tax.id))
        };
        let outside = category.code == TaxCategory::OutsideScope;
        let (base_minor, amount_minor) = if outside {
            // It stands alone, or not at all: then all of the invoice is under it.
            (f.net_minor, 0)
        } else {
            f.taxes.iter().filter(under).fold((0, 0), |sum, tax| {
                (sum.0 + tax.base_minor, sum.1 + tax.amount_minor)
            })
        };
        let named = f.taxes.iter().find(|tax| kept.tax_ids.contains(&tax.id));
        let (reason, reason_code) = reason(category.code, named, l);
        taxes.push(Tax {
            category: category.clone(),
            base_minor,
            amount_minor,
            reason,
            reason_code: reason_code.to_owned(),
        });
    }
    taxes
}

/// Why no VAT is charged, in words and as a code of the VATEX list.
fn reason(code: TaxCategory, tax: Option<&FrozenTax>, l: Locale) -> (String, &'static str) {
    let words = |text: std::borrow::Cow<'_, str>| text.into_owned();
    match code {
        TaxCategory::Standard | TaxCategory::Zero => (String::new(), ""),
        // Only the seller knows which exemption it is, and named the rate for it.
        TaxCategory::Exempt => {
            let name = tax.map(|t| {
                if l.lang() == Lang::Fr {
                    &t.name_fr
                } else {
                    &t.name_en
                }
            });
            (name.cloned().unwrap_or_default(), "")
        }
        TaxCategory::ReverseCharge => (words(l.t("einvoice-reverse-charge")), "VATEX-EU-AE"),
        TaxCategory::IntraCommunity => (words(l.t("einvoice-intra-community")), "VATEX-EU-IC"),
        TaxCategory::Export => (words(l.t("einvoice-export")), "VATEX-EU-G"),
        TaxCategory::OutsideScope => (words(l.t("einvoice-outside-scope")), "VATEX-EU-O"),
    }
}

/// The document's discount as it was split when it was issued (TX-13): what each tax's lines come to beyond its base.
fn discounts(
    f: &Frozen,
    l: Locale,
    lines: &[(Category, &FrozenLine)],
    taxes: &[Tax],
) -> Vec<Allowance> {
    if f.discount_minor == 0 {
        return Vec::new();
    }
    let part = |tax: &Tax| {
        let under = lines
            .iter()
            .filter(|(category, _)| *category == tax.category);
        let lines_minor: i64 = under.map(|(_, line)| line.net_minor).sum();
        Allowance::discount(
            lines_minor - tax.base_minor,
            l.t("discount"),
            tax.category.clone(),
        )
    };
    let parts = taxes.iter().map(part);
    parts.filter(|part| part.amount_minor != 0).collect()
}

/// What is missing, in a sentence.
fn sentence(gap: &Gap) -> &'static str {
    match gap {
        Gap::SellerAddress | Gap::SellerCountry | Gap::SellerName => {
            locale::key("einvoice-lack-seller-address")
        }
        Gap::SellerTaxNumber | Gap::SellerNumber => locale::key("einvoice-lack-seller-number"),
        Gap::BuyerAddress | Gap::BuyerCountry | Gap::BuyerName => {
            locale::key("einvoice-lack-buyer-address")
        }
        Gap::BuyerVatNumber => locale::key("einvoice-lack-buyer-number"),
        Gap::OutsideScopeBesideVat | Gap::ExemptionReason => locale::key("einvoice-lack-reason"),
        Gap::CurrencyDecimals => locale::key("einvoice-lack-currency"),
        Gap::Delivery => locale::key("einvoice-lack-delivery"),
        _ => locale::key("einvoice-lack-figures"),
    }
}
