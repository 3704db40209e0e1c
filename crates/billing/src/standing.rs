//! What a person is told now: one word for one invoice, from one function.

use crate::invoice::state::InvoiceState;
use crate::money::Money;
use jiff::civil::Date;

/// The one word shown beside an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Not issued.
    Draft,
    /// Issued, not yet due.
    Open,
    /// Last day.
    DueToday,
    /// Past due, something owed.
    Overdue,
    /// A payment is under way.
    Processing,
    /// Something settled, something owed.
    PartlyPaid,
    /// Nothing owed.
    Paid,
    /// All of the money returned.
    Refunded,
    /// Some of the money returned.
    PartlyRefunded,
    /// Taken back whole by a credit note.
    Credited,
    /// A dispute is open.
    Disputed,
    /// Annulled.
    Void,
    /// Given up.
    WrittenOff,
}

/// The role that gives a chip its colour; never the only sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nothing to do.
    Neutral,
    /// Worth knowing.
    Info,
    /// Asks for attention.
    Warn,
    /// Good.
    Positive,
    /// Money may leave.
    Negative,
}

/// The facts a standing is told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The stored state.
    pub state: InvoiceState,
    /// Total less what is applied, never below zero.
    pub amount_due: Money,
    /// What payments and credits settled, net of what went back.
    pub applied: Money,
    /// What was ever received for it, before refunds.
    pub received: Money,
    /// What went back to the customer.
    pub refunded: Money,
    /// What credit notes took back.
    pub credited: Money,
    /// Whether a dispute is open.
    pub disputed: bool,
    /// Whether a payment is under way (bank debit, transfer).
    pub processing: bool,
    /// Last day to pay.
    pub due_date: Option<Date>,
    /// Today, in the seller's time zone.
    pub today: Date,
}

/// Tells the standing. The order is part of the rule: void, written off, disputed, refunded, paid,
/// processing, overdue, due today, partly paid, open, draft. An invoice that a credit note took back
/// whole is not called paid.
pub fn standing(facts: &Facts) -> Standing {
    let issued = facts.state != InvoiceState::Draft;
    let owed = facts.amount_due.is_positive();
    let due = |test: fn(&Date, &Date) -> bool| {
        owed && facts
            .due_date
            .is_some_and(|due_date| test(&due_date, &facts.today))
    };
    match facts.state {
        InvoiceState::Void => Standing::Void,
        InvoiceState::Uncollectible => Standing::WrittenOff,
        _ if !issued => Standing::Draft,
        _ if facts.disputed => Standing::Disputed,
        _ if facts.refunded.is_positive() && facts.refunded.minor() >= facts.received.minor() => {
            Standing::Refunded
        }
        _ if facts.refunded.is_positive() => Standing::PartlyRefunded,
        _ if !owed && took_back_whole(facts) => Standing::Credited,
        _ if !owed => Standing::Paid,
        _ if facts.processing => Standing::Processing,
        _ if due(Date::lt) => Standing::Overdue,
        _ if due(Date::eq) => Standing::DueToday,
        _ if facts.applied.is_positive() => Standing::PartlyPaid,
        _ => Standing::Open,
    }
}

/// Nothing is due, so what is applied is the total: credit notes for as much took it back whole.
fn took_back_whole(facts: &Facts) -> bool {
    facts.credited.is_positive() && facts.credited.minor() >= facts.applied.minor()
}

impl Standing {
    /// Every standing, in the order of the chip table.
    pub const ALL: [Standing; 13] = [
        Standing::Draft,
        Standing::Open,
        Standing::DueToday,
        Standing::Overdue,
        Standing::Processing,
        Standing::PartlyPaid,
        Standing::Paid,
        Standing::Refunded,
        Standing::PartlyRefunded,
        Standing::Credited,
        Standing::Disputed,
        Standing::Void,
        Standing::WrittenOff,
    ];

    /// The key of its word in the texts: `standing-overdue`.
    pub fn word_key(self) -> &'static str {
        match self {
            Standing::Draft => "standing-draft",
            Standing::Open => "standing-open",
            Standing::DueToday => "standing-due-today",
            Standing::Overdue => "standing-overdue",
            Standing::Processing => "standing-processing",
            Standing::PartlyPaid => "standing-partly-paid",
            Standing::Paid => "standing-paid",
            Standing::Refunded => "standing-refunded",
            Standing::PartlyRefunded => "standing-partly-refunded",
            Standing::Credited => "standing-credited",
            Standing::Disputed => "standing-disputed",
            Standing::Void => "standing-void",
            Standing::WrittenOff => "standing-written-off",
        }
    }

    /// The role that gives it its colour.
    pub fn role(self) -> Role {
        match self {
            Standing::Open | Standing::Processing | Standing::PartlyPaid => Role::Info,
            Standing::DueToday | Standing::Overdue => Role::Warn,
            Standing::Paid => Role::Positive,
            Standing::Disputed => Role::Negative,
            Standing::Draft
            | Standing::Refunded
            | Standing::PartlyRefunded
            | Standing::Credited
            | Standing::Void
            | Standing::WrittenOff => Role::Neutral,
        }
    }

    /// The name of the shape beside the word.
    pub fn shape(self) -> &'static str {
        match self {
            Standing::Draft => "open-circle",
            Standing::Open | Standing::DueToday => "circle",
            Standing::Overdue => "triangle",
            Standing::Processing => "clock",
            Standing::PartlyPaid => "half-disc",
            Standing::Paid => "tick",
            Standing::Refunded | Standing::PartlyRefunded => "arrow-back",
            Standing::Disputed => "exclamation",
            Standing::Void => "cross",
            Standing::Credited | Standing::WrittenOff => "dash",
        }
    }
}

impl Role {
    /// The name used in style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Neutral => "neutral",
            Role::Info => "info",
            Role::Warn => "warn",
            Role::Positive => "positive",
            Role::Negative => "negative",
        }
    }
}
