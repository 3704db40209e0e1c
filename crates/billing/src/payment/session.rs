//! The page that the provider hosts, as what carries an attempt: its session, and the intent that the session makes
//! when somebody first pays there. What the intent says of money is the stronger fact; the session says whether anybody
//! can still pay.

use super::settle::{Attempt, AttemptStatus, Intent, IntentStatus, Mismatch, Settlement, settle};
use crate::mode::Mode;
use crate::money::Money;

/// States of the provider's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionStatus {
    /// The payer may pay there.
    Open,
    /// The payer went through; the money came, is under way, or failed at the bank afterwards.
    Complete,
    /// Over by time or by us: nobody can pay there any more.
    Expired,
}

impl SessionStatus {
    /// Every state.
    pub const ALL: [SessionStatus; 3] = [
        SessionStatus::Open,
        SessionStatus::Complete,
        SessionStatus::Expired,
    ];

    /// The provider's word.
    pub fn as_str(self) -> &'static str {
        match self {
            SessionStatus::Open => "open",
            SessionStatus::Complete => "complete",
            SessionStatus::Expired => "expired",
        }
    }

    /// Reads the provider's word; none for one we do not know, which is to be shown, not guessed.
    pub fn parse(text: &str) -> Option<SessionStatus> {
        SessionStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// What the provider says now, freshly fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its state.
    pub status: SessionStatus,
    /// What it asks for. It cannot be changed.
    pub amount: Money,
    /// The drawer it belongs to.
    pub mode: Mode,
    /// What does the paying; none before somebody pressed "Pay" there.
    pub intent: Option<Intent>,
}

/// What can become of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// The money is there.
    Paid,
    /// A bank is working on it, or the payer has to prove an account to it: it cannot be ended, only waited for.
    UnderWay,
    /// Somebody may pay there.
    Payable,
    /// Nobody can pay there any more.
    Over,
}

impl Session {
    /// What can become of it. A complete session whose intent is not known is not taken for over: money may be coming.
    pub fn prospect(&self) -> Prospect {
        use IntentStatus::{Canceled, Processing, RequiresPaymentMethod, Succeeded};
        let intent = self.intent.as_ref().map(|intent| intent.status);
        match (self.status, intent) {
            (_, Some(Succeeded)) => Prospect::Paid,
            (_, Some(Processing)) => Prospect::UnderWay,
            (SessionStatus::Open, _) => Prospect::Payable,
            (SessionStatus::Complete, Some(RequiresPaymentMethod | Canceled)) => Prospect::Over,
            (SessionStatus::Complete, _) => Prospect::UnderWay,
            (SessionStatus::Expired, _) => Prospect::Over,
        }
    }

    /// Whether a payer who is to pay this much can be sent there.
    pub fn serves(&self, wanted: Money) -> bool {
        self.prospect() == Prospect::Payable && self.amount == wanted
    }
}

/// Decides as [`settle`] does, and as idempotently. A decline leaves the session open: the payer may try again there. A
/// bank debit that fails after the session was complete is a decline too.
pub fn settle_session(attempt: &Attempt, session: &Session) -> Settlement {
    if attempt.mode != session.mode {
        return Settlement::Mismatch(Mismatch::OtherMode);
    }
    let told = session
        .intent
        .as_ref()
        .map_or(Settlement::Nothing, |intent| settle(attempt, intent));
    if matches!(told, Settlement::Mismatch(_)) {
        return told;
    }
    let is_decided = attempt.booked.is_some()
        || matches!(
            attempt.status,
            AttemptStatus::Succeeded | AttemptStatus::Canceled
        );
    match (session.prospect(), session.status) {
        (Prospect::Over, _) if is_decided => Settlement::Nothing,
        (Prospect::Over, SessionStatus::Expired) => Settlement::MarkCanceled,
        // The bank's refusal is told once and stays what the payer is told.
        (Prospect::Over, _) if told != Settlement::Nothing => told,
        (Prospect::Over, _) if matches!(attempt.status, AttemptStatus::Declined(_)) => told,
        (Prospect::Over, _) => Settlement::MarkCanceled,
        (Prospect::UnderWay, _) if is_decided || attempt.status == AttemptStatus::Processing => {
            Settlement::Nothing
        }
        (Prospect::UnderWay, _) => Settlement::MarkProcessing,
        _ => told,
    }
}
