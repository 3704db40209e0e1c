//! Rows of `users`.

use kit::db::{Error, Tx};
use kit::{args, sql};

use super::NewUser;

/// What signing in needs to know of a user.
pub(super) struct Known {
    pub id: String,
    pub business_id: String,
    pub name: String,
    pub password_hash: String,
    pub language: String,
}

pub(super) fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Known>, Error> {
    tx.find(
        sql!("select id, business_id, name, password_hash, language from users where email = $1"),
        args![email],
        |r| {
            Ok(Known {
                id: r.text(0)?,
                business_id: r.text(1)?,
                name: r.text(2)?,
                password_hash: r.text(3)?,
                language: r.text(4)?,
            })
        },
    )
}

/// Where the owners of a business sign in.
pub(super) fn list_owner_addresses(
    tx: &mut Tx<'_>,
    business_id: &str,
) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select email from users where business_id = $1 and role = 'owner' order by created_at, id"),
        args![business_id],
        |r| r.text(0),
    )
}

pub(super) fn find_password(tx: &mut Tx<'_>, user_id: &str) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select password_hash from users where id = $1"),
        args![user_id],
        |r| r.text(0),
    )
}

pub(super) fn update_password(
    tx: &mut Tx<'_>,
    user_id: &str,
    password_hash: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update users set password_hash = $2 where id = $1"),
        args![user_id, password_hash],
    )
    .map(drop)
}

pub(super) fn update_person(
    tx: &mut Tx<'_>,
    user_id: &str,
    name: &str,
    language: &str,
    theme: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update users set name = $2, language = $3, theme = $4 where id = $1"),
        args![user_id, name, language, theme],
    )
    .map(drop)
}

pub(super) fn count_users(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.get(sql!("select count(*) from users"), args![], |r| r.int(0))
}

pub(super) fn insert_user(tx: &mut Tx<'_>, u: &NewUser, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("insert into users (id, business_id, email, name, password_hash, role, language, theme, created_at) values ($1, $2, $3, $4, $5, $6, $7, 'system', $8)"),
        args![&u.id, &u.business_id, &u.email, &u.name, &u.password_hash, u.role, &u.language, now_ms],
    )
    .map(drop)
}
