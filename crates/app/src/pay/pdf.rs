//! `GET /i/{token}/invoice.pdf`: the paper, for whoever holds the link; `?in=en` in the other language, which is always there
//! as well (compliance.md §5.2).

use axum::extract::{Path, State};
use axum::response::Response;
use http::Uri;
use kit::locale::Lang;

use super::behind;
use super::nothing_here;
use crate::app::App;
use crate::credit_notes;
use crate::fields::Fields;
use crate::papers::{self, Wanted};
use crate::problem::Problem;
use crate::visit::Visit;

/// `GET /i/{token}/credit-notes/{file}`: the paper of a credit note on this invoice, and of no other (LNK-02).
///
/// # Errors
/// Of the database, or when the paper cannot be made.
pub async fn of_credit_note(
    State(app): State<App>,
    Path((token, file)): Path<(String, String)>,
    uri: Uri,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let id = file.trim_end_matches(".pdf");
    let asked = Lang::parse(&Fields::of_query(&uri).get("in"));
    let Some(note) = behind.notes.iter().find(|note| note.id == id) else {
        return Ok(nothing_here(&visit));
    };
    let wanted = credit_notes::paper_of(&behind.claim.scope, note.clone(), asked);
    Ok(papers::find_or_make(&app, wanted).await?.answer(true))
}

/// Unknown, revoked and never-issued are one answer (LNK-03).
///
/// # Errors
/// Of the database, or when the paper cannot be made.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    uri: Uri,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let asked = Lang::parse(&Fields::of_query(&uri).get("in"));
    let wanted = Wanted {
        scope: behind.claim.scope.clone(),
        invoice_id: behind.claim.invoice_id.clone(),
        document_id: behind.claim.invoice_id.clone(),
        language: asked.unwrap_or(behind.frozen.lang()),
        link: format!("{}/i/{token}", app.public_url()),
        frozen: behind.frozen,
    };
    Ok(papers::find_or_make(&app, wanted).await?.answer(true))
}
