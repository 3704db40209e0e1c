//! Payouts: batches of balance transactions on their way to a bank, and the proof that a deposit is
//! the sum of what is inside it (AC-08).

use crate::ledger::documents::payout_found;
use crate::ledger::{Entry, LedgerError, ReportingCategory};
use crate::money::{Money, MoneyError};
use jiff::civil::Date;

/// States of a payout, as the provider names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayoutStatus {
    /// Made, not sent yet.
    Pending,
    /// Sent to the bank.
    InTransit,
    /// The bank should have it. May still turn out to have failed, for days.
    Paid,
    /// The bank sent it back: the money is in the provider's balance again.
    Failed,
    /// Called back before it was sent.
    Canceled,
}

impl PayoutStatus {
    /// Every state.
    pub const ALL: [PayoutStatus; 5] = [
        PayoutStatus::Pending,
        PayoutStatus::InTransit,
        PayoutStatus::Paid,
        PayoutStatus::Failed,
        PayoutStatus::Canceled,
    ];

    /// The provider's word, and the stored one.
    pub fn as_str(self) -> &'static str {
        match self {
            PayoutStatus::Pending => "pending",
            PayoutStatus::InTransit => "in_transit",
            PayoutStatus::Paid => "paid",
            PayoutStatus::Failed => "failed",
            PayoutStatus::Canceled => "canceled",
        }
    }

    /// Reads the word; none for one we do not know, which is to be shown, not guessed.
    pub fn parse(text: &str) -> Option<PayoutStatus> {
        PayoutStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
    }

    /// Whether the money came back to the provider's balance, for good.
    pub fn came_back(self) -> bool {
        matches!(self, PayoutStatus::Failed | PayoutStatus::Canceled)
    }

    /// What to keep when the provider says `said` and we know `self`. A slower answer with an older
    /// word changes nothing: paid is never in transit again, and what came back stays back.
    pub fn after(self, said: PayoutStatus) -> PayoutStatus {
        match (self, said) {
            (PayoutStatus::Failed | PayoutStatus::Canceled, _) => self,
            (PayoutStatus::Paid, PayoutStatus::Pending | PayoutStatus::InTransit) => self,
            (PayoutStatus::InTransit, PayoutStatus::Pending) => self,
            _ => said,
        }
    }
}

/// One balance transaction inside a payout; the payout's own line is not one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What kind of movement it is.
    pub category: ReportingCategory,
    /// Gross.
    pub amount: Money,
    /// What the provider kept of it, tax included.
    pub fee: Money,
    /// Gross less fee.
    pub net: Money,
}

/// What a payout is made of. The parts add up to `net`, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// Paid by customers, gross.
    pub charges: Money,
    /// Given back to customers: below zero.
    pub refunds: Money,
    /// Taken by banks that ask, less what they gave back.
    pub disputes: Money,
    /// Kept by the provider, with fees of their own line: below zero.
    pub fees: Money,
    /// Reserves, top-ups, adjustments, and what we do not know.
    pub other: Money,
    /// Sum of the nets: what the deposit must be.
    pub net: Money,
    /// How many lines.
    pub count: usize,
}

/// Whether a deposit is the sum of what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is, to the minor unit.
    Proved,
    /// It is not; what is inside comes to `sum`.
    Off {
        /// The nets, added up.
        sum: Money,
        /// The deposit less that sum.
        difference: Money,
    },
    /// The provider does not say what is inside: a payout made by hand.
    NotTold,
    /// The provider is still putting it together.
    NotYet,
}

/// What the provider says about telling what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// All of it.
    Whole,
    /// Still being put together (`reconciliation_status` in progress).
    Later,
    /// Never: made by hand.
    Never,
}

impl Breakdown {
    /// Adds up what is inside a payout of this currency.
    ///
    /// # Errors
    /// `CurrencyMismatch` when a line is in another currency, `TooLarge`.
    pub fn of(
        currency: crate::Currency,
        members: impl IntoIterator<Item = Member>,
    ) -> Result<Breakdown, MoneyError> {
        let zero = Money::zero(currency);
        let mut sum = Breakdown {
            charges: zero,
            refunds: zero,
            disputes: zero,
            fees: zero,
            other: zero,
            net: zero,
            count: 0,
        };
        for member in members {
            use ReportingCategory as Category;
            let part = match member.category {
                Category::Charge | Category::ChargeFailure => &mut sum.charges,
                Category::Refund | Category::RefundFailure | Category::PartialCaptureReversal => {
                    &mut sum.refunds
                }
                Category::Dispute | Category::DisputeReversal => &mut sum.disputes,
                Category::Fee | Category::Tax => &mut sum.fees,
                _ => &mut sum.other,
            };
            *part = part.checked_add(member.amount)?;
            sum.fees = sum.fees.checked_sub(member.fee)?;
            sum.net = sum.net.checked_add(member.net)?;
            sum.count += 1;
        }
        Ok(sum)
    }

    /// Weighs the deposit against what is inside.
    ///
    /// # Errors
    /// `CurrencyMismatch`.
    pub fn proof(&self, payout: Money, told: Told) -> Result<Proof, MoneyError> {
        let difference = payout.checked_sub(self.net)?;
        Ok(match told {
            Told::Never => Proof::NotTold,
            Told::Later if !difference.is_zero() => Proof::NotYet,
            _ if self.count > 0 && difference.is_zero() => Proof::Proved,
            Told::Later => Proof::NotYet,
            Told::Whole => Proof::Off {
                sum: self.net,
                difference,
            },
        })
    }
}

/// Why a payout cannot be marked as found on the bank statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotBeFound {
    /// The bank sent it back, or it was called back: it is not on the statement.
    #[error("this payout did not arrive")]
    CameBack,
    /// It was found before.
    #[error("this payout was found before")]
    FoundBefore,
    /// A day before the payout was made.
    #[error("the day is before the payout was made")]
    TooEarly,
    /// A day that has not come.
    #[error("the day has not come yet")]
    InTheFuture,
}

/// Whether a payout may be marked as found on the bank statement on `on`.
///
/// # Errors
/// [`CannotBeFound`].
pub fn find_on_statement(
    status: PayoutStatus,
    found_on: Option<Date>,
    made_on: Date,
    on: Date,
    today: Date,
) -> Result<(), CannotBeFound> {
    if status.came_back() {
        Err(CannotBeFound::CameBack)
    } else if found_on.is_some() {
        Err(CannotBeFound::FoundBefore)
    } else if on < made_on {
        Err(CannotBeFound::TooEarly)
    } else if on > today {
        Err(CannotBeFound::InTheFuture)
    } else {
        Ok(())
    }
}

/// P13 itself: the bank has it, it is no longer in transit. A payout below nothing is a debt the provider collected
/// from the bank: the same, backwards.
///
/// # Errors
/// [`LedgerError`]; `NotPositive` for a payout of nothing.
pub fn found_entry(amount: Money) -> Result<Entry, LedgerError> {
    if amount.is_negative() {
        return Ok(payout_found(-amount)?.reversed());
    }
    payout_found(amount)
}
