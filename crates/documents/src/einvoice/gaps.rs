//! What keeps a document from being written as data: what the standard or the law wants and it does not say, and what does
//! not add up to the cent.

use billing::tax::TaxCategory;
use rust_decimal::{Decimal, RoundingStrategy};
use thiserror::Error;

use super::{Allowance, Category, Einvoice, Kind, Line, Party};

/// A reason why a document is not written as data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Gap {
    /// The standard writes amounts with two decimals at most (UBL-DT-01).
    #[error("a currency with more than two decimals cannot be written")]
    CurrencyDecimals,
    /// No three capital letters (BR-05).
    #[error("the currency is missing")]
    Currency,
    /// No number (BR-02).
    #[error("the number is missing")]
    Number,
    /// No line (BR-16).
    #[error("there is no line")]
    NoLine,
    /// A line says nothing about what was supplied (BR-25), or has no unit (BR-23).
    #[error("line {} says nothing about what was supplied", .0 + 1)]
    LineSaysNothing(
        /// From 0.
        usize,
    ),
    /// A price below zero (BR-27); a quantity may be.
    #[error("line {} has a price below zero", .0 + 1)]
    PriceBelowZero(
        /// From 0.
        usize,
    ),
    /// BR-06.
    #[error("the seller's name is missing")]
    SellerName,
    /// The town of the seller (Directive 2006/112, article 226 (5)).
    #[error("the seller's address is missing")]
    SellerAddress,
    /// BR-09.
    #[error("the seller's country is missing")]
    SellerCountry,
    /// A tax category is stated and the seller has no tax number (BR-S-02 and its sisters).
    #[error("the seller's VAT number is missing")]
    SellerTaxNumber,
    /// Nothing tells the seller from another of the same name: no VAT number, no number in a register (BR-CO-26).
    #[error("the seller has no number to be known by")]
    SellerNumber,
    /// BR-07.
    #[error("the buyer's name is missing")]
    BuyerName,
    /// The town of the buyer (Directive 2006/112, article 226 (5)).
    #[error("the buyer's address is missing")]
    BuyerAddress,
    /// BR-11.
    #[error("the buyer's country is missing")]
    BuyerCountry,
    /// Reverse charge and goods to another member state need the buyer's VAT number (article 226 (4)). The official rules
    /// are content with any company number (trap T9).
    #[error("the buyer's VAT number is missing")]
    BuyerVatNumber,
    /// A VAT number without the letters of a country (BR-CO-09).
    #[error("a VAT number begins with the letters of its country")]
    VatNumberLetters,
    /// Something is to be paid and nothing says when: BR-CO-25, which the official rules dropped (trap T8).
    #[error("neither a due date nor terms of payment are stated")]
    DueDateOrTerms,
    /// Goods to another member state need the day or period and the country of delivery (BR-IC-11, BR-IC-12).
    #[error("the day or the country of delivery is missing")]
    Delivery,
    /// What is outside the scope of VAT stands alone on its document and beside no VAT number (BR-O-02 to BR-O-14).
    #[error("what is outside the scope of VAT cannot stand beside VAT")]
    OutsideScopeBesideVat,
    /// No tax is charged and nothing says why (BR-E-10 and its sisters).
    #[error("nothing says why no VAT is charged")]
    ExemptionReason,
    /// A reason why no tax is charged, where it is (BR-S-10, BR-Z-10).
    #[error("a reason for charging no VAT stands where VAT is charged")]
    ExemptionReasonTooMuch,
    /// A percentage that does not fit its category, or is no number.
    #[error("the rate does not fit its category")]
    Rate,
    /// A transfer without an account (BR-61).
    #[error("the account to pay to is missing")]
    Account,
    /// A credit note that names no invoice (article 219).
    #[error("the credit note names no invoice")]
    NoPreceding,
    /// A period whose last day lies before its first (BR-29).
    #[error("the period ends before it begins")]
    Period,
    /// Quantity times price less discounts is not what the line comes to (trap T7).
    #[error("line {} does not add up", .0 + 1)]
    LineSum(
        /// From 0.
        usize,
    ),
    /// The lines of a category, its discounts and charges are not its base; or a category is missing or stands twice.
    #[error("what lies under a tax does not add up")]
    TaxBase,
    /// Base times rate, half away from zero, is not the tax. The official rules tolerate almost one unit (trap T6).
    #[error("a tax does not add up")]
    TaxAmount,
    /// The totals are not the sums of their parts (BR-CO-10 to BR-CO-16).
    #[error("the totals do not add up")]
    Totals,
}

/// Every gap, each once.
pub(super) fn find(e: &Einvoice) -> Vec<Gap> {
    let mut gaps = Vec::new();
    head(e, &mut gaps);
    parties(e, &mut gaps);
    tax_law(e, &mut gaps);
    sums(e, &mut gaps);
    gaps.dedup();
    gaps
}

fn head(e: &Einvoice, gaps: &mut Vec<Gap>) {
    let mut want = |holds: bool, gap: Gap| {
        if !holds {
            gaps.push(gap);
        }
    };
    want(e.exponent <= 2, Gap::CurrencyDecimals);
    want(is_code(&e.currency, 3), Gap::Currency);
    want(!e.number.trim().is_empty(), Gap::Number);
    want(!e.lines.is_empty(), Gap::NoLine);
    let told = e.due_date.is_some() || !e.terms.trim().is_empty();
    want(told || e.totals.due_minor <= 0, Gap::DueDateOrTerms);
    let period = e.period.is_none_or(|(from, to)| from.iso() <= to.iso());
    want(period, Gap::Period);
    want(
        e.kind == Kind::Invoice || !e.preceding.is_empty(),
        Gap::NoPreceding,
    );
    let transfer = |code: &str| matches!(code, "30" | "58");
    want(
        e.payment
            .as_ref()
            .is_none_or(|p| !transfer(&p.code) || !p.account.is_empty()),
        Gap::Account,
    );
    for (at, line) in e.lines.iter().enumerate() {
        let says = !line.name.trim().is_empty() && !line.unit.is_empty();
        want(says && !line.id.is_empty(), Gap::LineSaysNothing(at));
        let price = decimal(&line.price);
        want(
            price.is_none_or(|p| !p.is_sign_negative() || p.is_zero()),
            Gap::PriceBelowZero(at),
        );
    }
}

fn parties(e: &Einvoice, gaps: &mut Vec<Gap>) {
    let sides = [
        (
            &e.seller,
            [Gap::SellerName, Gap::SellerAddress, Gap::SellerCountry],
        ),
        (
            &e.buyer,
            [Gap::BuyerName, Gap::BuyerAddress, Gap::BuyerCountry],
        ),
    ];
    for (party, [name, address, country]) in sides {
        if party.name.trim().is_empty() {
            gaps.push(name);
        }
        if party.city.trim().is_empty() {
            gaps.push(address);
        }
        if !is_code(&party.country, 2) {
            gaps.push(country);
        }
        if !party.vat_number.is_empty() && !has_letters(&party.vat_number) {
            gaps.push(Gap::VatNumberLetters);
        }
    }
    if !is_known_by_number(&e.seller) {
        gaps.push(Gap::SellerNumber);
    }
}

fn is_known_by_number(party: &Party) -> bool {
    !party.vat_number.is_empty() || party.legal_id.is_some() || !party.identifiers.is_empty()
}

fn has_letters(vat_number: &str) -> bool {
    vat_number
        .get(..2)
        .is_some_and(|letters| is_code(letters, 2))
}

fn is_code(text: &str, letters: usize) -> bool {
    text.len() == letters && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn tax_law(e: &Einvoice, gaps: &mut Vec<Gap>) {
    let has = |code: TaxCategory| categories(e).any(|c| c.code == code);
    let outside = has(TaxCategory::OutsideScope);
    if outside {
        let alone = categories(e).all(|c| c.code == TaxCategory::OutsideScope);
        let numberless = |p: &Party| p.vat_number.is_empty();
        if !alone || !numberless(&e.seller) || !numberless(&e.buyer) {
            gaps.push(Gap::OutsideScopeBesideVat);
        }
    } else if e.seller.vat_number.is_empty() {
        let needs_vat = has(TaxCategory::ReverseCharge) || has(TaxCategory::IntraCommunity);
        if needs_vat || e.seller.tax_number.is_empty() {
            gaps.push(Gap::SellerTaxNumber);
        }
    }
    let across = has(TaxCategory::ReverseCharge) || has(TaxCategory::IntraCommunity);
    if across && e.buyer.vat_number.is_empty() {
        gaps.push(Gap::BuyerVatNumber);
    }
    if has(TaxCategory::IntraCommunity) && !is_delivered(e) {
        gaps.push(Gap::Delivery);
    }
    for tax in &e.taxes {
        let reasoned = !tax.reason.trim().is_empty() || !tax.reason_code.is_empty();
        match (tax.category.code.needs_reason(), reasoned) {
            (true, false) => gaps.push(Gap::ExemptionReason),
            (false, true) => gaps.push(Gap::ExemptionReasonTooMuch),
            _ => {}
        }
    }
    if !categories(e).all(rate_fits) {
        gaps.push(Gap::Rate);
    }
}

fn is_delivered(e: &Einvoice) -> bool {
    e.delivery.as_ref().is_some_and(|delivery| {
        is_code(&delivery.country, 2) && (delivery.day.is_some() || e.period.is_some())
    })
}

fn rate_fits(category: &Category) -> bool {
    let Some(percent) = decimal(&category.percent) else {
        return false;
    };
    let charged = percent > Decimal::ZERO;
    percent >= Decimal::ZERO && charged == (category.code == TaxCategory::Standard)
}

/// Every category that is named anywhere.
fn categories(e: &Einvoice) -> impl Iterator<Item = &Category> {
    let lines = e.lines.iter().map(|line| &line.tax);
    let allowances = e.allowances.iter().map(|a| &a.tax);
    lines
        .chain(allowances)
        .chain(e.taxes.iter().map(|tax| &tax.category))
}

fn sums(e: &Einvoice, gaps: &mut Vec<Gap>) {
    for (at, line) in e.lines.iter().enumerate() {
        if line_net(line, e.exponent) != Some(i128::from(line.net_minor)) {
            gaps.push(Gap::LineSum(at));
        }
    }
    let mut under_taxes = 0_i128;
    for tax in &e.taxes {
        let base = base(e, &tax.category);
        under_taxes += base;
        let twice = e.taxes.iter().filter(|o| same(&o.category, &tax.category));
        if base != i128::from(tax.base_minor) || twice.count() != 1 {
            gaps.push(Gap::TaxBase);
        }
        if taxed(tax.base_minor, &tax.category) != Some(i128::from(tax.amount_minor)) {
            gaps.push(Gap::TaxAmount);
        }
    }
    let t = &e.totals;
    let lines: i128 = e.lines.iter().map(|l| i128::from(l.net_minor)).sum();
    let tax: i128 = e.taxes.iter().map(|t| i128::from(t.amount_minor)).sum();
    let (less, more) = (all(&e.allowances, false), all(&e.allowances, true));
    // Every line lies under a tax of the document.
    if under_taxes != lines - less + more {
        gaps.push(Gap::TaxBase);
    }
    let wide = i128::from;
    let holds = wide(t.lines_minor) == lines
        && wide(t.allowances_minor) == less
        && wide(t.charges_minor) == more
        && wide(t.net_minor) == lines - less + more
        && wide(t.tax_minor) == tax
        && wide(t.total_minor) == wide(t.net_minor) + tax
        && wide(t.due_minor)
            == wide(t.total_minor) - wide(t.prepaid_minor) + wide(t.rounding_minor);
    if !holds {
        gaps.push(Gap::Totals);
    }
}

fn all(allowances: &[Allowance], is_charge: bool) -> i128 {
    let wanted = allowances.iter().filter(|a| a.is_charge == is_charge);
    wanted.map(|a| i128::from(a.amount_minor)).sum()
}

fn same(left: &Category, right: &Category) -> bool {
    left.code == right.code && decimal(&left.percent) == decimal(&right.percent)
}

/// Lines of a category, less its discounts, plus its charges (BR-S-08).
fn base(e: &Einvoice, category: &Category) -> i128 {
    let lines = e.lines.iter().filter(|line| same(&line.tax, category));
    let lines: i128 = lines.map(|line| i128::from(line.net_minor)).sum();
    let allowances = e.allowances.iter().filter(|a| same(&a.tax, category));
    allowances.fold(lines, |sum, a| match a.is_charge {
        true => sum + i128::from(a.amount_minor),
        false => sum - i128::from(a.amount_minor),
    })
}

/// Quantity times price, rounded once, less discounts, plus charges.
fn line_net(line: &Line, exponent: u32) -> Option<i128> {
    let exact = decimal(&line.quantity)?.checked_mul(decimal(&line.price)?)?;
    let minor = exact.checked_mul(Decimal::from(10_u64.checked_pow(exponent)?))?;
    let (less, more) = (all(&line.allowances, false), all(&line.allowances, true));
    Some(rounded(minor) - less + more)
}

/// Half away from zero, on the whole base (TX-09).
fn taxed(base_minor: i64, category: &Category) -> Option<i128> {
    let exact = Decimal::from(base_minor).checked_mul(decimal(&category.percent)?)?;
    Some(rounded(exact.checked_div(Decimal::ONE_HUNDRED)?))
}

/// A whole number of minor units: rounded to no decimals, a mantissa is the number itself.
fn rounded(exact: Decimal) -> i128 {
    exact
        .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
        .mantissa()
}

/// A plain decimal; nothing for any other text.
fn decimal(text: &str) -> Option<Decimal> {
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
    text.bytes().all(plain).then(|| text.parse().ok()).flatten()
}
