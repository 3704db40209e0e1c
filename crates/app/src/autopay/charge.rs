//! The charge itself. Written down before Stripe is asked; whatever is lost in between is found again from what was
//! written down, and ends in one charge, because one intent takes money once.

use billing::money::Money;
use billing::payment::autopay::{Step, Verdict};
use kit::db::{Error, Tx};
use stripe::Confirmation;

use super::decide::{self, Charge, Decided, Known};
use super::letters;
use crate::app::App;
use crate::cards::plan::{self, Outcome, Tried};
use crate::cards::{self, customer};
use crate::invoices::claim;
use crate::payments::{self, Ask, CannotOpen, Codes, Confirmed, Kept, Opened};
use crate::problem::Problem;
use crate::who::Scope;

/// After something that moved under our hands, it is looked at again so soon.
const AGAIN_MS: i64 = 60_000;
/// While a bank works on it.
const WORKING_MS: i64 = 6 * 3_600_000;

/// How a step ended.
pub(super) enum Stepped {
    /// Whatever there was to do is done, or has its time.
    Done,
    /// Somebody must be asked who cannot be asked now.
    Later(&'static str),
}

/// One step for one invoice: a charge whose outcome is not known comes first.
pub(super) async fn step(app: &App, scope: &Scope, invoice_id: &str) -> Result<Stepped, Problem> {
    let (hands, s, id) = (app.clone(), scope.clone(), invoice_id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        // Lock, look, act: the invoice first, as everybody does who changes what is due on it.
        claim::lock(tx, &s, &id)?;
        match plan::find_started(tx, &id)? {
            Some(tried) => Ok(Err(tried)),
            None => decide::decide(tx, &hands, &s, &id).map(Ok),
        }
    };
    match app.db().write::<_, Error, _>(write).await? {
        Err(tried) => resume(app, tried).await,
        Ok(Decided::Nothing) => Ok(Stepped::Done),
        Ok(Decided::Charge(charge)) => begin(app, scope, invoice_id, *charge).await,
    }
}

async fn begin(
    app: &App,
    scope: &Scope,
    invoice_id: &str,
    charge: Charge,
) -> Result<Stepped, Problem> {
    let opened = match payments::open_kept(app, scope, &[Ask::whole(invoice_id)]).await {
        Ok(opened) => opened,
        Err(CannotOpen::Problem(problem)) => return Err(problem),
        Err(CannotOpen::Unreachable) => return Ok(Stepped::Later("Stripe could not be reached")),
        Err(other) => {
            // Paid or being paid meanwhile, or not to be charged now: what is known then says it.
            tracing::info!(invoice_id, ?other, "nothing could be charged by itself");
            return again(app, invoice_id, AGAIN_MS).await;
        }
    };
    let (attempt, owner) = (opened.attempt_id.as_str(), &charge.card.stripe_customer);
    match payments::keep_card(app, scope, attempt, owner, false).await? {
        Kept::Done => {}
        Kept::Unreachable => return Ok(Stepped::Later("Stripe could not be reached")),
        Kept::NoCustomer => {
            customer::forget(app, owner).await?;
            cards::ask_about(app, scope, &charge.card.payment_method).await?;
            return again(app, invoice_id, AGAIN_MS).await;
        }
        Kept::Refused(error) => {
            // Its payment is under way in somebody's browser, or it is the payment of another customer of theirs.
            tracing::info!(invoice_id, %error, "an open payment could not be taken over");
            return again(app, invoice_id, 30 * AGAIN_MS).await;
        }
    }
    match written_down(app, scope, invoice_id, charge, &opened).await? {
        Some(tried) => ask_bank(app, tried).await,
        None => again(app, invoice_id, AGAIN_MS).await,
    }
}

/// The charge and its key are on disk before the bank is asked. Nothing when anything has changed since it was decided:
/// the consent, the card, what is due, or the attempt.
async fn written_down(
    app: &App,
    scope: &Scope,
    invoice_id: &str,
    charge: Charge,
    opened: &Opened,
) -> Result<Option<Tried>, Problem> {
    let (hands, s, id) = (app.clone(), scope.clone(), invoice_id.to_owned());
    let (attempt_id, amount) = (opened.attempt_id.clone(), opened.amount);
    let write = move |tx: &mut Tx<'_>| {
        let known = Known::read(tx, &hands, &s, &id)?;
        if !still(&known, &charge, amount)
            || plan::find_started(tx, &id)?.is_some()
            || !payments::is_live(tx, &attempt_id)?
        {
            return Ok(None);
        }
        let tried = Tried {
            id: hands.new_id(),
            scope: s.clone(),
            invoice_id: id.clone(),
            consent_id: charge.consent_id.clone(),
            saved_id: charge.card.id.clone(),
            attempt_id: attempt_id.clone(),
            idempotency_key: hands.chance().token(),
            key_at: hands.now_ms(),
            amount,
            tried_on: known.today,
            outcome: Outcome::Started,
            code: String::new(),
            verdict: None,
            started_at: hands.now_ms(),
        };
        plan::insert_try(tx, &tried)?;
        Ok::<_, Error>(Some(tried))
    };
    Ok(app.db().write(write).await?)
}

fn still(known: &Known, charge: &Charge, amount: Money) -> bool {
    known.step() == Step::Charge
        && known.claim.amount_due() == amount
        && known.consent.as_ref().map(|c| &c.id) == Some(&charge.consent_id)
        && known.card.as_ref().map(|c| &c.id) == Some(&charge.card.id)
}

/// A charge whose outcome is not known: the power went, or the answer was lost. Stripe says what became of it; if nothing
/// did, it is asked for again, unless it may not be any more.
async fn resume(app: &App, tried: Tried) -> Result<Stepped, Problem> {
    match payments::look_at(app, &tried.scope, &tried.attempt_id).await? {
        Confirmed::Unknown => return Ok(Stepped::Later("Stripe could not be reached")),
        Confirmed::NotYet => {}
        known => return hear(app, tried, known).await,
    }
    let (hands, mut tried) = (app.clone(), tried);
    let t = tried.clone();
    let write = move |tx: &mut Tx<'_>| {
        let known = Known::read(tx, &hands, &t.scope, &t.invoice_id)?;
        let may = known.step() == Step::Charge
            && known.claim.amount_due() == t.amount
            && known.consent.as_ref().map(|c| &c.id) == Some(&t.consent_id);
        if !may {
            plan::update_try_ended(tx, &t.id, Outcome::Void, "", None, hands.now_ms())?;
            return Ok(None);
        }
        let mut key = t.idempotency_key.clone();
        if hands.now_ms() - t.key_at > stripe::KEY_TRUSTED_MS {
            key = hands.chance().token();
            plan::update_key(tx, &t.id, &key, hands.now_ms())?;
        }
        Ok::<_, Error>(Some(key))
    };
    match app.db().write(write).await? {
        Some(key) => {
            tried.idempotency_key = key;
            ask_bank(app, tried).await
        }
        None => again(app, &tried.invoice_id, AGAIN_MS).await,
    }
}

async fn ask_bank(app: &App, tried: Tried) -> Result<Stepped, Problem> {
    let t = tried.clone();
    let read = move |tx: &mut Tx<'_>| cards::find(tx, &t.scope, &t.saved_id);
    let Some(card) = app.db().read::<_, Error, _>(read).await? else {
        return hear(app, tried, Confirmed::Over).await;
    };
    let how = Confirmation {
        payment_method: card.payment_method,
        off_session: true,
        // Nobody is there to come back; Stripe wants an address all the same.
        return_url: format!("{}/area", app.public_url()),
    };
    let (scope, attempt) = (&tried.scope, tried.attempt_id.as_str());
    let key = tried.idempotency_key.clone();
    match payments::confirm_kept(app, scope, attempt, &how, &key).await? {
        Confirmed::AnotherKey => {
            let (hands, id) = (app.clone(), tried.id.clone());
            let write = move |tx: &mut Tx<'_>| {
                let key = hands.chance().token();
                plan::update_key(tx, &id, &key, hands.now_ms())
            };
            app.db().write::<_, Error, _>(write).await?;
            Ok(Stepped::Later("Stripe failed"))
        }
        Confirmed::Unknown | Confirmed::NotYet => {
            Ok(Stepped::Later("the outcome of a charge is not known yet"))
        }
        known => hear(app, tried, known).await,
    }
}

/// Writes down what became of it, and takes the step that follows from that, in one transaction. Twice does nothing.
async fn hear(app: &App, tried: Tried, confirmed: Confirmed) -> Result<Stepped, Problem> {
    let hands = app.clone();
    let write = move |tx: &mut Tx<'_>| {
        let now = hands.now_ms();
        claim::lock(tx, &tried.scope, &tried.invoice_id)?;
        let (outcome, code, verdict) = told(&confirmed);
        if !plan::update_try_ended(tx, &tried.id, outcome, &code, verdict, now)? {
            return Ok(());
        }
        match outcome {
            Outcome::Declined => declined(tx, &hands, &tried, &code, verdict)?,
            Outcome::Processing => {
                plan::update_next(tx, &tried.invoice_id, now + WORKING_MS)?;
            }
            _ => plan::update_next(tx, &tried.invoice_id, now + AGAIN_MS)?,
        }
        Ok::<_, Error>(())
    };
    app.db().write(write).await?;
    Ok(Stepped::Done)
}

fn told(confirmed: &Confirmed) -> (Outcome, String, Option<Verdict>) {
    let declined = |codes: &Codes| {
        let verdict = Verdict::of(
            Some(&codes.code),
            codes.decline_code.as_deref(),
            codes.advice_code.as_deref(),
        );
        (Outcome::Declined, codes.word().to_owned(), Some(verdict))
    };
    match confirmed {
        Confirmed::Paid => (Outcome::Paid, String::new(), None),
        Confirmed::Processing => (Outcome::Processing, String::new(), None),
        Confirmed::Declined(codes) => declined(codes),
        // A bank that asks though nobody is there has declined, in effect.
        Confirmed::Challenge(_) => declined(&Codes {
            code: "authentication_required".to_owned(),
            ..Codes::default()
        }),
        _ => (Outcome::Void, String::new(), None),
    }
}

fn declined(
    tx: &mut Tx<'_>,
    app: &App,
    tried: &Tried,
    code: &str,
    verdict: Option<Verdict>,
) -> Result<(), Error> {
    if verdict == Some(Verdict::Never) {
        cards::note_refused(tx, &tried.saved_id, code)?;
    }
    let known = Known::read(tx, app, &tried.scope, &tried.invoice_id)?;
    if let Step::Wait { charge_on, .. } = known.step()
        && known.tries.len() == 1
    {
        letters::tries_again(tx, app, &known, charge_on)?;
    }
    decide::carry_out(tx, app, &known, false).map(drop)
}

async fn again(app: &App, invoice_id: &str, in_ms: i64) -> Result<Stepped, Problem> {
    let (id, at) = (invoice_id.to_owned(), app.now_ms() + in_ms);
    app.db()
        .write::<_, Error, _>(move |tx| plan::update_next(tx, &id, at))
        .await?;
    Ok(Stepped::Done)
}
