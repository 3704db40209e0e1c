//! Paid with a kept card by one press, in the Customer Area and nowhere else.

use kit::sql;

use super::wallet::{kept, pays, visitor};
use crate::kit::Browser;
use crate::pay::shop::{GOOD, Issued, Shop};

/// A customer with a kept card, in the area, and two invoices that are due.
async fn at_home() -> (Shop, Browser, Issued, Issued) {
    let shop = Shop::active().await;
    let first = shop.invoice().await;
    pays(&shop, &first.path, GOOD, true, false).await;
    shop.test.run_jobs().await;
    let customer = shop.customer_of(&first.id).await;
    let (a, b) = (
        shop.invoice_of(&customer).await,
        shop.invoice_of(&customer).await,
    );
    let zoe = visitor(&shop).await;
    (shop, zoe, a, b)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_card_pays_by_one_press_and_two_presses_pay_once() {
    let (shop, mut zoe, a, b) = at_home().await;
    let (card, _) = kept(&shop).await.unwrap();
    let base = format!("/area/several/{}", a.id);
    zoe.get("/area")
        .await
        .expect(200)
        .shows(&format!("{base}/pay"));
    zoe.get(&format!("{base}/pay"))
        .await
        .expect(200)
        .shows("Pay $1,149.75 with Visa •••• 4242");
    let press = format!("{base}/kept");
    // Another amount than the one on the page is never charged.
    zoe.post(&press, &[("card", card.as_str()), ("amount", "1")])
        .await
        .expect(200)
        .shows("The amount due has changed");
    let form = [("card", card.as_str()), ("amount", "114975")];
    let (mut left, mut right) = (zoe.clone(), zoe.clone());
    let (one, two) = tokio::join!(left.post(&press, &form), right.post(&press, &form));
    assert!(
        [&one, &two].iter().all(|a| a.path.starts_with("/area")),
        "{} {}",
        one.path,
        two.path
    );
    zoe.get(&format!("{base}/return"))
        .await
        .expect(200)
        .shows("Visa •••• 4242");
    assert_eq!(shop.standing(&a.id).await.0, "paid");
    assert_eq!(shop.standing(&b.id).await.0, "open");
    assert_eq!(shop.stripe.control().charges().len(), 2);
    // Whoever holds the link of the other sees no card, and a stranger cannot press.
    let page = shop.payer().get(&format!("{}/pay", b.path)).await;
    page.expect(200).hides("4242");
    let other = format!("/area/several/{}/kept", b.id);
    assert_eq!(shop.payer().post(&other, &form).await.path, "/area");
    assert_eq!(shop.stripe.control().charges().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_press_says_why_and_a_bank_that_asks_leads_to_its_page() {
    let (shop, mut zoe, a, _) = at_home().await;
    let (card, method) = kept(&shop).await.unwrap();
    let control = shop.stripe.control();
    let press = format!("/area/several/{}/kept", a.id);
    let form = [("card", card.as_str()), ("amount", "114975")];
    control
        .card_says(&method, Some("insufficient_funds"))
        .unwrap();
    zoe.post(&press, &form)
        .await
        .expect(200)
        .shows("does not have enough funds");
    control
        .card_says(&method, Some("authentication_required"))
        .unwrap();
    let asked = zoe.post(&press, &form).await.expect(200);
    asked
        .shows("Your bank asks you to confirm")
        .shows("/rehearsal/challenge#");
    assert_eq!(shop.standing(&a.id).await.0, "open");
    // A card that was taken away meanwhile pays nothing.
    zoe.post(&format!("/area/cards/{card}/remove"), &[])
        .await
        .expect(200);
    zoe.post(&press, &form)
        .await
        .expect(200)
        .shows("This card can no longer be used here.");
    assert_eq!(shop.stripe.control().charges().len(), 1);
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_customers_pay_on_stripes_page_a_kept_card_still_pays_by_one_press_and_closes_the_page_that_is_open()
 {
    let (mut shop, mut zoe, a, b) = at_home().await;
    let (card, method) = kept(&shop).await.unwrap();
    shop.choose("page").await;
    shop.test.run_jobs().await;
    let base = format!("/area/several/{}.{}", a.id, b.id);
    let page = zoe.get(&format!("{base}/pay")).await.expect(200);
    page.shows("Pay $2,299.50 with Visa •••• 4242")
        .shows("Or with another card")
        .hides("stripe.js");
    // She went to Stripe's page first, and came back.
    let there = shop
        .press(&mut zoe, &base, 229_950, false)
        .await
        .expect(303);
    let session = there.headers["location"].to_str().unwrap();
    let session = session.split_once('#').unwrap().1.to_owned();
    let press = format!("{base}/kept");
    let form = [("card", card.as_str()), ("amount", "229950")];
    let control = shop.stripe.control();
    // The bank says no: nothing is charged, she reads why, and may press again.
    control
        .card_says(&method, Some("insufficient_funds"))
        .unwrap();
    zoe.post(&press, &form)
        .await
        .expect(200)
        .shows("does not have enough funds")
        .shows("Pay $2,299.50 with Visa •••• 4242");
    assert!(
        control.pay_checkout(&session, "pm_card_visa").is_err(),
        "what was open there takes no money any more"
    );
    control.card_says(&method, None).unwrap();
    let (mut left, mut right) = (zoe.clone(), zoe.clone());
    tokio::join!(left.post(&press, &form), right.post(&press, &form));
    let receipt = zoe.get(&format!("{base}/return")).await.expect(200);
    receipt.shows("Visa •••• 4242");
    for invoice in [&a, &b] {
        assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    }
    assert_eq!(control.charges().len(), 2);
    // The page of an invoice leads to Stripe as before, and shows nobody's card.
    let customer = shop.customer_of(&a.id).await;
    let c = shop.invoice_of(&customer).await;
    let page = shop
        .payer()
        .get(&format!("{}/pay", c.path))
        .await
        .expect(200);
    page.hides("4242");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_hosted_mode_a_bank_that_wants_its_customer_is_answered_on_the_banks_page() {
    let (mut shop, mut zoe, a, _) = at_home().await;
    let (card, method) = kept(&shop).await.unwrap();
    shop.choose("page").await;
    shop.test.run_jobs().await;
    let control = shop.stripe.control();
    control
        .card_says(&method, Some("authentication_required"))
        .unwrap();
    let base = format!("/area/several/{}", a.id);
    let form = [("card", card.as_str()), ("amount", "114975")];
    let asked = zoe.post(&format!("{base}/kept"), &form).await.expect(200);
    asked
        .shows("Your bank asks you to confirm")
        .shows("/rehearsal/challenge#");
    assert_eq!(shop.standing(&a.id).await.0, "open");
    // She leaves the bank's page and pays on Stripe's instead: once.
    let there = shop.press(&mut zoe, &base, 114_975, false).await;
    if there.status == http::StatusCode::SEE_OTHER {
        let session = there.headers["location"].to_str().unwrap();
        let session = session.split_once('#').unwrap().1.to_owned();
        control.pay_checkout(&session, "pm_card_visa").unwrap();
        zoe.get(&format!("{base}/return")).await.expect(200);
        assert_eq!(shop.standing(&a.id).await.0, "paid");
    }
    assert!(control.charges().len() <= 2);
}
