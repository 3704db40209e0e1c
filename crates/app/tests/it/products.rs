//! Products and services.

use crate::kit::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_price_may_have_four_decimals_and_reads_back_as_itself() {
    let (_app, mut browser) = TestApp::with_seller().await;
    browser
        .get("/products")
        .await
        .expect(200)
        .shows("No products or services yet.");
    let screw = [
        ("name", "Screw"),
        ("unit_price", "0,1255"),
        ("currency", "CAD"),
        ("unit", "kg"),
        ("version", "0"),
    ];
    browser
        .post("/products/new", &screw)
        .await
        .expect(200)
        .shows("Screw is on your list.")
        .shows("0.1255");
    let page = browser.get("/products?lang=fr").await.expect(200);
    page.shows("0,1255");
    let at = page
        .body
        .find("/products/0")
        .expect("the product is a link");
    let edit = page.body[at..].split('"').next().unwrap().to_owned();
    browser
        .get(&edit)
        .await
        .expect(200)
        .shows("value=\"0,1255\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_with_two_meanings_is_asked_back_and_nothing_typed_is_lost() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let typed = [
        ("name", "Day of work"),
        ("description", "on site"),
        ("unit_price", "1,250"),
        ("currency", "CAD"),
        ("version", "0"),
    ];
    let page = browser.post("/products/new", &typed).await.expect(422);
    page.shows("This could mean 1250 or 1.2500.")
        .shows("value=\"1,250\"")
        .shows("on site")
        .shows("value=\"Day of work\"");
    browser
        .get("/products")
        .await
        .shows("No products or services yet.");
}
