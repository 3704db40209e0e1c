//! `GET /i/{token}/invoice.xml`: the invoice as data, for whoever holds the link and books it by program.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{behind, nothing_here};
use crate::app::App;
use crate::papers::{self, Wanted};
use crate::problem::Problem;
use crate::visit::Visit;

/// Unknown, revoked, never issued and not to be said as data are one answer (LNK-03).
///
/// # Errors
/// Of the database.
pub async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let Some(behind) = behind::find(&app, &token).await? else {
        return Ok(nothing_here(&visit));
    };
    let wanted = Wanted {
        scope: behind.claim.scope.clone(),
        invoice_id: behind.claim.invoice_id.clone(),
        language: behind.frozen.lang(),
        link: format!("{}/i/{token}", app.public_url()),
        frozen: behind.frozen,
    };
    Ok(match papers::find_or_make_ubl(&app, wanted).await? {
        Some(data) => data.answer(true),
        None => nothing_here(&visit),
    })
}
