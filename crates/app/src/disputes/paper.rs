//! The evidence file as a paper: what the page shows, as a PDF that a bank can read and keep.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use documents::{Block, Day, Paper, Text};
use http::{HeaderValue, StatusCode, header};
use kit::db::{Error, Tx};
use kit::locale::Locale;
use sha2::{Digest, Sha256};

use super::gather::{self, Dossier};
use super::store::{self, NewFile};
use super::{DisputeRow, PAPER_FIELD};
use crate::app::App;
use crate::problem::Problem;
use crate::settings;
use crate::visit::Visit;
use crate::who::Who;

/// `GET /disputes/{id}/evidence.pdf`: the file in the reader's language, as it stands now.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (scope, l, today) = (
        who.scope.clone(),
        visit.page(&who).l,
        app.clock().today_in(&who.zone()),
    );
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let dossier = gather::gather(tx, &row, l)?;
        Ok::<_, Error>((row, dossier))
    };
    let (row, dossier) = app.db().read(read).await?;
    let bytes = write(&row, &dossier, l, today).map_err(Problem::internal)?;
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

/// Keeps the paper that goes to the bank, byte for byte, beside the other files of the answer.
///
/// # Errors
/// Of the database; [`Error::Failed`] when the paper breaks its standard.
pub(super) fn keep(tx: &mut Tx<'_>, app: &App, row: &DisputeRow, by: &str) -> Result<(), Error> {
    let business = settings::business(tx, &row.scope.business_id)?;
    let l = Locale::for_customer(business.language, business.country.code());
    let today = app.clock().today_in(&business.zone());
    let dossier = gather::gather(tx, row, l)?;
    let bytes = write(row, &dossier, l, today).map_err(|e| Error::Failed(e.to_string()))?;
    let hash = Sha256::digest(&bytes);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let new = NewFile {
        id: &app.new_id(),
        dispute_id: &row.id,
        field: PAPER_FIELD,
        name: &file_name(row),
        media_type: "application/pdf",
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: &hash,
        content: &Base64::encode_string(&bytes),
        idempotency_key: &app.chance().token(),
        added_by: by,
    };
    store::replace_file(tx, &new, app.now_ms())
}

/// Letters, digits, hyphens and the ending: Stripe's id has no others.
fn file_name(row: &DisputeRow) -> String {
    let plain: String = row
        .stripe_id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("evidence-{plain}.pdf")
}

fn write(
    row: &DisputeRow,
    dossier: &Dossier,
    l: Locale,
    today: jiff::civil::Date,
) -> Result<Vec<u8>, documents::PaperError> {
    let number = |part: i8| u8::try_from(part).unwrap_or(1);
    let day = Day::new(
        u16::try_from(today.year()).unwrap_or_default(),
        number(today.month()),
        number(today.day()),
    );
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
    paper.to_pdf()
}
