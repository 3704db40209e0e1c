//! Paying: the amount is the server's, the outcome is Stripe's, and a return decides nothing.

use billing::payment::decline::DeclineGroup;
use kit::sql;
use serde_json::Value;

use super::shop::{GOOD, Shop};

const NO_FUNDS: &str = "4000000000009995";
const STOLEN: &str = "4000000000009979";

#[tokio::test(flavor = "multi_thread")]
async fn ac_19_from_the_link_to_the_receipt_and_every_page_is_safe_to_reload() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Pay $1,149.75");
    payer
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200)
        .shows("Pay $1,149.75");
    assert_eq!(shop.pays(&invoice.path, GOOD).await["status"], "succeeded");
    for _ in 0..3 {
        let receipt = payer
            .get(&format!("{}/return?payment_intent=pi_x", invoice.path))
            .await
            .expect(200);
        assert_eq!(receipt.path, format!("{}/receipt", invoice.path));
        receipt
            .shows("Paid")
            .shows("$1,149.75")
            .shows("Studio Nord")
            .shows("Visa card ending 4242");
        receipt.shows(&invoice.number).shows("zoe@example.org");
    }
    let page = payer.get(&invoice.path).await.expect(200);
    page.shows("Nothing is owed")
        .hides("Pay $")
        .shows("See the receipt");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 1);
    let charges = shop.stripe.control().charges();
    assert_eq!(
        (charges.len(), &charges[0]["amount"]),
        (1, &Value::from(114_975)),
        "ac_17: what was due, once"
    );
    assert!(
        charges[0]["application_fee_amount"].is_null(),
        "ac_17: no fee of ours"
    );
    shop.intent(&invoice.path, 114_975)
        .await
        .expect(409)
        .shows(&format!("{}/receipt", invoice.path));
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_06_a_forged_return_changes_nothing() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let forged =
        "payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_1&redirect_status=succeeded";
    let back = shop
        .payer()
        .get(&format!("{}/return?{forged}", invoice.path))
        .await
        .expect(200);
    assert_eq!(back.path, invoice.path, "nobody has tried to pay");
    shop.intent(&invoice.path, 114_975).await.expect(200);
    let back = shop
        .payer()
        .get(&format!("{}/return?{forged}", invoice.path))
        .await
        .expect(200);
    assert!(back.path.ends_with("/pay?declined=not-confirmed"));
    back.shows("The payment was not completed. No money was taken.")
        .hides("pi_1");
    let receipt = shop
        .payer()
        .get_once(&format!("{}/receipt?{forged}", invoice.path))
        .await
        .expect(303);
    assert_eq!(receipt.headers["location"], invoice.path);
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_05_another_amount_than_the_one_due_is_refused_with_the_new_one_and_nothing_is_opened()
{
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    for wrong in [1, 114_974, 0, -5] {
        let refused = shop.intent(&invoice.path, wrong).await.expect(409);
        let told: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(
            (&told["word"], &told["amount_minor"]),
            (&"changed".into(), &114_975.into())
        );
        assert_eq!(told["pay"], "Pay $1,149.75");
        assert!(
            told["sentence"]
                .as_str()
                .unwrap()
                .contains("Nothing has been charged.")
        );
    }
    shop.payer()
        .post_text(&format!("{}/intent", invoice.path), "amount=1")
        .await
        .expect(422);
    assert_eq!(
        shop.count(sql!("select count(*) from payment_attempts"))
            .await,
        0
    );
    let opened: Value =
        serde_json::from_str(&shop.intent(&invoice.path, 114_975).await.expect(200).body).unwrap();
    assert_eq!(opened["amount_minor"], 114_975);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_is_told_by_its_group_and_the_same_link_pays_afterwards() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    for (card, word, said) in [
        (
            NO_FUNDS,
            "decline-not-enough-funds",
            "does not have enough funds",
        ),
        (STOLEN, "decline-general", "Your bank declined this card."),
    ] {
        shop.pays(&invoice.path, card).await;
        let told = shop
            .payer()
            .post_text(&format!("{}/outcome", invoice.path), "{}")
            .await
            .expect(200);
        assert_eq!(
            serde_json::from_str::<Value>(&told.body).unwrap()["word"],
            word
        );
        let back = shop
            .payer()
            .get(&format!("{}/return", invoice.path))
            .await
            .expect(200);
        assert!(back.path.ends_with(&format!("/pay?declined={word}")));
        let above = back.body.split("amount-due").next().unwrap();
        assert!(above.contains(said), "the sentence stands above the amount");
        assert!(!back.body.contains("stolen"));
    }
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
    shop.pays(&invoice.path, GOOD).await;
    shop.payer()
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(200)
        .shows("Visa card ending 4242");
    assert_eq!(shop.stripe.control().charges().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_decline_says_what_happened_that_no_money_moved_and_what_to_do_in_both_languages() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    for (lang, still) in [
        ("en", "No money was taken."),
        ("fr", "Aucun montant n’a été prélevé."),
    ] {
        for group in DeclineGroup::ALL {
            let path = format!(
                "{}/pay?declined={}&lang={lang}",
                invoice.path,
                group.word_key()
            );
            let page = shop.payer().get(&path).await.expect(200);
            let said = page
                .body
                .split("id=\"pay-says-text\">")
                .nth(1)
                .unwrap()
                .split('<')
                .next()
                .unwrap()
                .to_owned();
            assert!(said.contains(still), "{group:?}: {said}");
            assert!(said.matches(". ").count() >= 2, "three parts: {said}");
            let told = said.to_lowercase();
            for secret in ["stolen", "lost", "fraud", "volée", "perdue", "fraude"] {
                assert!(!told.contains(secret), "{group:?} tells the payer: {said}");
            }
        }
    }
    let odd = shop
        .payer()
        .get(&format!("{}/pay?declined=%3Cscript%3E", invoice.path))
        .await;
    odd.expect(200)
        .hides("&lt;script")
        .hides("<script>")
        .shows("tabindex=\"-1\" hidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_while_stripe_is_silent_says_unknown_and_is_right_on_reload() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.pays(&invoice.path, GOOD).await;
    // However often the client asks again, Stripe stays silent until it is told to speak.
    let silence = fake_stripe::Trouble::TimeOutBefore { hold_ms: 0 };
    let asked = fake_stripe::Fault::new(silence)
        .on("GET", "/v1/payment_intents/*")
        .times(1000);
    shop.stripe.control().fault(asked);
    let mut payer = shop.payer();
    payer
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(503)
        .shows("We do not know yet")
        .shows("Do not pay again yet")
        .shows("safe to reload");
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
    shop.stripe.control().speak();
    payer
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(200)
        .shows("Visa card ending 4242");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_20_a_link_cannot_be_used_to_try_cards_and_the_patient_payer_gets_through() {
    let shop = Shop::active().await;
    let (invoice, other) = (shop.invoice().await, shop.invoice().await);
    let mut refused = None;
    for _ in 0..40 {
        let answer = shop.intent(&invoice.path, 114_975).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        answer.expect(200);
    }
    let refused = refused.expect("forty tries in one second are too many");
    refused.shows("too-many");
    assert!(refused.headers.contains_key("retry-after"));
    shop.intent(&other.path, 114_975).await.expect(200);
    shop.payer()
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Pay $1,149.75");
    shop.test.advance(60);
    shop.intent(&invoice.path, 114_975).await.expect(200);
    assert_eq!(
        shop.count(sql!("select count(*) from payment_attempts"))
            .await,
        2,
        "one intent an amount due"
    );
}

/// Found by a newcomer: they had read "We will email you", and nothing came.
#[tokio::test(flavor = "multi_thread")]
async fn pay_16_a_payer_whose_bank_debit_fails_days_later_is_told_once() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let control = shop.stripe.control();
    let account = control.keys()[0].account.clone();
    control.set_bank_debits(&account, true).unwrap();
    let opened = app::payments::open(&shop.test.app, &shop.scope, &invoice.id)
        .await
        .unwrap();
    let payer = crate::with_stripe::Payer::new(&shop.stripe.base_url());
    let said = payer.pays_from_a_bank(&opened, "000111111113").await;
    assert_eq!(said["status"], "processing", "{said}");
    for days in [0, 4, 0] {
        control.advance(std::time::Duration::from_secs(days * 86_400));
        app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
            .await
            .unwrap();
        shop.test.run_jobs().await;
    }
    let told = sql!(
        "select count(*) from mails where kind = 'payment_failed' and to_address = 'zoe@example.org' and body_text like '%Nothing was taken%'"
    );
    assert_eq!(shop.count(told).await, 1);
    let told = sql!("select count(*) from mails where kind = 'payment_failed_seller'");
    assert_eq!(shop.count(told).await, 1, "and so is the seller");
}
