//! `GET /invoices/{id}/pdf`: the paper of an issued invoice, for the seller; `?in=fr` in another language.

use axum::extract::{Path, State};
use axum::response::Response;
use http::Uri;
use kit::db::{Error, Tx};
use kit::locale::Lang;

use super::{Wanted, find_or_make};
use crate::app::App;
use crate::fields::Fields;
use crate::invoices;
use crate::problem::Problem;
use crate::who::Who;

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (hands, scope) = (app.clone(), who.scope.clone());
    let asked = Lang::parse(&Fields::of_query(&uri).get("in"));
    let read = move |tx: &mut Tx<'_>| {
        let frozen = invoices::find_frozen(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let link = invoices::link::for_invoice(tx, &hands, &id)?;
        Ok::<_, Error>(Wanted {
            language: asked.unwrap_or(frozen.lang()),
            scope: scope.clone(),
            document_id: id.clone(),
            invoice_id: id.clone(),
            frozen,
            link: link.map(|(_, url)| url).unwrap_or_default(),
        })
    };
    let wanted = app.db().read(read).await?;
    Ok(find_or_make(&app, wanted).await?.answer(false))
}
