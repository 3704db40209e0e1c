//! Disputes as the rehearsal lives them: what the bank takes and gives back, what it costs, and what is said to it.

use std::sync::Arc;
use std::time::Duration;

use billing::ledger::Account::{DisputeFees, DisputedFunds, Receivable, StripeBalance};
use fake_stripe::{Fault, Trouble};
use kit::sql;
use stripe::EvidenceField;

use super::books::only_dispute;
use crate::kit::PASSWORD;
use crate::pay::shop::Shop;
use crate::refunds::{balance, confirm, door, once, paid};

const DISPUTED: i64 = 574_88;
const FEE: i64 = 15_00;

pub async fn ask_stripe(shop: &Shop) {
    app::stripe_events::ask_stripe_now(&shop.test.app, &shop.scope)
        .await
        .unwrap();
    shop.test.run_jobs().await;
}

/// A disputed payment of which we have heard: the door to it, its id at Stripe, and Stripe's balance before.
async fn disputed() -> (Shop, crate::pay::shop::Issued, String, String, i64) {
    let (shop, invoice, charge) = paid().await;
    let before = balance(&shop, &StripeBalance).await;
    let control = shop.stripe.control();
    let opened = control
        .open_dispute(&charge, "product_not_received", Some(DISPUTED))
        .unwrap();
    ask_stripe(&shop).await;
    let door = format!("/disputes/{}", only_dispute(&shop).await);
    let id = opened["id"].as_str().unwrap().to_owned();
    (shop, invoice, door, id, before)
}

pub async fn at_stripe(shop: &Shop, id: &str) -> stripe::Dispute {
    let origins = Arc::new(stripe::Origins::rehearsal(&shop.stripe.base_url()).unwrap());
    let http = stripe::http_client(&origins).unwrap();
    let key = stripe::SecretKey::parse(&shop.stripe.keys()[0].live.secret).unwrap();
    let client = stripe::Client::new(http, origins, key);
    client.retrieve_dispute(id).await.unwrap().object
}

/// Receivable, held by the bank, fees of disputes, Stripe's balance.
async fn books(shop: &Shop) -> [i64; 4] {
    let mut sums = [0; 4];
    let accounts = [Receivable, DisputedFunds, DisputeFees, StripeBalance];
    for (sum, account) in sums.iter_mut().zip(accounts) {
        *sum = balance(shop, &account).await;
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn p06_a_bank_takes_the_money_and_its_fee_and_p08_gives_the_money_back_when_it_is_won() {
    let (mut shop, invoice, door, id, before) = disputed().await;
    assert_eq!(
        books(&shop).await,
        [0, DISPUTED, FEE, before - DISPUTED - FEE]
    );
    let words = [
        ("version", "0"),
        ("uncategorized_text", "We delivered on 3 November."),
        ("product_description", "Brand design"),
    ];
    shop.owner
        .upload(&format!("{door}/answer"), &words, &[])
        .await
        .expect(200)
        .shows("We delivered on 3 November.")
        .shows("evidence.pdf");
    assert!(
        at_stripe(&shop, &id).await.evidence.is_empty(),
        "nothing left yet"
    );
    shop.owner
        .post(&format!("{door}/submit"), &[])
        .await
        .expect(200)
        .shows("Under review");
    let told = at_stripe(&shop, &id).await;
    assert_eq!(told.evidence_details.submission_count, 1);
    let said = |field| told.evidence.get(field).unwrap_or_default().to_owned();
    assert!(said(EvidenceField::UncategorizedText).starts_with("We delivered on 3 November."));
    assert_eq!(said(EvidenceField::CustomerName), "Café Zoé");
    assert!(said(EvidenceField::UncategorizedFile).starts_with("file_"));
    // Pressed again, nothing goes again.
    shop.owner.post(&format!("{door}/submit"), &[]).await;
    shop.test.advance(60);
    shop.test.run_jobs().await;
    let told = at_stripe(&shop, &id).await;
    assert_eq!(told.evidence_details.submission_count, 1);

    shop.stripe.control().decide_dispute(&id, "won").unwrap();
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [0, 0, FEE, before - FEE]);
    assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    shop.owner
        .get(&door)
        .await
        .expect(200)
        .shows("Won")
        .shows("/file/uncategorized_file");
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_an_accepted_dispute_is_lost_at_stripe_and_the_invoice_is_owed_again() {
    let (mut shop, invoice, door, id, before) = disputed().await;
    let path = format!("{door}/accept");
    shop.owner
        .post(&path, &[("password", "wrong")])
        .await
        .expect(422);
    assert!(at_stripe(&shop, &id).await.status.awaits_answer());
    shop.owner
        .post(&path, &[("password", PASSWORD)])
        .await
        .expect(200)
        .shows("Lost");
    shop.test.run_jobs().await;
    assert_eq!(
        books(&shop).await,
        [DISPUTED, 0, FEE, before - DISPUTED - FEE]
    );
    assert_eq!(
        shop.standing(&invoice.id).await,
        ("open".into(), 1149_75 - DISPUTED, false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_nobody_answers_is_lost_when_its_day_has_passed() {
    let (shop, invoice, _, _, before) = disputed().await;
    shop.stripe
        .control()
        .advance(Duration::from_secs(10 * 86_400));
    shop.test.advance(10 * 86_400);
    ask_stripe(&shop).await;
    assert_eq!(
        books(&shop).await,
        [DISPUTED, 0, FEE, before - DISPUTED - FEE]
    );
    assert_eq!(shop.standing(&invoice.id).await.0, "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_10_an_answer_whose_reply_is_lost_goes_to_the_bank_once() {
    let (mut shop, _, door, id, _) = disputed().await;
    let lost = Fault::new(Trouble::TimeOutAfter { hold_ms: 0 }).on("POST", "/v1/disputes/*");
    shop.stripe.control().fault(lost.times(3));
    shop.owner
        .post(&format!("{door}/submit"), &[])
        .await
        .expect(200);
    shop.test.advance(60);
    shop.test.run_jobs().await;
    let told = at_stripe(&shop, &id).await;
    assert_eq!(told.evidence_details.submission_count, 1);
    shop.owner
        .get(&door)
        .await
        .expect(200)
        .shows("Under review");
}

#[tokio::test(flavor = "multi_thread")]
async fn p21_an_inquiry_moves_nothing_may_be_refunded_and_takes_the_money_when_it_becomes_a_dispute()
 {
    let (mut shop, _, charge) = paid().await;
    let before = balance(&shop, &StripeBalance).await;
    let control = shop.stripe.control();
    let opened = control.open_inquiry(&charge, "unrecognized").unwrap();
    ask_stripe(&shop).await;
    assert_eq!(books(&shop).await, [0, 0, 0, before]);
    let door = format!("/disputes/{}", only_dispute(&shop).await);
    let page = shop.owner.get(&door).await.expect(200);
    page.shows("Refund the payment").hides("Accept the dispute");
    shop.owner
        .post(&format!("{door}/accept"), &[("password", PASSWORD)])
        .await
        .expect(409)
        .shows("The bank only asks");
    let refund = page.body.split("href=\"").find_map(|rest| {
        let href = rest.split('"').next()?;
        href.ends_with("/refund").then(|| href.to_owned())
    });
    shop.owner
        .get(&refund.expect("a door"))
        .await
        .expect(200)
        .shows("is asking about this payment");
    let id = opened["id"].as_str().unwrap();
    shop.stripe
        .control()
        .decide_dispute(id, "needs_response")
        .unwrap();
    ask_stripe(&shop).await;
    assert_eq!(
        books(&shop).await,
        [0, 1149_75, FEE, before - 1149_75 - FEE]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_file_is_a_paper_that_is_kept_as_it_went_to_the_bank() {
    let (mut shop, _, door, _, _) = disputed().await;
    let paper = shop
        .owner
        .get(&format!("{door}/evidence.pdf"))
        .await
        .expect(200);
    assert_eq!(paper.headers["content-type"], "application/pdf");
    assert!(paper.body.starts_with("%PDF-1.7"));
    let kept = sql!(
        "select count(*) from dispute_files where field = 'uncategorized_file' and stripe_id is not null and size_bytes > 10000"
    );
    assert_eq!(shop.count(kept).await, 0);
    shop.owner
        .post(&format!("{door}/submit"), &[])
        .await
        .expect(200);
    assert_eq!(shop.count(kept).await, 1);
    let sent = shop
        .owner
        .get(&format!("{door}/file/uncategorized_file"))
        .await
        .expect(200);
    assert!(sent.body.starts_with("%PDF-1.7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_meets_a_dispute_unheard_of_moves_nothing_and_the_dispute_is_known_then() {
    let (mut shop, _, charge) = paid().await;
    let door = door(&shop).await;
    let once = once(&mut shop, &door, "50").await;
    let control = shop.stripe.control();
    control.open_dispute(&charge, "fraudulent", None).unwrap();
    confirm(&mut shop, &door, "50", &once)
        .await
        .expect(200)
        .shows("No money moved")
        .shows("is disputed");
    shop.test.run_jobs().await;
    assert_eq!(balance(&shop, &DisputedFunds).await, 1149_75);
    shop.owner
        .get(&door)
        .await
        .expect(409)
        .shows("A refund would pay the customer twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_goes_to_the_bank_word_for_word_whatever_happened_until_it_could_be_sent()
{
    let (mut shop, invoice, door, id, _) = disputed().await;
    let words = [("version", "0"), ("uncategorized_text", "We delivered.")];
    shop.owner
        .upload(&format!("{door}/answer"), &words, &[])
        .await
        .expect(200);
    // Stripe is away when it is pressed, and while the first tries are made.
    let away = Fault::new(Trouble::TimeOutBefore { hold_ms: 0 }).on("POST", "/v1/disputes/*");
    shop.stripe.control().fault(away.times(4));
    shop.owner
        .post(&format!("{door}/submit"), &[])
        .await
        .expect(200)
        .shows("on its way to Stripe");
    let shown = shop
        .owner
        .get(&format!("{door}/evidence"))
        .await
        .expect(200);
    shown.shows("word for word").shows("We delivered.");
    // Meanwhile the customer is told once more and looks: it would be another history by now.
    shop.owner
        .post(&format!("/invoices/{}/send", invoice.id), &[])
        .await
        .expect(200);
    shop.payer().get(&invoice.path).await.expect(200);
    shop.test.run_jobs().await;
    shop.test.advance(86_400);
    for _ in 0..8 {
        shop.test.advance(3_600);
        shop.test.run_jobs().await;
    }
    let told = at_stripe(&shop, &id).await;
    assert_eq!(told.evidence_details.submission_count, 1);
    let text = told.evidence.get(EvidenceField::UncategorizedText).unwrap();
    assert!(text.starts_with("We delivered."));
    let fixed = shop
        .count(sql!(
            "select count(*) from dispute_evidence where field = 'uncategorized_text' and text like 'We delivered.%'"
        ))
        .await;
    assert_eq!(fixed, 1);
    let log = told.evidence.get(EvidenceField::AccessActivityLog).unwrap();
    assert!(!log.contains("Opened the invoice"), "{log}");
}
