//! `GET /credit-notes/{id}`: the document, what it did, and what went back; its paper, and the same as data.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::Uri;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use kit::locale::Lang;

use super::{NoteRow, store};
use crate::amount::in_words;
use crate::app::App;
use crate::fields::Fields;
use crate::invoices::einvoice;
use crate::invoices::paper::Paper;
use crate::invoices::{self, frozen};
use crate::page::{Chip, Page, Section};
use crate::papers::{self, Wanted};
use crate::problem::Problem;
use crate::refunds;
use crate::visit::Visit;
use crate::who::{Scope, Who};

#[derive(Template)]
#[template(path = "credit_notes/show.html")]
struct Show {
    page: Page,
    id: String,
    customer: String,
    customer_href: String,
    amount: String,
    invoice: String,
    invoice_href: String,
    /// What it did to the invoice, in sentences.
    did: Vec<String>,
    issued: String,
    reason: String,
    refunds: Vec<Refund>,
    paper: Paper,
    /// Whether it is offered as data.
    data: bool,
    /// Whether it can be sent to anybody.
    can_send: bool,
    /// The draft or invoice in the place of the one that was taken back: address and words; empty for none.
    replaced_by: Option<(String, String)>,
    can_replace: bool,
}

struct Refund {
    href: String,
    amount: String,
    chip: Chip,
}

struct Found {
    note: NoteRow,
    refunds: Vec<refunds::RefundRow>,
    replaced_by: Option<(String, String)>,
    /// Nothing of the invoice is left.
    whole: bool,
    address: String,
}

pub(super) async fn get(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = load(&app, &who, &id).await?;
    let page = visit.page(&who).within(Section::Invoices);
    let l = page.l;
    let note = &found.note;
    let f = &note.frozen;
    let invoice = f.corrects.as_ref().map(|c| c.invoice.number.clone());
    let mut did = Vec::new();
    if note.effect.settles.is_positive() {
        let amount = in_words(l, note.effect.settles);
        did.push(l.t1("credit-note-closed", "amount", amount).into_owned());
    }
    if note.effect.frees.is_positive() {
        let amount = in_words(l, note.effect.frees);
        did.push(l.t1("credit-note-freed", "amount", amount).into_owned());
    }
    let at = Timestamp::from_millisecond(note.created_at).unwrap_or_default();
    let when = l.date_time(at, &who.zone());
    let args = [
        ("person", note.issued_by.as_str().into()),
        ("when", when.as_str().into()),
    ];
    let refund = |one: &refunds::RefundRow| Refund {
        href: format!("/refunds/{}", one.id),
        amount: in_words(l, one.amount),
        chip: refunds::chip(one.status),
    };
    let view = Show {
        customer: f.buyer.name.clone(),
        customer_href: format!("/customers/{}", note.customer_id),
        amount: in_words(l, note.total),
        invoice: invoice.unwrap_or_default(),
        invoice_href: format!("/invoices/{}", note.invoice_id),
        did,
        issued: l.ta("credit-note-issued-by", &args).into_owned(),
        reason: note.reason.clone(),
        refunds: found.refunds.iter().map(refund).collect(),
        paper: Paper::new(f, l),
        data: einvoice::is_expected(f) && einvoice::einvoice(f, l, "").is_ok(),
        can_send: !found.address.is_empty(),
        can_replace: found.whole && found.replaced_by.is_none(),
        replaced_by: found.replaced_by.map(|(id, number)| {
            let words = if number.is_empty() {
                l.t("credit-note-replaced-by-draft").into_owned()
            } else {
                l.t1("credit-note-replaced-by", "number", number)
                    .into_owned()
            };
            (format!("/invoices/{id}"), words)
        }),
        page: page.titled(f.title(l)),
        id,
    };
    Ok(view.page.ok(&view))
}

async fn load(app: &App, who: &Who, id: &str) -> Result<Found, Problem> {
    let (me, id) = (who.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let note = store::find(tx, &me.scope, &id)?.ok_or(Error::NoRow)?;
        let claim = invoices::claim::get(tx, &me.scope, &note.invoice_id)?;
        let email = &note.frozen.buyer.email;
        Ok::<_, Error>(Found {
            refunds: refunds::list_by_credit_note(tx, &me.scope, &note.id)?,
            replaced_by: invoices::find_replacing(tx, &me.scope, &note.invoice_id)?,
            whole: claim.credited.minor() >= claim.total.minor(),
            address: super::confirm::address(tx, &me, &note.customer_id, email)?,
            note,
        })
    };
    Ok(app.db().read(read).await?)
}

/// The paper, in the language it was issued in; `?in=fr` in another.
pub(super) async fn pdf(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Lang::parse(&Fields::of_query(&uri).get("in"));
    let wanted = wanted(&app, &who, &id, asked).await?;
    Ok(papers::find_or_make(&app, wanted).await?.answer(false))
}

pub(super) async fn ubl(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let wanted = wanted(&app, &who, &id, None).await?;
    let data = papers::find_or_make_data(&app, wanted).await?;
    Ok(data.ok_or(Problem::NotFound)?.answer(false))
}

async fn wanted(app: &App, who: &Who, id: &str, language: Option<Lang>) -> Result<Wanted, Problem> {
    let (scope, id) = (who.scope.clone(), id.to_owned());
    let read = move |tx: &mut Tx<'_>| store::find(tx, &scope, &id)?.ok_or(Error::NoRow);
    let note = app.db().read::<_, Error, _>(read).await?;
    Ok(paper_of(&who.scope, note, language))
}

/// What the paper of a credit note is made of; in the language it was issued in, unless another is asked for.
pub fn paper_of(scope: &Scope, note: NoteRow, language: Option<Lang>) -> Wanted {
    let frozen: frozen::Frozen = note.frozen;
    Wanted {
        scope: scope.clone(),
        invoice_id: note.invoice_id,
        document_id: note.id,
        link: String::new(),
        language: language.unwrap_or(frozen.lang()),
        frozen,
    }
}
