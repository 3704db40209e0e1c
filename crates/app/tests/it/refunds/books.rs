//! What Stripe says of a refund, heard as it would be fetched: the books, the claim, the mails.

use app::refunds::settle::{Heard, hear};
use kit::sql;
use serde_json::json;

use crate::pay::shop::{GOOD, Issued, Shop, value};

/// A shop with a paid invoice, and the charge that paid it.
pub async fn paid() -> (Shop, Issued, String) {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    assert_eq!(shop.pays(&invoice.path, GOOD).await["status"], "succeeded");
    app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
        .await
        .unwrap();
    shop.test.run_jobs().await;
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    let charge = shop.stripe.control().charges()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (shop, invoice, charge)
}

fn refund(id: &str, charge: &str, minor: i64, status: &str) -> stripe::Refund {
    let moved = status != "requires_action";
    let back = matches!(status, "failed");
    serde_json::from_value(json!({
        "id": id, "object": "refund", "amount": minor, "currency": "cad", "status": status, "charge": charge,
        "created": 1_795_000_000, "reason": "requested_by_customer", "metadata": {},
        "balance_transaction": moved.then(|| format!("txn_{id}")),
        "failure_balance_transaction": back.then(|| format!("txn_back_{id}")),
        "failure_reason": back.then_some("expired_or_canceled_card"),
    }))
    .unwrap()
}

async fn heard(shop: &Shop, refund: &stripe::Refund) -> Heard {
    let heard = hear(&shop.test.app, &shop.scope, refund).await.unwrap();
    shop.test.run_jobs().await;
    heard
}

/// The sum of an account, debits positive.
pub async fn balance(shop: &Shop, account: &billing::ledger::Account) -> i64 {
    let (scope, account) = (shop.scope.clone(), account.clone());
    shop.test
        .app
        .db()
        .read(move |tx| app::ledger::balance(tx, &scope, &account, "CAD"))
        .await
        .unwrap()
}

use billing::ledger::Account::{CustomerCredit, Receivable, StripeFees};

#[tokio::test(flavor = "multi_thread")]
async fn p04_a_refund_made_at_stripe_opens_the_claim_the_payer_is_told_and_the_fee_stays() {
    let (shop, invoice, charge) = paid().await;
    let fee = balance(&shop, &StripeFees).await;
    assert!(fee > 0);
    let told = refund("re_1", &charge, 229_95, "succeeded");
    assert!(matches!(heard(&shop, &told).await, Heard::Settled(s) if s.take));
    assert_eq!(
        shop.standing(&invoice.id).await,
        ("open".into(), 919_80, false)
    );
    assert_eq!(balance(&shop, &Receivable).await, 229_95);
    assert_eq!(balance(&shop, &StripeFees).await, fee, "not returned");
    let mails =
        sql!("select count(*) from mails where kind = 'refund' and subject like '%229.95%'");
    assert_eq!(shop.count(mails).await, 1);
    // Told ten times, it happened once.
    for _ in 0..10 {
        heard(&shop, &told).await;
    }
    assert_eq!(balance(&shop, &Receivable).await, 229_95);
    assert_eq!(shop.count(mails).await, 1);
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_refund_that_fails_after_days_is_credit_of_the_customer_and_a_task_for_the_seller() {
    let (mut shop, invoice, charge) = paid().await;
    heard(&shop, &refund("re_1", &charge, 229_95, "pending")).await;
    heard(&shop, &refund("re_1", &charge, 229_95, "succeeded")).await;
    let failed = refund("re_1", &charge, 229_95, "failed");
    assert!(matches!(heard(&shop, &failed).await, Heard::Settled(s) if s.give_back));
    heard(&shop, &failed).await;
    assert_eq!(balance(&shop, &CustomerCredit).await, -229_95, "owed");
    assert_eq!(
        shop.standing(&invoice.id).await.0,
        "open",
        "the claim stays open: a person decides"
    );
    let mails = sql!("select count(*) from mails where kind = 'refund_failed'");
    assert_eq!(shop.count(mails).await, 1);
    let list = shop.owner.get("/refunds").await.expect(200);
    list.shows("These need you").shows("Failed");
    let id = only_refund(&shop).await;
    let door = format!("/refunds/{id}");
    shop.owner.get("/").await.expect(200).shows(&door);
    shop.owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200)
        .shows("Give back")
        .shows(&door);
    shop.owner
        .get(&format!("/refunds/{id}"))
        .await
        .expect(200)
        .shows("What to do")
        .shows("expired or its account is closed");
    shop.owner
        .post(&format!("/refunds/{id}/handled"), &[])
        .await
        .expect(200)
        .shows("Seen to by Ana Roy")
        .hides("What to do");
    shop.owner
        .get("/refunds")
        .await
        .expect(200)
        .hides("These need you");
}

/// Found by a newcomer: the credit was spent, so what a refund took of it stood below zero, where nobody is asked for it.
#[tokio::test(flavor = "multi_thread")]
async fn p04_what_a_refund_takes_of_credit_that_was_spent_is_owed_where_it_was_spent() {
    let (mut shop, invoice, charge) = paid().await;
    heard(&shop, &refund("re_1", &charge, 229_95, "failed")).await;
    assert_eq!(balance(&shop, &CustomerCredit).await, -229_95);
    let customer = shop.customer_of(&invoice.id).await;
    let next = shop.invoice_of(&customer).await;
    let path = format!("/invoices/{}/credit", next.id);
    let once = value(&shop.owner.get(&path).await.expect(200).body, "once");
    let form = [("once", once.as_str()), ("amount", "229.95")];
    shop.owner.post(&path, &form).await.expect(200);
    assert_eq!(balance(&shop, &CustomerCredit).await, 0);
    let due = shop
        .count(sql!(
            "select cast(sum(total_minor - applied_minor) as bigint) from invoices"
        ))
        .await;
    heard(&shop, &refund("re_2", &charge, 1_149_75, "succeeded")).await;
    assert_eq!(balance(&shop, &CustomerCredit).await, 0, "never below zero");
    assert_eq!(balance(&shop, &Receivable).await, due + 1_149_75);
    assert_eq!(shop.standing(&invoice.id).await.1, 0, "all of it is owed");
    assert_eq!(
        shop.standing(&next.id).await.1,
        0,
        "and what the credit had settled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_are_the_same_when_only_the_failure_is_ever_heard_of() {
    let (told_all, _, charge) = paid().await;
    for status in ["pending", "succeeded", "failed"] {
        heard(&told_all, &refund("re_1", &charge, 50_00, status)).await;
    }
    let (told_last, _, charge) = paid().await;
    for status in ["failed", "succeeded", "pending", "failed"] {
        heard(&told_last, &refund("re_1", &charge, 50_00, status)).await;
    }
    for account in [Receivable, CustomerCredit] {
        assert_eq!(
            balance(&told_all, &account).await,
            balance(&told_last, &account).await,
            "{account}"
        );
    }
    assert_eq!(balance(&told_last, &CustomerCredit).await, -50_00);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_waits_for_the_payer_books_nothing_until_money_moves() {
    let (shop, invoice, charge) = paid().await;
    heard(&shop, &refund("re_1", &charge, 50_00, "requires_action")).await;
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, &Receivable).await, 0);
    heard(&shop, &refund("re_1", &charge, 50_00, "succeeded")).await;
    assert_eq!(balance(&shop, &Receivable).await, 50_00);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_in_several_parts_gives_everything_back_and_the_invoice_says_refunded() {
    let (mut shop, invoice, charge) = paid().await;
    heard(&shop, &refund("re_1", &charge, 1000_00, "succeeded")).await;
    shop.owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200)
        .shows("Partly refunded");
    heard(&shop, &refund("re_2", &charge, 149_75, "succeeded")).await;
    assert_eq!(shop.standing(&invoice.id).await, ("open".into(), 0, false));
    shop.owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200)
        .shows("Refunded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_a_payment_we_do_not_know_is_not_ours_and_changes_nothing() {
    let (shop, _, _) = paid().await;
    let foreign = refund("re_x", "ch_of_another_program", 50_00, "succeeded");
    assert_eq!(heard(&shop, &foreign).await, Heard::NotOurs);
    assert_eq!(shop.count(sql!("select count(*) from refunds")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_changes_its_amount_contradicts_and_changes_nothing() {
    let (shop, _, charge) = paid().await;
    heard(&shop, &refund("re_1", &charge, 50_00, "succeeded")).await;
    let other = refund("re_1", &charge, 60_00, "succeeded");
    assert!(matches!(heard(&shop, &other).await, Heard::Contradicts(_)));
    assert_eq!(balance(&shop, &Receivable).await, 50_00);
}

pub async fn only_refund(shop: &Shop) -> String {
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select id from refunds"), kit::args![], |r| r.text(0))
    };
    shop.test
        .app
        .db()
        .read::<_, kit::db::Error, _>(read)
        .await
        .unwrap()
}
