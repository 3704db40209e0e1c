//! The one function all news of a dispute ends in: what Stripe says, freshly fetched, becomes rows, entries and an
//! alarm. One transaction; doing it again does nothing.

use billing::currency::Currency;
use billing::dispute::{DisputeStatus, Mismatch, Steps, Told, settle as decide};
use billing::money::Money;
use jiff::Timestamp;
use kit::db::{Error, Tx};
use stripe::Dispute;

use super::{Act, DisputeRow, Fee, MAIL_ALARM, alarm, store, take};
use crate::app::App;
use crate::payments::after;
use crate::payments::booked::{self, Booked};
use crate::problem::Problem;
use crate::who::Scope;

/// What came of hearing of a dispute.
pub type Heard = after::Heard<Steps, Mismatch>;

/// Books, marks, or does nothing: whatever the dispute says that we do not know yet.
///
/// # Errors
/// [`Problem::Internal`] for a dispute in words nobody knows; else of the database.
pub async fn hear(app: &App, scope: &Scope, dispute: &Dispute) -> Result<Heard, Problem> {
    let told = told(dispute).map_err(Problem::internal)?;
    let (app_in, scope, dispute) = (app.clone(), scope.clone(), dispute.clone());
    let heard = app
        .db()
        .write(move |tx| hear_in(tx, &app_in, &scope, &dispute, &told))
        .await?;
    if let Heard::Contradicts(mismatch) = &heard {
        tracing::error!(%mismatch, "a dispute contradicts what was written down");
    }
    Ok(heard)
}

fn hear_in(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    dispute: &Dispute,
    told: &Told,
) -> Result<Heard, Error> {
    let (charge, intent) = (dispute.charge.as_deref(), dispute.payment_intent.as_deref());
    let Some(found) = booked::find_by_stripe(tx, scope, charge, intent)? else {
        return Ok(Heard::NotOurs);
    };
    let payment = booked::lock(tx, scope, &found.id)?;
    let known = store::lock_by_stripe_id(tx, scope, &told.id)?;
    let is_new = known.is_none();
    // Written down, it could not be kept; and one dispute must not stop whoever asks about all of them.
    if is_new && !told.amount.is_positive() {
        return Ok(Heard::Contradicts(Mismatch::OverNothing));
    }
    let row = match known {
        Some(row) => row,
        None => write_down(tx, app, &payment, dispute, told)?,
    };
    let steps = match decide(&row.facts(), told) {
        Ok(steps) => steps,
        Err(mismatch) => return Ok(Heard::Contradicts(mismatch)),
    };
    carry_out(tx, app, &payment, &row, dispute, told, steps)?;
    if is_new || steps.status.is_some() {
        after_a_change(tx, app, &row, steps.status.unwrap_or(row.status), told)?;
    }
    take::lines(tx, app, &payment, &row, dispute)?;
    take::bring_in_step(tx, &payment)?;
    Ok(Heard::Settled(steps))
}

fn carry_out(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    row: &DisputeRow,
    dispute: &Dispute,
    told: &Told,
    steps: Steps,
) -> Result<(), Error> {
    let now = app.now_ms();
    let status = steps.status.unwrap_or(row.status);
    let (fees, held) = lines_of(dispute)?;
    let due_at = row.due_at.max(told.due_at.map(Timestamp::as_millisecond));
    store::update_heard(
        tx,
        &row.id,
        &store::Heard {
            status,
            amount: told.amount,
            reason: &dispute.reason,
            network_code: network_code(dispute),
            due_at,
            answers_sent: dispute.evidence_details.submission_count,
            was_late: dispute.evidence_details.past_due,
            fees: &fees,
            held,
        },
        now,
    )?;
    if steps.withdraw {
        store::update_withdrawn(tx, &row.id, now)?;
        take::note(tx, app, payment, "dispute-withdrawn", &row.id)?;
    }
    // Lost, and what the bank took is known only in another currency that nobody has told yet: the claim is opened when
    // the line comes, which brings the dispute here again (`sweep`, `reconcile`).
    if steps.reopen
        && let Some(held) = take::held(tx, payment, row, held)?
    {
        take::reopen(tx, app, payment, row, told.amount, held)?;
    }
    if steps.reinstate {
        take::reinstate(tx, app, payment, row)?;
    }
    Ok(())
}

/// A new state: noted, ended or begun again, and said to the seller.
fn after_a_change(
    tx: &mut Tx<'_>,
    app: &App,
    row: &DisputeRow,
    status: DisputeStatus,
    told: &Told,
) -> Result<(), Error> {
    let now = app.now_ms();
    store::update_closed(tx, &row.id, (!status.is_open()).then_some(now))?;
    if status.wants_answer() && row.status != status && row.act != Act::None {
        store::update_act_over(tx, &row.id)?;
    }
    // The key carries the state: the alarm of each goes once, whatever number the news comes in.
    let key = format!("{} {}", row.id, status.as_str());
    kit::jobs::enqueue(tx, app.hands(), MAIL_ALARM, &key, &key)?;
    if status.wants_answer()
        && let Some(due) = told.due_at
    {
        alarm::promise_reminders(tx, app, &row.id, due)?;
    }
    Ok(())
}

fn write_down(
    tx: &mut Tx<'_>,
    app: &App,
    payment: &Booked,
    dispute: &Dispute,
    told: &Told,
) -> Result<DisputeRow, Error> {
    let now = app.now_ms();
    let row = DisputeRow {
        id: app.new_id(),
        scope: payment.scope.clone(),
        payment_id: payment.id.clone(),
        customer_id: payment.customer_id.clone(),
        stripe_id: told.id.clone(),
        amount: told.amount,
        status: told.status,
        reason: dispute.reason.clone(),
        network_code: network_code(dispute).to_owned(),
        due_at: told.due_at.map(Timestamp::as_millisecond),
        answers_sent: 0,
        was_late: false,
        fees: Vec::new(),
        held: None,
        withdrawn_at: None,
        reopened_at: None,
        reinstated_at: None,
        opened_at: dispute.created * 1000,
        closed_at: None,
        told_at: now,
        act: Act::None,
        act_key: String::new(),
        act_by: String::new(),
        act_at: None,
        act_refusal: String::new(),
        version: 0,
    };
    store::insert_dispute(tx, &row, now)?;
    take::note(tx, app, payment, "dispute-opened", &row.id)?;
    Ok(row)
}

fn network_code(dispute: &Dispute) -> &str {
    dispute
        .payment_method_details
        .as_ref()
        .and_then(|method| method.card.as_ref()?.network_reason_code.as_deref())
        .unwrap_or_default()
}

/// Its fees, and what the account for disputed funds has of it: all in the currency of the balance.
fn lines_of(dispute: &Dispute) -> Result<(Vec<Fee>, Option<Money>), Error> {
    let mut fees = Vec::new();
    let mut held: Option<Money> = None;
    for line in &dispute.balance_transactions {
        let currency = Currency::parse(&line.currency.to_uppercase())
            .map_err(|_| Error::Shape("a balance transaction in no currency".into()))?;
        let money = |minor: i64| {
            Money::from_stripe_amount(minor, currency).map_err(|e| Error::Shape(e.to_string()))
        };
        if line.fee != 0 {
            fees.push(Fee {
                line: line.id.clone(),
                minor: money(line.fee)?.minor(),
                currency: currency.code().to_owned(),
            });
        }
        if line.amount < 0 {
            let taken = money(-line.amount)?;
            held = Some(match held {
                Some(before) => before
                    .checked_add(taken)
                    .map_err(|e| Error::Shape(e.to_string()))?,
                None => taken,
            });
        }
    }
    Ok((fees, held))
}

fn told(dispute: &Dispute) -> Result<Told, String> {
    let currency = Currency::parse(&dispute.currency.to_uppercase())
        .map_err(|_| format!("dispute in “{}”", dispute.currency))?;
    let word = dispute.status.as_str();
    let status = DisputeStatus::parse(word).ok_or_else(|| format!("dispute is “{word}”"))?;
    let due = dispute.evidence_details.due_by;
    Ok(Told {
        id: dispute.id.clone(),
        mode: billing::Mode::from_livemode(dispute.livemode),
        status,
        amount: Money::from_stripe_amount(dispute.amount, currency).map_err(|e| e.to_string())?,
        due_at: due.and_then(|s| Timestamp::from_second(s).ok()),
        moved: dispute
            .balance_transactions
            .iter()
            .any(|line| line.amount < 0),
    })
}
