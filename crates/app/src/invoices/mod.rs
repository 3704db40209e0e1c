//! Invoices: drafts, the check page, issuing, what stands frozen, public links, and the claim they stand for.
//!
//! Other features call, always with the open transaction: [`claim`] (lock, amount due, apply), [`frozen`] (what was
//! issued, for pages, mails and print), [`link`] (public addresses), [`create_draft`] and [`issue::issue`].

mod check;
pub mod claim;
pub mod command;
mod copy;
mod customer;
mod delete;
mod edit;
mod editor;
pub mod einvoice;
mod form;
pub mod frozen;
pub mod history;
pub mod issue;
pub mod link;
mod list;
pub mod listing;
pub mod numbering;
pub mod paper;
mod proposal;
mod receipt;
mod renew;
mod row;
pub mod send;
pub mod series;
mod show;
mod store;
mod track;

use axum::Router;
use axum::routing::{get, post};
use jiff::civil::Date;
use kit::db::{Error, Tx};
use kit::locale::Locale;

use crate::app::App;
use crate::who::Scope;

pub use command::{Command, CommandLine};
pub use receipt::{Paid, queue_receipt};
pub use row::Row;

/// The pages of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/customers/{id}", get(customer::get))
        .route("/invoices", get(list::get))
        .route("/invoices/new", get(edit::get_new).post(edit::post_new))
        .route("/invoices/{id}", get(show::get))
        .route("/invoices/{id}/edit", get(edit::get).post(edit::post))
        .route("/invoices/{id}/issue", get(check::get).post(issue::post))
        .route("/invoices/{id}/delete", get(delete::get).post(delete::post))
        .route("/invoices/{id}/copy", post(copy::post))
        .route("/invoices/{id}/send", post(send::post))
        .route("/invoices/{id}/print", get(show::print))
        .route("/invoices/{id}/link", get(renew::get).post(renew::post))
        .route(
            "/settings/numbers",
            get(numbering::get).post(numbering::post),
        )
}

/// Keeps a new draft and answers its id. The totals are computed here, from the rates as they are.
///
/// # Errors
/// Of the database; [`Error::Shape`] when the command's totals cannot be computed (the form has checked them).
pub fn create_draft(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    command: &Command,
) -> Result<String, Error> {
    let id = app.new_id();
    let sums = command.sums(tx, scope)?;
    store::insert_draft(tx, scope, &id, command, &sums, app.now_ms())?;
    Ok(id)
}

/// A customer's invoices in this drawer, newest first, at most a hundred; for the customer's page.
///
/// # Errors
/// Of the database.
pub fn list_by_customer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    l: Locale,
    today: Date,
) -> Result<Vec<Row>, Error> {
    let found = listing::store::list_by_customer(tx, scope, customer_id)?;
    found
        .iter()
        .map(|listed| Row::new(listed, l, today))
        .collect()
}

/// The open invoices of every customer with this e-mail address (any case), oldest due date first: id of the
/// invoice and of its live link. For the Customer Area.
///
/// # Errors
/// Of the database.
pub fn list_open_by_customer_email(
    tx: &mut Tx<'_>,
    scope: &Scope,
    email: &str,
) -> Result<Vec<String>, Error> {
    store::list_open_by_customer_email(tx, scope, &email.trim().to_lowercase())
}

/// Notes that the customer opened the invoice: the first time only.
///
/// # Errors
/// Of the database.
pub fn mark_seen(tx: &mut Tx<'_>, app: &App, invoice_id: &str) -> Result<(), Error> {
    if store::update_seen(tx, invoice_id, app.now_ms())? {
        claim::note(tx, app, invoice_id, "seen", "", "")?;
    }
    Ok(())
}

/// Notes that the invoice was handed to the mail: who sent it, and to which address.
///
/// # Errors
/// Of the database.
pub fn mark_sent(
    tx: &mut Tx<'_>,
    app: &App,
    invoice_id: &str,
    actor: &str,
    address: &str,
) -> Result<(), Error> {
    store::update_sent(tx, invoice_id, app.now_ms())?;
    claim::note(tx, app, invoice_id, "sent", actor, address)
}

/// What stands frozen of an issued invoice; nothing for a draft.
///
/// # Errors
/// [`Error::NoRow`] for an invoice that is not in this drawer.
pub fn find_frozen(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Option<frozen::Frozen>, Error> {
    let kept = store::find(tx, scope, invoice_id)?.ok_or(Error::NoRow)?;
    kept.frozen.as_deref().map(frozen::Frozen::read).transpose()
}

/// A new draft with the lines of an invoice that was taken back, in its place.
///
/// # Errors
/// [`Error::NoRow`] for an invoice that is not in this drawer; else of the database.
pub fn create_replacing(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    invoice_id: &str,
) -> Result<String, Error> {
    let id = copy::draft(tx, app, scope, invoice_id)?;
    store::update_replaces(tx, &id, invoice_id)?;
    Ok(id)
}

/// The draft or invoice that stands in the place of another: its id, and its number, which a draft has not.
///
/// # Errors
/// Of the database.
pub fn find_replacing(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Option<(String, String)>, Error> {
    store::find_replacing(tx, scope, invoice_id)
}

/// What happened to an issued invoice on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// It was handed to the mail.
    pub sent: bool,
    /// The customer opened it.
    pub seen: bool,
}

/// The marks of an invoice.
///
/// # Errors
/// [`Error::NoRow`] for an invoice that is not in this drawer.
pub fn marks(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Marks, Error> {
    let kept = store::find(tx, scope, invoice_id)?.ok_or(Error::NoRow)?;
    Ok(Marks {
        sent: kept.sent_at.is_some(),
        seen: kept.seen_at.is_some(),
    })
}

/// Whether there is any invoice in this drawer, drafts included.
///
/// # Errors
/// Of the database.
pub fn has_any(tx: &mut Tx<'_>, scope: &Scope) -> Result<bool, Error> {
    listing::store::has_any(tx, scope)
}
