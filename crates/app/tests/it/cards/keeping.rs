//! A card is kept while paying and without a payment, only where its owner said so, and goes when they say so.

use fake_stripe::{Fault, Trouble};
use kit::sql;
use serde_json::{Value, json};

use super::wallet::{ask_stripe, at_stripe, consents, kept, owner_at_stripe, pays, press, visitor};
use crate::pay::shop::{GOOD, Shop};
use crate::with_stripe::Payer;

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_who_ticks_the_box_keeps_the_card_with_the_words_they_read() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = shop.payer().get(&format!("{}/pay", invoice.path)).await;
    let page = page.expect(200);
    page.shows("id=\"keep-card\"").shows("id=\"autopay\"");
    page.hides("checked").shows("Keep this card with Stripe");
    let paid = pays(&shop, &invoice.path, GOOD, true, false).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    shop.test.run_jobs().await;
    let (_, method) = kept(&shop).await.expect("the card is kept");
    assert!(owner_at_stripe(&shop, &method).await.is_string());
    let agreed = consents(&shop).await;
    assert_eq!(agreed.len(), 1, "{agreed:?}");
    let (purpose, state, words) = &agreed[0];
    assert_eq!((purpose.as_str(), state.as_str()), ("keep", "given"));
    assert!(
        page.body.replace("&#39;", "'").contains(words.as_str()),
        "kept words are the words of the page: {words}"
    );
    // Whoever owns the address is told, whoever held the link.
    let told = sql!(
        "select count(*) from mails where kind = 'saved_card' and to_address = 'zoe@example.org'"
    );
    assert_eq!(shop.count(told).await, 1);
    let customer = shop.customer_of(&invoice.id).await;
    let seen = shop.owner.get(&format!("/customers/{customer}")).await;
    seen.expect(200).shows("Visa •••• 4242");
    let seen = shop
        .owner
        .get(&format!("/customers/{customer}/cards"))
        .await;
    seen.expect(200)
        .shows("12/2034")
        .shows("Keep this card with Stripe")
        .shows("on the page of an invoice");
    // The same news again keeps nothing twice.
    ask_stripe(&shop).await;
    assert_eq!(
        shop.count(sql!("select count(*) from saved_cards")).await,
        1
    );
    assert_eq!(shop.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_card_is_kept_that_nobody_agreed_to() {
    let shop = Shop::active().await;
    // Never ticked.
    let plain = shop.invoice().await;
    pays(&shop, &plain.path, GOOD, false, false).await;
    shop.test.run_jobs().await;
    assert_eq!(kept(&shop).await, None);
    assert!(consents(&shop).await.is_empty());
    // Ticked, and unticked before the press that paid.
    let other = shop.invoice().await;
    let mut payer = shop.payer();
    let intent = format!("{}/intent", other.path);
    payer
        .post_text(&intent, &press(114_975, true, true))
        .await
        .expect(200);
    let paid = pays(&shop, &other.path, GOOD, false, false).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    shop.test.run_jobs().await;
    assert_eq!(kept(&shop).await, None);
    let states: Vec<String> = consents(&shop).await.into_iter().map(|c| c.1).collect();
    assert_eq!(states, ["lapsed", "lapsed"]);
    let method = paid["payment_method"].as_str().unwrap();
    assert_eq!(owner_at_stripe(&shop, method).await, Value::Null);
    // Unticked in another tab while Stripe was keeping it: it is taken off again.
    let third = shop.invoice().await;
    let paid = pays(&shop, &third.path, GOOD, true, false).await;
    shop.test
        .execute(sql!(
            "update consents set state = 'lapsed' where state = 'asked'"
        ))
        .await;
    shop.test.run_jobs().await;
    assert_eq!(kept(&shop).await, None);
    let method = paid["payment_method"].as_str().unwrap();
    assert_eq!(owner_at_stripe(&shop, method).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn boxes_stand_only_where_their_owner_can_take_the_card_away_again() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.test
        .execute(sql!("update customers set email = ''"))
        .await;
    let page = shop.payer().get(&format!("{}/pay", invoice.path)).await;
    page.expect(200).hides("id=\"keep-card\"");
    // Whoever sends the boxes all the same keeps nothing.
    pays(&shop, &invoice.path, GOOD, true, true).await;
    shop.test.run_jobs().await;
    assert_eq!(kept(&shop).await, None);
    assert!(consents(&shop).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_added_without_a_payment_and_removed_for_good() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let customer = shop.customer_of(&invoice.id).await;
    let mut zoe = visitor(&shop).await;
    zoe.get("/area/cards")
        .await
        .expect(200)
        .shows("No card is kept.");
    let add = format!("/area/keep/{customer}");
    zoe.get(&format!("{add}/add"))
        .await
        .expect(200)
        .shows("Nothing is charged now.")
        .shows("data-keeps=\"yes\"");
    // The form is shown, then pressed; the two get the same setup, and only the press agrees to anything.
    let intent = format!("{add}/intent");
    let shown = zoe.post_text(&intent, &press(0, false, false)).await;
    let shown: Value = serde_json::from_str(&shown.expect(200).body).unwrap();
    assert!(consents(&shop).await.is_empty());
    let pressed = zoe.post_text(&intent, &press(0, true, true)).await;
    let pressed: Value = serde_json::from_str(&pressed.expect(200).body).unwrap();
    assert_eq!(shown, pressed);
    let setup = confirm(&shop, &pressed, GOOD).await;
    assert_eq!(setup["status"], "succeeded", "{setup}");
    zoe.get(&format!("{add}/return"))
        .await
        .expect(200)
        .shows("Your card is kept.")
        .shows("Visa •••• 4242")
        .shows("Pays invoices automatically");
    assert!(shop.stripe.control().charges().is_empty());
    let (id, method) = kept(&shop).await.unwrap();
    // Nobody else comes near it: neither a stranger, nor another customer of the same seller.
    let remove = format!("/area/cards/{id}/remove");
    assert_eq!(shop.payer().get(&remove).await.path, "/area");
    shop.payer()
        .post_text(&intent, &press(0, true, false))
        .await
        .expect(404);
    zoe.get(&remove)
        .await
        .expect(200)
        .shows("Remove Visa •••• 4242?")
        .shows("pays your invoices automatically");
    zoe.post(&remove, &[])
        .await
        .expect(200)
        .shows("Visa •••• 4242 has been removed")
        .shows("No card is kept.");
    // Of no use at once, and off at Stripe as soon as Stripe can be asked; pressing again does nothing.
    assert!(consents(&shop).await.iter().all(|c| c.1 == "withdrawn"));
    zoe.post(&remove, &[]).await.expect(200);
    shop.test.run_jobs().await;
    assert_eq!(owner_at_stripe(&shop, &method).await, Value::Null);
    ask_stripe(&shop).await;
    assert_eq!(kept(&shop).await, None);
    let noted = sql!(
        "select count(*) from audit_entries where act = 'card.removed' and actor = 'zoe@example.org'"
    );
    assert_eq!(shop.count(noted).await, 1);
}

async fn confirm(shop: &Shop, opened: &Value, number: &str) -> Value {
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    Payer::new(&shop.stripe.base_url())
        .confirms_setup(&text("client_secret"), &text("public_key"), number)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_declined_is_not_kept_and_the_page_says_why() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let customer = shop.customer_of(&invoice.id).await;
    let mut zoe = visitor(&shop).await;
    let add = format!("/area/keep/{customer}");
    let opened = zoe
        .post_text(&format!("{add}/intent"), &press(0, true, false))
        .await;
    let opened: Value = serde_json::from_str(&opened.expect(200).body).unwrap();
    confirm(&shop, &opened, "4000000000009995").await;
    zoe.post_text(&format!("{add}/outcome"), "{}")
        .await
        .expect(200)
        .shows("decline-not-enough-funds");
    let back = zoe.get(&format!("{add}/return")).await.expect(200);
    assert!(back.path.contains("declined="), "{}", back.path);
    assert_eq!(kept(&shop).await, None);
    // The same form takes another card.
    confirm(&shop, &opened, GOOD).await;
    zoe.get(&format!("{add}/return")).await.expect(200);
    assert!(kept(&shop).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_kept_by_a_payer_who_never_came_back_is_found_by_the_event_and_by_the_sweep() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let customer = shop.customer_of(&invoice.id).await;
    let mut zoe = visitor(&shop).await;
    let intent = format!("/area/keep/{customer}/intent");
    for round in 1..=2 {
        let opened = zoe.post_text(&intent, &press(0, true, false)).await;
        let opened: Value = serde_json::from_str(&opened.expect(200).body).unwrap();
        confirm(&shop, &opened, GOOD).await;
        if round == 1 {
            ask_stripe(&shop).await;
        } else {
            shop.test.advance(1);
            app::cards::setup::sweep(&shop.test.app, &shop.scope, 0)
                .await
                .unwrap();
            shop.test.run_jobs().await;
        }
        let count = sql!("select count(*) from saved_cards where state = 'kept'");
        assert_eq!(shop.count(count).await, round);
    }
    // One that nobody goes on with is closed at Stripe after a day.
    zoe.post_text(&intent, &press(0, true, false))
        .await
        .expect(200);
    shop.test.advance(24 * 3600);
    app::cards::setup::sweep(&shop.test.app, &shop.scope, 0)
        .await
        .unwrap();
    assert_eq!(
        shop.count(sql!("select count(*) from setups where state = 'open'"))
            .await,
        0
    );
    let asked = sql!("select count(*) from consents where state = 'asked'");
    assert_eq!(shop.count(asked).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn autopay_needs_the_box_ticked_beside_the_words_and_ends_by_one_press() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    pays(&shop, &invoice.path, GOOD, true, false).await;
    shop.test.run_jobs().await;
    let (id, _) = kept(&shop).await.unwrap();
    let mut zoe = visitor(&shop).await;
    let path = format!("/area/cards/{id}/autopay");
    let page = zoe.get(&path).await.expect(200);
    let words = crate::pay::shop::value(&page.body, "words").replace("&#39;", "'");
    page.hides("checked")
        .shows("at least 2 days before each charge");
    zoe.post(&path, &[("words", words.as_str())])
        .await
        .expect(422)
        .shows("Tick the box to agree.");
    // Other words than those of the page were agreed to by nobody.
    zoe.post(&path, &[("agree", "on"), ("words", "whatever")])
        .await
        .expect(422);
    zoe.post(&path, &[("agree", "on"), ("words", words.as_str())])
        .await
        .expect(200)
        .shows("Invoices are now paid automatically");
    let given = sql!(
        "select count(*) from consents where purpose = 'autopay' and state = 'given' and given_by = 'zoe@example.org' and given_via = 'customer_area' and language = 'en'"
    );
    assert_eq!(shop.count(given).await, 1);
    let customer = shop.customer_of(&invoice.id).await;
    let seen = shop
        .owner
        .get(&format!("/customers/{customer}/cards"))
        .await;
    seen.expect(200)
        .shows("On due dates, since")
        .shows("in the Customer Area, as zoe@example.org");
    // The owner's browser is no visitor of the area: a seller has no way to agree for anybody.
    let forged = [("agree", "on"), ("words", words.as_str())];
    assert_eq!(shop.owner.post(&path, &forged).await.path, "/area");
    zoe.post(&format!("{path}/stop"), &[])
        .await
        .expect(200)
        .shows("Automatic payment has been stopped.");
    assert_eq!(shop.count(given).await, 0);
    assert!(kept(&shop).await.is_some(), "the card stays");
    zoe.get("/area/cards?lang=fr")
        .await
        .expect(200)
        .shows("Payer automatiquement");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_a_bank_replaces_or_the_dashboard_takes_off_is_as_stripe_says() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    pays(&shop, &invoice.path, GOOD, true, true).await;
    shop.test.run_jobs().await;
    let (_, method) = kept(&shop).await.unwrap();
    let control = shop.stripe.control();
    control.renew_card(&method, "0341", 3, 2031).unwrap();
    ask_stripe(&shop).await;
    let customer = shop.customer_of(&invoice.id).await;
    let cards = format!("/customers/{customer}/cards");
    let seen = shop.owner.get(&cards).await.expect(200);
    seen.shows("Visa •••• 0341").shows("03/2031").hides("4242");
    at_stripe(
        &shop,
        "POST",
        &format!("/v1/payment_methods/{method}/detach"),
    )
    .await;
    ask_stripe(&shop).await;
    assert_eq!(kept(&shop).await, None);
    let seen = shop.owner.get(&cards).await.expect(200);
    seen.shows("No card is kept.")
        .shows("Stripe: the card is gone there");
    let held = sql!("select count(*) from consents where state = 'given'");
    assert_eq!(shop.count(held).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_makes_no_second_customer_at_stripe_and_keeps_the_card_all_the_same() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let intent = format!("{}/intent", invoice.path);
    let body = press(114_975, true, false);
    for trouble in [
        Trouble::TimeOutAfter { hold_ms: 0 },
        Trouble::TimeOutBefore { hold_ms: 0 },
    ] {
        let fault = Fault::new(trouble).on("POST", "/v1/customers");
        // The client asks again by itself a few times.
        shop.stripe.control().fault(Fault { times: 9, ..fault });
        shop.payer().post_text(&intent, &body).await.expect(502);
        shop.stripe.control().speak();
    }
    let paid = pays(&shop, &invoice.path, GOOD, true, false).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    shop.test.run_jobs().await;
    assert!(kept(&shop).await.is_some());
    let made: Vec<Value> = shop
        .stripe
        .control()
        .recorded()
        .into_iter()
        .filter(|call| call["path"] == "/v1/customers")
        .collect();
    let keys: std::collections::BTreeSet<String> = made
        .iter()
        .map(|call| call["idempotency_key"].to_string())
        .collect();
    assert!(made.len() > 1 && keys.len() == 1, "{made:?}");
    let customers = at_stripe(&shop, "GET", "/v1/customers").await;
    assert_eq!(customers["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_card_is_taken_off_at_stripe_even_when_stripe_was_away() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    pays(&shop, &invoice.path, GOOD, true, false).await;
    shop.test.run_jobs().await;
    let (id, method) = kept(&shop).await.unwrap();
    let mut zoe = visitor(&shop).await;
    let fault = Fault::new(Trouble::ErrorBefore { status: 503 });
    let fault = fault.on("POST", "/v1/payment_methods/*/detach");
    shop.stripe.control().fault(Fault { times: 99, ..fault });
    zoe.post(&format!("/area/cards/{id}/remove"), &[])
        .await
        .expect(200);
    shop.test.run_jobs().await;
    assert_ne!(owner_at_stripe(&shop, &method).await, Value::Null);
    assert_eq!(kept(&shop).await, None, "of no use here from the press on");
    shop.stripe.control().speak();
    shop.test.advance(2 * 3600);
    shop.test.run_jobs().await;
    assert_eq!(owner_at_stripe(&shop, &method).await, json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_removes_a_card_its_owner_is_told_and_it_is_charged_no_more() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    pays(&shop, &invoice.path, GOOD, true, true).await;
    shop.test.run_jobs().await;
    let (card, method) = kept(&shop).await.unwrap();
    let customer = shop.customer_of(&invoice.id).await;
    let cards = format!("/customers/{customer}/cards");
    let door = format!("{cards}/{card}/remove");
    shop.owner.get(&cards).await.expect(200).shows(&door);
    let page = shop.owner.get(&door).await.expect(200);
    page.shows("Remove Visa •••• 4242?")
        .shows("zoe@example.org")
        .shows("by itself on their due dates");
    assert!(kept(&shop).await.is_some(), "looking removes nothing");
    let page = shop.owner.post(&door, &[]).await.expect(200);
    page.shows("Visa •••• 4242 has been removed.")
        .shows("Ended on")
        .shows("by you");
    for _ in 0..2 {
        shop.owner.post(&door, &[]).await.expect(200);
        shop.test.run_jobs().await;
    }
    assert!(kept(&shop).await.is_none());
    assert!(
        owner_at_stripe(&shop, &method).await.is_null(),
        "off at Stripe"
    );
    let states: Vec<String> = consents(&shop).await.into_iter().map(|c| c.1).collect();
    assert_eq!(states, ["withdrawn", "withdrawn"]);
    let audited = sql!("select count(*) from audit_entries where act = 'card.removed'");
    assert_eq!(shop.count(audited).await, 1);
    let told = sql!(
        "select count(*) from mails where kind = 'removed_card' and to_address = 'zoe@example.org' and subject like '%Visa%4242 is no longer kept%'"
    );
    assert_eq!(shop.count(told).await, 1);
    // Nobody's card is removed under another customer's address.
    let first = shop.invoice().await;
    pays(&shop, &first.path, GOOD, true, false).await;
    shop.test.run_jobs().await;
    let (again, _) = kept(&shop).await.unwrap();
    let wrong = format!("/customers/{}/cards/{again}/remove", first.id);
    shop.owner.post(&wrong, &[]).await;
    assert!(kept(&shop).await.is_some());
}
