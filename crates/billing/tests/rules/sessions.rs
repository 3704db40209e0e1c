//! The page that the provider hosts: what its session and its intent together say.

use crate::support::cad;
use billing::payment::decline::DeclineGroup;
use billing::payment::session::{Prospect, Session, SessionStatus, settle_session};
use billing::payment::settle::{
    Attempt, AttemptStatus, Intent, IntentStatus, Mismatch, Settlement, settle,
};
use billing::{Currency, Mode, Money};
use proptest::prelude::*;

use IntentStatus::{Canceled, Processing, RequiresAction, RequiresPaymentMethod, Succeeded};
use SessionStatus::{Complete, Expired, Open};

fn attempt(status: AttemptStatus) -> Attempt {
    Attempt {
        intent_id: None,
        mode: Mode::Live,
        status,
        amount: cad("100.00"),
        booked: None,
    }
}

fn intent(status: IntentStatus) -> Intent {
    let received = if status == Succeeded {
        "100.00"
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

fn session(status: SessionStatus, intent_status: Option<IntentStatus>) -> Session {
    Session {
        status,
        amount: cad("100.00"),
        mode: Mode::Live,
        intent: intent_status.map(intent),
    }
}

#[test]
fn what_can_become_of_a_session_is_told_by_both_its_own_word_and_its_intent_s() {
    for (status, of_intent, prospect) in [
        (Open, None, Prospect::Payable),
        (Open, Some(RequiresPaymentMethod), Prospect::Payable),
        (Open, Some(RequiresAction), Prospect::Payable),
        (Open, Some(Succeeded), Prospect::Paid),
        (Open, Some(Processing), Prospect::UnderWay),
        (Complete, Some(Succeeded), Prospect::Paid),
        (Complete, Some(Processing), Prospect::UnderWay),
        // An account that has to be proved to the bank by two small deposits.
        (Complete, Some(RequiresAction), Prospect::UnderWay),
        (Complete, Some(RequiresPaymentMethod), Prospect::Over),
        // Nothing is known of its intent: money may be coming, so nobody is asked again.
        (Complete, None, Prospect::UnderWay),
        (Expired, None, Prospect::Over),
        (Expired, Some(Canceled), Prospect::Over),
        (Expired, Some(RequiresAction), Prospect::Over),
        (Expired, Some(Succeeded), Prospect::Paid),
    ] {
        assert_eq!(
            session(status, of_intent).prospect(),
            prospect,
            "{status:?} {of_intent:?}"
        );
    }
}

#[test]
fn pay_05_a_session_serves_only_the_amount_it_was_made_for() {
    let open = session(Open, None);
    assert!(open.serves(cad("100.00")));
    assert!(!open.serves(cad("99.99")), "it cannot be lowered");
    assert!(!open.serves(cad("100.01")));
    assert!(!session(Expired, None).serves(cad("100.00")));
    assert!(!session(Complete, Some(Processing)).serves(cad("100.00")));
}

#[test]
fn pay_16_money_is_booked_when_the_intent_succeeded_and_a_complete_session_is_not_yet_paid() {
    let started = attempt(AttemptStatus::Started);
    let amount = cad("100.00");
    for (status, of_intent, decision) in [
        (Open, None, Settlement::Nothing),
        (Open, Some(RequiresAction), Settlement::Nothing),
        (Complete, Some(Processing), Settlement::MarkProcessing),
        (Complete, Some(RequiresAction), Settlement::MarkProcessing),
        (Complete, Some(Succeeded), Settlement::Book { amount }),
        (Expired, None, Settlement::MarkCanceled),
        (Expired, Some(RequiresAction), Settlement::MarkCanceled),
        (Expired, Some(Canceled), Settlement::MarkCanceled),
        (Expired, Some(Succeeded), Settlement::Book { amount }),
    ] {
        let told = settle_session(&started, &session(status, of_intent));
        assert_eq!(told, decision, "{status:?} {of_intent:?}");
    }
}

#[test]
fn a_debit_that_fails_days_later_is_a_decline_and_its_page_is_over() {
    let processing = attempt(AttemptStatus::Processing);
    let group = DeclineGroup::NotEnoughFunds;
    let mut failed = session(Complete, Some(RequiresPaymentMethod));
    failed.intent = failed.intent.map(|intent| Intent {
        last_decline: Some(group),
        ..intent
    });
    let decision = settle_session(&processing, &failed);
    assert_eq!(decision, Settlement::MarkDeclined { group });
    let declined = processing.after(decision);
    assert_eq!(settle_session(&declined, &failed), Settlement::Nothing);
    assert_eq!(failed.prospect(), Prospect::Over);
}

#[test]
fn money_is_stronger_than_what_we_closed_ourselves() {
    let closed = attempt(AttemptStatus::Canceled);
    let paid = session(Complete, Some(Succeeded));
    let amount = cad("100.00");
    assert_eq!(settle_session(&closed, &paid), Settlement::Book { amount });
    assert_eq!(
        settle_session(&closed, &session(Expired, None)),
        Settlement::Nothing
    );
}

#[test]
fn pay_13_a_session_of_the_other_mode_changes_nothing() {
    let mut other = session(Complete, Some(Succeeded));
    other.mode = Mode::Test;
    let told = settle_session(&attempt(AttemptStatus::Started), &other);
    assert_eq!(told, Settlement::Mismatch(Mismatch::OtherMode));
}

#[test]
fn the_provider_s_words_read_back() {
    for status in SessionStatus::ALL {
        assert_eq!(SessionStatus::parse(status.as_str()), Some(status));
    }
    assert_eq!(SessionStatus::parse("closed"), None);
}

/// Words of the provider in any order, stale ones among them.
fn any_session() -> impl Strategy<Value = Session> {
    let status = proptest::sample::select(SessionStatus::ALL.to_vec());
    let of_intent = proptest::option::of((
        proptest::sample::select(IntentStatus::ALL.to_vec()),
        proptest::option::of(proptest::sample::select(DeclineGroup::ALL.to_vec())),
    ));
    (status, of_intent, prop::bool::weighted(0.9)).prop_map(|(status, of_intent, live)| Session {
        status,
        amount: Money::from_minor(100_00, Currency::CAD).unwrap(),
        mode: Mode::from_livemode(live),
        intent: of_intent.map(|(status, last_decline)| Intent {
            last_decline,
            mode: Mode::from_livemode(live),
            ..intent(status)
        }),
    })
}

proptest! {
    #[test]
    fn pay_08_what_is_told_twice_changes_nothing_the_second_time(told in proptest::collection::vec(any_session(), 1..10)) {
        let mut attempt = attempt(AttemptStatus::Started);
        for session in &told {
            let decision = settle_session(&attempt, session);
            attempt = attempt.after(decision);
            let again = settle_session(&attempt, session);
            prop_assert!(again == Settlement::Nothing || again == decision && matches!(again, Settlement::Mismatch(_)), "{decision:?} then {again:?}");
        }
    }

    #[test]
    fn pay_no_order_of_sessions_and_intents_books_twice_or_unbooks(told in proptest::collection::vec((any_session(), any::<bool>()), 0..20)) {
        let mut attempt = attempt(AttemptStatus::Started);
        let mut booked = 0;
        for (session, by_intent) in &told {
            // The same news may come as the session or as its intent alone.
            let decision = match (&session.intent, by_intent) {
                (Some(intent), true) => settle(&attempt, intent),
                _ => settle_session(&attempt, session),
            };
            booked += i32::from(matches!(decision, Settlement::Book { .. }));
            attempt = attempt.after(decision);
            prop_assert_eq!(attempt.booked.is_some(), booked == 1);
            prop_assert!(booked == 0 || attempt.status == AttemptStatus::Succeeded);
        }
        prop_assert!(booked <= 1);
    }

    #[test]
    fn a_session_that_serves_is_neither_paid_nor_over(session in any_session()) {
        if session.serves(session.amount) {
            prop_assert_eq!(session.status, Open);
            prop_assert!(!session.intent.as_ref().is_some_and(|i| matches!(i.status, Succeeded | Processing)));
        }
    }
}
