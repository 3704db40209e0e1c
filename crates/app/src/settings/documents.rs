//! `GET` and `POST /settings/documents`: how an issued invoice may be taken back. Strict is the default, and the rule in the
//! European Union (compliance.md §5.3).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::db::{Error, Tx};

use super::store;
use crate::app::App;
use crate::audit;
use crate::fields::Fields;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::visit::{Visit, see_other_saying};
use crate::who::Who;

#[derive(Template)]
#[template(path = "settings/documents.html")]
struct View {
    page: Page,
    errors: Errors,
    strict: bool,
    /// The law leaves no choice.
    always: bool,
}

/// The form as it stands.
///
/// # Errors
/// [`Problem::Forbidden`] for others than owners.
pub async fn get(State(app): State<App>, who: Who, visit: Visit) -> Result<Response, Problem> {
    super::owner(&who)?;
    let id = who.scope.business_id.clone();
    let read = move |tx: &mut Tx<'_>| {
        let business = super::business(tx, &id)?;
        Ok::<_, Error>((business, super::is_strict(tx, &id)?))
    };
    let (business, strict) = app.db().read(read).await?;
    let page = visit.page(&who).within(Section::Settings);
    let title = page.l.t("settings-documents").into_owned();
    let view = View {
        page: page.titled(title),
        errors: Errors::new(),
        strict,
        always: business.country.is_in_eu(),
    };
    Ok(view.page.ok(&view))
}

/// Keeps it.
///
/// # Errors
/// As [`get`].
pub async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    fields: Fields,
) -> Result<Response, Problem> {
    super::owner(&who)?;
    let strict = fields.find("strict").is_some();
    let (hands, id) = (app.clone(), who.scope.business_id.clone());
    let entry = super::entry(
        &who,
        &visit,
        "documents.changed",
        if strict { "strict" } else { "not strict" },
    );
    let write = move |tx: &mut Tx<'_>| {
        store::update_strict(tx, &id, strict)?;
        audit::record(tx, &hands, &entry)
    };
    app.db().write::<_, Error, _>(write).await?;
    let said = visit.page(&who).l.t("settings-saved");
    Ok(see_other_saying(
        &app,
        "/settings/documents",
        "positive",
        said,
    ))
}
