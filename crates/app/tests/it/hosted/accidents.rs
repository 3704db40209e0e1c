//! Lost answers, lost keys, doubled presses, and money that comes when nobody waits for it any more.

use std::time::Duration;

use app::payments::{self, Ask, CannotOpen, Changed, Closed, Told};
use fake_stripe::{Fault, Trouble};
use kit::db::Error;
use kit::{args, sql};

use super::{
    VISA, ask_stripe, back, count_open, finds_it_over, hosted, open, pays, session_of, sessions,
    try_open,
};
use crate::with_stripe::StripeApp;

/// Stripe does what it is asked, and its answer is lost; or nothing gets through at all.
fn lose(t: &StripeApp, trouble: Trouble, method: &str, path: &str) {
    let fault = Fault::new(trouble).on(method, path).times(1000);
    t.stripe.control().fault(fault);
}

async fn credit(t: &StripeApp) -> i64 {
    t.count(sql!("select cast(coalesce(-sum(amount_minor), 0) as bigint) from ledger_postings where account = 'customer_credit'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_two_tabs_a_double_press_and_two_payers_are_sent_to_one_page() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let mut presses = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let (app, scope, id) = (t.app.clone(), t.scope.clone(), invoice.clone());
            presses.spawn(async move {
                payments::open_page(&app, &scope, &[Ask::whole(&id)], back()).await
            });
        }
        let mut urls = std::collections::BTreeSet::new();
        while let Some(press) = presses.join_next().await {
            match press.unwrap() {
                Ok(there) => {
                    urls.insert(there.url);
                }
                // Stripe is making it for the other press: told to try again.
                Err(CannotOpen::Unreachable) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(urls.len(), 1, "{urls:?}");
        assert_eq!(sessions(&t).await.len(), 1);
        let attempts = t.count(sql!("select count(*) from payment_attempts")).await;
        assert_eq!(attempts, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_10_a_lost_answer_finds_the_same_session_again_under_the_kept_key() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let silence = Trouble::TimeOutAfter { hold_ms: 0 };
        lose(&t, silence, "POST", "/v1/checkout/sessions");
        let first = try_open(&t, &[Ask::whole(&invoice)]).await;
        assert!(matches!(first, Err(CannotOpen::Unreachable)), "{first:?}");
        let keys = t.count(sql!("select count(*) from payment_attempts where idempotency_key <> '' and session_id is null"));
        assert_eq!(keys.await, 1, "the key was there before the call");
        t.stripe.control().speak();
        let there = open(&t, &invoice).await;
        let made = sessions(&t).await;
        assert_eq!(made.len(), 1, "made once");
        assert_eq!(made[0]["id"], session_of(&there));
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await.0, "paid");
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_10_a_failure_that_stripe_replays_under_the_key_is_left_behind_for_another_attempt() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let failure = Fault::new(Trouble::ErrorAfter { status: 500 });
        let asked = failure.on("POST", "/v1/checkout/sessions").times(1);
        t.stripe.control().fault(asked);
        let there = match try_open(&t, &[Ask::whole(&invoice)]).await {
            Ok(there) => there,
            Err(CannotOpen::Unreachable) => open(&t, &invoice).await,
            Err(other) => panic!("{other:?}"),
        };
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await.0, "paid");
        // The one whose answer was a failure: nobody was ever given its address, and it ends by itself.
        let day = Duration::from_secs(25 * 3600);
        t.stripe.control().advance(day);
        t.advance(day);
        ask_stripe(&t).await;
        assert_eq!(count_open(&t).await, 0);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_a_key_that_stripe_has_forgotten_after_a_day_makes_no_second_page_to_pay_on() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let silence = Trouble::TimeOutAfter { hold_ms: 0 };
        lose(&t, silence, "POST", "/v1/checkout/sessions");
        let first = try_open(&t, &[Ask::whole(&invoice)]).await;
        assert!(matches!(first, Err(CannotOpen::Unreachable)), "{first:?}");
        t.stripe.control().speak();
        // Twenty-three hours and a half: the lost page is still open, the key is not to be trusted any more.
        let almost = Duration::from_secs(23 * 3600 + 1800);
        t.stripe.control().advance(almost);
        t.advance(almost);
        let there = open(&t, &invoice).await;
        assert_eq!(sessions(&t).await.len(), 2);
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        let day = Duration::from_secs(25 * 3600);
        t.stripe.control().advance(day);
        t.advance(day);
        ask_stripe(&t).await;
        assert_eq!(t.stripe.control().charges().len(), 1, "charged once");
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        assert_eq!(credit(&t).await, 0);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_power_goes_before_the_session_is_written_down_and_its_events_find_the_attempt() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        // As if the power had gone between Stripe's answer and our writing it down, with a payer sent there all the same.
        t.execute(sql!("update payment_attempts set session_id = null"))
            .await;
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        assert_eq!(t.count(sql!("select count(*) from payments")).await, 1);
        t.judge().await;
    }
}

/// Records nothing by itself: only what every change from our side goes through.
async fn change(t: &StripeApp, invoice_id: &str, anyway: bool) -> Changed<i64> {
    let (scope, id) = (t.scope.clone(), invoice_id.to_owned());
    payments::change(
        &t.app,
        &t.scope,
        &[invoice_id.to_owned()],
        anyway,
        move |tx| {
            let due = app::invoices::claim::lock(tx, &scope, &id)?.amount_due();
            Ok::<_, Error>(due.minor())
        },
    )
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lowers_the_amount_due_ends_the_page_at_stripe_before_anything_is_changed() {
    for mut t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        let path = format!("/invoices/{invoice}/payments/new");
        let once = t.owner.get(&path).await.value("once");
        let form = [
            ("once", once.as_str()),
            ("received_on", "2026-11-20"),
            ("method", "cash"),
            ("reference", ""),
            ("amount", "20.00"),
        ];
        let recorded = t.owner.post(&path, &form).await;
        assert_eq!(recorded.status, 303, "{}", recorded.text());
        finds_it_over(&t, &there);
        let rest = open(&t, &invoice).await;
        assert_eq!(rest.amount.minor(), 30_00);
        pays(&t, &rest, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        assert_eq!(credit(&t).await, 0);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_while_we_are_about_to_end_the_page_is_booked_before_the_change() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        pays(&t, &there, VISA);
        let Changed::Done(due) = change(&t, &invoice, false).await else {
            panic!("Stripe answers")
        };
        assert_eq!(due, 0, "the change sees what was paid");
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p18_money_from_a_page_that_could_not_be_ended_becomes_credit_and_is_shown() {
    for mut t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        let silence = Trouble::TimeOutBefore { hold_ms: 0 };
        lose(&t, silence.clone(), "GET", "/v1/checkout/sessions/*");
        lose(&t, silence, "POST", "/v1/checkout/sessions/*/expire");
        let path = format!("/invoices/{invoice}/payments/new");
        let once = t.owner.get(&path).await.value("once");
        let mut form = vec![
            ("once", once.as_str()),
            ("received_on", "2026-11-20"),
            ("method", "cash"),
            ("reference", ""),
            ("amount", "50.00"),
        ];
        let refused = t.owner.post(&path, &form).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.says("Stripe could not be reached"));
        form.push(("anyway", "on"));
        let recorded = t.owner.post(&path, &form).await;
        assert_eq!(recorded.status, 303, "{}", recorded.text());
        pays(&t, &there, VISA);
        t.stripe.control().speak();
        t.advance(Duration::from_secs(3600));
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        assert_eq!(
            credit(&t).await,
            50_00,
            "shown, never lost, never kept silently"
        );
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_could_not_be_ended_is_ended_by_a_job_as_soon_as_stripe_answers() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        let silence = Trouble::TimeOutBefore { hold_ms: 0 };
        lose(&t, silence, "GET", "/v1/checkout/sessions/*");
        let changed = change(&t, &invoice, true).await;
        assert!(matches!(changed, Changed::Done(50_00)), "{changed:?}");
        t.stripe.control().speak();
        t.advance(Duration::from_secs(3600));
        t.run_jobs().await;
        finds_it_over(&t, &there);
        assert_eq!(t.stripe.control().charges().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_closed_while_its_session_was_being_made_sends_nobody_there() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let hold = Fault::new(Trouble::Hold);
        let asked = hold.on("POST", "/v1/checkout/sessions").times(1);
        t.stripe.control().fault(asked);
        let (app, scope, id) = (t.app.clone(), t.scope.clone(), invoice.clone());
        let press = tokio::spawn(async move {
            payments::open_page(&app, &scope, &[Ask::whole(&id)], back()).await
        });
        for _ in 0..100 {
            if t.stripe.control().waiting() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let ids = [invoice.clone()];
        let closed = payments::close_open(&t.app, &t.scope, &ids).await.unwrap();
        assert_eq!(closed, Closed::Over);
        t.stripe.control().release_requests();
        // It begins again with another attempt, whose page is the only one left.
        let there = press.await.unwrap().unwrap();
        let open_now: Vec<_> = sessions(&t)
            .await
            .into_iter()
            .filter(|s| s["status"] == "open")
            .collect();
        assert_eq!(open_now.len(), 1);
        assert_eq!(open_now[0]["id"], session_of(&there));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_08_a_session_of_somebody_else_is_kept_and_changes_nothing() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        t.execute(sql!(
            "update payment_attempts set session_id = 'cs_live_other', comes_back_to = 'link'"
        ))
        .await;
        let told = payments::ask_about_session(&t.app, &t.scope, "cs_live_unknown").await;
        assert_eq!(told.unwrap(), payments::ask::Asked::NotOurs);
        // The answer for one that is gone does not take what is open for over.
        let asked = payments::ask_about_invoice(&t.app, &t.scope, &invoice).await;
        assert_eq!(asked.unwrap(), Told::NotPaid { group: None });
        assert_eq!(t.invoice(&invoice).await, ("open".into(), 0));
        drop(there);
        let no_secret = t
            .app
            .db()
            .read::<_, Error, _>(|tx| {
                tx.list(
                    sql!("select body from stripe_events where kind like 'checkout%'"),
                    args![],
                    |r| r.text(0),
                )
            })
            .await
            .unwrap();
        assert!(no_secret.iter().all(|body| !body.contains("/i/")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_06_the_way_back_stands_in_no_event_that_is_kept() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        let kept = t.count(sql!(
            "select count(*) from stripe_events where kind like 'checkout.session.%'"
        ));
        assert!(kept.await >= 1, "the session's own events are kept");
        let told = t.count(sql!("select count(*) from stripe_events where body like '%/i/%' or body like '%_url\":\"http%'"));
        assert_eq!(
            told.await,
            0,
            "a link is a key, and stands nowhere in the clear"
        );
    }
}
