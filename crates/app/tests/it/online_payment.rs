//! Settings → Billing Settings → Online Payment, against the rehearsal.

use kit::sql;

use crate::with_stripe::{PASSWORD, StripeApp};

#[tokio::test(flavor = "multi_thread")]
async fn ac_01_ac_02_ac_03_ac_04_ac_05_the_page_the_section_the_form_the_currencies_and_the_guide()
{
    for mut t in StripeApp::on_every_engine().await {
        let page = t.owner.get("/settings/billing").await;
        assert_eq!(page.status, 200);
        for words in ["Billing Settings", "Online Payment", "Edit Stripe settings"] {
            assert!(page.says(words), "ac_01, ac_02: {words}");
        }
        let form = t.owner.get("/settings/billing/online-payment/live").await;
        for words in [
            "Online payment enabled",
            "Public Key",
            "Secret Key",
            "Payment currency",
            "Save",
        ] {
            assert!(form.says(words), "ac_03: {words}");
        }
        for code in ["CAD", "EUR", "USD"] {
            assert!(form.says(&format!("value=\"{code}\"")), "ac_04: {code}");
        }
        assert!(
            form.says("value=\"CAD\" selected"),
            "ac_04: the business's own is preselected"
        );
        for words in [
            "Live mode is on, test mode off.",
            "Open Developers, then API keys.",
            "Find the two standard keys, public and secret.",
            "Add a secret key.",
            "Choose to build your own integration.",
            "Copy the Public Key: it starts with pk_live_.",
            "Copy the Secret Key: it begins with sk_live_, not sk_test_. Never share it.",
            "If all the information is valid, the payment system is active immediately, and customers can pay by credit card.",
            "No banking information about your customers is stored on our servers; all transactions are handled by Stripe.",
            "Stripe charges its standard percentage; the application charges nothing on top.",
        ] {
            assert!(form.says(words), "ac_05: {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_10_good_keys_are_proved_line_by_line_and_ac_11_active_at_once() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let page = t.owner.get("/settings/billing").await;
        for words in [
            "Active. Customers can pay by card.",
            "One account, one mode.",
            "CAD can be charged.",
            "News of payments can be read.",
        ] {
            assert!(page.says(words), "{words}\n{}", page.text());
        }
        let invoice = t.issued(50_00).await;
        t.open(&invoice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_12_whatever_is_wrong_nothing_changes_and_the_form_keeps_all_but_the_secret() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (own, other) = (t.keys(0), t.keys(1));
        let cases = [
            (
                own.test.publishable.clone(),
                own.live.secret.clone(),
                "This is a test key.",
            ),
            (
                own.live.publishable.clone(),
                own.test.secret.clone(),
                "no real payment would arrive",
            ),
            (
                other.live.publishable.clone(),
                own.live.secret.clone(),
                "belongs to another account",
            ),
            (
                own.live.publishable.clone(),
                "sk_live_unknown".to_owned(),
                "Stripe does not know this key.",
            ),
            (
                "pk_live_unknown".to_owned(),
                own.live.secret.clone(),
                "Stripe does not know this key.",
            ),
            (
                "whsec_123".to_owned(),
                own.live.secret.clone(),
                "This is a webhook secret.",
            ),
        ];
        for (public, secret, reason) in cases {
            let answer = t.save_keys("live", &public, &secret).await;
            assert_eq!(answer.status, 422, "{public}");
            assert!(answer.says(reason), "{reason}\n{}", answer.text());
            assert!(answer.says(&public), "what was typed stays");
            assert!(!answer.says(&secret), "the secret does not come back");
        }
        assert_eq!(
            t.count(sql!("select version from stripe_settings")).await,
            1,
            "nothing was saved"
        );
        let invoice = t.issued(50_00).await;
        t.open(&invoice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_09_swapped_keys_are_swapped_back_with_one_press() {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0).live;
        let answer = t.save_keys("live", &keys.secret, &keys.publishable).await;
        assert_eq!(answer.status, 422);
        assert!(answer.says("swapped"), "{}", answer.text());
        assert!(
            !answer.says(&keys.secret),
            "the secret key travels only sealed"
        );
        assert_eq!(answer.value("public_key"), keys.publishable);
        let path = "/settings/billing/online-payment/live";
        let (swap, public, version) = (
            answer.value("swap"),
            answer.value("public_key"),
            answer.value("version"),
        );
        let saved = t
            .owner
            .post(
                path,
                &[
                    ("version", &version),
                    ("enabled", "on"),
                    ("swap", &swap),
                    ("public_key", &public),
                    ("secret_key", ""),
                    ("currency", "CAD"),
                ],
            )
            .await;
        assert_eq!(saved.status, 303, "{}", saved.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_08_a_restricted_key_will_do_and_a_missing_permission_is_named() {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0).live;
        let saved = t
            .save_keys("live", &keys.publishable, &keys.restricted)
            .await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        assert!(
            t.owner
                .get("/settings/billing")
                .await
                .says("That hinders nothing."),
            "a 403 on the account is advice"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_10_an_account_that_may_not_charge_and_an_unreachable_stripe_save_nothing() {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0);
        t.stripe
            .control()
            .set_charges_enabled(&keys.account, false)
            .unwrap();
        let answer = t
            .save_keys("live", &keys.live.publishable, &keys.live.secret)
            .await;
        assert_eq!(answer.status, 422);
        assert!(
            answer.says("may not take payments yet"),
            "{}",
            answer.text()
        );
        assert_eq!(
            t.count(sql!("select count(*) from stripe_settings")).await,
            0
        );
        t.stripe
            .control()
            .set_charges_enabled(&keys.account, true)
            .unwrap();
        let silence = fake_stripe::Trouble::TimeOutBefore { hold_ms: 0 };
        t.stripe
            .control()
            .fault(fake_stripe::Fault::new(silence).times(1000));
        let answer = t
            .save_keys("live", &keys.live.publishable, &keys.live.secret)
            .await;
        assert_eq!(answer.status, 422);
        assert!(
            answer.says("Stripe could not be reached"),
            "{}",
            answer.text()
        );
        assert!(
            answer.says(&keys.live.publishable),
            "what was typed is still there"
        );
        assert_eq!(
            t.count(sql!("select count(*) from stripe_settings")).await,
            0
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_14_the_test_drawer_is_its_own() {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0);
        let refused = t
            .save_keys("test", &keys.live.publishable, &keys.live.secret)
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.says("This is a live key."));
        let saved = t
            .save_keys("test", &keys.test.publishable, &keys.test.secret)
            .await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let invoice = t.issued(50_00).await;
        assert!(
            app::payments::open(&t.app, &t.scope, &invoice)
                .await
                .is_err(),
            "test keys pay no live invoice"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_18_the_secret_is_write_only_and_replacing_it_asks_for_the_password_and_is_audited() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let keys = t.keys(0).live;
        for path in ["/settings/billing", "/settings/billing/online-payment/live"] {
            let page = t.owner.get(path).await;
            assert!(!page.says(&keys.secret), "{path}");
            assert!(
                page.says(&keys.secret[keys.secret.len() - 4..]),
                "{path} shows the last four"
            );
        }
        let path = "/settings/billing/online-payment/live";
        let form = |password: &'static str| {
            [
                ("version", "1".to_owned()),
                ("enabled", "on".to_owned()),
                ("public_key", keys.publishable.clone()),
                ("secret_key", keys.restricted.clone()),
                ("password", password.to_owned()),
                ("currency", "CAD".to_owned()),
            ]
        };
        let wrong = form("wrong");
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(t.owner.post(path, &wrong).await.status, 422);
        let right = form(PASSWORD);
        let right: Vec<(&str, &str)> = right.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let saved = t.owner.post(path, &right).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        assert_eq!(
            t.count(sql!(
                "select count(*) from audit_entries where act = 'stripe_keys.saved'"
            ))
            .await,
            2
        );
        assert_eq!(
            t.stranger().get(path).await.status,
            303,
            "nobody else sees it"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_08_a_revoked_key_is_named() {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0).live;
        t.stripe.control().revoke_key(&keys.secret).unwrap();
        let answer = t.save_keys("live", &keys.publishable, &keys.secret).await;
        assert_eq!(answer.status, 422);
        assert!(answer.says("expired or was revoked"), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_08_every_right_a_restricted_key_lacks_is_named_and_the_guide_lists_what_the_mode_needs()
{
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0);
        let form = t.owner.get("/settings/billing/online-payment/live").await;
        for right in [
            "Payment Intents: write",
            "Customers: write",
            "Payment Methods: write",
            "Charges and Refunds: write",
            "Disputes: write",
            "Balance Transactions: read",
            "Payouts: read",
            "Checkout Sessions: write",
            "Only where customers pay on the page that Stripe hosts.",
        ] {
            assert!(form.says(right), "{right}: {}", form.text());
        }
        for (permission, named) in [
            ("rak_customer_write", "lacks: Customers: write"),
            ("rak_payment_method_write", "lacks: Payment Methods: write"),
            ("rak_charge_write", "lacks: Charges and Refunds: write"),
            ("rak_dispute_write", "lacks: Disputes: write"),
            ("rak_balance_read", "lacks: Balance: read"),
            (
                "rak_balance_transaction_read",
                "lacks: Balance Transactions: read",
            ),
            ("rak_payout_read", "lacks: Payouts: read"),
        ] {
            let held: Vec<&str> = fake_stripe::RECOMMENDED_PERMISSIONS
                .iter()
                .copied()
                .filter(|held| *held != permission)
                .collect();
            let key = t
                .stripe
                .control()
                .restricted_key(&keys.account, fake_stripe::Mode::Live, &held)
                .unwrap();
            let refused = t.save_keys("live", &keys.live.publishable, &key).await;
            assert_eq!(refused.status, 422, "{permission}");
            assert!(refused.says(named), "{named}: {}", refused.text());
            assert!(refused.says("give it these permissions"));
        }
        // Several at once, and the page that Stripe hosts only where it is wanted.
        let held: Vec<&str> = fake_stripe::RECOMMENDED_PERMISSIONS
            .iter()
            .copied()
            .filter(|held| !["rak_customer_write", "rak_payout_read"].contains(held))
            .collect();
        let control = t.stripe.control();
        let key = control
            .restricted_key(&keys.account, fake_stripe::Mode::Live, &held)
            .unwrap();
        let refused = t.save_keys("live", &keys.live.publishable, &key).await;
        assert!(
            refused.says("lacks: Customers: write, Payouts: read"),
            "{}",
            refused.text()
        );
        let saved = t
            .save_keys("live", &keys.live.publishable, &keys.live.restricted)
            .await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let page = t.owner.get("/settings/billing").await;
        assert!(page.says("It may do all that is needed here."));
        assert!(
            page.says("Where customers pay") && page.says("On your payment page"),
            "{}",
            page.text()
        );
    }
}
