//! Autopay: the payer is told before, charged once, tried again decently, and never when something speaks against it.

use billing::currency::Currency;
use billing::invoice::state::InvoiceState;
use billing::money::Money;
use billing::payment::autopay::{
    Card, Facts, NOTICE_DAYS, Notice, RETRY_DAYS, Step, Try, Verdict, Why, next, next_try,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const DUE: Date = date(2026, 12, 15);

fn cad(minor: i64) -> Money {
    Money::from_minor(minor, Currency::CAD).unwrap()
}

/// Agreed in November, due on 15 December, told on the 8th, and today is the day.
fn facts<'a>(tries: &'a [Try]) -> Facts<'a> {
    Facts {
        state: InvoiceState::Open,
        due: cad(100_00),
        processing: false,
        disputed: false,
        returned: false,
        due_date: DUE,
        agreed_on: Some(date(2026, 11, 25)),
        card: Card::Good,
        offered: true,
        notice: Notice::Given {
            on: date(2026, 12, 8),
            amount: cad(100_00),
        },
        tries,
        today: DUE,
    }
}

#[test]
fn what_is_due_is_charged_on_its_day_and_not_before() {
    let on = |today| {
        next(&Facts {
            today,
            ..facts(&[])
        })
    };
    let wait = Step::Wait {
        look_on: DUE,
        charge_on: DUE,
    };
    assert_eq!(on(date(2026, 12, 9)), wait);
    assert_eq!(on(date(2026, 12, 14)), wait);
    assert_eq!(on(DUE), Step::Charge);
    // The program was off on the day: late is better than never.
    assert_eq!(on(date(2026, 12, 20)), Step::Charge);
}

#[test]
fn the_payer_is_told_a_week_ahead_and_never_less_than_two_days() {
    let untold = |today, due_date| {
        next(&Facts {
            today,
            due_date,
            notice: Notice::None,
            ..facts(&[])
        })
    };
    assert_eq!(
        untold(date(2026, 12, 1), DUE),
        Step::Wait {
            look_on: date(2026, 12, 8),
            charge_on: DUE
        }
    );
    assert_eq!(
        untold(date(2026, 12, 8), DUE),
        Step::Notify { charge_on: DUE }
    );
    // Due today, and told today: charged two days later.
    assert_eq!(
        untold(DUE, DUE),
        Step::Notify {
            charge_on: date(2026, 12, 17)
        }
    );
    let told_today = Facts {
        notice: Notice::Given {
            on: DUE,
            amount: cad(100_00),
        },
        ..facts(&[])
    };
    let wait = Step::Wait {
        look_on: date(2026, 12, 17),
        charge_on: date(2026, 12, 17),
    };
    assert_eq!(next(&told_today), wait);
}

#[test]
fn nobody_is_charged_who_was_not_told_or_not_so_much() {
    let with = |notice| {
        next(&Facts {
            notice,
            ..facts(&[])
        })
    };
    assert_eq!(with(Notice::Waiting), Step::Hold(Why::NotTold));
    assert_eq!(with(Notice::Failed), Step::GiveUp(Why::NotTold));
    let on = date(2026, 12, 8);
    // A part was paid since: less is charged. More is due since: told again.
    for (told, step) in [
        (150_00, Step::Charge),
        (100_00, Step::Charge),
        (
            99_99,
            Step::Notify {
                charge_on: date(2026, 12, 17),
            },
        ),
    ] {
        let amount = cad(told);
        assert_eq!(with(Notice::Given { on, amount }), step, "told {told}");
    }
    let more = [Try {
        on: DUE,
        verdict: Verdict::TryAgain,
    }];
    let more_is_due = Facts {
        due: cad(100_01),
        today: date(2026, 12, 16),
        ..facts(&more)
    };
    assert_eq!(next(&more_is_due), Step::GiveUp(Why::NotTold));
}

#[test]
fn nothing_is_charged_when_anything_speaks_against_it() {
    let base = facts(&[]);
    let cases = [
        (
            Facts {
                due: cad(0),
                ..base
            },
            Step::Leave(Why::NothingDue),
        ),
        (
            Facts {
                state: InvoiceState::Paid,
                ..base
            },
            Step::Leave(Why::NothingDue),
        ),
        (
            Facts {
                state: InvoiceState::Void,
                ..base
            },
            Step::Leave(Why::NothingDue),
        ),
        (
            Facts {
                state: InvoiceState::Uncollectible,
                ..base
            },
            Step::Leave(Why::NothingDue),
        ),
        (
            Facts {
                state: InvoiceState::Draft,
                ..base
            },
            Step::Leave(Why::NothingDue),
        ),
        (
            Facts {
                agreed_on: None,
                ..base
            },
            Step::Leave(Why::NoConsent),
        ),
        (
            Facts {
                agreed_on: Some(date(2026, 12, 16)),
                ..base
            },
            Step::Leave(Why::DueBefore),
        ),
        (
            Facts {
                processing: true,
                ..base
            },
            Step::Hold(Why::Processing),
        ),
        (
            Facts {
                disputed: true,
                ..base
            },
            Step::Hold(Why::Disputed),
        ),
        (
            Facts {
                offered: false,
                ..base
            },
            Step::Hold(Why::NotOffered),
        ),
        (
            Facts {
                card: Card::Refused,
                ..base
            },
            Step::GiveUp(Why::CardRefused),
        ),
        (
            Facts {
                card: Card::Over { told: true },
                ..base
            },
            Step::GiveUp(Why::CardOver),
        ),
    ];
    for (facts, step) in cases {
        assert_eq!(next(&facts), step, "{facts:?}");
    }
}

#[test]
fn a_card_that_ends_before_the_day_is_asked_for_while_there_is_time() {
    let over = |told, today| {
        next(&Facts {
            card: Card::Over { told },
            notice: Notice::None,
            today,
            ..facts(&[])
        })
    };
    let early = date(2026, 12, 8);
    assert_eq!(over(false, early), Step::AskForCard { charge_on: DUE });
    assert_eq!(
        over(true, early),
        Step::Wait {
            look_on: DUE,
            charge_on: DUE
        }
    );
    assert_eq!(over(true, DUE), Step::GiveUp(Why::CardOver));
}

#[test]
fn soft_declines_are_tried_on_days_1_3_5_and_7_and_then_the_seller_is_told() {
    let mut tries = Vec::new();
    let mut charged_on = Vec::new();
    let mut today = DUE;
    let end = loop {
        match next(&Facts {
            today,
            ..facts(&tries)
        }) {
            Step::Charge => {
                charged_on.push(i64::from((today - DUE).get_days()));
                tries.push(Try {
                    on: today,
                    verdict: Verdict::TryAgain,
                });
            }
            Step::Wait { .. } => today = today.tomorrow().unwrap(),
            other => break other,
        }
    };
    assert_eq!(charged_on, [0, 1, 3, 5, 7]);
    assert_eq!(end, Step::GiveUp(Why::Declined));
}

#[test]
fn a_bank_that_says_never_is_never_asked_again() {
    for code in [
        "lost_card",
        "stolen_card",
        "pickup_card",
        "fraudulent",
        "revocation_of_authorization",
        "stop_payment_order",
    ] {
        assert_eq!(
            Verdict::of(Some("card_declined"), Some(code), Some("try_again_later")),
            Verdict::Never,
            "{code}"
        );
    }
    assert_eq!(
        Verdict::of(
            Some("card_declined"),
            Some("insufficient_funds"),
            Some("do_not_try_again")
        ),
        Verdict::Never
    );
    let tries = [Try {
        on: DUE,
        verdict: Verdict::Never,
    }];
    for days in 0..400 {
        let today = DUE.saturating_add(days.days());
        let step = next(&Facts {
            today,
            ..facts(&tries)
        });
        assert_eq!(step, Step::GiveUp(Why::CardRefused));
    }
}

#[test]
fn whom_the_bank_wants_to_see_is_asked_and_waited_for_a_week() {
    for (code, decline, advice) in [
        (
            "authentication_required",
            Some("authentication_required"),
            None,
        ),
        ("card_declined", Some("authentication_required"), None),
        ("expired_card", None, None),
        (
            "card_declined",
            Some("generic_decline"),
            Some("confirm_card_data"),
        ),
    ] {
        assert_eq!(
            Verdict::of(Some(code), decline, advice),
            Verdict::AskPayer,
            "{code} {decline:?}"
        );
    }
    let tries = [Try {
        on: DUE,
        verdict: Verdict::AskPayer,
    }];
    let on = |today| {
        next(&Facts {
            today,
            ..facts(&tries)
        })
    };
    let until = date(2026, 12, 22);
    assert_eq!(on(DUE), Step::AwaitPayer { until });
    assert_eq!(on(date(2026, 12, 21)), Step::AwaitPayer { until });
    assert_eq!(on(until), Step::GiveUp(Why::PayerAway));
}

#[test]
fn softness_is_the_default_and_words_read_back() {
    for code in [
        Some("insufficient_funds"),
        Some("generic_decline"),
        Some("do_not_honor"),
        Some("processing_error"),
        Some("a_code_of_next_year"),
        None,
    ] {
        assert_eq!(
            Verdict::of(Some("card_declined"), code, None),
            Verdict::TryAgain
        );
    }
    for verdict in [Verdict::TryAgain, Verdict::AskPayer, Verdict::Never] {
        assert_eq!(Verdict::parse(verdict.as_str()), Some(verdict));
    }
    for why in Why::ALL {
        assert_eq!(Why::parse(why.as_str()), Some(why));
    }
}

proptest! {
    /// Whatever days the program looks on: at most five charges, never two a day, never before the payer had two days'
    /// notice, and it comes to an end.
    #[test]
    fn however_seldom_it_looks_it_charges_decently_and_ends(
        told_after in 0_i64..30,
        gaps in proptest::collection::vec(1_i64..5, 60),
    ) {
        let told_on = date(2026, 12, 1).saturating_add(told_after.days());
        let notice = Notice::Given { on: told_on, amount: cad(100_00) };
        let mut tries: Vec<Try> = Vec::new();
        let mut today = told_on;
        let mut ended = false;
        for gap in gaps {
            match next(&Facts { today, notice, ..facts(&tries) }) {
                Step::Charge => {
                    prop_assert!(today >= told_on.saturating_add(NOTICE_DAYS.days()));
                    prop_assert!(today >= DUE);
                    prop_assert!(tries.last().is_none_or(|last| last.on < today));
                    tries.push(Try { on: today, verdict: Verdict::TryAgain });
                }
                Step::GiveUp(why) => {
                    prop_assert_eq!(why, Why::Declined);
                    ended = true;
                    break;
                }
                Step::Wait { .. } => {}
                other => prop_assert!(false, "{:?}", other),
            }
            today = today.saturating_add(gap.days());
        }
        prop_assert!(ended);
        prop_assert_eq!(tries.len(), RETRY_DAYS.len() + 1);
        prop_assert_eq!(next_try(&tries), None);
    }
}
