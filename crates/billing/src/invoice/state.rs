//! States of an invoice and the steps between them. Overdue, partly paid, disputed are standings,
//! derived and never stored ([`crate::standing`]).

use crate::money::{Money, MoneyError};

/// The stored state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvoiceState {
    /// Not issued, free to change, no number.
    Draft,
    /// Issued and something may be owed.
    Open,
    /// Nothing owed.
    Paid,
    /// Annulled after issue, number kept.
    Void,
    /// Given up; may still be paid.
    Uncollectible,
}

/// Why a state cannot change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateRefusal {
    /// A draft has no number to void and nothing to give up: delete it instead.
    #[error("the invoice is not issued yet")]
    NotIssued,
    /// Only open invoices (and given-up ones, for voiding) can take this step.
    #[error("an invoice that is {} cannot take this step", .0.as_str())]
    WrongState(InvoiceState),
    /// Money was applied: credit or refund it instead of voiding.
    #[error("money was already applied to this invoice")]
    MoneyApplied,
}

impl InvoiceState {
    const ALL: [InvoiceState; 5] = [
        InvoiceState::Draft,
        InvoiceState::Open,
        InvoiceState::Paid,
        InvoiceState::Void,
        InvoiceState::Uncollectible,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            InvoiceState::Draft => "draft",
            InvoiceState::Open => "open",
            InvoiceState::Paid => "paid",
            InvoiceState::Void => "void",
            InvoiceState::Uncollectible => "uncollectible",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<InvoiceState> {
        InvoiceState::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
    }

    /// Whether a customer may pay now: open, or given up.
    pub fn takes_payment(self) -> bool {
        matches!(self, InvoiceState::Open | InvoiceState::Uncollectible)
    }

    /// Annuls. `applied` is what payments and credits settled so far.
    ///
    /// # Errors
    /// `NotIssued`, `WrongState`, `MoneyApplied`.
    pub fn void(self, applied: Money) -> Result<InvoiceState, StateRefusal> {
        match self {
            InvoiceState::Draft => Err(StateRefusal::NotIssued),
            InvoiceState::Open | InvoiceState::Uncollectible if !applied.is_zero() => {
                Err(StateRefusal::MoneyApplied)
            }
            InvoiceState::Open | InvoiceState::Uncollectible => Ok(InvoiceState::Void),
            InvoiceState::Paid | InvoiceState::Void => Err(StateRefusal::WrongState(self)),
        }
    }

    /// Gives up.
    ///
    /// # Errors
    /// `NotIssued`, `WrongState`.
    pub fn give_up(self) -> Result<InvoiceState, StateRefusal> {
        match self {
            InvoiceState::Draft => Err(StateRefusal::NotIssued),
            InvoiceState::Open => Ok(InvoiceState::Uncollectible),
            _ => Err(StateRefusal::WrongState(self)),
        }
    }

    /// The state after what is applied changed: paid when nothing is due any more, open again when
    /// money went back. Drafts and void invoices stay; a given-up one stays until it is paid.
    ///
    /// # Errors
    /// `CurrencyMismatch`.
    pub fn after_applied(self, total: Money, applied: Money) -> Result<InvoiceState, MoneyError> {
        let settled = amount_due(total, applied)?.is_zero();
        Ok(match (self, settled) {
            (InvoiceState::Open | InvoiceState::Uncollectible, true) => InvoiceState::Paid,
            (InvoiceState::Paid, false) => InvoiceState::Open,
            (state, _) => state,
        })
    }
}

/// The total less what was applied, never below zero.
///
/// # Errors
/// `CurrencyMismatch`.
pub fn amount_due(total: Money, applied: Money) -> Result<Money, MoneyError> {
    let rest = total.checked_sub(applied)?;
    Ok(if rest.is_negative() {
        Money::zero(total.currency())
    } else {
        rest
    })
}
