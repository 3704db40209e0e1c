//! Rows of `takings` and `taking_shares`.

use billing::allocation::SourceKind;
use billing::money::Money;
use kit::db::{Error, Tx};
use kit::{args, sql};

use super::went::WentBack;
use super::{Became, OnInvoice, Share};
use crate::amount::from_row;
use crate::invoices::claim::Source;
use crate::payments::booked::Booked;
use crate::payments::received::Span;
use crate::who::Scope;

pub(super) fn insert_taking(
    tx: &mut Tx<'_>,
    payment: &Booked,
    source: &Source,
    amount: Money,
    from_credit: Money,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into takings (source_kind, source_id, payment_id, customer_id, amount_minor, from_credit_minor, currency, taken_at, became) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        args![
            source.kind.as_str(), &source.id, &payment.id, &payment.customer_id, amount.minor(), from_credit.minor(), amount.currency().code(), now_ms,
            Became::Gone.as_str()
        ],
    )
    .map(drop)
}

/// What came back is of whoever the payment is of now: what left the tray was of nobody then.
pub(super) fn update_became(
    tx: &mut Tx<'_>,
    payment: &Booked,
    source: &Source,
    became: Became,
) -> Result<(), Error> {
    tx.execute(
        sql!("update takings set became = $3, customer_id = $4 where source_kind = $1 and source_id = $2"),
        args![source.kind.as_str(), &source.id, became.as_str(), &payment.customer_id],
    )
    .map(drop)
}

pub(super) fn find_from_credit(tx: &mut Tx<'_>, source: &Source) -> Result<Option<Money>, Error> {
    tx.find(
        sql!("select from_credit_minor, currency from takings where source_kind = $1 and source_id = $2"),
        args![source.kind.as_str(), &source.id],
        |r| from_row(r.int(0)?, &r.text(1)?),
    )
}

pub(super) fn insert_share(tx: &mut Tx<'_>, source: &Source, s: &Share) -> Result<(), Error> {
    tx.execute(
        sql!("insert into taking_shares (source_kind, source_id, invoice_id, amount_minor, claim_minor) values ($1, $2, $3, $4, $5)"),
        args![source.kind.as_str(), &source.id, &s.invoice_id, s.amount.minor(), s.claim.minor()],
    )
    .map(drop)
}

pub(super) fn list_shares(tx: &mut Tx<'_>, source: &Source) -> Result<Vec<Share>, Error> {
    tx.list(
        sql!("select s.invoice_id, coalesce(i.number, ''), s.amount_minor, s.claim_minor, t.currency from taking_shares s join takings t on t.source_kind = s.source_kind and t.source_id = s.source_id join invoices i on i.id = s.invoice_id where s.source_kind = $1 and s.source_id = $2 order by s.invoice_id"),
        args![source.kind.as_str(), &source.id],
        |r| {
            let currency = r.text(4)?;
            Ok(Share {
                invoice_id: r.text(0)?,
                number: r.text(1)?,
                amount: from_row(r.int(2)?, &currency)?,
                claim: from_row(r.int(3)?, &currency)?,
            })
        },
    )
}

/// What was taken back of one payment from one invoice so far: of its claim, and in all. What settled the claim again
/// does not count; what came back as credit does, for the claim stayed open.
pub(super) fn get_taken(
    tx: &mut Tx<'_>,
    payment_id: &str,
    invoice_id: &str,
) -> Result<(i64, i64), Error> {
    tx.get(
        sql!("select cast(coalesce(sum(s.claim_minor), 0) as bigint), cast(coalesce(sum(s.amount_minor), 0) as bigint) from taking_shares s join takings t on t.source_kind = s.source_kind and t.source_id = s.source_id where t.payment_id = $1 and s.invoice_id = $2 and t.became <> 'settled'"),
        args![payment_id, invoice_id],
        |r| Ok((r.int(0)?, r.int(1)?)),
    )
}

/// What was taken back of one payment from the customer's credit so far, and what became credit because it came back.
pub(super) fn get_credit_moved(tx: &mut Tx<'_>, payment_id: &str) -> Result<(i64, i64), Error> {
    tx.get(
        sql!("select cast(coalesce(sum(case when became <> 'settled' then from_credit_minor else 0 end), 0) as bigint), cast(coalesce(sum(case when became = 'credit' then amount_minor else 0 end), 0) as bigint) from takings where payment_id = $1"),
        args![payment_id],
        |r| Ok((r.int(0)?, r.int(1)?)),
    )
}

pub(super) fn list_on_invoice(
    tx: &mut Tx<'_>,
    kind: SourceKind,
    invoice_id: &str,
) -> Result<Vec<OnInvoice>, Error> {
    tx.list(
        sql!("select t.source_id, s.amount_minor, t.currency, t.taken_at from taking_shares s join takings t on t.source_kind = s.source_kind and t.source_id = s.source_id where s.source_kind = $1 and s.invoice_id = $2 and t.became = '' order by t.taken_at, t.source_id"),
        args![kind.as_str(), invoice_id],
        |r| {
            Ok(OnInvoice {
                source_id: r.text(0)?,
                amount: from_row(r.int(1)?, &r.text(2)?)?,
                at: r.int(3)?,
            })
        },
    )
}

/// What went back within a span and did not come back, by currency.
pub(super) fn list_sums_gone(
    tx: &mut Tx<'_>,
    scope: &Scope,
    span: Span,
) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select cast(sum(t.amount_minor) as bigint), t.currency from takings t join payments p on p.id = t.payment_id where p.business_id = $1 and p.mode = $2 and t.taken_at >= $3 and t.taken_at < $4 and t.became = '' group by t.currency order by 1 desc, t.currency"),
        args![scope.business_id.as_str(), scope.mode.as_str(), span.from, span.until],
        |r| from_row(r.int(0)?, &r.text(1)?),
    )
}

/// The refunds and disputes behind [`list_sums_gone`], newest first.
pub(super) fn list_gone(
    tx: &mut Tx<'_>,
    scope: &Scope,
    span: Span,
    currency: Option<String>,
) -> Result<Vec<WentBack>, Error> {
    let code = currency.unwrap_or_default();
    tx.list(
        sql!("select t.source_kind, t.source_id, t.taken_at, coalesce(c.name, ''), t.amount_minor, t.currency from takings t join payments p on p.id = t.payment_id left join customers c on c.id = p.customer_id where p.business_id = $1 and p.mode = $2 and t.taken_at >= $3 and t.taken_at < $4 and t.became = '' and ($5 = '' or t.currency = $5) order by t.taken_at desc, t.source_id desc limit 500"),
        args![scope.business_id.as_str(), scope.mode.as_str(), span.from, span.until, code],
        |r| {
            let kind = r.text(0)?;
            let kind = SourceKind::parse(&kind)
                .ok_or_else(|| Error::Shape(format!("“{kind}” takes nothing back")))?;
            Ok(WentBack {
                source: Source::new(kind, r.text(1)?),
                at: r.int(2)?,
                customer: r.text(3)?,
                amount: from_row(r.int(4)?, &r.text(5)?)?,
            })
        },
    )
}
