//! A payment in one currency that arrives in another: what its page says, and what the difference of two rates is booked
//! as when money goes back.

use billing::ledger::Account::{
    Conversion, DisputedFunds, ExchangeGain, ExchangeLoss, StripeBalance, StripeClearing,
    StripeFees, Suspense, TaxRecoverable,
};
use kit::sql;

use crate::pay::shop::Shop;
use crate::refunds::balance;
use crate::tray::paid_elsewhere;

const RATE: i64 = 1_360_000;

async fn ask_stripe(shop: &Shop) {
    app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
        .await
        .unwrap();
    shop.test.run_jobs().await;
    shop.test.advance(60);
    shop.test.run_jobs().await;
}

/// 100 US dollars came to an account in Canadian dollars at 1.36; the fee bears a tax of 5 %. Answers the charge.
async fn paid_in_usd() -> (Shop, String) {
    let shop = Shop::active().await;
    let account = shop.stripe.keys()[0].account.clone();
    let control = shop.stripe.control();
    control.set_rate(&account, "usd", Some(RATE)).unwrap();
    control
        .set_fee_tax(&account, Some((50_000, "GST".into())))
        .unwrap();
    paid_elsewhere(&shop, "an-attempt-in-dollars", 100_00, "usd").await;
    ask_stripe(&shop).await;
    let charge = shop.stripe.control().charges()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (shop, charge)
}

async fn rate(shop: &Shop, ppm: i64) {
    let account = shop.stripe.keys()[0].account.clone();
    let control = shop.stripe.control();
    control.set_rate(&account, "usd", Some(ppm)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn p15_a_payment_that_was_exchanged_shows_gross_fee_tax_net_and_its_day_and_clears() {
    let (mut shop, _) = paid_in_usd().await;
    // 2.9 % of 136.00 and 30, which is 4.24; 5 % of that.
    assert_eq!(balance(&shop, &StripeFees).await, 4_24);
    assert_eq!(balance(&shop, &TaxRecoverable).await, 21);
    assert_eq!(balance(&shop, &StripeBalance).await, 136_00 - 4_45);
    assert_eq!(balance(&shop, &Conversion).await, -136_00);
    let door = crate::refunds::door(&shop).await;
    let page = door.trim_end_matches("/refund").to_owned();
    let shown = shop.owner.get(&page).await.expect(200);
    for words in [
        "US$100.00",
        "$136.00, exchanged at 1.36",
        "$4.24",
        "Tax on the fee",
        "$0.21",
        "$131.55",
        "Available on",
    ] {
        shown.shows(words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p15_a_refund_at_another_rate_than_the_payment_came_in_at_books_the_difference_as_a_loss() {
    let (shop, charge) = paid_in_usd().await;
    rate(&shop, RATE + 10_000).await;
    let control = shop.stripe.control();
    control.refund_charge(&charge, Some(50_00)).unwrap();
    ask_stripe(&shop).await;
    // 50 US dollars came in at 68.00 and left at 68.50.
    assert_eq!(balance(&shop, &ExchangeLoss).await, 50);
    assert_eq!(balance(&shop, &ExchangeGain).await, 0);
    assert_eq!(balance(&shop, &Conversion).await, -68_00);
    assert_eq!(balance(&shop, &StripeClearing).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_a_dispute_lost_at_another_rate_leaves_nothing_in_conversion_but_a_gain() {
    let (shop, charge) = paid_in_usd().await;
    rate(&shop, RATE - 10_000).await;
    let opened = shop
        .stripe
        .control()
        .open_dispute(&charge, "fraudulent", None)
        .unwrap();
    ask_stripe(&shop).await;
    assert_eq!(balance(&shop, &DisputedFunds).await, 135_00);
    let id = opened["id"].as_str().unwrap();
    shop.stripe.control().decide_dispute(id, "lost").unwrap();
    ask_stripe(&shop).await;
    // It had come in at 136.00, and 135.00 were taken.
    assert_eq!(balance(&shop, &DisputedFunds).await, 0);
    assert_eq!(balance(&shop, &ExchangeGain).await, -1_00);
    assert_eq!(balance(&shop, &Conversion).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_a_dispute_lost_before_its_lines_are_known_waits_for_them_and_is_never_booked_in_the_payers_currency()
 {
    let (mut shop, charge) = paid_in_usd().await;
    let opened = shop
        .stripe
        .control()
        .open_dispute(&charge, "fraudulent", None)
        .unwrap();
    let id = opened["id"].as_str().unwrap().to_owned();
    shop.stripe.control().decide_dispute(&id, "lost").unwrap();
    // Stripe tells the dispute, and not yet by which lines the money left.
    let mut told: stripe::Dispute = crate::disputes::at_stripe(&shop, &id).await;
    let lines = std::mem::take(&mut told.balance_transactions);
    assert!(!lines.is_empty());
    for _ in 0..2 {
        crate::disputes::heard(&shop, &told).await;
    }
    for account in [DisputedFunds, Conversion, Suspense] {
        assert_eq!(
            usd(&shop, &account).await,
            in_usd_before(&account),
            "{account:?}"
        );
    }
    assert_eq!(balance(&shop, &DisputedFunds).await, 0);
    let door = format!("/disputes/{}", crate::disputes::only_dispute(&shop).await);
    let page = shop.owner.get(&door).await.expect(200);
    page.shows("as soon as it does").shows("Ask Stripe now");
    let claim_said =
        sql!("select count(*) from mails where kind = 'dispute' and body_text like '%owed again%'");
    assert_eq!(shop.count(claim_said).await, 0, "not before it is so");
    // The lines are known: by the press, by the sweep or by the list of the account, the same comes of it.
    shop.owner
        .post(&format!("{door}/ask"), &[])
        .await
        .expect(200)
        .hides("as soon as it does");
    ask_stripe(&shop).await;
    assert_eq!(balance(&shop, &DisputedFunds).await, 0);
    assert_eq!(usd(&shop, &DisputedFunds).await, 0);
    assert_eq!(usd(&shop, &Suspense).await, 0, "the tray gave it");
    assert_eq!(usd(&shop, &Conversion).await, 0);
    assert_eq!(balance(&shop, &Conversion).await, 0);
}

/// 100 US dollars wait in suspense, and were exchanged.
fn in_usd_before(account: &billing::ledger::Account) -> i64 {
    match account {
        Suspense => -100_00,
        Conversion => 100_00,
        _ => 0,
    }
}

/// The sum of an account in US dollars, debits positive.
async fn usd(shop: &Shop, account: &billing::ledger::Account) -> i64 {
    let (scope, account) = (shop.scope.clone(), account.clone());
    let db = shop.test.app.db();
    db.read(move |tx| app::ledger::balance(tx, &scope, &account, "USD"))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_a_dispute_lost_unheard_of_and_told_without_lines_is_booked_by_the_sweep() {
    let (shop, charge) = paid_in_usd().await;
    let opened = shop
        .stripe
        .control()
        .open_dispute(&charge, "fraudulent", None)
        .unwrap();
    let id = opened["id"].as_str().unwrap().to_owned();
    shop.stripe.control().decide_dispute(&id, "lost").unwrap();
    let mut told: stripe::Dispute = crate::disputes::at_stripe(&shop, &id).await;
    told.balance_transactions.clear();
    crate::disputes::heard(&shop, &told).await;
    assert_eq!(usd(&shop, &Suspense).await, -100_00);
    shop.test.advance(3600);
    let asked = app::disputes::sweep(&shop.test.app, &shop.scope, 60_000).await;
    assert_eq!(
        asked.unwrap(),
        1,
        "a lost one that is not booked is asked about"
    );
    assert_eq!(usd(&shop, &Suspense).await, 0);
    assert_eq!(balance(&shop, &DisputedFunds).await, 0);
    shop.test.advance(3600);
    let asked = app::disputes::sweep(&shop.test.app, &shop.scope, 60_000).await;
    assert_eq!(asked.unwrap(), 0, "and then no more");
}
