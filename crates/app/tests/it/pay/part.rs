//! A part of what is due, chosen by the payer where the seller allows it.

use kit::sql;

use super::shop::{GOOD, Shop};

async fn allow(shop: &mut Shop, smallest: &str) {
    let form = [("part_payments", "on"), ("smallest_part", smallest)];
    let saved = shop.owner.post("/settings/payments", &form).await;
    saved.expect(200).shows("Your changes are saved.");
}

/// What the page script sends for a chosen part.
async fn intent_of_part(shop: &Shop, path: &str, minor: i64) -> crate::kit::Answer {
    let body = format!("{{\"amount_minor\":{minor},\"currency\":\"CAD\",\"part\":true}}");
    let mut payer = shop.payer();
    payer.post_text(&format!("{path}/intent"), &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_offered_only_where_the_seller_allows_it() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    payer.get(&invoice.path).await.hides("Pay a part of it");
    let turned_away = payer.get(&format!("{}/part", invoice.path)).await;
    assert_eq!(turned_away.path, invoice.path);
    // A page made by hand cannot ask for one either.
    intent_of_part(&shop, &invoice.path, 100_00)
        .await
        .expect(409)
        .shows("114975");
    allow(&mut shop, "20").await;
    payer.get(&invoice.path).await.shows("Pay a part of it");
    let page = payer
        .get(&format!("{}/part", invoice.path))
        .await
        .expect(200);
    page.shows("From $20.00 to $1,149.25");
    let french = payer
        .get(&format!("{}/part?lang=fr", invoice.path))
        .await
        .expect(200);
    french.shows("Montant à payer maintenant");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_05_a_part_is_weighed_by_the_server_and_what_was_typed_comes_back() {
    let mut shop = Shop::active().await;
    allow(&mut shop, "20").await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let path = format!("{}/part", invoice.path);
    for (typed, said) in [
        ("19.99", "A part must be $20.00 or more."),
        ("1149.50", "Pay $1,149.25 or less, or the whole."),
        ("1150", "$1,149.75 is due, no more."),
        ("a lot", "a lot"),
    ] {
        let page = payer.post(&path, &[("amount", typed)]).await.expect(422);
        page.shows(said).shows(&format!("value=\"{typed}\""));
    }
    let page = payer.post(&path, &[("amount", "400")]).await.expect(200);
    assert!(page.path.starts_with(&format!("{}/pay?", invoice.path)));
    page.shows("Pay $400.00")
        .shows("A part of the $1,149.75 due")
        .shows("data-amount=\"40000\"")
        .shows("data-part=\"yes\"");
    let made_up = payer.get(&format!("{}/pay?part=5", invoice.path)).await;
    assert_eq!(made_up.path, path, "chosen again");
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_17_a_part_is_charged_to_the_cent_and_the_rest_stays_due() {
    let mut shop = Shop::active().await;
    allow(&mut shop, "").await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    let paid = shop.pays_with(&invoice.path, 400_00, true, GOOD).await;
    assert_eq!(paid["status"], "succeeded");
    let receipt = payer
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(200);
    assert_eq!(receipt.path, format!("{}/receipt", invoice.path));
    receipt
        .shows("Payment received")
        .shows("$400.00")
        .shows("$749.75 is still owed");
    let page = payer.get(&invoice.path).await.expect(200);
    page.shows("Pay $749.75").shows("$400.00");
    let charges = shop.stripe.control().charges();
    assert_eq!((charges.len(), &charges[0]["amount"]), (1, &400_00.into()));
    let paid = shop.pays_with(&invoice.path, 749_75, false, GOOD).await;
    assert_eq!(paid["status"], "succeeded");
    payer
        .get(&format!("{}/return", invoice.path))
        .await
        .shows("Paid");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_part_goes_on_with_that_part() {
    let mut shop = Shop::active().await;
    allow(&mut shop, "").await;
    let invoice = shop.invoice().await;
    let declined = shop
        .pays_with(&invoice.path, 400_00, true, "4000000000009995")
        .await;
    assert_ne!(declined["status"], "succeeded");
    let page = shop
        .payer()
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(200);
    assert!(page.path.starts_with(&format!("{}/pay?", invoice.path)));
    page.shows("Pay $400.00").shows("data-part=\"yes\"");
}
