//! `GET` and `POST /setup/taxes`: currency and tax.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::owner;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Errors, Page};
use crate::problem::Problem;
use crate::settings::{self, taxes_form::TaxesForm};
use crate::visit::{Visit, see_other};
use crate::who::Who;

#[derive(Template)]
#[template(path = "first_run/taxes.html")]
struct View {
    page: Page,
    errors: Errors,
    form: TaxesForm,
}

/// Shows the form.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let business = settings::load(&app, &who).await?;
    let view = View {
        form: TaxesForm::of(&business, page.l),
        errors: Errors::new(),
        page,
    };
    Ok(view.page.ok(&view))
}

/// Keeps it and goes on.
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let old = settings::load(&app, &who).await?;
    let form = TaxesForm::typed(&fields, page.l);
    match form.parse(&old, page.l) {
        Ok((business, preset)) => {
            settings::save_taxes(&app, &who, &visit, business, preset).await?;
            Ok(see_other("/setup/online-payment"))
        }
        Err(errors) => {
            let view = View {
                page: page.with_errors(&errors),
                errors,
                form,
            };
            Ok(view.page.unprocessable(&view))
        }
    }
}

fn page(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who);
    let title = page.l.t("settings-taxes").into_owned();
    page.titled(title)
}
