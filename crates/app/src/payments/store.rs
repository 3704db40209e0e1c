//! Rows of `payment_attempts` and `payments`.

use billing::Mode;
use billing::currency::Currency;
use billing::id::BusinessId;
use billing::money::Money;
use billing::payment::decline::DeclineGroup;
use billing::payment::settle::{Attempt, AttemptStatus};
use kit::db::{Error, Row, Tx};
use kit::{args, sql};

use crate::who::Scope;

/// One try to pay an amount due: written down, with its idempotency key, before Stripe is asked.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// The attempt.
    pub id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// What it pays.
    pub invoice_id: String,
    /// Bound to the intention, not to the call (PAY-10).
    pub idempotency_key: String,
    /// What was asked for.
    pub amount: Money,
    /// `pi_…`, once known.
    pub intent_id: Option<String>,
    /// Where it stands.
    pub status: AttemptStatus,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
}

impl AttemptRow {
    /// As the rules see it.
    pub fn facts(&self, booked: Option<Money>) -> Attempt {
        Attempt {
            intent_id: self.intent_id.clone(),
            mode: self.scope.mode,
            status: self.status,
            amount: self.amount,
            booked,
        }
    }
}

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

fn money(minor: i64, code: &str) -> Result<Money, Error> {
    let currency =
        Currency::parse(code).map_err(|_| Error::Shape(format!("“{code}” is no currency")))?;
    Money::from_minor(minor, currency).map_err(|e| Error::Shape(e.to_string()))
}

pub(super) fn scope(business: String, mode: &str) -> Result<Scope, Error> {
    let shape = || Error::Shape("a bad business or mode".into());
    Ok(Scope {
        business_id: BusinessId::parse(business).map_err(|_| shape())?,
        mode: Mode::parse(mode).map_err(|_| shape())?,
    })
}

macro_rules! select_attempt {
    ($rest:literal) => {
        sql!(concat!(
            "select id, business_id, mode, invoice_id, idempotency_key, amount_minor, currency, intent_id, state, failure_group, created_at, updated_at from payment_attempts ",
            $rest
        ))
    };
}

fn read_attempt(r: &Row) -> Result<AttemptRow, Error> {
    let status = AttemptStatus::parse(&r.text(8)?, DeclineGroup::parse(&r.text(9)?));
    Ok(AttemptRow {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        invoice_id: r.text(3)?,
        idempotency_key: r.text(4)?,
        amount: money(r.int(5)?, &r.text(6)?)?,
        intent_id: r.opt_text(7)?,
        status: status.ok_or_else(|| Error::Shape("a bad attempt state".into()))?,
        created_at: r.int(10)?,
        updated_at: r.int(11)?,
    })
}

/// A part of an attempt: what it pays of one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The invoice.
    pub invoice_id: String,
    /// What is asked for it.
    pub amount: Money,
}

pub(super) fn find_live_attempt(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1 and live = 1)"),
        args![invoice_id],
        read_attempt,
    )
}

/// The live attempts over any of these invoices, each once; their rows taken.
pub(super) fn lock_live_attempts(
    tx: &mut Tx<'_>,
    items: &[Item],
) -> Result<Vec<AttemptRow>, Error> {
    let mut ids = Vec::new();
    for item in items {
        ids.extend(find_live_attempt(tx, &item.invoice_id)?.map(|a| a.id));
    }
    ids.sort();
    ids.dedup();
    ids.iter().map(|id| lock_attempt(tx, id)).collect()
}

/// What an attempt pays of each invoice, in the order of their ids.
pub(super) fn list_items(tx: &mut Tx<'_>, attempt_id: &str) -> Result<Vec<Item>, Error> {
    tx.list(
        sql!("select i.invoice_id, i.amount_minor, a.currency from payment_attempt_invoices i join payment_attempts a on a.id = i.attempt_id where i.attempt_id = $1 order by i.invoice_id"),
        args![attempt_id],
        |r| Ok(Item { invoice_id: r.text(0)?, amount: money(r.int(1)?, &r.text(2)?)? }),
    )
}

pub(super) fn insert_items(tx: &mut Tx<'_>, attempt_id: &str, items: &[Item]) -> Result<(), Error> {
    for item in items {
        tx.execute(
            sql!("insert into payment_attempt_invoices (attempt_id, invoice_id, amount_minor, live) values ($1, $2, $3, 1)"),
            args![attempt_id, &item.invoice_id, item.amount.minor()],
        )?;
    }
    Ok(())
}

pub(super) fn update_items(tx: &mut Tx<'_>, attempt_id: &str, items: &[Item]) -> Result<(), Error> {
    for item in items {
        tx.execute(
            sql!("update payment_attempt_invoices set amount_minor = $3 where attempt_id = $1 and invoice_id = $2"),
            args![attempt_id, &item.invoice_id, item.amount.minor()],
        )?;
    }
    Ok(())
}

pub(super) fn is_live(tx: &mut Tx<'_>, attempt_id: &str) -> Result<bool, Error> {
    let live = tx.find(
        sql!("select 1 from payment_attempts where id = $1 and state in ('started', 'processing', 'declined')"),
        args![attempt_id],
        |_| Ok(()),
    )?;
    Ok(live.is_some())
}

/// Over, as long as its intent is not known.
pub(super) fn update_attempt_given_up(
    tx: &mut Tx<'_>,
    attempt_id: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set state = 'canceled', updated_at = $2 where id = $1 and intent_id is null and state in ('started', 'declined')"),
        args![attempt_id, now_ms],
    )?;
    update_items_live(tx, attempt_id)
}

/// An invoice is free for another attempt when the one over it is over.
fn update_items_live(tx: &mut Tx<'_>, attempt_id: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempt_invoices set live = case when exists (select 1 from payment_attempts a where a.id = $1 and a.state in ('started', 'processing', 'declined')) then 1 else 0 end where attempt_id = $1"),
        args![attempt_id],
    )
    .map(drop)
}

pub(super) fn find_latest_attempt(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) order by created_at desc, id desc limit 1"),
        args![invoice_id],
        read_attempt,
    )
}

pub(super) fn list_asked_attempts(
    tx: &mut Tx<'_>,
    invoice_id: &str,
) -> Result<Vec<AttemptRow>, Error> {
    tx.list(select_attempt!("where id in (select attempt_id from payment_attempt_invoices where invoice_id = $1) and intent_id is not null and state <> 'succeeded' order by created_at"), args![invoice_id], read_attempt)
}

pub(super) fn lock_attempt(tx: &mut Tx<'_>, id: &str) -> Result<AttemptRow, Error> {
    tx.get(
        select_attempt!("where id = $1 for update"),
        args![id],
        read_attempt,
    )
}

pub(super) fn find_attempt_by_intent(
    tx: &mut Tx<'_>,
    scope: &Scope,
    intent_id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where intent_id = $1 and business_id = $2 and mode = $3"),
        args![intent_id, scope.business_id.as_str(), scope.mode.as_str()],
        read_attempt,
    )
}

pub(super) fn find_attempt(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
) -> Result<Option<AttemptRow>, Error> {
    tx.find(
        select_attempt!("where id = $1 and business_id = $2 and mode = $3"),
        args![id, scope.business_id.as_str(), scope.mode.as_str()],
        read_attempt,
    )
}

pub(super) fn list_open_attempts(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asked_before: i64,
) -> Result<Vec<AttemptRow>, Error> {
    tx.list(
        select_attempt!("where business_id = $1 and mode = $2 and state in ('started', 'processing', 'declined') and intent_id is not null and (asked_at is null or asked_at < $3) order by updated_at limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str(), asked_before],
        read_attempt,
    )
}

pub(super) struct NewAttempt<'a> {
    pub id: &'a str,
    pub scope: &'a Scope,
    pub invoice_id: &'a str,
    pub idempotency_key: &'a str,
    pub amount: Money,
    pub account_id: &'a str,
}

pub(super) fn insert_attempt(
    tx: &mut Tx<'_>,
    a: &NewAttempt<'_>,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into payment_attempts (id, business_id, mode, invoice_id, idempotency_key, amount_minor, currency, account_id, state, intent_status, failure_code, failure_group, last_request_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 'started', '', '', '', '', $9, $9)"),
        args![a.id, a.scope.business_id.as_str(), a.scope.mode.as_str(), a.invoice_id, a.idempotency_key, a.amount.minor(), a.amount.currency().code(), a.account_id, now_ms],
    )
    .map(drop)
}

/// Whether the intent is the attempt's now; false when it has another.
pub(super) fn update_attempt_intent(
    tx: &mut Tx<'_>,
    id: &str,
    intent_id: &str,
    request_id: &str,
    now_ms: i64,
) -> Result<bool, Error> {
    tx.execute(
        sql!("update payment_attempts set intent_id = $2, last_request_id = $3, updated_at = $4 where id = $1 and (intent_id is null or intent_id = $2)"),
        args![id, intent_id, request_id, now_ms],
    )
    .map(|touched| touched == 1)
}

pub(super) fn update_attempt_key(
    tx: &mut Tx<'_>,
    id: &str,
    key: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set idempotency_key = $2, created_at = $3, updated_at = $3 where id = $1 and intent_id is null"),
        args![id, key, now_ms],
    )
    .map(drop)
}

pub(super) fn update_attempt_amount(
    tx: &mut Tx<'_>,
    id: &str,
    amount: Money,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set amount_minor = $2, currency = $3, updated_at = $4 where id = $1"),
        args![id, amount.minor(), amount.currency().code(), now_ms],
    )
    .map(drop)
}

pub(super) fn update_attempt_status(
    tx: &mut Tx<'_>,
    id: &str,
    status: AttemptStatus,
    failure_code: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let group = match status {
        AttemptStatus::Declined(group) => group.word_key(),
        _ => "",
    };
    tx.execute(
        sql!("update payment_attempts set state = $2, failure_group = $3, failure_code = $4, updated_at = $5 where id = $1"),
        args![id, status.as_str(), group, failure_code, now_ms],
    )?;
    update_items_live(tx, id)
}

pub(super) fn update_attempt_asked(
    tx: &mut Tx<'_>,
    id: &str,
    intent_status: &str,
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payment_attempts set asked_at = $3, intent_status = $2 where id = $1"),
        args![id, intent_status, now_ms],
    )
    .map(drop)
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
    let settled_money = |minor: Option<i64>| minor.map(|m| money(m, &settled)).transpose();
    Ok(PaymentSummary {
        id: r.text(0)?,
        scope: scope(r.text(1)?, &r.text(2)?)?,
        amount: money(r.int(3)?, &currency)?,
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

/// Money that fits nowhere.
pub(super) struct Waiting {
    pub payment: PaymentSummary,
    pub why: String,
    pub reference: String,
}

/// The tray, oldest first, at most two hundred.
pub(super) fn list_unallocated(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Waiting>, Error> {
    let payments = tx.list(
        select_payment!("where p.business_id = $1 and p.mode = $2 and p.unallocated <> '' order by p.received_at, p.id limit 200"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        read_payment,
    )?;
    let mut waiting = Vec::new();
    for payment in payments {
        let more = get_particulars(tx, &payment.id)?;
        waiting.push(Waiting {
            payment,
            why: more.unallocated,
            reference: more.reference,
        });
    }
    Ok(waiting)
}

pub(super) fn count_unallocated(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    tx.get(
        sql!("select count(*) from payments where business_id = $1 and mode = $2 and unallocated <> ''"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| r.int(0),
    )
}

pub(super) fn update_unallocated(tx: &mut Tx<'_>, id: &str, why: &str) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set unallocated = $2 where id = $1"),
        args![id, why],
    )
    .map(drop)
}

/// It has its place.
pub(super) fn update_allocated(
    tx: &mut Tx<'_>,
    id: &str,
    customer_id: &str,
    applied: Money,
) -> Result<(), Error> {
    tx.execute(
        sql!("update payments set unallocated = '', customer_id = $2, allocated_minor = $3 where id = $1 and unallocated <> ''"),
        args![id, customer_id, applied.minor()],
    )
    .map(drop)
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
        |r| Ok((r.text(0)?, money(r.int(1)?, &r.text(2)?)?)),
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

/// The invoice an online payment was opened for.
pub(super) fn find_invoice_of_intent(
    tx: &mut Tx<'_>,
    intent_id: &str,
) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select invoice_id from payment_attempts where intent_id = $1"),
        args![intent_id],
        |r| r.text(0),
    )
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

/// The account an intent was made at; empty while its key may not ask for it.
pub(super) fn find_account_of_intent(
    tx: &mut Tx<'_>,
    intent_id: &str,
) -> Result<Option<String>, Error> {
    tx.find(
        sql!("select account_id from payment_attempts where intent_id = $1"),
        args![intent_id],
        |r| r.text(0),
    )
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
        |r| Ok((r.text(0)?, money(r.int(1)?, &r.text(2)?)?)),
    )
}

/// When the first payment of a drawer was tried, Unix milliseconds.
pub(super) fn find_first_attempt_at(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account_id: &str,
) -> Result<Option<i64>, Error> {
    tx.get(
        sql!("select min(created_at) from payment_attempts where business_id = $1 and mode = $2 and (account_id = $3 or account_id = '')"),
        args![scope.business_id.as_str(), scope.mode.as_str(), account_id],
        |r| r.opt_int(0),
    )
}

/// What payments whose line in the account is not known yet come to, by currency.
pub(super) fn list_sums_without_line(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Money>, Error> {
    tx.list(
        sql!("select currency, cast(sum(amount_minor) as bigint) from payments where business_id = $1 and mode = $2 and intent_id <> '' and balance_transaction_id is null and state = 'succeeded' group by currency order by currency"),
        args![scope.business_id.as_str(), scope.mode.as_str()],
        |r| money(r.int(1)?, &r.text(0)?),
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
