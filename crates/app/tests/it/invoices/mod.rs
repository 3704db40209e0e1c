//! Invoices: what a person can do and must not.

mod draft;
mod issue;
mod list;
mod numbering;

use ::kit::db::Error;
use ::kit::{args, sql};
use app::customers::Customer;
use app::invoices::issue::{Actor, Issued, Outcome, issue};
use app::invoices::{self, Command, CommandLine};
use app::settings;
use app::who::Scope;
use billing::Mode;
use billing::currency::Currency;
use billing::customer::Language;
use billing::id::BusinessId;
use billing::invoice::Line;
use billing::quantity::{Quantity, UnitPrice};

use crate::kit::TestApp;

/// The one business of a test, in one drawer.
pub async fn scope(app: &TestApp, mode: Mode) -> Scope {
    let read = app.app.db().read::<_, Error, _>(|tx| {
        tx.get(sql!("select id from businesses"), args![], |r| r.text(0))
    });
    Scope {
        business_id: BusinessId::parse(read.await.unwrap()).unwrap(),
        mode,
    }
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
    app.app
        .db()
        .write::<_, Error, _>(move |tx| app::customers::insert(tx, &business, &row, now))
        .await
        .unwrap();
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
            tax_ids: rates
                .iter()
                .filter(|r| r.is_default)
                .map(|r| r.rate.id.clone())
                .collect(),
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
            lines: vec![CommandLine {
                product_id: String::new(),
                unit: String::new(),
                line,
            }],
        };
        invoices::create_draft(tx, &hands, &scope, &command)
    };
    app.app.db().write::<_, Error, _>(write).await.unwrap()
}

/// Issues a draft that must be issuable.
pub async fn issued(app: &TestApp, scope: &Scope, id: &str) -> Issued {
    let (hands, scope, id) = (app.app.clone(), scope.clone(), id.to_owned());
    let write = move |tx: &mut ::kit::db::Tx<'_>| {
        issue(
            tx,
            &hands,
            &scope,
            &id,
            None,
            &Actor {
                name: "Ana".into(),
                ..Actor::default()
            },
        )
    };
    match app.app.db().write::<_, Error, _>(write).await.unwrap() {
        Outcome::Issued(issued) => issued,
        other => panic!("not issued: {other:?}"),
    }
}
