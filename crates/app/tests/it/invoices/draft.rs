//! Drafts: nothing typed is lost, and the totals are the rules'.

use billing::Mode;

use super::issue::form;
use super::{customer, scope};
use crate::kit::{Answer, Browser, TestApp};

async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    browser.post(path, &fields).await
}

/// The ids of the taxes ticked on the first line of a new invoice.
fn ticked(body: &str) -> Vec<String> {
    let boxes = body.match_indices("name=\"line-1-tax\" value=\"");
    boxes
        .filter_map(|(at, name)| {
            let rest = &body[at + name.len()..];
            let (id, after) = rest.split_once('"')?;
            after.starts_with(" checked").then(|| id.to_owned())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tx_02_totals_on_the_page_are_those_of_the_vectors() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let taxes = ticked(
        &browser
            .get(&format!("/invoices/new?customer={who}"))
            .await
            .expect(200)
            .body,
    );
    assert_eq!(
        taxes.len(),
        2,
        "GST and QST are proposed to a customer in Quebec"
    );
    let more: Vec<(&str, &str)> = taxes
        .iter()
        .map(|id| ("line-1-tax", id.as_str()))
        .chain([("act", "recalculate")])
        .collect();
    for (net, gst, qst, total) in [
        ("0.05", "0.00", "0.00", "0.05"),
        ("0.30", "0.02", "0.03", "0.35"),
        ("2.50", "0.13", "0.25", "2.88"),
        ("60.00", "3.00", "5.99", "68.99"),
        ("100.00", "5.00", "9.98", "114.98"),
        ("123.45", "6.17", "12.31", "141.93"),
        ("1000.00", "50.00", "99.75", "1,149.75"),
        ("99999.99", "5,000.00", "9,975.00", "114,974.99"),
    ] {
        let page = post(&mut browser, "/invoices/new", &form(&who, net, &more))
            .await
            .expect(200);
        page.shows(&format!("<dt>GST 5%</dt><dd>{gst}</dd>"))
            .shows(&format!("<dt>QST 9.975%</dt><dd>{qst}</dd>"));
        page.shows(&format!("<dt>Total</dt><dd>${total}\u{a0}CAD</dd>"));
    }
    browser.get("/invoices").await.shows("No invoices yet.");
}

#[tokio::test(flavor = "multi_thread")]
async fn tx_07_the_province_of_the_customer_decides_what_is_proposed() {
    let (_app, mut browser) = TestApp::with_seller().await;
    for (province, country, count) in [("ON", "CA", 1), ("QC", "CA", 2), ("NY", "US", 0)] {
        let fields = [
            ("name", province),
            ("province", province),
            ("country", country),
            ("version", "0"),
        ];
        let page = browser.post("/customers/new", &fields).await.expect(200);
        let id = page.path.rsplit('/').next().unwrap();
        let body = browser
            .get(&format!("/invoices/new?customer={id}"))
            .await
            .expect(200)
            .body;
        assert_eq!(ticked(&body).len(), count, "{province}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_draft_comes_back_with_everything_typed_and_lines_are_named() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let typed = form(
        &who,
        "1,250",
        &[
            ("reference", "PO-77 <b>"),
            ("terms_days", "soon"),
            ("notes", "Merci !"),
            ("line-2-description", ""),
            ("line-2-quantity", "two"),
            ("line-2-unit", "h"),
            ("line-2-price", "10"),
            ("line-2-discount", "150%"),
            ("act", "save"),
        ],
    );
    let page = post(&mut browser, "/invoices/new", &typed)
        .await
        .expect(422);
    page.shows("There is a problem")
        .shows("Line 1: This could mean 1250 or 1.2500.")
        .shows("Line 2: enter a description.");
    page.shows("href=\"#line-2-quantity\"")
        .shows("Enter the days to pay, from 0 to 365.");
    for kept in [
        "value=\"1,250\"",
        "value=\"PO-77 &#60;b&#62;\"",
        "value=\"soon\"",
        "Merci !",
        "value=\"two\"",
        "value=\"150%\"",
    ] {
        page.shows(kept);
    }
    browser.get("/invoices").await.shows("No invoices yet.");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_come_and_go_without_a_script_and_nothing_is_saved_by_it() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let product = [
        ("name", "Photo <1>"),
        ("unit_price", "12.5"),
        ("currency", "CAD"),
        ("unit", "piece"),
        ("version", "0"),
    ];
    browser.post("/products/new", &product).await.expect(200);
    let body = browser.get("/invoices/new").await.expect(200).body;
    let at = body
        .find("Photo &#60;1&#62;</option>")
        .expect("the product can be chosen");
    let id = body[..at]
        .rsplit("value=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let page = post(
        &mut browser,
        "/invoices/new",
        &form(&who, "5", &[("product", &id), ("act", "add-line")]),
    )
    .await
    .expect(200);
    page.shows("id=\"line-2-description\"")
        .shows("value=\"Photo &#60;1&#62;\"")
        .shows("value=\"12.50\"")
        .shows("value=\"piece\"");
    let both = form(
        &who,
        "5",
        &[
            ("line-2-description", "Photo"),
            ("line-2-quantity", "3"),
            ("line-2-price", "12.50"),
            ("act", "remove-1"),
        ],
    );
    let page = post(&mut browser, "/invoices/new", &both).await.expect(200);
    page.shows("value=\"Photo\"")
        .hides("line-2-description")
        .hides("Design work");
    browser.get("/invoices").await.shows("No invoices yet.");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_change_a_draft_see_both_versions_and_an_issued_one_does_not_change() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = super::draft(&app, &scope, &who, 100_000).await;
    let edit = format!("/invoices/{id}/edit");
    post(
        &mut browser,
        &edit,
        &form(
            &who,
            "7",
            &[("line-1-description", "First"), ("version", "1")],
        ),
    )
    .await
    .expect(200)
    .shows("The draft is saved.");
    let page = post(
        &mut browser,
        &edit,
        &form(
            &who,
            "9",
            &[("line-1-description", "Second"), ("version", "1")],
        ),
    )
    .await
    .expect(409);
    page.shows("Somebody saved this draft in the meantime")
        .shows("First · 1 × 7.00")
        .shows("value=\"Second\"")
        .shows("name=\"version\" value=\"2\"");
    super::issued(&app, &scope, &id).await;
    let page = post(&mut browser, &edit, &form(&who, "9", &[("version", "2")]))
        .await
        .expect(409);
    page.shows("issued in the meantime as invoice 2026-0001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_can_be_copied_and_deleted_and_an_issued_invoice_only_copied() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let id = super::draft(&app, &scope, &who, 100_000).await;
    super::issued(&app, &scope, &id).await;
    browser
        .post(&format!("/invoices/{id}/delete"), &[])
        .await
        .expect(409)
        .shows("2026-0001");
    let copy = browser
        .post(&format!("/invoices/{id}/copy"), &[])
        .await
        .expect(200);
    copy.shows("Design work").shows("value=\"1000.00\"");
    let copy = copy.path.trim_end_matches("/edit").to_owned();
    browser
        .get(&format!("{copy}/delete"))
        .await
        .expect(200)
        .shows("Delete this draft?");
    browser
        .post(&format!("{copy}/delete"), &[])
        .await
        .expect(200)
        .shows("The draft is deleted.");
    browser.get(&copy).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_drawer_does_not_know_the_draft() {
    let (app, mut browser) = TestApp::with_seller().await;
    let test = scope(&app, Mode::Test).await;
    let who = customer(&app, &test, "Atelier Ana").await;
    let id = super::draft(&app, &test, &who, 100).await;
    for path in [
        format!("/invoices/{id}/edit"),
        format!("/invoices/{id}"),
        format!("/invoices/{id}/issue"),
    ] {
        browser.get(&path).await.expect(404);
    }
}

/// The value of the chosen option of a select.
fn chosen(body: &str, select: &str) -> String {
    let (_, rest) = body.split_once(&format!("name=\"{select}\"")).unwrap();
    let options = rest.split("</select>").next().unwrap();
    let (before, _) = options.split_once(" selected").unwrap();
    let value = before.rsplit("value=\"").next().unwrap();
    value.trim_end_matches('"').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn tx_07_taxes_language_and_currency_follow_a_customer_who_is_chosen_last() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let (at_home, in_ontario) = (
        customer(&app, &scope, "Atelier Ana").await,
        customer(&app, &scope, "Maple & Main").await,
    );
    app.execute(::kit::sql!(
        "update customers set province = 'ON', language = 'fr', currency = 'USD' where name = 'Maple & Main'"
    ))
    .await;
    let blank = browser.get("/invoices/new").await.expect(200);
    let home = ticked(&blank.body);
    assert_eq!(home.len(), 2, "GST and QST at home");
    let mut typed: Vec<(&str, &str)> = home.iter().map(|id| ("line-1-tax", id.as_str())).collect();
    typed.push(("proposed_for", ""));
    for act in ["review", "save", "add-line"] {
        let fields = [&typed[..], &[("act", act)]].concat();
        let page = post(
            &mut browser,
            "/invoices/new",
            &form(&in_ontario, "100", &fields),
        )
        .await
        .expect(200);
        page.shows("now suit Maple &#38; Main. Nothing was saved yet");
        let followed = ticked(&page.body);
        assert_eq!(followed.len(), 1, "HST alone: {followed:?}");
        assert!(!home.contains(&followed[0]));
        assert_eq!(chosen(&page.body, "language"), "fr");
        assert_eq!(chosen(&page.body, "currency"), "USD");
        page.shows(&format!("name=\"proposed_for\" value=\"{in_ontario}\""));
    }
    browser.get("/invoices").await.shows("No invoices yet.");
    // Somebody at home changes nothing, so nothing needs to be looked at.
    let fields = [&typed[..], &[("act", "review")]].concat();
    post(
        &mut browser,
        "/invoices/new",
        &form(&at_home, "100", &fields),
    )
    .await
    .expect(200)
    .shows("Check before you issue");
    // What the seller decided stays: no tax at all is a choice of theirs.
    let fields = [("proposed_for", at_home.as_str()), ("act", "recalculate")];
    let page = post(
        &mut browser,
        "/invoices/new",
        &form(&in_ontario, "100", &fields),
    )
    .await;
    assert!(ticked(&page.body).is_empty(), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_too_many_is_refused_by_name_and_never_left_out() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    for (lines, saved) in [(500, true), (501, false)] {
        let mut fields = form(&who, "1", &[("act", "save")]);
        for n in 2..=lines {
            for (part, value) in [("description", "Hour"), ("quantity", "1"), ("price", "1")] {
                fields.push((format!("line-{n}-{part}"), value.to_owned()));
            }
        }
        let page = post(&mut browser, "/invoices/new", &fields).await;
        if saved {
            page.expect(200)
                .shows("The draft is saved.")
                .shows("<dt>Total</dt><dd>$500.00\u{a0}CAD</dd>")
                .shows("No more lines fit on one invoice.");
        } else {
            page.expect(422)
                .shows("An invoice has at most 500 lines. Nothing was saved")
                .shows("name=\"line-501-description\"");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_is_told_why_it_cannot_be() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    for (typed, told) in [
        ("150%", "A discount is at most 100 %."),
        ("-10", "may not be below zero"),
        ("101", "may not be more than the subtotal"),
    ] {
        let fields = [("discount", typed), ("act", "save")];
        post(&mut browser, "/invoices/new", &form(&who, "100", &fields))
            .await
            .expect(422)
            .shows(told);
    }
}
