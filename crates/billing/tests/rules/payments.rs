use crate::support::{cad, money};
use billing::invoice::state::InvoiceState;
use billing::payment::adjust::{IntentAdjustment, adjust};
use billing::payment::decline::DeclineGroup;
use billing::payment::settle::{
    Attempt, AttemptStatus, Intent, IntentStatus, Mismatch, Settlement, settle,
};
use billing::payment::{PaymentStatus, allocate};
use billing::{Currency, Mode, Money};
use proptest::prelude::*;

fn attempt() -> Attempt {
    Attempt {
        intent_id: Some("pi_1".to_owned()),
        mode: Mode::Live,
        status: AttemptStatus::Started,
        amount: cad("1149.75"),
        booked: None,
    }
}

fn intent(status: IntentStatus) -> Intent {
    let received = if status == IntentStatus::Succeeded {
        "1149.75"
    } else {
        "0.00"
    };
    Intent {
        id: "pi_1".to_owned(),
        status,
        amount_received: cad(received),
        mode: Mode::Live,
        last_decline: None,
    }
}

#[test]
fn pay_money_is_booked_when_the_intent_succeeded_and_only_then() {
    let amount = cad("1149.75");
    assert_eq!(
        settle(&attempt(), &intent(IntentStatus::Succeeded)),
        Settlement::Book { amount }
    );
    for (status, decision) in [
        (IntentStatus::RequiresPaymentMethod, Settlement::Nothing),
        (IntentStatus::RequiresConfirmation, Settlement::Nothing),
        (IntentStatus::RequiresAction, Settlement::Nothing),
        (IntentStatus::Processing, Settlement::MarkProcessing),
        (
            IntentStatus::RequiresCapture,
            Settlement::Mismatch(Mismatch::WaitsForCapture),
        ),
        (IntentStatus::Canceled, Settlement::MarkCanceled),
    ] {
        assert_eq!(settle(&attempt(), &intent(status)), decision, "{status:?}");
    }
}

#[test]
fn pay_a_decline_is_told_and_the_payer_may_try_again() {
    let group = DeclineGroup::NotEnoughFunds;
    let declined = Intent {
        last_decline: Some(group),
        ..intent(IntentStatus::RequiresPaymentMethod)
    };
    assert_eq!(
        settle(&attempt(), &declined),
        Settlement::MarkDeclined { group }
    );
    let after = attempt().after(Settlement::MarkDeclined { group });
    assert_eq!(settle(&after, &declined), Settlement::Nothing);
    assert_eq!(
        settle(&after, &intent(IntentStatus::Succeeded)),
        Settlement::Book {
            amount: cad("1149.75")
        }
    );
    // A bank debit under way that fails comes back the same way.
    let processing = attempt().after(Settlement::MarkProcessing);
    assert_eq!(
        settle(&processing, &declined),
        Settlement::MarkDeclined { group }
    );
}

#[test]
fn pay_money_wins_over_a_cancelation_written_down_here() {
    let canceled = attempt().after(Settlement::MarkCanceled);
    assert_eq!(
        settle(&canceled, &intent(IntentStatus::Succeeded)),
        Settlement::Book {
            amount: cad("1149.75")
        }
    );
    assert_eq!(
        settle(&canceled, &intent(IntentStatus::Processing)),
        Settlement::Nothing
    );
}

#[test]
fn pay_what_was_received_is_booked_whatever_was_asked_for() {
    let less = Intent {
        amount_received: cad("1000.00"),
        ..intent(IntentStatus::Succeeded)
    };
    assert_eq!(
        settle(&attempt(), &less),
        Settlement::Book {
            amount: cad("1000.00")
        }
    );
}

#[test]
fn pay_what_contradicts_is_named_and_changes_nothing() {
    let succeeded = intent(IntentStatus::Succeeded);
    for (wrong, mismatch) in [
        (
            Intent {
                id: "pi_2".to_owned(),
                ..succeeded.clone()
            },
            Mismatch::OtherIntent,
        ),
        (
            Intent {
                mode: Mode::Test,
                ..succeeded.clone()
            },
            Mismatch::OtherMode,
        ),
        (
            Intent {
                amount_received: money("1149.75", "USD"),
                ..succeeded.clone()
            },
            Mismatch::OtherCurrency,
        ),
        (
            Intent {
                amount_received: cad("0.00"),
                ..succeeded.clone()
            },
            Mismatch::NothingReceived,
        ),
    ] {
        let decision = settle(&attempt(), &wrong);
        assert_eq!(decision, Settlement::Mismatch(mismatch));
        assert_eq!(attempt().after(decision), attempt());
    }
    let booked = attempt().after(Settlement::Book {
        amount: cad("1.00"),
    });
    let mismatch = Mismatch::BookedOther {
        booked: cad("1.00"),
        received: cad("1149.75"),
    };
    assert_eq!(settle(&booked, &succeeded), Settlement::Mismatch(mismatch));
}

#[test]
fn a_payment_settles_what_is_due_and_the_rest_becomes_customer_credit() {
    use InvoiceState::{Open, Paid, Uncollectible, Void};
    for (paid, state, due, applied, credited) in [
        ("50.00", Open, "44.93", "44.93", "5.07"),
        ("40.00", Open, "44.93", "40.00", "0.00"),
        ("44.93", Uncollectible, "44.93", "44.93", "0.00"),
        ("44.93", Void, "44.93", "0.00", "44.93"),
        ("44.93", Paid, "0.00", "0.00", "44.93"),
    ] {
        let allocation = allocate(cad(paid), state, cad(due)).unwrap();
        assert_eq!(
            (allocation.applied, allocation.credited),
            (cad(applied), cad(credited)),
            "{paid} {state:?}"
        );
    }
    assert!(allocate(cad("1.00"), Open, money("1.00", "EUR")).is_err());
}

#[test]
fn pay_one_live_intent_follows_the_amount_due() {
    use IntentStatus::{
        Canceled, Processing, RequiresAction, RequiresConfirmation, RequiresPaymentMethod,
        Succeeded,
    };
    use InvoiceState::{Open, Void};
    let asked = cad("100.00");
    for (status, state, due, decision) in [
        (
            RequiresPaymentMethod,
            Open,
            "100.00",
            IntentAdjustment::Keep,
        ),
        (
            RequiresPaymentMethod,
            Open,
            "60.00",
            IntentAdjustment::Update(cad("60.00")),
        ),
        (
            RequiresConfirmation,
            Open,
            "60.00",
            IntentAdjustment::Update(cad("60.00")),
        ),
        // A page left open shows 100.00: it must not charge more.
        (
            RequiresPaymentMethod,
            Open,
            "150.00",
            IntentAdjustment::Cancel,
        ),
        (RequiresAction, Open, "100.00", IntentAdjustment::Keep),
        (RequiresAction, Open, "60.00", IntentAdjustment::Cancel),
        (
            RequiresPaymentMethod,
            Open,
            "0.00",
            IntentAdjustment::Cancel,
        ),
        (
            RequiresPaymentMethod,
            Open,
            "0.49",
            IntentAdjustment::Cancel,
        ),
        (
            RequiresPaymentMethod,
            Void,
            "100.00",
            IntentAdjustment::Cancel,
        ),
        (Processing, Void, "100.00", IntentAdjustment::Keep),
        (Processing, Open, "60.00", IntentAdjustment::Keep),
        (Succeeded, Void, "0.00", IntentAdjustment::Keep),
        (Canceled, Open, "60.00", IntentAdjustment::Keep),
    ] {
        assert_eq!(
            adjust(status, asked, state, cad(due)),
            decision,
            "{status:?} {state:?} {due}"
        );
    }
}

#[test]
fn stored_words_read_back() {
    for status in IntentStatus::ALL {
        assert_eq!(IntentStatus::parse(status.as_str()), Some(status));
    }
    assert_eq!(IntentStatus::parse("requires_source"), None);
    let group = DeclineGroup::TryAgainLater;
    for status in [
        AttemptStatus::Started,
        AttemptStatus::Processing,
        AttemptStatus::Declined(group),
        AttemptStatus::Canceled,
        AttemptStatus::Succeeded,
    ] {
        assert_eq!(
            AttemptStatus::parse(status.as_str(), Some(group)),
            Some(status)
        );
    }
    assert_eq!(
        PaymentStatus::parse("succeeded"),
        Some(PaymentStatus::Succeeded)
    );
    assert_eq!(PaymentStatus::parse("done"), None);
}

/// Words of the provider in any order, stale ones among them, also about other intents.
fn any_intent() -> impl Strategy<Value = Intent> {
    let status = proptest::sample::select(IntentStatus::ALL.to_vec());
    let decline = proptest::option::of(proptest::sample::select(DeclineGroup::ALL.to_vec()));
    let received = prop_oneof![3 => Just(114_975_i64), 1 => 0..200_000_i64];
    (
        status,
        decline,
        received,
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(status, last_decline, received, ours, live)| Intent {
            id: if ours { "pi_1" } else { "pi_2" }.to_owned(),
            status,
            amount_received: Money::from_minor(received, Currency::CAD).unwrap(),
            mode: Mode::from_livemode(live),
            last_decline,
        })
}

proptest! {
    #[test]
    fn pay_settle_is_idempotent(intents in proptest::collection::vec(any_intent(), 1..10)) {
        let mut attempt = attempt();
        for intent in &intents {
            let decision = settle(&attempt, intent);
            attempt = attempt.after(decision);
            let again = settle(&attempt, intent);
            prop_assert!(again == Settlement::Nothing || again == decision && matches!(again, Settlement::Mismatch(_)), "{decision:?} then {again:?}");
        }
    }

    #[test]
    fn pay_no_order_of_words_books_twice_or_unbooks(intents in proptest::collection::vec(any_intent(), 0..20)) {
        let mut attempt = attempt();
        let mut booked = 0;
        for intent in &intents {
            let decision = settle(&attempt, intent);
            let may_book = intent.status == IntentStatus::Succeeded && intent.id == "pi_1" && intent.mode.is_live() && intent.amount_received.is_positive();
            if let Settlement::Book { amount } = decision {
                booked += 1;
                prop_assert!(may_book);
                prop_assert_eq!(amount, intent.amount_received);
            }
            attempt = attempt.after(decision);
            prop_assert!(!may_book || attempt.booked.is_some());
            prop_assert_eq!(attempt.booked.is_some(), booked == 1);
            prop_assert!(booked == 0 || attempt.status == AttemptStatus::Succeeded);
        }
        prop_assert!(booked <= 1);
    }

    #[test]
    fn an_allocation_is_always_the_whole_payment(paid in 0..10_000_000_i64, due in 0..10_000_000_i64) {
        let amount = |minor| Money::from_minor(minor, Currency::CAD).unwrap();
        let allocation = allocate(amount(paid), InvoiceState::Open, amount(due)).unwrap();
        prop_assert_eq!(allocation.applied.minor() + allocation.credited.minor(), paid);
        prop_assert!(allocation.applied.minor() <= due);
        prop_assert!(allocation.credited.is_zero() || allocation.applied.minor() == due);
    }
}
