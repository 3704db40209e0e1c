//! `GET` and `POST /settings/business`.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::profile::ProfileForm;
use super::{load, owner, save_profile};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "settings/business.html")]
struct View {
    page: Page,
    errors: Errors,
    form: ProfileForm,
}

/// Shows the form.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let business = load(&app, &who).await?;
    let view = View {
        form: ProfileForm::of(&business, page.l),
        errors: Errors::new(),
        page,
    };
    Ok(view.page.ok(&view))
}

/// Keeps it. Issued invoices hold their own copy and do not change.
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let old = load(&app, &who).await?;
    let form = ProfileForm::typed(&fields, page.l);
    match form.parse(&old, page.l) {
        Ok(business) => {
            save_profile(&app, &who, &visit, business).await?;
            Ok(see_other_saying(
                &app,
                "/settings/business",
                "positive",
                page.l.t("settings-saved"),
            ))
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
    let page = visit.page(who).within(Section::Settings);
    let title = page.l.t("settings-business").into_owned();
    page.titled(title)
}
