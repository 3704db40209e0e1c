//! What the seller sees of a dispute and can do about it.

use kit::sql;

use super::books::{dispute, heard, only_dispute};
use crate::refunds::paid;

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_says_what_happened_what_it_costs_until_when_and_what_to_do() {
    let (mut shop, invoice, charge) = paid().await;
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    shop.owner
        .get("/disputes")
        .await
        .expect(200)
        .shows("These wait for your answer")
        .shows("Café Zoé")
        .shows("Needs your answer");
    let id = only_dispute(&shop).await;
    let door = format!("/disputes/{id}");
    shop.owner
        .get("/")
        .await
        .expect(200)
        .shows("Needs you")
        .shows("Dispute over $574.88")
        .shows(&door);
    let page = shop.owner.get(&format!("/disputes/{id}")).await.expect(200);
    page.shows("$574.88")
        .shows("in 12 days")
        .shows("I did not get what I paid for")
        .shows("$15.00")
        .shows("Show that the work was done")
        .shows(&invoice.number)
        .shows("Answer the bank")
        .shows("Accept the dispute")
        .hides("Refund the payment");
    let french = shop
        .owner
        .get(&format!("/disputes/{id}?lang=fr"))
        .await
        .expect(200);
    french
        .shows("Attend votre réponse")
        .shows("Répondre avant le");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_file_holds_invoice_terms_mails_and_what_the_payer_did() {
    let (mut shop, invoice, charge) = paid().await;
    shop.owner
        .post(&format!("/invoices/{}/send", invoice.id), &[])
        .await
        .expect(200);
    shop.payer().get(&invoice.path).await.expect(200);
    shop.test.run_jobs().await;
    heard(&shop, &dispute(&charge, 1149_75, "needs_response")).await;
    let id = only_dispute(&shop).await;
    shop.owner
        .get(&format!("/disputes/{id}/evidence"))
        .await
        .expect(200)
        .shows(&charge)
        .shows("Visa •••• 4242")
        .shows("Café Zoé")
        .shows("2 rue Rachel")
        .shows("Brand design")
        .shows("Notes: merci!")
        .shows("zoe@example.org")
        .shows("Opened the payment of $1,149.75")
        .shows("Paid $1,149.75")
        .shows("13.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disputed_payment_cannot_be_refunded_and_the_page_says_why() {
    let (mut shop, _, charge) = paid().await;
    let payment = payment(&shop).await;
    let path = format!("/payments/{payment}/refund");
    shop.owner.get(&path).await.expect(200).shows("$1,149.75");
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    shop.owner
        .get(&path)
        .await
        .expect(409)
        .shows("A refund would pay the customer twice");
    heard(&shop, &dispute(&charge, 574_88, "won")).await;
    shop.owner.get(&path).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_banks_do_not_take_is_refused_with_a_sentence_kept_nowhere_and_on_the_record() {
    let (mut shop, _, charge) = paid().await;
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    let id = only_dispute(&shop).await;
    let path = format!("/disputes/{id}/answer");
    let kept = sql!("select count(*) from dispute_files");
    let refused = sql!("select count(*) from audit_entries where act = 'dispute.file_refused'");
    let mut large = b"%PDF-1.7".to_vec();
    large.resize(4_500_001, b' ');
    let mut enormous = large.clone();
    enormous.resize(17 * 1024 * 1024, b' ');
    let cases: [(&str, &[u8], &str); 4] = [
        (
            "notes.docx",
            b"PK\x03\x04word",
            "Banks read PDF, JPEG and PNG",
        ),
        ("empty.pdf", b"", "The file is empty"),
        ("large.pdf", &large, "This file is too large"),
        ("enormous.pdf", &enormous, "This file is too large"),
    ];
    for (at, (name, content, sentence)) in (1..).zip(cases) {
        let words = [("version", "0"), ("uncategorized_text", "We delivered.")];
        let files = [("service_documentation", name, content)];
        let page = shop.owner.upload(&path, &words, &files).await.expect(422);
        page.shows(sentence);
        if content.len() < 16 * 1024 * 1024 {
            page.shows("We delivered.");
        }
        assert_eq!(shop.count(kept).await, 0, "{name}");
        assert_eq!(shop.count(refused).await, at, "{name}");
    }
    let words = sql!("select count(*) from dispute_words");
    assert_eq!(shop.count(words).await, 0, "nothing is half done");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_stand_beside_the_answer_take_each_others_place_and_go_when_they_are_ticked() {
    let (mut shop, _, charge) = paid().await;
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    let id = only_dispute(&shop).await;
    let path = format!("/disputes/{id}/answer");
    let kept = sql!("select count(*) from dispute_files");
    let field = "service_documentation";
    for (version, name, shown) in [
        ("0", "con\"tract.pdf", "con-tract.pdf"),
        ("1", "b.pdf", "b.pdf"),
    ] {
        let file = (field, name, b"%PDF-1.7 signed".as_slice());
        shop.owner
            .upload(
                &path,
                &[("version", version)],
                &[file, ("customer_signature", "", b"")],
            )
            .await
            .expect(200)
            .shows("Check before it goes to the bank")
            .shows(shown);
        assert_eq!(shop.count(kept).await, 1, "{name}");
    }
    shop.owner
        .get(&path)
        .await
        .expect(200)
        .shows("Remove b.pdf");
    let tick = [("version", "2"), ("remove-service_documentation", field)];
    shop.owner.upload(&path, &tick, &[]).await.expect(200);
    assert_eq!(shop.count(kept).await, 0);
    let record = sql!(
        "select count(*) from audit_entries where act in ('dispute.file_added', 'dispute.file_removed')"
    );
    assert_eq!(shop.count(record).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_too_long_for_the_bank_come_back_as_typed_and_two_authors_do_not_overwrite_each_other()
 {
    let (mut shop, _, charge) = paid().await;
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    let id = only_dispute(&shop).await;
    let path = format!("/disputes/{id}/answer");
    shop.owner
        .get(&path)
        .await
        .expect(200)
        .shows("Brand design");
    let long = "x".repeat(20_001);
    let words = [("version", "0"), ("uncategorized_text", long.as_str())];
    shop.owner
        .upload(&path, &words, &[])
        .await
        .expect(422)
        .shows("too long by 1 characters")
        .shows(&long);
    let words = [
        ("version", "0"),
        ("uncategorized_text", "We delivered on 3 November."),
    ];
    shop.owner
        .upload(&path, &words, &[])
        .await
        .expect(200)
        .shows("Check before it goes to the bank")
        .shows("We delivered on 3 November.");
    shop.owner
        .upload(&path, &words, &[])
        .await
        .expect(409)
        .shows("Somebody else saved this answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_deadline_nothing_can_be_sent() {
    let (mut shop, _, charge) = paid().await;
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    let id = only_dispute(&shop).await;
    shop.test.advance(13 * 86_400);
    for page in ["answer", "submit", "accept"] {
        shop.owner
            .get(&format!("/disputes/{id}/{page}"))
            .await
            .expect(409)
            .shows("The time to answer this dispute has ended");
    }
    shop.owner
        .get(&format!("/disputes/{id}"))
        .await
        .expect(200)
        .hides("Answer the bank");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_business_sees_nothing_of_it() {
    let (mut shop, _, charge) = paid().await;
    heard(&shop, &dispute(&charge, 574_88, "needs_response")).await;
    let id = only_dispute(&shop).await;
    // The other drawer is another world.
    shop.owner.post("/mode", &[("mode", "test")]).await;
    for page in ["", "/answer", "/submit", "/accept", "/evidence"] {
        shop.owner
            .get(&format!("/disputes/{id}{page}"))
            .await
            .expect(404);
    }
    shop.owner
        .get("/disputes")
        .await
        .expect(200)
        .shows("No disputes");
}

async fn payment(shop: &crate::pay::shop::Shop) -> String {
    let read = |tx: &mut kit::db::Tx<'_>| {
        tx.get(sql!("select id from payments"), kit::args![], |r| r.text(0))
    };
    shop.test
        .app
        .db()
        .read::<_, kit::db::Error, _>(read)
        .await
        .unwrap()
}
