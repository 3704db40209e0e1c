//! Money that came past the provider: recorded, receipted, taken back; and a customer's credit.

use kit::{args, sql};

use crate::kit::Answer;
use crate::pay::shop::{GOOD, Issued, Shop, value};

/// The form as it stands, with what is said here in its place.
async fn record(shop: &mut Shop, invoice: &Issued, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/invoices/{}/payments/new", invoice.id);
    let page = shop.owner.get(&path).await.expect(200);
    let once = value(&page.body, "once");
    let mut form = vec![
        ("once", once.as_str()),
        ("received_on", "2026-11-20"),
        ("method", "cheque"),
        ("reference", "No. 118"),
    ];
    form.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    form.extend(fields);
    shop.owner.post(&path, &form).await
}

async fn payment_id(shop: &Shop) -> String {
    let newest = |tx: &mut kit::db::Tx<'_>| {
        tx.get(
            sql!("select id from payments where intent_id = '' order by created_at desc, id desc limit 1"),
            args![],
            |r| r.text(0),
        )
    };
    let db = shop.test.app.db();
    db.read::<_, kit::db::Error, _>(newest).await.unwrap()
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

async fn mails(shop: &Shop) -> Vec<String> {
    let all = |tx: &mut kit::db::Tx<'_>| {
        tx.list(
            sql!("select body_text from mails where kind = 'receipt' order by created_at, id"),
            args![],
            |r| r.text(0),
        )
    };
    let db = shop.test.app.db();
    db.read::<_, kit::db::Error, _>(all).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cheque_is_recorded_in_part_and_the_rest_stays_due() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = shop
        .owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200);
    page.shows("Record a payment").shows("No payment yet.");
    let fields = [("amount", "149.75"), ("receipt", "on")];
    let page = record(&mut shop, &invoice, &fields).await.expect(200);
    assert_eq!(page.path, format!("/invoices/{}", invoice.id));
    page.shows("$149.75 is recorded.").shows("$1,000.00");
    assert_eq!(shop.standing(&invoice.id).await.1, 149_75);
    assert_eq!(balance(&shop, "bank").await, 149_75);
    shop.test.run_jobs().await;
    let receipts = mails(&shop).await;
    assert_eq!(receipts.len(), 1);
    assert!(receipts[0].contains("Cheque") && receipts[0].contains("$1,000.00"));
    let id = payment_id(&shop).await;
    let page = shop.owner.get(&format!("/payments/{id}")).await.expect(200);
    page.shows("Received")
        .shows("No. 118")
        .shows("Cheque")
        .shows("Ana Roy");
    page.shows(&invoice.number)
        .shows("November 20, 2026")
        .shows("Take it back");
    // On the public page it is paid in part, and the receipt says what was paid.
    let mut payer = shop.payer();
    payer.get(&invoice.path).await.shows("Pay $1,000.00");
    let receipt = payer.get(&format!("{}/receipt", invoice.path)).await;
    receipt.shows("$149.75").shows("$1,000.00 is still owed");
    let list = shop.owner.get("/received?month=2026-11").await.expect(200);
    list.shows("Cheque").shows("$149.75");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_record_is_said_at_its_field_and_nothing_is_booked() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    for (field, value, said) in [
        ("amount", "", "amount"),
        ("amount", "0", "Enter an amount above zero."),
        ("amount", "12 EUR", "EUR"),
        ("received_on", "soon", "2026"),
        ("received_on", "2026-11-24", "The day is still to come."),
        ("method", "barter", "Choose how the money came."),
    ] {
        let mut fields = vec![(field, value)];
        if field != "amount" {
            fields.push(("amount", "10"));
        }
        let page = record(&mut shop, &invoice, &fields).await.expect(422);
        page.shows(said)
            .shows("No. 118")
            .shows(&format!("#{field}"));
    }
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 0);
    assert_eq!(shop.standing(&invoice.id).await.1, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p18_what_is_too_much_is_kept_as_credit_only_when_it_is_agreed_to() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = record(&mut shop, &invoice, &[("amount", "1154.82")])
        .await
        .expect(422);
    page.shows("$5.07 is more than is due")
        .shows("value=\"507\"");
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 0);
    let fields = [("amount", "1154.82"), ("keep_rest", "507")];
    let page = record(&mut shop, &invoice, &fields).await.expect(200);
    page.shows("is recorded.");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    assert_eq!(balance(&shop, "customer_credit").await, -507);
    assert_eq!(balance(&shop, "bank").await, 115_482);
}

/// Found by a newcomer: a cheque of Friday that is recorded on Monday was shown as paid on Monday.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_paid_on_the_day_the_money_came_whenever_it_is_recorded() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let fields = [("amount", "1149.75"), ("received_on", "2026-11-20")];
    record(&mut shop, &invoice, &fields).await.expect(200);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    let paid_then = sql!(
        "select count(*) from invoices i join payments p on p.customer_id = i.customer_id where i.paid_at = p.received_at and i.paid_at < p.created_at - 86400000"
    );
    assert_eq!(shop.count(paid_then).await, 1);
    let page = shop.owner.get(&format!("/invoices/{}", invoice.id)).await;
    page.shows("Nov 20, 2026");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_press_records_once() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let path = format!("/invoices/{}/payments/new", invoice.id);
    let once = value(&shop.owner.get(&path).await.body, "once");
    let form = [
        ("once", once.as_str()),
        ("amount", "100"),
        ("received_on", "2026-11-20"),
        ("method", "cash"),
    ];
    for _ in 0..3 {
        shop.owner.post(&path, &form).await.expect(200);
    }
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 1);
    assert_eq!(balance(&shop, "cash").await, 100_00);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reversal_has_a_reason_and_the_books_show_both_entries() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    record(&mut shop, &invoice, &[("amount", "1149.75")]).await;
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    let path = format!("/payments/{}/reverse", payment_id(&shop).await);
    let page = shop.owner.get(&path).await.expect(200);
    page.shows("is due again").shows("No money moves");
    let page = shop
        .owner
        .post(&path, &[("reason", "  ")])
        .await
        .expect(422);
    page.shows("Enter the reason.");
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    for _ in 0..2 {
        let form = [("reason", "Cheque returned")];
        shop.owner.post(&path, &form).await.expect(200);
    }
    let (state, applied, _) = shop.standing(&invoice.id).await;
    assert_eq!((state.as_str(), applied), ("open", 0));
    assert_eq!(balance(&shop, "bank").await, 0);
    let entries = shop.count(sql!(
        "select count(*) from ledger_entries where kind in ('recorded_payment', 'payment_reversed')"
    ));
    assert_eq!(entries.await, 2);
    let page = shop.owner.get(&path).await.expect(200);
    page.shows("Taken back on")
        .shows("Ana Roy: Cheque returned")
        .hides("Take it back");
    let page = shop.owner.get(&format!("/invoices/{}", invoice.id)).await;
    page.shows("Ana Roy took a payment back: Cheque returned");
    let audited = shop.count(sql!(
        "select count(*) from audit_entries where act in ('payment.recorded', 'payment.reversed')"
    ));
    assert_eq!(audited.await, 2);
    let list = shop.owner.get("/received?month=2026-11").await.expect(200);
    list.shows("No payment");
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_is_seen_used_by_one_press_and_taken_back() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let fields = [("amount", "1249.75"), ("keep_rest", "10000")];
    record(&mut shop, &invoice, &fields).await;
    let customer = shop.customer_of(&invoice.id).await;
    let next = shop.invoice_of(&customer).await;
    let page = shop
        .owner
        .get(&format!("/customers/{customer}"))
        .await
        .expect(200);
    page.shows("$100.00");
    let credit = format!("/customers/{customer}/credit");
    let page = shop.owner.get(&credit).await.expect(200);
    page.shows("From a payment, more than was due");
    page.shows(&format!("Use on invoice {}", next.number));
    let page = shop.owner.get(&format!("/invoices/{}", next.id)).await;
    page.shows("Use credit (")
        .shows(&format!("/invoices/{}/credit", next.id));
    let path = format!("/invoices/{}/credit", next.id);
    let page = shop.owner.get(&path).await.expect(200);
    page.shows("value=\"100.00\"");
    let once = value(&page.body, "once");
    let too_much = [("once", once.as_str()), ("amount", "100.01")];
    let page = shop.owner.post(&path, &too_much).await.expect(422);
    page.shows("There is $100.00 of credit.");
    for _ in 0..2 {
        let form = [("once", once.as_str()), ("amount", "100.00")];
        shop.owner.post(&path, &form).await.expect(200);
    }
    assert_eq!(shop.standing(&next.id).await.1, 100_00);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    shop.owner
        .get(&credit)
        .await
        .shows(&format!("Used on invoice {}", next.number));
    // The payment whose rest was used cannot be taken back before the use is.
    let reverse = format!("/payments/{}/reverse", payment_id(&shop).await);
    let page = shop
        .owner
        .post(&reverse, &[("reason", "Bounced")])
        .await
        .expect(422);
    page.shows("$100.00 of this payment became credit");
    let take_back = format!("/credit/{once}/take-back");
    shop.owner
        .get(&take_back)
        .await
        .expect(200)
        .shows("$100.00");
    for _ in 0..2 {
        shop.owner.post(&take_back, &[]).await.expect(200);
    }
    assert_eq!(shop.standing(&next.id).await.1, 0);
    assert_eq!(balance(&shop, "customer_credit").await, -100_00);
    shop.owner
        .post(&reverse, &[("reason", "Bounced")])
        .await
        .expect(200);
    assert_eq!(balance(&shop, "customer_credit").await, 0);
    assert_eq!(shop.standing(&invoice.id).await.1, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_the_open_card_form_is_closed_before_a_payment_is_recorded() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let opened = shop.intent(&invoice.path, 114_975).await.expect(200);
    let opened: serde_json::Value = serde_json::from_str(&opened.body).unwrap();
    record(&mut shop, &invoice, &[("amount", "1149.75")])
        .await
        .expect(200);
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    let payer = crate::with_stripe::Payer::new(&shop.stripe.base_url());
    let late = payer
        .confirms(&text("client_secret"), &text("public_key"), GOOD)
        .await;
    assert_ne!(late["status"], "succeeded", "{late}");
    assert!(shop.stripe.control().charges().is_empty());
    // In part: the page that is open is told the new amount.
    let second = shop.invoice().await;
    shop.intent(&second.path, 114_975).await.expect(200);
    record(&mut shop, &second, &[("amount", "1000")])
        .await
        .expect(200);
    shop.intent(&second.path, 114_975)
        .await
        .expect(409)
        .shows("14975");
    shop.intent(&second.path, 149_75).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_cash_and_a_card_at_the_same_moment_are_both_booked_and_the_rest_is_credit() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    // The card went through, and nobody has heard of it yet.
    let paid = shop.pays(&invoice.path, GOOD).await;
    assert_eq!(paid["status"], "succeeded");
    let page = record(&mut shop, &invoice, &[("amount", "1149.75")])
        .await
        .expect(422);
    page.shows("$1,149.75 is more than is due");
    assert_eq!(
        shop.standing(&invoice.id).await.0,
        "paid",
        "closing asked Stripe first"
    );
    let fields = [("amount", "1149.75"), ("keep_rest", "114975")];
    record(&mut shop, &invoice, &fields).await.expect(200);
    assert_eq!(balance(&shop, "customer_credit").await, -114_975);
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_recorded_all_the_same_when_stripe_is_away_and_what_comes_twice_is_credit() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let opened = shop.intent(&invoice.path, 114_975).await.expect(200);
    let opened: serde_json::Value = serde_json::from_str(&opened.body).unwrap();
    let keys = shop.stripe.keys()[0].clone();
    shop.stripe.control().revoke_key(&keys.live.secret).unwrap();
    let page = record(&mut shop, &invoice, &[("amount", "1149.75")])
        .await
        .expect(422);
    page.shows("Stripe could not be reached")
        .shows("Record it all the same");
    assert_eq!(shop.count(sql!("select count(*) from payments")).await, 0);
    let fields = [("amount", "1149.75"), ("anyway", "on")];
    record(&mut shop, &invoice, &fields).await.expect(200);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    let payer = crate::with_stripe::Payer::new(&shop.stripe.base_url());
    let late = payer
        .confirms(&text("client_secret"), &text("public_key"), GOOD)
        .await;
    assert_eq!(late["status"], "succeeded", "the form was still open");
    let permissions = fake_stripe::RECOMMENDED_PERMISSIONS;
    let secret = shop
        .stripe
        .control()
        .restricted_key(&keys.account, fake_stripe::Mode::Live, permissions)
        .unwrap();
    shop.save_keys(true, &secret).await;
    shop.test.advance(3600);
    shop.test.run_jobs().await;
    assert_eq!(balance(&shop, "customer_credit").await, -114_975);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_recorded_on_an_invoice_that_is_paid_is_credit_and_its_receipt_says_so() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    record(&mut shop, &invoice, &[("amount", "1149.75")])
        .await
        .expect(200);
    let fields = [
        ("amount", "50.00"),
        ("keep_rest", "5000"),
        ("receipt", "on"),
    ];
    record(&mut shop, &invoice, &fields).await.expect(200);
    shop.test.run_jobs().await;
    let receipts = mails(&shop).await;
    assert_eq!(
        receipts.len(),
        1,
        "the receipt that was asked for is written"
    );
    assert!(receipts[0].contains("$50.00") && receipts[0].contains(&invoice.number));
    assert_eq!(balance(&shop, "customer_credit").await, -50_00);
}
