//! Rows of `papers`.

use kit::db::{Error, Row, Tx};
use kit::locale::Lang;
use kit::{args, sql};

use super::chain::{Link, Unread};
use super::{Kind, Paper};
use crate::who::Scope;

pub(super) fn find(
    tx: &mut Tx<'_>,
    document_id: &str,
    kind: Kind,
    language: Lang,
) -> Result<Option<Paper>, Error> {
    tx.find(
        sql!("select number, language, bytes from papers where document_id = $1 and kind = $2 and language = $3"),
        args![document_id, kind.as_str(), language.as_str()],
        |r| {
            Ok(Paper {
                kind,
                number: r.text(0)?,
                language: Lang::parse(&r.text(1)?).unwrap_or(Lang::En),
                bytes: r.bytes(2)?,
            })
        },
    )
}

/// The last link of a drawer's chain.
pub(super) fn find_last(tx: &mut Tx<'_>, scope: &Scope) -> Result<Option<(i64, String)>, Error> {
    tx.find(
        sql!("select seq, chained from papers where business_id = $1 and mode = $2 order by seq desc limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| Ok((r.int(0)?, r.text(1)?)),
    )
}

/// Whoever makes a paper holds the row of the business, so that the chain has no fork.
pub(super) fn lock_business(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    tx.get(
        sql!("select id from businesses where id = $1 for update"),
        args![scope.business_id.as_str()],
        |r| r.text(0),
    )
    .map(drop)
}

pub(super) struct New<'a> {
    pub(super) id: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) link: &'a Link,
    pub(super) invoice_id: &'a str,
    pub(super) document_id: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) chained: &'a str,
    pub(super) now_ms: i64,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> Result<(), Error> {
    let link = new.link;
    tx.execute(
        sql!("insert into papers (id, business_id, mode, seq, invoice_id, document_id, kind, language, number, bytes, sha256, previous, chained, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"),
        args![
            new.id,
            new.scope.business_id.as_str(),
            new.scope.mode.as_str(),
            link.seq,
            new.invoice_id,
            new.document_id,
            link.kind.as_str(),
            link.language.as_str(),
            link.number.as_str(),
            new.bytes.to_vec(),
            link.sha256.as_str(),
            link.previous.as_str(),
            new.chained,
            new.now_ms
        ],
    )
    .map(drop)
}

/// The drawers that hold papers: business and mode.
pub(super) fn list_drawers(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Error> {
    tx.list(
        sql!("select distinct business_id, mode from papers order by business_id, mode"),
        args![],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

/// Papers of a drawer after a place in its chain, in order, at most a hundred.
pub(super) fn list_after(
    tx: &mut Tx<'_>,
    business_id: &str,
    mode: &str,
    seq: i64,
) -> Result<Vec<Unread>, Error> {
    tx.list(
        sql!("select seq, kind, language, number, sha256, previous, chained, bytes from papers where business_id = $1 and mode = $2 and seq > $3 order by seq limit 100"),
        args![business_id, mode, seq],
        read_unread,
    )
}

fn read_unread(r: &Row) -> Result<Unread, Error> {
    Ok(Unread {
        link: Link {
            seq: r.int(0)?,
            kind: r.text(1)?,
            language: r.text(2)?,
            number: r.text(3)?,
            sha256: r.text(4)?,
            previous: r.text(5)?,
        },
        chained: r.text(6)?,
        bytes: r.bytes(7)?,
    })
}
