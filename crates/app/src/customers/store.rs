//! Rows of `customers`.

use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::Customer;
use crate::page::Choice;
use crate::paging::{Cursor, PAGE, like};

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!("select id, name, contact, email, phone, street, city, province, postal_code, country, tax_number, language, currency, notes, version from customers ", $rest))
    };
}

pub(super) fn find(
    tx: &mut Tx<'_>,
    business_id: &str,
    id: &str,
) -> Result<Option<Customer>, Error> {
    tx.find(
        select!("where id = $2 and business_id = $1"),
        args![business_id, id],
        read,
    )
}

pub(super) fn list(
    tx: &mut Tx<'_>,
    business_id: &str,
    search: &str,
    cursor: &Cursor,
) -> Result<Vec<Customer>, Error> {
    let wanted = like(search);
    if cursor.is_backward() {
        return tx.list(
            select!("where business_id = $1 and archived_at is null and ($2 = '' or search like $2 escape '\\') and (name, id) < (select c.name, c.id from customers c where c.id = $3) order by name desc, id desc limit $4"),
            args![business_id, wanted, &cursor.before, PAGE + 1],
            read,
        );
    }
    tx.list(
        select!("where business_id = $1 and archived_at is null and ($2 = '' or search like $2 escape '\\') and ($3 = '' or (name, id) > (select c.name, c.id from customers c where c.id = $3)) order by name, id limit $4"),
        args![business_id, wanted, &cursor.after, PAGE + 1],
        read,
    )
}

pub(super) fn count(tx: &mut Tx<'_>, business_id: &str, search: &str) -> Result<i64, Error> {
    tx.get(
        sql!("select count(*) from customers where business_id = $1 and archived_at is null and ($2 = '' or search like $2 escape '\\')"),
        args![business_id, like(search)],
        |r| r.int(0),
    )
}

pub(super) fn list_choices(tx: &mut Tx<'_>, business_id: &str) -> Result<Vec<Choice>, Error> {
    tx.list(
        sql!("select id, name from customers where business_id = $1 and archived_at is null order by name, id limit 1000"),
        args![business_id],
        |r| Ok(Choice::new(r.text(0)?, r.text(1)?)),
    )
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    business_id: &str,
    c: &Customer,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into customers (id, business_id, name, contact, email, phone, street, city, province, postal_code, country, tax_number, language, currency, notes, search, version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17)"),
        args![&c.id, business_id, &c.name, &c.contact, &c.email, &c.phone, &c.street, &c.city, &c.province, &c.postal_code, &c.country, &c.tax_number, &c.language, &c.currency, &c.notes, search_text(c), now_ms],
    )
    .map(drop)
}

/// Answers whether the version was still the one the form was made from.
pub(super) fn update(tx: &mut Tx<'_>, business_id: &str, c: &Customer) -> Result<bool, Error> {
    let touched = tx.execute(
        sql!("update customers set name = $3, contact = $4, email = $5, phone = $6, street = $7, city = $8, province = $9, postal_code = $10, country = $11, tax_number = $12, language = $13, currency = $14, notes = $15, search = $16, version = version + 1 where id = $1 and business_id = $2 and version = $17"),
        args![&c.id, business_id, &c.name, &c.contact, &c.email, &c.phone, &c.street, &c.city, &c.province, &c.postal_code, &c.country, &c.tax_number, &c.language, &c.currency, &c.notes, search_text(c), c.version],
    )?;
    Ok(touched == 1)
}

fn search_text(c: &Customer) -> String {
    format!("{}\n{}\n{}", c.name, c.contact, c.email).to_lowercase()
}

fn read(r: &Row) -> Result<Customer, Error> {
    Ok(Customer {
        id: r.text(0)?,
        name: r.text(1)?,
        contact: r.text(2)?,
        email: r.text(3)?,
        phone: r.text(4)?,
        street: r.text(5)?,
        city: r.text(6)?,
        province: r.text(7)?,
        postal_code: r.text(8)?,
        country: r.text(9)?,
        tax_number: r.text(10)?,
        language: r.text(11)?,
        currency: r.text(12)?,
        notes: r.text(13)?,
        version: r.int(14)?,
    })
}

pub(super) fn lock(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.get(
        sql!("select id from customers where id = $1 for update"),
        args![id],
        |r| r.text(0),
    )
    .map(drop)
}
