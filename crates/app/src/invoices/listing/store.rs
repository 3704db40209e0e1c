//! Rows and sums of lists of invoices. Each condition is written once.

use billing::ageing::Age;
use billing::currency::Currency;
use billing::invoice::state::InvoiceState;
use jiff::civil::Date;
use kit::db::{Error, Row, Tx, Value};
use kit::{args, sql};

use super::super::row::Listed;
use super::super::store::read_sums;
use super::{Asked, Due, Owed};
use crate::amount;
use crate::paging::{Cursor, PAGE, like};
use crate::who::Scope;

macro_rules! select_listed {
    ($($rest:expr),+) => {
        sql!(concat!("select i.id, i.state, coalesce(i.number, ''), c.name, i.currency, i.due_date, i.total_minor, i.applied_minor, i.received_minor, i.credited_minor, i.refunded_minor, i.disputed_minor, i.processing_minor, i.dispute_due_at, i.reference from invoices i join customers c on c.id = i.customer_id where i.business_id = $1 and i.mode = $2 ", $($rest),+))
    };
}

/// What an address narrows: words (`$4`), due dates (`$5`, `$6`), currency (`$7`). `$3` is today.
macro_rules! narrowed {
    () => {
        "and ($4 = '' or i.search like $4 escape '\\') and ($5 = '' or i.due_date >= $5) and ($6 = '' or i.due_date <= $6) and ($7 = '' or i.currency = $7) "
    };
}

/// Annulled, or taken back whole by credit notes. Whoever searches finds it all the same.
macro_rules! cancelled {
    () => {
        "(i.state = 'void' or (i.state = 'paid' and i.credited_minor > 0 and i.credited_minor >= i.total_minor))"
    };
}

/// The invoices of the view named by `$8`.
macro_rules! in_view {
    () => {
        concat!("and (($8 = 'all' and ($4 <> '' or not ", cancelled!(), ")) or ($8 = 'cancelled' and ", cancelled!(), ") or ($8 = 'draft' and i.state = 'draft') or ($8 = 'open' and i.state = 'open') or ($8 = 'overdue' and i.state = 'open' and i.due_date < $3 and i.processing_minor = 0) or ($8 = 'expected' and i.state = 'open' and i.due_date >= $3 and i.processing_minor = 0) or ($8 = 'processing' and i.state = 'open' and i.processing_minor > 0) or ($8 = 'paid' and i.state = 'paid' and not ", cancelled!(), ")) ")
    };
}

/// `$1` to `$7`.
fn conditions(scope: &Scope, asked: &Asked, today: Date) -> Vec<Value> {
    let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
    args![
        scope.business_id.as_str(),
        scope.mode.as_str(),
        today.to_string(),
        like(&asked.search),
        day(asked.due_from),
        day(asked.due_to),
        asked
            .currency
            .map(|c| c.code().to_owned())
            .unwrap_or_default()
    ]
    .to_vec()
}

/// One page of a list, newest first.
pub(in super::super) fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked: &Asked,
    cursor: &Cursor,
    today: Date,
) -> Result<Vec<Listed>, Error> {
    let mut args = conditions(scope, asked, today);
    args.push(Value::from(asked.view.as_str()));
    if cursor.is_backward() {
        args.extend([Value::from(&cursor.before), Value::from(PAGE + 1)]);
        return tx.list(
            select_listed!(in_view!(), narrowed!(), "and (i.created_at, i.id) > (select x.created_at, x.id from invoices x where x.id = $9) order by i.created_at, i.id limit $10"),
            &args,
            read_listed,
        );
    }
    args.extend([Value::from(&cursor.after), Value::from(PAGE + 1)]);
    tx.list(
        select_listed!(in_view!(), narrowed!(), "and ($9 = '' or (i.created_at, i.id) < (select x.created_at, x.id from invoices x where x.id = $9)) order by i.created_at desc, i.id desc limit $10"),
        &args,
        read_listed,
    )
}

/// How many invoices each view holds, in the order of [`super::View::ALL`], by the same conditions as [`list`].
pub(in super::super) fn count(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked: &Asked,
    today: Date,
) -> Result<[i64; 8], Error> {
    tx.get(
        sql!(concat!("select cast(coalesce(sum(case when $4 <> '' or not ", cancelled!(), " then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when i.state = 'draft' then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when i.state = 'open' then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when i.state = 'open' and i.due_date < $3 and i.processing_minor = 0 then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when i.state = 'open' and i.due_date >= $3 and i.processing_minor = 0 then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when i.state = 'open' and i.processing_minor > 0 then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when i.state = 'paid' and not ", cancelled!(), " then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when ", cancelled!(), " then 1 else 0 end), 0) as bigint) from invoices i where i.business_id = $1 and i.mode = $2 ", narrowed!())),
        &conditions(scope, asked, today),
        |r| Ok([r.int(0)?, r.int(1)?, r.int(2)?, r.int(3)?, r.int(4)?, r.int(5)?, r.int(6)?, r.int(7)?]),
    )
}

/// What a list of open invoices adds up to, a line a currency.
pub(in super::super) fn list_due(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked: &Asked,
    today: Date,
) -> Result<Vec<(Currency, Due)>, Error> {
    let mut args = conditions(scope, asked, today);
    args.push(Value::from(asked.view.as_str()));
    tx.list(
        sql!(concat!("select i.currency, cast(sum(i.total_minor - i.applied_minor) as bigint), count(*) from invoices i where i.business_id = $1 and i.mode = $2 and i.state = 'open' ", in_view!(), narrowed!(), "group by i.currency order by 2 desc, i.currency")),
        &args,
        |r| Ok((currency(r, 0)?, due(r, 1)?)),
    )
}

pub(in super::super) fn has_any(tx: &mut Tx<'_>, scope: &Scope) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select id from invoices where business_id = $1 and mode = $2 limit 1"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.text(0),
    )?;
    Ok(found.is_some())
}

pub(in super::super) fn list_by_customer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Vec<Listed>, Error> {
    tx.list(
        select_listed!("and i.customer_id = $3 order by i.created_at desc, i.id desc limit 100"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read_listed,
    )
}

/// Amount due and count of the open invoices for which something holds.
macro_rules! due_when {
    ($condition:literal) => {
        concat!(
            "cast(coalesce(sum(case when ",
            $condition,
            " then total_minor - applied_minor else 0 end), 0) as bigint), cast(coalesce(sum(case when ",
            $condition,
            " then 1 else 0 end), 0) as bigint)"
        )
    };
}

/// What is open today, a line a currency, largest first; the same conditions as the list's views.
pub(super) fn list_owed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    today: Date,
    week_end: Date,
) -> Result<Vec<Owed>, Error> {
    let since = |age: Age| age.due_dates(today).0.unwrap_or(today).to_string();
    tx.list(
        sql!(concat!(
            "select currency, min(case when due_date < $3 and processing_minor = 0 then due_date end), ",
            due_when!("due_date < $3 and processing_minor = 0"), ", ",
            due_when!("due_date >= $3 and due_date <= $4 and processing_minor = 0"), ", ",
            due_when!("due_date > $4 and processing_minor = 0"), ", ",
            due_when!("processing_minor > 0"), ", ",
            due_when!("due_date < $3 and due_date >= $5 and processing_minor = 0"), ", ",
            due_when!("due_date < $5 and due_date >= $6 and processing_minor = 0"), ", ",
            due_when!("due_date < $6 and due_date >= $7 and processing_minor = 0"), ", ",
            due_when!("due_date < $7 and processing_minor = 0"),
            " from invoices where business_id = $1 and mode = $2 and state = 'open' group by currency order by sum(total_minor - applied_minor) desc, currency"
        )),
        args![
            scope.business_id.as_str(),
            scope.mode.as_str(),
            today.to_string(),
            week_end.to_string(),
            since(Age::To30),
            since(Age::To60),
            since(Age::To90)
        ],
        |r| {
            let oldest_due = match r.opt_text(1)? {
                None => None,
                Some(_) => Some(r.parse(1)?),
            };
            Ok(Owed {
                currency: currency(r, 0)?,
                oldest_due,
                overdue: due(r, 2)?,
                this_week: due(r, 4)?,
                later: due(r, 6)?,
                processing: due(r, 8)?,
                ages: [due(r, 10)?, due(r, 12)?, due(r, 14)?, due(r, 16)?],
            })
        },
    )
}

pub(super) fn list_paid_last(
    tx: &mut Tx<'_>,
    scope: &Scope,
    most: i64,
) -> Result<Vec<(Date, i64)>, Error> {
    tx.list(
        sql!("select issue_date, paid_at from invoices where business_id = $1 and mode = $2 and paid_at is not null order by paid_at desc limit $3"),
        args![scope.business_id.as_str(), scope.mode.as_str(), most],
        |r| Ok((r.parse(0)?, r.int(1)?)),
    )
}

fn currency(r: &Row, at: usize) -> Result<Currency, Error> {
    amount::currency(&r.text(at)?)
}

/// The sum at a column and the count after it.
fn due(r: &Row, first: usize) -> Result<Due, Error> {
    Ok(Due {
        minor: r.int(first)?,
        count: r.int(first + 1)?,
    })
}

fn read_listed(r: &Row) -> Result<Listed, Error> {
    let state = r.text(1)?;
    let due_date = match r.opt_text(5)? {
        None => None,
        Some(_) => Some(r.parse(5)?),
    };
    Ok(Listed {
        id: r.text(0)?,
        state: InvoiceState::parse(&state)
            .ok_or_else(|| Error::Shape(format!("“{state}” is no state")))?,
        number: r.text(2)?,
        customer: r.text(3)?,
        currency: currency(r, 4)?,
        due_date,
        total_minor: r.int(6)?,
        sums: read_sums(r, 7)?,
        dispute_due_at: r.opt_int(13)?,
        reference: r.text(14)?,
    })
}
