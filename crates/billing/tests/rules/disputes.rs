use crate::support::{cad, money};
use billing::Mode;
use billing::dispute::evidence::{
    EvidenceFault, FILES_BYTES_MAX, FileKind, WORDS_MAX, check_file, check_words, shortened,
};
use billing::dispute::{
    Dispute, DisputeStatus, Mismatch, Steps, Told, days_left, reminders, settle,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn opened(status: DisputeStatus) -> Dispute {
    Dispute {
        stripe_id: "dp_1".to_owned(),
        mode: Mode::Live,
        status,
        amount: cad("574.88"),
        due_at: Some(at("2026-12-05T23:59:59Z")),
        withdrawn: false,
        reopened: false,
        reinstated: false,
    }
}

fn told(status: DisputeStatus, moved: bool) -> Told {
    Told {
        id: "dp_1".to_owned(),
        mode: Mode::Live,
        status,
        amount: cad("574.88"),
        due_at: Some(at("2026-12-05T23:59:59Z")),
        moved,
    }
}

fn live(news: &[Told]) -> Dispute {
    // A row begins with the first word heard, and nothing booked.
    let first = opened(news[0].status);
    news.iter().fold(first, |dispute, word| {
        dispute.after(word, settle(&dispute, word).unwrap())
    })
}

#[test]
fn p06_to_p09_and_p21_what_each_state_does_to_the_money_and_to_the_claim() {
    use DisputeStatus::{
        Lost, NeedsResponse, Prevented, UnderReview, WarningClosed, WarningNeedsResponse,
        WarningUnderReview, Won,
    };
    for (status, moved, withdraw, reopen, reinstate) in [
        (WarningNeedsResponse, false, false, false, false),
        (WarningUnderReview, false, false, false, false),
        (WarningClosed, false, false, false, false),
        (Prevented, false, false, false, false),
        (NeedsResponse, true, true, false, false),
        (NeedsResponse, false, false, false, false),
        (UnderReview, true, true, false, false),
        (Won, true, true, false, true),
        (Won, false, false, false, false),
        (Lost, true, true, true, false),
        (Lost, false, true, true, false),
    ] {
        let steps = settle(&opened(status), &told(status, moved)).unwrap();
        let expected = Steps {
            status: None,
            withdraw,
            reopen,
            reinstate,
        };
        assert_eq!(steps, expected, "{status:?} {moved}");
    }
}

#[test]
fn p08_a_dispute_that_is_won_gives_the_money_back_once() {
    let won = told(DisputeStatus::Won, true);
    let dispute = live(&[told(DisputeStatus::NeedsResponse, true)]);
    let steps = settle(&dispute, &won).unwrap();
    assert!(steps.reinstate && !steps.withdraw && !steps.reopen);
    assert!(
        settle(&dispute.after(&won, steps), &won)
            .unwrap()
            .is_nothing()
    );
}

#[test]
fn p09_a_dispute_that_is_lost_opens_the_claim_once_and_is_rarely_won_after_all() {
    let lost = told(DisputeStatus::Lost, true);
    let dispute = live(&[told(DisputeStatus::UnderReview, true), lost.clone()]);
    assert!(dispute.reopened && settle(&dispute, &lost).unwrap().is_nothing());
    let late = settle(&dispute, &told(DisputeStatus::Won, true)).unwrap();
    assert!(late.reinstate && !late.reopen);
    // The other way round there is no way back.
    let won = live(&[told(DisputeStatus::Won, true)]);
    assert!(settle(&won, &lost).unwrap().is_nothing());
}

#[test]
fn an_old_word_changes_nothing_and_a_later_deadline_is_news() {
    let answered = live(&[
        told(DisputeStatus::NeedsResponse, true),
        told(DisputeStatus::UnderReview, true),
    ]);
    let old = told(DisputeStatus::NeedsResponse, true);
    assert!(settle(&answered, &old).unwrap().is_nothing());
    assert!(
        settle(&answered, &told(DisputeStatus::WarningClosed, false))
            .unwrap()
            .is_nothing()
    );
    let again = Told {
        due_at: Some(at("2026-12-20T23:59:59Z")),
        ..old
    };
    let steps = settle(&answered, &again).unwrap();
    assert_eq!(steps.status, Some(DisputeStatus::NeedsResponse));
}

#[test]
fn an_inquiry_that_becomes_a_dispute_takes_the_money_then() {
    let inquiry = live(&[told(DisputeStatus::WarningUnderReview, false)]);
    let steps = settle(&inquiry, &told(DisputeStatus::NeedsResponse, true)).unwrap();
    assert_eq!(steps.status, Some(DisputeStatus::NeedsResponse));
    assert!(steps.withdraw);
}

#[test]
fn what_contradicts_is_named_and_changes_nothing() {
    let known = live(&[told(DisputeStatus::NeedsResponse, true)]);
    let right = told(DisputeStatus::Won, true);
    let less = Told {
        amount: cad("100.00"),
        ..right.clone()
    };
    for (wrong, mismatch) in [
        (
            Told {
                id: "dp_2".to_owned(),
                ..right.clone()
            },
            Mismatch::OtherDispute,
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
                amount: money("574.88", "USD"),
                ..right
            },
            Mismatch::OtherCurrency,
        ),
        (
            less.clone(),
            Mismatch::BookedOther {
                booked: cad("574.88"),
                told: cad("100.00"),
            },
        ),
    ] {
        assert_eq!(settle(&known, &wrong), Err(mismatch));
    }
    // Before anything is booked, the amount of a question may still change.
    let inquiry = opened(DisputeStatus::WarningNeedsResponse);
    let asks_less = Told {
        status: DisputeStatus::WarningNeedsResponse,
        moved: false,
        ..less
    };
    assert!(settle(&inquiry, &asks_less).is_ok());
}

#[test]
fn every_state_survives_being_stored_and_says_what_it_is() {
    use DisputeStatus::{NeedsResponse, UnderReview, WarningNeedsResponse, WarningUnderReview};
    for status in DisputeStatus::ALL {
        assert_eq!(DisputeStatus::parse(status.as_str()), Some(status));
        let open = [
            NeedsResponse,
            UnderReview,
            WarningNeedsResponse,
            WarningUnderReview,
        ];
        assert_eq!(status.is_open(), open.contains(&status), "{status:?}");
        assert_eq!(
            status.wants_answer(),
            [NeedsResponse, WarningNeedsResponse].contains(&status)
        );
    }
    assert_eq!(DisputeStatus::parse("charge_refunded"), None);
}

#[test]
fn the_seller_is_reminded_a_week_three_days_and_a_day_before_the_deadline() {
    let due = at("2026-12-20T12:00:00Z");
    assert_eq!(
        reminders(due, at("2026-12-01T12:00:00Z")),
        [
            at("2026-12-13T12:00:00Z"),
            at("2026-12-17T12:00:00Z"),
            at("2026-12-19T12:00:00Z")
        ]
    );
    // A reminder within a day of the alarm would only repeat it.
    assert_eq!(
        reminders(due, at("2026-12-16T13:00:00Z")),
        [at("2026-12-19T12:00:00Z")]
    );
    assert!(reminders(due, at("2026-12-19T00:00:00Z")).is_empty());
    assert!(reminders(due, at("2026-12-25T00:00:00Z")).is_empty());
}

#[test]
fn the_days_left_are_the_sellers_days() {
    let montreal = TimeZone::get("America/Toronto").unwrap();
    // Five in the morning UTC is still the evening before in Montréal.
    let due = at("2026-12-06T04:59:59Z");
    for (now, left) in [
        ("2026-12-01T15:00:00Z", 4),
        ("2026-12-05T15:00:00Z", 0),
        ("2026-12-06T04:00:00Z", 0),
        ("2026-12-06T15:00:00Z", -1),
        ("2026-10-31T15:00:00Z", 35),
    ] {
        assert_eq!(days_left(due, at(now), &montreal), left, "{now}");
    }
}

#[test]
fn a_file_is_known_by_its_content_and_must_fit_beside_the_others() {
    assert_eq!(check_file(b"%PDF-1.7 ...", 0), Ok(FileKind::Pdf));
    assert_eq!(check_file(b"\xFF\xD8\xFF\xE0..", 0), Ok(FileKind::Jpeg));
    assert_eq!(check_file(b"\x89PNG\r\n\x1a\n..", 0), Ok(FileKind::Png));
    assert_eq!(check_file(b"", 0), Err(EvidenceFault::EmptyFile));
    for other in [&b"PK\x03\x04"[..], b"<svg/>", b"GIF89a", b"MZ", b"%PD"] {
        assert_eq!(check_file(other, 0), Err(EvidenceFault::OtherKind));
    }
    let mut pdf = b"%PDF-1.7".to_vec();
    pdf.resize(FILES_BYTES_MAX, b' ');
    assert_eq!(check_file(&pdf, 0), Ok(FileKind::Pdf));
    assert_eq!(
        check_file(&pdf, 1),
        Err(EvidenceFault::TooLarge {
            room: FILES_BYTES_MAX - 1
        })
    );
    assert_eq!(
        check_file(&pdf, usize::MAX),
        Err(EvidenceFault::TooLarge { room: 0 })
    );
}

#[test]
fn words_fit_or_say_by_how_much_they_do_not() {
    let exact = "é".repeat(WORDS_MAX);
    assert_eq!(check_words(&exact), Ok(()));
    assert_eq!(
        check_words(&format!("{exact}xy")),
        Err(EvidenceFault::TooManyWords { over: 2 })
    );
    assert_eq!(shortened("short"), "short");
    let long = "one line of a history\n".repeat(2_000);
    let cut = shortened(&long);
    assert!(cut.chars().count() <= WORDS_MAX && cut.ends_with("history\n…"));
    assert!(shortened(&"x".repeat(WORDS_MAX * 2)).chars().count() <= WORDS_MAX);
}

/// Lives a dispute may have, as the provider would tell them in order.
fn lives() -> impl Strategy<Value = Vec<Told>> {
    use DisputeStatus::{
        Lost, NeedsResponse, Prevented, UnderReview, WarningClosed, WarningNeedsResponse,
        WarningUnderReview, Won,
    };
    prop::sample::select(vec![
        vec![
            told(NeedsResponse, true),
            told(UnderReview, true),
            told(Won, true),
        ],
        vec![
            told(NeedsResponse, true),
            told(UnderReview, true),
            told(Lost, true),
        ],
        vec![
            told(NeedsResponse, false),
            told(NeedsResponse, true),
            told(Lost, true),
        ],
        vec![told(NeedsResponse, true), told(Lost, true)],
        vec![
            told(WarningNeedsResponse, false),
            told(WarningUnderReview, false),
            told(WarningClosed, false),
        ],
        vec![
            told(WarningNeedsResponse, false),
            told(NeedsResponse, true),
            told(UnderReview, true),
            told(Lost, true),
        ],
        vec![told(Prevented, false)],
    ])
}

proptest! {
    #[test]
    fn a_disputes_books_are_the_same_in_whatever_order_and_number_the_news_comes(
        life in lives(),
        order in prop::collection::vec(0_usize..16, 0..12),
    ) {
        let last = life.last().unwrap().clone();
        let straight = live(&life);
        let mut news: Vec<Told> = order.into_iter().map(|at| life[at % life.len()].clone()).collect();
        let at = news.len() / 2;
        news.insert(at, last.clone());
        let jumbled = live(&news);
        prop_assert_eq!(&jumbled, &straight);
        prop_assert!(settle(&jumbled, &last).unwrap().is_nothing());
        // Money that left ends somewhere, once.
        prop_assert!(!(jumbled.reopened && jumbled.reinstated));
        prop_assert!(jumbled.withdrawn || !(jumbled.reopened || jumbled.reinstated));
    }

    #[test]
    fn a_reminder_lies_between_the_alarm_and_the_deadline(
        due in 1_700_000_000_i64..1_900_000_000,
        before in -100_i64..3_000_000,
    ) {
        let due = Timestamp::from_second(due).unwrap();
        let opened = due - SignedDuration::from_secs(before);
        let all = reminders(due, opened);
        prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(all.iter().all(|at| *at > opened && *at < due));
    }
}
