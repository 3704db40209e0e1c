//! The evidence file as a paper: what the page shows, as a PDF that a bank can read and keep.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use documents::{Block, Day, Paper, Text};
use http::{HeaderValue, StatusCode, header};
use kit::db::{Error, Tx};

use super::gather::{self, Dossier};
use super::{DisputeRow, store};
use crate::app::App;
use crate::problem::Problem;
use crate::settings;
use crate::who::Who;

/// `GET /disputes/{id}/evidence.pdf`: the file as it stands now, as it would go to the bank.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (app_in, scope) = (app.clone(), who.scope.clone());
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let dossier = gather::for_bank(tx, &row)?;
        let bytes = write(tx, &app_in, &row, &dossier)?;
        Ok::<_, Error>((row, bytes))
    };
    let (row, bytes) = app.db().read(read).await?;
    let name = format!("attachment; filename=\"{}\"", file_name(&row));
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/pdf"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&name).map_err(Problem::internal)?,
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Letters, digits, hyphens and the ending: Stripe's id has no others.
pub(super) fn file_name(row: &DisputeRow) -> String {
    let plain: String = row
        .stripe_id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("evidence-{plain}.pdf")
}

/// Writes the paper, dated today.
///
/// # Errors
/// Of the database; [`Error::Failed`] when the paper breaks its standard.
pub(super) fn write(
    tx: &mut Tx<'_>,
    app: &App,
    row: &DisputeRow,
    dossier: &Dossier,
) -> Result<Vec<u8>, Error> {
    let zone = settings::business(tx, &row.scope.business_id)?.zone();
    let today = app.clock().today_in(&zone);
    let number = |part: i8| u8::try_from(part).unwrap_or(1);
    let day = Day::new(
        u16::try_from(today.year()).unwrap_or_default(),
        number(today.month()),
        number(today.day()),
    );
    let l = dossier.l;
    let mut paper = Paper::new(dossier.title.clone(), l.tag(), day);
    paper.author = dossier.seller.clone();
    paper.identity = format!("dispute/{}/{}", row.stripe_id, l.tag());
    paper.page_words = l.t("evidence-page").into_owned();
    paper.footer = Text::from(format!("{} · {}", dossier.seller, dossier.title));
    paper.push(Block::paragraph(dossier.seller.clone()));
    for section in &dossier.sections {
        paper.push(Block::heading(2, section.heading.clone()));
        let rows = section.rows.iter();
        paper.push(Block::key_values(
            rows.map(|(name, value)| (name.clone(), value.clone())),
        ));
    }
    paper.to_pdf().map_err(|e| Error::Failed(e.to_string()))
}
