//! What came in between two instants: the sums, and the payments behind them, told by the same conditions.

mod store;

use billing::currency::Currency;
use billing::money::Money;
use kit::db::{Error, Tx};

use crate::paging::Cursor;
use crate::who::Scope;

/// A span of instants, Unix milliseconds: from the first, until before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first millisecond.
    pub from: i64,
    /// The millisecond after the last.
    pub until: i64,
}

/// What came in within a span in one currency; amounts in its minor units (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Never added to another.
    pub currency: Currency,
    /// What customers paid.
    pub gross_minor: i64,
    /// What Stripe kept of it, as far as it is known in this currency.
    pub fee_minor: i64,
    /// What went back to payers: told by whoever knows of refunds, nothing otherwise.
    pub refunded_minor: i64,
    /// How many payments.
    pub count: i64,
    /// Of how many the fee is not known, or was taken in another currency.
    pub unknown: i64,
}

impl Sum {
    /// Nothing came in.
    pub fn nothing(currency: Currency) -> Sum {
        Sum {
            currency,
            gross_minor: 0,
            fee_minor: 0,
            refunded_minor: 0,
            count: 0,
            unknown: 0,
        }
    }

    /// What is left of what customers paid when the known fees and what went back are taken off.
    pub fn net_minor(&self) -> i64 {
        self.gross_minor - self.fee_minor - self.refunded_minor
    }
}

/// One payment with who paid it.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The payment.
    pub id: String,
    /// Unix milliseconds.
    pub received_at: i64,
    /// Who paid.
    pub customer: String,
    /// What came.
    pub amount: Money,
    /// `card`, `us_bank_account` …
    pub method: String,
    /// `visa` …; empty when it was no card.
    pub card_brand: String,
    /// Four digits, or empty.
    pub card_last4: String,
    /// A person recorded it: nobody keeps anything of it.
    pub is_recorded: bool,
    /// What Stripe kept, in the currency it settled in; `None` while it is not known.
    pub fee: Option<Money>,
    /// What is left for the seller, likewise.
    pub net: Option<Money>,
    /// The invoices it was put on: id and number.
    pub invoices: Vec<(String, String)>,
}

/// What came in within a span, a line a currency.
///
/// # Errors
/// Of the database.
pub fn sums(tx: &mut Tx<'_>, scope: &Scope, span: Span) -> Result<Vec<Sum>, Error> {
    store::list_sums(tx, scope, span)
}

/// One page of the payments within a span, newest first; every currency when none is named. One more than a page when
/// there is another page ([`crate::paging::Paged`]).
///
/// # Errors
/// Of the database.
pub fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    span: Span,
    currency: Option<Currency>,
    cursor: &Cursor,
) -> Result<Vec<Receipt>, Error> {
    let mut found = store::list(tx, scope, span, currency, cursor)?;
    for receipt in &mut found {
        receipt.invoices = store::list_invoices(tx, &receipt.id)?;
    }
    Ok(found)
}
