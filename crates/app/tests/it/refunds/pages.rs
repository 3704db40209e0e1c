//! What the seller sees and types on the way to a refund; nothing of it reaches Stripe before the password.

use kit::sql;

use super::books::paid;
use crate::pay::shop::Shop;

async fn path(shop: &Shop) -> String {
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select id from payments"), kit::args![], |r| r.text(0))
    };
    let id: String = shop
        .test
        .app
        .db()
        .read::<_, kit::db::Error, _>(read)
        .await
        .unwrap();
    format!("/payments/{id}/refund")
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_12_an_amount_above_what_is_left_is_refused_with_the_exact_rest_and_comes_back_as_typed()
 {
    let (mut shop, _, _) = paid().await;
    let path = path(&shop).await;
    shop.owner
        .get(&path)
        .await
        .expect(200)
        .shows("value=\"1,149.75\"")
        .shows("Visa •••• 4242");
    for (typed, sentence) in [
        ("1149.76", "Refund must be $1,149.75 or less"),
        ("0", "Enter an amount above zero"),
        ("", "Enter the amount to give back"),
        ("1,149", "This could mean 1149 or 1.1490"),
        ("€5", "another currency"),
    ] {
        let query = format!("{path}/check?amount={}", typed.replace('€', "%E2%82%AC"));
        let page = shop.owner.get(&query).await.expect(422);
        page.shows(sentence);
        page.shows(&format!("value=\"{typed}\""));
    }
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_page_says_what_opens_what_is_kept_and_asks_the_password_again() {
    let (mut shop, invoice, _) = paid().await;
    let path = path(&shop).await;
    let check = format!("{path}/check?amount=229.95&reason=duplicate&note=Twice");
    shop.owner
        .get(&check)
        .await
        .expect(200)
        .shows("Refund $229.95")
        .shows(&format!(
            "$229.95 of invoice {} is owed again",
            invoice.number
        ))
        .shows("is not returned")
        .shows("Paid twice")
        .shows("$919.80")
        .shows("name=\"password\"");
    let form = [
        ("once", "0192f0a1-7b3c-7def-8123-456789abcdef"),
        ("amount", "229.95"),
        ("reason", "duplicate"),
        ("note", "Twice"),
        ("password", "wrong"),
    ];
    shop.owner
        .post(&path, &form)
        .await
        .expect(422)
        .shows("Nothing was refunded")
        .shows("229.95");
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 0);
}
