//! The papers of what was issued: PDF/A-3a and PDF/UA-1, made once from what stands frozen, kept, and the same bytes for
//! ever after (IL-03). Where it can be said in the terms of EN 16931, the paper carries the invoice as data (Factur-X), and
//! the same data is there as UBL.
//!
//! A paper is made the first time somebody asks for it, outside any transaction, and kept by whoever is first: everybody
//! else gets the bytes that stand. Each is chained to the one before it in its drawer (IL-04, [`chain`]).

pub mod chain;
mod e_invoice;
mod invoice;
mod show;
mod store;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use documents::einvoice::Gap;
use http::{HeaderValue, StatusCode, header};
use kit::db::{Error, Tx};
use kit::locale::{Lang, Locale};

use crate::app::App;
use crate::invoices::einvoice;
use crate::invoices::frozen::Frozen;
use crate::problem::Problem;
use crate::who::Scope;

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/invoices/{id}/pdf", get(show::get))
        .route("/invoices/{id}/ubl", get(e_invoice::ubl))
        .route("/invoices/{id}/factur-x", get(e_invoice::factur_x))
}

/// What a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The invoice as a PDF.
    Paper,
    /// The invoice as data: UBL.
    Ubl,
    /// The PDF once more, with the data inside, where the one that stands was made without.
    FacturX,
    /// A credit note as a PDF.
    CreditNote,
    /// A credit note as data: UBL.
    CreditNoteUbl,
}

impl Kind {
    /// The stored word.
    pub(in crate::papers) fn as_str(self) -> &'static str {
        match self {
            Kind::Paper => "invoice",
            Kind::Ubl => "ubl",
            Kind::FacturX => "factur-x",
            Kind::CreditNote => "credit-note",
            Kind::CreditNoteUbl => "credit-note-ubl",
        }
    }

    /// Whether it is data for a program, and not a paper.
    fn is_data(self) -> bool {
        matches!(self, Kind::Ubl | Kind::CreditNoteUbl)
    }
}

/// A finished paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// What it is.
    pub kind: Kind,
    /// As printed on it.
    pub number: String,
    /// The language it is in.
    pub language: Lang,
    /// The PDF, or the data.
    pub bytes: Vec<u8>,
}

/// What a paper is made of.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose, in which drawer.
    pub scope: Scope,
    /// The invoice, or the one that a credit note is about.
    pub invoice_id: String,
    /// The document itself: the invoice or the credit note.
    pub document_id: String,
    /// What was issued.
    pub frozen: Frozen,
    /// Where it can be paid; empty when it has no link that can be told.
    pub link: String,
    /// The language asked for; the one it was issued in is [`Frozen::lang`].
    pub language: Lang,
}

/// The paper of an issued document: the one that stands, or a new one, kept.
///
/// # Errors
/// Of the database; [`Problem::Internal`] when the paper cannot be made.
pub async fn find_or_make(app: &App, wanted: Wanted) -> Result<Paper, Problem> {
    let kind = if wanted.frozen.is_credit_note() {
        Kind::CreditNote
    } else {
        Kind::Paper
    };
    find_or_make_kind(app, wanted, kind).await
}

/// The same document as data; nothing where it cannot be said in the terms of EN 16931.
///
/// # Errors
/// As [`find_or_make`].
pub async fn find_or_make_data(app: &App, wanted: Wanted) -> Result<Option<Paper>, Problem> {
    let l = Locale::for_customer(wanted.language, &wanted.frozen.buyer.country);
    if einvoice::einvoice(&wanted.frozen, l, &wanted.link).is_err() {
        return Ok(None);
    }
    let kind = if wanted.frozen.is_credit_note() {
        Kind::CreditNoteUbl
    } else {
        Kind::Ubl
    };
    find_or_make_kind(app, wanted, kind).await.map(Some)
}

async fn find_or_make_kind(app: &App, wanted: Wanted, kind: Kind) -> Result<Paper, Problem> {
    let (id, language) = (wanted.document_id.clone(), wanted.language);
    let found = app
        .db()
        .read(move |tx| store::find(tx, &id, kind, language))
        .await?;
    if let Some(paper) = found {
        return Ok(paper);
    }
    // Some milliseconds of work: not on a thread that answers others meanwhile.
    let asked = wanted.clone();
    let bytes = tokio::task::spawn_blocking(move || make(&asked, kind))
        .await
        .map_err(Problem::internal)??;
    let app_in = app.clone();
    let keep = move |tx: &mut Tx<'_>| {
        if let Some(paper) = store::find(tx, &wanted.document_id, kind, wanted.language)? {
            return Ok(paper);
        }
        chain::append(tx, &app_in, &wanted, kind, &bytes)?;
        Ok::<_, Error>(Paper {
            kind,
            number: wanted.frozen.number.clone(),
            language: wanted.language,
            bytes: bytes.clone(),
        })
    };
    Ok(app.db().write(keep).await?)
}

fn make(wanted: &Wanted, kind: Kind) -> Result<Vec<u8>, Problem> {
    let (frozen, link) = (&wanted.frozen, wanted.link.as_str());
    let l = Locale::for_customer(wanted.language, &frozen.buyer.country);
    let gaps = |gaps: Vec<Gap>| Problem::internal(format!("a gap that was not found: {gaps:?}"));
    match (kind, einvoice::einvoice(frozen, l, link)) {
        (kind, Ok(data)) if kind.is_data() => data.to_ubl().map_err(gaps),
        (kind, Err(lacks)) if kind.is_data() => {
            Err(Problem::internal(format!("no e-invoice: {lacks:?}")))
        }
        (_, data) => {
            let mut paper = invoice::paper(frozen, wanted.language, link, wanted.scope.mode);
            if let Ok(data) = data {
                paper.carry(&data, &l.t("einvoice-inside")).map_err(gaps)?;
            }
            paper.to_pdf().map_err(Problem::internal)
        }
    }
}

impl Paper {
    /// What the file is called.
    pub fn file_name(&self) -> String {
        let end = if self.kind.is_data() { "xml" } else { "pdf" };
        format!("{}.{end}", file_name(&self.number))
    }

    /// The answer that carries it. `public`: for whoever holds a link, so nothing of the address may leave (LNK-04).
    pub fn answer(self, public: bool) -> Response {
        let mut response = Response::new(Body::from(self.bytes));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(match self.kind {
                kind if kind.is_data() => "application/xml",
                _ => "application/pdf",
            }),
        );
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"),
        );
        if public {
            headers.insert(
                header::REFERRER_POLICY,
                HeaderValue::from_static("no-referrer"),
            );
            headers.insert(
                "x-robots-tag",
                HeaderValue::from_static("noindex, nofollow"),
            );
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        // Data is for a program, so it is saved and not shown.
        let (manner, end) = match self.kind {
            kind if kind.is_data() => ("attachment", "xml"),
            _ => ("inline", "pdf"),
        };
        let name = format!("{manner}; filename=\"{}.{end}\"", file_name(&self.number));
        if let Ok(value) = HeaderValue::from_str(&name) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}

/// WEB-13: of a number only what no system reads as anything else; never empty, never hidden, never long.
fn file_name(number: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            c
        } else {
            '-'
        }
    };
    let name: String = number.chars().map(plain).take(80).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "invoice".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn web_13_a_file_is_named_by_letters_that_no_system_misreads() {
        assert_eq!(file_name("2026-0042"), "2026-0042");
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(
            file_name("a\"; x=\"b\r\nSet-Cookie: y"),
            "a---x--b--Set-Cookie--y"
        );
        assert_eq!(file_name("Facture №7"), "Facture--7");
        assert_eq!(file_name("…"), "invoice");
        assert_eq!(file_name(&"9".repeat(300)).len(), 80);
    }
}
