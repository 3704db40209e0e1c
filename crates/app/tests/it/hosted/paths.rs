//! What is paid there is booked once, whichever way the news comes.

use std::time::Duration;

use app::payments::{self, Ask, CannotOpen, Told};
use billing::money::Money;
use kit::db::Error;
use kit::sql;

use super::{
    DECLINED, VISA, ask_stripe, choose, hosted, open, pays, session_of, sessions, try_open,
};
use crate::with_stripe::StripeApp;

async fn told(t: &StripeApp, invoice_id: &str) -> Told {
    payments::ask_about_invoice(&t.app, &t.scope, invoice_id)
        .await
        .unwrap()
}

/// One of the ways in which the news of a payment comes.
async fn hear(t: &StripeApp, way: &str, invoice_id: &str, session_id: &str) {
    match way {
        "return" => assert_eq!(told(t, invoice_id).await, Told::Paid),
        "webhook" => {
            let kind = "checkout.session.completed";
            deliver(t, kind, session_id, "checkout.session").await;
        }
        "webhook of the intent" => {
            let charges = t.stripe.control().charges();
            let intent = charges.last().unwrap()["payment_intent"].as_str().unwrap();
            deliver(t, "payment_intent.succeeded", intent, "payment_intent").await;
        }
        "pull" => {
            let scope = t.scope.clone();
            let read = move |tx: &mut kit::db::Tx<'_>| app::online_payment::drawer(tx, &scope);
            let drawer = t.app.db().read::<_, Error, _>(read).await.unwrap().unwrap();
            app::stripe_events::pull(&t.app, &drawer).await.unwrap();
        }
        "sweep" => {
            // Not asked about in this very instant.
            t.advance(Duration::from_secs(1));
            assert_eq!(payments::sweep(&t.app, &t.scope, 0).await.unwrap(), 1);
        }
        _ => unreachable!(),
    }
    t.run_jobs().await;
}

async fn deliver(t: &StripeApp, kind: &str, object_id: &str, object: &str) {
    let body = format!(
        r#"{{"id":"evt_{kind}","object":"event","type":"{kind}","livemode":true,"data":{{"object":{{"id":"{object_id}","object":"{object}"}}}}}}"#
    );
    let scope = t.scope.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| app::online_payment::drawer(tx, &scope);
    let drawer = t.app.db().read::<_, Error, _>(read).await.unwrap().unwrap();
    let secrets = app::online_payment::signing_secrets(&t.app, &drawer).unwrap();
    let secret = secrecy::ExposeSecret::expose_secret(&secrets[0]).to_owned();
    let now = t.app.clock().now().as_second();
    let request =
        http::Request::post(&drawer.webhook_url[drawer.webhook_url.find("/stripe/").unwrap()..])
            .header(
                "stripe-signature",
                stripe::webhook::sign_header(now, body.as_bytes(), &[&secret]),
            )
            .body(axum::body::Body::from(body))
            .unwrap();
    assert_eq!(t.stranger().send(request).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_18_each_path_alone_books_what_was_paid_on_the_hosted_page_and_all_together_once() {
    const WAYS: [&str; 5] = [
        "return",
        "webhook",
        "webhook of the intent",
        "pull",
        "sweep",
    ];
    for first in WAYS {
        for t in hosted().await {
            let invoice = t.issued(50_00).await;
            let there = open(&t, &invoice).await;
            assert_eq!(there.amount.minor(), 50_00);
            assert_eq!(pays(&t, &there, VISA)["payment_status"], "paid");
            let session_id = session_of(&there).to_owned();
            hear(&t, first, &invoice, &session_id).await;
            assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00), "{first}");
            for way in WAYS.iter().filter(|way| **way != first && **way != "sweep") {
                hear(&t, way, &invoice, &session_id).await;
            }
            assert_eq!(t.count(sql!("select count(*) from payments")).await, 1);
            let fees =
                sql!("select count(*) from payments where balance_transaction_id is not null");
            assert_eq!(t.count(fees).await, 1, "with its fee");
            t.judge().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_06_who_comes_back_is_told_what_stripe_says_and_may_go_there_again() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        assert_eq!(told(&t, &invoice).await, Told::NotPaid { group: None });
        pays(&t, &there, DECLINED);
        let Told::NotPaid { group: Some(group) } = told(&t, &invoice).await else {
            panic!("a decline is told by its reason")
        };
        assert_eq!(group.word_key(), "decline-not-enough-funds");
        let again = open(&t, &invoice).await;
        assert_eq!(again.url, there.url, "the same page takes the next card");
        pays(&t, &again, VISA);
        assert_eq!(told(&t, &invoice).await, Told::Paid);
        t.run_jobs().await;
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nobody_used_ends_after_a_day_and_the_next_press_opens_another() {
    for t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        let day = Duration::from_secs(25 * 3600);
        t.stripe.control().advance(day);
        t.advance(day);
        ask_stripe(&t).await;
        let live = sql!("select count(*) from payment_attempt_invoices where live = 1");
        assert_eq!(t.count(live).await, 0, "nobody waits for it any more");
        assert_eq!(told(&t, &invoice).await, Told::NotPaid { group: None });
        let next = open(&t, &invoice).await;
        assert_ne!(next.url, there.url);
        pays(&t, &next, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_16_a_bank_debit_through_the_hosted_page_is_not_paid_and_days_later_is_paid_or_open_again()
 {
    for t in hosted().await {
        let control = t.stripe.control();
        control.set_bank_debits(&t.keys(0).account, true).unwrap();
        let (good, bad) = (t.issued(50_00).await, t.issued(60_00).await);
        for (invoice, fails) in [(&good, false), (&bad, true)] {
            let there = open(&t, invoice).await;
            if fails {
                control.decline_next("insufficient_funds");
            }
            let sent = pays(&t, &there, "acss_debit");
            assert_eq!(sent["payment_status"], "unpaid", "complete, and not paid");
            assert_eq!(told(&t, invoice).await, Told::Processing);
            t.run_jobs().await;
            assert_eq!(t.invoice(invoice).await, ("open".into(), 0));
            let again = try_open(&t, &[Ask::whole(invoice)]).await;
            assert!(matches!(again, Err(CannotOpen::Processing)), "{again:?}");
        }
        control.advance(Duration::from_secs(4 * 86_400));
        for _ in 0..2 {
            ask_stripe(&t).await;
        }
        assert_eq!(t.invoice(&good).await, ("paid".into(), 50_00));
        assert_eq!(t.invoice(&bad).await, ("open".into(), 0));
        let Told::NotPaid { group: Some(_) } = told(&t, &bad).await else {
            panic!("the bank's refusal is told")
        };
        let there = open(&t, &bad).await;
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&bad).await, ("paid".into(), 60_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_invoices_are_paid_on_one_hosted_page_and_each_is_named_there() {
    for t in hosted().await {
        let (a, b) = (t.issued(50_00).await, t.issued(30_00).await);
        let both = [Ask::whole(&a), Ask::whole(&b)];
        let there = try_open(&t, &both).await.unwrap();
        assert_eq!(there.amount.minor(), 80_00);
        // Somebody opens one of them alone: the page of both is over first.
        let alone = open(&t, &a).await;
        super::finds_it_over(&t, &there);
        assert_eq!(super::count_open(&t).await, 1);
        let there = try_open(&t, &both).await.unwrap();
        super::finds_it_over(&t, &alone);
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        for (id, minor) in [(&a, 50_00), (&b, 30_00)] {
            assert_eq!(t.invoice(id).await, ("paid".into(), minor));
        }
        assert_eq!(t.stripe.control().charges().len(), 1);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_17_a_part_is_charged_to_the_cent_on_the_hosted_page_and_another_amount_is_another_page()
{
    for mut t in hosted().await {
        let form = [("part_payments", "on"), ("smallest_part", "")];
        let answer = t.owner.post("/settings/payments", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let invoice = t.issued(100_00).await;
        let part = |minor| {
            [Ask {
                invoice_id: invoice.clone(),
                amount: Some(Money::from_minor(minor, billing::Currency::CAD).unwrap()),
            }]
        };
        let whole = open(&t, &invoice).await;
        let first = try_open(&t, &part(40_00)).await.unwrap();
        super::finds_it_over(&t, &whole);
        let same = try_open(&t, &part(40_00)).await.unwrap();
        assert_eq!(first.url, same.url);
        pays(&t, &first, VISA);
        assert_eq!(told(&t, &invoice).await, Told::PartlyPaid);
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await, ("open".into(), 40_00));
        let rest = open(&t, &invoice).await;
        assert_eq!(rest.amount.minor(), 60_00);
        pays(&t, &rest, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 100_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_17_stripe_s_page_asks_for_what_is_due_in_its_currency_and_adds_nothing() {
    for mut t in hosted().await {
        let saved = choose(&mut t, "page").await;
        assert_eq!(saved.status, 303, "saved again, nothing changes");
        let invoice = t.issued(50_00).await;
        open(&t, &invoice).await;
        let made = sessions(&t).await;
        assert_eq!(made.len(), 1);
        assert_eq!(made[0]["amount_total"], 50_00);
        assert_eq!(made[0]["currency"], "cad");
        assert_eq!(made[0]["adaptive_pricing"]["enabled"], false);
        assert_eq!(made[0]["locale"], "en");
        let way_back = made[0]["cancel_url"].as_str().unwrap();
        assert!(way_back.contains("/i/") && way_back.ends_with("/return"));
        assert_eq!(made[0]["success_url"], way_back);
    }
}
