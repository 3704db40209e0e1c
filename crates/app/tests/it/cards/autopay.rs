//! Autopay, through the rehearsal: told before, charged once, whatever is lost in between; and never when something
//! speaks against it.

use fake_stripe::{Fault, Trouble};
use kit::sql;

use super::wallet::{kept, pays, visitor};
use crate::pay::shop::{GOOD, Issued, Shop};

const CONFIRM: &str = "/v1/payment_intents/*/confirm";

/// A customer who agreed while paying an invoice, and another invoice of theirs, due on 23 December.
async fn agreed() -> (Shop, Issued) {
    let shop = Shop::active().await;
    let first = shop.invoice().await;
    pays(&shop, &first.path, GOOD, true, true).await;
    shop.test.run_jobs().await;
    assert!(kept(&shop).await.is_some());
    let customer = shop.customer_of(&first.id).await;
    let next = shop.invoice_of(&customer).await;
    (shop, next)
}

/// What the program does by itself, until it has nothing to do now; every letter arrives.
async fn works(shop: &Shop) {
    for _ in 0..4 {
        app::autopay::round(&shop.test.app, &shop.scope)
            .await
            .unwrap();
        shop.test.run_jobs().await;
        shop.test
            .execute(sql!(
                "update mails set state = 'sent', sent_at = created_at where state <> 'sent'"
            ))
            .await;
        // The notice is looked at again ten minutes later.
        shop.test.advance(11 * 60);
    }
}

/// So many days pass, each with its work.
async fn days(shop: &Shop, count: usize) {
    for _ in 0..count {
        works(shop).await;
        shop.test.advance(24 * 3600 - 4 * 11 * 60);
    }
}

/// Up to the morning of the due date.
async fn until_due(shop: &Shop) {
    days(shop, 30).await;
}

/// Charges that took money, after the one by which the card was kept.
fn charged(shop: &Shop) -> usize {
    shop.stripe.control().charges().len() - 1
}

async fn letters(shop: &Shop, kind: &str) -> i64 {
    let all = shop
        .test
        .app
        .db()
        .read::<_, kit::db::Error, _>({
            let kind = kind.to_owned();
            move |tx| {
                tx.get(
                    sql!("select count(*) from mails where kind = $1"),
                    kit::args![&kind],
                    |r| r.int(0),
                )
            }
        })
        .await;
    all.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_charged_once_on_its_day_after_the_payer_was_told() {
    let (mut shop, next) = agreed().await;
    days(&shop, 22).await;
    assert_eq!(letters(&shop, "autopay-notice").await, 0);
    assert_eq!(charged(&shop), 0);
    let page = format!("/invoices/{}", next.id);
    days(&shop, 2).await;
    assert_eq!(letters(&shop, "autopay-notice").await, 1);
    shop.test.sign_in_again(&mut shop.owner).await;
    let seen = shop.owner.get(&page).await.expect(200);
    seen.shows("Will be charged on Dec 23, 2026");
    days(&shop, 6).await;
    assert_eq!(charged(&shop), 0, "not before the day");
    days(&shop, 2).await;
    assert_eq!(charged(&shop), 1);
    assert_eq!(shop.standing(&next.id).await.0, "paid");
    assert_eq!(letters(&shop, "receipt").await, 2, "a receipt each");
    days(&shop, 10).await;
    assert_eq!(
        (charged(&shop), letters(&shop, "autopay-notice").await),
        (1, 1)
    );
    shop.test.sign_in_again(&mut shop.owner).await;
    let seen = shop.owner.get(&page).await.expect(200);
    seen.shows("zoe@example.org was told of the charge ahead")
        .hides("Will be charged");
    let customer = shop.customer_of(&next.id).await;
    let cards = shop
        .owner
        .get(&format!("/customers/{customer}/cards"))
        .await;
    cards.expect(200).shows("$1,149.75 on Dec 23, 2026: paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_12_a_lost_answer_a_failure_that_is_replayed_and_a_dead_line_end_in_one_charge() {
    for trouble in [
        Trouble::TimeOutAfter { hold_ms: 0 },
        Trouble::TimeOutBefore { hold_ms: 0 },
        Trouble::ErrorAfter { status: 500 },
        Trouble::ErrorBefore { status: 500 },
    ] {
        let (shop, next) = agreed().await;
        until_due(&shop).await;
        assert_eq!(charged(&shop), 0);
        let fault = Fault::new(trouble.clone()).on("POST", CONFIRM);
        // The client asks again by itself a few times.
        shop.stripe.control().fault(Fault { times: 9, ..fault });
        works(&shop).await;
        shop.stripe.control().speak();
        let unknown = sql!("select count(*) from autopay_tries where outcome = 'started'");
        assert!(
            shop.count(unknown).await == 1 || shop.standing(&next.id).await.0 == "paid",
            "{trouble:?}"
        );
        days(&shop, 3).await;
        assert_eq!(charged(&shop), 1, "{trouble:?}");
        assert_eq!(shop.standing(&next.id).await.0, "paid", "{trouble:?}");
        let credit = shop.count(sql!("select count(*) from payments")).await;
        assert_eq!(credit, 2, "{trouble:?}: booked once");
        assert_eq!(shop.count(unknown).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_two_jobs_and_a_payer_at_the_same_moment_are_one_charge() {
    let (shop, next) = agreed().await;
    until_due(&shop).await;
    let payload = format!("{} {}", shop.scope.to_payload(), next.id);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (app, payload) = (shop.test.app.clone(), payload.clone());
        all.spawn(async move { app::autopay::step_job(&app, &payload).await });
    }
    // The payer has the very page open, and presses.
    let opened = shop.intent(&next.path, 114_975).await;
    let opened: serde_json::Value = serde_json::from_str(&opened.body).unwrap();
    if let (Some(secret), Some(key)) = (
        opened["client_secret"].as_str(),
        opened["public_key"].as_str(),
    ) {
        crate::with_stripe::Payer::new(&shop.stripe.base_url())
            .confirms(secret, key, GOOD)
            .await;
    }
    while all.join_next().await.is_some() {}
    days(&shop, 3).await;
    assert_eq!(charged(&shop), 1);
    assert_eq!(shop.standing(&next.id).await.0, "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_wants_its_customer_gets_the_customer_and_no_second_try() {
    let (shop, next) = agreed().await;
    let (_, method) = kept(&shop).await.unwrap();
    let control = shop.stripe.control();
    control
        .card_says(&method, Some("authentication_required"))
        .unwrap();
    until_due(&shop).await;
    days(&shop, 3).await;
    assert_eq!(letters(&shop, "autopay-confirm").await, 1);
    let tries = sql!("select count(*) from autopay_tries");
    assert_eq!(shop.count(tries).await, 1, "asked once");
    // The link leads to the very payment: paying there is the end of it.
    let paid = shop.pays(&next.path, GOOD).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    shop.payer().get(&format!("{}/return", next.path)).await;
    days(&shop, 8).await;
    assert_eq!(charged(&shop), 1);
    assert_eq!(letters(&shop, "autopay-gave-up").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_who_never_comes_is_told_to_the_seller_after_a_week() {
    let (mut shop, next) = agreed().await;
    let (_, method) = kept(&shop).await.unwrap();
    let control = shop.stripe.control();
    control
        .card_says(&method, Some("authentication_required"))
        .unwrap();
    until_due(&shop).await;
    days(&shop, 7).await;
    assert_eq!(letters(&shop, "autopay-gave-up").await, 0);
    days(&shop, 2).await;
    assert_eq!(letters(&shop, "autopay-gave-up").await, 1);
    shop.test.sign_in_again(&mut shop.owner).await;
    let needs = shop.owner.get("/").await.expect(200);
    needs.shows(&format!(
        "Automatic payment of {} did not work",
        next.number
    ));
    days(&shop, 5).await;
    assert_eq!(letters(&shop, "autopay-gave-up").await, 1, "told once");
    // Paid by hand: nothing needs anybody any more.
    shop.pays(&next.path, GOOD).await;
    shop.payer().get(&format!("{}/return", next.path)).await;
    let needs = shop.owner.get("/").await.expect(200);
    needs.hides("Automatic payment of");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_card_is_never_tried_again_not_for_this_invoice_and_for_no_other() {
    let (shop, next) = agreed().await;
    let customer = shop.customer_of(&next.id).await;
    let (_, method) = kept(&shop).await.unwrap();
    shop.stripe
        .control()
        .card_says(&method, Some("lost_card"))
        .unwrap();
    until_due(&shop).await;
    days(&shop, 2).await;
    let tries = sql!("select count(*) from autopay_tries");
    assert_eq!(shop.count(tries).await, 1);
    let other = shop.invoice_of(&customer).await;
    days(&shop, 40).await;
    assert_eq!(shop.count(tries).await, 1);
    assert_eq!(charged(&shop), 0);
    assert_eq!(letters(&shop, "autopay-gave-up").await, 2, "both invoices");
    // The payer reads nothing of a lost card.
    let told = sql!(
        "select count(*) from mails where kind = 'autopay-declined' and (body_text like '%lost%' or subject like '%lost%')"
    );
    assert_eq!(shop.count(told).await, 0);
    assert_eq!(letters(&shop, "autopay-declined").await, 2);
    assert_eq!(shop.standing(&other.id).await.0, "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soft_decline_is_tried_again_on_days_1_and_3_and_paid_when_there_is_money() {
    let (shop, next) = agreed().await;
    let (_, method) = kept(&shop).await.unwrap();
    let control = shop.stripe.control();
    control
        .card_says(&method, Some("insufficient_funds"))
        .unwrap();
    until_due(&shop).await;
    let tries = sql!("select count(*) from autopay_tries where outcome = 'declined'");
    for expected in [1, 2, 2] {
        days(&shop, 1).await;
        assert_eq!(shop.count(tries).await, expected);
    }
    assert_eq!(letters(&shop, "autopay-tries-again").await, 1);
    control.card_says(&method, None).unwrap();
    days(&shop, 1).await;
    assert_eq!(charged(&shop), 1);
    assert_eq!(shop.standing(&next.id).await.0, "paid");
    days(&shop, 9).await;
    assert_eq!((charged(&shop), shop.count(tries).await), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_soft_declines_are_enough() {
    let (shop, _) = agreed().await;
    let (_, method) = kept(&shop).await.unwrap();
    shop.stripe
        .control()
        .card_says(&method, Some("insufficient_funds"))
        .unwrap();
    until_due(&shop).await;
    days(&shop, 20).await;
    let tries = sql!("select count(*) from autopay_tries where outcome = 'declined'");
    assert_eq!(shop.count(tries).await, 5);
    assert_eq!(letters(&shop, "autopay-gave-up").await, 1);
    assert_eq!(letters(&shop, "autopay-declined").await, 1);
    assert_eq!(charged(&shop), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_withdrawn_ends_it_also_in_the_middle_of_a_charge() {
    let (shop, next) = agreed().await;
    let (id, _) = kept(&shop).await.unwrap();
    until_due(&shop).await;
    // The bank is asked, and the question never arrives; then the payer stops it.
    let fault = Fault::new(Trouble::TimeOutBefore { hold_ms: 0 }).on("POST", CONFIRM);
    shop.stripe.control().fault(Fault { times: 99, ..fault });
    works(&shop).await;
    let started = sql!("select count(*) from autopay_tries where outcome = 'started'");
    assert_eq!(shop.count(started).await, 1);
    let mut zoe = visitor(&shop).await;
    zoe.post(&format!("/area/cards/{id}/autopay/stop"), &[])
        .await
        .expect(200);
    shop.stripe.control().speak();
    days(&shop, 5).await;
    assert_eq!((charged(&shop), shop.count(started).await), (0, 0));
    assert_eq!(shop.standing(&next.id).await.0, "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_left_is_charged_and_what_was_refunded_is_not_fetched_again() {
    let (mut shop, next) = agreed().await;
    // From here on events are read forward: the rehearsal's clock stands still while ours goes on for weeks.
    super::wallet::ask_stripe(&shop).await;
    let parts = [("part_payments", "on"), ("smallest_part", "20.00")];
    shop.owner.post_once("/settings/payments", &parts).await;
    days(&shop, 25).await;
    shop.pays_with(&next.path, 40_000, true, GOOD).await;
    shop.payer().get(&format!("{}/return", next.path)).await;
    days(&shop, 8).await;
    let charges = shop.stripe.control().charges();
    let mut amounts: Vec<i64> = charges
        .iter()
        .filter_map(|c| c["amount"].as_i64())
        .collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [40_000, 74_975, 114_975]);
    let last = charges.iter().find(|c| c["amount"] == 74_975).unwrap();
    shop.stripe
        .control()
        .refund_charge(last["id"].as_str().unwrap(), None)
        .unwrap();
    super::wallet::ask_stripe(&shop).await;
    assert_eq!(shop.standing(&next.id).await.0, "open");
    days(&shop, 10).await;
    assert_eq!(shop.stripe.control().charges().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_invoices_of_one_day_are_charged_each_once() {
    let (shop, next) = agreed().await;
    let customer = shop.customer_of(&next.id).await;
    let more = [
        shop.invoice_of(&customer).await,
        shop.invoice_of(&customer).await,
    ];
    until_due(&shop).await;
    days(&shop, 2).await;
    assert_eq!(charged(&shop), 3);
    for invoice in [&next, &more[0], &more[1]] {
        assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_charged_while_online_payment_is_off_and_what_is_due_when_it_is_on_again() {
    let (mut shop, next) = agreed().await;
    days(&shop, 28).await;
    shop.test.sign_in_again(&mut shop.owner).await;
    shop.switch(false).await;
    days(&shop, 4).await;
    assert_eq!(charged(&shop), 0);
    let page = shop.owner.get(&format!("/invoices/{}", next.id)).await;
    page.expect(200).shows("it cannot be paid online now");
    shop.switch(true).await;
    days(&shop, 1).await;
    assert_eq!(charged(&shop), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_charged_who_could_not_be_told() {
    let (shop, _) = agreed().await;
    for _ in 0..40 {
        app::autopay::round(&shop.test.app, &shop.scope)
            .await
            .unwrap();
        shop.test.run_jobs().await;
        shop.test.advance(24 * 3600);
    }
    // No mail server: the letter never left.
    assert_eq!(charged(&shop), 0);
    assert_eq!(letters(&shop, "autopay-gave-up").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_ends_before_the_day_is_asked_for_and_a_new_one_pays() {
    let (shop, next) = agreed().await;
    shop.test
        .execute(sql!(
            "update saved_cards set exp_month = 11, exp_year = 2026"
        ))
        .await;
    days(&shop, 24).await;
    assert_eq!(letters(&shop, "autopay-card-ends").await, 1);
    assert_eq!(letters(&shop, "autopay-notice").await, 0);
    // The payer keeps another while paying something else, and agrees again.
    let customer = shop.customer_of(&next.id).await;
    let other = shop.invoice_of(&customer).await;
    pays(&shop, &other.path, GOOD, true, true).await;
    shop.test.run_jobs().await;
    days(&shop, 9).await;
    assert_eq!(letters(&shop, "autopay-card-ends").await, 1);
    assert_eq!(shop.standing(&next.id).await.0, "paid");
    assert_eq!(shop.stripe.control().charges().len(), 3);
}
