//! Rows of `invoices`, `invoice_lines`, `invoice_links`, `invoice_history` and `number_series`. What payments touch
//! is in [`super::claim`].

use billing::currency::Currency;
use billing::customer::Language;
use billing::invoice::state::InvoiceState;
use jiff::civil::Date;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::command::{Command, CommandLine, Sums, discount_text, read_discount, read_line};
use super::row;
use super::series::Kind;
use crate::who::Scope;

/// An invoice as kept, without its lines.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) state: InvoiceState,
    pub(super) number: String,
    pub(super) customer_id: String,
    pub(super) language: String,
    pub(super) currency: String,
    pub(super) issue_date: Option<Date>,
    pub(super) due_date: Option<Date>,
    pub(super) terms_days: i64,
    pub(super) reference: String,
    pub(super) notes: String,
    pub(super) discount: String,
    pub(super) total_minor: i64,
    pub(super) sums: row::Sums,
    pub(super) dispute_due_at: Option<i64>,
    pub(super) frozen: Option<String>,
    pub(super) version: i64,
    pub(super) updated_at: i64,
    pub(super) sent_at: Option<i64>,
    pub(super) seen_at: Option<i64>,
    pub(super) paid_at: Option<i64>,
    pub(super) issued_at: Option<i64>,
    pub(super) available_at: Option<i64>,
    pub(super) banked_at: Option<i64>,
    /// The invoice that this one stands in the place of; empty for none.
    pub(super) replaces_id: String,
}

macro_rules! select_kept {
    ($lock:literal) => {
        sql!(concat!("select id, state, coalesce(number, ''), customer_id, language, currency, issue_date, due_date, terms_days, reference, notes, discount, total_minor, applied_minor, received_minor, credited_minor, refunded_minor, disputed_minor, processing_minor, dispute_due_at, frozen, version, updated_at, sent_at, seen_at, paid_at, issued_at, available_at, banked_at, replaces_id from invoices where id = $1 and business_id = $2 and mode = $3", $lock))
    };
}

pub(super) fn find(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Kept>, Error> {
    tx.find(
        select_kept!(""),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read_kept,
    )
}

/// Takes the row: whoever else issues, changes or pays this invoice waits.
pub(super) fn lock(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Option<Kept>, Error> {
    tx.find(
        select_kept!(" for update"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read_kept,
    )
}

fn read_kept(r: &Row) -> Result<Kept, Error> {
    let day = |column: usize| match r.opt_text(column)? {
        None => Ok(None),
        Some(_) => r.parse::<Date>(column).map(Some),
    };
    let state = r.text(1)?;
    Ok(Kept {
        id: r.text(0)?,
        state: InvoiceState::parse(&state)
            .ok_or_else(|| Error::Shape(format!("“{state}” is no state")))?,
        number: r.text(2)?,
        customer_id: r.text(3)?,
        language: r.text(4)?,
        currency: r.text(5)?,
        issue_date: day(6)?,
        due_date: day(7)?,
        terms_days: r.int(8)?,
        reference: r.text(9)?,
        notes: r.text(10)?,
        discount: r.text(11)?,
        total_minor: r.int(12)?,
        sums: read_sums(r, 13)?,
        dispute_due_at: r.opt_int(19)?,
        frozen: r.opt_text(20)?,
        version: r.int(21)?,
        updated_at: r.int(22)?,
        sent_at: r.opt_int(23)?,
        seen_at: r.opt_int(24)?,
        paid_at: r.opt_int(25)?,
        issued_at: r.opt_int(26)?,
        available_at: r.opt_int(27)?,
        banked_at: r.opt_int(28)?,
        replaces_id: r.text(29)?,
    })
}

/// The six sums from this column on: applied, received, credited, refunded, disputed, processing.
pub(super) fn read_sums(r: &Row, first: usize) -> Result<row::Sums, Error> {
    Ok(row::Sums {
        applied: r.int(first)?,
        received: r.int(first + 1)?,
        credited: r.int(first + 2)?,
        refunded: r.int(first + 3)?,
        disputed: r.int(first + 4)?,
        processing: r.int(first + 5)?,
    })
}

/// The draft behind a row, with its lines.
pub(super) fn get_command(tx: &mut Tx<'_>, kept: &Kept) -> Result<Command, Error> {
    let shape = |what: &str| Error::Shape(format!("invoice {}: bad {what}", kept.id));
    let currency = Currency::parse(&kept.currency).map_err(|_| shape("currency"))?;
    Ok(Command {
        customer_id: kept.customer_id.clone(),
        issue_date: kept.issue_date,
        terms_days: kept.terms_days,
        currency,
        language: Language::parse(&kept.language).ok_or_else(|| shape("language"))?,
        reference: kept.reference.clone(),
        notes: kept.notes.clone(),
        discount: read_discount(&kept.discount, currency)?,
        lines: list_lines(tx, &kept.id, currency)?,
    })
}

fn list_lines(tx: &mut Tx<'_>, id: &str, currency: Currency) -> Result<Vec<CommandLine>, Error> {
    tx.list(
        sql!("select coalesce(product_id, ''), unit, description, quantity, unit_price, discount, tax_rate_ids from invoice_lines where invoice_id = $1 order by position"),
        args![id],
        |r| {
            let line = read_line(currency, r.text(2)?, &r.text(3)?, &r.text(4)?, &r.text(5)?, &r.text(6)?)?;
            Ok(CommandLine { product_id: r.text(0)?, unit: r.text(1)?, line })
        },
    )
}

pub(super) fn insert_draft(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    c: &Command,
    sums: &Sums,
    now_ms: i64,
) -> Result<(), Error> {
    let search = search_text(tx, &c.customer_id, &c.reference)?;
    tx.execute(
        sql!("insert into invoices (id, business_id, mode, customer_id, state, language, currency, issue_date, terms_days, reference, notes, discount, net_minor, tax_minor, total_minor, applied_minor, processing_minor, search, version, created_at, updated_at) values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, $15, 1, $16, $16)"),
        args![id, scope.business_id.as_str(), scope.mode.as_str(), &c.customer_id, c.language.as_str(), c.currency.code(), day(c.issue_date), c.terms_days, &c.reference, &c.notes, discount_text(c.discount), sums.net_minor, sums.tax_minor, sums.total_minor, search, now_ms],
    )?;
    insert_lines(tx, id, c, sums)
}

pub(super) fn update_replaces(tx: &mut Tx<'_>, id: &str, replaces_id: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set replaces_id = $2 where id = $1 and state = 'draft'"),
        args![id, replaces_id],
    )
    .map(drop)
}

pub(super) fn find_replacing(
    tx: &mut Tx<'_>,
    scope: &Scope,
    invoice_id: &str,
) -> Result<Option<(String, String)>, Error> {
    tx.find(
        sql!("select id, coalesce(number, '') from invoices where replaces_id = $3 and replaces_id <> '' and business_id = $1 and mode = $2 order by created_at, id limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str(), invoice_id],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

/// Answers whether the draft was still the version the form was made from.
pub(super) fn update_draft(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    version: i64,
    c: &Command,
    sums: &Sums,
    now_ms: i64,
) -> Result<bool, Error> {
    let search = search_text(tx, &c.customer_id, &c.reference)?;
    let touched = tx.execute(
        sql!("update invoices set customer_id = $4, language = $5, currency = $6, issue_date = $7, terms_days = $8, reference = $9, notes = $10, discount = $11, net_minor = $12, tax_minor = $13, total_minor = $14, search = $15, version = version + 1, updated_at = $16 where id = $1 and business_id = $2 and mode = $3 and state = 'draft' and version = $17"),
        args![id, scope.business_id.as_str(), scope.mode.as_str(), &c.customer_id, c.language.as_str(), c.currency.code(), day(c.issue_date), c.terms_days, &c.reference, &c.notes, discount_text(c.discount), sums.net_minor, sums.tax_minor, sums.total_minor, search, now_ms, version],
    )?;
    if touched == 1 {
        tx.execute(
            sql!("delete from invoice_lines where invoice_id = $1"),
            args![id],
        )?;
        insert_lines(tx, id, c, sums)?;
    }
    Ok(touched == 1)
}

fn insert_lines(tx: &mut Tx<'_>, id: &str, c: &Command, sums: &Sums) -> Result<(), Error> {
    for ((position, l), net) in (0_i64..).zip(&c.lines).zip(&sums.lines) {
        let taxes: Vec<&str> = l.line.tax_ids.iter().map(|id| id.as_str()).collect();
        let product = Some(l.product_id.as_str()).filter(|id| !id.is_empty());
        tx.execute(
            sql!("insert into invoice_lines (invoice_id, position, product_id, description, quantity, unit, unit_price, discount, tax_rate_ids, net_minor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
            args![id, position, product, &l.line.description, l.line.quantity.to_decimal().to_string(), &l.unit, l.line.unit_price.to_decimal().to_string(), discount_text(l.line.discount), taxes.join(" "), *net],
        )?;
    }
    Ok(())
}

/// Answers whether there was such a draft; an issued invoice is never removed.
pub(super) fn delete_draft(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<bool, Error> {
    let is_draft = lock(tx, scope, id)?.is_some_and(|kept| kept.state == InvoiceState::Draft);
    if is_draft {
        tx.execute(
            sql!("delete from invoice_lines where invoice_id = $1"),
            args![id],
        )?;
        tx.execute(
            sql!("delete from invoice_history where invoice_id = $1"),
            args![id],
        )?;
        tx.execute(
            sql!("delete from invoices where id = $1 and state = 'draft'"),
            args![id],
        )?;
    }
    Ok(is_draft)
}

fn search_text(tx: &mut Tx<'_>, customer_id: &str, reference: &str) -> Result<String, Error> {
    let name = tx.find(
        sql!("select name from customers where id = $1"),
        args![customer_id],
        |r| r.text(0),
    )?;
    Ok(format!("{}\n{reference}", name.unwrap_or_default()).to_lowercase())
}

/// A series of numbers, its row taken: nobody else takes a number until this transaction ends.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) pattern: String,
    pub(super) next_number: i64,
    pub(super) last_issue_date: Option<Date>,
    /// The counter for which the seller chose the next number, if that was ever done: a year, or 0.
    pub(super) begun_key: Option<i64>,
}

pub(super) fn lock_series(tx: &mut Tx<'_>, scope: &Scope, kind: Kind) -> Result<Series, Error> {
    tx.execute(
        sql!("insert into number_series (business_id, mode, kind, pattern, next_number, last_issue_date) values ($1, $2, $3, $4, 1, '') on conflict do nothing"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind.as_str(), kind.pattern()],
    )?;
    tx.get(
        sql!("select pattern, next_number, last_issue_date, begun_key from number_series where business_id = $1 and mode = $2 and kind = $3 for update"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind.as_str()],
        read_series,
    )
}

/// The series as it stands, without taking it; nothing before its first number.
pub(super) fn find_series(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
) -> Result<Option<Series>, Error> {
    tx.find(
        sql!("select pattern, next_number, last_issue_date, begun_key from number_series where business_id = $1 and mode = $2 and kind = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind.as_str()],
        read_series,
    )
}

fn read_series(r: &Row) -> Result<Series, Error> {
    let last = r.text(2)?;
    let last_issue_date = if last.is_empty() {
        None
    } else {
        Some(r.parse(2)?)
    };
    Ok(Series {
        pattern: r.text(0)?,
        next_number: r.int(1)?,
        last_issue_date,
        begun_key: r.opt_int(3)?,
    })
}

pub(super) fn update_series(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
    next_number: i64,
    last_issue_date: Date,
) -> Result<(), Error> {
    tx.execute(
        sql!("update number_series set next_number = $4, last_issue_date = $5 where business_id = $1 and mode = $2 and kind = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind.as_str(), next_number, last_issue_date.to_string()],
    )
    .map(drop)
}

/// How numbers look and which comes next, as the seller chose it.
pub(super) fn update_numbering(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
    pattern: &str,
    next_number: i64,
    begun_key: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update number_series set pattern = $4, next_number = $5, begun_key = $6 where business_id = $1 and mode = $2 and kind = $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), kind.as_str(), pattern, next_number, begun_key],
    )
    .map(drop)
}

/// Every number of the drawer that was taken.
pub(super) fn list_numbers(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select number from invoices where business_id = $1 and mode = $2 and number is not null"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.text(0),
    )
}

/// What becomes of a draft's row when it is issued.
pub(super) struct Issued<'a> {
    pub(super) id: &'a str,
    pub(super) state: InvoiceState,
    pub(super) frozen: &'a super::frozen::Frozen,
    pub(super) now_ms: i64,
}

pub(super) fn update_issued(tx: &mut Tx<'_>, i: &Issued<'_>) -> Result<(), Error> {
    let f = i.frozen;
    let paid_at = (i.state == InvoiceState::Paid).then_some(i.now_ms);
    tx.execute(
        sql!("update invoices set state = $2, number = $3, issue_date = $4, due_date = $5, net_minor = $6, tax_minor = $7, total_minor = $8, frozen = $9, search = $10, version = version + 1, updated_at = $11, issued_at = $11, paid_at = $12 where id = $1 and state = 'draft'"),
        args![i.id, i.state.as_str(), &f.number, f.issue_date.to_string(), f.due_date.to_string(), f.net_minor, f.tax_minor, f.total_minor, f.to_text()?, format!("{}\n{}\n{}", f.number, f.buyer.name, f.reference).to_lowercase(), i.now_ms, paid_at],
    )
    .map(drop)
}

pub(super) fn update_seen(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<bool, Error> {
    Ok(tx.execute(
        sql!("update invoices set seen_at = $2 where id = $1 and seen_at is null"),
        args![id, now_ms],
    )? == 1)
}

pub(super) fn update_sent(tx: &mut Tx<'_>, id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set sent_at = $2 where id = $1"),
        args![id, now_ms],
    )
    .map(drop)
}

pub(super) fn insert_link(
    tx: &mut Tx<'_>,
    link: (&str, &str, &str, &str),
    now_ms: i64,
) -> Result<(), Error> {
    let (id, invoice_id, hash, sealed) = link;
    tx.execute(
        sql!("insert into invoice_links (id, invoice_id, token_hash, token_sealed, created_at) values ($1, $2, $3, $4, $5)"),
        args![id, invoice_id, hash, sealed, now_ms],
    )
    .map(drop)
}

pub(super) fn update_links_revoked(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!(
            "update invoice_links set revoked_at = $2 where invoice_id = $1 and revoked_at is null"
        ),
        args![invoice_id, now_ms],
    )
    .map(drop)
}

/// Id and sealed token of the invoice's live link.
pub(super) fn find_live_link(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Option<(String, String)>, Error> {
    tx.find(
        sql!("select id, token_sealed from invoice_links where invoice_id = $1 and revoked_at is null order by created_at desc, id desc limit 1"),
        args![invoice_id],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

/// Id and sealed token of one link, revoked or not.
pub(super) fn find_link(tx: &mut Tx<'_>, link_id: &str) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select token_sealed from invoice_links where id = $1 and revoked_at is null"),
        args![link_id],
        |r| r.text(0),
    )
}

/// Everything a public page needs, by the hash of its token: link, invoice, business, mode, and what stands frozen.
pub(super) fn find_public(
    tx: &mut Tx<'_>,
    token_hash: &str,
) -> Result<Option<super::link::PublicRow>, Error> {
    tx.find(
        sql!("select l.id, i.id, i.business_id, i.mode, i.frozen, i.customer_id, i.seen_at from invoice_links l join invoices i on i.id = l.invoice_id where l.token_hash = $1 and l.revoked_at is null and i.state <> 'draft'"),
        args![token_hash],
        |r| {
            Ok(super::link::PublicRow {
                link_id: r.text(0)?,
                invoice_id: r.text(1)?,
                business_id: r.text(2)?,
                mode: r.text(3)?,
                frozen: r.text(4)?,
                customer_id: r.text(5)?,
                seen: r.opt_int(6)?.is_some(),
            })
        },
    )
}

pub(super) fn list_open_by_customer_email(
    tx: &mut Tx<'_>,
    scope: &Scope,
    email: &str,
) -> Result<Vec<String>, Error> {
    tx.list(
        sql!("select i.id from invoices i join customers c on c.id = i.customer_id where i.business_id = $1 and i.mode = $2 and i.state = 'open' and lower(c.email) = $3 order by i.due_date, i.id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), email],
        |r| r.text(0),
    )
}

pub(super) fn list_history(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<super::history::Past>, Error> {
    tx.list(
        sql!("select act, actor, detail, at from invoice_history where invoice_id = $1 order by at desc, id desc"),
        args![invoice_id],
        |r| Ok(super::history::Past { act: r.text(0)?, actor: r.text(1)?, detail: r.text(2)?, at: r.int(3)? }),
    )
}

pub(super) fn list_history_lately(
    tx: &mut Tx<'_>,
    scope: &Scope,
    most: i64,
) -> Result<Vec<super::history::Lately>, Error> {
    tx.list(
        sql!("select h.act, h.actor, h.detail, h.at, h.invoice_id, coalesce(i.number, ''), c.name from invoice_history h join invoices i on i.id = h.invoice_id join customers c on c.id = i.customer_id where h.business_id = $1 and h.mode = $2 order by h.at desc, h.id desc limit $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), most],
        |r| {
            Ok(super::history::Lately {
                past: super::history::Past { act: r.text(0)?, actor: r.text(1)?, detail: r.text(2)?, at: r.int(3)? },
                invoice_id: r.text(4)?,
                number: r.text(5)?,
                customer: r.text(6)?,
            })
        },
    )
}

/// What was applied, or taken back again.
pub(super) struct AppliedRow {
    pub(super) minor: i64,
    pub(super) at: i64,
    pub(super) source_kind: String,
    pub(super) source_id: String,
}

/// What was applied and taken back, oldest first.
pub(super) fn list_allocations(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<AppliedRow>, Error> {
    tx.list(
        sql!("select a.amount_minor, coalesce(p.received_at, a.created_at), a.source_kind, a.source_id from allocations a left join payments p on a.source_kind = 'payment' and p.id = a.source_id and p.intent_id = '' where a.invoice_id = $1 order by a.created_at, a.id"),
        args![invoice_id],
        |r| {
            Ok(AppliedRow {
                minor: r.int(0)?,
                at: r.int(1)?,
                source_kind: r.text(2)?,
                source_id: r.text(3)?,
            })
        },
    )
}

fn day(day: Option<Date>) -> Option<String> {
    day.map(|d| d.to_string())
}
