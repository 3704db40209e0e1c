//! `GET /customers/{id}/credit`: what a customer has as credit, how it came and went, and where it can be used.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::money::Money;
use billing::payment::credit::most;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::{TAKEN_BACK, USED};
use crate::app::App;
use crate::customers;
use crate::invoices::claim::{self, Claim};
use crate::ledger::of_customer::{self, Movement};
use crate::page::{Page, Section};
use crate::payments::money;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "credits/show.html")]
struct View {
    page: Page,
    customer: String,
    customer_href: String,
    sums: Vec<String>,
    movements: Vec<Row>,
    places: Vec<Place>,
}

/// One movement.
struct Row {
    iso: String,
    day: String,
    what: String,
    href: String,
    amount: String,
}

/// An invoice the credit can be used on.
struct Place {
    number: String,
    href: String,
    due: String,
}

struct Found {
    customer: customers::Customer,
    credits: Vec<Money>,
    movements: Vec<Movement>,
    claims: Vec<Claim>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let customer = customers::find(tx, &scope.business_id, &id)?;
        Ok::<_, Error>(Found {
            customer: customer.ok_or(Error::NoRow)?,
            credits: of_customer::credits(tx, &scope, &id)?,
            movements: of_customer::movements(tx, &scope, &id)?,
            claims: claim::list_open(tx, &scope, Some(&id))?,
        })
    };
    let found = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Customers);
    let l = page.l;
    let title = l.t1("credits-title", "customer", found.customer.name.as_str());
    let view = View {
        page: page.titled(title),
        customer_href: format!("/customers/{}", found.customer.id),
        sums: found.credits.iter().map(|sum| money(l, *sum)).collect(),
        movements: found.movements.iter().map(|m| row(l, m)).collect(),
        places: places(l, &found),
        customer: found.customer.name,
    };
    Ok(view.page.ok(&view))
}

fn places(l: Locale, found: &Found) -> Vec<Place> {
    let usable = |claim: &&Claim| {
        found
            .credits
            .iter()
            .any(|credit| most(claim.amount_due(), *credit).is_some())
    };
    let place = |claim: &Claim| Place {
        number: claim.number.clone(),
        href: format!("/invoices/{}/credit", claim.invoice_id),
        due: money(l, claim.amount_due()),
    };
    found.claims.iter().filter(usable).map(place).collect()
}

fn row(l: Locale, m: &Movement) -> Row {
    let invoice = m.invoice_id.as_deref().unwrap_or_default();
    let (what, href) = match m.kind.as_str() {
        USED => (
            l.t1("credits-used-on", "number", m.memo.as_str()),
            format!("/invoices/{invoice}"),
        ),
        TAKEN_BACK => (
            l.t1("credits-taken-back-from", "number", m.memo.as_str()),
            format!("/invoices/{invoice}"),
        ),
        "card_payment" | "recorded_payment" => (
            l.t("credits-from-payment"),
            format!("/payments/{}", m.subject),
        ),
        "credit_note_kept" => (
            l.t1("credits-from-credit-note", "number", m.memo.as_str()),
            format!("/credit-notes/{}", m.subject),
        ),
        "payment_allocated" => (l.t("credits-from-tray"), format!("/payments/{}", m.subject)),
        "payment_reversed" => (
            l.t("credits-payment-reversed"),
            format!("/payments/{}", m.subject),
        ),
        "refund" => (l.t("credits-refunded"), format!("/refunds/{}", m.subject)),
        "refund_failure" => (
            l.t("credits-refund-failed"),
            format!("/refunds/{}", m.subject),
        ),
        "dispute_lost" => (
            l.t("credits-dispute-lost"),
            format!("/disputes/{}", m.subject),
        ),
        "dispute_won_after_all" => (
            l.t("credits-dispute-won"),
            format!("/disputes/{}", m.subject),
        ),
        // An entry this page has no sentence for is shown with its own name rather than dropped.
        other => (
            std::borrow::Cow::Owned(format!("{other} {}", m.memo)),
            String::new(),
        ),
    };
    Row {
        iso: m.date.to_string(),
        day: l.date_medium(m.date),
        what: what.into_owned(),
        href,
        amount: money(l, m.amount),
    }
}
