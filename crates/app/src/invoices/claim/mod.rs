//! The claim an issued invoice stands for, as payments see it: what is due, and what becomes of it.

mod store;

use billing::allocation::{SourceKind, Tally};
use billing::credit_note::Effect;
use billing::currency::Currency;
use billing::id::InvoiceId;
use billing::invoice::state::InvoiceState;
use billing::ledger::documents::{ClaimPart, TaxPart, written_off};
use billing::money::{Money, MoneyError};
use billing::standing::Facts;
use jiff::civil::Date;
use kit::db::{Error, Tx};

use crate::app::App;
use crate::ledger::{self, About};
use crate::who::Scope;

/// What is owed on one invoice.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The invoice.
    pub invoice_id: String,
    /// Whose, and in which drawer.
    pub scope: Scope,
    /// Who owes.
    pub customer_id: String,
    /// As printed; empty for a draft.
    pub number: String,
    /// Where it stands.
    pub state: InvoiceState,
    /// Last day to pay; nothing for a draft.
    pub due_date: Option<Date>,
    /// The whole.
    pub total: Money,
    /// What was applied so far: payments, credit, credit notes, less what reopened the claim.
    pub applied: Money,
    /// Money that ever came for it, before refunds.
    pub received: Money,
    /// What credit notes took back.
    pub credited: Money,
    /// What was given up; may still be paid.
    pub written_off: Money,
    /// What refunds sent back.
    pub refunded: Money,
    /// What open disputes hold.
    pub disputed: Money,
    /// When the evidence of the most urgent open dispute is due, Unix milliseconds.
    pub dispute_due_at: Option<i64>,
    /// What a bank is still working on.
    pub processing: Money,
}

impl Claim {
    /// What may still be paid: total less what was applied, never below zero. What was given up may still be paid.
    pub fn amount_due(&self) -> Money {
        let zero = Money::zero(self.total.currency());
        let due = self
            .total
            .checked_sub(self.applied)
            .and_then(|due| due.checked_add(self.written_off))
            .unwrap_or(zero);
        if due.is_negative() { zero } else { due }
    }

    /// The facts its standing is told from.
    pub fn facts(&self, today: Date) -> Facts {
        Facts {
            state: self.state,
            amount_due: self.amount_due(),
            applied: self.applied,
            received: self.received,
            refunded: self.refunded,
            credited: self.credited,
            disputed: self.disputed.is_positive(),
            processing: self.processing.is_positive(),
            due_date: self.due_date,
            today,
        }
    }
}

/// Where an allocation comes from: the kind, and the id of that payment, credit note, refund …
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Which one. An invoice knows each source once: applying it again does nothing.
    pub id: String,
}

impl Source {
    /// A source.
    pub fn new(kind: SourceKind, id: impl Into<String>) -> Source {
        Source {
            kind,
            id: id.into(),
        }
    }

    /// A payment.
    pub fn payment(id: impl Into<String>) -> Source {
        Source::new(SourceKind::Payment, id)
    }
}

/// Reads a claim.
///
/// # Errors
/// [`Error::NoRow`].
pub fn get(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    store::get_claim(tx, scope, invoice_id)
}

/// The open claims on which something is due, due first first, at most two hundred: of one customer, or of all.
///
/// # Errors
/// Of the database.
pub fn list_open(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: Option<&str>,
) -> Result<Vec<Claim>, Error> {
    store::list_open(tx, scope, customer_id.unwrap_or_default())
}

/// An open claim as a line of a bank statement is compared with it.
#[derive(Clone, Debug)]
pub struct Owing {
    /// The invoice.
    pub invoice_id: String,
    /// As printed.
    pub number: String,
    /// Who owes.
    pub customer_id: String,
    /// By name, as it is today.
    pub customer: String,
    /// What is due.
    pub due: Money,
    /// The day of issue.
    pub issued: Date,
    /// A bank is working on a payment of it.
    pub processing: bool,
}

/// So many are read at a time.
const STRETCH: usize = 2_000;

/// Everything that is owed, due first first: read stretch by stretch, so that nothing is left out however much it is.
///
/// # Errors
/// Of the database.
pub fn list_owing(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Owing>, Error> {
    list_owing_by(tx, scope, STRETCH)
}

fn list_owing_by(tx: &mut Tx<'_>, scope: &Scope, stretch: usize) -> Result<Vec<Owing>, Error> {
    let mut all: Vec<Owing> = Vec::new();
    let mut last = (String::new(), String::new());
    loop {
        let after = (last.0.as_str(), last.1.as_str());
        let most = i64::try_from(stretch).unwrap_or(i64::MAX);
        let part = store::list_owing_after(tx, scope, after, most)?;
        let is_last = part.len() < stretch;
        for (owing, due_date) in part {
            last = (due_date, owing.invoice_id.clone());
            all.push(owing);
        }
        if is_last {
            return Ok(all);
        }
    }
}

/// Takes the invoice's row, so that whoever else wants to change it waits; then reads the claim.
///
/// # Errors
/// [`Error::NoRow`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, invoice_id: &str) -> Result<Claim, Error> {
    store::lock_claim(tx, scope, invoice_id)
}

/// Settles a part of the locked claim from a source, once per source; nothing for an amount of zero. Answers the
/// claim as it stands then. The sums are recomputed from the allocations, never added up in passing, so that a
/// repeated booking is harmless. The entry in the ledger is the caller's: receivable less the same amount.
///
/// # Errors
/// Of the database; `invoices_are_not_over_applied` when it is more than what is due.
pub fn apply(
    tx: &mut Tx<'_>,
    app: &App,
    claim: &Claim,
    source: &Source,
    amount: Money,
) -> Result<Claim, Error> {
    if amount.is_positive() {
        store::insert_allocation(tx, &app.new_id(), claim, source, amount, app.now_ms())?;
    }
    recompute(tx, app, claim)
}

/// Reopens a part of the locked claim (money went back, was never there, or moved elsewhere), once per source. The
/// counterpart of [`apply`]: the entry is receivable plus the same amount.
///
/// # Errors
/// Of the database; `invoices_are_not_over_applied` when it is more than what was applied.
pub fn take_back(
    tx: &mut Tx<'_>,
    app: &App,
    claim: &Claim,
    source: &Source,
    amount: Money,
) -> Result<Claim, Error> {
    if amount.is_positive() {
        store::insert_allocation(tx, &app.new_id(), claim, source, -amount, app.now_ms())?;
    }
    recompute(tx, app, claim)
}

/// A credit note on the locked claim, once: `effect.settles` of what was due is closed, and what it frees of what had been
/// settled is the customer's credit, both in one step, so that a paid invoice stays paid. The entries are the caller's.
///
/// # Errors
/// Of the database.
pub fn credit(
    tx: &mut Tx<'_>,
    app: &App,
    claim: &Claim,
    note_id: &str,
    effect: Effect,
) -> Result<Claim, Error> {
    let total = effect.settles.checked_add(effect.frees);
    let total = total.map_err(|e| Error::Shape(e.to_string()))?;
    let now = app.now_ms();
    let note = Source::new(SourceKind::CreditNote, note_id);
    store::insert_allocation(tx, &app.new_id(), claim, &note, total, now)?;
    if effect.frees.is_positive() {
        let freed = Source::new(SourceKind::Credit, note_id);
        store::insert_allocation(tx, &app.new_id(), claim, &freed, -effect.frees, now)?;
    }
    recompute(tx, app, claim)
}

/// Annuls the locked claim of an invoice to which nothing was applied: its entry is taken back, its number stays used.
/// Answers whether it was done; `billing` decides.
///
/// # Errors
/// Of the database.
pub fn void(tx: &mut Tx<'_>, app: &App, claim: &Claim, date: Date) -> Result<bool, Error> {
    if claim.state.void(claim.applied) != Ok(InvoiceState::Void) {
        return Ok(false);
    }
    store::update_void(tx, &claim.invoice_id, app.now_ms())?;
    if claim.total.is_positive() {
        let about = about(claim, "invoice_voided", claim.invoice_id.clone(), date);
        ledger::reverse(
            tx,
            app,
            &claim.scope,
            &about,
            "invoice_issued",
            &claim.invoice_id,
        )?;
    }
    Ok(true)
}

/// Gives the locked claim up: what is due becomes bad debt, less `taxes`, which the law lets the seller take back (P10).
/// It may still be paid: then [`recover`] takes all of this back. Answers whether it was done; `billing` decides.
///
/// # Errors
/// Of the database.
pub fn give_up(
    tx: &mut Tx<'_>,
    app: &App,
    claim: &Claim,
    write_off_id: &str,
    taxes: &[TaxPart],
    date: Date,
) -> Result<bool, Error> {
    let amount = claim.amount_due();
    if claim.state.give_up() != Ok(InvoiceState::Uncollectible) || !amount.is_positive() {
        return Ok(false);
    }
    let part = ClaimPart {
        invoice_id: InvoiceId::parse(claim.invoice_id.as_str())
            .map_err(|_| Error::Shape("an invoice with a bad id".into()))?,
        amount,
    };
    let entry = written_off(part, taxes).map_err(|e| Error::Shape(e.to_string()))?;
    let about = about(claim, "write_off", write_off_id.to_owned(), date);
    ledger::post(tx, app, &claim.scope, &about, &entry)?;
    store::update_state(tx, &claim.invoice_id, InvoiceState::Uncollectible)?;
    let source = Source::new(SourceKind::WriteOff, write_off_id);
    store::insert_allocation(tx, &app.new_id(), claim, &source, amount, app.now_ms())?;
    recompute(tx, app, claim)?;
    Ok(true)
}

fn about(claim: &Claim, kind: &'static str, subject: String, date: Date) -> About {
    About {
        kind,
        subject,
        date,
        memo: claim.number.clone(),
        invoice_id: Some(claim.invoice_id.clone()),
        customer_id: Some(claim.customer_id.clone()),
    }
}

/// A locked claim that was given up comes back before money is applied to it: the write-off is taken back in the
/// books (bad debt recovered) and the invoice is open. Any other claim is answered as it is.
///
/// # Errors
/// Of the database.
pub fn recover(tx: &mut Tx<'_>, app: &App, claim: &Claim, date: Date) -> Result<Claim, Error> {
    if claim.state != InvoiceState::Uncollectible {
        return Ok(claim.clone());
    }
    for (id, amount) in store::list_write_offs(tx, &claim.invoice_id)? {
        let about = about(claim, "write_off_recovered", id.clone(), date);
        ledger::reverse(tx, app, &claim.scope, &about, "write_off", &id)?;
        let back = Source::new(SourceKind::WriteOff, format!("{id}-back"));
        store::insert_allocation(tx, &app.new_id(), claim, &back, -amount, app.now_ms())?;
    }
    store::update_state(tx, &claim.invoice_id, InvoiceState::Open)?;
    note(tx, app, &claim.invoice_id, "recovered", "", "")?;
    recompute(tx, app, claim)
}

/// Brings sums and state in step with the allocations: open and paid follow what is due (`billing` decides).
fn recompute(tx: &mut Tx<'_>, app: &App, claim: &Claim) -> Result<Claim, Error> {
    let shape = |e: MoneyError| Error::Shape(e.to_string());
    let mut tally = Tally::none(claim.total);
    for (kind, amount) in store::list_allocations(tx, &claim.invoice_id)? {
        tally = tally.with(kind, amount).map_err(shape)?;
    }
    let fresh = store::get_claim(tx, &claim.scope, &claim.invoice_id)?;
    let settled = tally.applied.checked_sub(tally.written_off);
    let state = fresh
        .state
        .after_applied(fresh.total, settled.map_err(shape)?)
        .map_err(shape)?;
    store::update_applied(tx, &claim.invoice_id, &tally, state, app.now_ms())?;
    store::get_claim(tx, &claim.scope, &claim.invoice_id)
}

/// What credit notes have freed of the claim: money that had settled it and is credit of the customer now.
///
/// # Errors
/// Of the database.
pub fn freed(tx: &mut Tx<'_>, claim: &Claim) -> Result<Money, Error> {
    let all = store::list_allocations(tx, &claim.invoice_id)?;
    let freed = all
        .into_iter()
        .filter(|(kind, amount)| *kind == SourceKind::Credit && amount.is_negative())
        .map(|(_, amount)| -amount);
    Money::sum(claim.total.currency(), freed).map_err(|e| Error::Shape(e.to_string()))
}

/// Says how much refunds have sent back in all (recomputed by the caller from its own rows).
///
/// # Errors
/// Of the database.
pub fn set_refunded(tx: &mut Tx<'_>, invoice_id: &str, amount: Money) -> Result<(), Error> {
    store::update_refunded(tx, invoice_id, amount.minor())
}

/// Says how much open disputes hold in all, and when the first evidence is due (zero and nothing: none is open).
///
/// # Errors
/// Of the database.
pub fn set_disputed(
    tx: &mut Tx<'_>,
    invoice_id: &str,
    amount: Money,
    due_at: Option<i64>,
) -> Result<(), Error> {
    store::update_disputed(tx, invoice_id, amount.minor(), due_at)
}

/// Notes when the money of a payment can be paid out, on every invoice it was put on; Unix milliseconds. An invoice with
/// several payments keeps the latest.
///
/// # Errors
/// Of the database.
pub fn note_available(tx: &mut Tx<'_>, payment_id: &str, at: i64) -> Result<(), Error> {
    store::update_available(tx, payment_id, at)
}

/// Notes when the money of a payment was in the seller's bank, on every invoice it was put on; Unix milliseconds. Nothing
/// takes it back: the payout failed, or it was a slip.
///
/// # Errors
/// Of the database.
pub fn note_banked(tx: &mut Tx<'_>, payment_id: &str, at: Option<i64>) -> Result<(), Error> {
    store::update_banked(tx, payment_id, at)
}

/// An allocation as other features see it: how much of a source stands on which invoice.
#[derive(Clone, Debug)]
pub struct Share {
    /// The invoice.
    pub invoice_id: String,
    /// Its number.
    pub number: String,
    /// Below zero: it reopened the claim.
    pub amount: Money,
}

/// What a source was applied to, in the order it was.
///
/// # Errors
/// Of the database.
pub fn list_shares(tx: &mut Tx<'_>, source: &Source) -> Result<Vec<Share>, Error> {
    store::list_shares(tx, source)
}

/// The invoices on which a customer's credit was used and not taken back, and how much, the one used last at the end.
///
/// # Errors
/// Of the database.
pub fn list_credit_used(
    tx: &mut Tx<'_>,
    scope: &Scope,
    customer_id: &str,
    currency: Currency,
) -> Result<Vec<Share>, Error> {
    store::list_credit_used(tx, scope, customer_id, currency)
}

/// Says how much of it a bank is working on (zero: nothing).
///
/// # Errors
/// Of the database.
pub fn set_processing(tx: &mut Tx<'_>, invoice_id: &str, amount: Money) -> Result<(), Error> {
    store::update_processing(tx, invoice_id, amount.minor())
}

/// Adds a line to the invoice's history.
///
/// # Errors
/// Of the database.
pub fn note(
    tx: &mut Tx<'_>,
    app: &App,
    invoice_id: &str,
    act: &str,
    actor: &str,
    detail: &str,
) -> Result<(), Error> {
    store::insert_history(
        tx,
        &app.new_id(),
        invoice_id,
        act,
        actor,
        detail,
        app.now_ms(),
    )
}
