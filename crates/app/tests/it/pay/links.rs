//! The link is a capability: hard to guess, for one invoice, silent when it is not valid, and never at rest.

use std::collections::HashSet;

use app::invoices::link;
use kit::db::Error;
use kit::sql;

use super::shop::{Issued, Shop};

async fn renew(shop: &Shop, invoice: &Issued) {
    let (app, id) = (shop.test.app.clone(), invoice.id.clone());
    shop.test
        .app
        .db()
        .write::<_, Error, _>(move |tx| link::renew(tx, &app, &id))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_01_a_link_has_128_random_bits_at_least_and_is_not_the_id() {
    let shop = Shop::new().await;
    let mut seen = HashSet::new();
    for _ in 0..8 {
        let invoice = shop.invoice().await;
        let token = invoice.path.trim_start_matches("/i/").to_owned();
        let letters = token.chars().filter(char::is_ascii_alphanumeric).count();
        assert!(letters >= 22, "22 letters of 64 are 132 bits: {token}");
        assert!(!token.contains(&invoice.id) && !token.contains(&invoice.number));
        assert!(seen.insert(token));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_02_a_link_shows_one_invoice_and_leads_nowhere_else() {
    let shop = Shop::active().await;
    let (one, other) = (
        shop.invoice().await,
        shop.invoice_for("Secret project", "").await,
    );
    let page = shop.payer().get(&one.path).await.expect(200);
    page.hides("Secret project")
        .hides(&other.number)
        .hides(&other.path);
    for address in page
        .body
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        let own = address.starts_with(&one.path)
            || address.starts_with("/assets/")
            || address.starts_with('#');
        assert!(own || address.starts_with("mailto:"), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_03_unknown_revoked_and_draft_links_are_one_answer() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.payer().get(&invoice.path).await.expect(200);
    renew(&shop, &invoice).await;
    let draft = shop.draft("Draft", "").await;
    let token = invoice.path.trim_start_matches("/i/");
    let never = format!("/i/{}", "a".repeat(token.len()));
    for suffix in ["", "/pay", "/receipt", "/return"] {
        let unknown = shop
            .payer()
            .get(&format!("{never}{suffix}"))
            .await
            .expect(404);
        let revoked = shop
            .payer()
            .get(&format!("{}{suffix}", invoice.path))
            .await
            .expect(404);
        let by_id = shop
            .payer()
            .get(&format!("/i/{draft}{suffix}"))
            .await
            .expect(404);
        let without_path = |answer: &crate::kit::Answer| answer.body.replace(&answer.path, "");
        assert_eq!(without_path(&revoked), without_path(&unknown), "{suffix}");
        assert_eq!(without_path(&by_id), without_path(&unknown), "{suffix}");
        assert_eq!(revoked.headers, unknown.headers);
    }
    for act in ["intent", "outcome"] {
        let revoked = shop
            .payer()
            .post_text(&format!("{}/{act}", invoice.path), "{}")
            .await
            .expect(404);
        let unknown = shop
            .payer()
            .post_text(&format!("/i/unknown/{act}"), "{}")
            .await
            .expect(404);
        assert_eq!(revoked.body, unknown.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_04_a_page_of_a_link_loads_nothing_from_elsewhere() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let page = shop.payer().get(&invoice.path).await.expect(200);
    page.hides("http://")
        .hides("src=\"//")
        .shows("<meta name=\"robots\" content=\"noindex, nofollow\">");
    let sources: Vec<&str> = page.body.split("src=\"").skip(1).collect();
    assert!(!sources.is_empty() && sources.iter().all(|s| s.starts_with("/assets/")));
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_05_opening_a_link_a_hundred_times_changes_nothing_but_the_first_view() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut scanner = shop.payer();
    scanner.head(&invoice.path).await.expect(200);
    scanner
        .headers
        .push(("sec-purpose", "prefetch;prerender".into()));
    scanner.get(&invoice.path).await.expect(200);
    shop.owner.clone().get(&invoice.path).await.expect(200);
    assert!(
        !shop.standing(&invoice.id).await.2,
        "neither a scanner nor the seller is the customer"
    );
    let mut payer = shop.payer();
    let first = payer.get(&invoice.path).await.expect(200);
    assert!(shop.standing(&invoice.id).await.2);
    let (before, rows) = (
        shop.test.app.db().unchanged_since(),
        sql!("select count(*) from invoice_history"),
    );
    let lines = shop.count(rows).await;
    for _ in 0..100 {
        assert_eq!(payer.get(&invoice.path).await.expect(200).body, first.body);
    }
    assert_eq!(
        shop.test.app.db().unchanged_since(),
        before,
        "no commit at all"
    );
    assert_eq!(shop.count(rows).await, lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_06_the_token_is_at_rest_only_as_a_hash_and_sealed() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    shop.payer().get(&invoice.path).await.expect(200);
    shop.pays(&invoice.path, super::shop::GOOD).await;
    shop.payer()
        .get(&format!("{}/return", invoice.path))
        .await
        .expect(200);
    let token = invoice.path.trim_start_matches("/i/").to_owned();
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let mut texts = Vec::new();
        let read = |r: &kit::db::Row| Ok([r.text(0)?, r.text(1)?].concat());
        texts.extend(tx.list(
            sql!("select token_hash, token_sealed from invoice_links"),
            kit::args![],
            read,
        )?);
        texts.extend(tx.list(
            sql!("select act, detail from invoice_history"),
            kit::args![],
            read,
        )?);
        texts.extend(tx.list(
            sql!("select act, detail from audit_entries"),
            kit::args![],
            read,
        )?);
        texts.extend(tx.list(
            sql!("select body_text, body_html from mails"),
            kit::args![],
            read,
        )?);
        texts.extend(tx.list(sql!("select key, payload from jobs"), kit::args![], read)?);
        Ok::<_, Error>(texts)
    };
    let kept = shop.test.app.db().read(read).await.unwrap();
    assert!(kept.len() > 2 && kept.iter().all(|text| !text.contains(&token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_page_is_never_older_than_the_last_commit_nor_than_the_day() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let mut payer = shop.payer();
    for _ in 0..3 {
        payer
            .get(&invoice.path)
            .await
            .expect(200)
            .shows("Open")
            .shows("Due December 23, 2026");
    }
    // Thirty days later it is the last day, and one more and it is late: without any commit.
    shop.test.advance(30 * 86_400);
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Due today");
    shop.test.advance(86_400);
    payer
        .get(&invoice.path)
        .await
        .expect(200)
        .shows("Overdue")
        .shows("Was due December 23, 2026");
    renew(&shop, &invoice).await;
    payer.get(&invoice.path).await.expect(404);
}
