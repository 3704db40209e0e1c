//! Rows of `payments`.

use billing::Mode;
use billing::id::BusinessId;
use billing::money::Money;
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use crate::amount::from_row;
use crate::who::Scope;

/// A payment as pages and receipts show it.
#[derive(Clone, Debug)]
pub struct PaymentSummary {
    /// The payment.
    pub id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// What came.
    pub amount: Money,
    /// Unix milliseconds.
    pub received_at: i64,
    /// `card`, `us_bank_account` …
    pub method: String,
    /// `visa` …; empty when it was no card (PAY-04: brand, last four and expiry is all there is).
    pub card_brand: String,
    /// Four digits, or empty.
    pub card_last4: String,
    /// The receipt's own number.
    pub receipt_number: String,
    /// What the provider keeps, in the currency it settles in; not known at once.
    pub fee: Option<Money>,
    /// What arrives in the seller's balance.
    pub net: Option<Money>,
    /// When it may be paid out, Unix milliseconds.
    pub available_at: Option<i64>,
    /// The provider's id, to look it up; empty for money that a person recorded.
    pub intent_id: String,
    /// When a recorded payment was taken back, Unix milliseconds.
    pub reversed_at: Option<i64>,
}

pub(super) fn scope(business: String, mode: &str) -> Result<Scope, Error> {
    let shape = || Error::Shape("a bad business or mode".into());
    Ok(Scope {
        business_id: BusinessId::parse(business).map_err(|_| shape())?,
        mode: Mode::parse(mode).map_err(|_| shape())?,
    })
}

macro_rules! select_payment {
    ($rest:literal) => {
        sql!(concat!(
            "select p.id, p.business_id, p.mode, p.amount_minor, p.currency, p.received_at, p.method, p.card_brand, p.card_last4, p.receipt_number, p.fee_minor, p.net_minor, p.settled_currency, p.available_at, p.intent_id, p.reversed_at from payments p ",
            $rest
        ))
    };
}

fn read_payment(r: &Row) -> Result<PaymentSummary, Error> {
    let currency = r.text(4)?;
    let settled = r.opt_text(12)?.unwrap_or_else(|| currency.clone());
    let settled_money = |minor: Option<i64>| minor.map(|m| from_row(m, &settled)).transpose();
    Ok(PaymentSummary {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        amount: from_row(r.int(3)?, &currency)?,
        received_at: r.int(5)?,
        method: r.text(6)?,
        card_brand: r.text(7)?,
        card_last4: r.text(8)?,
        receipt_number: r.text(9)?,
        fee: settled_money(r.opt_int(10)?)?,
        net: settled_money(r.opt_int(11)?)?,
        available_at: r.opt_int(13)?,
        intent_id: r.text(14)?,
        reversed_at: r.opt_int(15)?,
    })
}

pub(super) fn list_payments_by_invoice(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<PaymentSummary>, Error> {
    tx.list(select_payment!("join allocations a on a.source_kind = 'payment' and a.source_id = p.id where a.invoice_id = $1 and p.reversed_at is null order by p.received_at, p.id"), args![invoice_id], read_payment)
}

pub(super) fn get_payment(tx: &mut Tx<'_>, id: &str) -> Result<PaymentSummary, Error> {
    tx.get(select_payment!("where p.id = $1"), args![id], read_payment)
}

pub(super) fn find_payment(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<PaymentSummary>, Error> {
    tx.find(
        select_payment!("where p.id = $1 and p.business_id = $2 and p.mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read_payment,
    )
}

/// Its row is taken.
pub(super) fn lock_payment(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<PaymentSummary>, Error> {
    tx.find(
        select_payment!("where p.id = $1 and p.business_id = $2 and p.mode = $3 for update"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read_payment,
    )
}

/// What only the page of a payment shows.
#[derive(Clone, Debug)]
pub(super) struct Particulars {
    pub customer_id: String,
    /// What a person wrote beside it.
    pub reference: String,
    /// Who recorded it; empty for one by card.
    pub recorded_by: String,
    pub reversed_by: String,
    pub reversal_reason: String,
    /// Why it belongs to nobody yet; empty when it does.
    pub unallocated: String,
}

pub(super) fn get_particulars(tx: &mut Tx<'_>, id: &str) -> Result<Particulars, Error> {
    tx.get(
        sql!("select customer_id, reference, recorded_by, reversed_by, reversal_reason, unallocated from payments where id = $1"),
        args![id],
        |r| {
            Ok(Particulars {
                customer_id: r.text(0)?,
                reference: r.text(1)?,
                recorded_by: r.text(2)?,
                reversed_by: r.text(3)?,
                reversal_reason: r.text(4)?,
                unallocated: r.text(5)?,
            })
        },
    )
}

pub(super) fn update_reversed(
    tx: &mut Tx<'_>,
    id: &str,
    by: &str,
    reason: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set reversed_at = $2, reversed_by = $3, reversal_reason = $4 where id = $1 and reversed_at is null"),
        args![id, now_ms, by, reason],
    )
    .map(drop)
}

pub(super) fn find_booked(
    tx: &mut Tx<'_>,
    intent_id: &str,
) -> Result<Option<(String, Money)>, Error> {
    tx.find(
        sql!("select id, amount_minor, currency from payments where intent_id = $1"),
        args![intent_id],
        |r| Ok((r.text(0)?, from_row(r.int(1)?, &r.text(2)?)?)),
    )
}

pub(super) struct NewPayment<'a> {
    pub id: &'a str,
    pub scope: &'a Scope,
    pub customer_id: &'a str,
    pub method: &'a str,
    pub amount: Money,
    pub allocated: Money,
    pub intent_id: &'a str,
    pub charge_id: &'a str,
    pub card: (&'a str, &'a str, String),
    pub receipt_number: String,
    pub received_at: i64,
    /// What a person wrote beside a recorded payment.
    pub reference: &'a str,
    /// Who recorded it; empty for one by card.
    pub recorded_by: &'a str,
    /// What it is found by, in small letters.
    pub search: String,
}

pub(super) fn insert_payment(
    tx: &mut Tx<'_>,
    p: &NewPayment<'_>,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into payments (id, business_id, mode, customer_id, method, state, amount_minor, currency, allocated_minor, intent_id, charge_id, card_brand, card_last4, card_expiry, receipt_number, received_at, created_at, reference, recorded_by, search) values ($1, $2, $3, $4, $5, 'succeeded', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"),
        args![
            p.id, p.scope.business_id.as_str(), p.scope.mode.as_str(), p.customer_id, p.method, p.amount.minor(), p.amount.currency().code(),
            p.allocated.minor(), p.intent_id, p.charge_id, p.card.0, p.card.1, &p.card.2, &p.receipt_number, p.received_at, now_ms, p.reference, p.recorded_by, &p.search
        ],
    )
    .map(drop)
}

/// What the balance transaction says of a payment.
pub(super) struct Settled<'a> {
    pub balance_transaction_id: &'a str,
    pub fee: Money,
    pub net: Money,
    pub available_at: i64,
}

pub(super) fn update_payment_settled(
    tx: &mut Tx<'_>,
    id: &str,
    s: &Settled<'_>,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update payments set balance_transaction_id = $2, fee_minor = $3, net_minor = $4, settled_currency = $5, available_at = $6 where id = $1 and balance_transaction_id is null"),
        args![id, s.balance_transaction_id, s.fee.minor(), s.net.minor(), s.net.currency().code(), s.available_at],
    )
}

/// The next receipt number of a drawer, taken in the booking transaction under the row's lock.
pub(super) fn take_receipt_number(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    let (business, mode) = (scope.business_id.as_str(), scope.mode.as_str());
    tx.execute(
        sql!("insert into number_series (business_id, mode, kind, pattern, next_number, last_issue_date) values ($1, $2, 'receipt', '', 1, '') on conflict (business_id, mode, kind) do nothing"),
        args![business, mode],
    )?;
    tx.get(
        sql!("update number_series set next_number = next_number + 1 where business_id = $1 and mode = $2 and kind = 'receipt' returning next_number - 1"),
        args![business, mode],
        |r| r.int(0),
    )
}

pub(super) fn fee_is_known(tx: &mut Tx<'_>, intent_id: &str) -> Result<bool, Error> {
    let known = tx.find(
        sql!("select 1 from payments where intent_id = $1 and balance_transaction_id is not null"),
        args![intent_id],
        |_| Ok(()),
    )?;
    Ok(known.is_some())
}

/// Whether a payment waits for its receipt; its row is taken.
pub(super) fn lock_without_receipt(tx: &mut Tx<'_>, payment_id: &str) -> Result<bool, Error> {
    let found = tx.find(
        sql!("select id from payments where id = $1 and receipt_at is null and reversed_at is null for update"),
        args![payment_id],
        |r| r.text(0),
    )?;
    Ok(found.is_some())
}

pub(super) fn update_receipt_sent(
    tx: &mut Tx<'_>,
    payment_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set receipt_at = $2 where id = $1"),
        args![payment_id, now_ms],
    )
    .map(drop)
}

/// The payment of a charge.
pub(super) fn find_by_charge(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: &str,
) -> Result<Option<(String, Money)>, Error> {
    tx.find(
        sql!("select id, amount_minor, currency from payments where charge_id = $1 and business_id = $2 and mode = $3"),
        args![charge_id, scope.business_id.as_str(), scope.mode.as_str()],
        |r| Ok((r.text(0)?, from_row(r.int(1)?, &r.text(2)?)?)),
    )
}

/// What payments whose line in the account is not known yet come to, by currency.
pub(super) fn list_sums_without_line(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select currency, cast(sum(amount_minor) as bigint) from payments where business_id = $1 and mode = $2 and intent_id <> '' and balance_transaction_id is null and state = 'succeeded' group by currency order by currency"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| from_row(r.int(1)?, &r.text(0)?),
    )
}

/// The invoice a charge was made for, as other pages name it.
pub(super) fn find_behind(
    tx: &mut Tx<'_>,
    scope: &Scope,
    charge_id: &str,
) -> Result<Option<super::BehindCharge>, Error> {
    tx.find(
        sql!("select p.id, i.id, coalesce(i.number, ''), c.name from payments p join payment_attempts t on t.intent_id = p.intent_id join invoices i on i.id = t.invoice_id join customers c on c.id = i.customer_id where p.charge_id = $1 and p.business_id = $2 and p.mode = $3"),
        args![charge_id, scope.business_id.as_str(), scope.mode.as_str()],
        |r| {
            Ok(super::BehindCharge {
                payment_id: r.text(0)?,
                invoice_id: r.text(1)?,
                number: r.text(2)?,
                customer: r.text(3)?,
            })
        },
    )
}

/// The provider's id of its charge, or who told it.
pub(super) fn get_charge_id(tx: &mut Tx<'_>, payment_id: &str) -> Result<String, Error> {
    tx.get(
        sql!("select charge_id from payments where id = $1"),
        args![payment_id],
        |r| r.text(0),
    )
}
