//! `GET /customers/{id}`: who they are, and their invoices in this drawer. It stands here and not in `customers`,
//! which knows nothing of invoices.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::list_by_customer;
use super::row::Row;
use crate::app::App;
use crate::cards::{self, SavedCard};
use crate::customers::{self, Customer};
use crate::ledger::of_customer;
use crate::page::{Page, Section};
use crate::places;
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "invoices/customer.html")]
struct Show {
    page: Page,
    c: Customer,
    country: String,
    language: String,
    /// What they have as credit, a currency each.
    credits: Vec<String>,
    /// Their cards, as their owner knows them.
    cards: Vec<String>,
    invoices: Vec<Row>,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let (page, today) = (visit.page(&who), app.clock().today_in(&who.zone()));
    let l = page.l;
    let found = app
        .db()
        .read(move |tx| {
            let Some(customer) = customers::find(tx, &scope.business_id, &id)? else {
                return Ok(None);
            };
            let rows = list_by_customer(tx, &scope, &customer.id, l, today)?;
            let credits = of_customer::credits(tx, &scope, &customer.id)?;
            let cards = cards::list(tx, &scope, &customer.id)?;
            Ok::<_, kit::db::Error>(Some((customer, rows, credits, cards)))
        })
        .await?;
    let (c, invoices, credits, cards) = found.ok_or(Problem::NotFound)?;
    let language = if c.language == "fr" {
        l.t("language-fr")
    } else {
        l.t("language-en")
    };
    let view = Show {
        country: places::country_name(l, &c.country),
        language: language.into_owned(),
        page: page.titled(c.name.clone()).within(Section::Customers),
        c,
        credits: credits
            .iter()
            .map(|sum| {
                let currency = sum.currency();
                l.money(sum.minor(), currency.code(), currency.exponent())
            })
            .collect(),
        cards: cards.iter().map(SavedCard::words).collect(),
        invoices,
    };
    Ok(view.page.ok(&view))
}
