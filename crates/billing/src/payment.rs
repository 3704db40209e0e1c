//! Payments: what the provider says becomes one decision; a payment is applied to an invoice.

pub mod adjust;
pub mod autopay;
pub mod credit;
pub mod decline;
pub mod manual;
pub mod saved_card;
pub mod session;
pub mod settle;
pub mod spread;

use crate::invoice::state::InvoiceState;
use crate::money::{Money, MoneyError};

/// States of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// Under way.
    Pending,
    /// The money is there.
    Succeeded,
    /// It did not arrive.
    Failed,
    /// Given up before it could.
    Canceled,
}

impl PaymentStatus {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            PaymentStatus::Pending => "pending",
            PaymentStatus::Succeeded => "succeeded",
            PaymentStatus::Failed => "failed",
            PaymentStatus::Canceled => "canceled",
        }
    }

    /// Reads the stored word; none for any other text.
    pub fn parse(text: &str) -> Option<PaymentStatus> {
        use PaymentStatus::{Canceled, Failed, Pending, Succeeded};
        [Pending, Succeeded, Failed, Canceled]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// How a payment is used: `applied` plus `credited` is the payment, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// What settles the invoice.
    pub applied: Money,
    /// What no invoice could use: customer credit, shown and never silently kept.
    pub credited: Money,
}

/// Applies a payment to an invoice: as much as is due, the rest becomes customer credit. All of it
/// does when the invoice takes no payment any more (paid, void).
///
/// # Errors
/// `CurrencyMismatch`; `TooLarge` never for amounts above zero.
pub fn allocate(
    payment: Money,
    state: InvoiceState,
    amount_due: Money,
) -> Result<Allocation, MoneyError> {
    let usable = if state.takes_payment() {
        amount_due
    } else {
        Money::zero(amount_due.currency())
    };
    let applied = payment.at_most(usable)?;
    Ok(Allocation {
        applied,
        credited: payment.checked_sub(applied)?,
    })
}
