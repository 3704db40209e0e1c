//! The files beside an answer: taken in and looked at here, uploaded to Stripe only when the answer goes.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use billing::dispute::evidence::{EvidenceFault, FILES_BYTES_MAX, FileKind, check_file};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use kit::db::{Error, Tx};
use kit::locale::Locale;
use sha2::{Digest, Sha256};

use super::answer::FILES;
use super::store::FileRow;
use super::{DisputeRow, PAPER_BYTES, PAPER_FIELD, store};
use crate::app::App;
use crate::audit;
use crate::page::Errors;
use crate::problem::Problem;
use crate::upload::{Upload, UploadFault};
use crate::visit::Visit;
use crate::who::Who;

/// A file that banks read.
struct Good {
    field: &'static str,
    name: String,
    kind: FileKind,
    content: Bytes,
}

/// What of an upload is to be done.
#[derive(Default)]
pub(super) struct Taken {
    good: Vec<Good>,
    removed: Vec<&'static str>,
    /// The name of a file that banks do not take, and why, for the record.
    pub refused: Vec<(String, String)>,
}

/// The name of the box that removes a file.
pub(super) fn remove_box(field: &str) -> String {
    format!("remove-{field}")
}

/// Looks at every file of an upload beside those that are kept; what banks do not take is said at its field.
pub(super) fn check(l: Locale, kept: &[FileRow], upload: &Upload, errors: &mut Errors) -> Taken {
    let mut taken = Taken::default();
    for (field, ..) in FILES {
        if !upload.text(&remove_box(field)).is_empty() {
            taken.removed.push(field);
        }
    }
    let stays = |file: &&FileRow| {
        let replaced = upload.file(&file.field).is_some();
        let removed = taken.removed.contains(&file.field.as_str());
        file.field != PAPER_FIELD && !replaced && !removed
    };
    let mut others = PAPER_BYTES + kept.iter().filter(stays).map(|f| f.size_bytes).sum::<i64>();
    for (field, ..) in FILES {
        let Some(part) = upload.file(field) else {
            continue;
        };
        let name = part.filename.clone().unwrap_or_default();
        match check_file(&part.content, usize::try_from(others).unwrap_or(usize::MAX)) {
            Ok(kind) => {
                others += size(&part.content);
                taken.good.push(Good {
                    field,
                    name: safe_name(&name, kind.ending()),
                    kind,
                    content: part.content.clone(),
                });
            }
            Err(fault) => {
                errors.add(field, fault_words(l, fault));
                taken.refused.push((name, fault.to_string()));
            }
        }
    }
    taken
}

/// Keeps the good ones, lets go of those that were ticked, and writes both into the record.
pub(super) fn save(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    row: &DisputeRow,
    taken: &Taken,
) -> Result<(), Error> {
    for field in &taken.removed {
        if store::delete_file(tx, &row.id, field)? > 0 {
            record(tx, app, who, address, row, "dispute.file_removed", field)?;
        }
    }
    for file in &taken.good {
        let hash: String = Sha256::digest(&file.content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let new = store::NewFile {
            id: &app.new_id(),
            dispute_id: &row.id,
            field: file.field,
            name: &file.name,
            media_type: file.kind.media_type(),
            size_bytes: size(&file.content),
            sha256: &hash,
            content: &Base64::encode_string(&file.content),
            idempotency_key: &app.chance().token(),
            added_by: &who.name,
        };
        store::replace_file(tx, &new, app.now_ms())?;
        record(tx, app, who, address, row, "dispute.file_added", &file.name)?;
    }
    Ok(())
}

/// A file that was not taken is on the record too: nothing of it was kept.
pub(super) async fn record_refused(
    app: &App,
    who: &Who,
    visit: &Visit,
    row: &DisputeRow,
    name: &str,
    why: &str,
) -> Result<(), Problem> {
    let (app_in, who, row) = (app.clone(), who.clone(), row.clone());
    let (address, detail) = (visit.address.clone(), format!("{name}: {why}"));
    let write = move |tx: &mut Tx<'_>| {
        record(
            tx,
            &app_in,
            &who,
            &address,
            &row,
            "dispute.file_refused",
            &detail,
        )
    };
    Ok(app.db().write(write).await?)
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    who: &Who,
    address: &str,
    row: &DisputeRow,
    act: &'static str,
    detail: &str,
) -> Result<(), Error> {
    let entry = audit::Entry::by(who, act, row.stripe_id.as_str(), detail, address);
    audit::record(tx, app, &entry)
}

fn size(content: &Bytes) -> i64 {
    i64::try_from(content.len()).unwrap_or(i64::MAX)
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

/// Why an upload as a whole was not taken.
pub(super) fn upload_words(l: Locale, fault: UploadFault) -> String {
    match fault {
        UploadFault::TooLarge => too_large(l, FILES_BYTES_MAX),
        UploadFault::NotAForm => l.t("evidence-file-none").into_owned(),
    }
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
    l.t1("evidence-file-large", "left", size_words(l, room).as_str())
        .into_owned()
}

/// A size as people read it: `640 kB`, `4.5 MB`.
pub(super) fn size_words(l: Locale, bytes: usize) -> String {
    let kb = bytes.div_ceil(1000);
    if kb >= 1000 {
        let tenths = kb / 100;
        let mb = format!("{}.{}", tenths / 10, tenths % 10);
        return l
            .t1("evidence-file-mb", "mb", l.quantity(&mb).as_str())
            .into_owned();
    }
    let kb = i64::try_from(kb).unwrap_or(i64::MAX);
    l.t1("evidence-file-size", "kb", l.integer(kb).as_str())
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
