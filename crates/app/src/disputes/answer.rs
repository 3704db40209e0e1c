//! `/disputes/{id}/answer`: the seller's words for the bank and the files beside them. Nothing leaves from here.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use billing::dispute::evidence::{EvidenceFault, check_words};
use kit::db::{Error, Tx};
use kit::locale::{self, Locale};

use super::files;
use super::gather;
use super::store::{self, FileRow};
use super::{DisputeRow, words};
use crate::app::App;
use crate::page::{Errors, Page, Section};
use crate::problem::Problem;
use crate::upload::{Upload, UploadFault};
use crate::visit::{Visit, see_other};
use crate::who::Who;

#[derive(Template)]
#[template(path = "disputes/answer.html")]
struct Answer {
    page: Page,
    errors: Errors,
    id: String,
    version: i64,
    advice: String,
    deadline: String,
    fields: Vec<FieldView>,
    files: Vec<FileView>,
}

/// A field of words as the form shows it.
struct FieldView {
    name: &'static str,
    label: String,
    hint: String,
    value: String,
    short: bool,
}

/// A kind of file as the form shows it.
pub(super) struct FileView {
    pub field: &'static str,
    pub label: String,
    pub hint: String,
    /// Empty: none is there.
    pub name: String,
    pub size: String,
    /// Ticked to be removed.
    pub removed: bool,
}

impl FileView {
    /// The name of the box that removes it.
    fn remove(&self) -> String {
        files::remove_box(self.field)
    }
}

/// A field of words: Stripe's name for it, the key of its label and hint, and the reasons it is for (empty: all).
struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    reasons: &'static [&'static str],
    short: bool,
}

const FIELDS: [Field; 6] = [
    Field {
        name: "uncategorized_text",
        label: locale::key("evidence-words-what"),
        hint: locale::key("evidence-words-what-hint"),
        reasons: &[],
        short: false,
    },
    Field {
        name: "product_description",
        label: locale::key("evidence-words-sold"),
        hint: locale::key("evidence-words-sold-hint"),
        reasons: &[],
        short: false,
    },
    Field {
        name: "service_date",
        label: locale::key("evidence-words-date"),
        hint: locale::key("evidence-words-date-hint"),
        reasons: &[],
        short: true,
    },
    Field {
        name: "refund_refusal_explanation",
        label: locale::key("evidence-words-no-refund"),
        hint: locale::key("evidence-words-no-refund-hint"),
        reasons: &["credit_not_processed", "product_unacceptable"],
        short: false,
    },
    Field {
        name: "cancellation_rebuttal",
        label: locale::key("evidence-words-cancellation"),
        hint: locale::key("evidence-words-cancellation-hint"),
        reasons: &["subscription_canceled"],
        short: false,
    },
    Field {
        name: "duplicate_charge_explanation",
        label: locale::key("evidence-words-duplicate"),
        hint: locale::key("evidence-words-duplicate-hint"),
        reasons: &["duplicate"],
        short: false,
    },
];

/// The files a seller can put beside: Stripe's name, label and hint.
pub(super) const FILES: [(&str, &str, &str); 3] = [
    (
        "service_documentation",
        locale::key("evidence-file-service"),
        locale::key("evidence-file-service-hint"),
    ),
    (
        "customer_communication",
        locale::key("evidence-file-letters"),
        locale::key("evidence-file-letters-hint"),
    ),
    (
        "customer_signature",
        locale::key("evidence-file-signature"),
        locale::key("evidence-file-signature-hint"),
    ),
];

/// The label of a field of words.
pub(super) fn label(l: Locale, name: &str) -> String {
    FIELDS
        .iter()
        .find(|field| field.name == name)
        .map_or_else(|| name.to_owned(), |field| l.t(field.label).into_owned())
}

fn fields_for(reason: &str) -> impl Iterator<Item = &'static Field> {
    FIELDS
        .iter()
        .filter(move |field| field.reasons.is_empty() || field.reasons.contains(&reason))
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    let stand = load(&app, &who, &id).await?;
    may_answer(&app, &page, &stand.row)?;
    let kept = |name: &str| stand.word(name);
    let typed = Upload::default();
    let view = view(&app, page, &who, &stand, &typed, kept, Errors::new());
    Ok(view.page.ok(&view))
}

pub(super) async fn post(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
    upload: Result<Upload, UploadFault>,
) -> Result<Response, Problem> {
    let page = frame(&visit, &who);
    let stand = load(&app, &who, &id).await?;
    may_answer(&app, &page, &stand.row)?;
    let (typed, mut errors) = match upload {
        Ok(upload) => (upload, Errors::new()),
        Err(fault) => {
            let (typed, mut errors) = (Upload::default(), Errors::new());
            errors.add(FILES[0].0, files::upload_words(page.l, fault));
            files::record_refused(&app, &who, &visit, &stand.row, "", fault.as_str()).await?;
            let page = page.with_errors(&errors);
            let kept = |name: &str| stand.word(name);
            let view = view(&app, page, &who, &stand, &typed, kept, errors);
            return Ok(view.page.unprocessable(&view));
        }
    };
    for field in fields_for(&stand.row.reason) {
        if let Err(EvidenceFault::TooManyWords { over }) = check_words(&typed.text(field.name)) {
            let over = i64::try_from(over).unwrap_or(i64::MAX);
            errors.add(field.name, page.l.t1("evidence-too-long", "over", over));
        }
    }
    let taken = files::check(page.l, &stand.files, &typed, &mut errors);
    for (name, fault) in &taken.refused {
        files::record_refused(&app, &who, &visit, &stand.row, name, fault).await?;
    }
    if !errors.is_empty() {
        let page = page.with_errors(&errors);
        let typed_word = |name: &str| typed.text(name);
        let view = view(&app, page, &who, &stand, &typed, typed_word, errors);
        return Ok(view.page.unprocessable(&view));
    }
    save(&app, &who, &visit, &page, &stand.row, &typed, taken).await?;
    Ok(see_other(&format!("/disputes/{id}/submit")))
}

async fn save(
    app: &App,
    who: &Who,
    visit: &Visit,
    page: &Page,
    row: &DisputeRow,
    typed: &Upload,
    taken: files::Taken,
) -> Result<(), Problem> {
    let version = typed.text("version").parse().unwrap_or(-1);
    let conflict = page.l.t("dispute-answer-conflict").into_owned();
    let words: Vec<(&str, String)> = fields_for(&row.reason)
        .map(|field| (field.name, typed.text(field.name).trim().to_owned()))
        .collect();
    let (app_in, by, address, row) = (app.clone(), who.clone(), visit.address.clone(), row.clone());
    let write = move |tx: &mut Tx<'_>| {
        if store::update_version(tx, &row.id, version, app_in.now_ms())? == 0 {
            return Err(Problem::Conflict(conflict.clone()));
        }
        for (field, text) in &words {
            store::upsert_words(tx, &row.id, field, text)?;
        }
        files::save(tx, &app_in, &by, &address, &row, &taken)?;
        Ok(())
    };
    app.db().write(write).await
}

/// What the form needs.
struct Stand {
    row: DisputeRow,
    words: Vec<(String, String)>,
    files: Vec<FileRow>,
    sold: String,
}

impl Stand {
    /// What was typed before; at first, what was sold stands there already.
    fn word(&self, name: &str) -> String {
        let kept = self.words.iter().find(|(field, _)| field == name);
        match kept {
            Some((_, text)) => text.clone(),
            None if name == "product_description" => self.sold.clone(),
            None => String::new(),
        }
    }
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Stand, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let row = store::find_dispute(tx, &scope, &id)?.ok_or(Error::NoRow)?;
        Ok::<_, Error>(Stand {
            words: store::list_words(tx, &row.id)?,
            files: store::list_files(tx, &row.id)?,
            sold: gather::for_bank(tx, &row)?.sold,
            row,
        })
    };
    Ok(app.db().read(read).await?)
}

/// A page that says what the dispute is now, where it can no longer be answered.
pub(super) fn may_answer(app: &App, page: &Page, row: &DisputeRow) -> Result<(), Problem> {
    if row.may_act(app.now_ms()) {
        return Ok(());
    }
    let l = page.l;
    let why = if row.act != super::Act::None {
        l.t("dispute-decided-already").into_owned()
    } else if row.status.wants_answer() {
        l.t("dispute-too-late").into_owned()
    } else {
        words::meaning(l, row.status)
    };
    Err(Problem::Conflict(why))
}

fn frame(visit: &Visit, who: &Who) -> Page {
    let page = visit.page(who);
    let title = page.l.t("dispute-answer-title");
    page.titled(title).within(Section::Invoices)
}

fn view(
    app: &App,
    page: Page,
    who: &Who,
    stand: &Stand,
    typed: &Upload,
    value: impl Fn(&str) -> String,
    errors: Errors,
) -> Answer {
    let l = page.l;
    let field = |field: &'static Field| FieldView {
        name: field.name,
        label: l.t(field.label).into_owned(),
        hint: l.t(field.hint).into_owned(),
        value: value(field.name),
        short: field.short,
    };
    Answer {
        errors,
        id: stand.row.id.clone(),
        version: stand.row.version,
        advice: words::advice(l, &stand.row.reason),
        deadline: words::deadline(l, &stand.row, app.clock().now(), &who.zone()),
        fields: fields_for(&stand.row.reason).map(field).collect(),
        files: file_views(l, &stand.files, typed),
        page,
    }
}

/// Every kind of file, with the one that is there.
pub(super) fn file_views(l: Locale, files: &[FileRow], typed: &Upload) -> Vec<FileView> {
    let one = |(field, label, hint): &(&'static str, &'static str, &'static str)| {
        let there = files.iter().find(|file| file.field == *field);
        FileView {
            field,
            label: l.t(label).into_owned(),
            hint: l.t(hint).into_owned(),
            name: there.map(|file| file.name.clone()).unwrap_or_default(),
            removed: !typed.text(&files::remove_box(field)).is_empty(),
            size: there
                .map(|file| {
                    let bytes = usize::try_from(file.size_bytes).unwrap_or_default();
                    files::size_words(l, bytes)
                })
                .unwrap_or_default(),
        }
    };
    FILES.iter().map(one).collect()
}
