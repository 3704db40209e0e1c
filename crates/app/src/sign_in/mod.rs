//! Signing in and out, and asking for the password again before what cannot be taken back (AUT-01 … AUT-07).

mod cookies;
mod password;
mod start;
mod stop;
mod store;

use axum::Router;
use axum::routing::{get, post};
use kit::db::{Error, Tx};
use secrecy::SecretString;

use crate::app::App;
use crate::problem::Problem;
use crate::who::Who;

pub use cookies::begin_here;
pub use password::{PASSWORD_MIN, check_password};

/// The addresses of this feature.
pub fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", get(start::get).post(start::post))
        .route("/sign-out", post(stop::post))
}

/// A person who may sign in, ready to be written.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Made by [`App::new_id`].
    pub id: String,
    /// Whose books.
    pub business_id: String,
    /// As [`clean_email`] leaves it.
    pub email: String,
    /// The name in the record of what was done.
    pub name: String,
    /// From [`kit::password::hash`].
    pub password_hash: String,
    /// `owner` or `bookkeeper`.
    pub role: &'static str,
    /// `en` or `fr`.
    pub language: String,
}

/// Writes a user.
///
/// # Errors
/// Of the database; the constraint `users_email_is_unique` for an address that is known already.
pub fn create_user(tx: &mut Tx<'_>, user: &NewUser, now_ms: i64) -> Result<(), Error> {
    store::insert_user(tx, user, now_ms)
}

/// Where the owners of a business sign in: for letters to a seller who has given no address.
///
/// # Errors
/// Of the database.
pub fn list_owner_addresses(tx: &mut Tx<'_>, business_id: &str) -> Result<Vec<String>, Error> {
    store::list_owner_addresses(tx, business_id)
}

/// Whether anybody can sign in yet: the installation is new when nobody can (AUT-08).
///
/// # Errors
/// Of the database.
pub fn has_users(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(store::count_users(tx)? > 0)
}

/// Asks for the password again (AUT-07): keys, refunds, rights. Limited like a sign-in.
///
/// # Errors
/// [`Problem::TooMany`] after too many tries; else of the database.
pub async fn confirm_password(
    app: &App,
    who: &Who,
    password: SecretString,
) -> Result<bool, Problem> {
    let key = format!("confirm:{}", who.user_id);
    app.limits()
        .sign_in
        .take(&key, app.clock())
        .map_err(|wait| Problem::TooMany(wait.as_secs().max(1)))?;
    let id = who.user_id.clone();
    let stored = app
        .db()
        .read::<_, Problem, _>(move |tx| Ok(store::find_password(tx, &id)?))
        .await?;
    let right = kit::password::verify(password, stored).await;
    if right {
        app.limits().sign_in.forgive(&key);
    }
    Ok(right)
}

/// Keeps a new password, already hashed.
///
/// # Errors
/// Of the database.
pub fn change_password(tx: &mut Tx<'_>, user_id: &str, password_hash: &str) -> Result<(), Error> {
    store::update_password(tx, user_id, password_hash)
}

/// Keeps a person's name, language (`en`, `fr`) and theme (`system`, `light`, `dark`).
///
/// # Errors
/// Of the database.
pub fn change_person(
    tx: &mut Tx<'_>,
    user_id: &str,
    name: &str,
    language: &str,
    theme: &str,
) -> Result<(), Error> {
    store::update_person(tx, user_id, name, language, theme)
}

/// An address as it is kept and compared: no spaces around it, small letters.
pub fn clean_email(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Whether this can be an address at all. Whether it is one, only a mail can tell.
pub fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = text.len() <= 254
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>\",;:()[]\\".contains(c));
    let labels = host
        .split('.')
        .all(|l| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-'));
    plain && !user.is_empty() && !user.contains('@') && host.contains('.') && labels
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn addresses_are_told_from_what_cannot_be_one() {
        for good in [
            "ana@example.org",
            "o'neil+a.b@sub.example.co",
            "é@exemple.fr",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "ana",
            "ana@",
            "@example.org",
            "a b@example.org",
            "a@b",
            "a@b..c",
            "a@b.c\r\nBcc: x@y.z",
            "<a@b.c>",
            "a@@b.c",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
