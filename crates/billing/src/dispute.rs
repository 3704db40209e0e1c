//! Disputes: a bank takes a payment back while it asks, or only asks. What each state does to the money and to the
//! claim, and how long the seller has to answer.

pub mod evidence;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::mode::Mode;
use crate::money::Money;

/// Where a dispute stands: the provider's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisputeStatus {
    /// The bank asks, and has taken nothing.
    WarningNeedsResponse,
    /// The bank reads the answer to its question.
    WarningUnderReview,
    /// The question is closed; nothing was taken.
    WarningClosed,
    /// The bank has taken the money; the seller may answer.
    NeedsResponse,
    /// The bank reads the answer.
    UnderReview,
    /// The money came back to the seller.
    Won,
    /// The money stays with the payer.
    Lost,
    /// Settled before it became a dispute; nothing was taken.
    Prevented,
}

impl DisputeStatus {
    /// Every state.
    pub const ALL: [DisputeStatus; 8] = [
        DisputeStatus::WarningNeedsResponse,
        DisputeStatus::WarningUnderReview,
        DisputeStatus::WarningClosed,
        DisputeStatus::NeedsResponse,
        DisputeStatus::UnderReview,
        DisputeStatus::Won,
        DisputeStatus::Lost,
        DisputeStatus::Prevented,
    ];

    /// The provider's word, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            DisputeStatus::WarningNeedsResponse => "warning_needs_response",
            DisputeStatus::WarningUnderReview => "warning_under_review",
            DisputeStatus::WarningClosed => "warning_closed",
            DisputeStatus::NeedsResponse => "needs_response",
            DisputeStatus::UnderReview => "under_review",
            DisputeStatus::Won => "won",
            DisputeStatus::Lost => "lost",
            DisputeStatus::Prevented => "prevented",
        }
    }

    /// Reads the stored word; none for any other text, which is to be shown, not guessed.
    pub fn parse(text: &str) -> Option<DisputeStatus> {
        DisputeStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
    }

    /// Whether it is only a question: no money has moved (P21).
    pub fn is_inquiry(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningNeedsResponse
                | DisputeStatus::WarningUnderReview
                | DisputeStatus::WarningClosed
        )
    }

    /// Whether the seller can answer now.
    pub fn wants_answer(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningNeedsResponse | DisputeStatus::NeedsResponse
        )
    }

    /// Whether it is still running: the invoice is shown as disputed.
    pub fn is_open(self) -> bool {
        self.wants_answer()
            || matches!(
                self,
                DisputeStatus::WarningUnderReview | DisputeStatus::UnderReview
            )
    }

    /// Whether a refund would pay a second time: the bank holds the money, or has kept it. While it only asks, a
    /// refund is one of the answers.
    pub fn forbids_refund(self) -> bool {
        matches!(
            self,
            DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Lost
        )
    }

    /// Asking, asked, taken, lost, settled: an answer of an earlier phase is an old one. A lost dispute may still be
    /// won, rarely; a won one is never lost.
    fn phase(self) -> u8 {
        match self {
            DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningUnderReview => 0,
            DisputeStatus::WarningClosed => 1,
            DisputeStatus::NeedsResponse | DisputeStatus::UnderReview => 2,
            DisputeStatus::Lost => 3,
            DisputeStatus::Won | DisputeStatus::Prevented => 4,
        }
    }

    /// Within a phase, answered comes after waiting.
    fn answered(self) -> bool {
        matches!(
            self,
            DisputeStatus::WarningUnderReview | DisputeStatus::UnderReview
        )
    }
}

/// A dispute as we have written it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The provider's id.
    pub stripe_id: String,
    /// Its drawer.
    pub mode: Mode,
    /// Where it stands.
    pub status: DisputeStatus,
    /// What is disputed, in the currency of the payment.
    pub amount: Money,
    /// The last moment to answer.
    pub due_at: Option<Timestamp>,
    /// Whether the bank has taken the money (P06).
    pub withdrawn: bool,
    /// Whether the claim is open again (P09).
    pub reopened: bool,
    /// Whether the money came back (P08).
    pub reinstated: bool,
}

/// What the provider says of it now, freshly fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The provider's id.
    pub id: String,
    /// Its drawer.
    pub mode: Mode,
    /// Where it stands.
    pub status: DisputeStatus,
    /// What is disputed.
    pub amount: Money,
    /// The last moment to answer, when there is one.
    pub due_at: Option<Timestamp>,
    /// Whether the provider's account has a line by which the money left.
    pub moved: bool,
}

/// What is to be done: nothing when all four say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// The new state, when it changes.
    pub status: Option<DisputeStatus>,
    /// The bank took the money. Its line in the provider's account books that (P06); people are told.
    pub withdraw: bool,
    /// Book that it stays with the payer: the claim is open again (P09).
    pub reopen: bool,
    /// It came back, by a line in the provider's account (P08). Where the claim was open again, the money settles it
    /// like a payment.
    pub reinstate: bool,
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
    /// Another dispute.
    #[error("the dispute is another one")]
    OtherDispute,
    /// Live against test.
    #[error("the dispute is of the other mode")]
    OtherMode,
    /// Another currency than the payment's.
    #[error("the dispute is in another currency")]
    OtherCurrency,
    /// It is over no money at all.
    #[error("the dispute is over no money")]
    OverNothing,
    /// The amount changed after money was booked.
    #[error("{booked} was booked, the provider says {told}")]
    BookedOther {
        /// What was booked.
        booked: Money,
        /// What the provider says.
        told: Money,
    },
}

/// Decides. Idempotent, and the same whatever order or number the news comes in: money that left is noted once, and
/// once where it ends, with the payer (P09) or with the seller (P08). An inquiry and a prevented dispute move nothing
/// (P21).
///
/// # Errors
/// [`Mismatch`].
pub fn settle(ours: &Dispute, told: &Told) -> Result<Steps, Mismatch> {
    if ours.stripe_id != told.id {
        return Err(Mismatch::OtherDispute);
    }
    if ours.mode != told.mode {
        return Err(Mismatch::OtherMode);
    }
    if ours.amount.currency() != told.amount.currency() {
        return Err(Mismatch::OtherCurrency);
    }
    if !told.amount.is_positive() {
        return Err(Mismatch::OverNothing);
    }
    if ours.withdrawn && ours.amount != told.amount {
        return Err(Mismatch::BookedOther {
            booked: ours.amount,
            told: told.amount,
        });
    }
    let status = if is_news(ours, told) {
        told.status
    } else {
        ours.status
    };
    let withdraw = !ours.withdrawn && (told.moved || status == DisputeStatus::Lost);
    let gone = ours.withdrawn || withdraw;
    Ok(Steps {
        status: (status != ours.status).then_some(status),
        withdraw,
        reopen: gone && status == DisputeStatus::Lost && !ours.reopened,
        reinstate: gone && status == DisputeStatus::Won && !ours.reinstated,
    })
}

fn is_news(ours: &Dispute, told: &Told) -> bool {
    let (known, now) = (ours.status, told.status);
    if known.phase() != now.phase() {
        return now.phase() > known.phase();
    }
    // A bank that asks once more gives a later deadline; the same deadline again is an old answer.
    let asked_again = told.due_at > ours.due_at;
    known != now && (now.answered() || (known.answered() && asked_again))
}

impl Dispute {
    /// The dispute once a decision is carried out.
    pub fn after(&self, told: &Told, steps: Steps) -> Dispute {
        Dispute {
            status: steps.status.unwrap_or(self.status),
            amount: told.amount,
            due_at: self.due_at.max(told.due_at),
            withdrawn: self.withdrawn || steps.withdraw,
            reopened: self.reopened || steps.reopen,
            reinstated: self.reinstated || steps.reinstate,
            ..self.clone()
        }
    }
}

/// How long before the deadline the seller is reminded, longest first.
const REMINDERS: [SignedDuration; 3] = [
    SignedDuration::from_hours(7 * 24),
    SignedDuration::from_hours(3 * 24),
    SignedDuration::from_hours(24),
];

/// When the seller is to be reminded of a deadline: a week, three days and a day before it, each only where at least
/// a day lies between the alarm (`opened_at`) and the reminder.
pub fn reminders(due_at: Timestamp, opened_at: Timestamp) -> Vec<Timestamp> {
    REMINDERS
        .iter()
        .filter_map(|before| due_at.checked_sub(*before).ok())
        .filter(|at| at.duration_since(opened_at) >= SignedDuration::from_hours(24))
        .collect()
}

/// Days between today and the day of the deadline in the seller's zone: 0 on the last day, below zero when it passed.
pub fn days_left(due_at: Timestamp, now: Timestamp, zone: &TimeZone) -> i64 {
    let (today, last) = (
        zone.to_datetime(now).date(),
        zone.to_datetime(due_at).date(),
    );
    last.since(today)
        .map_or(0, |span| i64::from(span.get_days()))
}
