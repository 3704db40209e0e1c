//! Payouts and reconciliation: what is inside a deposit, to the cent; and both sides compared.

use std::time::Duration;

use app::reconcile::{self, Matter, Outcome, Reconciliation};
use app::{payments, payouts};
use fake_stripe::{Fault, Mode, Trouble};
use kit::db::Error;
use kit::{args, sql};

use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";
const DAY: Duration = Duration::from_secs(86_400);

/// An open invoice, paid; answers its id.
async fn paid(t: &StripeApp, minor: i64) -> String {
    let invoice = t.issued(minor).await;
    let opened = t.open(&invoice).await;
    assert_eq!(t.payer().pays(&opened, GOOD).await["status"], "succeeded");
    invoice
}

async fn asked(t: &StripeApp, invoice: &str) {
    payments::ask_about_invoice(&t.app, &t.scope, invoice)
        .await
        .unwrap();
    t.run_jobs().await;
}

fn pass(t: &StripeApp, time: Duration) {
    t.stripe.control().advance(time);
    t.advance(time);
}

async fn compare(t: &StripeApp) -> Reconciliation {
    reconcile::run(&t.app, &t.scope, "Ana").await.unwrap()
}

fn differing(r: &Reconciliation) -> Vec<(Matter, i64, i64)> {
    let wrong = r.findings.iter().filter(|f| !f.agrees);
    wrong
        .map(|f| (f.matter, f.ours_minor, f.theirs_minor))
        .collect()
}

/// What an account of ours comes to.
async fn account(t: &StripeApp, code: &'static str) -> i64 {
    let read = move |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from ledger_postings where account = $1"),
            args![code],
            |r| r.int(0),
        )
    };
    t.app.db().read::<_, Error, _>(read).await.unwrap()
}

/// A payment at the same account by another program, straight through Stripe's API.
async fn paid_elsewhere(t: &StripeApp, minor: i64) {
    paid_with(t, &t.keys(0).live.secret, minor).await;
}

async fn paid_with(t: &StripeApp, secret: &str, minor: i64) {
    let body = format!(
        "amount={minor}&currency=cad&payment_method=pm_card_visa&confirm=true&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never"
    );
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/v1/payment_intents", t.stripe.base_url()))
        .bearer_auth(secret)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn led_03_a_payments_fee_its_tax_and_its_net_come_from_its_line_and_are_booked_once() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let stripe_account = t.keys(0).account;
        t.stripe
            .control()
            .set_fee_tax(&stripe_account, Some((50_000, "GST".into())))
            .unwrap();
        let invoice = paid(&t, 1000_00).await;
        for _ in 0..3 {
            asked(&t, &invoice).await;
            payouts::pull(&t.app, &t.scope, true).await.unwrap();
        }
        // 2.9 % and 30, and 5 % of that.
        assert_eq!(account(&t, "stripe_fees").await, 29_30);
        assert_eq!(account(&t, "tax_recoverable").await, 1_47);
        assert_eq!(account(&t, "stripe_balance").await, 1000_00 - 30_77);
        assert_eq!(account(&t, "stripe_clearing").await, 0);
        assert_eq!(
            t.count(sql!("select count(*) from balance_transactions where owner = 'ours' and state = 'booked' and tax_minor = 147")).await,
            1
        );
        assert_eq!(
            t.count(sql!(
                "select count(*) from ledger_entries where kind = 'balance_transaction'"
            ))
            .await,
            1
        );
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_08_a_payout_is_the_sum_of_what_is_inside_and_is_found_at_the_bank_by_a_person() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        for minor in [1149_75, 20_00] {
            let invoice = paid(&t, minor).await;
            asked(&t, &invoice).await;
        }
        pass(&t, DAY * 8);
        let sent = t
            .stripe
            .control()
            .run_payouts(&t.keys(0).account, Mode::Live)
            .unwrap();
        let (id, amount) = (
            sent[0]["id"].as_str().unwrap(),
            sent[0]["amount"].as_i64().unwrap(),
        );
        payouts::pull(&t.app, &t.scope, false).await.unwrap();
        assert_eq!(account(&t, "in_transit").await, amount);
        assert_eq!(account(&t, "stripe_balance").await, 0);
        let list = t.owner.get("/payouts").await;
        assert!(list.says("Agrees with what is inside"), "{}", list.text());
        let page = t.owner.get(&format!("/payouts/{id}")).await;
        for words in [
            "which is the deposit",
            "$1,149.75",
            "$33.64",
            "Mark as found",
        ] {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        let found = format!("/payouts/{id}/found");
        let too_early = t.owner.post(&found, &[("found_on", "2020-01-01")]).await;
        assert_eq!(too_early.status, 422);
        let no_day = t.owner.post(&found, &[("found_on", "soon")]).await;
        assert_eq!(no_day.status, 422);
        t.stripe.control().arrive_payout(id).unwrap();
        pass(&t, DAY * 2);
        let day = t
            .app
            .clock()
            .today_in(&jiff::tz::TimeZone::UTC)
            .yesterday()
            .unwrap();
        let done = t
            .owner
            .post(&found, &[("found_on", &day.to_string())])
            .await;
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(account(&t, "bank").await, amount);
        assert_eq!(account(&t, "in_transit").await, 0);
        let banked = sql!("select count(*) from invoices where banked_at is not null");
        assert_eq!(t.count(banked).await, 2, "their tracks end in the bank");
        assert_eq!(compare(&t).await.outcome, Outcome::Agrees);
        let twice = t
            .owner
            .post(&found, &[("found_on", &day.to_string())])
            .await;
        assert_eq!(twice.status, 409, "found once");
        assert_eq!(account(&t, "bank").await, amount);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_payout_the_bank_sends_back_is_in_the_balance_again_and_one_found_before_is_named() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = paid(&t, 500_00).await;
        asked(&t, &invoice).await;
        pass(&t, DAY * 8);
        let sent = t
            .stripe
            .control()
            .run_payouts(&t.keys(0).account, Mode::Live)
            .unwrap();
        let (id, amount) = (
            sent[0]["id"].as_str().unwrap(),
            sent[0]["amount"].as_i64().unwrap(),
        );
        payouts::pull(&t.app, &t.scope, false).await.unwrap();
        pass(&t, DAY);
        let day = t
            .app
            .clock()
            .today_in(&jiff::tz::TimeZone::UTC)
            .yesterday()
            .unwrap();
        let found = t
            .owner
            .post(
                &format!("/payouts/{id}/found"),
                &[("found_on", &day.to_string())],
            )
            .await;
        assert_eq!(found.status, 303, "{}", found.text());
        t.stripe
            .control()
            .fail_payout(id, "account_closed")
            .unwrap();
        let said = compare(&t).await;
        assert_eq!(account(&t, "stripe_balance").await, amount);
        assert!(
            differing(&said).contains(&(Matter::FoundButFailed, amount, 0)),
            "{said:?}"
        );
        let page = t.owner.get(&format!("/payouts/{id}")).await;
        assert!(page.says("did not arrive"), "{}", page.text());
        let back = t.owner.post(&format!("/payouts/{id}/not-found"), &[]).await;
        assert_eq!(back.status, 303);
        let said = compare(&t).await;
        assert_eq!(differing(&said), [], "{said:?}");
        assert_eq!(account(&t, "bank").await, 0);
        let banked = sql!("select count(*) from invoices where banked_at is not null");
        assert_eq!(t.count(banked).await, 0, "it is in no bank");
        let first_page = t.owner.get("/").await;
        assert!(
            first_page.says("did not reach your bank"),
            "{}",
            first_page.text()
        );
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_07_the_balance_is_stripes_and_what_was_missed_is_fetched_and_booked_by_asking() {
    for mut t in StripeApp::on_every_engine().await {
        // There was money before our books began.
        paid_elsewhere(&t, 77_00).await;
        pass(&t, DAY * 3);
        t.activate().await;
        let first = compare(&t).await;
        assert_eq!(first.outcome, Outcome::Agrees, "{first:?}");
        assert_eq!(account(&t, "opening").await, -(77_00 - 2_53));
        // Paid, and no news of it came by any way.
        t.stripe.control().deliveries(fake_stripe::DeliveryScript {
            drop: true,
            ..fake_stripe::DeliveryScript::default()
        });
        let invoice = paid(&t, 100_00).await;
        assert_eq!(t.invoice(&invoice).await.0, "open");
        let said = compare(&t).await;
        assert_eq!(
            (said.outcome, said.mended),
            (Outcome::Agrees, 1),
            "{said:?}"
        );
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 100_00));
        let again = compare(&t).await;
        assert_eq!((again.outcome, again.mended), (Outcome::Agrees, 0));
        let page = t.owner.get("/books/compare").await;
        assert!(page.says("say the same"), "{}", page.text());
        let pressed = t.owner.post("/books/compare", &[]).await;
        assert_eq!(pressed.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_05_another_programs_money_is_shown_in_suspense_and_the_balance_still_agrees() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        paid_elsewhere(&t, 50_00).await;
        let said = compare(&t).await;
        assert_eq!(differing(&said), [(Matter::Suspense, 50_00, 0)], "{said:?}");
        assert_eq!(account(&t, "suspense").await, -50_00);
        assert_eq!(account(&t, "stripe_clearing").await, 0);
        let page = t.owner.get("/books/compare?lang=fr").await;
        assert!(page.says("en attente"), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_event_brings_the_payout_and_without_keys_or_stripe_nothing_is_claimed() {
    for mut t in StripeApp::on_every_engine().await {
        let none = compare(&t).await;
        assert_eq!(
            (none.outcome, none.findings.len()),
            (Outcome::Unreachable, 0)
        );
        t.activate().await;
        let invoice = paid(&t, 300_00).await;
        asked(&t, &invoice).await;
        pass(&t, DAY * 8);
        t.stripe
            .control()
            .run_payouts(&t.keys(0).account, Mode::Live)
            .unwrap();
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        assert_eq!(
            t.count(sql!("select count(*) from payouts where proof = 'proved'"))
                .await,
            1
        );
        assert_eq!(
            t.count(sql!("select count(*) from stripe_events where kind = 'payout.created' and state = 'worked'")).await,
            1
        );
        let foreign = payouts::ask_about(&t.app, &t.scope, "po_of_nobody")
            .await
            .unwrap();
        assert_eq!(foreign, payouts::Asked::NotOurs);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_07_what_was_booked_while_the_account_had_no_name_is_no_opening_balance() {
    for mut t in StripeApp::on_every_engine().await {
        // A restricted key may not ask whose account it is; nobody has read the account's list yet.
        let keys = t.keys(0).live;
        let saved = t
            .save_keys("live", &keys.publishable, &keys.restricted)
            .await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let invoice = paid(&t, 1000_00).await;
        asked(&t, &invoice).await;
        let saved = t.save_keys("live", &keys.publishable, &keys.secret).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let said = compare(&t).await;
        assert_eq!(differing(&said), [], "{said:?}");
        assert_eq!(account(&t, "opening").await, 0, "it was ours all along");
        assert_eq!(account(&t, "stripe_balance").await, 1000_00 - 29_30);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_13_an_event_that_names_a_payout_of_another_account_is_kept_with_a_sentence_and_moves_nothing()
 {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let entries = sql!("select count(*) from ledger_entries");
        let before = t.count(entries).await;
        // It has money too, and pays it out; a program that confuses the two tells us of it.
        let other = t.keys(1);
        paid_with(&t, &other.live.secret, 300_00).await;
        pass(&t, DAY * 8);
        let control = t.stripe.control();
        let sent = control.run_payouts(&other.account, Mode::Live).unwrap();
        let id = sent[0]["id"].as_str().unwrap().to_owned();
        let body = format!(
            r#"{{"id":"evt_foreign","object":"event","type":"payout.paid","livemode":true,"data":{{"object":{{"id":"{id}","object":"payout"}}}}}}"#
        );
        assert_eq!(crate::stripe_events::deliver_signed(&t, &body).await, 200);
        t.run_jobs().await;
        let kept = sql!(
            "select count(*) from stripe_events where stripe_id = 'evt_foreign' and state = 'set aside' and result <> ''"
        );
        assert_eq!(t.count(kept).await, 1, "on the record, with a reason");
        assert_eq!(t.count(sql!("select count(*) from payouts")).await, 0);
        assert_eq!(t.count(entries).await, before);
        assert_eq!(t.owner.get(&format!("/payouts/{id}")).await.status, 404);
        let found = format!("/payouts/{id}/found");
        let found = t.owner.post(&found, &[("found_on", "2026-11-20")]).await;
        assert_eq!(found.status, 404);
        assert_eq!(compare(&t).await.outcome, Outcome::Agrees);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_03_a_refund_and_a_dispute_whose_every_event_was_lost_are_found_in_the_list_and_booked()
{
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (refunded, disputed) = (paid(&t, 100_00).await, paid(&t, 200_00).await);
        asked(&t, &refunded).await;
        asked(&t, &disputed).await;
        t.stripe.control().deliveries(fake_stripe::DeliveryScript {
            drop: true,
            ..fake_stripe::DeliveryScript::default()
        });
        let control = t.stripe.control();
        let charge = |minor: i64| {
            let charges = control.charges();
            let found = charges.iter().find(|c| c["amount"] == minor).unwrap();
            found["id"].as_str().unwrap().to_owned()
        };
        control.refund_charge(&charge(100_00), Some(40_00)).unwrap();
        control
            .open_dispute(&charge(200_00), "fraudulent", None)
            .unwrap();
        for _ in 0..2 {
            let said = compare(&t).await;
            assert_eq!(said.outcome, Outcome::Agrees, "{said:?}");
        }
        assert_eq!(t.invoice(&refunded).await, ("open".into(), 60_00));
        assert_eq!(account(&t, "disputed_funds").await, 200_00);
        assert_eq!(account(&t, "dispute_fees").await, 15_00);
        assert_eq!(account(&t, "stripe_clearing").await, 0);
        let unowned = sql!(
            "select count(*) from balance_transactions where owner = '' and category in ('charge', 'refund', 'dispute')"
        );
        assert_eq!(t.count(unowned).await, 0);
        t.run_jobs().await;
        let alarm = sql!("select count(*) from mails where kind = 'dispute'");
        assert_eq!(t.count(alarm).await, 1, "and the seller is told");
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn led_07_every_drawer_is_compared_once_a_day_by_itself_and_what_differs_is_kept() {
    for mut t in StripeApp::on_every_engine().await {
        assert_eq!(reconcile::run_due(&t.app).await.unwrap(), 0, "no keys yet");
        t.activate().await;
        let nights = sql!("select count(*) from reconciliations where asked_by = 'nightly'");
        for (hours, done) in [(0, 1), (23, 1), (1, 2), (2, 2)] {
            pass(&t, Duration::from_secs(hours * 3600));
            reconcile::run_due(&t.app).await.unwrap();
            assert_eq!(t.count(nights).await, done, "after {hours} more hours");
        }
        paid_elsewhere(&t, 50_00).await;
        pass(&t, DAY);
        assert_eq!(reconcile::run_due(&t.app).await.unwrap(), 1);
        let differs = sql!(
            "select count(*) from reconciliations where asked_by = 'nightly' and outcome = 'differs'"
        );
        assert_eq!(t.count(differs).await, 1);
        let page = t.owner.get("/books/compare").await;
        assert!(page.says("suspense"), "{}", page.text());
    }
}

/// Found by simulation: the line came with the payment while the balance was asked for, and was taken off an opening
/// balance that had it not.
#[tokio::test(flavor = "multi_thread")]
async fn led_07_a_payment_booked_while_the_first_balance_is_asked_for_is_in_no_opening_balance() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(100_00).await;
        let opened = t.open(&invoice).await;
        // The list is read, the balance is told, and the answer that nothing came meanwhile is on its way.
        let list = "/v1/balance_transactions";
        let control = t.stripe.control();
        control.fault(Fault::new(Trouble::Delay { ms: 0 }).on("GET", list));
        control.fault(Fault::new(Trouble::HoldAnswer).on("GET", list));
        let (app, scope) = (t.app.clone(), t.scope.clone());
        let pulling = tokio::spawn(async move { payouts::pull(&app, &scope, false).await });
        for _ in 0..200 {
            if control.waiting() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(control.waiting(), 1);
        t.payer().pays(&opened, GOOD).await;
        asked(&t, &invoice).await;
        assert_eq!(account(&t, "stripe_balance").await, 96_80);
        control.release_requests();
        pulling.await.unwrap().unwrap();
        assert_eq!(account(&t, "opening").await, 0);
        let outcome = compare(&t).await;
        assert_eq!(
            outcome.outcome,
            Outcome::Agrees,
            "{:?}",
            differing(&outcome)
        );
    }
}

/// Found by simulation, both ways: the payment had been begun before the account had a name, or while it had one that
/// the key of today may not ask for, and its line came while the first list was being read.
#[tokio::test(flavor = "multi_thread")]
async fn led_07_a_line_kept_under_another_name_of_its_account_gets_the_one_of_the_accounts_list() {
    for gets_a_name in [true, false] {
        line_of_another_name(gets_a_name).await;
    }
}

async fn line_of_another_name(gets_a_name: bool) {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0).live;
        let (mut before, mut after) = (&keys.restricted, &keys.secret);
        if !gets_a_name {
            std::mem::swap(&mut before, &mut after);
        }
        t.save_keys("live", &keys.publishable, before).await;
        let invoice = paid(&t, 1000_00).await;
        t.save_keys("live", &keys.publishable, after).await;
        let held = Fault::new(Trouble::Hold).on("GET", "/v1/balance_transactions");
        t.stripe.control().fault(held);
        let (app, scope) = (t.app.clone(), t.scope.clone());
        let pulling = tokio::spawn(async move { payouts::pull(&app, &scope, false).await });
        for _ in 0..200 {
            if t.stripe.control().waiting() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(t.stripe.control().waiting(), 1);
        asked(&t, &invoice).await;
        t.stripe.control().release_requests();
        pulling.await.unwrap().unwrap();
        assert_eq!(account(&t, "opening").await, 0);
        let said = compare(&t).await;
        assert_eq!(differing(&said), [], "{said:?}");
    }
}

/// Found by a newcomer: something in Stripe's answer could not be booked, and the page said for ever that it was running.
#[tokio::test(flavor = "multi_thread")]
async fn led_07_a_comparison_that_is_stopped_says_so() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        t.execute(sql!("update stripe_settings set secret_sealed = 'broken'"))
            .await;
        assert!(reconcile::run(&t.app, &t.scope, "Ana").await.is_err());
        let page = t.owner.get("/books/compare").await;
        assert!(page.says("did not come to its end"), "{}", page.text());
    }
}
