//! Payment truth: one live intent per amount due, and one booking whatever way the news came.

use std::time::Duration;

use app::payments::{self, CannotOpen, Told};
use fake_stripe::{Fault, Trouble};
use kit::sql;

use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";
const DECLINED: &str = "4000000000009995";

#[tokio::test(flavor = "multi_thread")]
async fn ac_20_a_payment_is_booked_when_the_payer_never_comes_back_and_no_webhook_arrives() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        t.stripe.control().deliveries(fake_stripe::DeliveryScript {
            drop: true,
            ..fake_stripe::DeliveryScript::default()
        });
        let invoice = t.issued(114_975).await;
        let opened = t.open(&invoice).await;
        assert_eq!(t.payer().pays(&opened, GOOD).await["status"], "succeeded");
        assert_eq!(
            t.invoice(&invoice).await,
            ("open".into(), 0),
            "nothing is booked on anybody's word"
        );
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 114_975));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_08_four_ways_to_hear_of_it_ten_times_each_book_it_once() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, GOOD).await;
        let mut asking = tokio::task::JoinSet::new();
        for n in 0..20 {
            let (app, scope, id) = (t.app.clone(), t.scope.clone(), invoice.clone());
            asking.spawn(async move {
                if n % 2 == 0 {
                    payments::ask_about_invoice(&app, &scope, &id)
                        .await
                        .unwrap();
                } else {
                    app::stripe_events::ask_stripe_now(&app, &scope)
                        .await
                        .unwrap();
                }
            });
        }
        while let Some(done) = asking.join_next().await {
            done.unwrap();
        }
        t.run_jobs().await;
        assert_eq!(
            payments::ask_about_invoice(&t.app, &t.scope, &invoice)
                .await
                .unwrap(),
            Told::Paid
        );
        assert_eq!(t.count(sql!("select count(*) from payments")).await, 1);
        assert_eq!(t.count(sql!("select count(*) from allocations")).await, 1);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_ten_tabs_share_one_intent() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let mut tabs = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (app, scope, id) = (t.app.clone(), t.scope.clone(), invoice.clone());
            tabs.spawn(async move { payments::open(&app, &scope, &id).await });
        }
        let mut secrets = std::collections::BTreeSet::new();
        while let Some(tab) = tabs.join_next().await {
            match tab.unwrap() {
                Ok(opened) => drop(secrets.insert(opened.client_secret.expose().to_owned())),
                // Two first calls with one key at the same instant: Stripe refuses one of them, and it may try again.
                Err(CannotOpen::Unreachable) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(secrets.len(), 1, "one intent for all tabs");
        assert_eq!(
            t.count(sql!("select count(*) from payment_attempts")).await,
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_10_a_crash_after_stripe_made_the_intent_finds_the_same_intent_again() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        t.stripe.control().answer_500_next();
        let first = payments::open(&t.app, &t.scope, &invoice).await;
        let second = t.open(&invoice).await;
        if let Ok(first) = first {
            assert_eq!(first.client_secret.expose(), second.client_secret.expose());
        }
        t.payer().pays(&second, GOOD).await;
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await.0, "paid");
        t.judge().await;
    }
}

/// Found by simulation: both tabs had to go on without the key, each made an intent, and each was given its own.
#[tokio::test(flavor = "multi_thread")]
async fn pay_11_two_tabs_that_lost_the_key_are_given_one_intent_and_never_two() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let nothing_gets_through = Fault::new(Trouble::TimeOutBefore { hold_ms: 0 });
        t.stripe.control().fault(
            nothing_gets_through
                .on("POST", "/v1/payment_intents")
                .times(3),
        );
        let first = payments::open(&t.app, &t.scope, &invoice).await;
        assert!(matches!(first, Err(CannotOpen::Unreachable)), "{first:?}");
        // A day later the key is worth nothing, and both tabs press at the same moment.
        t.advance(Duration::from_secs(25 * 3600));
        t.stripe.control().advance(Duration::from_secs(25 * 3600));
        let held = Fault::new(Trouble::Hold);
        t.stripe
            .control()
            .fault(held.on("POST", "/v1/payment_intents").times(2));
        let mut tabs = tokio::task::JoinSet::new();
        for _ in 0..2 {
            let (app, scope, id) = (t.app.clone(), t.scope.clone(), invoice.clone());
            tabs.spawn(async move { payments::open(&app, &scope, &id).await });
        }
        // Both have asked for an intent of their own before either is answered; unless the second tab came late enough
        // to read the first one's new key: then Stripe itself keeps them to one.
        for _ in 0..50 {
            if t.stripe.control().waiting() == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        t.stripe.control().speak();
        t.stripe.control().release_requests();
        // Both before anybody pays: the later of them would rightly be told that it is paid.
        let mut opened = Vec::new();
        for tab in tabs.join_all().await {
            opened.push(match tab {
                Ok(opened) => opened,
                // Told to try again, as a payer is when Stripe is slow: what counts is what is given then.
                Err(CannotOpen::Unreachable) => t.open(&invoice).await,
                Err(other) => panic!("{other:?}"),
            });
        }
        let mut secrets = std::collections::BTreeSet::new();
        for tab in &opened {
            secrets.insert(tab.client_secret.expose().to_owned());
            t.payer().pays(tab, GOOD).await;
        }
        assert_eq!(secrets.len(), 1, "both tabs hold the same intent");
        payments::ask_about_invoice(&t.app, &t.scope, &invoice)
            .await
            .unwrap();
        t.run_jobs().await;
        assert_eq!(t.stripe.control().charges().len(), 1, "charged once");
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_takes_no_money_and_the_next_card_pays_the_same_intent() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, DECLINED).await;
        let told = payments::ask_about_invoice(&t.app, &t.scope, &invoice)
            .await
            .unwrap();
        let Told::NotPaid { group: Some(group) } = told else {
            panic!("{told:?}")
        };
        assert_eq!(group.word_key(), "decline-not-enough-funds");
        let again = t.open(&invoice).await;
        assert_eq!(again.client_secret.expose(), opened.client_secret.expose());
        t.payer().pays(&again, GOOD).await;
        assert_eq!(
            payments::ask_about_invoice(&t.app, &t.scope, &invoice)
                .await
                .unwrap(),
            Told::Paid
        );
        t.run_jobs().await;
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_16_a_bank_debit_under_way_is_not_paid_and_days_later_is_paid_or_open_again() {
    const PAYS: &str = "000123456789";
    const CLOSED: &str = "000111111113";
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let account = t.keys(0).account;
        t.stripe.control().set_bank_debits(&account, true).unwrap();
        let (good, bad) = (t.issued(50_00).await, t.issued(60_00).await);
        for (invoice, account) in [(&good, PAYS), (&bad, CLOSED)] {
            let opened = t.open(invoice).await;
            let said = t.payer().pays_from_a_bank(&opened, account).await;
            assert_eq!(said["status"], "processing", "{said}");
            let told = payments::ask_about_invoice(&t.app, &t.scope, invoice).await;
            assert_eq!(told.unwrap(), Told::Processing);
            t.run_jobs().await;
            assert_eq!(t.invoice(invoice).await, ("open".into(), 0), "not paid yet");
            let again = payments::open(&t.app, &t.scope, invoice).await;
            assert!(
                matches!(again, Err(CannotOpen::Processing)),
                "it cannot be paid a second time meanwhile: {again:?}"
            );
        }
        assert_eq!(t.count(sql!("select count(*) from payments")).await, 0);
        t.stripe.control().advance(Duration::from_secs(4 * 86_400));
        for _ in 0..2 {
            app::stripe_events::ask_stripe_now(&t.app, &t.scope)
                .await
                .unwrap();
            t.run_jobs().await;
        }
        assert_eq!(t.invoice(&good).await, ("paid".into(), 50_00));
        assert_eq!(t.invoice(&bad).await, ("open".into(), 0));
        let record = t.owner.get(&format!("/invoices/{bad}/record")).await;
        assert!(
            record.says("bank declined the payment"),
            "{}",
            record.text()
        );
        let opened = t.open(&bad).await;
        t.payer().pays(&opened, GOOD).await;
        payments::ask_about_invoice(&t.app, &t.scope, &bad)
            .await
            .unwrap();
        assert_eq!(t.invoice(&bad).await, ("paid".into(), 60_00));
        t.run_jobs().await;
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_04_whatever_statement_of_a_booking_fails_nothing_of_it_stays_and_it_is_booked_later() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, GOOD).await;
        // Each table of a booking is out of reach once, so that the statement that needs it fails.
        let tables = [
            (
                sql!("alter table payments rename to away"),
                sql!("alter table away rename to payments"),
            ),
            (
                sql!("alter table allocations rename to away"),
                sql!("alter table away rename to allocations"),
            ),
            (
                sql!("alter table ledger_postings rename to away"),
                sql!("alter table away rename to ledger_postings"),
            ),
            (
                sql!("alter table jobs rename to away"),
                sql!("alter table away rename to jobs"),
            ),
        ];
        for (away, back) in tables {
            run(&t, away).await;
            let outcome = payments::ask_about_invoice(&t.app, &t.scope, &invoice).await;
            run(&t, back).await;
            assert!(outcome.is_err(), "{}: {outcome:?}", away.text);
            assert_eq!(t.invoice(&invoice).await, ("open".into(), 0));
            for left in [
                t.count(sql!("select count(*) from payments")).await,
                t.count(sql!("select count(*) from allocations")).await,
                t.count(sql!(
                    "select count(*) from payment_attempts where state = 'succeeded'"
                ))
                .await,
            ] {
                assert_eq!(left, 0, "{}", away.text);
            }
        }
        let told = payments::ask_about_invoice(&t.app, &t.scope, &invoice).await;
        assert_eq!(told.unwrap(), Told::Paid);
        t.run_jobs().await;
        t.judge().await;
    }
}

async fn run(t: &StripeApp, statement: &'static kit::db::Statement) {
    t.app
        .db()
        .write::<_, kit::db::Error, _>(move |tx| tx.execute(statement, kit::args![]).map(drop))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_13_switching_off_closes_idle_intents_keeps_the_keys_and_books_what_was_under_way() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (idle, paying) = (t.issued(20_00).await, t.issued(30_00).await);
        let idle_opened = t.open(&idle).await;
        let opened = t.open(&paying).await;
        t.payer().pays(&opened, GOOD).await;
        let path = "/settings/billing/online-payment/live";
        let version = t.owner.get(path).await.value("version");
        let public = t.keys(0).live.publishable;
        let off = t
            .owner
            .post(
                path,
                &[
                    ("version", &version),
                    ("public_key", &public),
                    ("secret_key", ""),
                    ("currency", "CAD"),
                ],
            )
            .await;
        assert_eq!(off.status, 303, "{}", off.text());
        let refused = payments::open(&t.app, &t.scope, &idle).await;
        assert!(
            matches!(
                refused,
                Err(CannotOpen::NoOffer(
                    app::online_payment::NoOffer::SwitchedOff
                ))
            ),
            "{refused:?}"
        );
        t.run_jobs().await;
        assert_eq!(
            t.invoice(&paying).await,
            ("paid".into(), 30_00),
            "money under way is booked"
        );
        assert_ne!(
            t.payer().pays(&idle_opened, GOOD).await["status"],
            "succeeded",
            "the idle intent is closed"
        );
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_amount_due_is_brought_in_step_and_the_old_amount_is_never_charged() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let first = t.open(&invoice).await;
        assert_eq!(first.amount.minor(), 50_00);
        seed_payment(&t, &invoice, 20_00).await;
        let second = t.open(&invoice).await;
        assert_eq!(second.amount.minor(), 30_00);
        assert_eq!(t.payer().pays(&second, GOOD).await["amount"], 30_00);
        payments::ask_about_invoice(&t.app, &t.scope, &invoice)
            .await
            .unwrap();
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
    }
}

/// Money that came another way: applied like any payment.
async fn seed_payment(t: &StripeApp, invoice: &str, minor: i64) {
    let (app, scope, id) = (t.app.clone(), t.scope.clone(), invoice.to_owned());
    t.app
        .db()
        .write::<_, kit::db::Error, _>(move |tx| {
            let claim = app::invoices::claim::lock(tx, &scope, &id)?;
            let amount =
                billing::money::Money::from_minor(minor, billing::currency::Currency::CAD).unwrap();
            let source = app::invoices::claim::Source::payment("other-money");
            app::invoices::claim::apply(tx, &app, &claim, &source, amount).map(drop)
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fee_is_booked_when_stripe_knows_it_later() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        t.stripe.control().book_late(Duration::from_secs(3600));
        let invoice = t.issued(100_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, GOOD).await;
        payments::ask_about_invoice(&t.app, &t.scope, &invoice)
            .await
            .unwrap();
        assert_eq!(t.invoice(&invoice).await.0, "paid");
        assert_eq!(
            t.count(sql!(
                "select count(*) from payments where fee_minor is null"
            ))
            .await,
            1
        );
        t.stripe.control().advance(Duration::from_secs(7200));
        t.advance(Duration::from_secs(10));
        t.run_jobs().await;
        assert_eq!(
            t.count(sql!("select cast(fee_minor as bigint) from payments"))
                .await,
            320,
            "2.9 % and 30"
        );
        assert_eq!(t.count(sql!("select cast(sum(amount_minor) as bigint) from ledger_postings where account = 'stripe_clearing'")).await, 0);
        t.judge().await;
    }
}
