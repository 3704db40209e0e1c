//! A line of a bank statement as it is kept, and what makes it the same line in another file.

use std::collections::HashMap;

use billing::statement::Line;
use sha2::{Digest, Sha256};

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Waits for somebody.
    Open,
    /// A payout or a payment stands behind it.
    Matched,
    /// Neither: the seller's own money, or what went out.
    Aside,
}

impl State {
    pub(super) const ALL: [State; 3] = [State::Open, State::Matched, State::Aside];

    /// The stored word, which addresses use too.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Matched => "matched",
            State::Aside => "aside",
        }
    }

    pub(super) fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What can stand behind a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Payout,
    Payment,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Payout => "payout",
            Kind::Payment => "payment",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Kind> {
        [Kind::Payout, Kind::Payment]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A line as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    /// The seller's name for the account; empty when there is one only.
    pub(super) account: String,
    pub(super) line: Line,
    pub(super) state: State,
    /// What stands behind it, by its id.
    pub(super) matched: Option<(Kind, String)>,
    /// How sure it was when it was confirmed; empty when a person chose.
    pub(super) confidence: String,
    pub(super) settled_by: String,
    pub(super) settled_at: Option<i64>,
}

/// What makes each line of a file the same in every other: the account, the day, the amount, what the bank says, and how
/// often it has said the same of that day before. So a statement that overlaps adds nothing, and two coffees are two.
pub(super) fn fingerprints(account: &str, lines: &[Line]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    lines
        .iter()
        .map(|line| {
            let said = format!(
                "{}\n{}\n{}\n{}\n{}",
                account.to_lowercase(),
                line.amount.currency().code(),
                line.date,
                line.amount.minor(),
                line.text
            );
            let often = seen.entry(said.clone()).or_default();
            *often += 1;
            hex(&Sha256::digest(format!("{said}\n{often}")))
        })
        .collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::{Currency, Money};
    use jiff::civil::date;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn line(day: i8, minor: i64, text: &str) -> Line {
        Line {
            date: date(2026, 11, day),
            amount: Money::from_minor(minor, Currency::CAD).unwrap(),
            text: text.into(),
        }
    }

    #[test]
    fn two_coffees_are_two_and_another_account_is_another() {
        let lines = [
            line(1, -450, "Café"),
            line(1, -450, "Café"),
            line(2, -450, "Café"),
        ];
        let all = fingerprints("", &lines);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 3);
        assert_eq!(fingerprints("Main", &lines), fingerprints("main", &lines));
        assert_ne!(
            fingerprints("Savings", &lines),
            fingerprints("main", &lines)
        );
    }

    proptest! {
        /// Files that overlap by whole days, in whatever order of time: together they are the whole, each line once.
        #[test]
        fn overlapping_files_add_up_to_the_whole(
            lines in proptest::collection::vec((1_i8..9, -3_i64..3, "[ab]"), 1..40),
            first in 1_i8..9, second in 1_i8..9, turned in any::<bool>(),
        ) {
            let mut all: Vec<Line> = lines.iter().map(|(d, m, t)| line(*d, *m, t)).collect();
            all.sort_by_key(|l| l.date);
            let (from, to) = (first.min(second), first.max(second));
            let part = |keep: &dyn Fn(i8) -> bool| -> Vec<Line> {
                all.iter().filter(|l| keep(l.date.day())).cloned().collect()
            };
            let mut later = part(&|d| d >= from);
            if turned {
                later.reverse();
            }
            let mut kept: HashSet<String> = HashSet::new();
            kept.extend(fingerprints("", &part(&|d| d <= to)));
            kept.extend(fingerprints("", &later));
            prop_assert_eq!(kept, fingerprints("", &all).into_iter().collect::<HashSet<_>>());
        }
    }
}
