//! Several invoices in one payment, a part of one, and what no invoice could use.

use app::payments::{self, Ask, CannotOpen, Told};
use billing::money::Money;
use billing::payment::spread::PartRefusal;
use fake_stripe::{Fault, Trouble};
use kit::db::Error;
use kit::sql;

use crate::with_stripe::StripeApp;

const GOOD: &str = "4242424242424242";

fn cad(minor: i64) -> Money {
    Money::from_minor(minor, billing::Currency::CAD).unwrap()
}

fn all(ids: &[&String]) -> Vec<Ask> {
    ids.iter().map(|id| Ask::whole(id)).collect()
}

async fn open(t: &StripeApp, asks: &[Ask]) -> Result<payments::Opened, CannotOpen> {
    payments::open_for(&t.app, &t.scope, asks).await
}

async fn ask_stripe(t: &StripeApp) {
    app::stripe_events::ask_stripe_now(&t.app, &t.scope)
        .await
        .unwrap();
    t.run_jobs().await;
}

async fn allow_parts(t: &mut StripeApp, smallest: &str) {
    let form = [("part_payments", "on"), ("smallest_part", smallest)];
    let answer = t.owner.post("/settings/payments", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

async fn left_of_credit(t: &StripeApp) -> Vec<Money> {
    let scope = t.scope.clone();
    t.app
        .db()
        .read::<_, Error, _>(move |tx| app::ledger::of_customer::credits(tx, &scope, "c"))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_invoices_are_paid_by_one_charge_and_each_gets_its_share() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (a, b, c) = (
            t.issued(50_00).await,
            t.issued(30_00).await,
            t.issued(20_00).await,
        );
        let opened = open(&t, &all(&[&a, &b, &c])).await.unwrap();
        assert_eq!(opened.amount, cad(100_00));
        assert_eq!(t.payer().pays(&opened, GOOD).await["amount"], 100_00);
        ask_stripe(&t).await;
        for (id, minor) in [(&a, 50_00), (&b, 30_00), (&c, 20_00)] {
            assert_eq!(t.invoice(id).await, ("paid".into(), minor));
            let told = payments::ask_about_invoice(&t.app, &t.scope, id).await;
            assert_eq!(told.unwrap(), Told::Paid);
        }
        assert_eq!(t.count(sql!("select count(*) from payments")).await, 1);
        assert_eq!(t.count(sql!("select count(*) from allocations")).await, 3);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_an_invoice_has_one_live_attempt_whatever_it_is_paid_together_with() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (a, b) = (t.issued(50_00).await, t.issued(30_00).await);
        let both = open(&t, &all(&[&a, &b])).await.unwrap();
        let same = open(&t, &all(&[&b, &a])).await.unwrap();
        assert_eq!(both.client_secret.expose(), same.client_secret.expose());
        // Somebody else opens one of them by its own link: the payment of both is closed at Stripe first.
        let alone = open(&t, &all(&[&a])).await.unwrap();
        assert_eq!(alone.amount, cad(50_00));
        assert_ne!(t.payer().pays(&both, GOOD).await["status"], "succeeded");
        assert_eq!(t.payer().pays(&alone, GOOD).await["status"], "succeeded");
        // And the other way round: a is paid, so that what is left of both is b.
        ask_stripe(&t).await;
        let rest = open(&t, &all(&[&a, &b])).await.unwrap();
        assert_eq!(rest.amount, cad(30_00));
        t.payer().pays(&rest, GOOD).await;
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&a).await, ("paid".into(), 50_00));
        assert_eq!(t.invoice(&b).await, ("paid".into(), 30_00));
        assert!(left_of_credit(&t).await.is_empty());
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_11_payers_who_open_overlapping_sets_at_once_leave_one_that_can_be_paid() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let ids = [
            t.issued(50_00).await,
            t.issued(30_00).await,
            t.issued(20_00).await,
        ];
        let sets = [
            vec![0, 1],
            vec![1, 2],
            vec![2, 0],
            vec![0],
            vec![0, 1, 2],
            vec![1],
        ];
        let mut payers = tokio::task::JoinSet::new();
        for set in sets {
            let asks: Vec<Ask> = set.iter().map(|n| Ask::whole(&ids[*n])).collect();
            let (app, scope) = (t.app.clone(), t.scope.clone());
            payers.spawn(async move { payments::open_for(&app, &scope, &asks).await });
        }
        let mut opened = Vec::new();
        while let Some(one) = payers.join_next().await {
            match one.unwrap() {
                Ok(one) => opened.push(one),
                Err(CannotOpen::Unreachable) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        for one in &opened {
            t.payer().pays(one, GOOD).await;
        }
        ask_stripe(&t).await;
        // Whoever was let in has paid for different invoices: nothing was paid twice, so nothing is left over.
        assert!(left_of_credit(&t).await.is_empty());
        let live = t.count(sql!("select count(*) from (select invoice_id from payment_attempt_invoices where live = 1 group by invoice_id having count(*) > 1) t"));
        assert_eq!(live.await, 0);
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_paid_where_the_seller_allows_it_and_what_is_left_can_always_be_charged() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let invoice = t.issued(100_00).await;
        let part = |minor| {
            [Ask {
                invoice_id: invoice.clone(),
                amount: Some(cad(minor)),
            }]
        };
        let refused = open(&t, &part(40_00)).await;
        assert!(
            matches!(refused, Err(CannotOpen::Part(PartRefusal::OnlyTheWhole))),
            "{refused:?}"
        );
        allow_parts(&mut t, "20.00").await;
        for (minor, why) in [
            (19_99, "too small"),
            (99_60, "the rest too small"),
            (100_01, "too much"),
        ] {
            let refused = open(&t, &part(minor)).await;
            assert!(
                matches!(refused, Err(CannotOpen::Part(_))),
                "{why}: {refused:?}"
            );
        }
        let whole = open(&t, &all(&[&invoice])).await.unwrap();
        let first = open(&t, &part(40_00)).await.unwrap();
        assert_eq!(first.amount, cad(40_00));
        // A page that still shows the whole may charge less, never more.
        assert_eq!(whole.client_secret.expose(), first.client_secret.expose());
        let again = open(&t, &all(&[&invoice])).await.unwrap();
        assert_ne!(again.client_secret.expose(), first.client_secret.expose());
        assert_ne!(t.payer().pays(&first, GOOD).await["status"], "succeeded");
        let first = open(&t, &part(40_00)).await.unwrap();
        t.payer().pays(&first, GOOD).await;
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("open".into(), 40_00));
        let rest = open(&t, &all(&[&invoice])).await.unwrap();
        assert_eq!(rest.amount, cad(60_00));
        t.payer().pays(&rest, GOOD).await;
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&invoice).await, ("paid".into(), 100_00));
        t.judge().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p18_what_no_invoice_can_use_becomes_credit_of_the_customer_and_is_shown() {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        let (a, b) = (t.issued(50_00).await, t.issued(30_00).await);
        let opened = open(&t, &all(&[&a, &b])).await.unwrap();
        // Paid by other means after the card form was opened, and the form confirmed all the same.
        let (app, scope, id) = (t.app.clone(), t.scope.clone(), a.clone());
        t.app
            .db()
            .write::<_, Error, _>(move |tx| {
                let claim = app::invoices::claim::lock(tx, &scope, &id)?;
                let about = app::ledger::About {
                    kind: "recorded_payment",
                    subject: "cash".into(),
                    date: jiff::civil::date(2026, 11, 20),
                    memo: String::new(),
                    invoice_id: Some(id.clone()),
                    customer_id: Some("c".into()),
                };
                let entry = billing::ledger::documents::payment_received(
                    billing::ledger::Account::Cash,
                    &billing::ledger::documents::Division::of_one(
                        billing::id::InvoiceId::parse(id.as_str()).unwrap(),
                        cad(50_00),
                    )
                    .unwrap(),
                );
                app::ledger::post(tx, &app, &scope, &about, &entry.unwrap())?;
                let source = app::invoices::claim::Source::payment("cash");
                app::invoices::claim::apply(tx, &app, &claim, &source, cad(50_00)).map(drop)
            })
            .await
            .unwrap();
        t.payer().pays(&opened, GOOD).await;
        ask_stripe(&t).await;
        assert_eq!(t.invoice(&a).await, ("paid".into(), 50_00));
        assert_eq!(t.invoice(&b).await, ("paid".into(), 30_00));
        assert_eq!(left_of_credit(&t).await, [cad(50_00)]);
        let booked = t.count(sql!("select cast(-sum(amount_minor) as bigint) from ledger_postings where account = 'customer_credit'"));
        assert_eq!(booked.await, 50_00);
        t.judge().await;
    }
}

/// Found by simulation: the invoice said that a bank was at work on all of it.
#[tokio::test(flavor = "multi_thread")]
async fn pay_16_what_a_bank_works_on_is_what_it_was_asked_for_and_not_what_another_tab_wished_since()
 {
    for mut t in StripeApp::on_every_engine().await {
        t.activate().await;
        allow_parts(&mut t, "5").await;
        let account = t.keys(0).account;
        t.stripe.control().set_bank_debits(&account, true).unwrap();
        let invoice = t.issued(100_00).await;
        let ask = Ask {
            invoice_id: invoice.clone(),
            amount: Some(cad(40_00)),
        };
        let part = open(&t, std::slice::from_ref(&ask)).await.unwrap();
        assert_eq!(part.amount, cad(40_00));
        // Another tab asks for the whole, and Stripe cannot be told of it.
        let silence = Fault::new(Trouble::TimeOutBefore { hold_ms: 0 });
        t.stripe.control().fault(silence.times(50));
        let whole = open(&t, &all(&[&invoice])).await;
        assert!(matches!(whole, Err(CannotOpen::Unreachable)), "{whole:?}");
        t.stripe.control().speak();
        let paid = t.payer().pays_from_a_bank(&part, "000123456789").await;
        assert_eq!(paid["status"], "processing", "{paid}");
        ask_stripe(&t).await;
        let processing = sql!("select cast(sum(processing_minor) as bigint) from invoices");
        assert_eq!(t.count(processing).await, 40_00);
    }
}
