//! What a refund does to the books: P04 when the money goes, P05 when it comes back.

use billing::allocation::SourceKind;
use billing::ledger::documents::{Division, refund_failed, refund_made};
use billing::ledger::{Account, Entry, LedgerError};
use billing::money::Money;
use kit::db::{Error, Tx};
use stripe::Refund;

use super::{RefundRow, store};
use crate::app::App;
use crate::balance::{self, Behind};
use crate::invoices::claim::{self, Source};
use crate::ledger::{self, About};
use crate::payments::back;
use crate::payments::booked::Booked;
use crate::payments::line;
use crate::settings;

/// P04: the money goes. What comes from claims opens them again. The fee is not returned: no posting for it.
pub(super) fn take(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
) -> Result<(), Error> {
    store::update_taken(tx, &refund.id, app.now_ms())?;
    let division = back::take(tx, app, payment, &refund.source(), refund.amount)?;
    post(tx, app, payment, refund, "refund", &division, refund_made)?;
    let actor = if refund.asked_by.is_empty() {
        "stripe"
    } else {
        &refund.asked_by
    };
    note(tx, app, refund, "refunded", actor)?;
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
    let division = back::came_back(tx, payment, &refund.source(), refund.amount)?;
    post(
        tx,
        app,
        payment,
        refund,
        "refund_failure",
        &division,
        refund_failed,
    )?;
    note(tx, app, refund, "refund-failed", "stripe")?;
    bring_in_step(tx, payment)
}

/// The lines of the refund in Stripe's account move the same money between clearing and the balance. Clearing holds it
/// in the payer's currency; what came in or went out of it in another is told apart, and the difference is gain or loss.
pub(super) fn lines(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &RefundRow,
    refund: &Refund,
) -> Result<(), Error> {
    let lines: Vec<_> = [refund.line(), refund.failure_line()]
        .into_iter()
        .flatten()
        .collect();
    let behind = Behind {
        paid: row.amount,
        carried: balance::carried(tx, &payment.scope, &payment.charge_id, row.amount)?,
    };
    line::take(tx, app, payment, &refund.id, &lines, behind)
}

/// A line in the history of every invoice it was for.
fn note(
    tx: &mut Tx<'_>,
    app: &App,
    refund: &RefundRow,
    act: &str,
    actor: &str,
) -> Result<(), Error> {
    for share in back::list_shares(tx, &refund.source())? {
        claim::note(tx, app, &share.invoice_id, act, actor, &refund.id)?;
    }
    Ok(())
}

/// What refunds gave back for each invoice of the payment, recomputed: standings are told from it.
fn bring_in_step(tx: &mut Tx<'_>, payment: &Booked) -> Result<(), Error> {
    for share in claim::list_shares(tx, &Source::payment(payment.id.as_str()))? {
        let all = back::list_on_invoice(tx, SourceKind::Refund, &share.invoice_id)?;
        let sum = Money::sum(share.amount.currency(), all.iter().map(|one| one.amount))
            .map_err(|e| Error::Shape(e.to_string()))?;
        claim::set_refunded(tx, &share.invoice_id, sum)?;
    }
    Ok(())
}

/// The rule that makes the entry.
type Rule = fn(Account, &Division) -> Result<Entry, LedgerError>;

fn post(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    refund: &RefundRow,
    kind: &'static str,
    division: &Division,
    rule: Rule,
) -> Result<(), Error> {
    let entry = rule(Account::StripeClearing, division).map_err(|e| Error::Shape(e.to_string()))?;
    let zone = settings::business(tx, &payment.scope.business_id)?.zone();
    let about = About {
        kind,
        subject: refund.id.clone(),
        date: app.clock().today_in(&zone),
        memo: refund.stripe_id.clone().unwrap_or_default(),
        invoice_id: None,
        customer_id: Some(payment.customer_id.clone()).filter(|id| !id.is_empty()),
    };
    ledger::post(tx, app, &payment.scope, &about, &entry).map(drop)
}
