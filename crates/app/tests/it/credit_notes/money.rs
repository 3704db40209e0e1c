//! Money that a credit note frees: back to the payer, or kept as credit; and claims that are given up.

use kit::sql;

use super::{balance, credit, door, notes, press, taxes};
use crate::kit::PASSWORD;
use crate::pay::shop::{GOOD, Shop, value};
use crate::refunds::paid;

#[tokio::test(flavor = "multi_thread")]
async fn p03_p04_delete_of_a_paid_invoice_asks_for_the_money_and_a_refund_is_linked_to_the_note() {
    let (mut shop, invoice, _) = paid().await;
    let page = shop.owner.get(&door(&invoice)).await.expect(200);
    page.shows("What becomes of the money?")
        .shows("Give back $1,149.75")
        .shows("Keep $1,149.75 as credit");
    press(&mut shop, &invoice, &[])
        .await
        .expect(422)
        .shows("Choose what becomes of the money.");
    let fee = balance(&shop, "stripe_fees").await;
    let at_stripe = balance(&shop, "stripe_balance").await;
    let done = press(&mut shop, &invoice, &[("money", "refund")])
        .await
        .expect(200);
    done.shows("had been paid and became credit")
        .shows("See refund");
    shop.test.run_jobs().await;
    let linked = sql!(
        "select count(*) from refunds r join credit_notes n on n.id = r.credit_note_id where r.amount_minor = 114975 and r.state = 'succeeded'"
    );
    assert_eq!(shop.count(linked).await, 1);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    assert_eq!(balance(&shop, "receivable").await, 0);
    assert_eq!(balance(&shop, "income").await, 0);
    assert_eq!(taxes(&shop).await, 0);
    assert_eq!(balance(&shop, "stripe_fees").await, fee, "the fee stays");
    assert_eq!(balance(&shop, "stripe_balance").await, at_stripe - 1149_75);
    assert_eq!(balance(&shop, "stripe_clearing").await, 0);
    // Nothing is owed again: the refund took the credit that the note had freed.
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    shop.payer()
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Credit note CN-2026-0001")
        .hides("Pay $");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_can_stay_as_credit_and_pays_another_invoice() {
    let (mut shop, invoice, _) = paid().await;
    credit(&mut shop, &invoice, &["200"], "credit")
        .await
        .expect(200)
        .shows("$229.95 had been paid");
    assert_eq!(balance(&shop, "customer_credit").await, -229_95);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    let paid_at = sql!("select count(*) from invoices where paid_at is not null");
    assert_eq!(shop.count(paid_at).await, 1, "it was paid, and stays so");
    let who = shop.customer_of(&invoice.id).await;
    shop.owner
        .get(&format!("/customers/{who}/credit"))
        .await
        .expect(200)
        .shows("From credit note CN-2026-0001");
    let next = shop.invoice_of(&who).await;
    let path = format!("/invoices/{}/credit", next.id);
    let page = shop.owner.get(&path).await.expect(200);
    let once = value(&page.body, "once");
    let form = [("once", once.as_str()), ("amount", "229.95")];
    shop.owner.post(&path, &form).await.expect(200);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    assert_eq!(shop.standing(&next.id).await.1, 229_95);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_paid_in_part_closes_what_is_due_and_frees_the_rest() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    record(&mut shop, &invoice.id, "1000.00").await;
    // 149.75 is due; 229.95 is taken back.
    credit(&mut shop, &invoice, &["200"], "credit")
        .await
        .expect(200)
        .shows("$149.75 less is owed")
        .shows("$80.20 had been paid");
    assert_eq!(balance(&shop, "receivable").await, 0);
    assert_eq!(balance(&shop, "customer_credit").await, -80_20);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
}

/// A cheque.
async fn record(shop: &mut Shop, id: &str, amount: &str) {
    let path = format!("/invoices/{id}/payments/new");
    let page = shop.owner.get(&path).await.expect(200);
    let once = value(&page.body, "once");
    let form = [
        ("once", once.as_str()),
        ("amount", amount),
        ("received_on", "2026-11-20"),
        ("method", "cheque"),
        ("reference", "No. 118"),
    ];
    shop.owner.post(&path, &form).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cheque_that_bounces_after_the_credit_note_takes_the_credit_and_opens_nothing() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    record(&mut shop, &invoice.id, "1149.75").await;
    let page = shop.owner.get(&door(&invoice)).await.expect(200);
    page.hides("Give back").shows("Keep $1,149.75 as credit");
    press(&mut shop, &invoice, &[("money", "credit")])
        .await
        .expect(200);
    assert_eq!(balance(&shop, "customer_credit").await, -1149_75);
    let id = {
        let read = |tx: &mut kit::db::Tx<'_>| {
            tx.get(sql!("select id from payments"), kit::args![], |r| r.text(0))
        };
        let db = shop.test.app.db();
        db.read::<_, kit::db::Error, _>(read).await.unwrap()
    };
    let path = format!("/payments/{id}/reverse");
    shop.owner
        .get(&path)
        .await
        .expect(200)
        .hides("2026-0001")
        .shows("$1,149.75");
    let form = [("reason", "Returned by the bank"), ("password", PASSWORD)];
    shop.owner.post(&path, &form).await.expect(200);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    assert_eq!(balance(&shop, "receivable").await, 0);
    assert_eq!(balance(&shop, "bank").await, 0);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_claim_is_given_up_with_its_tax_and_comes_back_when_it_is_paid_after_all() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    record(&mut shop, &invoice.id, "574.87").await;
    let path = format!("/invoices/{}/write-off", invoice.id);
    let page = shop.owner.get(&path).await.expect(200);
    page.shows("$574.88").shows("$74.88 of tax");
    let (once, seen) = (value(&page.body, "once"), value(&page.body, "seen"));
    let mut form = vec![
        ("once", once.as_str()),
        ("seen", seen.as_str()),
        ("reason", "Bankrupt"),
        ("relief", "on"),
        ("password", "guessed"),
    ];
    shop.owner
        .post(&path, &form)
        .await
        .expect(422)
        .shows("not your password");
    form[4].1 = PASSWORD;
    for _ in 0..2 {
        shop.owner.post(&path, &form).await.expect(200);
    }
    assert_eq!(shop.standing(&invoice.id).await.0, "uncollectible");
    assert_eq!(balance(&shop, "bad_debt").await, 500_00);
    assert_eq!(taxes(&shop).await, -(149_75 - 74_88));
    assert_eq!(balance(&shop, "receivable").await, 0);
    shop.owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200)
        .shows("Written off")
        .shows("Bankrupt");
    // It may still be paid.
    let paid = shop.pays_with(&invoice.path, 574_88, false, GOOD).await;
    assert_eq!(paid["status"], "succeeded");
    app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
        .await
        .unwrap();
    shop.test.run_jobs().await;
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, "bad_debt").await, 0);
    assert_eq!(taxes(&shop).await, -149_75);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_note_on_what_was_given_up_takes_the_write_off_back_first() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let path = format!("/invoices/{}/write-off", invoice.id);
    let page = shop.owner.get(&path).await.expect(200);
    let (once, seen) = (value(&page.body, "once"), value(&page.body, "seen"));
    let form = [
        ("once", once.as_str()),
        ("seen", seen.as_str()),
        ("reason", "Bankrupt"),
        ("password", PASSWORD),
    ];
    shop.owner.post(&path, &form).await.expect(200);
    assert_eq!(balance(&shop, "bad_debt").await, 1149_75, "without relief");
    press(&mut shop, &invoice, &[]).await.expect(200);
    for account in ["bad_debt", "receivable", "income", "customer_credit"] {
        assert_eq!(balance(&shop, account).await, 0, "{account}");
    }
    assert_eq!(taxes(&shop).await, 0);
    assert_eq!(notes(&shop).await.len(), 1);
}
