//! One live intent per amount due: what to do with it when the amount due changes.

use super::settle::IntentStatus;
use crate::invoice::state::InvoiceState;
use crate::money::Money;

/// What to do with a live intent before the invoice changes (or its page is shown).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentAdjustment {
    /// It is right as it is, or can no longer be changed: late money becomes customer credit.
    Keep,
    /// Bring its amount in step.
    Update(
        /// The new amount.
        Money,
    ),
    /// Cancel it; a new one is made when somebody wants to pay.
    Cancel,
}

/// Decides. `asked` is the intent's amount. A payer who is just confirming an old amount with the
/// bank must never be charged it, nor a new one: that intent is canceled.
pub fn adjust(
    status: IntentStatus,
    asked: Money,
    state: InvoiceState,
    amount_due: Money,
) -> IntentAdjustment {
    let payable = state.takes_payment() && amount_due.to_stripe_charge().is_ok();
    match status {
        IntentStatus::Processing | IntentStatus::Succeeded | IntentStatus::Canceled => {
            IntentAdjustment::Keep
        }
        IntentStatus::RequiresCapture => IntentAdjustment::Cancel,
        _ if !payable || asked.currency() != amount_due.currency() => IntentAdjustment::Cancel,
        _ if asked == amount_due => IntentAdjustment::Keep,
        IntentStatus::RequiresAction => IntentAdjustment::Cancel,
        // A page that is still open shows the old amount: it may charge less than it shows, never more.
        _ if amount_due.minor() > asked.minor() => IntentAdjustment::Cancel,
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => {
            IntentAdjustment::Update(amount_due)
        }
    }
}
