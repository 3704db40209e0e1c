//! `/disputes/{id}/accept`: the other choice. The money stays with the payer, for good: a page of its own, and the
//! password again.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};
use kit::locale;
use secrecy::SecretString;
use serde::Deserialize;

use super::answer::may_answer;
use super::submit::{decide, told};
use super::{Act, DisputeRow, store, words};
use crate::app::App;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::sign_in;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "disputes/accept.html")]
struct Accept {
    page: Page,
    errors: Errors,
    id: String,
    amount: String,
    fees: String,
}

/// The form.
#[derive(Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    password: SecretString,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    let row = load(&app, &who, &id).await?;
    may_accept(&app, &page, &row)?;
    let view = view(page, &row, Errors::new());
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    Form(posted): Form<Posted>,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    let row = load(&app, &who, &id).await?;
    if row.act != Act::Accept {
        may_accept(&app, &page, &row)?;
        if !sign_in::confirm_password(&app, &who, posted.password).await? {
            let mut errors = Errors::new();
            errors.add("password", page.l.t("dispute-password-wrong"));
            let view = view(page.with_errors(&errors), &row, errors);
            return Ok(view.page.unprocessable(&view));
        }
        decide(&app, &who, &page, &visit, &id, Act::Accept).await?;
    }
    told(&app, &page, &id, locale::key("dispute-accepted")).await
}

/// A bank that only asks has taken nothing that could be given up: who gives in refunds the payment.
fn may_accept(app: &App, page: &Page, row: &DisputeRow) -> Result<(), Problem> {
    may_answer(app, page, row)?;
    if row.status.is_inquiry() {
        let why = page.l.t("dispute-accept-inquiry").into_owned();
        return Err(Problem::Conflict(why));
    }
    Ok(())
}

async fn load(app: &App, who: &Who, id: &str) -> Result<DisputeRow, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| store::find_dispute(tx, &scope, &id)?.ok_or(Error::NoRow);
    Ok(app.db().read(read).await?)
}

fn frame(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who);
    let title = page.l.t("dispute-accept-title");
    page.titled(title).within(Section::Invoices)
}

fn view(page: Page, row: &DisputeRow, errors: Errors) -> Accept {
    Accept {
        errors,
        id: row.id.clone(),
        amount: words::money(page.l, row.amount),
        fees: words::fees(page.l, row),
        page,
    }
}
