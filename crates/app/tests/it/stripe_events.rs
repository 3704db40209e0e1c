//! Signed deliveries: kept first, worked later, once.

use axum::body::Body;
use http::Request;
use kit::sql;

use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";

async fn deliver(t: &StripeApp, path: &str, signature: &str, body: &str) -> u16 {
    let request = Request::post(path)
        .header("stripe-signature", signature)
        .body(Body::from(body.to_owned()))
        .unwrap();
    t.stranger().send(request).await.status
}

/// Delivers an event to the live drawer, signed as Stripe signs.
pub async fn deliver_signed(t: &StripeApp, body: &str) -> u16 {
    let now = t.app.clock().now().as_second();
    let secret = webhook_secret(t).await;
    let signature = stripe::webhook::sign_header(now, body.as_bytes(), &[&secret]);
    deliver(t, &webhook_path(t).await, &signature, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_07_a_bad_signature_is_400_counted_and_never_kept() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let path = webhook_path(&t).await;
        let body = r#"{"id":"evt_forged","object":"event","type":"payment_intent.succeeded","livemode":true,"data":{"object":{"id":"pi_x","object":"payment_intent"}}}"#;
        for signature in [
            "",
            "t=1,v1=00",
            "nonsense",
            &stripe::webhook::sign_header(
                t.app.clock().now().as_second(),
                body.as_bytes(),
                &["whsec_wrong"],
            ),
        ] {
            assert_eq!(
                deliver(&t, &path, signature, body).await,
                400,
                "{signature}"
            );
        }
        assert_eq!(
            t.count(sql!(
                "select count(*) from stripe_events where stripe_id = 'evt_forged'"
            ))
            .await,
            0
        );
        assert_eq!(
            t.count(sql!("select bad_signatures from stripe_settings"))
                .await,
            4
        );
        assert_eq!(
            deliver(&t, "/stripe/webhook/unknown", "t=1,v1=00", body).await,
            404
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_08_a_doubled_delivery_is_kept_once_and_a_foreign_or_unknown_one_is_acknowledged() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (path, secret) = (webhook_path(&t).await, webhook_secret(&t).await);
        let now = t.app.clock().now().as_second();
        let events = [
            r#"{"id":"evt_1","object":"event","type":"payment_intent.succeeded","livemode":true,"data":{"object":{"id":"pi_foreign","object":"payment_intent"}}}"#,
            r#"{"id":"evt_2","object":"event","type":"something.new","livemode":true,"data":{"object":{"id":"x_1","object":"x"}}}"#,
            r#"{"id":"evt_3","object":"event","type":"payment_intent.succeeded","livemode":false,"data":{"object":{"id":"pi_test","object":"payment_intent"}}}"#,
            r#"not json at all"#,
        ];
        for body in events.iter().chain(&events) {
            let signature = stripe::webhook::sign_header(now, body.as_bytes(), &[&secret]);
            assert_eq!(deliver(&t, &path, &signature, body).await, 200, "{body}");
        }
        t.run_jobs().await;
        assert_eq!(
            t.count(sql!(
                "select count(*) from stripe_events where stripe_id in ('evt_1', 'evt_2', 'evt_3')"
            ))
            .await,
            3
        );
        assert_eq!(t.count(sql!("select count(*) from stripe_events where state = 'set aside' and stripe_id in ('evt_1', 'evt_2', 'evt_3')")).await, 3);
        assert_eq!(t.count(sql!("select count(*) from payments")).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_09_a_signed_delivery_alone_pays_the_invoice() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (path, secret) = (webhook_path(&t).await, webhook_secret(&t).await);
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        let intent = t.payer().pays(&opened, GOOD).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let body = format!(
            r#"{{"id":"evt_paid","object":"event","type":"payment_intent.succeeded","livemode":true,"data":{{"object":{{"id":"{intent}","object":"payment_intent"}}}}}}"#
        );
        let signature = stripe::webhook::sign_header(
            t.app.clock().now().as_second(),
            body.as_bytes(),
            &[&secret],
        );
        assert_eq!(deliver(&t, &path, &signature, &body).await, 200);
        assert_eq!(
            t.invoice(&invoice).await.0,
            "open",
            "answered before it is worked"
        );
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_09_all_that_is_kept_about_one_payment_is_worked_by_one_question() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        t.stripe.control().deliveries(fake_stripe::DeliveryScript {
            drop: true,
            ..fake_stripe::DeliveryScript::default()
        });
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        let paid = t.payer().pays(&opened, GOOD).await;
        let text = |name: &str| paid[name].as_str().unwrap().to_owned();
        let (intent, charge) = (text("id"), text("latest_charge"));
        let of_charge =
            format!(r#"{{"id":"{charge}","object":"charge","payment_intent":"{intent}"}}"#);
        let of_intent = format!(r#"{{"id":"{intent}","object":"payment_intent"}}"#);
        let event = |id: &str, kind: &str, livemode: bool, object: &str| {
            format!(
                r#"{{"id":"{id}","object":"event","type":"{kind}","livemode":{livemode},"data":{{"object":{object}}}}}"#
            )
        };
        for body in [
            event("evt_a", "charge.succeeded", true, &of_charge),
            event("evt_b", "payment_intent.succeeded", true, &of_intent),
            // Not for this drawer, and so no part of the question.
            event("evt_c", "charge.updated", false, &of_charge),
            event("evt_d", "charge.updated", true, &of_charge),
        ] {
            assert_eq!(deliver_signed(&t, &body).await, 200);
        }
        let questions = sql!("select count(*) from jobs where kind = 'ProcessStripeEvent'");
        assert_eq!(t.count(questions).await, 1);
        t.run_jobs().await;
        let asked = t.stripe.control().recorded();
        let path = format!("/v1/payment_intents/{intent}");
        let gets = asked
            .iter()
            .filter(|r| r["method"] == "GET" && r["path"] == path.as_str());
        assert_eq!(gets.count(), 1, "{asked:?}");
        let ended = t.app.db().read::<_, kit::db::Error, _>(|tx| {
            tx.list(
                sql!("select state, result from stripe_events order by received_at, stripe_id"),
                kit::args![],
                |r| Ok((r.text(0)?, r.text(1)?)),
            )
        });
        let ended = ended.await.unwrap();
        let word = |state: &str, result: &str| (state.to_owned(), result.to_owned());
        let booked = word("worked", "booked");
        let foreign = word("set aside", "of the other mode");
        assert_eq!(ended, [booked.clone(), booked.clone(), foreign, booked]);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_13_pay_15_news_of_the_other_mode_or_of_another_account_changes_nothing() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (path, secret) = (webhook_path(&t).await, webhook_secret(&t).await);
        let keys = t.keys(0);
        let saved = t
            .save_keys("test", &keys.test.publishable, &keys.test.secret)
            .await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let test_secret = webhook_secret_of(&t, billing::Mode::Test).await;
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        let intent = t.payer().pays(&opened, GOOD).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let event = |id: &str, livemode: bool, account: &str| {
            format!(
                r#"{{"id":"{id}","object":"event","type":"payment_intent.succeeded","livemode":{livemode},"account":{account},"data":{{"object":{{"id":"{intent}","object":"payment_intent"}}}}}}"#
            )
        };
        let now = t.app.clock().now().as_second();
        let signed = |body: &str, secret: &str| {
            stripe::webhook::sign_header(now, body.as_bytes(), &[secret])
        };
        // What the endpoint of the test drawer signed is nothing for the live one.
        let body = event("evt_a", true, "null");
        let answer = deliver(&t, &path, &signed(&body, &test_secret), &body).await;
        assert_eq!(answer, 400);
        // Well signed, and still not for this drawer: kept, acknowledged, and without effect.
        for body in [
            event("evt_b", false, "null"),
            event("evt_c", true, "\"acct_other\""),
        ] {
            let answer = deliver(&t, &path, &signed(&body, &secret), &body).await;
            assert_eq!(answer, 200);
        }
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await, ("open".into(), 0));
        assert_eq!(t.count(sql!("select count(*) from stripe_events where state = 'set aside' and stripe_id in ('evt_b', 'evt_c')")).await, 2);
        assert_eq!(
            t.count(sql!(
                "select count(*) from stripe_events where stripe_id = 'evt_a'"
            ))
            .await,
            0
        );
        let body = event("evt_d", true, "null");
        deliver(&t, &path, &signed(&body, &secret), &body).await;
        t.run_jobs().await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        t.judge().await;
    }
}

/// Found by simulation: the list was read from the last save on, so what lay between two saves was stepped over.
#[tokio::test(flavor = "multi_thread")]
async fn pay_08_saving_the_form_again_before_the_first_event_was_pulled_steps_over_none() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        t.stripe.control().deliveries(fake_stripe::DeliveryScript {
            drop: true,
            ..fake_stripe::DeliveryScript::default()
        });
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, "4242424242424242").await;
        let days = std::time::Duration::from_secs(3 * 86_400);
        t.advance(days);
        t.stripe.control().advance(days);
        t.activate().await;
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        let kept = t
            .count(kit::sql!(
                "select count(*) from stripe_events where kind = 'charge.succeeded'"
            ))
            .await;
        assert_eq!(kept, 1);
        t.judge().await;
    }
}

async fn webhook_secret_of(t: &StripeApp, mode: billing::Mode) -> String {
    let scope = app::who::Scope {
        mode,
        ..t.scope.clone()
    };
    let drawer = t
        .app
        .db()
        .read::<_, kit::db::Error, _>(move |tx| app::online_payment::drawer(tx, &scope))
        .await
        .unwrap()
        .unwrap();
    let secrets = app::online_payment::signing_secrets(&t.app, &drawer).unwrap();
    secrecy::ExposeSecret::expose_secret(&secrets[0]).to_owned()
}

async fn drawer(t: &StripeApp) -> app::online_payment::Drawer {
    let scope = t.scope.clone();
    t.app
        .db()
        .read::<_, kit::db::Error, _>(move |tx| app::online_payment::drawer(tx, &scope))
        .await
        .unwrap()
        .unwrap()
}

async fn webhook_path(t: &StripeApp) -> String {
    let url = drawer(t).await.webhook_url;
    url[url.find("/stripe/").unwrap()..].to_owned()
}

async fn webhook_secret(t: &StripeApp) -> String {
    let secrets = app::online_payment::signing_secrets(&t.app, &drawer(t).await).unwrap();
    secrecy::ExposeSecret::expose_secret(&secrets[0]).to_owned()
}
