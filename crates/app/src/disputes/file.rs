//! The files beside an answer: taken in and looked at here, uploaded to Stripe only when the answer goes.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use billing::dispute::evidence::{EvidenceFault, FILES_BYTES_MAX, check_file};
use http::{HeaderValue, StatusCode, header};
use kit::db::{Error, Tx};
use kit::locale::Locale;
use sha2::{Digest, Sha256};

use super::answer::{self, FILES};
use super::{PAPER_BYTES, PAPER_FIELD, store};
use crate::app::App;
use crate::problem::Problem;
use crate::upload::{Upload, UploadFault};
use crate::visit::{Visit, see_other, see_other_saying};
use crate::who::Who;

/// What the address takes, so that a file a little too large gets its sentence and a gigabyte is not read.
pub(super) const BODY_MAX: usize = 16 * 1024 * 1024;

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    upload: Result<Upload, UploadFault>,
) -> Result<Response, Problem> {
    let page = visit.page(&who);
    let to = format!("/disputes/{id}/answer");
    let refuse = |words: String| Ok(see_other_saying(&app, &to, "negative", words));
    let upload = match upload {
        Ok(upload) => upload,
        Err(UploadFault::TooLarge) => return refuse(too_large(page.l, FILES_BYTES_MAX)),
        Err(UploadFault::NotAForm) => return refuse(page.l.t("evidence-file-none").into_owned()),
    };
    let field = upload.text("field");
    let Some((field, ..)) = FILES.iter().find(|(name, ..)| *name == field) else {
        return Err(Problem::NotFound);
    };
    let Some(part) = upload.file("file") else {
        return refuse(page.l.t("evidence-file-none").into_owned());
    };
    let (scope, dispute, l) = (who.scope.clone(), id.clone(), page.l);
    let (content, name) = (
        part.content.clone(),
        part.filename.clone().unwrap_or_default(),
    );
    let (app_in, by) = (app.clone(), who.name.clone());
    let read_page = page.clone();
    let write = move |tx: &mut Tx<'_>| -> Result<Result<(), EvidenceFault>, Problem> {
        let row = store::lock_dispute(tx, &scope, &dispute)?;
        answer::may_answer(&app_in, &read_page, &row)?;
        let others: i64 = store::list_files(tx, &row.id)?
            .iter()
            .filter(|file| file.field != *field && file.field != PAPER_FIELD)
            .map(|file| file.size_bytes)
            .sum::<i64>()
            + PAPER_BYTES;
        let kind = match check_file(&content, usize::try_from(others).unwrap_or(usize::MAX)) {
            Ok(kind) => kind,
            Err(fault) => return Ok(Err(fault)),
        };
        let (id, key) = (app_in.new_id(), app_in.chance().token());
        let hash: String = Sha256::digest(&content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        store::replace_file(
            tx,
            &store::NewFile {
                id: &id,
                dispute_id: &row.id,
                field,
                name: &safe_name(&name, kind.ending()),
                media_type: kind.media_type(),
                size_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
                sha256: &hash,
                content: &Base64::encode_string(&content),
                idempotency_key: &key,
                added_by: &by,
            },
            app_in.now_ms(),
        )?;
        Ok(Ok(()))
    };
    match app.db().write(write).await? {
        Ok(()) => Ok(see_other_saying(
            &app,
            &to,
            "positive",
            l.t("evidence-file-added"),
        )),
        Err(fault) => refuse(fault_words(l, fault)),
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path((id, field)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let page = visit.page(&who);
    let (app_in, scope, dispute) = (app.clone(), who.scope.clone(), id.clone());
    let write = move |tx: &mut Tx<'_>| -> Result<(), Problem> {
        let row = store::lock_dispute(tx, &scope, &dispute)?;
        answer::may_answer(&app_in, &page, &row)?;
        store::delete_file(tx, &row.id, &field)?;
        Ok(())
    };
    app.db().write(write).await?;
    Ok(see_other(&format!("/disputes/{id}/answer")))
}

/// The file as it was taken in, for the seller's own eyes; always as a download.
pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    Path((id, field)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let scope = who.scope.clone();
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        let file = store::list_files(tx, &row.id)?
            .into_iter()
            .find(|file| file.field == field)
            .ok_or(Error::NoRow)?;
        let content = store::get_file_content(tx, &file.id)?;
        Ok::<_, Error>((file, content))
    };
    let (file, content) = app.db().read(read).await?;
    let bytes = Base64::decode_vec(&content).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"{}\"", file.name);
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(Problem::internal);
    headers.insert(header::CONTENT_TYPE, value(&file.media_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&name)?);
    headers.insert(header::CACHE_CONTROL, value("no-store")?);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, value("nosniff")?);
    Ok(response)
}

fn fault_words(l: Locale, fault: EvidenceFault) -> String {
    match fault {
        EvidenceFault::EmptyFile => l.t("evidence-file-empty").into_owned(),
        EvidenceFault::OtherKind => l.t("evidence-file-kind").into_owned(),
        EvidenceFault::TooLarge { room } => too_large(l, room),
        EvidenceFault::TooManyWords { .. } => l.t("evidence-file-none").into_owned(),
    }
}

fn too_large(l: Locale, room: usize) -> String {
    let kb = i64::try_from(room / 1000).unwrap_or(i64::MAX);
    l.t1("evidence-file-large", "kb", l.integer(kb).as_str())
        .into_owned()
}

/// A name the bank may read: letters, digits, dots and hyphens, and the ending its content has.
fn safe_name(typed: &str, ending: &str) -> String {
    let stem = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let plain: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let plain: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let mut plain = plain.join("-");
    plain.truncate(60);
    if plain.is_empty() {
        plain.push_str("file");
    }
    format!("{plain}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn web_13_a_files_name_cannot_break_out_of_its_header_or_folder() {
        for (typed, name) in [
            ("contract.PDF", "contract.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\x\\signed copy.docx", "signed-copy.pdf"),
            ("a\"; filename=\"b.exe", "a-filename-b.pdf"),
            ("été\r\nX: y.pdf", "t-X-y.pdf"),
            ("", "file.pdf"),
            ("....", "file.pdf"),
        ] {
            assert_eq!(safe_name(typed, "pdf"), name, "{typed:?}");
        }
        assert!(safe_name(&"x".repeat(500), "pdf").len() < 70);
    }
}
