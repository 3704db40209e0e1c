//! Rows of `area_tokens`, and the invoices of an address.

use billing::id::BusinessId;
use kit::db::{Error, Tx};
use kit::{args, sql};

use super::Visitor;

/// A row of the list, as kept. Amounts in minor units (ISO 4217).
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) state: String,
    pub(super) due_date: String,
    pub(super) currency: String,
    pub(super) total_minor: i64,
    pub(super) applied_minor: i64,
    pub(super) received_minor: i64,
    pub(super) credited_minor: i64,
    pub(super) written_off_minor: i64,
    pub(super) refunded_minor: i64,
    pub(super) processing_minor: i64,
}

/// A customer of the address, at one business: name and language for the mail.
#[derive(Clone, Debug)]
pub(super) struct Addressee {
    pub(super) business_id: BusinessId,
    pub(super) name: String,
    pub(super) language: String,
    pub(super) country: String,
}

fn business(text: String) -> Result<BusinessId, Error> {
    BusinessId::parse(text).map_err(|_| Error::Shape("a business without an id".into()))
}

/// Those with this address and at least one issued live invoice, newest customer first.
pub(super) fn list_addressees(tx: &mut Tx<'_>, email: &str) -> Result<Vec<Addressee>, Error> {
    tx.list(
        sql!("select c.business_id, c.name, c.language, c.country from customers c where lower(c.email) = $1 and exists (select 1 from invoices i where i.customer_id = c.id and i.mode = 'live' and i.state <> 'draft') order by c.created_at desc, c.id desc"),
        args![email],
        |r| Ok(Addressee { business_id: business(r.text(0)?)?, name: r.text(1)?, language: r.text(2)?, country: r.text(3)? }),
    )
}

/// A customer behind the address.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
}

/// The customers of the visitor's address to whom something was issued, newest first.
pub(super) fn list_persons(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Vec<Person>, Error> {
    tx.list(
        sql!("select c.id, c.name from customers c where c.business_id = $1 and lower(c.email) = $2 and exists (select 1 from invoices i where i.customer_id = c.id and i.mode = 'live' and i.state <> 'draft') order by c.created_at desc, c.id desc limit 20"),
        args![visitor.business_id.as_str(), &visitor.email],
        |r| Ok(Person { id: r.text(0)?, name: r.text(1)? }),
    )
}

pub(super) fn insert_token(
    tx: &mut Tx<'_>,
    id: &str,
    visitor: &Visitor,
    purpose: &str,
    hash: &str,
    now_ms: i64,
    expires_at: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into area_tokens (id, business_id, email, purpose, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)"),
        args![id, visitor.business_id.as_str(), &visitor.email, purpose, hash, now_ms, expires_at],
    )
    .map(drop)
}

/// Uses a link up; nothing when it is unknown, used or too old.
pub(super) fn use_link(tx: &mut Tx<'_>, hash: &str, now_ms: i64) -> Result<Option<Visitor>, Error> {
    let used = tx.execute(
        sql!("update area_tokens set used_at = $2 where token_hash = $1 and purpose = 'link' and used_at is null and expires_at > $2"),
        args![hash, now_ms],
    )?;
    if used == 0 {
        return Ok(None);
    }
    tx.find(
        sql!("select business_id, email from area_tokens where token_hash = $1"),
        args![hash],
        |r| {
            Ok(Visitor {
                business_id: business(r.text(0)?)?,
                email: r.text(1)?,
            })
        },
    )
}

pub(super) fn find_visitor(
    tx: &mut Tx<'_>,
    hash: &str,
    now_ms: i64,
) -> Result<Option<Visitor>, Error> {
    tx.find(
        sql!("select business_id, email from area_tokens where token_hash = $1 and purpose = 'stay' and expires_at > $2"),
        args![hash, now_ms],
        |r| Ok(Visitor { business_id: business(r.text(0)?)?, email: r.text(1)? }),
    )
}

pub(super) fn delete_token(tx: &mut Tx<'_>, hash: &str) -> Result<(), Error> {
    tx.execute(
        sql!("delete from area_tokens where token_hash = $1"),
        args![hash],
    )
    .map(drop)
}

/// What is too old to be of use.
pub(super) fn delete_expired(tx: &mut Tx<'_>, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("delete from area_tokens where expires_at <= $1"),
        args![now_ms],
    )
    .map(drop)
}

/// The newest two hundred; a draft never.
pub(super) fn list_invoices(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Vec<Kept>, Error> {
    tx.list(
        sql!("select i.id, i.number, i.state, i.due_date, i.currency, i.total_minor, i.applied_minor, i.received_minor, i.credited_minor, i.written_off_minor, i.refunded_minor, i.processing_minor from invoices i join customers c on c.id = i.customer_id where i.business_id = $1 and i.mode = 'live' and i.state <> 'draft' and lower(c.email) = $2 order by i.issue_date desc, i.id desc limit 200"),
        args![visitor.business_id.as_str(), &visitor.email],
        |r| {
            Ok(Kept {
                id: r.text(0)?,
                number: r.text(1)?,
                state: r.text(2)?,
                due_date: r.text(3)?,
                currency: r.text(4)?,
                total_minor: r.int(5)?,
                applied_minor: r.int(6)?,
                received_minor: r.int(7)?,
                credited_minor: r.int(8)?,
                written_off_minor: r.int(9)?,
                refunded_minor: r.int(10)?,
                processing_minor: r.int(11)?,
            })
        },
    )
}

/// Whether an invoice is one of the visitor's (LNK-02).
pub(super) fn is_of_visitor(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    invoice_id: &str,
) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select i.id from invoices i join customers c on c.id = i.customer_id where i.id = $1 and i.business_id = $2 and i.mode = 'live' and i.state <> 'draft' and lower(c.email) = $3"),
        args![invoice_id, visitor.business_id.as_str(), &visitor.email],
        |r| r.text(0),
    )?;
    Ok(found.is_some())
}
