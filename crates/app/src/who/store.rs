//! Rows of `sessions`.

use billing::{Mode, id::BusinessId};
use kit::db::{Error, Tx};
use kit::{args, sql};

use super::{ABSOLUTE_MS, Scope, Who};

pub(super) fn find_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now_ms: i64,
) -> Result<Option<(Who, i64)>, Error> {
    tx.find(
        sql!("select s.id, u.id, u.name, u.email, u.role, u.language, u.theme, u.business_id, s.mode, b.name, b.country, b.time_zone, s.seen_at from sessions s join users u on u.id = s.user_id join businesses b on b.id = u.business_id where s.token_hash = $1 and s.expires_at > $2 and s.created_at > $3"),
        args![token_hash, now_ms, now_ms - ABSOLUTE_MS],
        |r| {
            let shape = |what: &str| Error::Shape(format!("a session has a bad {what}"));
            let who = Who {
                session_id: r.text(0)?,
                user_id: r.text(1)?,
                name: r.text(2)?,
                email: r.text(3)?,
                role: r.text(4)?,
                language: r.text(5)?,
                theme: r.text(6)?,
                scope: Scope {
                    business_id: BusinessId::parse(r.text(7)?).map_err(|_| shape("business"))?,
                    mode: Mode::parse(&r.text(8)?).map_err(|_| shape("mode"))?,
                },
                business_name: r.text(9)?,
                country: r.text(10)?,
                time_zone: r.text(11)?,
            };
            Ok((who, r.int(12)?))
        },
    )
}

pub(super) fn insert_session(
    tx: &mut Tx<'_>,
    id: &str,
    token_hash: &str,
    user_id: &str,
    now_ms: i64,
    expires_at: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into sessions (id, token_hash, user_id, mode, created_at, seen_at, expires_at) values ($1, $2, $3, 'live', $4, $4, $5)"),
        args![id, token_hash, user_id, now_ms, expires_at],
    )?;
    Ok(())
}

pub(super) fn update_session_seen(
    tx: &mut Tx<'_>,
    id: &str,
    now_ms: i64,
    expires_at: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update sessions set seen_at = $2, expires_at = $3 where id = $1"),
        args![id, now_ms, expires_at],
    )
    .map(drop)
}

pub(super) fn update_session_mode(tx: &mut Tx<'_>, id: &str, mode: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update sessions set mode = $2 where id = $1"),
        args![id, mode],
    )
    .map(drop)
}

pub(super) fn delete_session(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.execute(sql!("delete from sessions where id = $1"), args![id])
        .map(drop)
}

pub(super) fn delete_session_by_token(tx: &mut Tx<'_>, token_hash: &str) -> Result<(), Error> {
    tx.execute(
        sql!("delete from sessions where token_hash = $1"),
        args![token_hash],
    )
    .map(drop)
}

pub(super) fn delete_other_sessions(
    tx: &mut Tx<'_>,
    user_id: &str,
    session_id: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("delete from sessions where user_id = $1 and id <> $2"),
        args![user_id, session_id],
    )
    .map(drop)
}
