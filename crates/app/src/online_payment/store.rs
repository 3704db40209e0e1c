//! Rows of `stripe_settings`: one a business and drawer.

use billing::Mode;
use billing::currency::Currency;
use billing::id::BusinessId;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::Heard;
use crate::who::Scope;

/// The field names that are bound into the seals (AC-18).
pub const SECRET_KEY: &str = "stripe_settings.secret_key";
/// See [`SECRET_KEY`].
pub const SIGNING_SECRET: &str = "stripe_settings.signing_secret";
/// See [`SECRET_KEY`].
pub const WEBHOOK_PATH: &str = "stripe_settings.webhook_path";

/// One drawer: keys and what Stripe said of them.
#[derive(Clone, Debug)]
pub struct Drawer {
    /// Whose, and which.
    pub scope: Scope,
    /// "Online payment enabled".
    pub enabled: bool,
    /// Customers pay on the page that Stripe hosts, and no page of ours loads anything of Stripe's (PAY-18).
    pub hosted: bool,
    /// Not a secret.
    pub public_key: String,
    /// Opens only for this business, drawer and field.
    pub secret_sealed: String,
    /// Prefix and last four.
    pub secret_hint: String,
    /// `acct_…`; empty when the key may not ask.
    pub account_id: String,
    /// As Stripe shows it.
    pub account_name: String,
    /// Two letters, or empty.
    pub account_country: String,
    /// The payment currency chosen.
    pub currency: Currency,
    /// What the account can charge; empty when not known.
    pub currencies: Vec<Currency>,
    /// The doctor's lines when it was saved, as JSON.
    pub report: String,
    /// The secret part of our webhook address, sealed; empty in pull mode.
    pub webhook_path_sealed: String,
    /// `we_…`; empty in pull mode.
    pub webhook_endpoint_id: String,
    /// The address registered at Stripe.
    pub webhook_url: String,
    /// The endpoint's signing secret.
    pub webhook_sealed: String,
    /// The one before, for 24 hours after rolling.
    pub webhook_previous_sealed: String,
    /// The newest event id that was pulled.
    pub events_cursor: String,
    /// Since when the account's events are ours, Unix milliseconds; only until there is a cursor.
    pub events_since: i64,
    /// When the event list was last pulled.
    pub pulled_at: Option<i64>,
    /// Why it could not be, the last time; empty when it could.
    pub pull_error: String,
    /// When an event was last heard of, how, and how late.
    pub event_at: Option<i64>,
    /// `webhook` or `pull`.
    pub event_by: String,
    /// Milliseconds.
    pub event_lag_ms: Option<i64>,
    /// Deliveries refused for their signature.
    pub bad_signatures: i64,
    /// Who saved it.
    pub saved_by: String,
    /// When.
    pub saved_at: i64,
    /// Counts up with every save.
    pub version: i64,
}

impl Drawer {
    /// What the seals are bound to besides the field.
    pub fn owner(&self) -> String {
        owner(&self.scope)
    }

    /// Whether the account can charge a currency. Where the key may not ask for the account, the chosen one only.
    pub fn can_charge(&self, currency: Currency) -> bool {
        if self.currencies.is_empty() {
            currency == self.currency
        } else {
            self.currencies.contains(&currency)
        }
    }
}

pub(super) fn owner(scope: &Scope) -> String {
    format!("{}/{}", scope.business_id.as_str(), scope.mode.as_str())
}

fn read(r: &Row) -> Result<Drawer, Error> {
    let shape = |what: &str| Error::Shape(format!("stripe_settings: bad {what}"));
    Ok(Drawer {
        scope: Scope {
            business_id: BusinessId::parse(r.text(0)?).map_err(|_| shape("business"))?,
            mode: Mode::parse(&r.text(1)?).map_err(|_| shape("mode"))?,
        },
        enabled: r.flag(2)?,
        hosted: r.flag(28)?,
        public_key: r.text(3)?,
        secret_sealed: r.text(4)?,
        secret_hint: r.text(5)?,
        account_id: r.text(6)?,
        account_name: r.text(7)?,
        account_country: r.text(8)?,
        currency: Currency::parse(&r.text(9)?).map_err(|_| shape("currency"))?,
        currencies: r
            .text(10)?
            .split_whitespace()
            .filter_map(|c| Currency::parse(c).ok())
            .collect(),
        report: r.text(11)?,
        webhook_path_sealed: r.text(12)?,
        webhook_endpoint_id: r.text(13)?,
        webhook_url: r.text(14)?,
        webhook_sealed: r.text(15)?,
        webhook_previous_sealed: r.text(16)?,
        events_cursor: r.text(17)?,
        pulled_at: r.opt_int(18)?,
        pull_error: r.text(19)?,
        event_at: r.opt_int(20)?,
        event_by: r.text(21)?,
        event_lag_ms: r.opt_int(22)?,
        bad_signatures: r.int(23)?,
        saved_by: r.text(24)?,
        saved_at: r.int(25)?,
        events_since: r.int(27)?,
        version: r.int(26)?,
    })
}

macro_rules! select_drawer {
    ($rest:literal) => {
        sql!(concat!(
            "select business_id, mode, enabled, public_key, secret_sealed, secret_hint, account_id, account_name, account_country, currency, currencies, report, webhook_path_sealed, webhook_endpoint_id, webhook_url, webhook_sealed, webhook_previous_sealed, events_cursor, pulled_at, pull_error, event_at, event_by, event_lag_ms, bad_signatures, saved_by, saved_at, version, events_since, hosted from stripe_settings ",
            $rest
        ))
    };
}

pub(super) fn find_drawer(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<Drawer>, Error> {
    let args = args![scope.business_id.as_str(), scope.mode.as_str()];
    tx.find(
        select_drawer!("where business_id = $1 and mode = $2"),
        args,
        read,
    )
}

pub(super) fn find_webhook_path_hash(
    tx: &mut Tx<'_>,
    scope: &Scope,
) -> Result<Option<String>, Error> {
    let args = args![scope.business_id.as_str(), scope.mode.as_str()];
    tx.find(
        sql!("select webhook_path_hash from stripe_settings where business_id = $1 and mode = $2"),
        args,
        |r| r.text(0),
    )
}

pub(super) fn lock_drawer(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<Drawer>, Error> {
    let args = args![scope.business_id.as_str(), scope.mode.as_str()];
    tx.find(
        select_drawer!("where business_id = $1 and mode = $2 for update"),
        args,
        read,
    )
}

pub(super) fn find_drawer_by_webhook(
    tx: &mut Tx<'_>,
    path_hash: &str,
) -> Result<Option<Drawer>, Error> {
    tx.find(
        select_drawer!("where webhook_path_hash = $1"),
        args![path_hash],
        read,
    )
}

pub(super) fn list_drawers_with_keys(tx: &mut Tx<'_>) -> Result<Vec<Drawer>, Error> {
    tx.list(select_drawer!("where secret_sealed <> ''"), args![], read)
}

/// The settings with everything that a save writes.
pub(super) struct Saved<'a> {
    pub drawer: &'a Drawer,
    pub webhook_path_hash: &'a str,
}

pub(super) fn upsert_drawer(tx: &mut Tx<'_>, saved: &Saved<'_>) -> Result<(), Error> {
    let d = saved.drawer;
    let currencies: Vec<&str> = d.currencies.iter().map(Currency::code).collect();
    tx.execute(
        sql!("insert into stripe_settings (business_id, mode, enabled, public_key, secret_sealed, secret_hint, account_id, account_name, account_country, currency, currencies, report, webhook_path_hash, webhook_path_sealed, webhook_endpoint_id, webhook_url, webhook_sealed, webhook_previous_sealed, events_cursor, pull_error, event_by, bad_signatures, saved_by, saved_at, version, events_since, hosted) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, '', '', 0, $20, $21, $22, $23, $24) on conflict (business_id, mode) do update set enabled = excluded.enabled, public_key = excluded.public_key, secret_sealed = excluded.secret_sealed, secret_hint = excluded.secret_hint, account_id = excluded.account_id, account_name = excluded.account_name, account_country = excluded.account_country, currency = excluded.currency, currencies = excluded.currencies, report = excluded.report, webhook_path_hash = excluded.webhook_path_hash, webhook_path_sealed = excluded.webhook_path_sealed, webhook_endpoint_id = excluded.webhook_endpoint_id, webhook_url = excluded.webhook_url, webhook_sealed = excluded.webhook_sealed, webhook_previous_sealed = excluded.webhook_previous_sealed, events_cursor = excluded.events_cursor, saved_by = excluded.saved_by, saved_at = excluded.saved_at, version = excluded.version, events_since = excluded.events_since, hosted = excluded.hosted"),
        args![
            d.scope.business_id.as_str(), d.scope.mode.as_str(), d.enabled, &d.public_key, &d.secret_sealed, &d.secret_hint,
            &d.account_id, &d.account_name, &d.account_country, d.currency.code(), currencies.join(" "), &d.report,
            saved.webhook_path_hash, &d.webhook_path_sealed, &d.webhook_endpoint_id, &d.webhook_url, &d.webhook_sealed,
            &d.webhook_previous_sealed, &d.events_cursor, &d.saved_by, d.saved_at, d.version, d.events_since, d.hosted
        ],
    )
    .map(drop)
}

pub(super) fn update_heard(tx: &mut Tx<'_>, scope: &Scope, heard: &Heard) -> Result<(), Error> {
    tx.execute(
        sql!("update stripe_settings set event_at = $3, event_by = $4, event_lag_ms = $5 where business_id = $1 and mode = $2"),
        args![scope.business_id.as_str(), scope.mode.as_str(), heard.at, heard.by, heard.lag_ms],
    )
    .map(drop)
}

pub(super) fn update_bad_signatures(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    tx.execute(
        sql!("update stripe_settings set bad_signatures = bad_signatures + 1 where business_id = $1 and mode = $2"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
    )
    .map(drop)
}

pub(super) fn update_pulled(
    tx: &mut Tx<'_>,
    scope: &Scope,
    outcome: Result<Option<&str>, &str>,
    now_ms: i64,
) -> Result<(), Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    match outcome {
        Ok(cursor) => tx.execute(
            sql!("update stripe_settings set pulled_at = $3, pull_error = '', events_cursor = coalesce($4, events_cursor) where business_id = $1 and mode = $2"),
            args![business, mode, now_ms, cursor],
        ),
        Err(why) => tx.execute(
            sql!("update stripe_settings set pull_error = $3 where business_id = $1 and mode = $2"),
            args![business, mode, why],
        ),
    }
    .map(drop)
}
