//! Who is asking: the signed-in person, read from the session cookie once a request.

mod store;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use billing::{Mode, id::BusinessId};
use kit::db::{Error, Tx};
use kit::secrets::token_hash;

use crate::app::App;
use crate::problem::Problem;

/// Whose books, and which drawer: live and test never meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The business.
    pub business_id: BusinessId,
    /// The drawer.
    pub mode: Mode,
}

impl Scope {
    /// `business mode`, as job payloads carry it.
    pub fn to_payload(&self) -> String {
        format!("{} {}", self.business_id.as_str(), self.mode.as_str())
    }

    /// Reads [`Scope::to_payload`].
    pub fn parse(payload: &str) -> Option<Scope> {
        let (business, mode) = payload.split_once(' ')?;
        Some(Scope {
            business_id: BusinessId::parse(business).ok()?,
            mode: Mode::parse(mode).ok()?,
        })
    }
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Who {
    /// The session's id (not its token).
    pub session_id: String,
    /// The user's id.
    pub user_id: String,
    /// The name that stands in the record of what was done.
    pub name: String,
    /// The address signed in with.
    pub email: String,
    /// `owner` or `bookkeeper`.
    pub role: String,
    /// `en` or `fr`.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// The business and the drawer being looked at.
    pub scope: Scope,
    /// The business's name.
    pub business_name: String,
    /// The business's country, for number formats.
    pub country: String,
    /// The business's time zone (IANA), for days.
    pub time_zone: String,
}

/// How long a session lives without a request, and at most, in milliseconds (AUT-06).
pub const IDLE_MS: i64 = 14 * 24 * 3_600_000;
/// See [`IDLE_MS`].
pub const ABSOLUTE_MS: i64 = 60 * 24 * 3_600_000;

impl Who {
    /// AC-18: only owners may see to keys, users and mail.
    pub fn is_owner(&self) -> bool {
        self.role == "owner"
    }

    /// The business's time zone; UTC when its name is unknown to this build.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

impl FromRequestParts<App> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Who, Problem> {
        let token = cookie_value(&parts.headers, &cookie_name(app)).ok_or(Problem::SignInFirst)?;
        let (hash, now) = (token_hash(&token), app.now_ms());
        let found = app
            .db()
            .read(move |tx| store::find_session(tx, &hash, now))
            .await
            .map_err(Problem::from)?;
        let (who, seen_at) = found.ok_or(Problem::SignInFirst)?;
        // Once an hour is enough to know that a session is alive, and keeps reading pages free of writes.
        if now - seen_at > 3_600_000 {
            let id = who.session_id.clone();
            app.db()
                .write(move |tx| store::update_session_seen(tx, &id, now, now + IDLE_MS))
                .await
                .map_err(Problem::from)?;
        }
        Ok(who)
    }
}

/// `__Host-` needs HTTPS; on plain loopback the browser would refuse it.
pub fn cookie_name(app: &App) -> String {
    if app.is_https() {
        "__Host-session".into()
    } else {
        "session".into()
    }
}

/// The value of a cookie, if the browser sent it.
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE);
    all.iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|c| c.name() == name)
        .map(|c| c.value().to_owned())
}

/// Writes a new session for a user; answers the token for the cookie. The old one of this browser is ended by the
/// caller: a sign-in always gives a new token (AUT-06).
///
/// # Errors
/// Of the database.
pub fn begin_session(
    tx: &mut Tx<'_>,
    id: &str,
    token: &str,
    user_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    store::insert_session(
        tx,
        id,
        &token_hash(token),
        user_id,
        now_ms,
        now_ms + IDLE_MS,
    )
}

/// Ends a session on the server, so that the cookie is worth nothing.
///
/// # Errors
/// Of the database.
pub fn end_session(tx: &mut Tx<'_>, session_id: &str) -> Result<(), Error> {
    store::delete_session(tx, session_id)
}

/// Ends the session a browser's cookie names, whoever it belongs to.
///
/// # Errors
/// Of the database.
pub fn end_session_of_token(tx: &mut Tx<'_>, token: &str) -> Result<(), Error> {
    store::delete_session_by_token(tx, &token_hash(token))
}

/// Ends every session of a user but this one.
///
/// # Errors
/// Of the database.
pub fn end_other_sessions(tx: &mut Tx<'_>, user_id: &str, session_id: &str) -> Result<(), Error> {
    store::delete_other_sessions(tx, user_id, session_id)
}

/// Changes the drawer this session looks at.
///
/// # Errors
/// Of the database.
pub fn switch_drawer(tx: &mut Tx<'_>, session_id: &str, mode: Mode) -> Result<(), Error> {
    store::update_session_mode(tx, session_id, mode.as_str())
}
