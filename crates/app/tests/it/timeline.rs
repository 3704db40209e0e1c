//! The record of an invoice: everything that happened, and why it is not paid.

use std::time::Duration;

use app::payments;

use crate::with_stripe::StripeApp;

const NO_FUNDS: &str = "4000000000009995";
const GOOD: &str = "4242424242424242";

/// The record, once it tells of `words`: the calls are written beside the acts, not before them.
async fn record_telling(t: &mut StripeApp, invoice: &str, words: &str) -> String {
    for _ in 0..100 {
        let page = t.owner.get(&format!("/invoices/{invoice}/record")).await;
        assert_eq!(page.status, 200);
        if page.text().contains(words) {
            return page.text().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the record never tells of “{words}”");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_payment_is_told_with_stripes_own_code_request_and_key() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, NO_FUNDS).await;
        payments::ask_about_invoice(&t.app, &t.scope, &invoice)
            .await
            .unwrap();
        let text = record_telling(&mut t, &invoice, "We asked about pi_").await;
        assert!(
            text.contains("declined the payment. No money moved"),
            "the answer stands above"
        );
        assert!(text.contains("(insufficient_funds)"), "with Stripe’s code");
        assert!(text.contains("req_"), "with a request id");
        assert!(text.contains("/v1/payment_intents"), "with what was asked");
        assert!(
            !text.contains("_secret_") && !text.contains("sk_live_"),
            "without any secret"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_an_answer_is_told_as_one_that_may_have_been_carried_out() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        t.stripe.control().answer_500_next();
        let _ = payments::open(&t.app, &t.scope, &invoice).await;
        let opened = t.open(&invoice).await;
        let text = record_telling(&mut t, &invoice, "A payment of $50.00 was opened").await;
        assert!(text.contains("opened the card form and left"), "{text}");
        t.payer().pays(&opened, GOOD).await;
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        let text = record_telling(&mut t, &invoice, "An event was found in Stripe").await;
        assert!(text.contains("Nothing is owed on it."));
        assert!(text.contains("payment_intent.succeeded"));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_follows_the_invoice_from_never_sent_to_seen() {
    for mut t in StripeApp::on_every_engine().await {
        let invoice = t.issued(50_00).await;
        let text = record_telling(&mut t, &invoice, "Why is this not paid?").await;
        assert!(text.contains("never sent"), "{text}");
        let unknown = t.owner.get("/invoices/0-0/record").await;
        assert_eq!(unknown.status, 404);
        let stranger = t
            .stranger()
            .get(&format!("/invoices/{invoice}/record"))
            .await;
        assert_ne!(stranger.status, 200, "only for who is signed in");
    }
}
