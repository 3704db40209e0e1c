//! Rows of `products`.

use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::Product;
use crate::page::Choice;
use crate::paging::{Cursor, PAGE, like};

macro_rules! select {
    ($rest:literal) => {
        sql!(concat!("select id, name, description, unit, unit_price, currency, tax_rate_ids, version from products ", $rest))
    };
}

pub(super) fn find(tx: &mut Tx<'_>, business_id: &str, id: &str) -> Result<Option<Product>, Error> {
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
) -> Result<Vec<Product>, Error> {
    let wanted = like(search);
    if cursor.is_backward() {
        return tx.list(
            select!("where business_id = $1 and archived_at is null and ($2 = '' or search like $2 escape '\\') and (name, id) < (select p.name, p.id from products p where p.id = $3) order by name desc, id desc limit $4"),
            args![business_id, wanted, &cursor.before, PAGE + 1],
            read,
        );
    }
    tx.list(
        select!("where business_id = $1 and archived_at is null and ($2 = '' or search like $2 escape '\\') and ($3 = '' or (name, id) > (select p.name, p.id from products p where p.id = $3)) order by name, id limit $4"),
        args![business_id, wanted, &cursor.after, PAGE + 1],
        read,
    )
}

pub(super) fn count(tx: &mut Tx<'_>, business_id: &str, search: &str) -> Result<i64, Error> {
    tx.get(
        sql!("select count(*) from products where business_id = $1 and archived_at is null and ($2 = '' or search like $2 escape '\\')"),
        args![business_id, like(search)],
        |r| r.int(0),
    )
}

pub(super) fn list_choices(tx: &mut Tx<'_>, business_id: &str) -> Result<Vec<Choice>, Error> {
    tx.list(
        sql!("select id, name from products where business_id = $1 and archived_at is null order by name, id limit 500"),
        args![business_id],
        |r| Ok(Choice::new(r.text(0)?, r.text(1)?)),
    )
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    business_id: &str,
    p: &Product,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into products (id, business_id, name, description, unit, unit_price, currency, tax_rate_ids, search, version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)"),
        args![&p.id, business_id, &p.name, &p.description, &p.unit, &p.unit_price, &p.currency, ids(p), search_text(p), now_ms],
    )
    .map(drop)
}

/// Answers whether the version was still the one the form was made from.
pub(super) fn update(tx: &mut Tx<'_>, business_id: &str, p: &Product) -> Result<bool, Error> {
    let touched = tx.execute(
        sql!("update products set name = $3, description = $4, unit = $5, unit_price = $6, currency = $7, tax_rate_ids = $8, search = $9, version = version + 1 where id = $1 and business_id = $2 and version = $10"),
        args![&p.id, business_id, &p.name, &p.description, &p.unit, &p.unit_price, &p.currency, ids(p), search_text(p), p.version],
    )?;
    Ok(touched == 1)
}

fn ids(p: &Product) -> String {
    p.tax_rate_ids.join(" ")
}

fn search_text(p: &Product) -> String {
    format!("{}\n{}", p.name, p.description).to_lowercase()
}

fn read(r: &Row) -> Result<Product, Error> {
    Ok(Product {
        id: r.text(0)?,
        name: r.text(1)?,
        description: r.text(2)?,
        unit: r.text(3)?,
        unit_price: r.text(4)?,
        currency: r.text(5)?,
        tax_rate_ids: r.text(6)?.split_whitespace().map(str::to_owned).collect(),
        version: r.int(7)?,
    })
}
