//! The tray: money at Stripe with our reference that fits nowhere.

use kit::{args, sql};
use serde_json::Value;

use crate::pay::shop::{GOOD, Shop, value};
use crate::with_stripe::Payer;

/// Somebody has an intent with our reference paid, past us.
pub async fn paid_elsewhere(shop: &Shop, attempt: &str, minor: i64, currency: &str) -> String {
    paid_past_us(shop, attempt, minor, currency, "").await
}

/// As [`paid_elsewhere`], with more fields.
async fn paid_past_us(
    shop: &Shop,
    attempt: &str,
    minor: i64,
    currency: &str,
    more: &str,
) -> String {
    let keys = shop.stripe.keys()[0].live.clone();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = format!(
        "amount={minor}&currency={currency}&automatic_payment_methods[enabled]=true&metadata[quittance_attempt]={attempt}&metadata[quittance_number]=2024-0007{more}"
    );
    let made = http
        .post(format!("{}/v1/payment_intents", shop.stripe.base_url()))
        .bearer_auth(&keys.secret)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("idempotency-key", format!("{attempt}-{minor}-{currency}"))
        .body(body)
        .send()
        .await
        .unwrap();
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    let secret = made["client_secret"].as_str().unwrap();
    let payer = Payer::new(&shop.stripe.base_url());
    let paid = payer.confirms(secret, &keys.publishable, GOOD).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    made["id"].as_str().unwrap().to_owned()
}

/// The news comes, as often as it likes.
async fn hear(shop: &Shop) {
    for _ in 0..2 {
        app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
            .await
            .unwrap();
        shop.test.run_jobs().await;
    }
    shop.test.advance(60);
    shop.test.run_jobs().await;
}

async fn balance(shop: &Shop, account: &'static str) -> i64 {
    let sum = move |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select cast(coalesce(sum(amount_minor), 0) as bigint) from ledger_postings where account = $1"),
            args![account],
            |r| r.int(0),
        )
    };
    let db = shop.test.app.db();
    db.read::<_, kit::db::Error, _>(sum).await.unwrap()
}

async fn only_payment(shop: &Shop) -> String {
    let find =
        |tx: &mut kit::db::Tx<'_>| tx.get(sql!("select id from payments"), args![], |r| r.text(0));
    let db = shop.test.app.db();
    db.read::<_, kit::db::Error, _>(find).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn money_with_our_reference_of_an_attempt_nobody_knows_is_kept_once_and_needs_somebody() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    paid_elsewhere(&shop, "an-attempt-before-the-backup", 1200_00, "cad").await;
    hear(&shop).await;
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 1);
    assert_eq!(balance(&shop, "suspense").await, -1200_00);
    assert_eq!(
        balance(&shop, "stripe_clearing").await,
        0,
        "its fee is known"
    );
    shop.owner
        .get("/")
        .await
        .expect(200)
        .shows("A payment fits nowhere");
    let tray = shop.owner.get("/payments/unallocated").await.expect(200);
    tray.shows("$1,200.00")
        .shows("2024-0007")
        .shows("not in these books");
    let french = shop.owner.get("/payments/unallocated?lang=fr").await;
    french.shows("Paiements sans place");
    shop.owner
        .get("/payments/unallocated?lang=en")
        .await
        .expect(200);
    let id = only_payment(&shop).await;
    let path = format!("/payments/{id}/allocate");
    for (form, said) in [
        (vec![], "Choose where it belongs."),
        (vec![("way", "invoice")], "Choose an invoice."),
        (vec![("way", "credit")], "Choose a customer."),
    ] {
        shop.owner.post(&path, &form).await.expect(422).shows(said);
    }
    let page = shop.owner.get(&path).await.expect(200);
    page.shows(&format!("{} · Café Zoé · $1,149.75", invoice.number));
    let form = [("way", "invoice"), ("invoice", invoice.id.as_str())];
    let page = shop.owner.post(&path, &form).await.expect(200);
    page.shows("The payment has its place.")
        .shows(&invoice.number)
        .shows("$50.25");
    for _ in 0..2 {
        shop.owner.post(&path, &form).await.expect(200);
    }
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, "suspense").await, 0);
    assert_eq!(balance(&shop, "customer_credit").await, -50_25);
    shop.owner.get("/").await.expect(200).hides("fits nowhere");
    let list = shop.owner.get("/received?month=2026-11").await.expect(200);
    list.shows("Café Zoé");
    let tray = shop.owner.get("/payments/unallocated").await.expect(200);
    tray.shows("Every payment has its place.");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_in_another_currency_is_put_to_a_customers_credit_in_its_own() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.intent(&invoice.path, 114_975).await.expect(200);
    let attempt = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select id from payment_attempts"), args![], |r| {
            r.text(0)
        })
    };
    let db = shop.test.app.db();
    let attempt = db.read::<_, kit::db::Error, _>(attempt).await.unwrap();
    paid_elsewhere(&shop, &attempt, 80_00, "usd").await;
    hear(&shop).await;
    assert_eq!(
        shop.standing(&invoice.id).await.1,
        0,
        "nothing is booked on it"
    );
    assert_eq!(balance(&shop, "suspense").await, -80_00);
    let path = format!("/payments/{}/allocate", only_payment(&shop).await);
    // The invoice is in Canadian dollars: it is not offered, and a form made by hand is refused.
    shop.owner
        .get(&path)
        .await
        .expect(200)
        .hides(&format!("{} ·", invoice.number));
    let form = [("way", "invoice"), ("invoice", invoice.id.as_str())];
    shop.owner
        .post(&path, &form)
        .await
        .expect(422)
        .shows("Nothing was changed.");
    let customer = shop.customer_of(&invoice.id).await;
    let form = [("way", "credit"), ("customer", customer.as_str())];
    shop.owner.post(&path, &form).await.expect(200);
    assert_eq!(balance(&shop, "suspense").await, 0);
    let page = shop
        .owner
        .get(&format!("/customers/{customer}/credit"))
        .await;
    page.shows("US$80.00").shows("A payment that fit nowhere");
    // Credit of one currency is not offered on an invoice of another.
    page.hides(&format!("Use on invoice {}", invoice.number));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_not_ours_is_in_no_tray() {
    let mut shop = Shop::active().await;
    let keys = shop.stripe.keys()[0].live.clone();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let made = http
        .post(format!("{}/v1/payment_intents", shop.stripe.base_url()))
        .bearer_auth(&keys.secret)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("amount=5000&currency=cad&automatic_payment_methods[enabled]=true")
        .send()
        .await
        .unwrap();
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    let payer = Payer::new(&shop.stripe.base_url());
    let secret = made["client_secret"].as_str().unwrap();
    payer.confirms(secret, &keys.publishable, GOOD).await;
    hear(&shop).await;
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 0);
    shop.owner.get("/").await.expect(200).hides("fits nowhere");
}

/// Money of the only charge goes back to its payer, past us; minor units.
async fn refunded_elsewhere(shop: &Shop, intent: &str, minor: i64) {
    let keys = shop.stripe.keys()[0].live.clone();
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/v1/refunds", shop.stripe.base_url()))
        .bearer_auth(&keys.secret)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("payment_intent={intent}&amount={minor}"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_what_goes_back_before_it_had_a_place_leaves_the_tray_and_nobodys_credit() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let intent = paid_elsewhere(&shop, "an-attempt-before-the-backup", 1200_00, "cad").await;
    hear(&shop).await;
    refunded_elsewhere(&shop, &intent, 200_00).await;
    hear(&shop).await;
    assert_eq!(balance(&shop, "suspense").await, -1000_00);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    assert_eq!(balance(&shop, "stripe_clearing").await, 0);
    let tray = shop.owner.get("/payments/unallocated").await.expect(200);
    tray.shows("$1,000.00").hides("$1,200.00");
    // What is left finds its place; no more than that.
    let customer = shop.customer_of(&invoice.id).await;
    let path = format!("/payments/{}/allocate", only_payment(&shop).await);
    let form = [("way", "credit"), ("customer", customer.as_str())];
    shop.owner.post(&path, &form).await.expect(200);
    assert_eq!(balance(&shop, "suspense").await, 0);
    assert_eq!(balance(&shop, "customer_credit").await, -1000_00);
    // What goes back afterwards is the customer's.
    refunded_elsewhere(&shop, &intent, 300_00).await;
    hear(&shop).await;
    assert_eq!(balance(&shop, "customer_credit").await, -700_00);
    assert_eq!(balance(&shop, "suspense").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_what_went_back_whole_waits_for_nobody() {
    let mut shop = Shop::active().await;
    let intent = paid_elsewhere(&shop, "an-attempt-before-the-backup", 1200_00, "cad").await;
    hear(&shop).await;
    refunded_elsewhere(&shop, &intent, 1200_00).await;
    hear(&shop).await;
    assert_eq!(balance(&shop, "suspense").await, 0);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    shop.owner.get("/").await.expect(200).hides("fits nowhere");
    let tray = shop.owner.get("/payments/unallocated").await.expect(200);
    tray.shows("Every payment has its place.");
    let path = format!("/payments/{}/allocate", only_payment(&shop).await);
    let customer = [("way", "credit"), ("customer", "c")];
    shop.owner.post(&path, &customer).await.expect(200);
    assert_eq!(
        balance(&shop, "customer_credit").await,
        0,
        "nothing is left to give"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_13_an_event_that_names_an_invoice_of_another_business_settles_nothing_there_and_waits_here()
 {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.intent(&invoice.path, 114_975).await.expect(200);
    let attempt = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select id from payment_attempts"), args![], |r| {
            r.text(0)
        })
    };
    let db = shop.test.app.db();
    let attempt = db.read::<_, kit::db::Error, _>(attempt).await.unwrap();
    // The same installation keeps a second business; the payment at our account bears the name of its attempt.
    let theirs = attempt.clone();
    let move_away = move |tx: &mut kit::db::Tx<'_>| {
        tx.execute(
            sql!("insert into businesses (id, name, legal_name, street, city, province, postal_code, country, email, phone, website, language, time_zone, currency, tax_numbers, tax_preset, small_supplier, payment_terms_days, default_notes, created_at) values ('other', 'Studio Sud', '', '', '', 'QC', '', 'CA', '', '', '', 'fr', 'America/Toronto', 'CAD', '[]', '', 0, 30, '', 0)"),
            args![],
        )?;
        tx.execute(
            sql!("update payment_attempts set business_id = 'other' where id = $1"),
            args![&theirs],
        )
    };
    db.write::<_, kit::db::Error, _>(move_away).await.unwrap();
    paid_elsewhere(&shop, &attempt, 1149_75, "cad").await;
    hear(&shop).await;
    assert_eq!(
        shop.standing(&invoice.id).await,
        ("open".into(), 0, false),
        "not on a stranger's word"
    );
    assert_eq!(
        shop.count(sql!(
            "select count(*) from payment_attempts where business_id = 'other' and state = 'started'"
        ))
        .await,
        1,
        "their attempt is as it was"
    );
    assert_eq!(balance(&shop, "suspense").await, -1149_75, "kept, once");
    let tray = shop.owner.get("/payments/unallocated").await.expect(200);
    tray.shows("$1,149.75").shows("not in these books");
    // Whichever event that leads to it was worked first; the others find it known.
    let kept = sql!("select count(*) from stripe_events where result = 'in the tray'");
    assert!(shop.count(kept).await >= 1, "on the record");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_another_business_on_the_same_account_is_not_ours() {
    let shop = Shop::active().await;
    shop.invoice().await;
    let theirs = "&metadata[quittance_business]=another-installation";
    paid_past_us(&shop, "an-attempt-of-theirs", 1200_00, "cad", theirs).await;
    hear(&shop).await;
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 0);
    let ours = format!(
        "&metadata[quittance_business]={}",
        shop.scope.business_id.as_str()
    );
    paid_past_us(&shop, "an-attempt-of-ours", 1300_00, "cad", &ours).await;
    hear(&shop).await;
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 1);
    assert_eq!(balance(&shop, "suspense").await, -1300_00);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_refund_out_of_the_tray_that_fails_after_the_rest_had_its_place_is_credit_of_the_same_customer()
 {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let intent = paid_elsewhere(&shop, "an-attempt-before-the-backup", 1200_00, "cad").await;
    hear(&shop).await;
    refunded_elsewhere(&shop, &intent, 200_00).await;
    hear(&shop).await;
    let customer = shop.customer_of(&invoice.id).await;
    let payment = only_payment(&shop).await;
    let form = [("way", "invoice"), ("invoice", invoice.id.as_str())];
    shop.owner
        .post(&format!("/payments/{payment}/allocate"), &form)
        .await
        .expect(200);
    // The bank of the payer sends it back.
    let refund = crate::refunds::only_refund(&shop).await;
    fails_at_stripe(&shop).await;
    hear(&shop).await;
    assert_eq!(balance(&shop, "suspense").await, 0, "of nobody no more");
    assert_eq!(balance(&shop, "customer_credit").await, -200_00);
    assert_eq!(balance(&shop, "stripe_clearing").await, 0);
    let whose = sql!("select count(*) from takings where customer_id = ''");
    assert_eq!(shop.count(whose).await, 0, "every row names its customer");
    let door = format!("/refunds/{refund}");
    let page = shop.owner.get(&door).await.expect(200);
    page.shows("Café Zoé").shows("See the customer’s credit");
    page.shows(&format!("/customers/{customer}/credit"));
    let list = shop.owner.get("/refunds").await.expect(200);
    list.shows("Café Zoé").hides("without a place");
    let mail = sql!(
        "select count(*) from mails where kind = 'refund_failed' and subject like '%to Café Zoé did not arrive%'"
    );
    assert_eq!(shop.count(mail).await, 1);
    // A person can act on it: it pays what is still due on the invoice, to the cent.
    let credit = format!("/customers/{customer}/credit");
    let page = shop.owner.get(&credit).await.expect(200);
    page.shows("$200.00").shows("A refund that did not arrive");
    let door = format!("/invoices/{}/credit", invoice.id);
    let page = shop.owner.get(&door).await.expect(200);
    let once = value(&page.body, "once");
    let form = [("amount", "149.75"), ("once", once.as_str())];
    shop.owner.post(&door, &form).await.expect(200);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, "customer_credit").await, -50_25);
    assert_eq!(balance(&shop, "receivable").await, 0);
    // And the rest of it can go back to the payer after all.
    crate::refunds::give_back(&mut shop, "50.25")
        .await
        .expect(200);
    hear(&shop).await;
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_refund_of_all_that_was_in_the_tray_waits_there_again_when_it_fails() {
    let mut shop = Shop::active().await;
    let intent = paid_elsewhere(&shop, "an-attempt-before-the-backup", 1200_00, "cad").await;
    hear(&shop).await;
    refunded_elsewhere(&shop, &intent, 1200_00).await;
    hear(&shop).await;
    let refund = crate::refunds::only_refund(&shop).await;
    fails_at_stripe(&shop).await;
    hear(&shop).await;
    assert_eq!(balance(&shop, "suspense").await, -1200_00);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    let tray = shop.owner.get("/payments/unallocated").await.expect(200);
    tray.shows("$1,200.00");
    let page = shop.owner.get(&format!("/refunds/{refund}")).await;
    page.shows("A payment without a place yet")
        .shows("Say where it belongs")
        .hides("kept here as credit");
    let list = shop.owner.get("/refunds").await.expect(200);
    list.shows("A payment without a place yet");
    let mail = sql!(
        "select count(*) from mails where kind = 'refund_failed' and body_text like '%among the payments that fit nowhere%'"
    );
    assert_eq!(shop.count(mail).await, 1);
}

/// The bank of the payer sends the only refund back.
async fn fails_at_stripe(shop: &Shop) {
    let control = shop.stripe.control();
    let made = control.objects("refund");
    let id = made[0]["id"].as_str().unwrap();
    control.fail_refund(id, "expired_or_canceled_card").unwrap();
}
