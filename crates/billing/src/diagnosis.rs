//! "Why is this not paid?", answered in one reason with one remedy.
//!
//! The order matters: the first thing that stands between the invoice and its money is the answer, and what lies
//! behind it does not help anybody yet.

use crate::invoice::state::InvoiceState;
use crate::payment::decline::DeclineGroup;

/// How the latest mail with this invoice fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// None was ever written.
    Never,
    /// Waits, or is tried again.
    Waiting,
    /// The mail server took it.
    Accepted,
    /// The mail server refused it, or was not reached for hours.
    Failed,
    /// Written, but no mail server is set.
    NoServer,
}

/// How the latest attempt to pay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// Nobody has opened the card form.
    Never,
    /// The form was opened, and no card given.
    Opened,
    /// The payer's bank asked the payer to confirm, and the payer has not.
    AwaitsPayer,
    /// Stripe was asked to do something and did not answer.
    Unknown,
    /// A bank is working on it.
    Processing,
    /// Declined.
    Declined(DeclineGroup),
    /// Closed without money.
    Closed,
}

/// Whether it can be paid online at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Online {
    /// Yes.
    Ready,
    /// No keys.
    NotSetUp,
    /// "Online payment enabled" is not ticked.
    SwitchedOff,
    /// The account cannot charge this currency.
    Currency,
    /// We do not take this currency online.
    NotHere,
    /// Too small, or too large, to be charged.
    Amount,
    /// Stripe refuses our key, or does not answer; its words are shown.
    Silent,
}

/// What is known of an invoice that is not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its state.
    pub state: InvoiceState,
    /// Whether anything is owed.
    pub owed: bool,
    /// Whether something was applied already.
    pub partly_paid: bool,
    /// A bank holds a payment of it while it asks.
    pub disputed: bool,
    /// Money that was paid went back.
    pub returned: bool,
    /// Online payment.
    pub online: Online,
    /// It will be charged to a kept card on its day.
    pub planned: bool,
    /// Its mail.
    pub delivery: Delivery,
    /// There is a link that opens it.
    pub has_link: bool,
    /// The customer has opened it.
    pub seen: bool,
    /// Paying it.
    pub attempted: Attempted,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is owed: the question does not arise.
    NothingOwed,
    /// Not issued yet.
    Draft,
    /// Void, or given up.
    ClosedBySeller,
    /// A dispute is open.
    Disputed,
    /// A bank is working on it.
    Processing,
    /// Stripe did not answer: it may be paid.
    OutcomeUnknown,
    /// The payer has to confirm with the bank.
    AwaitsPayer,
    /// The card was declined.
    Declined(DeclineGroup),
    /// Its link was ended, and no other made.
    NoLink,
    /// The mail did not arrive.
    MailFailed,
    /// The mail is still on its way.
    MailWaiting,
    /// The mail is written, and there is no mail server to take it.
    MailKept,
    /// It will be charged to a kept card on its day.
    Planned,
    /// Nobody was told of it.
    NeverSent,
    /// It cannot be paid online, and why.
    NotOnline(Online),
    /// It was paid, and the money went back.
    Returned,
    /// A part was paid.
    PartlyPaid,
    /// The card form was opened and left.
    FormLeft,
    /// Read, and not paid.
    Seen,
    /// Delivered, and not opened.
    NotOpened,
}

/// What mends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: wait.
    None,
    /// Review and issue the draft.
    Issue,
    /// Send the invoice, or send it again.
    Send,
    /// Ask Stripe now.
    AskStripe,
    /// Settings → Billing Settings → Online Payment.
    PaymentSettings,
    /// Look at the mail.
    Outbox,
    /// Make a new link.
    Link,
}

/// Answers.
pub fn why_not_paid(facts: &Facts) -> Reason {
    match facts.state {
        InvoiceState::Draft => return Reason::Draft,
        InvoiceState::Void | InvoiceState::Uncollectible => return Reason::ClosedBySeller,
        InvoiceState::Open | InvoiceState::Paid => {}
    }
    if facts.disputed {
        return Reason::Disputed;
    }
    if !facts.owed {
        return Reason::NothingOwed;
    }
    match facts.attempted {
        Attempted::Processing => return Reason::Processing,
        Attempted::Unknown => return Reason::OutcomeUnknown,
        Attempted::AwaitsPayer => return Reason::AwaitsPayer,
        _ => {}
    }
    if facts.online == Online::Silent {
        return Reason::NotOnline(Online::Silent);
    }
    if !facts.has_link {
        return Reason::NoLink;
    }
    if let Attempted::Declined(group) = facts.attempted {
        return Reason::Declined(group);
    }
    if facts.planned {
        return Reason::Planned;
    }
    if facts.returned {
        return Reason::Returned;
    }
    if facts.partly_paid {
        return Reason::PartlyPaid;
    }
    if !facts.seen {
        match facts.delivery {
            Delivery::Failed => return Reason::MailFailed,
            Delivery::Waiting => return Reason::MailWaiting,
            Delivery::Never => return Reason::NeverSent,
            Delivery::NoServer => return Reason::MailKept,
            Delivery::Accepted => {}
        }
    }
    if facts.online != Online::Ready {
        return Reason::NotOnline(facts.online);
    }
    match (facts.attempted, facts.seen) {
        (Attempted::Opened | Attempted::Closed, _) => Reason::FormLeft,
        (_, true) => Reason::Seen,
        (_, false) => Reason::NotOpened,
    }
}

impl Reason {
    /// The last part of the text's name (`why-…`).
    pub fn word_key(self) -> &'static str {
        match self {
            Reason::NothingOwed => "nothing-owed",
            Reason::Draft => "draft",
            Reason::ClosedBySeller => "closed",
            Reason::Disputed => "disputed",
            Reason::Processing => "processing",
            Reason::OutcomeUnknown => "unknown",
            Reason::AwaitsPayer => "awaits-payer",
            Reason::Declined(_) => "declined",
            Reason::NoLink => "no-link",
            Reason::MailFailed => "mail-failed",
            Reason::MailWaiting => "mail-waiting",
            Reason::MailKept => "mail-kept",
            Reason::Planned => "planned",
            Reason::NeverSent => "never-sent",
            Reason::NotOnline(Online::NotSetUp | Online::Ready) => "not-set-up",
            Reason::NotOnline(Online::SwitchedOff) => "switched-off",
            Reason::NotOnline(Online::Currency) => "currency",
            Reason::NotOnline(Online::NotHere) => "not-here",
            Reason::NotOnline(Online::Amount) => "amount",
            Reason::NotOnline(Online::Silent) => "silent",
            Reason::Returned => "returned",
            Reason::PartlyPaid => "partly-paid",
            Reason::FormLeft => "form-left",
            Reason::Seen => "seen",
            Reason::NotOpened => "not-opened",
        }
    }

    /// What mends it.
    pub fn remedy(self) -> Remedy {
        match self {
            Reason::Draft => Remedy::Issue,
            Reason::NeverSent
            | Reason::NotOpened
            | Reason::Seen
            | Reason::FormLeft
            | Reason::AwaitsPayer
            | Reason::PartlyPaid
            | Reason::Returned
            | Reason::Declined(_) => Remedy::Send,
            Reason::MailFailed | Reason::MailWaiting | Reason::MailKept => Remedy::Outbox,
            Reason::NoLink => Remedy::Link,
            Reason::OutcomeUnknown | Reason::Processing => Remedy::AskStripe,
            Reason::NotOnline(Online::Amount | Online::NotHere) => Remedy::Send,
            Reason::NotOnline(_) => Remedy::PaymentSettings,
            Reason::NothingOwed | Reason::ClosedBySeller | Reason::Disputed | Reason::Planned => {
                Remedy::None
            }
        }
    }
}
