//! One balanced record and its lines.

use super::Account;
use crate::currency::Currency;
use crate::id::InvoiceId;
use crate::money::{Money, MoneyError};
use std::collections::BTreeMap;

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// What it touches.
    pub account: Account,
    /// Above zero a debit, below zero a credit.
    pub amount: Money,
    /// The invoice this line is about. A receivable always has one, its own or its entry's: the claim of an invoice
    /// is the sum of these lines (`led_09`), also when one payment settles several invoices.
    pub invoice_id: Option<InvoiceId>,
}

impl Posting {
    /// Adds to what the account has; takes from it when the amount is below zero.
    pub fn debit(account: Account, amount: Money) -> Posting {
        Posting {
            account,
            amount,
            invoice_id: None,
        }
    }

    /// Takes from what the account has; adds to it when the amount is below zero.
    pub fn credit(account: Account, amount: Money) -> Posting {
        Posting::debit(account, -amount)
    }

    /// The same line, about one invoice.
    #[must_use]
    pub fn of_invoice(self, invoice_id: InvoiceId) -> Posting {
        Posting {
            invoice_id: Some(invoice_id),
            ..self
        }
    }
}

/// One balanced record. Cannot be made otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    postings: Vec<Posting>,
}

/// Why an entry cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Debits and credits of a currency differ (`led_01`).
    #[error("debits and credits differ by {difference}")]
    Unbalanced {
        /// Debits less credits.
        difference: Money,
    },
    /// Fewer than two postings that are not zero.
    #[error("an entry needs at least two postings")]
    Empty,
    /// A part is negative, or the parts of an amount do not add up to it.
    #[error("the parts do not add up to the whole")]
    PartsDoNotAddUp,
    /// A balance transaction whose net is not its amount less its fee, or whose tax exceeds its fee.
    #[error("the balance transaction's net is not its amount less its fee")]
    NetDoesNotAddUp,
    /// An amount that must be above nothing is not.
    #[error("{amount} is not above nothing")]
    NotPositive {
        /// The amount.
        amount: Money,
    },
    /// What is told to have been exchanged was of one currency all along, or the two go opposite ways.
    #[error("an exchange is between two currencies and goes one way")]
    NotAnExchange,
    /// An amount went out of range or currencies met.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Entry {
    /// An entry of these postings; those of nothing are left out.
    ///
    /// # Errors
    /// `Unbalanced` per currency (`led_01`), `Empty`.
    pub fn new(postings: Vec<Posting>) -> Result<Entry, LedgerError> {
        let postings: Vec<Posting> = postings
            .into_iter()
            .filter(|posting| !posting.amount.is_zero())
            .collect();
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        for Posting { amount, .. } in &postings {
            let sum = sums
                .entry(amount.currency())
                .or_insert(Money::zero(amount.currency()));
            *sum = sum.checked_add(*amount)?;
        }
        if let Some(difference) = sums.into_values().find(|sum| !sum.is_zero()) {
            return Err(LedgerError::Unbalanced { difference });
        }
        if postings.len() < 2 {
            return Err(LedgerError::Empty);
        }
        Ok(Entry { postings })
    }

    /// An entry of these postings, or none when all of them are of nothing.
    ///
    /// # Errors
    /// `Unbalanced`.
    pub fn unless_empty(postings: Vec<Posting>) -> Result<Option<Entry>, LedgerError> {
        match Entry::new(postings) {
            Err(LedgerError::Empty) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Its lines.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The entry that takes this one back (`led_02`: corrections are new entries).
    #[must_use]
    pub fn reversed(&self) -> Entry {
        let reverse = |p: &Posting| Posting {
            amount: -p.amount,
            ..p.clone()
        };
        Entry {
            postings: self.postings.iter().map(reverse).collect(),
        }
    }
}

/// Refuses an amount that is not above nothing.
pub(super) fn positive(amount: Money) -> Result<Money, LedgerError> {
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(LedgerError::NotPositive { amount })
    }
}
