use crate::support::{cad, money};
use billing::ledger::ReportingCategory;
use billing::payout::{
    Breakdown, CannotBeFound, Member, PayoutStatus, Proof, Told, find_on_statement, found_entry,
};
use billing::{Currency, Money};
use jiff::civil::date;
use proptest::prelude::*;

fn member(category: &str, amount: &str, fee: &str) -> Member {
    let (amount, fee) = (cad(amount), cad(fee));
    Member {
        category: ReportingCategory::parse(category),
        amount,
        fee,
        net: amount.checked_sub(fee).unwrap(),
    }
}

fn of(members: &[Member]) -> Breakdown {
    Breakdown::of(Currency::CAD, members.iter().cloned()).unwrap()
}

#[test]
fn led_08_a_payout_with_payments_refunds_a_dispute_and_fees_is_their_sum() {
    let inside = of(&[
        member("charge", "1149.75", "33.64"),
        member("charge", "574.88", "16.97"),
        member("refund", "-229.95", "0.00"),
        member("dispute", "-574.88", "15.00"),
        member("dispute_reversal", "574.88", "0.00"),
        member("fee", "-20.00", "0.00"),
        member("tax", "-1.00", "0.00"),
        member("risk_reserved_funds", "-100.00", "0.00"),
        member("moon_dust", "0.50", "0.00"),
    ]);
    assert_eq!(inside.charges, cad("1724.63"));
    assert_eq!(inside.refunds, cad("-229.95"));
    assert_eq!(inside.disputes, cad("0.00"));
    assert_eq!(
        inside.fees,
        cad("-86.61"),
        "33.64 + 16.97 + 15.00 + 20.00 + 1.00"
    );
    assert_eq!(inside.other, cad("-99.50"));
    assert_eq!(inside.net, cad("1308.57"));
    assert_eq!(inside.count, 9);
    assert_eq!(inside.proof(cad("1308.57"), Told::Whole), Ok(Proof::Proved));
    assert_eq!(
        inside.proof(cad("1308.58"), Told::Whole),
        Ok(Proof::Off {
            sum: cad("1308.57"),
            difference: cad("0.01")
        })
    );
}

#[test]
fn led_08_what_the_provider_does_not_tell_is_neither_proved_nor_wrong() {
    let inside = of(&[member("charge", "100.00", "3.20")]);
    let empty = of(&[]);
    for (breakdown, payout, told, wanted) in [
        (&inside, "96.80", Told::Whole, Proof::Proved),
        (&inside, "96.80", Told::Later, Proof::Proved),
        (&inside, "96.80", Told::Never, Proof::NotTold),
        (&inside, "96.79", Told::Later, Proof::NotYet),
        (&empty, "96.80", Told::Never, Proof::NotTold),
        (&empty, "96.80", Told::Later, Proof::NotYet),
        (&empty, "0.00", Told::Later, Proof::NotYet),
    ] {
        assert_eq!(
            breakdown.proof(cad(payout), told),
            Ok(wanted),
            "{payout} {told:?}"
        );
    }
    assert_eq!(
        empty.proof(cad("96.80"), Told::Whole),
        Ok(Proof::Off {
            sum: cad("0.00"),
            difference: cad("96.80")
        })
    );
    assert!(inside.proof(money("96.80", "USD"), Told::Whole).is_err());
}

#[test]
fn a_payout_never_goes_back_to_what_it_was() {
    use PayoutStatus::{Canceled, Failed, InTransit, Paid, Pending};
    for (known, said, kept) in [
        (Pending, InTransit, InTransit),
        (Pending, Canceled, Canceled),
        (InTransit, Paid, Paid),
        (InTransit, Pending, InTransit),
        (InTransit, Failed, Failed),
        // The bank may send it back days after it was said to have arrived.
        (Paid, Failed, Failed),
        (Paid, InTransit, Paid),
        (Paid, Pending, Paid),
        (Failed, Paid, Failed),
        (Failed, InTransit, Failed),
        (Canceled, Paid, Canceled),
    ] {
        assert_eq!(known.after(said), kept, "{known:?} then {said:?}");
    }
    for status in PayoutStatus::ALL {
        assert_eq!(status.after(status), status, "told again");
        assert_eq!(PayoutStatus::parse(status.as_str()), Some(status));
    }
    assert_eq!(PayoutStatus::parse("teleported"), None);
}

#[test]
fn p13_only_what_arrived_can_stand_on_a_statement() {
    let (made, today) = (date(2026, 11, 18), date(2026, 11, 25));
    let found = |status, before, on| find_on_statement(status, before, made, on, today);
    assert_eq!(found(PayoutStatus::Paid, None, date(2026, 11, 20)), Ok(()));
    assert_eq!(
        found(PayoutStatus::InTransit, None, made),
        Ok(()),
        "the bank was quicker"
    );
    for (status, before, on, why) in [
        (
            PayoutStatus::Failed,
            None,
            date(2026, 11, 20),
            CannotBeFound::CameBack,
        ),
        (
            PayoutStatus::Canceled,
            None,
            date(2026, 11, 20),
            CannotBeFound::CameBack,
        ),
        (
            PayoutStatus::Paid,
            Some(made),
            date(2026, 11, 20),
            CannotBeFound::FoundBefore,
        ),
        (
            PayoutStatus::Paid,
            None,
            date(2026, 11, 17),
            CannotBeFound::TooEarly,
        ),
        (
            PayoutStatus::Paid,
            None,
            date(2026, 11, 26),
            CannotBeFound::InTheFuture,
        ),
    ] {
        assert_eq!(found(status, before, on), Err(why));
    }
    let lines = |amount: Money| -> Vec<(String, Money)> {
        let entry = found_entry(amount).unwrap();
        entry
            .postings()
            .iter()
            .map(|p| (p.account.code(), p.amount))
            .collect()
    };
    assert_eq!(
        lines(cad("800.00")),
        [
            ("bank".to_owned(), cad("800.00")),
            ("in_transit".to_owned(), cad("-800.00"))
        ]
    );
    // A debt that the provider collected from the bank.
    assert_eq!(
        lines(cad("-25.00")),
        [
            ("bank".to_owned(), cad("-25.00")),
            ("in_transit".to_owned(), cad("25.00"))
        ]
    );
    assert!(found_entry(cad("0.00")).is_err());
}

const CATEGORIES: [&str; 12] = [
    "charge",
    "charge_failure",
    "refund",
    "refund_failure",
    "dispute",
    "dispute_reversal",
    "fee",
    "tax",
    "network_cost",
    "risk_reserved_funds",
    "topup",
    "something_new",
];

proptest! {
    /// Whatever is inside, the five parts are the net: nothing is counted twice or left out.
    #[test]
    fn led_08_the_parts_of_a_payout_are_its_net(lines in proptest::collection::vec((0_usize..12, -1_000_000_i64..1_000_000, -10_000_i64..10_000), 0..60)) {
        let minor = |m| Money::from_minor(m, Currency::CAD).unwrap();
        let members = lines.iter().map(|(kind, amount, fee)| Member {
            category: ReportingCategory::parse(CATEGORIES[*kind]),
            amount: minor(*amount),
            fee: minor(*fee),
            net: minor(amount - fee),
        });
        let sum = Breakdown::of(Currency::CAD, members).unwrap();
        let parts = [sum.charges, sum.refunds, sum.disputes, sum.fees, sum.other];
        prop_assert_eq!(Money::sum(Currency::CAD, parts).unwrap(), sum.net);
        prop_assert_eq!(sum.net.minor(), lines.iter().map(|(_, a, f)| a - f).sum::<i64>());
        // Proved exactly when it is the sum, and off by exactly what is missing.
        let off = sum.net.checked_add(minor(1)).unwrap();
        if sum.count > 0 {
            prop_assert_eq!(sum.proof(sum.net, Told::Whole).unwrap(), Proof::Proved);
        }
        prop_assert_eq!(sum.proof(off, Told::Whole).unwrap(), Proof::Off { sum: sum.net, difference: minor(1) });
    }

    /// In whatever order the provider's words come, what is kept at the end does not depend on being told again, and a
    /// payout that came back once never counts as arrived.
    #[test]
    fn a_payout_that_came_back_stays_back(said in proptest::collection::vec(0_usize..5, 1..12)) {
        let mut status = PayoutStatus::Pending;
        let mut back = false;
        for word in said {
            let word = PayoutStatus::ALL[word];
            status = status.after(word);
            prop_assert_eq!(status.after(word), status);
            back |= word.came_back();
            prop_assert_eq!(status.came_back(), back);
        }
    }
}
