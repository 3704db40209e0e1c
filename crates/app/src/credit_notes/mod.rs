//! What takes an issued invoice back, in all or in part: credit notes with a series of their own, a void where nobody has
//! seen it, giving a claim up; and the press "Delete", which offers exactly what the invoice's state allows
//! (compliance.md §5.3). Nothing of it changes or removes what was issued (IL-02).

mod annul;
mod check;
mod confirm;
mod form;
mod issued;
mod list;
mod mail;
mod make;
mod numbering;
mod replace;
mod show;
mod store;
mod write_off;

use axum::Router;
use axum::routing::{get, post};
use billing::Money;
use billing::credit_note::Effect;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::invoices::frozen::Frozen;
use crate::who::Scope;

pub use mail::mail_customer;
pub use show::paper_of;

/// The job that brings a credit note to the customer; its payload is the scope and the note's id.
pub const MAIL: &str = "MailCreditNote";

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/invoices/{id}/annul", get(annul::get).post(annul::post))
        .route(
            "/invoices/{id}/credit-note",
            get(form::get).post(check::post),
        )
        .route("/invoices/{id}/credit-note/check", get(check::get))
        .route(
            "/invoices/{id}/write-off",
            get(write_off::get).post(write_off::post),
        )
        .route(
            "/settings/numbers/credit-notes",
            get(numbering::get).post(numbering::post),
        )
        .route("/credit-notes", get(list::get))
        .route("/credit-notes/{id}", get(show::get))
        .route("/credit-notes/{id}/pdf", get(show::pdf))
        .route("/credit-notes/{id}/ubl", get(show::ubl))
        .route("/credit-notes/{id}/send", post(mail::post))
        .route("/credit-notes/{id}/replace", post(replace::post))
}

/// A credit note as it is kept.
#[derive(Clone, Debug)]
pub struct NoteRow {
    /// The note.
    pub id: String,
    /// What it lowers.
    pub invoice_id: String,
    /// Whose invoice that is.
    pub customer_id: String,
    /// As printed.
    pub number: String,
    /// What is taken back of each line of the invoice, minor units, in their order.
    pub credited: Vec<i64>,
    /// With tax.
    pub total: Money,
    /// What it closed and what it freed.
    pub effect: Effect,
    /// The seller's words, as they stand on it; may be empty.
    pub reason: String,
    /// The document.
    pub frozen: Frozen,
    /// The person.
    pub issued_by: String,
    /// Unix milliseconds.
    pub created_at: i64,
}

/// The credit notes of an invoice, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_by_invoice(tx: &mut Tx<'_>, invoice_id: &str) -> Result<Vec<NoteRow>, Error> {
    store::list_by_invoice(tx, invoice_id)
}

/// One credit note of a drawer.
///
/// # Errors
/// Of the database.
pub fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<NoteRow>, Error> {
    store::find(tx, scope, id)
}
