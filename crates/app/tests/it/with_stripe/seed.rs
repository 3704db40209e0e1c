//! The smallest true beginning: a business, its owner signed in, and an issued invoice with its entry.

use app::app::App;
use app::who::{Scope, begin_session};
use billing::currency::Currency;
use billing::ledger::{Account, Entry, Posting};
use billing::money::Money;
use kit::db::Error;
use kit::locale::Lang;
use kit::{args, sql};

pub async fn business(app: &App, scope: &Scope) -> String {
    let hash = kit::password::hash(super::PASSWORD.into(), app.chance()).await;
    let (token, app_in, scope) = (app.chance().token(), app.clone(), scope.clone());
    let kept = token.clone();
    app.db()
        .write::<_, Error, _>(move |tx| {
            let mut business = app::settings::Business::blank(scope.business_id.clone(), Lang::En);
            business.name = "Studio Nord".into();
            business.province = "QC".into();
            app::settings::create_business(tx, &business, app_in.now_ms())?;
            tx.execute(
                sql!("insert into users (id, business_id, email, name, password_hash, role, language, theme, created_at) values ('u', $1, 'ana@example.org', 'Ana', $2, 'owner', 'en', 'system', 0)"),
                args![scope.business_id.as_str(), &hash],
            )?;
            tx.execute(
                sql!("insert into customers (id, business_id, name, contact, email, phone, street, city, province, postal_code, country, tax_number, language, currency, notes, search, version, created_at) values ('c', $1, 'Café Zoé', '', 'zoe@example.org', '', '', '', 'QC', '', 'CA', '', 'fr', 'CAD', '', '', 1, 0)"),
                args![scope.business_id.as_str()],
            )?;
            begin_session(tx, "s", &kept, "u", app_in.now_ms())
        })
        .await
        .unwrap();
    token
}

pub async fn invoice(app: &App, scope: &Scope, minor: i64) -> String {
    let (id, app_in, scope) = (app.new_id(), app.clone(), scope.clone());
    let kept = id.clone();
    app.db()
        .write::<_, Error, _>(move |tx| {
            tx.execute(
                sql!("insert into invoices (id, business_id, mode, customer_id, state, number, language, currency, issue_date, due_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, frozen, search, version, created_at, updated_at) values ($1, $2, $3, 'c', 'open', $4, 'fr', 'CAD', '2026-11-01', '2026-12-01', 30, '', '', '', $5, 0, $5, 0, 0, '{}', '', 1, 0, 0)"),
                args![&kept, scope.business_id.as_str(), scope.mode.as_str(), format!("N-{kept}"), minor],
            )?;
            app::invoices::link::renew(tx, &app_in, &kept)?;
            let amount = Money::from_minor(minor, Currency::CAD).unwrap();
            let entry = Entry::new(vec![
                Posting::debit(Account::Receivable, amount),
                Posting::credit(Account::Income, amount),
            ])
            .unwrap();
            let about = app::ledger::About {
                kind: "invoice_issued",
                subject: kept.clone(),
                date: jiff::civil::date(2026, 11, 1),
                memo: String::new(),
                invoice_id: Some(kept.clone()),
                customer_id: Some("c".into()),
            };
            app::ledger::post(tx, &app_in, &scope, &about, &entry).map(drop)
        })
        .await
        .unwrap();
    id
}
