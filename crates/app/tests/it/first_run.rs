//! The first run: once, by whoever holds the link.

use crate::kit::{EMAIL, PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_link_leads_over_four_pages_to_the_dashboard() {
    let app = TestApp::new().await;
    let mut browser = app.set_up().await;
    let last = browser.get("/setup/online-payment").await.expect(200);
    last.shows("href=\"/settings/billing").shows("Step 4 of 4");
    browser
        .get("/")
        .await
        .expect(200)
        .shows("Studio Nord")
        .shows("Signed in as Ana Roy");
    browser
        .get("/settings/business")
        .await
        .expect(200)
        .shows("H2Y 1B6")
        .shows("value=\"QC\"");
    let taxes = browser.get("/settings/taxes").await.expect(200);
    taxes
        .shows("123456782 RT0001")
        .shows("9.975%")
        .shows("GST")
        .shows("QST")
        .shows("HST (ON)");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_08_the_set_up_link_works_once_and_no_second_one_is_made() {
    let app = TestApp::new().await;
    let token = app.setup_link().await.unwrap();
    let you = [
        ("name", "Ana Roy"),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    app.browser()
        .post(&format!("/setup/{token}"), &you)
        .await
        .expect(200)
        .shows("Step 2 of 4");
    let stranger = [
        ("name", "Eve"),
        ("email", "eve@example.org"),
        ("password", PASSWORD),
    ];
    app.browser()
        .get(&format!("/setup/{token}"))
        .await
        .expect(200)
        .shows("That set-up link was used already.")
        .shows("name=\"password\"");
    app.browser()
        .post(&format!("/setup/{token}"), &stranger)
        .await
        .expect(404);
    assert_eq!(app.setup_link().await, None, "somebody can sign in");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_08_two_who_press_at_once_make_one_owner() {
    let app = TestApp::new().await;
    let path = format!("/setup/{}", app.setup_link().await.unwrap());
    let (mut one, mut two) = (app.browser(), app.browser());
    let (a, b) = tokio::join!(
        one.post_once(
            &path,
            &[("name", "Ana"), ("email", EMAIL), ("password", PASSWORD)]
        ),
        two.post_once(
            &path,
            &[
                ("name", "Eve"),
                ("email", "eve@example.org"),
                ("password", PASSWORD)
            ]
        ),
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_08_a_guessed_or_replaced_link_is_an_unknown_page() {
    let app = TestApp::new().await;
    let old = app.setup_link().await.unwrap();
    let new = app.setup_link().await.unwrap();
    let mut stranger = app.browser();
    let guessed = stranger
        .get("/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .await
        .expect(404);
    let replaced = stranger.get(&format!("/setup/{old}")).await.expect(404);
    let unknown = stranger.get("/nothing-here").await.expect(404);
    let words = |body: &str| {
        body.split("<h1>")
            .nth(1)
            .unwrap()
            .split("</div>")
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(words(&guessed.body), words(&unknown.body));
    assert_eq!(words(&replaced.body), words(&unknown.body));
    stranger.get(&format!("/setup/{new}")).await.expect(200);
    stranger
        .get("/setup/business")
        .await
        .expect(200)
        .shows("Nobody can sign in yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_back_with_a_reason_at_each_field_and_the_password_does_not() {
    let app = TestApp::new().await;
    let path = format!("/setup/{}", app.setup_link().await.unwrap());
    let mut browser = app.browser();
    let you = [
        ("name", ""),
        ("email", "ana at example"),
        ("password", "password1"),
    ];
    let answer = browser.post(&path, &you).await.expect(422);
    answer
        .shows("<title>Error: ")
        .shows("ana at example")
        .shows("Enter your name.")
        .shows("id=\"password-error\"")
        .hides("password1");
    let french = browser.get(&format!("{path}?lang=fr")).await.expect(200);
    french.shows("Qui êtes-vous").shows("lang=\"fr-CA\"");
    browser
        .post(&path, &you)
        .await
        .expect(422)
        .shows("Entrez votre nom.");
}
