//! `GET` and `POST /setup/business`: the name and address that will stand on invoices.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::owner;
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Errors, Page};
use crate::problem::Problem;
use crate::settings::{self, profile::ProfileForm};
use crate::visit::{Visit, see_other};
use crate::who::Who;

#[derive(Template)]
#[template(path = "first_run/business.html")]
struct View {
    page: Page,
    errors: Errors,
    form: ProfileForm,
}

/// Shows the form.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    owner(&who)?;
    let page = page(&visit, &who);
    let business = settings::load(&app, &who).await?;
    let view = View {
        form: ProfileForm::of(&business, page.l),
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
    // This page leaves out what can wait; what it does not show stays as it is.
    let rest = ProfileForm::of(&old, page.l);
    let typed = ProfileForm::typed(&fields, page.l);
    let form = ProfileForm {
        language: rest.language,
        time_zone: or(&fields, "time_zone", rest.time_zone),
        ..typed
    };
    match form.parse(&old, page.l) {
        Ok(business) => {
            settings::save_profile(&app, &who, &visit, business).await?;
            Ok(see_other("/setup/taxes"))
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

fn or(fields: &Fields, name: &str, kept: String) -> String {
    fields.find(name).map_or(kept, str::to_owned)
}

fn page(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who);
    let title = page.l.t("settings-business").into_owned();
    page.titled(title)
}
