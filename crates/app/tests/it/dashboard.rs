//! The dashboard.

use ::kit::locale::Locale;
use billing::Mode;

use crate::invoices::{customer, draft, issued, scope};
use crate::kit::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_sees_what_is_to_be_done() {
    let (_app, mut browser) = TestApp::with_seller().await;
    browser
        .get("/")
        .await
        .expect(200)
        .shows("<h1>Dashboard</h1>")
        .shows("class=\"tasks\"");
}

/// The amounts on a list page, as its rows show them, added up in cents.
fn sum_of_rows(body: &str) -> i64 {
    let cents = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .parse::<i64>()
            .unwrap()
    };
    let cells = body
        .split("<td class=\"sum")
        .skip(1)
        .map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap());
    cells.map(cents).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_a_door_and_its_list_adds_up_to_it() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let buyer = customer(&app, &scope, "Café Olimpico").await;
    for price in [100_00, 250_50] {
        let id = draft(&app, &scope, &buyer, price).await;
        issued(&app, &scope, &id).await;
    }
    draft(&app, &scope, &buyer, 999_00).await;
    for view in ["open", "overdue"] {
        let list = browser
            .get(&format!("/invoices?view={view}"))
            .await
            .expect(200);
        let sum = Locale::EN_CA.money(sum_of_rows(&list.body), "CAD", 2);
        assert!(
            sum_of_rows(&list.body) > 0 && list.body.matches("<td class=\"sum").count() == 2,
            "{view}: {}",
            list.body
        );
        let page = browser.get("/").await.expect(200);
        page.shows(&format!("href=\"/invoices?view={view}\">{sum}</a>"));
        app.advance(40 * 24 * 3600);
        app.sign_in_again(&mut browser).await;
    }
    browser
        .get("/")
        .await
        .expect(200)
        .shows("2 invoices, the oldest due");
}
