//! The Customer Area: the same answer for everybody, a link that works once, and the invoices of one address only.

use app::mail;
use kit::db::Error;
use kit::{args, sql};
use secrecy::ExposeSecret;

use crate::pay::shop::{GOOD, Shop};

/// The paths of the links that were mailed, oldest first.
pub async fn mailed_links(shop: &Shop) -> Vec<String> {
    let app = shop.test.app.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let list = sql!(
            "select id, link_sealed from mails where kind = 'area_link' order by created_at, id"
        );
        tx.list(list, args![], |r| Ok((r.text(0)?, r.text(1)?)))
    };
    let kept = app.db().read::<_, Error, _>(read).await.unwrap();
    let open = |(id, sealed): &(String, String)| {
        app.keyring()
            .open_sealed(id, mail::LINK, sealed)
            .unwrap()
            .expose_secret()
            .to_owned()
    };
    kept.iter().map(open).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_19_a_customer_finds_and_opens_the_invoices_of_the_own_address_without_a_password() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let draft = shop.draft("Not for customers", "").await;
    let mut customer = shop.payer();
    customer
        .get("/area")
        .await
        .expect(200)
        .shows("Send me the link");
    customer
        .post("/area", &[("email", " Zoe@Example.org ")])
        .await
        .expect(200)
        .shows("Check your email");
    shop.test.run_jobs().await;
    let links = mailed_links(&shop).await;
    assert_eq!(links.len(), 1);
    customer
        .get(&links[0])
        .await
        .expect(200)
        .shows("Open my invoices")
        .hides(&invoice.number);
    let list = customer.post(&links[0], &[]).await.expect(200);
    list.shows(&invoice.number)
        .shows("$1,149.75")
        .shows("zoe@example.org")
        .hides(&invoice.path)
        .hides(&draft);
    let opened = customer
        .post(&format!("/area/invoices/{}", invoice.id), &[])
        .await
        .expect(200);
    assert_eq!(opened.path, invoice.path);
    opened.shows("Pay $1,149.75");
    customer
        .post(&format!("/area/invoices/{draft}"), &[])
        .await
        .expect(404);
    customer
        .get("/area?lang=fr")
        .await
        .expect(200)
        .shows("Vos factures")
        .shows("1\u{a0}149,75\u{a0}$");
    customer.post("/area/leave", &[]).await.expect(200);
    customer
        .get("/area")
        .await
        .expect(200)
        .hides(&invoice.number);
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_19_several_open_invoices_are_paid_by_one_payment_from_the_customer_area() {
    let shop = Shop::active().await;
    let first = shop.invoice().await;
    let owes = shop.customer_of(&first.id).await;
    let second = shop.invoice_of(&owes).await;
    let mut customer = shop.payer();
    let asked = [("email", "zoe@example.org")];
    customer.post("/area", &asked).await.expect(200);
    shop.test.run_jobs().await;
    let links = mailed_links(&shop).await;
    let list = customer.post(&links[0], &[]).await.expect(200);
    list.shows("Pay the chosen invoices");
    let none = customer.post("/area/pay", &[]).await.expect(200);
    none.shows("Choose the invoices you want to pay.");
    let chosen = [
        ("invoice", first.id.as_str()),
        ("invoice", second.id.as_str()),
    ];
    let page = customer.post("/area/pay", &chosen).await.expect(200);
    page.shows("Pay $2,299.50")
        .shows(&first.number)
        .shows(&second.number);
    let base = page.path.trim_end_matches("/pay").to_owned();
    let intent = format!("{base}/intent");
    let wrong = "{\"amount_minor\":1,\"currency\":\"CAD\"}";
    let told = customer.post_text(&intent, wrong).await.expect(409);
    told.shows("229950");
    let right = "{\"amount_minor\":229950,\"currency\":\"CAD\"}";
    // A stranger cannot open it, nor see its form.
    shop.payer().post_text(&intent, right).await.expect(404);
    assert_eq!(shop.payer().get(&page.path).await.path, "/area");
    let opened = customer.post_text(&intent, right).await.expect(200);
    let opened: serde_json::Value = serde_json::from_str(&opened.body).unwrap();
    let text = |name: &str| opened[name].as_str().unwrap().to_owned();
    let payer = crate::with_stripe::Payer::new(&shop.stripe.base_url());
    let (secret, key) = (text("client_secret"), text("public_key"));
    let declined = payer.confirms(&secret, &key, "4000000000009995").await;
    assert_ne!(declined["status"], "succeeded");
    let told = customer.post_text(&format!("{base}/outcome"), "{}").await;
    told.expect(200).shows("not-paid");
    let paid = payer.confirms(&secret, &key, GOOD).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    let receipt = customer.get(&format!("{base}/return")).await.expect(200);
    assert!(
        receipt.path.starts_with("/area/receipts/"),
        "{}",
        receipt.path
    );
    receipt
        .shows("$2,299.50")
        .shows(&first.number)
        .shows(&second.number);
    receipt.shows("$1,149.75").shows("Visa •••• 4242");
    for invoice in [&first, &second] {
        assert_eq!(shop.standing(&invoice.id).await.0, "paid");
    }
    assert_eq!(shop.stripe.control().charges().len(), 1);
    // Whoever holds the link of one sees what that one took, and not the other (LNK-02).
    let mut holder = shop.payer();
    let page = holder
        .get(&format!("{}/receipt", first.path))
        .await
        .expect(200);
    page.shows("$1,149.75")
        .shows("$2,299.50")
        .hides(&second.number);
    assert_eq!(shop.payer().get(&receipt.path).await.path, "/area");
    customer
        .get("/area")
        .await
        .expect(200)
        .hides("Pay the chosen");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_05_asking_tells_nothing_about_who_is_a_customer() {
    let shop = Shop::active().await;
    shop.invoice().await;
    let mut answers = Vec::new();
    for email in ["zoe@example.org", "nobody@example.org"] {
        let answer = shop
            .payer()
            .post_once("/area", &[("email", email)])
            .await
            .expect(303);
        assert_eq!(answer.headers["location"], "/area/sent");
        answers.push((
            answer.body,
            shop.count(sql!(
                "select count(*) from jobs where kind = 'SendAreaLinks'"
            ))
            .await,
        ));
    }
    assert_eq!(
        (&answers[0].0, answers[0].1 + 1),
        (&answers[1].0, answers[1].1),
        "the same work for both"
    );
    shop.test.run_jobs().await;
    assert_eq!(mailed_links(&shop).await.len(), 1);
    shop.payer()
        .post("/area", &[("email", "zoe")])
        .await
        .expect(422)
        .shows("value=\"zoe\"")
        .shows("There is a problem");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_link_works_once_for_half_an_hour_and_only_by_a_press() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    for _ in 0..2 {
        shop.payer()
            .post("/area", &[("email", "zoe@example.org")])
            .await
            .expect(200);
        shop.test.run_jobs().await;
    }
    let links = mailed_links(&shop).await;
    for _ in 0..3 {
        shop.payer().get(&links[0]).await.expect(200);
    }
    shop.payer()
        .post(&links[0], &[])
        .await
        .expect(200)
        .shows(&invoice.number);
    shop.payer()
        .post(&links[0], &[])
        .await
        .expect(410)
        .shows("This link no longer works")
        .hides(&invoice.number);
    shop.test.advance(31 * 60);
    shop.payer().post(&links[1], &[]).await.expect(410);
    shop.payer().post("/area/aaaa", &[]).await.expect(410);
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_02_without_the_cookie_no_invoice_opens_and_too_many_askings_send_no_more_mail() {
    let shop = Shop::active().await;
    let invoice = shop.invoice().await;
    let answer = shop
        .payer()
        .post_once(&format!("/area/invoices/{}", invoice.id), &[])
        .await
        .expect(303);
    assert_eq!(answer.headers["location"], "/area");
    for _ in 0..12 {
        shop.payer()
            .post("/area", &[("email", "zoe@example.org")])
            .await
            .expect(200)
            .shows("Check your email");
        shop.test.run_jobs().await;
    }
    assert_eq!(mailed_links(&shop).await.len(), 5);
}
