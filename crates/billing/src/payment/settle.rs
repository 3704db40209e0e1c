//! The one decision all paths lead to: given what the provider says of a payment intent and what
//! we have written down of the attempt, what is to be done. Pure, and idempotent: asked again after
//! the decision was carried out, it answers "nothing".

use super::decline::DeclineGroup;
use crate::mode::Mode;
use crate::money::Money;

/// States of the provider's payment intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntentStatus {
    /// Waiting for a card; also after a decline, which is not the end.
    RequiresPaymentMethod,
    /// Waiting to be confirmed.
    RequiresConfirmation,
    /// The payer is confirming with the bank.
    RequiresAction,
    /// Under way for hours or days.
    Processing,
    /// Authorized only. We never ask for that.
    RequiresCapture,
    /// Over, without money.
    Canceled,
    /// The money is there. Stays so after refunds and disputes.
    Succeeded,
}

impl IntentStatus {
    /// Every state.
    pub const ALL: [IntentStatus; 7] = [
        IntentStatus::RequiresPaymentMethod,
        IntentStatus::RequiresConfirmation,
        IntentStatus::RequiresAction,
        IntentStatus::Processing,
        IntentStatus::RequiresCapture,
        IntentStatus::Canceled,
        IntentStatus::Succeeded,
    ];

    /// The provider's word.
    pub fn as_str(self) -> &'static str {
        match self {
            IntentStatus::RequiresPaymentMethod => "requires_payment_method",
            IntentStatus::RequiresConfirmation => "requires_confirmation",
            IntentStatus::RequiresAction => "requires_action",
            IntentStatus::Processing => "processing",
            IntentStatus::RequiresCapture => "requires_capture",
            IntentStatus::Canceled => "canceled",
            IntentStatus::Succeeded => "succeeded",
        }
    }

    /// Reads the provider's word; none for one we do not know, which is to be shown, not guessed.
    pub fn parse(text: &str) -> Option<IntentStatus> {
        IntentStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// What the provider says now, freshly fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The provider's id.
    pub id: String,
    /// Its state.
    pub status: IntentStatus,
    /// What was received, in our minor units; carries the intent's currency.
    pub amount_received: Money,
    /// The drawer it belongs to.
    pub mode: Mode,
    /// The group of its last error, if there was one.
    pub last_decline: Option<DeclineGroup>,
}

/// States of an attempt as we wrote them down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptStatus {
    /// Written down before the provider is asked; or waiting for the payer.
    Started,
    /// Under way at a bank.
    Processing,
    /// Declined; the payer may try again on the same intent.
    Declined(DeclineGroup),
    /// Over, without money.
    Canceled,
    /// Booked.
    Succeeded,
}

impl AttemptStatus {
    /// The stored word; the group of a decline is stored beside it.
    pub fn as_str(self) -> &'static str {
        match self {
            AttemptStatus::Started => "started",
            AttemptStatus::Processing => "processing",
            AttemptStatus::Declined(_) => "declined",
            AttemptStatus::Canceled => "canceled",
            AttemptStatus::Succeeded => "succeeded",
        }
    }

    /// Reads the stored word and, for a decline, its group; none for any other text.
    pub fn parse(text: &str, group: Option<DeclineGroup>) -> Option<AttemptStatus> {
        match text {
            "started" => Some(AttemptStatus::Started),
            "processing" => Some(AttemptStatus::Processing),
            "declined" => Some(AttemptStatus::Declined(
                group.unwrap_or(DeclineGroup::General),
            )),
            "canceled" => Some(AttemptStatus::Canceled),
            "succeeded" => Some(AttemptStatus::Succeeded),
            _ => None,
        }
    }
}

/// What we have written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The provider's id of its intent, once known.
    pub intent_id: Option<String>,
    /// Its drawer.
    pub mode: Mode,
    /// Its state.
    pub status: AttemptStatus,
    /// What was asked for; carries the currency.
    pub amount: Money,
    /// What was booked for it, if anything.
    pub booked: Option<Money>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Nothing: known already, or still waiting for the payer.
    Nothing,
    /// Book this payment and mark the attempt succeeded.
    Book {
        /// What was received, which is what is booked, whatever was asked for.
        amount: Money,
    },
    /// Mark it as under way.
    MarkProcessing,
    /// Mark it declined; the payer may try again.
    MarkDeclined {
        /// What to tell the payer.
        group: DeclineGroup,
    },
    /// Mark it as over, without money.
    MarkCanceled,
    /// The two do not belong together, or contradict: change nothing, show it to a person.
    Mismatch(Mismatch),
}

/// How the provider's word contradicts ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The intent belongs to another attempt.
    #[error("the payment intent belongs to another attempt")]
    OtherIntent,
    /// Live against test.
    #[error("the payment intent is of the other mode")]
    OtherMode,
    /// Another currency.
    #[error("the payment intent is in another currency")]
    OtherCurrency,
    /// Succeeded, yet nothing was received.
    #[error("the payment intent succeeded without any money")]
    NothingReceived,
    /// Another amount was booked before.
    #[error("{booked} was booked, the provider says {received}")]
    BookedOther {
        /// What was booked.
        booked: Money,
        /// What the provider says.
        received: Money,
    },
    /// Authorized only; we never ask for that.
    #[error("the payment intent waits to be captured, which we never ask for")]
    WaitsForCapture,
}

/// Decides. Money is the stronger fact: an intent that succeeded is booked even when the attempt
/// was canceled or declined here; and what is booked is never unbooked by an older word.
pub fn settle(attempt: &Attempt, intent: &Intent) -> Settlement {
    if let Some(mismatch) = belongs_elsewhere(attempt, intent) {
        return Settlement::Mismatch(mismatch);
    }
    if intent.status == IntentStatus::Succeeded {
        return succeeded(attempt, intent.amount_received);
    }
    if attempt.booked.is_some() || attempt.status == AttemptStatus::Succeeded {
        return Settlement::Nothing;
    }
    let next = match (intent.status, intent.last_decline) {
        (IntentStatus::Processing, _) => Settlement::MarkProcessing,
        (IntentStatus::Canceled, _) => Settlement::MarkCanceled,
        (IntentStatus::RequiresCapture, _) => Settlement::Mismatch(Mismatch::WaitsForCapture),
        (IntentStatus::RequiresPaymentMethod, Some(group)) => Settlement::MarkDeclined { group },
        _ => Settlement::Nothing,
    };
    // Canceled is final at the provider: a slower path with an older word changes nothing.
    let known =
        attempt.status == AttemptStatus::Canceled || attempt.after(next).status == attempt.status;
    match next {
        Settlement::Mismatch(_) => next,
        _ if known => Settlement::Nothing,
        _ => next,
    }
}

fn belongs_elsewhere(attempt: &Attempt, intent: &Intent) -> Option<Mismatch> {
    if attempt
        .intent_id
        .as_ref()
        .is_some_and(|id| *id != intent.id)
    {
        Some(Mismatch::OtherIntent)
    } else if attempt.mode != intent.mode {
        Some(Mismatch::OtherMode)
    } else if attempt.amount.currency() != intent.amount_received.currency() {
        Some(Mismatch::OtherCurrency)
    } else {
        None
    }
}

fn succeeded(attempt: &Attempt, received: Money) -> Settlement {
    match attempt.booked {
        Some(booked) if booked == received => Settlement::Nothing,
        Some(booked) => Settlement::Mismatch(Mismatch::BookedOther { booked, received }),
        None if !received.is_positive() => Settlement::Mismatch(Mismatch::NothingReceived),
        None => Settlement::Book { amount: received },
    }
}

impl Attempt {
    /// The attempt once a decision is carried out.
    pub fn after(&self, settlement: Settlement) -> Attempt {
        let mut attempt = self.clone();
        match settlement {
            Settlement::Nothing | Settlement::Mismatch(_) => {}
            Settlement::Book { amount } => {
                attempt.status = AttemptStatus::Succeeded;
                attempt.booked = Some(amount);
            }
            Settlement::MarkProcessing => attempt.status = AttemptStatus::Processing,
            Settlement::MarkDeclined { group } => attempt.status = AttemptStatus::Declined(group),
            Settlement::MarkCanceled => attempt.status = AttemptStatus::Canceled,
        }
        attempt
    }
}
