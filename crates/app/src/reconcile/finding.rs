//! One thing that was compared, and how it came out.

use serde::{Deserialize, Serialize};

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Our account of the balance, and the balance Stripe tells (`led_07`).
    Balance,
    /// What stands in clearing, and the payments whose line is not known yet.
    Clearing,
    /// What banks hold while they ask, and the disputes that say so.
    Disputed,
    /// What is in transit, and the payouts that nobody has found on a statement.
    Transit,
    /// A payout, and the sum of what is inside it (`led_08`).
    Payout,
    /// A payout that was found on a statement and then came back.
    FoundButFailed,
    /// Money of a kind we do not know, or of another program, in suspense (`led_05`).
    Suspense,
    /// What an invoice is owed, and the sum of its entries (`led_09`); or an entry that was changed (`led_02`).
    Ledger,
    /// What was there before the books began is not known yet.
    NotOpened,
}

/// How one thing came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was compared.
    pub matter: Matter,
    /// Whether the two sides are one.
    pub agrees: bool,
    /// Which one, where there are several: a payout, a line, an invoice in words; else empty.
    pub subject: String,
    /// Three letters; empty where no money is compared.
    pub currency: String,
    /// What our books say, ISO minor units.
    pub ours_minor: i64,
    /// What it should be, ISO minor units.
    pub theirs_minor: i64,
}

impl Finding {
    /// Two amounts of one currency.
    pub fn of_money(matter: Matter, subject: &str, ours: billing::Money, theirs: i64) -> Finding {
        Finding {
            matter,
            agrees: ours.minor() == theirs,
            subject: subject.to_owned(),
            currency: ours.currency().code().to_owned(),
            ours_minor: ours.minor(),
            theirs_minor: theirs,
        }
    }

    /// Something that is wrong by itself.
    pub fn of_words(matter: Matter, subject: String) -> Finding {
        Finding {
            matter,
            agrees: false,
            subject,
            currency: String::new(),
            ours_minor: 0,
            theirs_minor: 0,
        }
    }
}
