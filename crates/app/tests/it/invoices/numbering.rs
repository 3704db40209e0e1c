//! How numbers look and where they begin; and a link that is renewed or ended.

use billing::Mode;

use super::{customer, draft, issued, scope};
use crate::kit::TestApp;

const NUMBERS: &str = "/settings/numbers";

#[tokio::test(flavor = "multi_thread")]
async fn il_01_a_seller_chooses_where_numbers_begin_and_then_they_follow_without_a_gap() {
    let (mut app, mut browser) = TestApp::with_seller().await;
    app.may_leave_jobs();
    let live = scope(&app, Mode::Live).await;
    let who = customer(&app, &live, "Atelier Ana").await;
    let page = browser.get(NUMBERS).await.expect(200);
    page.shows("value=\"{year}-{number:04}\"")
        .shows("value=\"1\"");
    browser
        .post(NUMBERS, &[("pattern", "INV-{number:03}"), ("next", "118")])
        .await
        .expect(200)
        .shows("Your changes are saved.");
    for wanted in ["INV-118", "INV-119"] {
        let id = draft(&app, &live, &who, 100).await;
        assert_eq!(issued(&app, &live, &id).await.number, wanted);
    }
    for (pattern, next, said) in [
        ("INV-{number:03}", "121", "the next number is 120"),
        ("INV-{number:03}", "1", "the next number is 120"),
        ("INV-{number}", "119", "exist already up to 119"),
        ("INV-{year}", "120", "Put {number} into the pattern, once"),
        ("{date}-{number}", "120", "may stand in braces"),
        ("{year}{number}", "120", "Put a hyphen"),
        ("test-{number}", "120", "may not begin with TEST-"),
        ("<b>{number}", "120", "Use letters, digits"),
        ("", "120", "Put {number} into the pattern, once"),
        ("INV-{number:03}", "0", "Enter a number from 1 to"),
        ("INV-{number:03}", "twelve", "Enter a number from 1 to"),
        (
            "INV-{number:03}",
            "99999999999999999999",
            "Enter a number from 1 to",
        ),
    ] {
        let refused = browser
            .post(NUMBERS, &[("pattern", pattern), ("next", next)])
            .await
            .expect(422);
        refused.shows(said).shows(&format!("value=\"{next}\""));
        let typed = pattern.replace('<', "&#60;").replace('>', "&#62;");
        refused.shows(&format!("value=\"{typed}\""));
    }
    // Another look may begin elsewhere, also right after the year has turned.
    app.advance(45 * 86_400);
    app.sign_in_again(&mut browser).await;
    browser
        .post(NUMBERS, &[("pattern", "F{year}-{number}"), ("next", "31")])
        .await
        .expect(200);
    for wanted in ["F2027-31", "F2027-32"] {
        let id = draft(&app, &live, &who, 100).await;
        assert_eq!(issued(&app, &live, &id).await.number, wanted);
    }
    // The test drawer counts apart and was never touched.
    let test = scope(&app, Mode::Test).await;
    let id = draft(&app, &test, &who, 100).await;
    assert_eq!(issued(&app, &test, &id).await.number, "TEST-2027-0001");
}

#[tokio::test(flavor = "multi_thread")]
async fn lnk_03_a_link_that_reached_the_wrong_person_is_renewed_or_ended_with_two_presses() {
    let (mut app, mut browser) = TestApp::with_seller().await;
    app.may_leave_jobs();
    let live = scope(&app, Mode::Live).await;
    let who = customer(&app, &live, "Atelier Ana").await;
    let id = draft(&app, &live, &who, 100).await;
    let (page, renew) = (format!("/invoices/{id}"), format!("/invoices/{id}/link"));
    assert_eq!(
        browser.get(&renew).await.path,
        format!("{page}/edit"),
        "a draft has none"
    );
    issued(&app, &live, &id).await;
    let link = |body: &str| {
        let at = body.find("/i/").expect("the page shows the link");
        body[at..].split(['"', '<']).next().unwrap().to_owned()
    };
    let first = link(&browser.get(&page).await.expect(200).body);
    app.browser().get(&first).await.expect(200);
    browser
        .get(&renew)
        .await
        .expect(200)
        .shows("stops working at once");
    let shown = browser.post(&renew, &[]).await.expect(200);
    shown
        .shows("The invoice has a new link")
        .shows("made a new payment link");
    let second = link(&shown.body);
    assert_ne!(first, second);
    app.browser().get(&first).await.expect(404);
    app.browser().get(&second).await.expect(200);
    let ended = browser.post(&renew, &[("end", "1")]).await.expect(200);
    ended.shows("The link was ended").hides("/i/");
    app.browser().get(&second).await.expect(404);
    browser
        .post(&format!("{page}/send"), &[])
        .await
        .expect(200)
        .shows("Make a new one first");
    browser
        .get(&renew)
        .await
        .expect(200)
        .shows("has no link now");
    let third = link(&browser.post(&renew, &[]).await.expect(200).body);
    app.browser().get(&third).await.expect(200);
    app.browser()
        .post(&renew, &[])
        .await
        .expect(200)
        .hides("payment link");
    app.browser().get(&third).await.expect(200);
}
