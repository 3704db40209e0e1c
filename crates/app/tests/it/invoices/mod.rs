//! Invoices: what a person can do and must not.

mod draft;
mod issue;
mod list;

use app::customers::Customer;
use app::invoices::issue::{Actor, Issued, Outcome, issue};
use app::invoices::{self, Command, CommandLine};
use app::settings;
use app::who::Scope;
use ::kit::db::Error;
use ::kit::{args, sql};
use billing::Mode;
use billing::currency::Currency;
use billing::customer::Language;
use billing::id::BusinessId;
use billing::invoice::Line;
use billing::quantity::{Quantity, UnitPrice};

use crate::kit::TestApp;

/// The one business of a test, in one drawer.
pub async fn scope(app: &TestApp, mode: Mode) -> Scope {
    let read = app.app.db().read::<_, Error, _>(|tx| tx.get(sql!("select id from businesses"), args![], |r| r.text(0)));
    Scope { business_id: BusinessId::parse(read.await.unwrap()).unwrap(), mode }
}

/// A customer in Montréal, straight into the books; answers the id.
pub async fn customer(app: &TestApp, scope: &Scope, name: &str) -> String {
    let id = app.app.new_id();
    let (business, now) = (scope.business_id.clone(), app.app.now_ms());
    let row = Customer {
        id: id.clone(),
        name: name.to_owned(),
        email: "pay@example.org".into(),
        city: "Montréal".into(),
        province: "QC".into(),
        country: "CA".into(),
        language: "en".into(),
        currency: "CAD".into(),
        ..Customer::default()
    };
    app.app.db().write::<_, Error, _>(move |tx| app::customers::insert(tx, &business, &row, now)).await.unwrap();
    id
}

/// A draft of one line under the seller's default taxes; the price in cents. Answers the id.
pub async fn draft(app: &TestApp, scope: &Scope, customer: &str, price_minor: i64) -> String {
    let (hands, scope, customer) = (app.app.clone(), scope.clone(), customer.to_owned());
    let write = move |tx: &mut ::kit::db::Tx<'_>| {
        let rates = settings::tax_rates(tx, &scope.business_id)?;
        let line = Line {
            description: "Design work".into(),
            quantity: Quantity::ONE,
            unit_price: UnitPrice::from_ten_thousandths(price_minor * 100, Currency::CAD).unwrap(),
            discount: None,
            tax_ids: rates.iter().filter(|r| r.is_default).map(|r| r.rate.id.clone()).collect(),
        };
        let command = Command {
            customer_id: customer.clone(),
            issue_date: None,
            terms_days: 30,
            currency: Currency::CAD,
            language: Language::English,
            reference: String::new(),
            notes: String::new(),
            discount: None,
            lines: vec![CommandLine { product_id: String::new(), unit: String::new(), line }],
        };
        invoices::create_draft(tx, &hands, &scope, &command)
    };
    app.app.db().write::<_, Error, _>(write).await.unwrap()
}

/// Issues a draft that must be issuable.
pub async fn issued(app: &TestApp, scope: &Scope, id: &str) -> Issued {
    let (hands, scope, id) = (app.app.clone(), scope.clone(), id.to_owned());
    let write = move |tx: &mut ::kit::db::Tx<'_>| issue(tx, &hands, &scope, &id, None, &Actor { name: "Ana".into(), ..Actor::default() });
    match app.app.db().write::<_, Error, _>(write).await.unwrap() {
        Outcome::Issued(issued) => issued,
        other => panic!("not issued: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore]
async fn look() {
    let (mut app, mut browser) = TestApp::with_seller().await;
    app.may_leave_jobs();
    let live = scope(&app, Mode::Live).await;
    let names = ["Atelier Ana", "Bolt & Fils inc.", "Coopérative de l’Île-aux-Coudres et des environs, s.e.n.c.", "شركة المثال"];
    for (n, name) in names.iter().enumerate() {
        let who = customer(&app, &live, name).await;
        for k in 0..3 {
            let id = draft(&app, &live, &who, 100_000 + (n * 7777 + k * 55555) as i64).await;
            if k > 0 { issued(&app, &live, &id).await; }
        }
        if n == 1 { app.advance(31 * 24 * 3600); browser.post("/sign-in", &[("email", crate::kit::EMAIL), ("password", crate::kit::PASSWORD)]).await; }
    }
    for (name, price, unit) in [("Design work", "125", "h"), ("Screws", "0.1255", "kg")] {
        browser.post("/products/new", &[("name", name), ("unit_price", price), ("currency", "CAD"), ("unit", unit), ("version", "0")]).await.expect(200);
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8191").await.unwrap();
    println!("session={}", browser.cookies["session"]);
    std::fs::write("/tmp/look_session", &browser.cookies["session"]).unwrap();
    let router = app::router(app.app.clone());
    let _ = tokio::time::timeout(std::time::Duration::from_secs(900), async { axum::serve(listener, router).await }).await;
}
