//! The dashboard: every number is the door to a list, and the list adds up to it.

use ::kit::locale::Locale;
use ::kit::sql;
use billing::Mode;

use crate::invoices::{customer, draft, issued, scope};
use crate::kit::TestApp;
use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_sees_what_is_to_be_done() {
    let (_app, mut browser) = TestApp::with_seller().await;
    browser
        .get("/")
        .await
        .expect(200)
        .shows("<h1>Dashboard</h1>")
        .shows("class=\"tasks\"")
        .hides("class=\"tasks needs\"")
        .hides("class=\"chart\"");
}

/// The amounts on a list page, as its rows show them, added up in cents; what went back stands there below nothing.
fn sum_of_rows(body: &str) -> i64 {
    let cents = |text: &str| {
        let figures: String = text.chars().filter(char::is_ascii_digit).collect();
        let cents = figures.parse::<i64>().unwrap();
        if text.contains(['-', '\u{2212}']) {
            -cents
        } else {
            cents
        }
    };
    let cells = body
        .split("<td class=\"sum")
        .skip(1)
        .map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap());
    cells.map(cents).sum()
}

/// Every door on the first page that leads to a list with sums: its address and the amount that stands on it.
fn doors(body: &str) -> Vec<(String, String)> {
    let links = body.split("href=\"").skip(1).filter_map(|rest| {
        let (href, rest) = rest.split_once('"')?;
        let text = rest.split_once('>')?.1.split('<').next()?;
        let counts = ["view=", "/received", "/on-its-way"];
        let counts = counts.iter().any(|part| href.contains(part));
        (counts && text.starts_with('$')).then(|| (href.replace("&#38;", "&"), text.to_owned()))
    });
    links.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_a_door_and_its_list_adds_up_to_it() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let buyer = customer(&app, &scope, "Café Olimpico").await;
    // Due thirty days after their issue: at the end, 100, 55, 20 and 5 days late, due soon and due later.
    for (price, days) in [
        (100_00, 45),
        (250_50, 35),
        (80_25, 15),
        (60_00, 20),
        (40_00, 15),
        (7_00, 0),
    ] {
        let id = draft(&app, &scope, &buyer, price).await;
        issued(&app, &scope, &id).await;
        app.advance(days * 24 * 3600);
    }
    app.sign_in_again(&mut browser).await;
    let page = browser.get("/").await.expect(200);
    let doors = doors(&page.body);
    for part in ["view=overdue\"", "view=expected\"", "due_to=", "due_from="] {
        assert!(page.body.contains(part), "a door with {part}");
    }
    assert!(doors.len() >= 7, "{doors:?}");
    for (href, amount) in doors {
        let list = browser.get(&href).await.expect(200);
        let sum = Locale::EN_CA.money(sum_of_rows(&list.body), "CAD", 2);
        assert_eq!(sum, amount, "{href}");
        if amount != "$0.00" {
            list.shows(&format!("<strong>{amount}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_currencies_are_never_added_and_each_leads_to_its_own_list() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let buyer = customer(&app, &scope, "Café Olimpico").await;
    let id = draft(&app, &scope, &buyer, 100_00).await;
    issued(&app, &scope, &id).await;
    let page = browser.get("/").await.expect(200);
    page.shows("href=\"/invoices?view=expected\"");
    let id = draft(&app, &scope, &buyer, 70_00).await;
    app.execute(sql!(
        "update invoices set currency = 'EUR' where state = 'draft'"
    ))
    .await;
    issued(&app, &scope, &id).await;
    let page = browser.get("/").await.expect(200);
    page.shows("view=expected&#38;currency=CAD")
        .shows("view=expected&#38;currency=EUR");
    let euros = browser
        .get("/invoices?view=expected&currency=EUR")
        .await
        .expect(200);
    assert_eq!(euros.body.matches("<td class=\"sum").count(), 1);
    euros.shows("Show every due date and currency");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_this_month_equals_its_list_with_the_fee_taken_off() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        for minor in [1_000_00, 500_00] {
            let invoice = t.issued(minor).await;
            let opened = t.open(&invoice).await;
            t.payer().pays(&opened, GOOD).await;
            app::stripe_events::ask_stripe_now(&t.app, &t.scope)
                .await
                .unwrap();
            t.run_jobs().await;
        }
        t.issued(20_00).await;
        let page = t.owner.get("/").await;
        // 2.9 % and 30 cents of each: 29.30 and 14.80.
        assert!(page.says("$1,455.90"), "{}", page.text());
        assert!(
            page.says("Paid $1,500.00, less Stripe’s fees of $44.10."),
            "{}",
            page.text()
        );
        assert!(page.text().contains("class=\"chart\""));
        let month = t.app.clock().today_in(&jiff::tz::TimeZone::UTC).to_string();
        let list = t
            .owner
            .get(&format!("/received?month={}&currency=CAD", &month[..7]))
            .await;
        assert_eq!(sum_of_rows(list.text()), 1_455_90, "{}", list.text());
        assert!(list.says("$1,455.90"), "{}", list.text());
        // Another month, another drawer, another currency: nothing of it.
        for elsewhere in ["month=2020-01", "currency=EUR"] {
            let list = t.owner.get(&format!("/received?{elsewhere}")).await;
            assert!(
                list.says("No payment in this month."),
                "{elsewhere}: {}",
                list.text()
            );
        }
        t.judge().await;
    }
}

/// What the first page says is on its way, and what its list adds up to; nothing when no such number stands there.
async fn on_its_way(t: &mut StripeApp) -> Option<(String, String)> {
    let page = t.owner.get("/").await;
    let all = doors(page.text());
    let (href, amount) = all
        .iter()
        .find(|(href, _)| href.starts_with("/on-its-way"))?;
    let list = t.owner.get(href).await;
    let sum = Locale::EN_CA.money(sum_of_rows(list.text()), "CAD", 2);
    assert_eq!(sum, *amount, "{}", list.text());
    assert!(list.says(amount), "{}", list.text());
    Some((amount.clone(), page.text().to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_equals_its_list_until_the_bank_has_it() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        assert_eq!(on_its_way(&mut t).await, None);
        let invoice = t.issued(1_000_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, GOOD).await;
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        app::payouts::pull(&t.app, &t.scope, true).await.unwrap();
        // 2.9 % and 30 cents of it stay with Stripe.
        let (amount, page) = on_its_way(&mut t).await.unwrap();
        assert_eq!(amount, "$970.70");
        assert!(page.contains("can be paid out from"), "{page}");
        let days = std::time::Duration::from_secs(8 * 86_400);
        t.stripe.control().advance(days);
        t.advance(days);
        let (amount, page) = on_its_way(&mut t).await.unwrap();
        assert_eq!(amount, "$970.70");
        assert!(page.contains("In your balance at Stripe."), "{page}");
        let account = t.keys(0).account;
        let sent = t
            .stripe
            .control()
            .run_payouts(&account, fake_stripe::Mode::Live)
            .unwrap();
        app::payouts::pull(&t.app, &t.scope, false).await.unwrap();
        let (amount, page) = on_its_way(&mut t).await.unwrap();
        assert_eq!(amount, "$970.70");
        assert!(page.contains("$970.70 arrives "), "{page}");
        t.stripe
            .control()
            .arrive_payout(sent[0]["id"].as_str().unwrap())
            .unwrap();
        t.stripe.control().advance(days);
        t.advance(days);
        app::payouts::pull(&t.app, &t.scope, false).await.unwrap();
        assert_eq!(
            on_its_way(&mut t).await,
            None,
            "by Stripe's word the bank has it"
        );
        // Nobody has found it there: that is said, and is a door to the list it counts.
        let page = t.owner.get("/on-its-way").await;
        assert!(page.says("Should be in your bank"), "{}", page.text());
        assert!(
            page.says("One payout to find on your statement"),
            "{}",
            page.text()
        );
        assert!(page.says("$970.70"), "{}", page.text());
        let list = t.owner.get("/payouts?view=to-find").await;
        assert_eq!(sum_of_rows(list.text()), 970_70, "{}", list.text());
        assert!(list.text().contains("$970.70</strong>"), "{}", list.text());
        let french = t.owner.get("/on-its-way?lang=fr").await;
        assert!(french.says("Un versement à trouver sur votre relevé"));
        t.owner.get("/on-its-way?lang=en").await;
        // Found, it is to be found no more.
        t.execute(sql!(
            "update payouts set found_date = arrival_date, found_by = 'Ana'"
        ))
        .await;
        let page = t.owner.get("/on-its-way").await;
        assert!(!page.says("Should be in your bank"), "{}", page.text());
        let list = t.owner.get("/payouts?view=to-find").await;
        assert!(list.says("was found on a statement"), "{}", list.text());
        t.execute(sql!("update payouts set found_date = null, found_by = ''"))
            .await;
        t.judge().await;
    }
}

/// Found by a newcomer: paid out at once, the balance stood at nothing, and what it had been was counted once more.
#[tokio::test(flavor = "multi_thread")]
async fn what_left_before_its_day_is_on_its_way_once() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(1_000_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, GOOD).await;
        let days = std::time::Duration::from_secs(8 * 86_400);
        t.stripe.control().advance(days);
        let account = t.keys(0).account;
        t.stripe
            .control()
            .run_payouts(&account, fake_stripe::Mode::Live)
            .unwrap();
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        app::payouts::pull(&t.app, &t.scope, true).await.unwrap();
        let (amount, _) = on_its_way(&mut t).await.unwrap();
        assert_eq!(amount, "$970.70");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_what_a_bank_kept_this_month_is_taken_off_what_came_in() {
    let (mut shop, _, charge) = crate::refunds::paid().await;
    let lost = crate::disputes::dispute(&charge, 149_75, "lost");
    crate::disputes::heard(&shop, &lost).await;
    let page = shop.owner.get("/").await.expect(200);
    page.shows("What went back, $149.75, is taken off.");
    let list = shop.owner.get("/received").await.expect(200);
    list.shows("Dispute lost").shows("-$149.75");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_back_this_month_is_taken_off_what_came_in_and_stands_in_the_list() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(1_000_00).await;
        let opened = t.open(&invoice).await;
        t.payer().pays(&opened, GOOD).await;
        app::stripe_events::ask_stripe_now(&t.app, &t.scope)
            .await
            .unwrap();
        t.run_jobs().await;
        let charge = t.stripe.control().charges()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let refund = serde_json::json!({
            "id": "re_1", "object": "refund", "amount": 200_00, "currency": "cad", "status": "succeeded", "charge": charge,
            "created": t.stripe.control().now(), "metadata": {}, "balance_transaction": "txn_re_1",
        });
        let refund = serde_json::from_value(refund).unwrap();
        app::refunds::settle::hear(&t.app, &t.scope, &refund)
            .await
            .unwrap();
        let page = t.owner.get("/").await;
        assert!(page.says("$770.70"), "{}", page.text());
        assert!(
            page.says("What went back, $200.00, is taken off."),
            "{}",
            page.text()
        );
        let month = t.app.clock().today_in(&jiff::tz::TimeZone::UTC).to_string();
        let list = t
            .owner
            .get(&format!("/received?month={}&currency=CAD", &month[..7]))
            .await;
        assert_eq!(sum_of_rows(list.text()), 770_70, "{}", list.text());
        t.execute(sql!("update takings set became = 'credit'"))
            .await;
        let page = t.owner.get("/").await;
        assert!(
            page.says("$970.70"),
            "what came back has not gone: {}",
            page.text()
        );
        t.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_a_bank_is_working_on_is_neither_overdue_nor_expected() {
    for mut t in StripeApp::on_every_engine().await {
        t.issued(300_00).await;
        t.execute(sql!("update invoices set processing_minor = 30000"))
            .await;
        let page = t.owner.get("/").await;
        assert!(page.says("Being confirmed"), "{}", page.text());
        assert!(!page.text().contains("view=overdue"), "{}", page.text());
        assert!(
            page.text().contains("view=expected\">$0.00<"),
            "{}",
            page.text()
        );
        let list = t.owner.get("/invoices?view=processing").await;
        assert_eq!(sum_of_rows(list.text()), 300_00);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_person_stands_first_and_its_list_holds_it() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let calm = t.owner.get("/").await;
        assert!(!calm.says("Needs you"), "{}", calm.text());
        t.execute(sql!(
            "update stripe_settings set pull_error = 'Invalid API Key provided'"
        ))
        .await;
        let page = t.owner.get("/").await;
        assert!(page.says("Needs you") && page.says("Stripe cannot be asked for news"));
        assert!(
            !page.text().contains("Invalid API Key"),
            "what Stripe said stands behind the door"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_on_its_way_however_many_nobody_has_ever_found() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        t.execute(sql!("insert into payouts (business_id, mode, id, account_id, currency, amount_minor, status, automatic, method, told, arrival_date, statement_descriptor, trace, failure_code, failure_message, proof, inside_count, found_by, found_times, created_at, asked_at, updated_at) with recursive t(n) as (select 1 union all select n + 1 from t where n < 501) select b.id, 'live', 'po_' || cast(n as text), '', 'CAD', 100, 'paid', 1, 'standard', 'whole', '2024-01-02', '', '', '', '', '', 0, '', 0, n, n, n from t, businesses b")).await;
        t.execute(sql!("insert into payouts (business_id, mode, id, account_id, currency, amount_minor, status, automatic, method, told, arrival_date, statement_descriptor, trace, failure_code, failure_message, proof, inside_count, found_by, found_times, created_at, asked_at, updated_at) select business_id, mode, 'po_new', '', 'CAD', 4200, 'in_transit', 1, 'standard', 'whole', '2099-01-02', '', '', '', '', '', 0, '', 0, 0, 0, 0 from payouts where id = 'po_1'")).await;
        let (amount, _) = on_its_way(&mut t).await.unwrap();
        assert_eq!(amount, "$42.00");
        let page = t.owner.get("/on-its-way").await;
        assert!(
            page.says("501 payouts to find on your statement") && page.says("$501.00"),
            "{}",
            page.text()
        );
    }
}
