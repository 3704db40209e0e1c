//! `GET` and `POST` of the product form, for a new product and for a change.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use kit::locale::Locale;

use super::{Product, form, store};
use crate::app::App;
use crate::fields::Fields;
use crate::figures::{in_box, tax_label};
use crate::page::{Choice, Errors, Page, Section};
use crate::places;
use crate::problem::Problem;
use crate::settings::{self, SellerRate};
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "products/edit.html")]
struct Edit {
    page: Page,
    errors: Errors,
    p: Product,
    action: String,
    currencies: Vec<Choice>,
    taxes: Vec<Choice>,
    saved_meanwhile: Option<Product>,
}

/// What the form needs to know of the seller.
struct Seller {
    currency: String,
    rates: Vec<SellerRate>,
}

impl Seller {
    fn ids(&self) -> Vec<String> {
        self.rates.iter().map(|r| r.rate.id.to_string()).collect()
    }
}

pub(super) async fn get_new(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let seller = seller(&app, &who).await?;
    let proposed = seller
        .rates
        .iter()
        .filter(|r| r.is_default)
        .map(|r| r.rate.id.to_string())
        .collect();
    let blank = Product {
        currency: seller.currency.clone(),
        tax_rate_ids: proposed,
        ..Product::default()
    };
    let view = view(visit.page(&who), blank, &seller);
    Ok(view.page.ok(&view))
}

pub(super) async fn post_new(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    let seller = seller(&app, &who).await?;
    let typed = form::typed(&fields);
    let page = visit.page(&who);
    let product = match form::parse(page.l, &typed, &seller.ids()) {
        Ok(product) => Product {
            id: app.new_id(),
            ..product
        },
        Err(errors) => return Ok(refused(view(page, typed, &seller), errors)),
    };
    let (business, kept, now) = (who.scope.business_id.clone(), product.clone(), app.now_ms());
    app.db()
        .write(move |tx| store::insert(tx, business.as_str(), &kept, now))
        .await?;
    let said = page.l.t1("products-created", "name", product.name.as_str());
    Ok(see_other_saying(&app, "/products", "positive", said))
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let seller = seller(&app, &who).await?;
    let product = load(&app, &who, id).await?;
    let page = visit.page(&who);
    let shown = Product {
        unit_price: in_box(page.l, &product.unit_price),
        ..product
    };
    let view = view(page, shown, &seller);
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let seller = seller(&app, &who).await?;
    let typed = Product {
        id: load(&app, &who, id).await?.id,
        ..form::typed(&fields)
    };
    let page = visit.page(&who);
    let product = match form::parse(page.l, &typed, &seller.ids()) {
        Ok(product) => product,
        Err(errors) => return Ok(refused(view(page, typed, &seller), errors)),
    };
    let (business, kept) = (who.scope.business_id.clone(), product.clone());
    if !app
        .db()
        .write(move |tx| store::update(tx, business.as_str(), &kept))
        .await?
    {
        let now = load(&app, &who, product.id.clone()).await?;
        return Ok(conflict(page, typed, now, &seller));
    }
    let said = page.l.t1("products-saved", "name", product.name.as_str());
    Ok(see_other_saying(&app, "/products", "positive", said))
}

fn refused(mut view: Edit, errors: Errors) -> Response {
    view.page = view.page.with_errors(&errors);
    view.errors = errors;
    view.page.unprocessable(&view)
}

/// Both stand on the page: what was typed in the form, what is kept above it.
fn conflict(page: Page, typed: Product, now: Product, seller: &Seller) -> Response {
    let mut view = view(
        page,
        Product {
            version: now.version,
            ..typed
        },
        seller,
    );
    view.saved_meanwhile = Some(now);
    view.page.answer(StatusCode::CONFLICT, &view)
}

fn view(page: Page, p: Product, seller: &Seller) -> Edit {
    let l = page.l;
    let new = p.id.is_empty();
    let title = if new {
        l.t("products-new-title")
    } else {
        l.t("products-edit-title")
    };
    Edit {
        errors: Errors::new(),
        action: if new {
            "/products/new".into()
        } else {
            format!("/products/{}/edit", p.id)
        },
        currencies: places::currencies(&seller.currency),
        taxes: tax_choices(l, seller, &p),
        page: page.titled(title).within(Section::Products),
        saved_meanwhile: None,
        p,
    }
}

/// A rate put away stays on the product that has it, and is offered to no other; of rates that read alike (HST of
/// three provinces) one is offered.
fn tax_choices(l: Locale, seller: &Seller, p: &Product) -> Vec<Choice> {
    let has = |r: &SellerRate| p.tax_rate_ids.iter().any(|id| id == r.rate.id.as_str());
    let mut rates: Vec<&SellerRate> = seller
        .rates
        .iter()
        .filter(|r| r.archived_at.is_none() || has(r))
        .collect();
    rates.sort_by_key(|r| (!r.is_default, !has(r)));
    let mut seen = std::collections::HashSet::new();
    let choices = rates.into_iter().map(|r| {
        (
            has(r),
            Choice::new(r.rate.id.as_str(), tax_label(l, &r.rate)),
        )
    });
    choices
        .filter(|(has, choice)| seen.insert(choice.label.clone()) || *has)
        .map(|(_, choice)| choice)
        .collect()
}

async fn load(app: &App, who: &Who, id: String) -> Result<Product, Problem> {
    let business = who.scope.business_id.clone();
    let found = app
        .db()
        .read(move |tx| store::find(tx, business.as_str(), &id))
        .await?;
    found.ok_or(Problem::NotFound)
}

async fn seller(app: &App, who: &Who) -> Result<Seller, Problem> {
    let id = who.scope.business_id.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let currency = settings::business(tx, &id)?.currency.code().to_owned();
        Ok::<_, kit::db::Error>(Seller {
            currency,
            rates: settings::tax_rates(tx, &id)?,
        })
    };
    Ok(app.db().read(read).await?)
}
