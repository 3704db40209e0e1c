//! Signing in and out.

use crate::kit::{Browser, EMAIL, Options, PASSWORD, TestApp};

async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> u16 {
    browser
        .post_once("/sign-in", &[("email", email), ("password", password)])
        .await
        .status
        .as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_behind_the_sign_in_is_reached_after_it() {
    let (app, _) = TestApp::with_seller().await;
    let mut browser = app.browser();
    let form = browser.get("/settings/taxes").await.expect(200);
    assert_eq!(form.path, "/sign-in?next=/settings/taxes");
    form.shows("value=\"/settings/taxes\"");
    let fields = [
        ("email", " ANA@example.org "),
        ("password", PASSWORD),
        ("next", "/settings/taxes"),
    ];
    let answer = browser.post("/sign-in", &fields).await.expect(200);
    assert_eq!(answer.path, "/settings/taxes");
    let elsewhere = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    assert_eq!(app.browser().post("/sign-in", &elsewhere).await.path, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_04_guessing_is_stopped_and_the_owner_is_not_locked_out() {
    let (app, mut owner) = TestApp::with_seller().await;
    owner
        .post("/sign-out", &[])
        .await
        .expect(200)
        .shows("You have signed out.");
    let mut stranger = app.browser();
    let mut statuses = Vec::new();
    for n in 0..15 {
        statuses.push(sign_in(&mut stranger, EMAIL, &format!("guess number {n}")).await);
    }
    assert_eq!(
        statuses.iter().filter(|s| **s == 422).count(),
        10,
        "{statuses:?}"
    );
    assert_eq!(statuses[10..], [429; 5]);
    assert_eq!(
        sign_in(&mut app.browser(), EMAIL, PASSWORD).await,
        429,
        "an unknown browser waits too"
    );
    assert_eq!(
        sign_in(&mut owner, EMAIL, PASSWORD).await,
        303,
        "the browser that was here before does not"
    );
    app.advance(61);
    assert_eq!(
        sign_in(&mut stranger, EMAIL, "guess again").await,
        422,
        "a try comes back each minute"
    );
    assert_eq!(sign_in(&mut stranger, EMAIL, "guess again").await, 429);
}

#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the time a stranger could measure"
)]
async fn aut_05_unknown_and_known_accounts_answer_alike() {
    let (app, _) = TestApp::with_seller().await;
    let mut browser = app.browser();
    // The least of several, taken in turn, says what the work is; whatever else the machine does only adds to it.
    let mut least = [std::time::Duration::MAX; 2];
    for _ in 0..12 {
        let mut bodies = Vec::new();
        for (n, email) in [EMAIL, "nobody@example.org"].into_iter().enumerate() {
            let started = std::time::Instant::now();
            let answer = browser
                .post(
                    "/sign-in",
                    &[("email", email), ("password", "a wrong password")],
                )
                .await
                .expect(422);
            least[n] = least[n].min(started.elapsed());
            bodies.push(answer.body.replace(email, ""));
        }
        assert_eq!(bodies[0], bodies[1], "the same words");
        app.advance(600);
    }
    let ratio = least[0].as_secs_f64() / least[1].as_secs_f64();
    assert!((0.2..5.0).contains(&ratio), "the same work: {least:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_06_each_sign_in_has_a_new_token_and_signing_out_kills_it_on_the_server() {
    let (app, mut browser) = TestApp::with_seller().await;
    let first = browser.cookies["session"].clone();
    assert_eq!(sign_in(&mut browser, EMAIL, PASSWORD).await, 303);
    let second = browser.cookies["session"].clone();
    assert_ne!(first, second);
    let with = |token: &str| {
        let mut copy = app.browser();
        copy.cookies.insert("session".into(), token.to_owned());
        copy
    };
    assert_eq!(
        with(&first).get_once("/").await.status,
        303,
        "the token of before is worth nothing"
    );
    assert_eq!(with(&second).get_once("/").await.status, 200);
    browser.post("/sign-out", &[]).await.expect(200);
    assert!(!browser.cookies.contains_key("session"));
    assert_eq!(
        with(&second).get_once("/").await.status,
        303,
        "a copied cookie is worth nothing either"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_06_sessions_end_when_idle_when_old_and_everywhere_at_once() {
    let (app, mut browser) = TestApp::with_seller().await;
    let day = 24 * 3600;
    for _ in 0..5 {
        app.advance(13 * day);
        if browser.get_once("/").await.status == 303 {
            break;
        }
    }
    assert_eq!(
        browser.get_once("/").await.status,
        303,
        "sixty days are the most, however busy"
    );
    assert_eq!(sign_in(&mut browser, EMAIL, PASSWORD).await, 303);
    app.advance(15 * day);
    assert_eq!(
        browser.get_once("/").await.status,
        303,
        "fourteen days without a request"
    );
    let mut other = app.browser();
    assert_eq!(sign_in(&mut browser, EMAIL, PASSWORD).await, 303);
    assert_eq!(sign_in(&mut other, EMAIL, PASSWORD).await, 303);
    browser
        .post("/settings/account/sign-out-elsewhere", &[])
        .await
        .expect(200);
    assert_eq!(other.get_once("/").await.status, 303);
    assert_eq!(browser.get_once("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_07_a_new_password_asks_for_the_present_one_and_ends_other_sessions() {
    let (app, mut browser) = TestApp::with_seller().await;
    let mut other = app.browser();
    assert_eq!(sign_in(&mut other, EMAIL, PASSWORD).await, 303);
    let path = "/settings/account/password";
    let wrong = browser
        .post(path, &[("present", "not this"), ("new", "a quite new one")])
        .await
        .expect(422);
    wrong
        .shows("This is not your present password.")
        .hides("a quite new one");
    browser
        .post(path, &[("present", PASSWORD), ("new", "a quite new one")])
        .await
        .expect(200)
        .shows("Your password is changed");
    assert_eq!(other.get_once("/").await.status, 303);
    assert_eq!(sign_in(&mut app.browser(), EMAIL, PASSWORD).await, 422);
    assert_eq!(
        sign_in(&mut app.browser(), EMAIL, "a quite new one").await,
        303
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn web_05_cookies_of_a_session_are_host_bound_secure_and_hidden_from_scripts() {
    let options = Options {
        public_url: "https://invoices.example.org".into(),
        ..Options::default()
    };
    let app = TestApp::with(options).await;
    let token = app.setup_link().await.unwrap();
    let you = [
        ("name", "Ana Roy"),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    let answer = app
        .browser()
        .post(&format!("/setup/{token}"), &you)
        .await
        .expect(200);
    for name in ["__Host-session", "__Host-device"] {
        let line = answer
            .set_cookies
            .iter()
            .find(|l| l.starts_with(&format!("{name}=")))
            .expect(name);
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!line.contains("Domain="), "{line}");
    }
    assert!(answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test(flavor = "multi_thread")]
async fn web_06_no_other_site_can_press_a_button_here() {
    let (app, mut browser) = TestApp::with_seller().await;
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", "http://other.localhost:8080"),
    ] {
        browser.headers = vec![("sec-fetch-site", site.into()), ("origin", origin.into())];
        browser
            .post("/settings/business", &[("name", "Evil")])
            .await
            .expect(403)
            .shows("came from another site");
        browser.post("/sign-out", &[]).await.expect(403);
    }
    browser.headers.clear();
    browser.get("/").await.expect(200).shows("Studio Nord");
    for path in ["/sign-out", "/mode", "/settings/account/sign-out-elsewhere"] {
        let status = browser.get_once(path).await.status.as_u16();
        assert!(
            matches!(status, 404 | 405),
            "{path} changes nothing by GET: {status}"
        );
    }
    drop(app);
}
