use crate::support::{cad, money};
use billing::allocation::{SourceKind, Tally};
use billing::invoice::state::{InvoiceState, amount_due};
use billing::money::{Money, MoneyError};
use billing::standing::Standing;
use proptest::prelude::*;

fn tally(parts: &[(SourceKind, &str)]) -> Tally {
    parts
        .iter()
        .try_fold(Tally::none(cad("1149.75")), |tally, (kind, text)| {
            let amount = text
                .strip_prefix('-')
                .map_or_else(|| cad(text), |t| -cad(t));
            tally.with(*kind, amount)
        })
        .unwrap()
}

#[test]
fn what_is_applied_is_the_sum_whatever_it_came_from() {
    use SourceKind::{Credit, CreditNote, Dispute, Payment, Refund, Reversal, WriteOff};
    for (parts, applied, received, credited, written_off) in [
        (vec![], "0.00", "0.00", "0.00", "0.00"),
        (
            vec![(Payment, "1149.75")],
            "1149.75",
            "1149.75",
            "0.00",
            "0.00",
        ),
        // A credit note on a paid invoice frees as much credit; that the money had come stays true.
        (
            vec![
                (Payment, "1149.75"),
                (CreditNote, "229.95"),
                (Credit, "-229.95"),
            ],
            "1149.75",
            "1149.75",
            "229.95",
            "0.00",
        ),
        (
            vec![(Payment, "500.00"), (Refund, "-100.00")],
            "400.00",
            "500.00",
            "0.00",
            "0.00",
        ),
        (
            vec![(Payment, "574.88"), (Dispute, "-574.88")],
            "0.00",
            "574.88",
            "0.00",
            "0.00",
        ),
        // A cheque that was returned never was money.
        (
            vec![(Payment, "500.00"), (Reversal, "-500.00")],
            "0.00",
            "0.00",
            "0.00",
            "0.00",
        ),
        (
            vec![(Credit, "50.00"), (WriteOff, "1099.75")],
            "1149.75",
            "50.00",
            "0.00",
            "1099.75",
        ),
    ] {
        let sums = tally(&parts);
        assert_eq!(
            (sums.applied, sums.received, sums.credited, sums.written_off),
            (cad(applied), cad(received), cad(credited), cad(written_off)),
            "{parts:?}"
        );
    }
    let euro = Tally::none(cad("1.00")).with(Payment, money("1.00", "EUR"));
    assert!(
        matches!(euro, Err(MoneyError::CurrencyMismatch { .. })),
        "{euro:?}"
    );
}

#[test]
fn stored_words_of_sources_read_back() {
    for kind in SourceKind::ALL {
        assert_eq!(SourceKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(SourceKind::parse("gift"), None);
    assert_eq!(Standing::Credited.word_key(), "standing-credited");
}

proptest! {
    #[test]
    fn open_and_paid_follow_what_is_applied_and_nothing_due_is_ever_negative(
        total in 1..1_000_000_i64,
        parts in proptest::collection::vec((0..SourceKind::ALL.len(), -500_000..500_000_i64), 0..12),
    ) {
        let amount = |minor| Money::from_minor(minor, billing::Currency::CAD).unwrap();
        let (mut tally, mut state) = (Tally::none(amount(total)), InvoiceState::Open);
        let mut sum = 0;
        for (kind, minor) in parts {
            // Never over-applied, never below nothing: what the database refuses does not happen.
            let fits = (-sum).max(minor).min(total - sum);
            sum += fits;
            tally = tally.with(SourceKind::ALL[kind], amount(fits)).unwrap();
            state = state.after_applied(amount(total), tally.applied).unwrap();
            prop_assert_eq!(tally.applied.minor(), sum);
            let due = amount_due(amount(total), tally.applied).unwrap();
            prop_assert_eq!(due.minor(), total - sum);
            prop_assert!(!due.is_negative());
            prop_assert_eq!(state == InvoiceState::Paid, due.is_zero());
        }
    }
}
