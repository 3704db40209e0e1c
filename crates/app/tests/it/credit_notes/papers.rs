//! The credit note as a document: its paper, what the customer sees of it, and what stands in the invoice's place.

use kit::sql;

use super::{credit, press};
use crate::pay::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn il_03_il_04_the_paper_is_made_once_is_chained_and_the_customer_gets_it_by_the_invoices_link_alone()
 {
    let mut shop = Shop::active().await;
    let (invoice, other) = (shop.invoice().await, shop.invoice().await);
    let note = credit(&mut shop, &invoice, &["200"], "").await.expect(200);
    let id = note.path.trim_start_matches("/credit-notes/").to_owned();
    let path = format!("/credit-notes/{id}/pdf");
    let first = shop.owner.get(&path).await.expect(200);
    assert_eq!(first.headers["content-type"], "application/pdf");
    assert_eq!(
        first.headers["content-disposition"],
        "inline; filename=\"CN-2026-0001.pdf\""
    );
    shop.test
        .execute(sql!("update businesses set name = 'Another seller'"))
        .await;
    assert!(shop.owner.get(&path).await.body == first.body);
    shop.payer()
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Credit notes")
        .shows("CN-2026-0001")
        .shows(&format!("{}/credit-notes/{id}.pdf", invoice.path));
    let theirs = shop
        .payer()
        .get(&format!("{}/credit-notes/{id}.pdf", invoice.path))
        .await
        .expect(200);
    assert!(theirs.body == first.body);
    assert_eq!(theirs.headers["referrer-policy"], "no-referrer");
    // LNK-02: a link shows its own invoice, and what belongs to it.
    shop.payer()
        .get(&format!("{}/credit-notes/{id}.pdf", other.path))
        .await
        .expect(404);
    let french = shop
        .payer()
        .get(&format!("{}/credit-notes/{id}.pdf?in=fr", invoice.path))
        .await
        .expect(200);
    assert!(french.body != first.body);
    let verified = app::papers::chain::verify(shop.test.app.db())
        .await
        .unwrap();
    assert_eq!((verified.papers, verified.faults.len()), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_is_linked_to_the_invoice_and_its_credit_note_and_names_what_it_replaces() {
    let mut shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let part = credit(&mut shop, &invoice, &["200"], "").await.expect(200);
    part.hides("Write a replacement invoice");
    shop.owner
        .post(&format!("{}/replace", part.path), &[])
        .await
        .expect(409)
        .shows("Take back the rest");
    let note = press(&mut shop, &invoice, &[]).await.expect(200);
    note.shows("Write a replacement invoice");
    let replace = format!("{}/replace", note.path);
    let draft = shop.owner.post(&replace, &[]).await.expect(200);
    draft.shows("Brand design");
    assert!(draft.path.ends_with("/edit"));
    let again = shop.owner.post(&replace, &[]).await.expect(200);
    assert_eq!(again.path, draft.path, "there is one draft");
    let id = draft.path.trim_end_matches("/edit").to_owned();
    let issued = shop
        .owner
        .post(&format!("{id}/issue"), &[])
        .await
        .expect(200);
    issued
        .shows("2026-0002")
        .shows("Replaces invoice")
        .shows("2026-0001");
    shop.owner
        .get(&format!("/invoices/{}", invoice.id))
        .await
        .expect(200)
        .shows("Replaced by invoice 2026-0002");
    shop.owner
        .get(&note.path)
        .await
        .expect(200)
        .shows("Replaced by invoice 2026-0002");
}
