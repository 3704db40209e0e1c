//! Public links: 160 random bits, found by hash, kept sealed only so that a mail can be sent again (LNK-01, LNK-06).

use billing::Mode;
use billing::id::BusinessId;
use kit::db::{Error, Tx};
use kit::secrets::token_hash;
use secrecy::ExposeSecret;

use super::claim::{self, Claim};
use super::frozen::Frozen;
use super::store;
use crate::app::App;
use crate::who::Scope;

/// The field name the token is sealed under; its owner is the link's id.
const FIELD: &str = "invoice_link.token";
/// Longer than any token of ours: such a text is not even hashed.
const TOKEN_MAX: usize = 64;

/// An invoice as whoever holds its link may see it.
#[derive(Clone, Debug)]
pub struct PublicInvoice {
    /// The link it was found by.
    pub link_id: String,
    /// What is owed now.
    pub claim: Claim,
    /// What was issued.
    pub frozen: Frozen,
    /// Whether it was opened before.
    pub seen: bool,
}

pub(super) struct PublicRow {
    pub(super) link_id: String,
    pub(super) invoice_id: String,
    pub(super) business_id: String,
    pub(super) mode: String,
    pub(super) frozen: String,
    pub(super) customer_id: String,
    pub(super) seen: bool,
}

/// The invoice behind a link. Unknown, revoked and never-issued are one answer, by one statement (LNK-03).
///
/// # Errors
/// Of the database.
pub fn find_by_link_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<PublicInvoice>, Error> {
    let hash = token_hash(token.get(..TOKEN_MAX).unwrap_or(token));
    let Some(row) = store::find_public(tx, &hash)? else {
        return Ok(None);
    };
    let shape = |what: &str| Error::Shape(format!("invoices: bad {what}"));
    let scope = Scope {
        business_id: BusinessId::parse(row.business_id).map_err(|_| shape("business"))?,
        mode: Mode::parse(&row.mode).map_err(|_| shape("mode"))?,
    };
    let claim = claim::get(tx, &scope, &row.invoice_id)?;
    debug_assert_eq!(claim.customer_id, row.customer_id);
    Ok(Some(PublicInvoice {
        link_id: row.link_id,
        claim,
        frozen: Frozen::read(&row.frozen)?,
        seen: row.seen,
    }))
}

/// Makes the link of an invoice and answers its id. The token itself is only in the answer of [`for_invoice`].
///
/// # Errors
/// Of the database or of sealing.
pub(super) fn create(tx: &mut Tx<'_>, app: &App, invoice_id: &str) -> Result<String, Error> {
    let (id, token) = (app.new_id(), app.chance().token());
    let sealed = app
        .keyring()
        .seal(&id, FIELD, &token, app.chance())
        .map_err(|e| Error::Shape(e.to_string()))?;
    store::insert_link(
        tx,
        (&id, invoice_id, &token_hash(&token), &sealed),
        app.now_ms(),
    )?;
    Ok(id)
}

/// The link of an invoice, as far as we know it ourselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A draft has none, and one that was ended is none.
    None,
    /// Its id and its whole address.
    Open(String, String),
    /// It works, but the master key that its token was sealed with is gone, so nobody can be told the address. Only a new
    /// one helps ([`renew`]).
    Unreadable,
}

/// The invoice's link.
///
/// # Errors
/// Of the database.
pub fn of_invoice(tx: &mut Tx<'_>, app: &App, invoice_id: &str) -> Result<Link, Error> {
    Ok(match store::find_live_link(tx, invoice_id)? {
        None => Link::None,
        Some((id, sealed)) => match address(app, &id, &sealed) {
            Some(url) => Link::Open(id, url),
            None => Link::Unreadable,
        },
    })
}

/// The invoice's link as id and whole address; nothing when it has none that can be told.
///
/// # Errors
/// Of the database.
pub fn for_invoice(
    tx: &mut Tx<'_>,
    app: &App,
    invoice_id: &str,
) -> Result<Option<(String, String)>, Error> {
    Ok(match of_invoice(tx, app, invoice_id)? {
        Link::Open(id, url) => Some((id, url)),
        Link::None | Link::Unreadable => None,
    })
}

/// Whether the invoice has a link that opens it, told or not.
///
/// # Errors
/// Of the database.
pub fn is_live(tx: &mut Tx<'_>, invoice_id: &str) -> Result<bool, Error> {
    Ok(store::find_live_link(tx, invoice_id)?.is_some())
}

/// The address of one link, for a mail that is sent now; nothing when it was revoked since, or cannot be told.
///
/// # Errors
/// As [`for_invoice`].
pub fn by_id(tx: &mut Tx<'_>, app: &App, link_id: &str) -> Result<Option<String>, Error> {
    let Some(sealed) = store::find_link(tx, link_id)? else {
        return Ok(None);
    };
    Ok(address(app, link_id, &sealed))
}

/// Ends every link of an invoice and makes a new one, when one leaked.
///
/// # Errors
/// Of the database or of sealing.
pub fn renew(tx: &mut Tx<'_>, app: &App, invoice_id: &str) -> Result<String, Error> {
    store::update_links_revoked(tx, invoice_id, app.now_ms())?;
    create(tx, app, invoice_id)
}

/// Ends every link of an invoice: what they open is then the same as nothing at all (LNK-03).
///
/// # Errors
/// Of the database.
pub fn end(tx: &mut Tx<'_>, app: &App, invoice_id: &str) -> Result<(), Error> {
    store::update_links_revoked(tx, invoice_id, app.now_ms())
}

/// Nothing when the token does not open under any master key we have.
fn address(app: &App, link_id: &str, sealed: &str) -> Option<String> {
    let token = app.keyring().open_sealed(link_id, FIELD, sealed);
    let token = token
        .inspect_err(|error| tracing::warn!(link_id, %error, "a link cannot be told any more"))
        .ok()?;
    Some(format!("{}/i/{}", app.public_url(), token.expose_secret()))
}
