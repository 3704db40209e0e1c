//! Invoices: lines, what they come to, and the frozen document.

pub mod draft;
pub mod number;
pub mod state;

use crate::currency::Currency;
use crate::customer::{Customer, Language, Seller};
use crate::id::{InvoiceId, TaxRateId};
use crate::mode::Mode;
use crate::money::{Money, MoneyError};
use crate::quantity::{Quantity, UnitPrice};
use crate::rate::Rate;
use crate::tax::{self, Pricing, TaxError, TaxLine, TaxRate, TaxedAmount};
use jiff::civil::Date;
use number::InvoiceNumber;
use state::InvoiceState;

/// Less than the price, for a line or a whole document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    /// A percentage of it.
    Percent(Rate),
    /// A fixed amount.
    Amount(Money),
}

/// One line: what, how much, at which price, under which taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was supplied.
    pub description: String,
    /// How much of it.
    pub quantity: Quantity,
    /// The price of one, with or without tax as the document says.
    pub unit_price: UnitPrice,
    /// Less, for this line.
    pub discount: Option<Discount>,
    /// Taxes on this line, of those of the document.
    pub tax_ids: Vec<TaxRateId>,
}

/// What a line comes to. `gross` less `discount` is `net`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTotal {
    /// Quantity times price, rounded once.
    pub gross: Money,
    /// Less.
    pub discount: Money,
    /// What counts towards the subtotal (BT-131). With inclusive prices it contains tax.
    pub net: Money,
}

/// What a document comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Each line, in order.
    pub lines: Vec<LineTotal>,
    /// Sum of the line nets.
    pub subtotal: Money,
    /// The document's discount.
    pub discount: Money,
    /// Without tax: the subtotal less the discount, less the taxes inside when prices include them.
    pub net: Money,
    /// Each tax once.
    pub taxes: Vec<TaxLine>,
    /// All taxes.
    pub tax: Money,
    /// What the customer owes: `net` plus `tax`.
    pub total: Money,
}

/// Why a document's totals cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// A line names a tax the document does not have.
    #[error("line {line} names an unknown tax")]
    UnknownTax {
        /// Index of the line, from 0.
        line: usize,
    },
    /// A discount exceeds what it is taken from, or is negative.
    #[error("a discount may not exceed what it is taken from")]
    DiscountExceeds {
        /// Index of the line, from 0; none for the document's discount.
        line: Option<usize>,
    },
    /// An amount went out of range or currencies met.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl From<TaxError> for TotalsError {
    fn from(error: TaxError) -> Self {
        match error {
            TaxError::Money(error) => TotalsError::Money(error),
            // The other refusals come from `TaxRate::check`, which computing does not call.
            _ => TotalsError::Money(MoneyError::TooLarge),
        }
    }
}

/// What totals are computed from: the same for a draft, a preview and a check of an issued one.
#[derive(Clone, Copy, Debug)]
pub struct Computation<'a> {
    /// The document's currency.
    pub currency: Currency,
    /// With or without tax.
    pub pricing: Pricing,
    /// The lines.
    pub lines: &'a [Line],
    /// The rates the lines may name.
    pub taxes: &'a [TaxRate],
    /// The document's discount.
    pub discount: Option<Discount>,
}

impl Computation<'_> {
    /// Computes the totals, in the order of EN 16931: line nets rounded, document discount split
    /// over the sets of taxes (TX-13), each tax once on its summed base (TX-02, TX-09).
    ///
    /// # Errors
    /// [`TotalsError`].
    pub fn totals(&self) -> Result<Totals, TotalsError> {
        let lines = self.line_totals()?;
        let subtotal = Money::sum(self.currency, lines.iter().map(|line| line.net))?;
        let discount = taken_from(subtotal, self.discount)
            .map_err(|error| error.unwrap_or(TotalsError::DiscountExceeds { line: None }))?;
        let groups = self.discounted_groups(&lines, discount)?;
        let taxed = tax::compute(self.currency, &groups, self.pricing)?;
        let tax = taxed.total.checked_sub(taxed.net)?;
        let (net, total, taxes) = (taxed.net, taxed.total, taxed.taxes);
        Ok(Totals {
            lines,
            subtotal,
            discount,
            net,
            taxes,
            tax,
            total,
        })
    }

    fn line_totals(&self) -> Result<Vec<LineTotal>, TotalsError> {
        self.lines
            .iter()
            .enumerate()
            .map(|(at, line)| self.line_total(at, line))
            .collect()
    }

    fn line_total(&self, at: usize, line: &Line) -> Result<LineTotal, TotalsError> {
        let gross = line.unit_price.times(line.quantity)?;
        Money::zero(self.currency).compare(gross)?;
        let discount = taken_from(gross, line.discount)
            .map_err(|error| error.unwrap_or(TotalsError::DiscountExceeds { line: Some(at) }))?;
        Ok(LineTotal {
            gross,
            discount,
            net: gross.checked_sub(discount)?,
        })
    }

    fn discounted_groups(
        &self,
        lines: &[LineTotal],
        discount: Money,
    ) -> Result<Vec<TaxedAmount>, TotalsError> {
        let amounts: Vec<TaxedAmount> = self
            .lines
            .iter()
            .zip(lines)
            .enumerate()
            .map(|(at, (line, total))| {
                let taxes = self.taxes_of(at, line)?;
                Ok(TaxedAmount {
                    amount: total.net,
                    taxes,
                })
            })
            .collect::<Result<_, TotalsError>>()?;
        let mut groups = tax::group(&amounts)?;
        if discount.is_zero() {
            return Ok(groups);
        }
        // A set of taxes whose lines come to less than nothing has nothing to take a share from.
        let weights: Vec<i64> = groups
            .iter()
            .map(|group| group.amount.minor().max(0))
            .collect();
        for (group, part) in groups.iter_mut().zip(discount.split(&weights)?) {
            group.amount = group.amount.checked_sub(part)?;
        }
        Ok(groups)
    }

    fn taxes_of(&self, at: usize, line: &Line) -> Result<Vec<TaxRate>, TotalsError> {
        let mut taxes: Vec<TaxRate> = Vec::new();
        for id in &line.tax_ids {
            let tax = self.taxes.iter().find(|tax| tax.id == *id);
            let tax = tax.ok_or(TotalsError::UnknownTax { line: at })?;
            // Ticked twice is still one tax.
            if !taxes.contains(tax) {
                taxes.push(tax.clone());
            }
        }
        Ok(taxes)
    }
}

/// The discount on a whole, with the whole's sign; `Err(None)` when it would exceed the whole.
fn taken_from(whole: Money, discount: Option<Discount>) -> Result<Money, Option<TotalsError>> {
    match discount {
        None => Ok(Money::zero(whole.currency())),
        Some(Discount::Percent(rate)) => Ok(whole.percent(rate)),
        Some(Discount::Amount(amount)) => {
            let order = amount.compare(whole).map_err(|error| Some(error.into()))?;
            if amount.is_zero() || (amount.is_positive() && order.is_le()) {
                Ok(amount)
            } else {
                Err(None)
            }
        }
    }
}

/// An issued invoice: numbered and frozen. Only its state and what was applied change after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Its id, that of the draft.
    pub id: InvoiceId,
    /// Live or test.
    pub mode: Mode,
    /// Its number.
    pub number: InvoiceNumber,
    /// The day it was issued, in the seller's time zone.
    pub issue_date: Date,
    /// The last day to pay.
    pub due_date: Date,
    /// Its currency.
    pub currency: Currency,
    /// Its language.
    pub language: Language,
    /// The seller as of issue.
    pub seller: Seller,
    /// The customer as of issue (IL-06).
    pub customer: Customer,
    /// With or without tax.
    pub pricing: Pricing,
    /// The lines.
    pub lines: Vec<Line>,
    /// The document's discount.
    pub discount: Option<Discount>,
    /// What it comes to.
    pub totals: Totals,
    /// Notes printed below.
    pub notes: String,
    /// Open, or paid at once when nothing is owed.
    pub state: InvoiceState,
}
