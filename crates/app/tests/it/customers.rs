//! Customers: who owes.

use crate::kit::TestApp;

const ANA: [(&str, &str); 6] = [
    ("name", "Atelier Ana"),
    ("email", "ana@example.org"),
    ("city", "Québec"),
    ("province", "québec"),
    ("country", "CA"),
    ("version", "0"),
];

fn with<'a>(
    fields: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let kept = fields
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_kept_found_and_french_by_default_in_quebec() {
    let (_app, mut browser) = TestApp::with_seller().await;
    browser
        .get("/customers")
        .await
        .expect(200)
        .shows("No customers yet.");
    let page = browser.post("/customers/new", &ANA).await.expect(200);
    page.shows("Atelier Ana is on your list.")
        .shows("<dd>French</dd>")
        .shows("<dd>CAD</dd>");
    browser
        .post(
            "/customers/new",
            &with(
                &ANA,
                &[
                    ("name", "Bolt Ltd"),
                    ("email", "pay@bolt.example"),
                    ("province", "ON"),
                ],
            ),
        )
        .await
        .expect(200)
        .shows("<dd>English</dd>");
    browser
        .get("/customers?q=BOLT.EX")
        .await
        .shows("Bolt Ltd")
        .hides("Atelier Ana");
    browser
        .get("/customers?q=%25")
        .await
        .shows("No customer matches")
        .hides("Bolt Ltd");
    browser
        .get("/customers")
        .await
        .shows("Customers <span class=\"count\">2</span>");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_customer_comes_back_as_typed_with_the_reason_at_the_field() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let wrong = with(
        &ANA,
        &[
            ("name", ""),
            ("email", "ana@"),
            ("province", "Bavaria"),
            ("tax_number", "123456789"),
            ("notes", "calls back & <pays>"),
        ],
    );
    let page = browser.post("/customers/new", &wrong).await.expect(422);
    page.shows("<title>Error: New customer")
        .shows("Enter the customer’s name.")
        .shows("value=\"ana@\"")
        .shows("value=\"Bavaria\"");
    page.shows("The check digit does not fit.")
        .shows("id=\"tax_number-error\"")
        .shows("calls back &#38; &#60;pays&#62;");
    browser.get("/customers").await.shows("No customers yet.");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_change_a_customer_see_both_versions() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let page = browser.post("/customers/new", &ANA).await.expect(200);
    let edit = format!("{}/edit", page.path);
    let first = with(&ANA, &[("name", "Ana et fils"), ("version", "1")]);
    let second = with(&ANA, &[("name", "Ana & Co"), ("version", "1")]);
    browser
        .post(&edit, &first)
        .await
        .expect(200)
        .shows("Ana et fils");
    let page = browser.post(&edit, &second).await.expect(409);
    page.shows("Somebody saved this in the meantime")
        .shows("Ana et fils")
        .shows("value=\"Ana &#38; Co\"")
        .shows("name=\"version\" value=\"2\"");
    browser
        .post(&edit, &with(&second, &[("version", "2")]))
        .await
        .expect(200)
        .shows("Ana &#38; Co");
}

#[tokio::test(flavor = "multi_thread")]
async fn web_07_a_nasty_name_is_text_everywhere() {
    let (_app, mut browser) = TestApp::with_seller().await;
    let nasty = "<script>alert(1)</script>\"'&";
    let page = browser
        .post("/customers/new", &with(&ANA, &[("name", nasty)]))
        .await
        .expect(200);
    page.hides("<script>alert").shows("&#60;script&#62;");
    for path in [
        "/customers",
        &page.path,
        &format!("{}/edit", page.path),
        "/invoices/new",
        "/customers?q=%3Cscript%3E",
    ] {
        browser.get(path).await.expect(200).hides("<script>alert");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_is_stable_while_customers_come_and_go() {
    let (_app, mut browser) = TestApp::with_seller().await;
    for n in 0..120 {
        let name = format!("Customer {n:03}");
        browser
            .post_once("/customers/new", &with(&ANA, &[("name", &name)]))
            .await
            .expect(303);
    }
    let names = |body: &str| -> Vec<String> {
        body.match_indices("class=\"door\"")
            .map(|(at, _)| body[at..].split(['>', '<']).nth(1).unwrap().to_owned())
            .collect()
    };
    let link = |body: &str, rel: &str| -> Option<String> {
        let at = body.find(&format!("rel=\"{rel}\""))?;
        let href = body[..at].rfind("href=\"")? + 6;
        Some(
            body[href..]
                .split('"')
                .next()?
                .replace("&#38;", "&")
                .replace("&amp;", "&"),
        )
    };
    let first = browser.get("/customers").await.expect(200);
    assert_eq!(names(&first.body).len(), 50);
    assert_eq!(link(&first.body, "prev"), None);
    let next = link(&first.body, "next").expect("there is a second page");
    browser
        .post_once("/customers/new", &with(&ANA, &[("name", "Customer 000 a")]))
        .await
        .expect(303);
    let second = browser.get(&next).await.expect(200);
    let third = browser
        .get(&link(&second.body, "next").expect("a third page"))
        .await
        .expect(200);
    assert_eq!(link(&third.body, "next"), None);
    let seen: Vec<String> = [&first, &second, &third]
        .iter()
        .flat_map(|page| names(&page.body))
        .collect();
    let wanted: Vec<String> = (0..120).map(|n| format!("Customer {n:03}")).collect();
    assert_eq!(seen, wanted, "nobody twice, nobody left out");
    let back = browser
        .get(&link(&third.body, "prev").expect("a way back"))
        .await
        .expect(200);
    assert_eq!(names(&back.body), names(&second.body));
}
