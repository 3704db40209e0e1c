//! Rows of `bank_statements` and `bank_lines`.

use billing::Currency;
use billing::Money;
use billing::statement::Line;
use jiff::civil::Date;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::line::{Kept, Kind, State};
use crate::amount::currency;
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

/// A statement between its upload and its import.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) currency: Currency,
    pub(super) file_name: String,
    pub(super) file_sha256: String,
    pub(super) encoding: String,
    /// The text of the file; empty once it is imported.
    pub(super) content: String,
    /// By which another file of the same bank is known.
    pub(super) headings: String,
    pub(super) imported_at: Option<i64>,
}

pub(super) fn insert_waiting(
    tx: &mut Tx<'_>,
    scope: &Scope,
    s: &Waiting,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into bank_statements (id, business_id, mode, account, currency, file_name, file_sha256, encoding, content, headings, layout, state, line_count, new_count, uploaded_by, uploaded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 'waiting', 0, 0, $11, $12)"),
        args![&s.id, scope.business_id.as_str(), scope.mode.as_str(), &s.account, s.currency.code(), &s.file_name, &s.file_sha256, &s.encoding, &s.content, &s.headings, by, now_ms],
    )
    .map(drop)
}

/// Files that somebody looked at and left.
pub(super) fn delete_waiting_before(
    tx: &mut Tx<'_>,
    scope: &Scope,
    before_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("delete from bank_statements where business_id = $1 and mode = $2 and state = 'waiting' and uploaded_at < $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), before_ms],
    )
    .map(drop)
}

pub(super) fn delete_waiting(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<bool, Error> {
    let gone = tx.execute(
        sql!("delete from bank_statements where business_id = $1 and mode = $2 and id = $3 and state = 'waiting'"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
    )?;
    Ok(gone > 0)
}

macro_rules! select_statement {
    ($rest:literal) => {
        sql!(concat!(
            "select id, account, currency, file_name, file_sha256, encoding, content, headings, imported_at from bank_statements where business_id = $1 and mode = $2 ",
            $rest
        ))
    };
}

fn read_statement(r: &Row) -> Result<Waiting, Error> {
    Ok(Waiting {
        id: r.text(0)?,
        account: r.text(1)?,
        currency: currency(&r.text(2)?)?,
        file_name: r.text(3)?,
        file_sha256: r.text(4)?,
        encoding: r.text(5)?,
        content: r.text(6)?,
        headings: r.text(7)?,
        imported_at: r.opt_int(8)?,
    })
}

pub(super) fn find_statement(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<Waiting>, Error> {
    tx.find(
        select_statement!("and id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read_statement,
    )
}

pub(super) fn lock_statement(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<Waiting>, Error> {
    tx.find(
        select_statement!("and id = $3 for update"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read_statement,
    )
}

/// The import of this very file, if there was one.
pub(super) fn find_imported(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sha256: &str,
) -> Result<Option<Waiting>, Error> {
    tx.find(
        select_statement!("and file_sha256 = $3 and state = 'imported' and undone_at is null"),
        args![scope.business_id.as_str(), scope.mode.as_str(), sha256],
        read_statement,
    )
}

/// The account and the currency of the statement imported last.
pub(super) fn find_latest_account(
    tx: &mut Tx<'_>,
    scope: &Scope,
) -> Result<Option<(String, String)>, Error> {
    tx.find(
        sql!("select account, currency from bank_statements where business_id = $1 and mode = $2 and state = 'imported' order by imported_at desc, id desc limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

/// How the last file with these headings was read; one whose import was undone was most likely misread.
pub(super) fn find_layout(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    headings: &str,
) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select layout from bank_statements where business_id = $1 and mode = $2 and account = $3 and headings = $4 and state = 'imported' and undone_at is null order by imported_at desc, id desc limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account, headings],
        |r| r.text(0),
    )
}

pub(super) fn update_imported(
    tx: &mut Tx<'_>,
    id: &str,
    layout: &str,
    (count, new): (i64, i64),
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update bank_statements set state = 'imported', content = '', layout = $2, line_count = $3, new_count = $4, imported_at = $5 where id = $1 and state = 'waiting'"),
        args![id, layout, count, new, now_ms],
    )
    .map(drop)
}

/// What is kept of an account between two days: fingerprint, day, amount.
pub(super) fn list_known(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &str,
    from: Date,
    to: Date,
) -> Result<Vec<(String, String, i64)>, Error> {
    tx.list(
        sql!("select fingerprint, booked_date, amount_minor from bank_lines where business_id = $1 and mode = $2 and lower(account) = lower($3) and booked_date >= $4 and booked_date <= $5"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account, from.to_string(), to.to_string()],
        |r| Ok((r.text(0)?, r.text(1)?, r.int(2)?)),
    )
}

/// Keeps a line, once; whether it was new.
pub(super) fn insert_line(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, statement_id, account): (&str, &str, &str),
    line: &Line,
    state: State,
    fingerprint: &str,
) -> Result<bool, Error> {
    let new = tx.execute(
        sql!("insert into bank_lines (id, business_id, mode, statement_id, account, booked_date, currency, amount_minor, description, fingerprint, state, matched_kind, matched_id, confidence, settled_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', '') on conflict (business_id, mode, fingerprint) do nothing"),
        args![
            id, scope.business_id.as_str(), scope.mode.as_str(), statement_id, account, line.date.to_string(), line.amount.currency().code(),
            line.amount.minor(), &line.text, fingerprint, state.as_str()
        ],
    )?;
    Ok(new > 0)
}

/// A statement says a line, whichever statement brought it.
pub(super) fn insert_source(
    tx: &mut Tx<'_>,
    scope: &Scope,
    statement_id: &str,
    fingerprint: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into bank_line_sources (statement_id, line_id) select $1, id from bank_lines where business_id = $2 and mode = $3 and fingerprint = $4 on conflict (statement_id, line_id) do nothing"),
        args![statement_id, scope.business_id.as_str(), scope.mode.as_str(), fingerprint],
    )
    .map(drop)
}

macro_rules! select_lines {
    ($rest:literal) => {
        sql!(concat!(
            "select id, account, booked_date, currency, amount_minor, description, state, matched_kind, matched_id, confidence, settled_by, settled_at from bank_lines where business_id = $1 and mode = $2 ",
            $rest
        ))
    };
}

fn read_line(r: &Row) -> Result<Kept, Error> {
    let shape = |what: &str| Error::Shape(format!("bank_lines: bad {what}"));
    let amount = Money::from_minor(r.int(4)?, currency(&r.text(3)?)?);
    Ok(Kept {
        id: r.text(0)?,
        account: r.text(1)?,
        line: Line {
            date: r.parse(2)?,
            amount: amount.map_err(|e| Error::Shape(e.to_string()))?,
            text: r.text(5)?,
        },
        state: State::parse(&r.text(6)?).ok_or_else(|| shape("state"))?,
        matched: Kind::parse(&r.text(7)?)
            .map(|kind| Ok::<_, Error>((kind, r.text(8)?)))
            .transpose()?,
        confidence: r.text(9)?,
        settled_by: r.text(10)?,
        settled_at: r.opt_int(11)?,
    })
}

/// The newest day first; `state` empty for all.
pub(super) fn list_page(
    tx: &mut Tx<'_>,
    scope: &Scope,
    state: &str,
    at: &Cursor,
) -> Result<Vec<Kept>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    if at.is_backward() {
        return tx.list(
            select_lines!("and ($3 = '' or state = $3) and (booked_date, id) > (select b.booked_date, b.id from bank_lines b where b.id = $4) order by booked_date, id limit $5"),
            args![business, mode, state, &at.before, PAGE + 1],
            read_line,
        );
    }
    if at.after.is_empty() {
        return tx.list(
            select_lines!(
                "and ($3 = '' or state = $3) order by booked_date desc, id desc limit $4"
            ),
            args![business, mode, state, PAGE + 1],
            read_line,
        );
    }
    tx.list(
        select_lines!("and ($3 = '' or state = $3) and (booked_date, id) < (select b.booked_date, b.id from bank_lines b where b.id = $4) order by booked_date desc, id desc limit $5"),
        args![business, mode, state, &at.after, PAGE + 1],
        read_line,
    )
}

/// How many stand in each state.
pub(super) fn count_by_state(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<(String, i64)>, Error> {
    tx.list(
        sql!("select state, count(*) from bank_lines where business_id = $1 and mode = $2 group by state"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| Ok((r.text(0)?, r.int(1)?)),
    )
}

/// Other open lines of the same amount: what one of them is, this one is not.
pub(super) fn list_rivals(tx: &mut Tx<'_>, scope: &Scope, line: &Kept) -> Result<Vec<Kept>, Error> {
    tx.list(
        select_lines!("and currency = $3 and amount_minor = $4 and state = 'open' and id <> $5 order by booked_date, id limit 20"),
        args![scope.business_id.as_str(), scope.mode.as_str(), line.line.amount.currency().code(), line.line.amount.minor(), &line.id],
        read_line,
    )
}

pub(super) fn find_line(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Kept>, Error> {
    tx.find(
        select_lines!("and id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read_line,
    )
}

pub(super) fn lock_line(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Kept>, Error> {
    tx.find(
        select_lines!("and id = $3 for update"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read_line,
    )
}

/// It is this payout, or became this payment.
pub(super) fn update_matched(
    tx: &mut Tx<'_>,
    id: &str,
    (kind, matched_id): (Kind, &str),
    confidence: &str,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update bank_lines set state = 'matched', matched_kind = $2, matched_id = $3, confidence = $4, settled_by = $5, settled_at = $6 where id = $1"),
        args![id, kind.as_str(), matched_id, confidence, by, now_ms],
    )
    .map(drop)
}

/// Open or aside: nothing stands behind it.
pub(super) fn update_unmatched(
    tx: &mut Tx<'_>,
    id: &str,
    state: State,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update bank_lines set state = $2, matched_kind = '', matched_id = '', confidence = '', settled_by = $3, settled_at = $4 where id = $1"),
        args![id, state.as_str(), by, now_ms],
    )
    .map(drop)
}

/// What stood behind it was taken back.
pub(super) fn update_reopened(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
    matched_id: &str,
) -> Result<(), Error> {
    tx.execute(
        sql!("update bank_lines set state = 'open', matched_kind = '', matched_id = '', confidence = '', settled_by = '', settled_at = null where business_id = $1 and mode = $2 and matched_kind = $3 and matched_id = $4"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind.as_str(), matched_id],
    )
    .map(drop)
}

/// An import, as a person sees it.
#[derive(Clone, Debug)]
pub(super) struct Imported {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) file_name: String,
    pub(super) line_count: i64,
    pub(super) new_count: i64,
    pub(super) by: String,
    pub(super) at: i64,
    pub(super) undone_by: String,
    pub(super) undone_at: Option<i64>,
    /// Lines that are here because of it, and were confirmed; and the others.
    pub(super) matched: i64,
    pub(super) unmatched: i64,
}

macro_rules! select_imported {
    ($rest:literal) => {
        sql!(concat!(
            "select b.id, b.account, b.file_name, b.line_count, b.new_count, b.uploaded_by, b.imported_at, b.undone_by, b.undone_at, (select count(*) from bank_lines l where l.statement_id = b.id and l.state = 'matched'), (select count(*) from bank_lines l where l.statement_id = b.id and l.state <> 'matched') from bank_statements b where b.business_id = $1 and b.mode = $2 and b.state = 'imported' ",
            $rest
        ))
    };
}

fn read_imported(r: &Row) -> Result<Imported, Error> {
    Ok(Imported {
        id: r.text(0)?,
        account: r.text(1)?,
        file_name: r.text(2)?,
        line_count: r.int(3)?,
        new_count: r.int(4)?,
        by: r.text(5)?,
        at: r.int(6)?,
        undone_by: r.text(7)?,
        undone_at: r.opt_int(8)?,
        matched: r.int(9)?,
        unmatched: r.int(10)?,
    })
}

/// The newest first.
pub(super) fn list_imported(
    tx: &mut Tx<'_>,
    scope: &Scope,
    at: &Cursor,
) -> Result<Vec<Imported>, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    if at.is_backward() {
        return tx.list(
            select_imported!("and (b.imported_at, b.id) > (select s.imported_at, s.id from bank_statements s where s.id = $3) order by b.imported_at, b.id limit $4"),
            args![business, mode, &at.before, PAGE + 1],
            read_imported,
        );
    }
    if at.after.is_empty() {
        return tx.list(
            select_imported!("order by b.imported_at desc, b.id desc limit $3"),
            args![business, mode, PAGE + 1],
            read_imported,
        );
    }
    tx.list(
        select_imported!("and (b.imported_at, b.id) < (select s.imported_at, s.id from bank_statements s where s.id = $3) order by b.imported_at desc, b.id desc limit $4"),
        args![business, mode, &at.after, PAGE + 1],
        read_imported,
    )
}

pub(super) fn find_import(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<Imported>, Error> {
    tx.find(
        select_imported!("and b.id = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), id],
        read_imported,
    )
}

/// The lines that are here because of an import: those that were confirmed, or the others; oldest first.
pub(super) fn list_by_statement(
    tx: &mut Tx<'_>,
    scope: &Scope,
    statement_id: &str,
    matched: bool,
    most: i64,
) -> Result<Vec<Kept>, Error> {
    let which = if matched { "matched" } else { "others" };
    tx.list(
        select_lines!("and statement_id = $3 and (state = 'matched' and $4 = 'matched' or state <> 'matched' and $4 = 'others') order by booked_date, id limit $5"),
        args![scope.business_id.as_str(), scope.mode.as_str(), statement_id, which, most],
        read_line,
    )
}

/// Undoes an import. Lines that another statement says too are that one's from now on; the others go, but for those that
/// were confirmed. Answers how many went.
pub(super) fn delete_import(
    tx: &mut Tx<'_>,
    id: &str,
    by: &str,
    now_ms: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update bank_statements set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null"),
        args![id, now_ms, by],
    )?;
    tx.execute(
        sql!("update bank_lines set statement_id = (select min(o.statement_id) from bank_line_sources o join bank_statements b on b.id = o.statement_id where o.line_id = bank_lines.id and o.statement_id <> $1 and b.undone_at is null) where statement_id = $1 and exists (select 1 from bank_line_sources o join bank_statements b on b.id = o.statement_id where o.line_id = bank_lines.id and o.statement_id <> $1 and b.undone_at is null)"),
        args![id],
    )?;
    // No statement says a line that goes, and this one says none any more that another one brought.
    tx.execute(
        sql!("delete from bank_line_sources where line_id in (select id from bank_lines where statement_id = $1 and state <> 'matched') or (statement_id = $1 and line_id not in (select id from bank_lines where statement_id = $1))"),
        args![id],
    )?;
    tx.execute(
        sql!("delete from bank_lines where statement_id = $1 and state <> 'matched'"),
        args![id],
    )
}
