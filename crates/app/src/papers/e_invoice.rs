//! `GET /invoices/{id}/ubl` and `GET /invoices/{id}/factur-x`: an issued invoice as data, alone and inside its paper. Where it
//! cannot be said as data, the invoice's own page says what is missing.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use super::{Kind, Wanted, find_or_make, find_or_make_kind};
use crate::app::App;
use crate::invoices::{self, einvoice};
use crate::problem::Problem;
use crate::visit::see_other;
use crate::who::Who;

pub(super) async fn ubl(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(wanted) = wanted(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}#e-invoice")));
    };
    let data = find_or_make_kind(&app, wanted, Kind::Ubl).await?;
    Ok(data.answer(false))
}

pub(super) async fn factur_x(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(wanted) = wanted(&app, &who, &id).await? else {
        return Ok(see_other(&format!("/invoices/{id}#e-invoice")));
    };
    let paper = find_or_make(&app, wanted.clone()).await?;
    if documents::is_hybrid(&paper.bytes) {
        return Ok(paper.answer(false));
    }
    // Made before papers carried data, and the same bytes for ever: the data goes into a second one.
    let hybrid = find_or_make_kind(&app, wanted, Kind::FacturX).await?;
    Ok(hybrid.answer(false))
}

/// What to make, in the language the invoice was issued in; nothing when it has no form as data.
async fn wanted(app: &App, who: &Who, id: &str) -> Result<Option<Wanted>, Problem> {
    let (hands, scope, id) = (app.clone(), who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let frozen = invoices::find_frozen(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let link = invoices::link::for_invoice(tx, &hands, &id)?;
        Ok::<_, Error>(Wanted {
            language: frozen.lang(),
            scope: scope.clone(),
            document_id: id.clone(),
            invoice_id: id.clone(),
            frozen,
            link: link.map(|(_, url)| url).unwrap_or_default(),
        })
    };
    let wanted = app.db().read(read).await?;
    let l = Locale::for_customer(wanted.language, &wanted.frozen.buyer.country);
    let sayable = einvoice::einvoice(&wanted.frozen, l, &wanted.link).is_ok();
    Ok(sayable.then_some(wanted))
}
