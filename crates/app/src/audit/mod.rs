//! The record of what people did with keys, rights and money: append-only, also for the database (DAT-01).

mod store;

use kit::db::{Error, Tx};

use crate::app::App;
use crate::who::Who;

/// One line of the record.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose.
    pub business_id: String,
    /// The user, when it was one.
    pub user_id: Option<String>,
    /// The name as it is today.
    pub actor: String,
    /// `stripe_keys.saved`, `invoice.issued` …
    pub act: &'static str,
    /// The id or number of what it was done to.
    pub subject: String,
    /// What else is worth knowing; never a secret.
    pub detail: String,
    /// From where, when known.
    pub address: String,
}

impl Entry {
    /// What a signed-in person did in the drawer they look at.
    pub fn by(
        who: &Who,
        act: &'static str,
        subject: impl Into<String>,
        detail: impl Into<String>,
        address: impl Into<String>,
    ) -> Entry {
        Entry {
            business_id: who.scope.business_id.to_string(),
            user_id: Some(who.user_id.clone()),
            actor: who.name.clone(),
            act,
            subject: subject.into(),
            detail: detail.into(),
            address: address.into(),
        }
    }
}

/// Writes one line, in the transaction of the act.
///
/// # Errors
/// Of the database.
pub fn record(tx: &mut Tx<'_>, app: &App, entry: &Entry) -> Result<(), Error> {
    store::insert_entry(tx, &app.new_id(), entry, app.now_ms())
}
