//! A dispute, a refund and money without a place meet: what went back went back once, from where it was.

use billing::ledger::Account::{CustomerCredit, DisputedFunds, Receivable, Suspense};

use super::books::{dispute, heard};
use super::through_stripe::ask_stripe;
use crate::pay::shop::Shop;
use crate::refunds::{balance, give_back, paid};

/// The sums of the accounts that money going back can touch.
async fn books(shop: &Shop) -> [i64; 4] {
    let mut sums = [0; 4];
    let accounts = [Receivable, CustomerCredit, DisputedFunds, Suspense];
    for (sum, account) in sums.iter_mut().zip(accounts) {
        *sum = balance(shop, &account).await;
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_after_a_refund_of_a_part_a_lost_dispute_opens_the_rest_and_no_more() {
    let (mut shop, invoice, charge) = paid().await;
    give_back(&mut shop, "149.75").await.expect(200);
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [149_75, 0, 0, 0]);
    heard(&shop, &dispute(&charge, 1000_00, "needs_response")).await;
    assert_eq!(books(&shop).await, [149_75, 0, 1000_00, 0]);
    for _ in 0..2 {
        heard(&shop, &dispute(&charge, 1000_00, "lost")).await;
    }
    assert_eq!(books(&shop).await, [1149_75, 0, 0, 0]);
    assert_eq!(
        shop.standing(&invoice.id).await,
        ("open".into(), 0, false),
        "all of it is owed again"
    );
    // Won after all: what the dispute had opened is settled, what was refunded stays owed.
    heard(&shop, &dispute(&charge, 1000_00, "won")).await;
    assert_eq!(books(&shop).await, [149_75, 0, 0, 0]);
    assert_eq!(shop.standing(&invoice.id).await.1, 1000_00);
}

#[tokio::test(flavor = "multi_thread")]
async fn led_05_a_dispute_over_money_in_the_tray_takes_it_from_the_tray_and_from_nobodys_credit() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    crate::tray::paid_elsewhere(&shop, "an-attempt-before-the-backup", 200_00, "cad").await;
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [1149_75, 0, 0, -200_00]);
    let control = shop.stripe.control();
    let charge = control.charges()[0]["id"].as_str().unwrap().to_owned();
    let opened = control.open_dispute(&charge, "fraudulent", None).unwrap();
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [1149_75, 0, 200_00, -200_00]);
    let id = opened["id"].as_str().unwrap();
    shop.stripe.control().decide_dispute(id, "lost").unwrap();
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [1149_75, 0, 0, 0]);
    assert_eq!(shop.standing(&invoice.id).await.1, 0);
}
