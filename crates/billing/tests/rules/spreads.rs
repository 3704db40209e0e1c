use crate::support::{cad, money};
use billing::money::Money;
use billing::payment::spread::{Owed, PartRefusal, PartRules, choose, parts_between, spread};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn owed(day: i8, due: &str) -> Owed {
    Owed {
        due_date: Some(date(2026, 12, day)),
        due: cad(due),
    }
}

#[test]
fn what_is_due_first_is_settled_first_and_the_rest_becomes_credit() {
    let invoices = [owed(20, "50.00"), owed(1, "30.00"), owed(20, "10.00")];
    for (paid, shares, credited) in [
        ("20.00", ["0.00", "20.00", "0.00"], "0.00"),
        ("30.00", ["0.00", "30.00", "0.00"], "0.00"),
        ("85.00", ["50.00", "30.00", "5.00"], "0.00"),
        ("100.00", ["50.00", "30.00", "10.00"], "10.00"),
    ] {
        let went = spread(cad(paid), &invoices).unwrap();
        assert_eq!(went.shares, shares.map(cad), "{paid}");
        assert_eq!(went.credited, cad(credited), "{paid}");
    }
    assert_eq!(spread(cad("5.00"), &[]).unwrap().credited, cad("5.00"));
    assert!(spread(money("5.00", "EUR"), &invoices).is_err());
}

#[test]
fn a_part_leaves_nothing_or_enough_to_be_charged() {
    let rules = PartRules {
        allowed: true,
        smallest: cad("20.00"),
    };
    let chosen = |amount: &str, due: &str| choose(cad(amount), cad(due), rules);
    assert_eq!(chosen("100.00", "100.00"), Ok(cad("100.00")));
    assert_eq!(chosen("20.00", "100.00"), Ok(cad("20.00")));
    assert_eq!(
        chosen("99.50", "100.00"),
        Ok(cad("99.50")),
        "50 cents can be charged"
    );
    let most = cad("99.50");
    assert_eq!(
        chosen("99.51", "100.00"),
        Err(PartRefusal::RestTooSmall { most })
    );
    let smallest = cad("20.00");
    assert_eq!(
        chosen("19.99", "100.00"),
        Err(PartRefusal::TooSmall { smallest })
    );
    let due = cad("100.00");
    assert_eq!(
        chosen("100.01", "100.00"),
        Err(PartRefusal::MoreThanDue { due })
    );
    assert_eq!(chosen("20.00", "20.30"), Err(PartRefusal::OnlyTheWhole));
    assert_eq!(chosen("0.00", "0.00"), Err(PartRefusal::NothingDue));
    let none = PartRules {
        allowed: false,
        ..rules
    };
    assert_eq!(
        choose(cad("20.00"), cad("100.00"), none),
        Err(PartRefusal::OnlyTheWhole)
    );
    assert_eq!(
        choose(cad("100.00"), cad("100.00"), none),
        Ok(cad("100.00"))
    );
    let small = PartRules {
        allowed: true,
        smallest: cad("0.00"),
    };
    let smallest = cad("0.50");
    assert_eq!(
        choose(cad("0.49"), cad("100.00"), small),
        Err(PartRefusal::TooSmall { smallest }),
        "below the smallest charge"
    );
}

proptest! {
    #[test]
    fn the_shares_and_the_credit_are_the_payment_and_no_due_falls_below_nothing(
        paid in 0..1_000_000_i64,
        dues in proptest::collection::vec((0..200_000_i64, 0..60_i64), 0..9),
    ) {
        let amount = |minor| Money::from_minor(minor, billing::Currency::CAD).unwrap();
        let first: Date = date(2026, 11, 1);
        let invoices: Vec<Owed> = dues
            .iter()
            .map(|(due, day)| Owed {
                due_date: Some(first.saturating_add(jiff::Span::new().days(*day))),
                due: amount(*due),
            })
            .collect();
        let went = spread(amount(paid), &invoices).unwrap();
        let applied: i64 = went.shares.iter().map(|s| s.minor()).sum();
        prop_assert_eq!(applied + went.credited.minor(), paid);
        for (at, (one, share)) in invoices.iter().zip(&went.shares).enumerate() {
            prop_assert!(!share.is_negative() && share.minor() <= one.due.minor());
            // Whoever got less than is due: nobody who is due later got anything, and nothing was left over.
            if share.minor() < one.due.minor() {
                prop_assert!(went.credited.is_zero());
                for (other, taken) in invoices.iter().zip(&went.shares).skip(at + 1) {
                    prop_assert!(other.due_date < one.due_date || taken.is_zero());
                }
            }
        }
    }

    #[test]
    fn an_accepted_part_never_leaves_a_rest_below_the_smallest_charge(
        amount in 0..100_000_i64, due in 0..100_000_i64, smallest in 0..10_000_i64, allowed: bool,
    ) {
        let money = |minor| Money::from_minor(minor, billing::Currency::CAD).unwrap();
        let rules = PartRules { allowed, smallest: money(smallest) };
        if let Ok(part) = choose(money(amount), money(due), rules) {
            let rest = due - part.minor();
            prop_assert!(rest == 0 || (allowed && rest >= 50 && part.minor() >= 50 && part.minor() >= smallest));
        }
        if due > 0 {
            prop_assert!(choose(money(due), money(due), rules).is_ok());
        }
        // What is offered is what is accepted, to the cent.
        match parts_between(money(due), rules) {
            None => prop_assert!(amount == due || choose(money(amount), money(due), rules).is_err()),
            Some((smallest, most)) => {
                let within = (smallest.minor()..=most.minor()).contains(&amount);
                prop_assert_eq!(choose(money(amount), money(due), rules).is_ok(), within || amount == due);
            }
        }
    }
}
