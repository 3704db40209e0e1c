//! One invoice in a list: the same shape wherever invoices are listed.

use billing::currency::Currency;
use billing::invoice::state::{InvoiceState, amount_due};
use billing::money::Money;
use billing::standing::{Facts, standing};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::db::Error;
use kit::locale::Locale;

use crate::page::Chip;

/// A row as the store reads it.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) state: InvoiceState,
    pub(super) number: String,
    pub(super) customer: String,
    pub(super) currency: Currency,
    pub(super) due_date: Option<Date>,
    pub(super) total_minor: i64,
    pub(super) sums: Sums,
    /// When the evidence of its most urgent open dispute is due, Unix milliseconds.
    pub(super) dispute_due_at: Option<i64>,
    pub(super) reference: String,
}

/// What became of an issued invoice, in minor units (ISO 4217) of its currency: the columns as they are kept.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) applied: i64,
    pub(super) received: i64,
    pub(super) credited: i64,
    pub(super) refunded: i64,
    pub(super) disputed: i64,
    pub(super) processing: i64,
}

/// A row as a page shows it; amounts and dates in the reader's locale.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it leads: the editor for a draft, else the invoice.
    pub href: String,
    /// As printed; empty for a draft.
    pub number: String,
    /// Who owes.
    pub customer: String,
    /// The customer's own reference, may be empty.
    pub reference: String,
    /// Where it stands.
    pub chip: Chip,
    /// The due date for machines; empty for a draft.
    pub due_iso: String,
    /// The due date for people.
    pub due: String,
    /// The last day to answer an open dispute; empty when none is open. The day is UTC, as the provider counts it.
    pub deadline: String,
    /// What is still owed; empty for a draft.
    pub amount_due: String,
    /// The whole.
    pub total: String,
}

impl Row {
    pub(super) fn new(listed: &Listed, l: Locale, today: Date) -> Result<Row, Error> {
        let facts = facts(listed, today)?;
        let exponent = listed.currency.exponent();
        let money = |minor: i64| l.money_with_code(minor, listed.currency.code(), exponent);
        let draft = listed.state == InvoiceState::Draft;
        Ok(Row {
            href: if draft {
                format!("/invoices/{}/edit", listed.id)
            } else {
                format!("/invoices/{}", listed.id)
            },
            number: listed.number.clone(),
            customer: listed.customer.clone(),
            reference: listed.reference.clone(),
            chip: standing(&facts).into(),
            due_iso: listed.due_date.map(|d| d.to_string()).unwrap_or_default(),
            due: listed
                .due_date
                .map(|d| l.date_medium(d))
                .unwrap_or_default(),
            deadline: listed
                .dispute_due_at
                .filter(|_| facts.disputed)
                .and_then(|at| Timestamp::from_millisecond(at).ok())
                .map(|at| l.date_medium(at.to_zoned(TimeZone::UTC).date()))
                .unwrap_or_default(),
            amount_due: if draft {
                String::new()
            } else {
                money(facts.amount_due.minor())
            },
            total: money(listed.total_minor),
        })
    }
}

/// The facts its standing is told from.
fn facts(listed: &Listed, today: Date) -> Result<Facts, Error> {
    let money =
        |minor| Money::from_minor(minor, listed.currency).map_err(|e| Error::Shape(e.to_string()));
    let sums = listed.sums;
    let (total, applied) = (money(listed.total_minor)?, money(sums.applied)?);
    Ok(Facts {
        state: listed.state,
        amount_due: amount_due(total, applied).map_err(|e| Error::Shape(e.to_string()))?,
        applied,
        received: money(sums.received)?,
        refunded: money(sums.refunded)?,
        credited: money(sums.credited)?,
        disputed: sums.disputed > 0,
        processing: sums.processing > 0,
        due_date: listed.due_date,
        today,
    })
}
