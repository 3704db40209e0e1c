//! The seller changes where customers pay, or switches it off, while somebody is paying; and a payer whose browser holds
//! the form back takes the other way.

use app::payments::{self, Ask, CannotOpen, Told};
use kit::sql;

use super::{VISA, ask_stripe, choose, count_open, finds_it_over, hosted, open, pays, try_open};
use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";
const ASKS_THE_BANK: &str = "4000000000003220";

#[tokio::test(flavor = "multi_thread")]
async fn ac_13_switching_off_ends_the_page_that_nobody_has_paid_and_books_what_is_under_way() {
    for mut t in hosted().await {
        let control = t.stripe.control();
        control.set_bank_debits(&t.keys(0).account, true).unwrap();
        let (idle, under_way) = (t.issued(50_00).await, t.issued(60_00).await);
        let nobody = open(&t, &idle).await;
        let somebody = open(&t, &under_way).await;
        pays(&t, &somebody, "acss_debit");
        let path = "/settings/billing/online-payment/live";
        let version = t.owner.get(path).await.value("version");
        let keys = t.keys(0).live;
        let form = [
            ("version", version.as_str()),
            ("public_key", keys.publishable.as_str()),
            ("secret_key", ""),
            ("currency", "CAD"),
            ("way", "page"),
        ];
        assert_eq!(t.owner.post(path, &form).await.status, 303);
        t.run_jobs().await;
        finds_it_over(&t, &nobody);
        let refused = try_open(&t, &[Ask::whole(&idle)]).await;
        assert!(
            matches!(refused, Err(CannotOpen::NoOffer(_))),
            "{refused:?}"
        );
        t.stripe
            .control()
            .advance(std::time::Duration::from_secs(4 * 86_400));
        for _ in 0..2 {
            ask_stripe(&t).await;
        }
        assert_eq!(t.invoice(&under_way).await, ("paid".into(), 60_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_of_the_settings_says_where_customers_pay() {
    for mut t in hosted().await {
        let page = t.owner.get("/settings/billing").await;
        assert!(
            page.says("Where customers pay") && page.says("On a page that Stripe hosts"),
            "{}",
            page.text()
        );
        let french = t.owner.get("/settings/billing?lang=fr").await;
        assert!(
            french.says("Sur une page hébergée par Stripe"),
            "{}",
            french.text()
        );
        t.owner.get("/settings/billing?lang=en").await;
        assert_eq!(choose(&mut t, "form").await.status, 303);
        let page = t.owner.get("/settings/billing").await;
        assert!(page.says("On your payment page"), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_13_switching_off_leaves_nothing_open_however_many_had_begun_to_pay() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let mut forms = Vec::new();
        for _ in 0..3 {
            let invoice = t.issued(50_00).await;
            forms.push(t.open(&invoice).await);
        }
        // More than one stretch stands before these: others that Stripe does not know, so that they stay.
        t.execute(sql!("insert into invoices (id, business_id, mode, customer_id, state, number, language, currency, issue_date, due_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, frozen, search, version, created_at, updated_at) with recursive t(n) as (select 1 union all select n + 1 from t where n < 210) select '0-' || cast(n as text), i.business_id, i.mode, 'c', 'open', '0-' || cast(n as text), 'fr', 'CAD', i.issue_date, i.due_date, 30, '', '', '', 100, 0, 100, 0, 0, '{}', '', 1, 0, 0 from t, (select business_id, mode, issue_date, due_date from invoices order by id limit 1) i")).await;
        t.execute(sql!("insert into payment_attempts (id, business_id, mode, invoice_id, idempotency_key, amount_minor, currency, intent_id, account_id, state, intent_status, failure_code, failure_group, last_request_id, created_at, updated_at) select i.id, i.business_id, i.mode, i.id, i.id, 100, 'CAD', 'pi_' || i.id, '', 'started', '', '', '', '', 0, 0 from invoices i where i.id like '0-%'")).await;
        let path = "/settings/billing/online-payment/live";
        let version = t.owner.get(path).await.value("version");
        let keys = t.keys(0).live;
        let form = [
            ("version", version.as_str()),
            ("public_key", keys.publishable.as_str()),
            ("secret_key", ""),
            ("currency", "CAD"),
            ("way", "form"),
        ];
        assert_eq!(t.owner.post(path, &form).await.status, 303);
        payments::cancel_idle(&t.app, &t.scope).await.unwrap();
        for form in &forms {
            assert_ne!(t.payer().pays(form, GOOD).await["status"], "succeeded");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_form_to_the_page_the_form_that_is_open_takes_no_money_any_more() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let form = t.open(&invoice).await;
        assert_eq!(choose(&mut t, "page").await.status, 303);
        t.run_jobs().await;
        assert_ne!(t.payer().pays(&form, GOOD).await["status"], "succeeded");
        let refused = payments::open(&t.app, &t.scope, &invoice).await;
        assert!(matches!(refused, Err(CannotOpen::OnlyThere)), "{refused:?}");
        let there = open(&t, &invoice).await;
        pays(&t, &there, VISA);
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        assert_eq!(t.stripe.control().charges().len(), 1);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payer_who_is_with_the_bank_while_the_seller_switches_to_the_page_is_let_through_once() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let form = t.open(&invoice).await;
        let asked = t.payer().pays(&form, ASKS_THE_BANK).await;
        assert_eq!(asked["status"], "requires_action", "{asked}");
        assert_eq!(choose(&mut t, "page").await.status, 303);
        t.run_jobs().await;
        let ticket =
            serde_json::json!({ "client_secret": form.client_secret.expose(), "passed": true });
        let url = format!("{}/rehearsal/challenge/finish", t.stripe.base_url());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        http.post(url)
            .body(ticket.to_string())
            .send()
            .await
            .unwrap();
        let paid = try_open(&t, &[Ask::whole(&invoice)]).await;
        assert!(matches!(paid, Err(CannotOpen::Paid)), "{paid:?}");
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        assert_eq!(t.stripe.control().charges().len(), 1);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_page_to_the_form_the_page_that_is_open_takes_no_money_any_more() {
    for mut t in hosted().await {
        let invoice = t.issued(50_00).await;
        let there = open(&t, &invoice).await;
        assert_eq!(choose(&mut t, "form").await.status, 303);
        t.run_jobs().await;
        finds_it_over(&t, &there);
        let form = t.open(&invoice).await;
        t.payer().pays(&form, GOOD).await;
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 50_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_load_is_closed_at_stripe_before_the_page_opens_and_the_other_way_round()
{
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(50_00).await;
        let form = t.open(&invoice).await;
        let there = open(&t, &invoice).await;
        assert_ne!(t.payer().pays(&form, GOOD).await["status"], "succeeded");
        assert_eq!(count_open(&t).await, 1);
        // Saved again for another reason meanwhile: who is paying there is left alone.
        assert_eq!(choose(&mut t, "form").await.status, 303);
        t.run_jobs().await;
        assert_eq!(count_open(&t).await, 1);
        let form = t.open(&invoice).await;
        finds_it_over(&t, &there);
        let there = open(&t, &invoice).await;
        pays(&t, &there, VISA);
        assert_ne!(t.payer().pays(&form, GOOD).await["status"], "succeeded");
        ask_stripe(&t).await;
        let told = payments::ask_about_invoice(&t.app, &t.scope, &invoice).await;
        assert_eq!(told.unwrap(), Told::Paid);
        let live = sql!("select count(*) from payment_attempt_invoices where live = 1");
        assert_eq!(t.count(live).await, 0);
        assert_eq!(t.stripe.control().charges().len(), 1);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ac_08_a_key_that_may_not_open_the_page_is_refused_with_the_permission_it_lacks() {
    for mut t in StripeApp::on_every_engine().await {
        let keys = t.keys(0);
        let without: Vec<&str> = fake_stripe::RECOMMENDED_PERMISSIONS
            .iter()
            .copied()
            .filter(|p| *p != "rak_checkout_session_write")
            .collect();
        let control = t.stripe.control();
        let key = control
            .restricted_key(&keys.account, fake_stripe::Mode::Live, &without)
            .unwrap();
        let saved = t.save_keys("live", &keys.live.publishable, &key).await;
        assert_eq!(saved.status, 303, "the form asks for no such permission");
        let refused = choose(&mut t, "page").await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.says("rak_checkout_session_write")
                && refused.says("write access to Checkout Sessions"),
            "{}",
            refused.text()
        );
        let hosted = t.count(sql!("select hosted from stripe_settings")).await;
        assert_eq!(hosted, 0, "nothing was saved");
    }
}
