//! `GET` and `POST` of the customer form, for a new customer and for a change.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use kit::locale::Locale;

use super::{Customer, form, store};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Choice, Errors, Page, Section};
use crate::places;
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "customers/edit.html")]
struct Edit {
    page: Page,
    errors: Errors,
    /// As typed, or as kept.
    c: Customer,
    action: String,
    back: String,
    countries: Vec<Choice>,
    languages: Vec<Choice>,
    currencies: Vec<Choice>,
    /// What stands in the books now, when somebody saved in the meantime.
    saved_meanwhile: Option<Customer>,
}

pub(super) async fn get_new(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let own = own_currency(&app, &who).await?;
    let blank = Customer {
        country: who.country.clone(),
        ..Customer::default()
    };
    let view = view(visit.page(&who), blank, &own);
    Ok(view.page.ok(&view))
}

pub(super) async fn post_new(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let own = own_currency(&app, &who).await?;
    let typed = form::typed(&fields);
    let page = visit.page(&who);
    let customer = match form::parse(page.l, &typed, &own) {
        Ok(customer) => Customer {
            id: app.new_id(),
            ..customer
        },
        Err(errors) => return Ok(refused(view(page, typed, &own), errors)),
    };
    let (business, kept, now) = (
        who.scope.business_id.clone(),
        customer.clone(),
        app.now_ms(),
    );
    app.db()
        .write(move |tx| store::insert(tx, business.as_str(), &kept, now))
        .await?;
    let said = page
        .l
        .t1("customers-created", "name", customer.name.as_str());
    Ok(see_other_saying(
        &app,
        &format!("/customers/{}", customer.id),
        "positive",
        said,
    ))
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let own = own_currency(&app, &who).await?;
    let customer = load(&app, &who, id).await?;
    let view = view(visit.page(&who), customer, &own);
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let own = own_currency(&app, &who).await?;
    let typed = Customer {
        id: load(&app, &who, id).await?.id,
        ..form::typed(&fields)
    };
    let page = visit.page(&who);
    let customer = match form::parse(page.l, &typed, &own) {
        Ok(customer) => customer,
        Err(errors) => return Ok(refused(view(page, typed, &own), errors)),
    };
    let (business, kept) = (who.scope.business_id.clone(), customer.clone());
    let saved = app
        .db()
        .write(move |tx| store::update(tx, business.as_str(), &kept))
        .await?;
    if !saved {
        let now = load(&app, &who, customer.id.clone()).await?;
        return Ok(conflict(page, typed, now, &own));
    }
    let said = page.l.t1("customers-saved", "name", customer.name.as_str());
    Ok(see_other_saying(
        &app,
        &format!("/customers/{}", customer.id),
        "positive",
        said,
    ))
}

fn refused(mut view: Edit, errors: Errors) -> Response {
    view.page = view.page.with_errors(&errors);
    view.errors = errors;
    view.page.unprocessable(&view)
}

/// Both stand on the page: what was typed in the form, what is kept above it. Saving again is then a decision.
fn conflict(page: Page, typed: Customer, now: Customer, own: &str) -> Response {
    let mut view = view(
        page,
        Customer {
            version: now.version,
            ..typed
        },
        own,
    );
    view.saved_meanwhile = Some(now);
    view.page.answer(StatusCode::CONFLICT, &view)
}

fn view(page: Page, c: Customer, own: &str) -> Edit {
    let l = page.l;
    let new = c.id.is_empty();
    let title = if new {
        l.t("customers-new-title")
    } else {
        l.t("customers-edit-title")
    };
    Edit {
        errors: Errors::new(),
        action: if new {
            "/customers/new".into()
        } else {
            format!("/customers/{}/edit", c.id)
        },
        back: if new {
            "/customers".into()
        } else {
            format!("/customers/{}", c.id)
        },
        countries: places::countries(l),
        languages: languages(l),
        currencies: places::currencies(if c.currency.is_empty() {
            own
        } else {
            &c.currency
        }),
        page: page.titled(title).within(Section::Customers),
        saved_meanwhile: None,
        c,
    }
}

fn languages(l: Locale) -> Vec<Choice> {
    vec![
        Choice::new("", l.t("customers-language-by-place")),
        Choice::new("fr", l.t("language-fr")),
        Choice::new("en", l.t("language-en")),
    ]
}

async fn load(app: &App, who: &Who, id: String) -> Result<Customer, Problem> {
    let business = who.scope.business_id.clone();
    let found = app
        .db()
        .read(move |tx| store::find(tx, business.as_str(), &id))
        .await?;
    found.ok_or(Problem::NotFound)
}

async fn own_currency(app: &App, who: &Who) -> Result<String, Problem> {
    let business = who.scope.business_id.clone();
    let found = app
        .db()
        .read(move |tx| crate::settings::business(tx, &business))
        .await?;
    Ok(found.currency.code().to_owned())
}
