//! Credit notes over parts of lines.

use super::{balance, credit, notes, taxes};
use crate::kit::PASSWORD;
use crate::pay::shop::{Shop, value};

#[tokio::test(flavor = "multi_thread")]
async fn p03_parts_of_a_line_carry_their_taxes_and_all_of_them_are_the_invoice_to_the_cent() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let path = format!("/invoices/{}/credit-note", invoice.id);
    shop.owner
        .get(&path)
        .await
        .expect(200)
        .shows("Line 1: Brand design")
        .shows("value=\"1000.00\"");
    shop.owner
        .get(&format!("{path}/check?line-0=200&reason=Less"))
        .await
        .expect(200)
        .shows("$229.95")
        .shows("$10.00")
        .shows("$19.95")
        .shows("$200.00");
    credit(&mut shop, &invoice, &["200"], "")
        .await
        .expect(200)
        .shows("$229.95 less is owed");
    assert_eq!(shop.standing(&invoice.id).await.1, 229_95);
    assert_eq!(balance(&shop, "receivable").await, 919_80);
    assert_eq!(taxes(&shop).await, -(149_75 - 29_95));
    // Odd parts round; the last takes what rounding left.
    for part in ["33.33", "33.33", "0.01", "133.37"] {
        credit(&mut shop, &invoice, &[part], "").await.expect(200);
    }
    credit(&mut shop, &invoice, &["600"], "")
        .await
        .expect(422)
        .shows("at most $599.96");
    credit(&mut shop, &invoice, &["599.96"], "")
        .await
        .expect(200);
    let all = notes(&shop).await;
    assert_eq!(all.len(), 6);
    assert_eq!(all.iter().map(|(_, total, _)| total).sum::<i64>(), 1149_75);
    assert_eq!(all.iter().map(|(_, _, tax)| tax).sum::<i64>(), 149_75);
    assert_eq!(all[5].0, "CN-2026-0006");
    assert_eq!(taxes(&shop).await, 0);
    assert_eq!(balance(&shop, "receivable").await, 0);
    assert_eq!(balance(&shop, "income").await, 0);
    shop.owner
        .get(&path)
        .await
        .expect(409)
        .shows("Nothing of this invoice is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_wrong_is_said_at_its_line_and_nothing_is_lost() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let path = format!("/invoices/{}/credit-note/check", invoice.id);
    for (query, said) in [
        ("line-0=1000.01&reason=x", "at most $1,000.00"),
        ("line-0=abc&reason=x", "Line 1:"),
        ("line-0=0&reason=x", "Nothing is taken back."),
        ("line-0=5&reason=", "Enter a reason."),
        ("line-0=-5&reason=x", "Line 1:"),
    ] {
        let page = shop.owner.get(&format!("{path}?{query}")).await.expect(422);
        let typed = query.split(['=', '&']).nth(1).unwrap();
        page.shows(said).shows(&format!("value=\"{typed}\""));
    }
    assert_eq!(notes(&shop).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_parts_in_a_race_never_take_back_more_than_the_invoice_in_any_tax() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let path = format!("/invoices/{}/credit-note", invoice.id);
    let mut racing = Vec::new();
    for _ in 0..3 {
        let check = format!("{path}/check?line-0=600&reason=Race");
        let page = shop.owner.get(&check).await.expect(200);
        let (once, seen) = (value(&page.body, "once"), value(&page.body, "seen"));
        let (mut browser, path) = (shop.owner.clone(), path.clone());
        racing.push(tokio::spawn(async move {
            let form = [
                ("once", once.as_str()),
                ("seen", seen.as_str()),
                ("line-0", "600"),
                ("reason", "Race"),
                ("password", PASSWORD),
            ];
            browser.post(&path, &form).await.status.as_u16()
        }));
    }
    let mut ends = Vec::new();
    for one in racing {
        ends.push(one.await.unwrap());
    }
    ends.sort_unstable();
    assert_eq!(ends, [200, 422, 422]);
    assert_eq!(notes(&shop).await, [("CN-2026-0001".into(), 689_85, 89_85)]);
    assert_eq!(balance(&shop, "receivable").await, 459_90);
}
