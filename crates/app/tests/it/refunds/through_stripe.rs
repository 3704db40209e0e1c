//! Refunds asked for on our pages and made at Stripe's, against the rehearsal: one refund for one wish, whatever fails
//! on the way, and the same books from either side.

use std::time::Duration;

use billing::ledger::Account::{
    CustomerCredit, Receivable, StripeBalance, StripeClearing, StripeFees,
};
use fake_stripe::{Fault, Trouble};
use kit::sql;

use super::books::{balance, only_refund, paid};
use crate::kit::{Answer, PASSWORD};
use crate::pay::shop::{Shop, value};

/// Where the only payment is given back.
pub async fn door(shop: &Shop) -> String {
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select id from payments"), kit::args![], |r| r.text(0))
    };
    let db = shop.test.app.db();
    let id: String = db.read::<_, kit::db::Error, _>(read).await.unwrap();
    format!("/payments/{id}/refund")
}

/// The name that the check page gives to this one wish.
pub async fn once(shop: &mut Shop, door: &str, amount: &str) -> String {
    let check = format!("{door}/check?amount={amount}&reason=requested_by_customer");
    value(&shop.owner.get(&check).await.expect(200).body, "once")
}

pub async fn confirm(shop: &mut Shop, door: &str, amount: &str, once: &str) -> Answer {
    let form = [
        ("once", once),
        ("amount", amount),
        ("reason", "requested_by_customer"),
        ("note", "Broken on arrival"),
        ("password", PASSWORD),
    ];
    shop.owner.post(door, &form).await
}

/// From the form to the refund's own page.
pub async fn give_back(shop: &mut Shop, amount: &str) -> Answer {
    let door = door(shop).await;
    let once = once(shop, &door, amount).await;
    confirm(shop, &door, amount, &once).await
}

async fn ask_stripe(shop: &Shop) {
    app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
        .await
        .unwrap();
    shop.test.run_jobs().await;
}

/// What Stripe has given back of the only charge, cents.
async fn given_back(shop: &Shop) -> i64 {
    let origins = stripe::Origins::rehearsal(&shop.stripe.base_url()).unwrap();
    let origins = std::sync::Arc::new(origins);
    let http = stripe::http_client(&origins).unwrap();
    let key = stripe::SecretKey::parse(&shop.stripe.keys()[0].live.secret).unwrap();
    let client = stripe::Client::new(http, origins, key);
    let charge = shop.stripe.control().charges()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let charge = client.retrieve_charge(&charge).await.unwrap();
    charge.object.amount_refunded
}

/// Every account that a refund touches.
async fn books(shop: &Shop) -> [i64; 5] {
    let mut sums = [0; 5];
    for (sum, account) in sums.iter_mut().zip([
        Receivable,
        CustomerCredit,
        StripeClearing,
        StripeBalance,
        StripeFees,
    ]) {
        *sum = balance(shop, &account).await;
    }
    sums
}

const ALL: i64 = 1149_75;

#[tokio::test(flavor = "multi_thread")]
async fn p04_refunds_in_parts_go_out_once_each_and_stripes_balance_is_ours_to_the_cent() {
    let (mut shop, invoice, _) = paid().await;
    let [_, _, _, before, fee] = books(&shop).await;
    give_back(&mut shop, "229.95")
        .await
        .expect(200)
        .shows("Refunded")
        .shows("The money was sent back")
        .shows("Broken on arrival");
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, 229_95);
    assert_eq!(books(&shop).await, [229_95, 0, 0, before - 229_95, fee]);
    // What the dashboard tells afterwards is known already.
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [229_95, 0, 0, before - 229_95, fee]);

    let door = door(&shop).await;
    shop.owner
        .get(&door)
        .await
        .expect(200)
        .shows("value=\"919.80\"");
    shop.owner
        .get(&format!("{door}/check?amount=919.81"))
        .await
        .expect(422)
        .shows("Refund must be $919.80 or less");
    give_back(&mut shop, "919.80").await.expect(200);
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, ALL);
    assert_eq!(books(&shop).await, [ALL, 0, 0, before - ALL, fee]);
    shop.owner
        .get(&door)
        .await
        .expect(409)
        .shows("is left to give back");
    shop.owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200)
        .shows("Refunded");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payer_sees_what_went_back_on_the_invoice_on_the_receipt_and_in_a_mail() {
    let (mut shop, invoice, _) = paid().await;
    give_back(&mut shop, "229.95").await.expect(200);
    shop.test.run_jobs().await;
    let mut payer = shop.payer();
    for page in [invoice.path.clone(), format!("{}/receipt", invoice.path)] {
        payer
            .get(&page)
            .await
            .expect(200)
            .shows("Refunded on")
            .shows("$229.95");
    }
    payer
        .get(&format!("{}?lang=fr", invoice.path))
        .await
        .expect(200);
    let mails =
        sql!("select count(*) from mails where kind = 'refund' and subject like '%229.95%'");
    assert_eq!(shop.count(mails).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_12_two_tabs_that_want_all_of_it_make_one_refund() {
    let (mut shop, _, _) = paid().await;
    let door = door(&shop).await;
    let (one, other) = (
        once(&mut shop, &door, "1149.75").await,
        once(&mut shop, &door, "1149.75").await,
    );
    assert_ne!(one, other, "two forms, two wishes");
    let mut tabs = Vec::new();
    for once in [one, other] {
        let mut tab = shop.owner.clone();
        let door = door.clone();
        tabs.push(tokio::spawn(async move {
            let form = [
                ("once", once.as_str()),
                ("amount", "1149.75"),
                ("reason", ""),
                ("note", ""),
                ("password", PASSWORD),
            ];
            tab.post(&door, &form).await.status.as_u16()
        }));
    }
    let mut answers = Vec::new();
    for tab in tabs {
        answers.push(tab.await.unwrap());
    }
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, ALL);
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_10_the_same_form_sent_again_is_the_same_refund() {
    let (mut shop, _, _) = paid().await;
    let door = door(&shop).await;
    let once = once(&mut shop, &door, "100").await;
    for _ in 0..3 {
        confirm(&mut shop, &door, "100", &once).await.expect(200);
    }
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, 100_00);
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_10_an_answer_that_is_lost_is_said_as_unknown_held_and_found_out() {
    let (mut shop, _, _) = paid().await;
    let [_, _, _, before, fee] = books(&shop).await;
    // Stripe makes it, and its answer never comes; asked again as often as the client asks by itself.
    let lost = Fault::new(Trouble::TimeOutAfter { hold_ms: 0 }).on("POST", "/v1/refunds");
    shop.stripe.control().fault(lost.times(3));
    give_back(&mut shop, "1149.75")
        .await
        .expect(200)
        .shows("Do not refund it again")
        .shows("Not known yet");
    let door = door(&shop).await;
    shop.owner
        .get(&door)
        .await
        .expect(409)
        .shows("is left to give back");
    shop.test.advance(60);
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, ALL, "once");
    assert_eq!(books(&shop).await, [ALL, 0, 0, before - ALL, fee]);
    let id = only_refund(&shop).await;
    shop.owner
        .get(&format!("/refunds/{id}"))
        .await
        .expect(200)
        .hides("Not known yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_stripe_replays_is_settled_by_its_list_of_refunds() {
    let (mut shop, _, _) = paid().await;
    // Carried out, answered 500, and 500 is what the key answers from now on.
    let after = Fault::new(Trouble::ErrorAfter { status: 500 }).on("POST", "/v1/refunds");
    shop.stripe.control().fault(after);
    give_back(&mut shop, "50")
        .await
        .expect(200)
        .shows("Refunded");
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, 50_00);
    assert_eq!(balance(&shop, &Receivable).await, 50_00);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_taken_away_after_a_lost_answer_decides_nothing() {
    let (mut shop, _, _) = paid().await;
    let lost = Fault::new(Trouble::TimeOutAfter { hold_ms: 0 }).on("POST", "/v1/refunds");
    shop.stripe.control().fault(lost.times(3));
    give_back(&mut shop, "50").await.expect(200);
    let secret = shop.stripe.keys()[0].live.secret.clone();
    shop.stripe.control().revoke_key(&secret).unwrap();
    let id = only_refund(&shop).await;
    app::refunds::make(&shop.test.app, &id).await.unwrap();
    shop.owner
        .get(&format!("/refunds/{id}"))
        .await
        .expect(200)
        .shows("Not known yet")
        .hides("No money moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_dashboard_at_stripe_gave_back_leaves_the_same_books() {
    let (mut ours, _, _) = paid().await;
    give_back(&mut ours, "229.95").await.expect(200);
    ours.test.run_jobs().await;
    let (mut theirs, invoice, charge) = paid().await;
    theirs
        .stripe
        .control()
        .refund_charge(&charge, Some(229_95))
        .unwrap();
    ask_stripe(&theirs).await;
    assert_eq!(books(&ours).await, books(&theirs).await);
    assert_eq!(theirs.standing(&invoice.id).await.1, 919_80);
    let id = only_refund(&theirs).await;
    theirs
        .owner
        .get(&format!("/refunds/{id}"))
        .await
        .expect(200)
        .shows("Made at Stripe");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_at_stripe_unheard_of_cannot_be_given_back_again_here() {
    let (mut shop, _, charge) = paid().await;
    let door = door(&shop).await;
    let once = once(&mut shop, &door, "1149.75").await;
    shop.stripe.control().refund_charge(&charge, None).unwrap();
    confirm(&mut shop, &door, "1149.75", &once)
        .await
        .expect(200)
        .shows("No money moved")
        .shows("refunded already");
    shop.test.run_jobs().await;
    assert_eq!(given_back(&shop).await, ALL);
    // The refusal made us ask: the other one is booked, though its event was never pulled.
    assert_eq!(balance(&shop, &Receivable).await, ALL);
    let states = sql!("select count(*) from refunds where state = 'succeeded'");
    assert_eq!(shop.count(states).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_refund_that_comes_back_brings_stripes_balance_back_and_is_the_customers() {
    let (mut shop, _, _) = paid().await;
    let [_, _, _, before, fee] = books(&shop).await;
    shop.stripe
        .control()
        .fail_next_refund("expired_or_canceled_card");
    give_back(&mut shop, "229.95").await.expect(200);
    shop.test.run_jobs().await;
    assert_eq!(books(&shop).await, [229_95, 0, 0, before - 229_95, fee]);
    shop.stripe.control().advance(Duration::from_secs(120));
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [229_95, -229_95, 0, before, fee]);
    let id = only_refund(&shop).await;
    let door = format!("/refunds/{id}");
    shop.owner.get("/").await.expect(200).shows(&door);
    shop.owner
        .get(&door)
        .await
        .expect(200)
        .shows("Failed")
        .shows("expired or its account is closed");
    // It can be given back again: what came back is left again.
    give_back(&mut shop, "229.95").await.expect(200);
    shop.test.run_jobs().await;
    assert_eq!(books(&shop).await, [229_95, 0, 0, before - 229_95, fee]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_waits_for_money_books_nothing_until_it_goes() {
    let (mut shop, invoice, _) = paid().await;
    let before = books(&shop).await;
    shop.stripe.control().hold_next_refund("insufficient_funds");
    give_back(&mut shop, "50")
        .await
        .expect(200)
        .shows("On its way")
        .shows("balance at Stripe is too low");
    shop.test.run_jobs().await;
    assert_eq!(books(&shop).await, before);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    let at_stripe =
        sql!("select count(*) from refunds where state = 'pending' and taken_at is null");
    assert_eq!(shop.count(at_stripe).await, 1);
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select stripe_id from refunds"), kit::args![], |r| {
            r.text(0)
        })
    };
    let db = shop.test.app.db();
    let stripe_id: String = db.read::<_, kit::db::Error, _>(read).await.unwrap();
    shop.stripe.control().settle_refund(&stripe_id).unwrap();
    ask_stripe(&shop).await;
    assert_eq!(balance(&shop, &Receivable).await, 50_00);
    assert_eq!(balance(&shop, &StripeClearing).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_another_sellers_business_to_nobody_else() {
    let (shop, _, _) = paid().await;
    let door = door(&shop).await;
    let mut stranger = shop.test.browser();
    let page = stranger.get(&door).await;
    assert!(!page.body.contains("1,149.75"), "{}", page.body);
    let wrong = "/payments/0192f0a1-7b3c-7def-8123-456789abcdef/refund";
    let mut owner = shop.owner.clone();
    owner.get(wrong).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_nothing_is_written_down_and_the_page_says_what_to_do() {
    let (mut shop, _, _) = paid().await;
    let door = door(&shop).await;
    let once = once(&mut shop, &door, "50").await;
    shop.test
        .execute(sql!("update stripe_settings set secret_sealed = ''"))
        .await;
    confirm(&mut shop, &door, "50", &once)
        .await
        .expect(409)
        .shows("There are no Stripe keys here")
        .shows("Nothing was refunded");
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 0);
}
