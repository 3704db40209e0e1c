use crate::support::{cad, money};
use billing::dispute::DisputeStatus;
use billing::refund::{
    CannotRefund, Mismatch, Refund, RefundStatus, Steps, Told, check_amount, refundable, settle,
    take_back,
};
use billing::{Currency, Mode, Money};
use proptest::prelude::*;

fn asked() -> Refund {
    Refund {
        stripe_id: None,
        mode: Mode::Live,
        status: RefundStatus::Asked,
        amount: cad("229.95"),
        taken: false,
        returned: false,
    }
}

fn told(status: RefundStatus, moved: bool) -> Told {
    Told {
        id: "re_1".to_owned(),
        mode: Mode::Live,
        status,
        amount: cad("229.95"),
        moved,
    }
}

fn live(lives: &[Told]) -> Refund {
    lives.iter().fold(asked(), |refund, word| {
        refund.after(word, settle(&refund, word).unwrap())
    })
}

#[test]
fn pay_12_what_holds_its_amount_is_gone_and_an_unknown_outcome_holds_it() {
    use RefundStatus::{Asked, Canceled, Failed, Pending, Refused, RequiresAction, Succeeded};
    for (status, left) in [
        (Asked, "70.00"),
        (Pending, "70.00"),
        (RequiresAction, "70.00"),
        (Succeeded, "70.00"),
        (Refused, "100.00"),
        (Failed, "100.00"),
        (Canceled, "100.00"),
    ] {
        let rest = refundable(cad("100.00"), [(status, cad("30.00"))], []);
        assert_eq!(rest, Ok(cad(left)), "{status:?}");
    }
    let all = [(Succeeded, cad("60.00")), (Asked, cad("40.00"))];
    assert_eq!(
        refundable(cad("100.00"), all, []),
        Err(CannotRefund::NothingLeft)
    );
}

#[test]
fn a_disputed_charge_is_never_refunded_and_a_question_of_the_bank_may_be_answered_by_a_refund() {
    for status in DisputeStatus::ALL {
        let rest = refundable(cad("100.00"), [], [status]);
        let forbidden = matches!(
            status,
            DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Lost
        );
        let expected = if forbidden {
            Err(CannotRefund::Disputed)
        } else {
            Ok(cad("100.00"))
        };
        assert_eq!(rest, expected, "{status:?}");
    }
}

#[test]
fn pay_12_an_amount_is_checked_to_the_cent() {
    let rest = cad("40.00");
    assert_eq!(check_amount(cad("40.00"), rest), Ok(()));
    assert_eq!(check_amount(cad("0.01"), rest), Ok(()));
    assert_eq!(
        check_amount(cad("40.01"), rest),
        Err(CannotRefund::ExceedsRest { rest })
    );
    assert_eq!(
        check_amount(cad("0.00"), rest),
        Err(CannotRefund::NotPositive)
    );
    assert_eq!(
        check_amount(-cad("1.00"), rest),
        Err(CannotRefund::NotPositive)
    );
    assert!(matches!(
        check_amount(money("1.00", "USD"), rest),
        Err(CannotRefund::Money(_))
    ));
}

#[test]
fn what_goes_back_is_taken_from_the_credit_first_then_from_the_last_invoice() {
    let applied = [cad("50.00"), cad("30.00")];
    for (amount, credit, from_credit, from_invoices) in [
        ("20.00", "20.00", "20.00", ["0.00", "0.00"]),
        ("25.00", "20.00", "20.00", ["0.00", "5.00"]),
        ("100.00", "20.00", "20.00", ["50.00", "30.00"]),
        ("30.00", "0.00", "0.00", ["0.00", "30.00"]),
        // The credit was used by another invoice meanwhile: the customer owes what is missing.
        ("100.00", "0.00", "20.00", ["50.00", "30.00"]),
        ("10.00", "-5.00", "0.00", ["0.00", "10.00"]),
    ] {
        let credit = if let Some(below) = credit.strip_prefix('-') {
            -cad(below)
        } else {
            cad(credit)
        };
        let taken = take_back(cad(amount), credit, &applied).unwrap();
        assert_eq!(taken.from_credit, cad(from_credit), "{amount}");
        assert_eq!(taken.from_invoices, from_invoices.map(cad), "{amount}");
    }
}

#[test]
fn p04_a_refund_is_booked_once_there_was_money_in_it() {
    use RefundStatus::{Pending, RequiresAction, Succeeded};
    for (status, moved, take) in [
        (Pending, true, true),
        (Pending, false, false),
        (RequiresAction, false, false),
        (Succeeded, true, true),
        (Succeeded, false, true),
    ] {
        let steps = settle(&asked(), &told(status, moved)).unwrap();
        let expected = Steps {
            status: Some(status),
            take,
            give_back: false,
        };
        assert_eq!(steps, expected, "{status:?} {moved}");
    }
}

#[test]
fn p05_a_refund_that_fails_days_later_is_owed_to_the_customer() {
    let succeeded = live(&[told(RefundStatus::Succeeded, true)]);
    let failed = told(RefundStatus::Failed, true);
    let steps = settle(&succeeded, &failed).unwrap();
    let expected = Steps {
        status: Some(RefundStatus::Failed),
        take: false,
        give_back: true,
    };
    assert_eq!(steps, expected);
    assert!(
        settle(&succeeded.after(&failed, steps), &failed)
            .unwrap()
            .is_nothing()
    );
}

#[test]
fn p05_a_failure_heard_of_first_is_booked_whole_and_one_without_money_not_at_all() {
    let whole = settle(&asked(), &told(RefundStatus::Failed, true)).unwrap();
    assert!(whole.take && whole.give_back);
    for status in [RefundStatus::Failed, RefundStatus::Canceled] {
        let empty = settle(&asked(), &told(status, false)).unwrap();
        assert!(!empty.take && !empty.give_back, "{status:?}");
    }
}

#[test]
fn what_contradicts_is_named_and_changes_nothing() {
    let known = live(&[told(RefundStatus::Pending, true)]);
    let right = told(RefundStatus::Succeeded, true);
    for (wrong, mismatch) in [
        (
            Told {
                id: "re_2".to_owned(),
                ..right.clone()
            },
            Mismatch::OtherRefund,
        ),
        (
            Told {
                mode: Mode::Test,
                ..right.clone()
            },
            Mismatch::OtherMode,
        ),
        (
            Told {
                amount: cad("229.94"),
                ..right.clone()
            },
            Mismatch::OtherAmount,
        ),
        (
            Told {
                amount: money("229.95", "USD"),
                ..right
            },
            Mismatch::OtherAmount,
        ),
    ] {
        assert_eq!(settle(&known, &wrong), Err(mismatch));
    }
}

#[test]
fn a_refund_thought_refused_that_exists_after_all_is_taken_in() {
    let refused = Refund {
        status: RefundStatus::Refused,
        ..asked()
    };
    let steps = settle(&refused, &told(RefundStatus::Succeeded, true)).unwrap();
    assert!(steps.take && steps.status == Some(RefundStatus::Succeeded));
}

#[test]
fn every_state_survives_being_stored() {
    for status in RefundStatus::ALL {
        assert_eq!(RefundStatus::parse(status.as_str()), Some(status));
    }
    assert_eq!(RefundStatus::parse("reversed"), None);
}

/// Lives a refund may have, as the provider would tell them in order.
fn lives() -> impl Strategy<Value = Vec<Told>> {
    use RefundStatus::{Canceled, Failed, Pending, RequiresAction, Succeeded};
    prop::sample::select(vec![
        vec![told(Succeeded, true)],
        vec![told(Pending, true), told(Succeeded, true)],
        vec![told(Succeeded, true), told(Failed, true)],
        vec![
            told(Pending, true),
            told(Succeeded, true),
            told(Failed, true),
        ],
        vec![told(Pending, false), told(Failed, false)],
        vec![told(RequiresAction, false), told(Canceled, false)],
        vec![
            told(RequiresAction, false),
            told(Pending, true),
            told(Succeeded, true),
        ],
        vec![told(Pending, true), told(Canceled, true)],
    ])
}

proptest! {
    #[test]
    fn pay_12_no_order_of_refunds_gives_back_more_than_was_paid(
        paid in 1_i64..100_000,
        wishes in prop::collection::vec((1_i64..60_000, 0_usize..7), 1..12),
    ) {
        let minor = |m| Money::from_minor(m, Currency::CAD).unwrap();
        let mut refunds: Vec<(RefundStatus, Money)> = Vec::new();
        for (wish, becomes) in wishes {
            let wish = minor(wish);
            let allowed = refundable(minor(paid), refunds.iter().copied(), [])
                .and_then(|rest| check_amount(wish, rest));
            if allowed.is_ok() {
                refunds.push((RefundStatus::ALL[becomes], wish));
            }
            let held = refunds.iter().filter(|(s, _)| s.holds()).map(|(_, a)| a.minor()).sum::<i64>();
            prop_assert!(held <= paid);
        }
    }

    #[test]
    fn what_is_taken_back_adds_up_and_never_exceeds_what_an_invoice_had(
        amount in 0_i64..50_000,
        credit in -500_i64..20_000,
        applied in prop::collection::vec(0_i64..20_000, 0..5),
    ) {
        let minor = |m| Money::from_minor(m, Currency::CAD).unwrap();
        let applied: Vec<Money> = applied.into_iter().map(minor).collect();
        let taken = take_back(minor(amount), minor(credit), &applied).unwrap();
        let sum: i64 = taken.from_invoices.iter().map(|m| m.minor()).sum();
        prop_assert_eq!(sum + taken.from_credit.minor(), amount);
        for (part, had) in taken.from_invoices.iter().zip(&applied) {
            prop_assert!(!part.is_negative() && part.minor() <= had.minor());
        }
    }

    #[test]
    fn a_refunds_books_are_the_same_in_whatever_order_and_number_the_news_comes(
        life in lives(),
        order in prop::collection::vec(0_usize..16, 0..12),
    ) {
        let last = life.last().unwrap().clone();
        let straight = live(&life);
        let mut news: Vec<Told> = order.into_iter().map(|at| life[at % life.len()].clone()).collect();
        let at = news.len() / 2;
        news.insert(at, last.clone());
        let jumbled = live(&news);
        prop_assert_eq!(jumbled.status, straight.status);
        prop_assert_eq!((jumbled.taken, jumbled.returned), (straight.taken, straight.returned));
        prop_assert!(settle(&jumbled, &last).unwrap().is_nothing());
    }
}
