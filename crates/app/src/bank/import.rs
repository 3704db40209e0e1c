//! `GET` and `POST /bank/import`: a file of the bank, refused with a sentence or kept until somebody has looked at how it
//! is read.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use billing::Currency;
use kit::db::Error;
use sha2::{Digest, Sha256};

use super::line::hex;
use super::read::{self, BYTES_MAX, Refusal};
use super::store::{self, Waiting};
use super::words;
use crate::app::App;
use crate::audit;
use crate::page::{Choice, Errors, Page, Section};
use crate::places;
use crate::problem::Problem;
use crate::settings;
use crate::upload::{Upload, UploadFault};
use crate::visit::{Visit, see_other};
use crate::who::Who;

/// The seller's name for an account.
const ACCOUNT_MAX: usize = 60;
/// A file that was looked at and left is forgotten after this.
const WAITING_MS: i64 = 86_400_000;

#[derive(Template)]
#[template(path = "bank/import.html")]
struct View {
    page: Page,
    errors: Errors,
    account: String,
    currency: String,
    currencies: Vec<Choice>,
}

/// What the form sent.
#[derive(Debug, Default)]
struct Sent {
    account: String,
    currency: String,
    file_name: String,
    bytes: Bytes,
    /// The file was larger than what we take in at all.
    too_large: bool,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
) -> Result<Response, Problem> {
    let (account, currency) = last_account(&app, &who).await?;
    let view = view(visit.page(&who), account, currency, Errors::new());
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    upload: Result<Upload, UploadFault>,
) -> Result<Response, Problem> {
    let sent = receive(&app, &who, upload).await?;
    let page = visit.page(&who);
    let l = page.l;
    let mut errors = Errors::new();
    if sent.account.chars().count() > ACCOUNT_MAX {
        errors.add(
            "account",
            l.t1("bank-account-long", "most", ACCOUNT_MAX as i64),
        );
    }
    let Ok(currency) = Currency::parse(&sent.currency) else {
        return Err(Problem::Unreadable);
    };
    if sent.file_name.is_empty() && sent.bytes.is_empty() && !sent.too_large {
        errors.add("file", l.t("bank-file-choose"));
    }
    if !errors.is_empty() {
        return Ok(refused(page, &sent, errors));
    }
    match understand(&sent, currency) {
        Ok((encoding, content, headings)) => {
            let waiting = Waiting {
                id: app.new_id(),
                account: sent.account.clone(),
                currency,
                file_name: sent.file_name.clone(),
                file_sha256: hex(&Sha256::digest(&sent.bytes)),
                encoding: encoding.to_owned(),
                content,
                headings,
                imported_at: None,
            };
            let there = format!("/bank/import/{}", waiting.id);
            match keep(&app, &who, waiting).await? {
                None => Ok(see_other(&there)),
                Some(before) => {
                    let day = before.imported_at.map(|at| day(&who, at));
                    let day = day.map(|day| l.date_long(day)).unwrap_or_default();
                    errors.add("file", l.t1("bank-imported-before", "date", day));
                    Ok(refused(page, &sent, errors))
                }
            }
        }
        Err(why) => {
            note_refused(&app, &who, &visit, &sent, &why).await?;
            errors.add("file", words::refusal(l, &why));
            Ok(refused(page, &sent, errors))
        }
    }
}

/// What the form sent; the account's name and currency are those of the last statement when the file is so large that
/// nothing of it was taken in.
async fn receive(
    app: &App,
    who: &Who,
    upload: Result<Upload, UploadFault>,
) -> Result<Sent, Problem> {
    let upload = match upload {
        Ok(upload) => upload,
        Err(UploadFault::NotAForm) => return Err(Problem::Unreadable),
        Err(UploadFault::TooLarge) => {
            let (account, currency) = last_account(app, who).await?;
            return Ok(Sent {
                account,
                currency,
                too_large: true,
                ..Sent::default()
            });
        }
    };
    let file = upload.file("file");
    let name = file.and_then(|f| f.filename.as_deref()).unwrap_or_default();
    Ok(Sent {
        account: upload.text("account").trim().to_owned(),
        currency: upload.text("currency").trim().to_owned(),
        file_name: name.chars().filter(|c| !c.is_control()).take(120).collect(),
        bytes: file.map(|f| f.content.clone()).unwrap_or_default(),
        too_large: false,
    })
}

async fn last_account(app: &App, who: &Who) -> Result<(String, String), Problem> {
    let scope = who.scope.clone();
    let read = move |tx: &mut kit::db::Tx<'_>| {
        let last = store::find_latest_account(tx, &scope)?;
        let own = settings::business(tx, &scope.business_id)?.currency;
        Ok::<_, Error>(last.unwrap_or((String::new(), own.code().to_owned())))
    };
    Ok(app.db().read(read).await?)
}

/// The encoding, the text, and by what another file of this bank will be known.
fn understand(sent: &Sent, currency: Currency) -> Result<(&'static str, String, String), Refusal> {
    if sent.too_large || sent.bytes.len() > BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    let (content, encoding) = read::decode(&sent.bytes)?;
    let rows = read::split(&content)?;
    let layout = read::propose(&rows, currency)?;
    Ok((encoding, content, layout.headings(&rows)))
}

/// Keeps the file until somebody has looked at it; or the statement this very file was imported as.
async fn keep(app: &App, who: &Who, waiting: Waiting) -> Result<Option<Waiting>, Problem> {
    let (scope, by, now) = (who.scope.clone(), who.name.clone(), app.now_ms());
    let write = move |tx: &mut kit::db::Tx<'_>| {
        if let Some(before) = store::find_imported(tx, &scope, &waiting.file_sha256)? {
            return Ok(Some(before));
        }
        store::delete_waiting_before(tx, &scope, now - WAITING_MS)?;
        store::insert_waiting(tx, &scope, &waiting, &by, now)?;
        Ok::<_, Error>(None)
    };
    Ok(app.db().write(write).await?)
}

/// What was refused is on the record: its name, its fingerprint, and why; nothing of what it held.
async fn note_refused(
    app: &App,
    who: &Who,
    visit: &Visit,
    sent: &Sent,
    why: &Refusal,
) -> Result<(), Problem> {
    let detail = format!("{why} (sha256 {})", hex(&Sha256::digest(&sent.bytes)));
    let entry = audit::Entry::by(
        who,
        "bank.refused",
        sent.file_name.clone(),
        detail,
        visit.address.clone(),
    );
    let hands = app.clone();
    let write = move |tx: &mut kit::db::Tx<'_>| audit::record(tx, &hands, &entry);
    Ok(app.db().write::<_, Error, _>(write).await?)
}

fn day(who: &Who, at: i64) -> jiff::civil::Date {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.to_zoned(who.zone()).date()
}

fn refused(page: Page, sent: &Sent, errors: Errors) -> Response {
    let page = page.with_errors(&errors);
    let view = view(page, sent.account.clone(), sent.currency.clone(), errors);
    view.page.unprocessable(&view)
}

fn view(page: Page, account: String, currency: String, errors: Errors) -> View {
    let title = page.l.t("bank-import-title").into_owned();
    View {
        currencies: places::currencies(&currency),
        page: page.titled(title).within(Section::Books),
        errors,
        account,
        currency,
    }
}
