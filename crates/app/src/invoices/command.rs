//! What a draft holds, checked: made by the form, read back from the rows, handed to the rules.

use billing::currency::Currency;
use billing::customer::Language;
use billing::id::{InvoiceId, TaxRateId};
use billing::invoice::draft::Draft;
use billing::invoice::{Computation, Discount, Line, Totals, TotalsError};
use billing::money::Money;
use billing::quantity::{Quantity, UnitPrice};
use billing::rate::Rate;
use billing::tax::{Pricing, TaxRate};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use rust_decimal::Decimal;

use crate::customers::Customer;
use crate::settings::{self, SellerRate};
use crate::who::Scope;

/// Everything a draft says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Who will owe.
    pub customer_id: String,
    /// The day it is to bear; nothing for the day it is issued, in the seller's zone.
    pub issue_date: Option<Date>,
    /// Days from the issue date to the due date.
    pub terms_days: i64,
    /// Of every amount on it.
    pub currency: Currency,
    /// Of the document.
    pub language: Language,
    /// The customer's own reference, may be empty.
    pub reference: String,
    /// Printed below, may be empty.
    pub notes: String,
    /// On the whole document.
    pub discount: Option<Discount>,
    /// The lines.
    pub lines: Vec<CommandLine>,
}

/// One line of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The product it was filled from; empty for none.
    pub product_id: String,
    /// `hour`, `kg`; may be empty.
    pub unit: String,
    /// As the rules see it.
    pub line: Line,
}

/// The sums the rows carry, in minor units (ISO 4217) of the draft's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Each line's net, after its discount.
    pub lines: Vec<i64>,
    /// Without tax.
    pub net_minor: i64,
    /// All taxes.
    pub tax_minor: i64,
    /// What the customer will owe.
    pub total_minor: i64,
}

/// Why a draft cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotComputable {
    /// Some taxes are inside the price and some come on top.
    MixedPricing,
    /// By the rules.
    Totals(TotalsError),
}

impl Command {
    /// What it comes to.
    ///
    /// # Errors
    /// [`NotComputable`].
    pub fn totals(&self, rates: &[SellerRate]) -> Result<Totals, NotComputable> {
        let lines: Vec<Line> = self.lines.iter().map(|l| l.line.clone()).collect();
        let taxes: Vec<TaxRate> = rates.iter().map(|r| r.rate.clone()).collect();
        let pricing = self.pricing(rates)?;
        let all = Computation {
            currency: self.currency,
            pricing,
            lines: &lines,
            taxes: &taxes,
            discount: self.discount,
        };
        all.totals().map_err(NotComputable::Totals)
    }

    /// Whether typed prices contain the tax: when the taxes used say so.
    ///
    /// # Errors
    /// `MixedPricing`.
    pub fn pricing(&self, rates: &[SellerRate]) -> Result<Pricing, NotComputable> {
        let used = |r: &&SellerRate| {
            self.lines
                .iter()
                .any(|l| l.line.tax_ids.contains(&r.rate.id))
        };
        let inside: Vec<bool> = rates.iter().filter(used).map(|r| r.inclusive).collect();
        match (inside.contains(&true), inside.contains(&false)) {
            (true, true) => Err(NotComputable::MixedPricing),
            (true, false) => Ok(Pricing::Inclusive),
            (false, _) => Ok(Pricing::Exclusive),
        }
    }

    /// The sums for the row.
    pub(super) fn sums(&self, tx: &mut Tx<'_>, scope: &Scope) -> Result<Sums, Error> {
        let rates = settings::tax_rates(tx, &scope.business_id)?;
        let totals = self
            .totals(&rates)
            .map_err(|e| Error::Shape(format!("a draft that cannot be computed: {e:?}")))?;
        let lines = totals.lines.iter().map(|l| l.net.minor()).collect();
        Ok(Sums {
            lines,
            net_minor: totals.net.minor(),
            tax_minor: totals.tax.minor(),
            total_minor: totals.total.minor(),
        })
    }

    /// The draft as the rules issue it.
    pub(super) fn draft(
        &self,
        id: &str,
        scope: &Scope,
        customer: &Customer,
        rates: &[SellerRate],
        issue_date: Date,
    ) -> Result<Draft, Error> {
        let shape = |what: &str| Error::Shape(format!("invoice {id}: {what}"));
        Ok(Draft {
            id: InvoiceId::parse(id).map_err(|_| shape("bad id"))?,
            mode: scope.mode,
            customer: Some(customer.party()?),
            currency: self.currency,
            language: self.language,
            due_date: Some(due_date(issue_date, self.terms_days)),
            pricing: self.pricing(rates).map_err(|_| shape("mixed pricing"))?,
            lines: self.lines.iter().map(|l| l.line.clone()).collect(),
            taxes: rates.iter().map(|r| r.rate.clone()).collect(),
            discount: self.discount,
            notes: self.notes.clone(),
        })
    }
}

/// The last day to pay.
pub fn due_date(issue_date: Date, terms_days: i64) -> Date {
    issue_date.saturating_add(jiff::Span::new().days(terms_days.clamp(0, 3650)))
}

/// A discount as it is kept: `10%`, `5.00`, or nothing.
pub fn discount_text(discount: Option<Discount>) -> String {
    match discount {
        None => String::new(),
        Some(Discount::Percent(rate)) => format!("{rate}%"),
        Some(Discount::Amount(amount)) => amount.to_decimal().to_string(),
    }
}

/// Reads what [`discount_text`] wrote.
pub(super) fn read_discount(text: &str, currency: Currency) -> Result<Option<Discount>, Error> {
    let shape = || Error::Shape(format!("“{text}” is no discount"));
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(percent) = text.strip_suffix('%') {
        return Rate::parse_typed(percent)
            .map(|r| Some(Discount::Percent(r)))
            .map_err(|_| shape());
    }
    let amount =
        Money::rounded(text.parse().map_err(|_| shape())?, currency).map_err(|_| shape())?;
    Ok(Some(Discount::Amount(amount)))
}

/// One kept line's figures, read back exactly (the typed reading would ask whether `1.125` means thousands).
pub(super) fn read_line(
    currency: Currency,
    description: String,
    quantity: &str,
    unit_price: &str,
    discount: &str,
    tax_ids: &str,
) -> Result<Line, Error> {
    let shape = |what: &str| Error::Shape(format!("an invoice line has a bad {what}"));
    let quantity =
        Quantity::from_ten_thousandths(scaled(quantity).ok_or_else(|| shape("quantity"))?);
    let price = UnitPrice::from_ten_thousandths(
        scaled(unit_price).ok_or_else(|| shape("price"))?,
        currency,
    );
    let ids = tax_ids
        .split_whitespace()
        .map(|id| TaxRateId::parse(id).map_err(|_| shape("tax")));
    Ok(Line {
        description,
        quantity: quantity.map_err(|_| shape("quantity"))?,
        unit_price: price.map_err(|_| shape("price"))?,
        discount: read_discount(discount, currency)?,
        tax_ids: ids.collect::<Result<_, _>>()?,
    })
}

fn scaled(text: &str) -> Option<i64> {
    let value: Decimal = text.parse().ok()?;
    i64::try_from(value.checked_mul(Decimal::from(10_000))?.normalize()).ok()
}
