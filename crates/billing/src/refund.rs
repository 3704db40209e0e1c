//! Refunds: how much may go back, where it is taken from, and what the provider's word about one means.
//!
//! A refund has a life of its own: it may be pending for days, succeed, and fail after that. What is booked
//! follows the money, not the word: [`settle`] books a refund once there was money in it, and its failure once.

use crate::dispute::DisputeStatus;
use crate::mode::Mode;
use crate::money::{Money, MoneyError};

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefundStatus {
    /// Written down here and asked for; the provider's answer is not known yet.
    Asked,
    /// The provider refused to begin: no money moved.
    Refused,
    /// Under way.
    Pending,
    /// The provider waits for the customer, who is to say where the money shall go.
    RequiresAction,
    /// Handed to the customer's bank. It may still fail, days later.
    Succeeded,
    /// The customer's bank could not take it: the money came back to the seller.
    Failed,
    /// Called off before it left.
    Canceled,
}

impl RefundStatus {
    /// Every state.
    pub const ALL: [RefundStatus; 7] = [
        RefundStatus::Asked,
        RefundStatus::Refused,
        RefundStatus::Pending,
        RefundStatus::RequiresAction,
        RefundStatus::Succeeded,
        RefundStatus::Failed,
        RefundStatus::Canceled,
    ];

    /// The stored word; from `pending` on it is the provider's.
    pub fn as_str(self) -> &'static str {
        match self {
            RefundStatus::Asked => "asked",
            RefundStatus::Refused => "refused",
            RefundStatus::Pending => "pending",
            RefundStatus::RequiresAction => "requires_action",
            RefundStatus::Succeeded => "succeeded",
            RefundStatus::Failed => "failed",
            RefundStatus::Canceled => "canceled",
        }
    }

    /// Reads the stored word; none for any other text, which is to be shown, not guessed.
    pub fn parse(text: &str) -> Option<RefundStatus> {
        RefundStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
    }

    /// Whether its amount counts as gone: an outcome that is not known does (PAY-12).
    pub fn holds(self) -> bool {
        !matches!(
            self,
            RefundStatus::Refused | RefundStatus::Failed | RefundStatus::Canceled
        )
    }

    /// Whether the provider is to be asked again by ourselves.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            RefundStatus::Asked | RefundStatus::Pending | RefundStatus::RequiresAction
        )
    }

    /// How far along a refund is; an answer that lies behind what is known is an old one.
    fn rank(self) -> u8 {
        match self {
            RefundStatus::Asked | RefundStatus::Refused => 0,
            RefundStatus::Pending | RefundStatus::RequiresAction => 1,
            RefundStatus::Succeeded => 2,
            RefundStatus::Failed | RefundStatus::Canceled => 3,
        }
    }
}

/// Why nothing, or not so much, can go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotRefund {
    /// All of it went back already, or is on its way.
    #[error("nothing is left to refund")]
    NothingLeft,
    /// The bank has taken the money, or asks for it: a refund on top would pay it twice.
    #[error("the payment is disputed")]
    Disputed,
    /// Nothing, or less than nothing.
    #[error("a refund is more than nothing")]
    NotPositive,
    /// More than is left (PAY-12).
    #[error("{rest} is left to refund")]
    ExceedsRest {
        /// What is left.
        rest: Money,
    },
    /// Another currency, or beyond any amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What of a payment may still go back: what was paid, less every refund that holds its amount (PAY-12).
///
/// # Errors
/// `NothingLeft`; `Disputed` while a bank asks or has kept the money, whatever the amount of the dispute.
pub fn refundable(
    paid: Money,
    refunds: impl IntoIterator<Item = (RefundStatus, Money)>,
    disputes: impl IntoIterator<Item = DisputeStatus>,
) -> Result<Money, CannotRefund> {
    if disputes.into_iter().any(DisputeStatus::forbids_refund) {
        return Err(CannotRefund::Disputed);
    }
    let held = refunds
        .into_iter()
        .filter(|(status, _)| status.holds())
        .map(|(_, amount)| amount);
    let rest = paid.checked_sub(Money::sum(paid.currency(), held)?)?;
    if rest.is_positive() {
        Ok(rest)
    } else {
        Err(CannotRefund::NothingLeft)
    }
}

/// Checks an amount against what is left.
///
/// # Errors
/// `NotPositive`, `ExceedsRest`, `Money` for another currency.
pub fn check_amount(amount: Money, rest: Money) -> Result<(), CannotRefund> {
    if !amount.is_positive() {
        return Err(CannotRefund::NotPositive);
    }
    if amount.compare(rest)?.is_gt() {
        return Err(CannotRefund::ExceedsRest { rest });
    }
    Ok(())
}

/// Where money that goes back is taken from; the parts always add up to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// From the customer's credit: no invoice changes.
    pub from_credit: Money,
    /// From each invoice the payment was applied to, in the order given: its claim is open again.
    pub from_invoices: Vec<Money>,
}

/// Takes back from a payment: first what no invoice used (the customer's credit), then from its invoices, the last
/// applied first. What neither explains was credit that another invoice has used: it is taken from the credit too,
/// which then says that the customer owes it.
///
/// # Errors
/// `CurrencyMismatch`, `TooLarge`.
pub fn take_back(
    amount: Money,
    credit_left: Money,
    applied: &[Money],
) -> Result<Taken, MoneyError> {
    let nothing = Money::zero(amount.currency());
    let available = if credit_left.is_positive() {
        credit_left
    } else {
        nothing
    };
    let mut from_credit = amount.at_most(available)?;
    let mut rest = amount.checked_sub(from_credit)?;
    let mut from_invoices = vec![nothing; applied.len()];
    for (at, part) in applied.iter().enumerate().rev() {
        if part.is_positive() {
            from_invoices[at] = rest.at_most(*part)?;
            rest = rest.checked_sub(from_invoices[at])?;
        }
    }
    from_credit = from_credit.checked_add(rest)?;
    Ok(Taken {
        from_credit,
        from_invoices,
    })
}

/// A refund as we have written it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The provider's id, once known.
    pub stripe_id: Option<String>,
    /// Its drawer.
    pub mode: Mode,
    /// Where it stands.
    pub status: RefundStatus,
    /// What goes back; carries the currency.
    pub amount: Money,
    /// Whether its going back is booked (P04).
    pub taken: bool,
    /// Whether its failure is booked (P05).
    pub returned: bool,
}

/// What the provider says of it now, freshly fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The provider's id.
    pub id: String,
    /// Its drawer.
    pub mode: Mode,
    /// Where it stands.
    pub status: RefundStatus,
    /// What goes back.
    pub amount: Money,
    /// Whether it has a line in the provider's account: money moved.
    pub moved: bool,
}

/// What is to be done: nothing when all three say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// The new state, when it changes.
    pub status: Option<RefundStatus>,
    /// Book that the money goes back (P04).
    pub take: bool,
    /// Book that it came back to the seller and is owed to the customer (P05).
    pub give_back: bool,
}

impl Steps {
    /// Nothing to do.
    pub fn is_nothing(self) -> bool {
        self == Steps::default()
    }
}

/// How the provider's word contradicts ours: nothing is changed, and it is shown to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Another refund.
    #[error("the refund is another one")]
    OtherRefund,
    /// Live against test.
    #[error("the refund is of the other mode")]
    OtherMode,
    /// Another amount or currency.
    #[error("the refund is of another amount")]
    OtherAmount,
}

/// Decides. Idempotent, and the same whatever order or number the news comes in: a refund that moved money is taken
/// once, and given back once when it failed after that. A refund that never moved any leaves the books alone.
///
/// # Errors
/// [`Mismatch`].
pub fn settle(ours: &Refund, told: &Told) -> Result<Steps, Mismatch> {
    if ours.stripe_id.as_ref().is_some_and(|id| *id != told.id) {
        return Err(Mismatch::OtherRefund);
    }
    if ours.mode != told.mode {
        return Err(Mismatch::OtherMode);
    }
    if ours.amount != told.amount {
        return Err(Mismatch::OtherAmount);
    }
    let newer = told.status.rank() > ours.status.rank()
        || (told.status.rank() == 1 && ours.status.rank() == 1);
    let status = if newer { told.status } else { ours.status };
    let moved = told.moved || told.status == RefundStatus::Succeeded;
    let take = moved && !ours.taken;
    let over = matches!(status, RefundStatus::Failed | RefundStatus::Canceled);
    Ok(Steps {
        status: (status != ours.status).then_some(status),
        take,
        give_back: over && (ours.taken || take) && !ours.returned,
    })
}

impl Refund {
    /// The refund once a decision is carried out.
    pub fn after(&self, told: &Told, steps: Steps) -> Refund {
        Refund {
            stripe_id: Some(told.id.clone()),
            status: steps.status.unwrap_or(self.status),
            taken: self.taken || steps.take,
            returned: self.returned || steps.give_back,
            ..self.clone()
        }
    }
}
