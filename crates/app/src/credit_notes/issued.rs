//! An invoice as it was issued, as the rules of crediting see it; and the document that a credit note is.

use billing::Money;
use billing::credit_note::{Issued, IssuedLine, Note};
use billing::currency::Currency;
use billing::tax::{Pricing, TaxCategory, TaxKind, TaxLine, TaxRate, TaxedTotal};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use rust_decimal::Decimal;

use crate::invoices::frozen::{Corrects, Frozen, FrozenLine, FrozenTax, Preceding};
use crate::settings;
use crate::who::Scope;

/// What stands frozen of an invoice, in amounts and rates.
pub(super) struct AsIssued {
    currency: Currency,
    pricing: Pricing,
    lines: Vec<IssuedLine>,
    discount: Money,
    whole: TaxedTotal,
}

impl AsIssued {
    /// Reads it. The rates are the seller's own by their id, which are never edited (TX-06).
    pub(super) fn read(tx: &mut Tx<'_>, scope: &Scope, f: &Frozen) -> Result<AsIssued, Error> {
        let rates = settings::tax_rates(tx, &scope.business_id)?;
        let currency = Currency::parse(&f.currency).map_err(shape)?;
        let money = |minor: i64| Money::from_minor(minor, currency).map_err(shape);
        let mut taxes = Vec::new();
        for frozen in &f.taxes {
            let kept = rates.iter().find(|r| r.rate.id.as_str() == frozen.id);
            taxes.push(TaxLine {
                tax: kept.map_or_else(|| rate(frozen), |r| Ok(r.rate.clone()))?,
                base: money(frozen.base_minor)?,
                amount: money(frozen.amount_minor)?,
            });
        }
        let mut lines = Vec::new();
        for line in &f.lines {
            let on_it = |tax: &&TaxLine| line.tax_ids.iter().any(|id| id == tax.tax.id.as_str());
            lines.push(IssuedLine {
                net: money(line.net_minor)?,
                taxes: taxes.iter().filter(on_it).map(|t| t.tax.clone()).collect(),
            });
        }
        Ok(AsIssued {
            currency,
            pricing: if f.inclusive {
                Pricing::Inclusive
            } else {
                Pricing::Exclusive
            },
            lines,
            discount: money(f.discount_minor)?,
            whole: TaxedTotal {
                net: money(f.net_minor)?,
                taxes,
                total: money(f.total_minor)?,
            },
        })
    }

    /// As the rules take it.
    pub(super) fn rules(&self) -> Issued<'_> {
        Issued {
            currency: self.currency,
            pricing: self.pricing,
            lines: &self.lines,
            discount: self.discount,
            whole: &self.whole,
        }
    }

    /// Nothing of each line.
    pub(super) fn nothing(&self) -> Vec<Money> {
        vec![Money::zero(self.currency); self.lines.len()]
    }

    /// These minor units a line, as amounts.
    pub(super) fn amounts(&self, minor: &[i64]) -> Result<Vec<Money>, Error> {
        let amount = |minor: &i64| Money::from_minor(*minor, self.currency).map_err(shape);
        minor.iter().map(amount).collect()
    }
}

/// A rate as it stands on the document, where the seller's own is not there any more.
fn rate(frozen: &FrozenTax) -> Result<TaxRate, Error> {
    let bad = |what: &str| Error::Shape(format!("a frozen tax has a bad {what}"));
    Ok(TaxRate {
        id: billing::id::TaxRateId::parse(frozen.id.as_str()).map_err(|_| bad("id"))?,
        kind: TaxKind::parse(&frozen.kind).ok_or_else(|| bad("kind"))?,
        name: frozen.name_en.clone(),
        name_fr: frozen.name_fr.clone(),
        rate: billing::Rate::parse_typed(&frozen.percent).map_err(|_| bad("percent"))?,
        base_share: billing::Rate::WHOLE,
        category: TaxCategory::parse(&frozen.category).ok_or_else(|| bad("category"))?,
        from: jiff::civil::date(2000, 1, 1),
    })
}

/// The document. Seller and buyer stand as on the invoice: it is the same supply.
pub(super) fn freeze(f: &Frozen, note: &Note, number: &str, on: Date, reason: &str) -> Frozen {
    let taken = f.lines.iter().zip(&note.lines);
    let lines: Vec<FrozenLine> = taken
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(line, amount)| credited_line(line, *amount))
        .collect();
    let taxes = note.taxes.iter().map(|line| tax(f, line));
    // All of the invoice in one note: its own words for the discount are true.
    let all = note.discount.minor() == f.discount_minor;
    Frozen {
        shape: f.shape,
        number: number.to_owned(),
        mode: f.mode.clone(),
        language: f.language.clone(),
        currency: f.currency.clone(),
        issue_date: on,
        due_date: on,
        reference: f.reference.clone(),
        notes: String::new(),
        seller: f.seller.clone(),
        buyer: f.buyer.clone(),
        inclusive: f.inclusive,
        subtotal_minor: lines.iter().map(|line| line.net_minor).sum(),
        lines,
        discount: if all {
            f.discount.clone()
        } else {
            String::new()
        },
        discount_minor: note.discount.minor(),
        net_minor: note.net.minor(),
        taxes: taxes.collect(),
        tax_minor: note.total.minor() - note.net.minor(),
        total_minor: note.total.minor(),
        corrects: Some(Corrects {
            invoice: Preceding {
                number: f.number.clone(),
                issue_date: f.issue_date,
            },
            reason: reason.to_owned(),
        }),
        replaces: None,
    }
}

/// A line of which all is taken back reads as on the invoice; of a part, the part is the price.
fn credited_line(line: &FrozenLine, amount: Money) -> FrozenLine {
    if amount.minor() == line.net_minor {
        return line.clone();
    }
    FrozenLine {
        description: line.description.clone(),
        quantity: Decimal::ONE.to_string(),
        unit: String::new(),
        unit_price: amount.to_decimal().to_string(),
        discount: String::new(),
        discount_minor: 0,
        net_minor: amount.minor(),
        tax_ids: line.tax_ids.clone(),
    }
}

fn tax(f: &Frozen, line: &TaxLine) -> FrozenTax {
    let there = f.taxes.iter().find(|t| t.id == line.tax.id.as_str());
    let (base_minor, amount_minor) = (line.base.minor(), line.amount.minor());
    match there {
        Some(frozen) => FrozenTax {
            base_minor,
            amount_minor,
            ..frozen.clone()
        },
        None => FrozenTax {
            id: line.tax.id.to_string(),
            kind: line.tax.kind.as_str().to_owned(),
            name_en: line.tax.name.clone(),
            name_fr: line.tax.name_fr.clone(),
            percent: line.tax.rate.to_string(),
            category: line.tax.category.code().to_owned(),
            base_minor,
            amount_minor,
        },
    }
}

fn shape(error: impl std::fmt::Display) -> Error {
    Error::Shape(error.to_string())
}
