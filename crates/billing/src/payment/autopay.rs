//! Autopay: whether, and when, what is due on an invoice is charged to a card whose owner agreed to that. Pure: asked
//! again after a step was taken, it answers the next one.
//!
//! The payer is told first and charged later; a bank that says "never" is never asked again; a payer whom the bank wants
//! to see is asked to come; and whatever cannot go on ends with the seller being told.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::invoice::state::InvoiceState;
use crate::money::Money;

/// So many days before the due date a payer is told of the charge.
pub const TOLD_DAYS_AHEAD: i64 = 7;
/// So many days lie between the telling and the charge, at least: what the payer agreed to says so.
pub const NOTICE_DAYS: i64 = 2;
/// A declined charge is tried again so many days after the first one.
pub const RETRY_DAYS: [i64; 4] = [1, 3, 5, 7];
/// A payer who was asked to do something has so many days, before the seller is told.
pub const PAYER_DAYS: i64 = 7;

/// What a decline asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It may pass: try again, so and so often.
    TryAgain,
    /// Only its owner can help: confirm with the bank, or use another card. Trying again cannot help.
    AskPayer,
    /// The bank wants never to be asked again for this card.
    Never,
}

impl Verdict {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::TryAgain => "try_again",
            Verdict::AskPayer => "ask_payer",
            Verdict::Never => "never",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Verdict> {
        [Verdict::TryAgain, Verdict::AskPayer, Verdict::Never]
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
    }

    /// What the codes of a decline ask for. A hard code is stronger than kind advice, and advice not to try again is
    /// stronger than a soft code; a code nobody knows is soft, because tries are few anyway.
    pub fn of(
        code: Option<&str>,
        decline_code: Option<&str>,
        advice_code: Option<&str>,
    ) -> Verdict {
        let codes = [decline_code, code];
        let any = |of: fn(&str) -> bool| codes.into_iter().flatten().any(of);
        if any(is_hard) || advice_code == Some("do_not_try_again") {
            Verdict::Never
        } else if any(needs_payer) || advice_code == Some("confirm_card_data") {
            Verdict::AskPayer
        } else {
            Verdict::TryAgain
        }
    }
}

/// Lost, stolen, closed, suspected, or called off by its owner at the bank.
fn is_hard(code: &str) -> bool {
    matches!(
        code,
        "lost_card"
            | "stolen_card"
            | "pickup_card"
            | "fraudulent"
            | "merchant_blacklist"
            | "security_violation"
            | "restricted_card"
            | "invalid_account"
            | "revocation_of_authorization"
            | "revocation_of_all_authorizations"
            | "stop_payment_order"
            | "highest_risk_level"
            | "do_not_try_again"
    )
}

/// The bank wants its customer there, or the card is not right for this.
fn needs_payer(code: &str) -> bool {
    matches!(
        code,
        "authentication_required"
            | "authentication_not_handled"
            | "payment_intent_authentication_failure"
            | "mobile_device_authentication_required"
            | "approve_with_id"
            | "expired_card"
            | "incorrect_number"
            | "invalid_number"
            | "incorrect_cvc"
            | "invalid_cvc"
            | "incorrect_zip"
            | "incorrect_address"
            | "invalid_expiry_month"
            | "invalid_expiry_year"
            | "incorrect_pin"
            | "invalid_pin"
            | "pin_try_exceeded"
            | "offline_pin_required"
            | "online_or_offline_pin_required"
            | "card_not_supported"
            | "currency_not_supported"
            | "not_permitted"
            | "service_not_allowed"
            | "transaction_not_allowed"
            | "new_account_information_available"
            | "testmode_decline"
            | "payment_method_unexpected_state"
            | "resource_missing"
    )
}

/// A try that was declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// The seller's day.
    pub on: Date,
    /// What the decline asked for.
    pub verdict: Verdict,
}

/// What the payer was told of the charge ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Nothing yet.
    None,
    /// The mail has not left yet, and may still.
    Waiting,
    /// The mail server refused it, or there is none: without a notice nobody is charged.
    Failed,
    /// It left on this day, and named this amount.
    Given {
        /// The seller's day.
        on: Date,
        /// What it said would be charged.
        amount: Money,
    },
}

/// The card that was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// Can be charged.
    Good,
    /// Of no use any more on the day of the charge.
    Over {
        /// Its owner was told.
        told: bool,
    },
    /// A bank said never to ask for it again.
    Refused,
}

/// What is known of one invoice and its payer's consent.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Where the invoice stands.
    pub state: InvoiceState,
    /// What is due on it now.
    pub due: Money,
    /// A bank is working on a payment for it.
    pub processing: bool,
    /// A bank asks about a payment for it.
    pub disputed: bool,
    /// Money had come for it and went back: by a refund, or to a bank.
    pub returned: bool,
    /// The last day to pay.
    pub due_date: Date,
    /// The day the consent was given; none when there is no consent in force.
    pub agreed_on: Option<Date>,
    /// The card that was agreed on.
    pub card: Card,
    /// What is due can be charged online at all: switched on, a currency and an amount that can be charged.
    pub offered: bool,
    /// What the payer was told.
    pub notice: Notice,
    /// Declined tries under this consent, oldest first.
    pub tries: &'a [Try],
    /// The seller's day.
    pub today: Date,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing, and nothing is planned.
    Leave(Why),
    /// Nothing today; it will be charged on this day unless something changes.
    Wait {
        /// When to look again.
        look_on: Date,
        /// When it will be charged.
        charge_on: Date,
    },
    /// Nothing while something stands in the way that may pass.
    Hold(Why),
    /// Tell the payer that this will be charged, and when.
    Notify {
        /// The day of the charge.
        charge_on: Date,
    },
    /// Tell the payer that the card will be of no use on the day of the charge.
    AskForCard {
        /// The day of the charge.
        charge_on: Date,
    },
    /// Charge what is due, now.
    Charge,
    /// The payer was asked to come; nothing until this day.
    AwaitPayer {
        /// The day the seller is told.
        until: Date,
    },
    /// It cannot go on by itself: tell the seller.
    GiveUp(Why),
}

/// Why nothing is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Paid, credited, annulled, given up: nothing is to be collected.
    NothingDue,
    /// Nobody agreed to it, or not any more.
    NoConsent,
    /// It was due before anybody agreed: what lies behind was not agreed to.
    DueBefore,
    /// Money for it went back.
    Returned,
    /// A bank is working on a payment.
    Processing,
    /// A bank asks about a payment.
    Disputed,
    /// Online payment is off, or this cannot be charged.
    NotOffered,
    /// The payer could not be told.
    NotTold,
    /// The card is of no use any more.
    CardOver,
    /// A bank said never to ask for this card again.
    CardRefused,
    /// Declined as often as is decent.
    Declined,
    /// The payer did not come.
    PayerAway,
}

impl Why {
    /// Every reason.
    pub const ALL: [Why; 12] = [
        Why::NothingDue,
        Why::NoConsent,
        Why::DueBefore,
        Why::Returned,
        Why::Processing,
        Why::Disputed,
        Why::NotOffered,
        Why::NotTold,
        Why::CardOver,
        Why::CardRefused,
        Why::Declined,
        Why::PayerAway,
    ];

    /// The stored word; also the end of the key of its sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::NothingDue => "nothing-due",
            Why::NoConsent => "no-consent",
            Why::DueBefore => "due-before",
            Why::Returned => "returned",
            Why::Processing => "processing",
            Why::Disputed => "disputed",
            Why::NotOffered => "not-offered",
            Why::NotTold => "not-told",
            Why::CardOver => "card-over",
            Why::CardRefused => "card-refused",
            Why::Declined => "declined",
            Why::PayerAway => "payer-away",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.as_str() == text)
    }
}

/// The next step for one invoice.
pub fn next(facts: &Facts<'_>) -> Step {
    if facts.state != InvoiceState::Open || !facts.due.is_positive() {
        return Step::Leave(Why::NothingDue);
    }
    let Some(agreed_on) = facts.agreed_on else {
        return Step::Leave(Why::NoConsent);
    };
    if facts.due_date < agreed_on {
        return Step::Leave(Why::DueBefore);
    }
    // Somebody gave the money back on purpose, or a bank took it: never fetched again behind their back.
    if facts.returned {
        return Step::Leave(Why::Returned);
    }
    if facts.processing {
        return Step::Hold(Why::Processing);
    }
    if facts.disputed {
        return Step::Hold(Why::Disputed);
    }
    if !facts.offered {
        return Step::Hold(Why::NotOffered);
    }
    match facts.tries.last() {
        Some(last) => after_a_decline(facts, *last),
        None => before_the_first(facts),
    }
}

fn before_the_first(facts: &Facts<'_>) -> Step {
    let today = facts.today;
    let told = match facts.notice {
        // More is due than the payer was told: told again. Less is within what they know.
        Notice::Given { on, amount } if at_most(facts.due, amount) => Some(on),
        _ => None,
    };
    let Some(told_on) = told else {
        let look_on = plus(facts.due_date, -TOLD_DAYS_AHEAD);
        let charge_on = facts.due_date.max(plus(look_on.max(today), NOTICE_DAYS));
        if today < look_on {
            return Step::Wait { look_on, charge_on };
        }
        return match (facts.card, facts.notice) {
            (Card::Refused, _) => Step::GiveUp(Why::CardRefused),
            (Card::Over { told: false }, _) => Step::AskForCard { charge_on },
            (Card::Over { told: true }, _) if today >= facts.due_date => {
                Step::GiveUp(Why::CardOver)
            }
            (Card::Over { told: true }, _) => Step::Wait {
                look_on: facts.due_date,
                charge_on,
            },
            (Card::Good, Notice::Waiting) => Step::Hold(Why::NotTold),
            (Card::Good, Notice::Failed) => Step::GiveUp(Why::NotTold),
            (Card::Good, _) => Step::Notify { charge_on },
        };
    };
    let charge_on = facts.due_date.max(plus(told_on, NOTICE_DAYS));
    if today < charge_on {
        return Step::Wait {
            look_on: charge_on,
            charge_on,
        };
    }
    charge_if_good(facts.card)
}

fn charge_if_good(card: Card) -> Step {
    match card {
        Card::Good => Step::Charge,
        Card::Over { .. } => Step::GiveUp(Why::CardOver),
        Card::Refused => Step::GiveUp(Why::CardRefused),
    }
}

fn after_a_decline(facts: &Facts<'_>, last: Try) -> Step {
    match last.verdict {
        Verdict::Never => Step::GiveUp(Why::CardRefused),
        Verdict::AskPayer => {
            let until = plus(last.on, PAYER_DAYS);
            if facts.today < until {
                Step::AwaitPayer { until }
            } else {
                Step::GiveUp(Why::PayerAway)
            }
        }
        Verdict::TryAgain => match next_try(facts.tries) {
            None => Step::GiveUp(Why::Declined),
            Some(charge_on) if facts.today < charge_on => Step::Wait {
                look_on: charge_on,
                charge_on,
            },
            // More is due than the payer was told of: never taken by a retry.
            Some(_) if !was_told(facts) => Step::GiveUp(Why::NotTold),
            Some(_) => charge_if_good(facts.card),
        },
    }
}

fn was_told(facts: &Facts<'_>) -> bool {
    matches!(facts.notice, Notice::Given { amount, .. } if at_most(facts.due, amount))
}

/// When a declined charge is tried again; none when it was tried as often as is decent. Never twice on one day, also
/// when the program was off while days went by.
pub fn next_try(tries: &[Try]) -> Option<Date> {
    let (first, last) = (tries.first()?, tries.last()?);
    let days = RETRY_DAYS.get(tries.len() - 1)?;
    Some(plus(first.on, *days).max(plus(last.on, 1)))
}

fn at_most(due: Money, told: Money) -> bool {
    due.currency() == told.currency() && due.minor() <= told.minor()
}

fn plus(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}
