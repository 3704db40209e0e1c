//! The rows of `invoices` and `allocations` that money touches.

use billing::Mode;
use billing::allocation::{SourceKind, Tally};
use billing::currency::Currency;
use billing::id::BusinessId;
use billing::invoice::state::InvoiceState;
use billing::money::Money;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use super::{Claim, Owing, Share, Source};
use crate::amount::from_row;
use crate::who::Scope;

macro_rules! select_claims {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, customer_id, coalesce(number, ''), state, currency, due_date, total_minor, applied_minor, received_minor, credited_minor, written_off_minor, refunded_minor, disputed_minor, dispute_due_at, processing_minor from invoices ",
            $rest
        ))
    };
}

pub(super) fn list_open(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
) -> Result<Vec<Claim>, Error> {
    tx.list(
        select_claims!("where business_id = $1 and mode = $2 and state = 'open' and total_minor > applied_minor and ($3 = '' or customer_id = $3) order by due_date, id limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id],
        read,
    )
}

/// One stretch of what is owed, after the day and the id of the last one before; both empty for the first.
pub(super) fn list_owing_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (due_date, id): (&str, &str),
    most: i64,
) -> Result<Vec<(Owing, String)>, Error> {
    tx.list(
        sql!("select i.id, coalesce(i.number, ''), i.customer_id, c.name, i.total_minor - i.applied_minor, i.currency, i.issue_date, i.processing_minor, i.due_date from invoices i join customers c on c.id = i.customer_id where i.business_id = $1 and i.mode = $2 and i.state = 'open' and i.total_minor > i.applied_minor and (i.due_date, i.id) > ($3, $4) order by i.due_date, i.id limit $5"),
        args![scope.business_id.as_str(), scope.mode.as_str(), due_date, id, most],
        |r| {
            let owing = Owing {
                invoice_id: r.text(0)?,
                number: r.text(1)?,
                customer_id: r.text(2)?,
                customer: r.text(3)?,
                due: from_row(r.int(4)?, &r.text(5)?)?,
                issued: r.parse(6)?,
                processing: r.int(7)? > 0,
            };
            Ok((owing, r.text(8)?))
        },
    )
}

pub(super) fn get_claim(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    tx.get(
        select_claims!("where id = $1 and business_id = $2 and mode = $3"),
        args![invoice_id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

pub(super) fn lock_claim(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    tx.get(
        select_claims!("where id = $1 and business_id = $2 and mode = $3 for update"),
        args![invoice_id, scope.business_id.as_str(), scope.mode.as_str()],
        read,
    )
}

fn read(r: &Row) -> Result<Claim, Error> {
    let currency = r.text(6)?;
    let shape = |what: &str| Error::Shape(format!("invoices: bad {what}"));
    Ok(Claim {
        invoice_id: r.text(0)?,
        scope: Scope {
            business_id: BusinessId::parse(r.text(1)?).map_err(|_| shape("business"))?,
            mode: Mode::parse(&r.text(2)?).map_err(|_| shape("mode"))?,
        },
        customer_id: r.text(3)?,
        number: r.text(4)?,
        state: InvoiceState::parse(&r.text(5)?).ok_or_else(|| shape("state"))?,
        due_date: match r.opt_text(7)? {
            None => None,
            Some(_) => Some(r.parse(7)?),
        },
        total: from_row(r.int(8)?, &currency)?,
        applied: from_row(r.int(9)?, &currency)?,
        received: from_row(r.int(10)?, &currency)?,
        credited: from_row(r.int(11)?, &currency)?,
        written_off: from_row(r.int(12)?, &currency)?,
        refunded: from_row(r.int(13)?, &currency)?,
        disputed: from_row(r.int(14)?, &currency)?,
        dispute_due_at: r.opt_int(15)?,
        processing: from_row(r.int(16)?, &currency)?,
    })
}

pub(super) fn insert_allocation(
    tx: &mut Tx<'_>,
    id: &str,
    claim: &Claim,
    source: &Source,
    amount: Money,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into allocations (id, business_id, mode, invoice_id, source_kind, source_id, amount_minor, currency, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (invoice_id, source_kind, source_id) do nothing"),
        args![id, claim.scope.business_id.as_str(), claim.scope.mode.as_str(), &claim.invoice_id, source.kind.as_str(), &source.id, amount.minor(), amount.currency().code(), now_ms],
    )
    .map(drop)
}

pub(super) fn list_allocations(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<(SourceKind, Money)>, Error> {
    tx.list(
        sql!("select source_kind, amount_minor, currency from allocations where invoice_id = $1 order by created_at, id"),
        args![invoice_id],
        |r| {
            let kind = r.text(0)?;
            let kind = SourceKind::parse(&kind)
                .ok_or_else(|| Error::Shape(format!("“{kind}” is no source of an allocation")))?;
            Ok((kind, from_row(r.int(1)?, &r.text(2)?)?))
        },
    )
}

pub(super) fn list_shares(tx: &mut Tx<'_>, source: &Source) -> Result<Vec<Share>, Error> {
    tx.list(
        sql!("select a.invoice_id, coalesce(i.number, ''), a.amount_minor, a.currency from allocations a join invoices i on i.id = a.invoice_id where a.source_kind = $1 and a.source_id = $2 order by a.created_at, a.id"),
        args![source.kind.as_str(), &source.id],
        |r| {
            Ok(Share {
                invoice_id: r.text(0)?,
                number: r.text(1)?,
                amount: from_row(r.int(2)?, &r.text(3)?)?,
            })
        },
    )
}

pub(super) fn list_credit_used(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    currency: Currency,
) -> Result<Vec<Share>, Error> {
    tx.list(
        sql!("select a.invoice_id, coalesce(i.number, ''), cast(sum(a.amount_minor) as bigint), a.currency from allocations a join invoices i on i.id = a.invoice_id where i.business_id = $1 and i.mode = $2 and i.customer_id = $3 and a.currency = $4 and a.source_kind = 'credit' and a.amount_minor > 0 and not exists (select 1 from allocations b where b.invoice_id = a.invoice_id and b.source_kind = 'reversal' and b.source_id = a.source_id) group by a.invoice_id, i.number, a.currency order by max(a.created_at), a.invoice_id"),
        args![scope.business_id.as_str(), scope.mode.as_str(), customer_id, currency.code()],
        |r| {
            Ok(Share {
                invoice_id: r.text(0)?,
                number: r.text(1)?,
                amount: from_row(r.int(2)?, &r.text(3)?)?,
            })
        },
    )
}

/// Paid on the day on which the last of the money came: a cheque of Friday that is recorded on Monday paid on Friday.
pub(super) fn update_applied(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    tally: &Tally,
    state: InvoiceState,
    now_ms: i64,
) -> Result<(), Error> {
    // What only a credit note closed was never paid: it has no day of payment.
    let paid = i64::from(tally.received.is_positive());
    tx.execute(
        sql!("update invoices set applied_minor = $2, received_minor = $3, credited_minor = $4, written_off_minor = $5, state = $6, paid_at = case when $6 = 'paid' and $8 = 1 then coalesce(paid_at, (select max(coalesce(p.received_at, a.created_at)) from allocations a left join payments p on a.source_kind = 'payment' and p.id = a.source_id and p.intent_id = '' where a.invoice_id = $1 and a.amount_minor > 0 and a.source_kind in ('payment', 'credit', 'deposit')), $7) end, updated_at = $7 where id = $1 and state <> 'draft'"),
        args![invoice_id, tally.applied.minor(), tally.received.minor(), tally.credited.minor(), tally.written_off.minor(), state.as_str(), now_ms, paid],
    )
    .map(drop)
}

pub(super) fn update_state(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    state: InvoiceState,
) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set state = $2 where id = $1 and state <> 'draft'"),
        args![invoice_id, state.as_str()],
    )
    .map(drop)
}

/// Annuls an open invoice to which nothing was applied.
pub(super) fn update_void(tx: &mut Tx<'_>, invoice_id: &str, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set state = 'void', updated_at = $2 where id = $1 and state = 'open' and applied_minor = 0"),
        args![invoice_id, now_ms],
    )
    .map(drop)
}

/// Write-offs that have not been taken back.
pub(super) fn list_write_offs(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<(String, Money)>, Error> {
    tx.list(
        sql!("select a.source_id, a.amount_minor, a.currency from allocations a where a.invoice_id = $1 and a.source_kind = 'write_off' and a.amount_minor > 0 and not exists (select 1 from allocations b where b.invoice_id = a.invoice_id and b.source_kind = 'write_off' and b.source_id = a.source_id || '-back') order by a.created_at, a.id"),
        args![invoice_id],
        |r| Ok((r.text(0)?, from_row(r.int(1)?, &r.text(2)?)?)),
    )
}

pub(super) fn update_refunded(tx: &mut Tx<'_>, invoice_id: &str, minor: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set refunded_minor = $2 where id = $1"),
        args![invoice_id, minor],
    )
    .map(drop)
}

pub(super) fn update_disputed(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    minor: i64,
    due_at: Option<i64>,
) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set disputed_minor = $2, dispute_due_at = $3 where id = $1"),
        args![invoice_id, minor, due_at],
    )
    .map(drop)
}

pub(super) fn update_available(tx: &mut Tx<'_>, payment_id: &str, at: i64) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set available_at = $2 where id in (select a.invoice_id from allocations a where a.source_kind = 'payment' and a.source_id = $1) and (available_at is null or available_at < $2)"),
        args![payment_id, at],
    )
    .map(drop)
}

pub(super) fn update_banked(
    tx: &mut Tx<'_>,
    payment_id: &str,
    at: Option<i64>,
) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set banked_at = $2 where id in (select a.invoice_id from allocations a where a.source_kind = 'payment' and a.source_id = $1)"),
        args![payment_id, at],
    )
    .map(drop)
}

pub(super) fn update_processing(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    minor: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update invoices set processing_minor = $2 where id = $1"),
        args![invoice_id, minor],
    )
    .map(drop)
}

pub(super) fn insert_history(
    tx: &mut Tx<'_>,
    id: &str,
    invoice_id: &str,
    act: &str,
    actor: &str,
    detail: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into invoice_history (id, invoice_id, act, actor, detail, at, business_id, mode) select $1, i.id, $3, $4, $5, cast($6 as bigint), i.business_id, i.mode from invoices i where i.id = $2"),
        args![id, invoice_id, act, actor, detail, now_ms],
    )
    .map(drop)
}
