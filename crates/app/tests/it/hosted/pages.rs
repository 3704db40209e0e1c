//! What a payer and a seller see where customers pay on the page that Stripe hosts.

use kit::sql;

use super::{DECLINED, VISA};
use crate::customer_area::mailed_links;
use crate::kit::Answer;
use crate::pay::shop::Shop;

async fn hosted_shop() -> Shop {
    let mut shop = Shop::active().await;
    shop.choose("page").await;
    shop
}

/// Where the button led, and the session behind it.
fn led_to(shop: &Shop, answer: Answer) -> String {
    let answer = answer.expect(303);
    let to = answer.headers["location"].to_str().unwrap().to_owned();
    let page = format!("{}/rehearsal/checkout#", shop.stripe.base_url());
    let session = to.strip_prefix(&page);
    session.unwrap_or_else(|| panic!("led to {to}")).to_owned()
}

/// Nothing of the provider's may be loaded: no script, no frame, no picture, no question to it.
fn loads_nothing_of_stripe(shop: &Shop, answer: &Answer) {
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    let stripe = shop.stripe.base_url();
    for rule in policy.split("; ") {
        let may_lead_there = rule.starts_with("form-action");
        assert!(may_lead_there || !rule.contains(&stripe), "{rule}");
    }
    assert!(!policy.contains("frame-src"), "{policy}");
    answer.hides(&format!("src=\"{stripe}"));
    answer
        .hides("js.stripe.com")
        .hides("pay.js")
        .hides("/assets/pay.");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_18_no_page_of_ours_loads_anything_of_stripe_s_and_one_press_leads_to_its_page() {
    let shop = hosted_shop().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let page = payer.get(&invoice.path).await.expect(200);
    page.shows("Pay $1,149.75")
        .shows("You pay on a page of Stripe");
    loads_nothing_of_stripe(&shop, &page);
    let french = payer.get(&format!("{}?lang=fr", invoice.path)).await;
    french.shows("Vous payez sur une page de Stripe");
    payer.get(&format!("{}?lang=en", invoice.path)).await;
    let second = payer
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200);
    second.shows("Pay $1,149.75");
    loads_nothing_of_stripe(&shop, &second);
    let session = led_to(
        &shop,
        shop.press(&mut payer, &invoice.path, 114_975, false).await,
    );
    shop.stripe.control().pay_checkout(&session, VISA).unwrap();
    for _ in 0..3 {
        let receipt = payer.get(&format!("{}/return", invoice.path)).await;
        assert_eq!(receipt.path, format!("{}/receipt", invoice.path));
        receipt.shows("$1,149.75").shows("Visa card ending 4242");
        loads_nothing_of_stripe(&shop, &receipt);
    }
    let pressed = shop.press(&mut payer, &invoice.path, 114_975, false).await;
    let again = pressed.expect(303);
    assert_eq!(
        again.headers["location"],
        invoice.path.as_str(),
        "paid: nothing to pay"
    );
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_stripe_s_page_comes_back_to_a_page_that_tells_the_truth() {
    let shop = hosted_shop().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let session = led_to(
        &shop,
        shop.press(&mut payer, &invoice.path, 114_975, false).await,
    );
    let left = payer
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(200);
    left.shows("The payment was not completed. No money was taken.")
        .shows("Pay $1,149.75")
        .shows("Other ways to pay");
    shop.stripe
        .control()
        .pay_checkout(&session, DECLINED)
        .unwrap();
    let declined = payer.get(&format!("{}/return", invoice.path)).await;
    declined
        .expect(200)
        .shows("does not have enough funds")
        .shows("No money was taken.");
    let french = payer
        .get(&format!("{}/return?lang=fr", invoice.path))
        .await
        .expect(200);
    french.shows("Aucun montant n’a été prélevé.");
    let silence = fake_stripe::Trouble::TimeOutBefore { hold_ms: 0 };
    let asked = fake_stripe::Fault::new(silence)
        .on("GET", "/v1/checkout/sessions/*")
        .times(1000);
    shop.stripe.control().fault(asked);
    let unknown = payer
        .get(&format!("{}/return?lang=en", invoice.path))
        .await
        .expect(503);
    unknown
        .shows("We do not know yet")
        .shows("Do not pay again yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_05_another_amount_than_the_one_due_is_shown_first_and_nobody_is_sent_to_pay_it() {
    let shop = hosted_shop().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    for wrong in [1, 114_974, 0, -5] {
        let refused = shop.press(&mut payer, &invoice.path, wrong, false).await;
        refused
            .expect(409)
            .shows("It is now $1,149.75")
            .shows("Nothing has been charged.")
            .shows("value=\"114975\"");
    }
    // A part that the seller does not allow is no part.
    let part = shop.press(&mut payer, &invoice.path, 10_000, true).await;
    part.expect(409).shows("value=\"114975\"");
    let odd = payer
        .post_once(
            &format!("{}/checkout", invoice.path),
            &[("amount_minor", "x")],
        )
        .await;
    odd.expect(422);
    let unknown = payer.post_once("/i/nothing/checkout", &[]).await;
    unknown.expect(404);
    let asked = shop.count(sql!("select count(*) from payment_attempts"));
    assert_eq!(asked.await, 0);
    // A card form that is still open from before is led to the page that is right now.
    let stale = shop.intent(&invoice.path, 114_975).await.expect(409);
    stale.shows(&format!("{}/pay", invoice.path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_chosen_and_goes_on_with_that_part_after_a_decline() {
    let mut shop = hosted_shop().await;
    let form = [("part_payments", "on"), ("smallest_part", "")];
    shop.owner
        .post("/settings/payments", &form)
        .await
        .expect(200);
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    payer.get(&invoice.path).await.shows("Pay a part of it");
    let page = payer
        .post(&format!("{}/part", invoice.path), &[("amount", "400")])
        .await
        .expect(200);
    page.shows("Pay $400.00")
        .shows("A part of the $1,149.75 due");
    loads_nothing_of_stripe(&shop, &page);
    let session = led_to(
        &shop,
        shop.press(&mut payer, &invoice.path, 40_000, true).await,
    );
    shop.stripe
        .control()
        .pay_checkout(&session, DECLINED)
        .unwrap();
    let declined = payer.get(&format!("{}/return", invoice.path)).await;
    declined.expect(200).shows("Pay $400.00");
    shop.stripe.control().pay_checkout(&session, VISA).unwrap();
    let receipt = payer.get(&format!("{}/return", invoice.path)).await;
    receipt.shows("$400.00").shows("$749.75 is still owed");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_20_the_button_cannot_be_used_to_ask_stripe_without_end() {
    let shop = hosted_shop().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let mut refused = false;
    for _ in 0..40 {
        let answer = shop.press(&mut payer, &invoice.path, 114_975, false).await;
        if answer.status == 429 {
            refused = true;
            break;
        }
        answer.expect(303);
    }
    assert!(refused, "forty presses in one second are too many");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_stripe_is_silent_the_payer_reads_that_nothing_was_charged_and_may_press_again() {
    let shop = hosted_shop().await;
    let invoice = shop.invoice().await;
    let silence = fake_stripe::Trouble::TimeOutBefore { hold_ms: 0 };
    let asked = fake_stripe::Fault::new(silence)
        .on("POST", "/v1/checkout/sessions")
        .times(1000);
    shop.stripe.control().fault(asked);
    let mut payer = shop.payer();
    let said = shop.press(&mut payer, &invoice.path, 114_975, false).await;
    said.expect(502)
        .shows("You have not been charged.")
        .shows("Pay $1,149.75")
        .shows("Other ways to pay");
    shop.stripe.control().speak();
    led_to(
        &shop,
        shop.press(&mut payer, &invoice.path, 114_975, false).await,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_form_is_chosen_its_page_offers_stripe_s_page_to_whom_it_does_not_load_for() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let page = payer
        .get(&format!("{}/pay", invoice.path))
        .await
        .expect(200);
    page.shows("id=\"pay-there\" hidden")
        .shows("Pay on Stripe’s page")
        .shows("Pay on Stripe’s own page below");
    let without_scripts = page.body.split("<noscript>").skip(1);
    assert!(
        without_scripts.into_iter().any(|part| {
            let part = part.split("</noscript>").next().unwrap_or_default();
            part.contains(&format!("action=\"{}/checkout\"", invoice.path))
        }),
        "also without scripts"
    );
    let session = led_to(
        &shop,
        shop.press(&mut payer, &invoice.path, 114_975, false).await,
    );
    shop.stripe.control().pay_checkout(&session, VISA).unwrap();
    let receipt = payer.get(&format!("{}/return", invoice.path)).await;
    receipt.shows("Visa card ending 4242");
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_19_several_invoices_of_the_customer_area_are_paid_on_one_page_of_stripe_s() {
    let shop = hosted_shop().await;
    let first = shop.invoice().await;
    let owes = shop.customer_of(&first.id).await;
    let second = shop.invoice_of(&owes).await;
    let mut customer = shop.payer();
    let asked = [("email", "zoe@example.org")];
    customer.post("/area", &asked).await.expect(200);
    shop.test.run_jobs().await;
    let links = mailed_links(&shop).await;
    customer.post(&links[0], &[]).await.expect(200);
    let chosen = [
        ("invoice", first.id.as_str()),
        ("invoice", second.id.as_str()),
    ];
    let page = customer.post("/area/pay", &chosen).await.expect(200);
    page.shows("Pay $2,299.50")
        .shows(&first.number)
        .shows(&second.number);
    loads_nothing_of_stripe(&shop, &page);
    let base = page.path.trim_end_matches("/pay").to_owned();
    let wrong = shop.press(&mut customer, &base, 1, false).await.expect(409);
    wrong.shows("It is now $2,299.50");
    let stranger = shop.press(&mut shop.payer(), &base, 229_950, false).await;
    assert_eq!(stranger.expect(303).headers["location"], "/area");
    let session = led_to(
        &shop,
        shop.press(&mut customer, &base, 229_950, false).await,
    );
    let left = customer.get(&format!("{base}/return")).await.expect(200);
    left.shows("The payment was not completed.");
    shop.stripe.control().pay_checkout(&session, VISA).unwrap();
    let receipt = customer.get(&format!("{base}/return")).await.expect(200);
    assert!(
        receipt.path.starts_with("/area/receipts/"),
        "{}",
        receipt.path
    );
    for invoice in [&first, &second] {
        assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    }
    assert_eq!(shop.stripe.control().charges().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_say_what_each_way_means_for_the_pci_questionnaire_and_the_scripts_page_follows()
 {
    let mut shop = Shop::active().await;
    let path = "/settings/billing/online-payment/live";
    let form = shop.owner.get(path).await.expect(200);
    form.shows("On your payment page")
        .shows("On a page that Stripe hosts")
        .shows("SAQ A")
        .shows("6.4.3 and 11.6.1");
    let scripts = shop.owner.get("/settings/billing/scripts").await;
    scripts.hides("Your customers pay on a page that Stripe hosts");
    shop.choose("page").await;
    let scripts = shop.owner.get("/settings/billing/scripts").await;
    scripts.shows("Your customers pay on a page that Stripe hosts");
    let report = shop.owner.get("/settings/billing").await.expect(200);
    report.shows("Page that Stripe hosts");
    let audited = sql!("select count(*) from audit_entries where detail like '% page'");
    assert_eq!(
        shop.count(audited).await,
        1,
        "who chose it is on the record"
    );
    let french = shop.owner.get(&format!("{path}?lang=fr")).await;
    french.shows("Sur une page hébergée par Stripe");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_an_invoice_names_the_session() {
    let mut shop = hosted_shop().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let session = led_to(
        &shop,
        shop.press(&mut payer, &invoice.path, 114_975, false).await,
    );
    shop.test.run_jobs().await;
    let record = shop
        .owner
        .get(&format!("/invoices/{}/record", invoice.id))
        .await
        .expect(200);
    record.shows(&session);
}
