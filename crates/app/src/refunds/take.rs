//! What a refund does to the books: P04 when the money goes, P05 when it comes back.

use billing::allocation::SourceKind;
use billing::id::InvoiceId;
use billing::ledger::documents::{ClaimPart, Division, refund_failed, refund_made};
use billing::ledger::{Account, Entry, LedgerError};
use billing::money::{Money, MoneyError};
use billing::refund::take_back;
use kit::db::{Error, Tx};
use stripe::Refund;

use super::{RefundRow, Share, store};
use crate::app::App;
use crate::customers;
use crate::invoices::claim::{self, Source};
use crate::ledger::{self, About, of_customer};
use crate::payments::booked::Booked;
use crate::payments::{line, tray};
use crate::settings;

/// How a refund divides: what each invoice gives back, and what comes from the customer's credit.
pub(super) struct Plan {
    /// Above zero: all of it that is credit.
    pub from_credit: Money,
    /// Per invoice; those that give nothing are left out.
    pub shares: Vec<Share>,
}

/// What a refund of this amount would open and take, for who is about to make one.
pub(super) struct Foreseen {
    pub from_credit: Money,
    pub claims: Vec<Share>,
}

/// Looks ahead without changing anything.
///
/// # Errors
/// Of the database.
pub(super) fn foresee(tx: &mut Tx<'_>, payment: &Booked, amount: Money) -> Result<Foreseen, Error> {
    let plan = plan(tx, payment, amount)?;
    Ok(Foreseen {
        from_credit: plan.from_credit,
        claims: plan
            .shares
            .into_iter()
            .filter(|share| share.claim.is_positive())
            .collect(),
    })
}

/// First from the customer's credit that this payment made (overpaid, or freed by a credit note), then from the claims
/// it had settled.
fn plan(tx: &mut Tx<'_>, payment: &Booked, amount: Money) -> Result<Plan, Error> {
    let currency = amount.currency();
    let sources = sources(tx, payment)?;
    let pool = of_customer::credit(tx, &payment.scope, &payment.customer_id, currency)?;
    let freed = sources.iter().map(|source| source.freed);
    let made = freed.chain([own_credit(tx, payment, &sources)?]);
    let made = Money::sum(currency, made).map_err(shape)?;
    let applied: Vec<Money> = sources.iter().map(|source| source.applied).collect();
    let credit = made.at_most(pool).map_err(shape)?;
    let taken = take_back(amount, credit, &applied).map_err(shape)?;

    let mut credit_left = taken.from_credit;
    let mut shares = Vec::new();
    for (source, part) in sources.into_iter().zip(taken.from_invoices) {
        let freed = source.freed.at_most(credit_left).map_err(shape)?;
        credit_left = credit_left.checked_sub(freed).map_err(shape)?;
        let amount = part.checked_add(freed).map_err(shape)?;
        if amount.is_positive() {
            shares.push(Share {
                invoice_id: source.invoice_id,
                number: source.number,
                amount,
                claim: part,
            });
        }
    }
    Ok(Plan {
        from_credit: taken.from_credit,
        shares,
    })
}

/// P04: the money goes. What comes from claims opens them again. The fee is not returned: no posting for it.
pub(super) fn take(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
) -> Result<(), Error> {
    // Locked before they are read: a credit note on one of them comes before or after, never in between.
    for share in claim::list_shares(tx, &Source::payment(payment.id.as_str()))? {
        claim::lock(tx, &payment.scope, &share.invoice_id)?;
    }
    if payment.customer_id.is_empty() {
        // Money that fits nowhere: no claim and no customer gives it, the tray does.
        store::update_taken(tx, &refund.id, refund.amount, app.now_ms())?;
        let entry = tray::give_back(tx, &payment.id, refund.amount)?;
        return post(tx, app, payment, refund, "refund", &entry);
    }
    // Nor may their credit be used on an invoice in between.
    customers::lock(tx, &payment.customer_id)?;
    let plan = plan(tx, payment, refund.amount)?;
    let mut claims = Vec::new();
    for share in &plan.shares {
        reopen(tx, app, payment, refund, share)?;
        if share.claim.is_positive() {
            claims.push(ClaimPart {
                invoice_id: InvoiceId::parse(share.invoice_id.as_str())
                    .map_err(|_| Error::Shape("an allocation of no invoice".into()))?,
                amount: share.claim,
            });
        }
    }
    store::update_taken(tx, &refund.id, plan.from_credit, app.now_ms())?;
    let division = Division::new(refund.amount, claims).map_err(unbalanced)?;
    let entry = refund_made(Account::StripeClearing, &division).map_err(unbalanced)?;
    post(tx, app, payment, refund, "refund", &entry)?;
    bring_in_step(tx, payment)
}

/// P05: the money is here again, and belongs to the customer. What was opened stays open: a person decides what
/// becomes of the credit.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
) -> Result<(), Error> {
    store::update_returned(tx, &refund.id, app.now_ms())?;
    if payment.customer_id.is_empty() {
        let entry = tray::take_again(tx, &payment.id, refund.amount)?;
        return post(tx, app, payment, refund, "refund_failure", &entry);
    }
    let entry = refund_failed(Account::StripeClearing, refund.amount).map_err(unbalanced)?;
    post(tx, app, payment, refund, "refund_failure", &entry)?;
    for share in store::list_shares(tx, refund)? {
        claim::note(
            tx,
            app,
            &share.invoice_id,
            "refund-failed",
            "stripe",
            &refund.id,
        )?;
    }
    bring_in_step(tx, payment)
}

/// The lines of the refund in Stripe's account move the same money between clearing and the balance, each once by its
/// id. A line that did not come with this news comes with the next, or with the account's own list.
pub(super) fn lines(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &RefundRow,
    refund: &Refund,
) -> Result<(), Error> {
    for line in [refund.line(), refund.failure_line()].into_iter().flatten() {
        // Clearing holds the refund in the payer's currency; what came in or went out of it in another is told apart.
        let presented = if line.amount < 0 {
            -row.amount
        } else {
            row.amount
        };
        let about = about(tx, app, payment, row, ledger::BALANCE_TRANSACTION)?;
        line::post(tx, app, &payment.scope, line, Some(presented), about)?;
    }
    Ok(())
}

/// One invoice this payment settled, and what of it can still be taken back.
struct Standing {
    invoice_id: String,
    number: String,
    applied: Money,
    freed: Money,
    /// What the payment settled of it at first.
    whole: Money,
}

fn sources(tx: &mut Tx<'_>, payment: &Booked) -> Result<Vec<Standing>, Error> {
    let shares = claim::list_shares(tx, &Source::payment(payment.id.as_str()))?;
    let mut out = Vec::new();
    for share in shares {
        let claim = claim::get(tx, &payment.scope, &share.invoice_id)?;
        let (from_claim, in_all) = store::get_taken(tx, &payment.id, &share.invoice_id)?;
        let freed_in_all = claim::freed(tx, &claim)?
            .at_most(share.amount)
            .map_err(shape)?;
        let minor = |m: i64| Money::from_minor(m.max(0), share.amount.currency()).map_err(shape);
        let freed = minor(freed_in_all.minor() - (in_all - from_claim))?;
        let applied = minor(share.amount.minor() - freed_in_all.minor() - from_claim)?;
        out.push(Standing {
            invoice_id: share.invoice_id,
            number: share.number,
            applied: applied.at_most(not_below(claim.applied)).map_err(shape)?,
            freed,
            whole: share.amount,
        });
    }
    Ok(out)
}

/// What of the payment no invoice ever used, and what came back of refunds that failed, less what refunds took of it.
fn own_credit(tx: &mut Tx<'_>, payment: &Booked, sources: &[Standing]) -> Result<Money, Error> {
    let used: i64 = sources.iter().map(|source| source.whole.minor()).sum();
    let taken = store::get_taken_from_credit(tx, &payment.id)?;
    let mut freed_taken = 0;
    for source in sources {
        let (from_claim, in_all) = store::get_taken(tx, &payment.id, &source.invoice_id)?;
        freed_taken += in_all - from_claim;
    }
    let returned = store::get_returned(tx, &payment.id)?;
    let left = payment.amount.minor() - used + returned - (taken - freed_taken);
    Money::from_minor(left.max(0), payment.amount.currency()).map_err(shape)
}

fn reopen(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
    share: &Share,
) -> Result<(), Error> {
    store::insert_share(tx, &refund.id, share)?;
    let claim = claim::lock(tx, &payment.scope, &share.invoice_id)?;
    let source = Source::new(SourceKind::Refund, refund.id.as_str());
    claim::take_back(tx, app, &claim, &source, share.claim)?;
    let actor = if refund.asked_by.is_empty() {
        "stripe"
    } else {
        &refund.asked_by
    };
    claim::note(tx, app, &share.invoice_id, "refunded", actor, &refund.id)
}

/// What refunds gave back for each invoice of the payment, recomputed: standings are told from it.
fn bring_in_step(tx: &mut Tx<'_>, payment: &Booked) -> Result<(), Error> {
    for share in claim::list_shares(tx, &Source::payment(payment.id.as_str()))? {
        let refunded = store::get_refunded(tx, &share.invoice_id)?;
        let refunded = store::money(refunded, share.amount.currency().code())?;
        claim::set_refunded(tx, &share.invoice_id, refunded)?;
    }
    Ok(())
}

fn post(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
    kind: &'static str,
    entry: &Entry,
) -> Result<(), Error> {
    let about = about(tx, app, payment, refund, kind)?;
    ledger::post(tx, app, &payment.scope, &about, entry).map(drop)
}

fn about(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
    kind: &'static str,
) -> Result<About, Error> {
    let zone = settings::business(tx, &payment.scope.business_id)?.zone();
    Ok(About {
        kind,
        subject: refund.id.clone(),
        date: app.clock().today_in(&zone),
        memo: refund.stripe_id.clone().unwrap_or_default(),
        invoice_id: None,
        customer_id: Some(payment.customer_id.clone()).filter(|id| !id.is_empty()),
    })
}

fn not_below(amount: Money) -> Money {
    if amount.is_negative() {
        Money::zero(amount.currency())
    } else {
        amount
    }
}

fn shape(error: MoneyError) -> Error {
    Error::Shape(error.to_string())
}

fn unbalanced(error: LedgerError) -> Error {
    Error::Shape(error.to_string())
}
