//! Sums and pages of `payments`.

use billing::currency::Currency;
use billing::money::Money;
use kit::db::{Error, Row, Tx, Value};
use kit::{args, sql};

use super::{Receipt, Span, Sum};
use crate::amount::currency;
use crate::paging::{Cursor, PAGE};
use crate::who::Scope;

pub(super) fn list_sums(tx: &mut Tx<'_>, scope: &Scope, span: Span) -> Result<Vec<Sum>, Error> {
    tx.list(
        sql!("select currency, cast(sum(amount_minor) as bigint), cast(coalesce(sum(case when settled_currency = currency then fee_minor end), 0) as bigint), count(*), cast(coalesce(sum(case when intent_id <> '' and (fee_minor is null or settled_currency <> currency) then 1 else 0 end), 0) as bigint) from payments where business_id = $1 and mode = $2 and received_at >= $3 and received_at < $4 and state = 'succeeded' and reversed_at is null group by currency order by 2 desc, currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), span.from, span.until],
        |r| {
            Ok(Sum {
                currency: currency(&r.text(0)?)?,
                gross_minor: r.int(1)?,
                fee_minor: r.int(2)?,
                refunded_minor: 0,
                count: r.int(3)?,
                unknown: r.int(4)?,
            })
        },
    )
}

macro_rules! select_receipt {
    ($rest:literal) => {
        sql!(concat!("select p.id, p.received_at, coalesce(c.name, ''), p.amount_minor, p.currency, p.method, p.card_brand, p.card_last4, p.fee_minor, p.net_minor, coalesce(p.settled_currency, p.currency), p.intent_id from payments p left join customers c on c.id = p.customer_id where p.business_id = $1 and p.mode = $2 and p.received_at >= $3 and p.received_at < $4 and p.state = 'succeeded' and p.reversed_at is null and ($5 = '' or p.currency = $5) ", $rest))
    };
}

pub(super) fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    span: Span,
    currency: Option<Currency>,
    cursor: &Cursor,
) -> Result<Vec<Receipt>, Error> {
    let code = currency.map(|c| c.code().to_owned()).unwrap_or_default();
    let mut args: Vec<Value> = args![
        scope.business_id.as_str(),
        scope.mode.as_str(),
        span.from,
        span.until,
        code
    ]
    .to_vec();
    if cursor.is_backward() {
        args.extend([Value::from(&cursor.before), Value::from(PAGE + 1)]);
        return tx.list(
            select_receipt!("and (p.received_at, p.id) > (select x.received_at, x.id from payments x where x.id = $6) order by p.received_at, p.id limit $7"),
            &args,
            read,
        );
    }
    args.extend([Value::from(&cursor.after), Value::from(PAGE + 1)]);
    tx.list(
        select_receipt!("and ($6 = '' or (p.received_at, p.id) < (select x.received_at, x.id from payments x where x.id = $6)) order by p.received_at desc, p.id desc limit $7"),
        &args,
        read,
    )
}

pub(super) fn list_invoices(
    tx: &mut Tx<'_>,
    payment_id: &str,
) -> Result<Vec<(String, String)>, Error> {
    tx.list(
        sql!("select i.id, coalesce(i.number, '') from allocations a join invoices i on i.id = a.invoice_id where a.source_kind = 'payment' and a.source_id = $1 order by i.number, i.id"),
        args![payment_id],
        |r| Ok((r.text(0)?, r.text(1)?)),
    )
}

fn read(r: &Row) -> Result<Receipt, Error> {
    let (paid, settled) = (currency(&r.text(4)?)?, currency(&r.text(10)?)?);
    let money = |minor, currency| {
        Money::from_minor(minor, currency).map_err(|e| Error::Shape(e.to_string()))
    };
    let settled_money = |minor: Option<i64>| minor.map(|m| money(m, settled)).transpose();
    Ok(Receipt {
        id: r.text(0)?,
        received_at: r.int(1)?,
        customer: r.text(2)?,
        amount: money(r.int(3)?, paid)?,
        method: r.text(5)?,
        card_brand: r.text(6)?,
        card_last4: r.text(7)?,
        is_recorded: r.text(11)?.is_empty(),
        fee: settled_money(r.opt_int(8)?)?,
        net: settled_money(r.opt_int(9)?)?,
        invoices: Vec::new(),
    })
}
