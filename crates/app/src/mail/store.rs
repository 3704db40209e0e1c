//! Rows of `mails` and `mail_settings`.

use billing::Mode;
use billing::id::BusinessId;
use kit::db::{Error, Row, Tx};
use kit::locale::Lang;
use kit::{args, sql};

use super::{Attachment, Mailed, NewMail, Server, Standing, State};
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

pub(super) fn insert_mail(
    tx: &mut Tx<'_>,
    id: &str,
    m: &NewMail,
    link_sealed: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into mails (id, business_id, mode, kind, invoice_id, link_sealed, to_address, to_name, reply_to, from_name, language, subject, body_text, body_html, state, attempts, last_answer, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'queued', 0, '', $15, $15)"),
        args![id, m.scope.business_id.as_str(), m.scope.mode.as_str(), m.kind, m.invoice_id.as_deref(), link_sealed, &m.to_address, &m.to_name, &m.reply_to, &m.from_name, m.language.as_str(), &m.subject, &m.text, &m.html, now_ms],
    )
    .map(drop)
}

pub(super) fn insert_attachment(
    tx: &mut Tx<'_>,
    mail_id: &str,
    position: i64,
    file: &Attachment,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into mail_attachments (mail_id, position, name, media_type, bytes) values ($1, $2, $3, $4, $5)"),
        args![mail_id, position, &file.name, &file.media_type, file.bytes.clone()],
    )
    .map(drop)
}

pub(super) fn list_attachments(tx: &mut Tx<'_>, mail_id: &str) -> Result<Vec<Attachment>, Error> {
    tx.list(
        sql!("select name, media_type, bytes from mail_attachments where mail_id = $1 order by position"),
        args![mail_id],
        |r| {
            Ok(Attachment {
                name: r.text(0)?,
                media_type: r.text(1)?,
                bytes: r.bytes(2)?,
            })
        },
    )
}

/// What the files of a mail are called.
pub(super) fn list_attached_names(tx: &mut Tx<'_>, mail_id: &str) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select name from mail_attachments where mail_id = $1 order by position"),
        args![mail_id],
        |r| r.text(0),
    )
}

pub(super) fn find_mail(tx: &mut Tx<'_>, id: &str) -> Result<Option<Mailed>, Error> {
    tx.find(
        sql!("select id, business_id, mode, kind, invoice_id, link_sealed, to_address, to_name, reply_to, from_name, language, subject, body_text, body_html, state, attempts, last_answer, created_at, sent_at from mails where id = $1"),
        args![id],
        read_mail,
    )
}

/// One row more than a page holds; in reverse when the cursor leads back.
pub(super) fn list_mails(
    tx: &mut Tx<'_>,
    scope: &Scope,
    only: Option<State>,
    cursor: &Cursor,
) -> Result<Vec<Mailed>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    let only = only.map_or("", State::as_str);
    if cursor.is_backward() {
        return tx.list(
            sql!("select id, business_id, mode, kind, invoice_id, link_sealed, to_address, to_name, reply_to, from_name, language, subject, '', '', state, attempts, last_answer, created_at, sent_at from mails where business_id = $1 and mode = $2 and id > $3 and ($5 = '' or state = $5) order by id limit $4"),
            args![business, mode, &cursor.before, PAGE + 1, only],
            read_mail,
        );
    }
    tx.list(
        sql!("select id, business_id, mode, kind, invoice_id, link_sealed, to_address, to_name, reply_to, from_name, language, subject, '', '', state, attempts, last_answer, created_at, sent_at from mails where business_id = $1 and mode = $2 and ($3 = '' or id < $3) and ($5 = '' or state = $5) order by id desc limit $4"),
        args![business, mode, &cursor.after, PAGE + 1, only],
        read_mail,
    )
}

pub(super) fn count_in_state(tx: &mut Tx<'_>, scope: &Scope, state: State) -> Result<i64, Error> {
    tx.get(
        sql!("select count(*) from mails where business_id = $1 and mode = $2 and state = $3"),
        args![
            scope.business_id.as_str(),
            scope.mode.as_str(),
            state.as_str()
        ],
        |r| r.int(0),
    )
}

pub(super) fn list_mails_by_invoice(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Vec<Mailed>, Error> {
    tx.list(
        sql!("select id, business_id, mode, kind, invoice_id, link_sealed, to_address, to_name, reply_to, from_name, language, subject, '', '', state, attempts, last_answer, created_at, sent_at from mails where business_id = $1 and mode = $2 and invoice_id = $3 order by created_at, id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), invoice_id],
        read_mail,
    )
}

fn read_mail(r: &Row) -> Result<Mailed, Error> {
    let shape = |what: &str| Error::Shape(format!("a mail has a bad {what}"));
    Ok(Mailed {
        id: r.text(0)?,
        scope: Scope {
            business_id: r.parse(1)?,
            mode: Mode::parse(&r.text(2)?).map_err(|_| shape("mode"))?,
        },
        kind: r.text(3)?,
        invoice_id: r.opt_text(4)?,
        link_sealed: r.text(5)?,
        to_address: r.text(6)?,
        to_name: r.text(7)?,
        reply_to: r.text(8)?,
        from_name: r.text(9)?,
        language: Lang::parse(&r.text(10)?).ok_or_else(|| shape("language"))?,
        subject: r.text(11)?,
        text: r.text(12)?,
        html: r.text(13)?,
        state: State::parse(&r.text(14)?).ok_or_else(|| shape("state"))?,
        attempts: r.int(15)?,
        last_answer: r.text(16)?,
        created_at: r.int(17)?,
        sent_at: r.opt_int(18)?,
    })
}

pub(super) fn update_state(
    tx: &mut Tx<'_>,
    id: &str,
    state: State,
    answer: &str,
    sent_at: Option<i64>,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update mails set state = $2, last_answer = $3, sent_at = coalesce($4, sent_at), attempts = attempts + 1, updated_at = $5 where id = $1"),
        args![id, state.as_str(), answer, sent_at, now_ms],
    )
    .map(drop)
}

/// Back into the queue; the count of tries begins again.
pub(super) fn update_queued(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update mails set state = 'queued', attempts = 0, last_answer = '', updated_at = $4 where id = $1 and business_id = $2 and mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str(), now_ms],
    )
}

pub(super) fn find_server(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
) -> Result<Option<Server>, Error> {
    tx.find(
        sql!("select host, port, security, username, password_sealed, from_address from mail_settings where business_id = $1"),
        args![business_id.as_str()],
        |r| {
            Ok(Server {
                host: r.text(0)?,
                port: u16::try_from(r.int(1)?).map_err(|_| Error::Shape("a mail server has a bad port".into()))?,
                security: r.parse(2)?,
                username: r.text(3)?,
                password_sealed: r.text(4)?,
                from_address: r.text(5)?,
            })
        },
    )
}

pub(super) fn upsert_server(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
    s: &Server,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into mail_settings (business_id, host, port, security, username, password_sealed, from_address, saved_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (business_id) do update set host = excluded.host, port = excluded.port, security = excluded.security, username = excluded.username, password_sealed = excluded.password_sealed, from_address = excluded.from_address, saved_at = excluded.saved_at"),
        args![business_id.as_str(), &s.host, i64::from(s.port), s.security.as_str(), &s.username, &s.password_sealed, &s.from_address, now_ms],
    )
    .map(drop)
}

pub(super) fn delete_server(tx: &mut Tx<'_>, business_id: &BusinessId) -> Result<(), Error> {
    tx.execute(
        sql!("delete from mail_settings where business_id = $1"),
        args![business_id.as_str()],
    )
    .map(drop)
}

pub(super) fn find_standing(tx: &mut Tx<'_>, mail_id: &str) -> Result<Option<Standing>, Error> {
    tx.find(
        sql!("select state, created_at, sent_at from mails where id = $1"),
        args![mail_id],
        |r| {
            Ok(Standing {
                state: State::parse(&r.text(0)?)
                    .ok_or_else(|| Error::Shape("a mail in no state".into()))?,
                created_at: r.int(1)?,
                sent_at: r.opt_int(2)?,
            })
        },
    )
}
