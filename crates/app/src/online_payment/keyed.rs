//! Keys to ask for money with: the drawer's own, and those of an account that was replaced, for as long as money is
//! under way there. Whoever asks about a payment asks the account it was made at.

use kit::db::{Error, Tx};
use secrecy::ExposeSecret;

use super::store::{self, Drawer, PreviousKey};
use crate::app::App;
use crate::problem::Problem;
use crate::recorder;
use crate::who::Scope;

/// A key that can be asked with, still sealed.
#[derive(Clone, Debug)]
pub struct Keyed {
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// `acct_…`; empty while the key may not ask for it.
    pub account_id: String,
    /// Whether it is the drawer's own, with which new payments are made.
    pub is_current: bool,
    /// When it was saved, or the account replaced; Unix milliseconds.
    pub since: i64,
    sealed: String,
    owner: String,
    field: &'static str,
}

impl From<Drawer> for Keyed {
    fn from(drawer: Drawer) -> Keyed {
        Keyed {
            owner: drawer.owner(),
            account_id: drawer.account_id,
            is_current: true,
            since: drawer.saved_at,
            sealed: drawer.secret_sealed,
            scope: drawer.scope,
            field: store::SECRET_KEY,
        }
    }
}

impl From<PreviousKey> for Keyed {
    fn from(key: PreviousKey) -> Keyed {
        Keyed {
            owner: key.owner(),
            account_id: key.account_id,
            is_current: false,
            since: key.replaced_at,
            sealed: key.sealed,
            scope: key.scope,
            field: store::PREVIOUS_KEY,
        }
    }
}

/// The keys of a drawer, its own first.
///
/// # Errors
/// Of the database.
pub fn list_keyed(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Keyed>, Error> {
    let own = store::find_drawer(tx, scope)?.filter(|d| !d.secret_sealed.is_empty());
    let previous = store::list_previous_keys(tx, scope)?;
    let own = own.into_iter().map(Keyed::from);
    Ok(own.chain(previous.into_iter().map(Keyed::from)).collect())
}

/// The key of an account; the drawer's own where the account is not known, or was never another.
///
/// # Errors
/// Of the database.
pub fn keyed_for(tx: &mut Tx<'_>, scope: &Scope, account_id: &str) -> Result<Option<Keyed>, Error> {
    let mut all = list_keyed(tx, scope)?;
    let at = all
        .iter()
        .position(|key| !account_id.is_empty() && key.account_id == account_id);
    Ok(match at {
        Some(at) => Some(all.swap_remove(at)),
        None => all.into_iter().find(|key| key.is_current),
    })
}

/// The client that speaks with this key.
///
/// # Errors
/// [`Problem::Internal`] when it does not open (another master key).
pub fn client_of(app: &App, keyed: &Keyed) -> Result<stripe::Client, Problem> {
    let opened = app
        .keyring()
        .open_sealed(&keyed.owner, keyed.field, &keyed.sealed)?;
    let key = stripe::SecretKey::parse(opened.expose_secret())
        .map_err(|_| Problem::internal("a stored secret key does not parse"))?;
    Ok(
        stripe::Client::new(app.http().clone(), app.origins().clone(), key)
            .with_observer(recorder::observer(app, &keyed.scope)),
    )
}

/// Nothing is under way at a replaced account any more: its key is wiped, the record of it stays.
///
/// # Errors
/// Of the database.
pub fn put_away(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    store::update_put_away(tx, scope, account_id, now_ms)
}
