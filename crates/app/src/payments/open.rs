//! One live intent per amount due (product.md §2.3): two tabs, two payers, a retry storm, a crash: one intent, or one
//! session where the page that Stripe hosts carries the payment (`page.rs`).
//!
//! An intent may be over several invoices, or over a part of one where the seller allows it. Each invoice has at most
//! one live attempt, whatever it is together with: whoever asks for another set closes the former at Stripe first.

use billing::invoice::state::InvoiceState;
use billing::money::Money;
use billing::payment::adjust::{IntentAdjustment, adjust};
use billing::payment::settle::{AttemptStatus, IntentStatus};
use billing::payment::spread::{PartRefusal, choose};
use kit::db::{Error, Tx};
use stripe::{
    CancellationReason, Client, ClientSecret, IdempotencyKey, NewPaymentIntent, PaymentIntent,
};

use super::attempts::{self, AttemptRow, Item, NewAttempt, Vehicle};
use super::close::{Closed, close};
use super::settle::settle;
use crate::app::App;
use crate::invoices::claim::{self, Claim};
use crate::online_payment::{self, Drawer, NoOffer, Offer};
use crate::problem::Problem;
use crate::settings;
use crate::who::Scope;

/// The name in an intent's metadata under which our attempt stands.
pub(super) const ATTEMPT: &str = "quittance_attempt";
/// The name under which the business stands: two installations may share one account at Stripe, and neither may take
/// the other's money for its own.
pub(super) const BUSINESS: &str = "quittance_business";
/// Stripe keeps at most so many letters of one value.
const METADATA_MAX: usize = 500;

/// What somebody wants to pay.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The invoice.
    pub invoice_id: String,
    /// A part of what is due; nothing for all of it, whatever that is now.
    pub amount: Option<Money>,
}

impl Ask {
    /// All that is due on an invoice.
    pub fn whole(invoice_id: &str) -> Ask {
        Ask {
            invoice_id: invoice_id.to_owned(),
            amount: None,
        }
    }
}

/// What the payer's page needs.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Lets this one browser confirm; never stored, logged or put into an address by us.
    pub client_secret: ClientSecret,
    /// For the provider's script.
    pub public_key: String,
    /// What is asked, now.
    pub amount: Money,
    /// Our attempt.
    pub attempt_id: String,
}

/// Why no payment can be opened.
#[derive(Debug)]
pub enum CannotOpen {
    /// Nothing is due any more.
    Paid,
    /// A bank is working on it.
    Processing,
    /// Not this part of what is due.
    Part(PartRefusal),
    /// Not by card, now.
    NoOffer(NoOffer),
    /// Only on the page that Stripe hosts: the seller wants no form.
    OnlyThere,
    /// Stripe could not be reached. Nothing was charged.
    Unreachable,
    /// Stripe refused to make the intent; its code, for the seller.
    Refused(String),
    /// Something else.
    Problem(Problem),
}

impl<E: Into<Problem>> From<E> for CannotOpen {
    fn from(error: E) -> CannotOpen {
        CannotOpen::Problem(error.into())
    }
}

/// Opens the payment of what is due on an invoice, or finds the one that is open.
///
/// # Errors
/// [`CannotOpen`].
pub async fn open(app: &App, scope: &Scope, invoice_id: &str) -> Result<Opened, CannotOpen> {
    open_for(app, scope, &[Ask::whole(invoice_id)]).await
}

/// Opens one payment for all these invoices (those on which nothing is due any more are left out), or finds the one
/// that is open for exactly them.
///
/// # Errors
/// [`CannotOpen`].
pub async fn open_for(app: &App, scope: &Scope, asks: &[Ask]) -> Result<Opened, CannotOpen> {
    open_by(app, scope, asks, By::Form).await
}

/// The same for a card that is kept: no form is shown for it, so a seller who wants no form has nothing against it.
///
/// # Errors
/// [`CannotOpen`].
pub async fn open_kept(app: &App, scope: &Scope, asks: &[Ask]) -> Result<Opened, CannotOpen> {
    open_by(app, scope, asks, By::KeptCard).await
}

/// Who is to pay an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// A form in our page.
    Form,
    /// A card that is kept.
    KeptCard,
}

async fn open_by(app: &App, scope: &Scope, asks: &[Ask], by: By) -> Result<Opened, CannotOpen> {
    // Each round either ends or closes an intent that was out of step; four are more than any story needs.
    for _ in 0..4 {
        let step = written_down(app, scope, asks, Vehicle::Form, by).await?;
        let Some(ready) = in_the_way(app, step).await? else {
            continue;
        };
        let client = online_payment::client(app, &ready.drawer)?;
        let intent = match &ready.attempt.intent_id {
            Some(id) => {
                client
                    .retrieve_payment_intent(id)
                    .await
                    .map_err(refused)?
                    .object
            }
            None => match make_intent(app, &client, &ready).await? {
                Some(intent) => intent,
                None => continue,
            },
        };
        if let Some(opened) = bring_in_step(app, &client, &ready, intent).await? {
            return Ok(opened);
        }
    }
    Err(CannotOpen::Unreachable)
}

/// What Stripe may be asked for: on disk, and nothing else in its way.
pub(super) struct Ready {
    pub(super) parts: Vec<Part>,
    pub(super) total: Money,
    pub(super) drawer: Drawer,
    pub(super) offer: Offer,
    pub(super) attempt: AttemptRow,
}

/// What is to be paid of one invoice.
pub(super) struct Part {
    pub(super) claim: Claim,
    pub(super) amount: Money,
}

enum Step {
    Ready(Box<Ready>),
    /// Live attempts over other sets of these invoices.
    InTheWay(Box<Drawer>, Vec<AttemptRow>),
}

/// Writes the attempt down, or closes what stands in its way: then nothing, and it is to be begun again.
pub(super) async fn ready(
    app: &App,
    scope: &Scope,
    asks: &[Ask],
    vehicle: Vehicle,
) -> Result<Option<Box<Ready>>, CannotOpen> {
    let step = written_down(app, scope, asks, vehicle, By::Form).await?;
    in_the_way(app, step).await
}

async fn in_the_way(app: &App, step: Step) -> Result<Option<Box<Ready>>, CannotOpen> {
    match step {
        Step::Ready(ready) => Ok(Some(ready)),
        Step::InTheWay(drawer, attempts) => {
            make_way(app, &drawer, &attempts).await?;
            Ok(None)
        }
    }
}

/// The attempt's row and its key are on disk before Stripe is called.
async fn written_down(
    app: &App,
    scope: &Scope,
    asks: &[Ask],
    vehicle: Vehicle,
    by: By,
) -> Result<Step, CannotOpen> {
    let (app_in, scope, asks) = (app.clone(), scope.clone(), asks.to_vec());
    app.db()
        .write(move |tx| {
            let parts = match parts(tx, &scope, &asks)? {
                Ok(parts) => parts,
                Err(why) => return Ok(Err(why)),
            };
            let items = items(&parts);
            let open = attempts::lock_live_attempts(tx, &items)?;
            if open.iter().any(|a| a.status == AttemptStatus::Processing) {
                return Ok(Err(CannotOpen::Processing));
            }
            let currency = parts[0].amount.currency();
            let Ok(total) = Money::sum(currency, parts.iter().map(|p| p.amount)) else {
                return Ok(Err(CannotOpen::NoOffer(NoOffer::Currency)));
            };
            let offer = match online_payment::offer(tx, &scope, total)? {
                Ok(offer) => offer,
                Err(why) => return Ok(Err(CannotOpen::NoOffer(why))),
            };
            if offer.hosted && !vehicle.is_page() && by == By::Form {
                return Ok(Err(CannotOpen::OnlyThere));
            }
            let drawer = online_payment::drawer(tx, &scope)?.ok_or(Error::NoRow)?;
            let attempt = match open.as_slice() {
                [] => begin(tx, &app_in, &scope, &items, (total, vehicle), &offer)?,
                [one] if serves(tx, one, vehicle, &items)? => {
                    attempts::update_items(tx, &one.id, &items)?;
                    one.clone()
                }
                _ => return Ok(Ok(Step::InTheWay(Box::new(drawer), open))),
            };
            Ok::<_, Error>(Ok(Step::Ready(Box::new(Ready {
                parts,
                total,
                drawer,
                offer,
                attempt,
            }))))
        })
        .await?
}

/// What is to be paid of each invoice, their rows taken in the order of their ids, so that two payers with the same
/// invoices in another order do not wait for each other.
fn parts(
    tx: &mut Tx<'_>,
    scope: &Scope,
    asks: &[Ask],
) -> Result<Result<Vec<Part>, CannotOpen>, Error> {
    let rules = settings::money_rules(tx, &scope.business_id)?;
    let mut in_order: Vec<&Ask> = asks.iter().collect();
    in_order.sort_by(|a, b| a.invoice_id.cmp(&b.invoice_id));
    in_order.dedup_by(|a, b| a.invoice_id == b.invoice_id);
    let mut parts = Vec::new();
    for ask in in_order {
        let claim = claim::lock(tx, scope, &ask.invoice_id)?;
        let due = claim.amount_due();
        if !claim.state.takes_payment() || due.is_zero() {
            continue;
        }
        let wanted = ask.amount.unwrap_or(due);
        match choose(wanted, due, rules.parts(due)) {
            Ok(amount) => parts.push(Part { claim, amount }),
            Err(why) => return Ok(Err(CannotOpen::Part(why))),
        }
    }
    Ok(if parts.is_empty() {
        Err(CannotOpen::Paid)
    } else {
        Ok(parts)
    })
}

fn items(parts: &[Part]) -> Vec<Item> {
    parts
        .iter()
        .map(|part| Item {
            invoice_id: part.claim.invoice_id.clone(),
            amount: part.amount,
        })
        .collect()
}

/// Whether a live attempt is what is asked for: an intent can be brought in step, a session is what it is.
fn serves(
    tx: &mut Tx<'_>,
    attempt: &AttemptRow,
    vehicle: Vehicle,
    items: &[Item],
) -> Result<bool, Error> {
    let kept = attempts::list_items(tx, &attempt.id)?;
    Ok(match (attempt.vehicle, vehicle) {
        (Vehicle::Form, Vehicle::Form) => same_invoices(&kept, items),
        (Vehicle::Page(made), Vehicle::Page(wanted)) => kept == items && made.to == wanted.to,
        _ => false,
    })
}

/// Both come in the order of the ids.
fn same_invoices(kept: &[Item], wanted: &[Item]) -> bool {
    let ids = |items: &[Item]| -> Vec<String> {
        items.iter().map(|item| item.invoice_id.clone()).collect()
    };
    ids(kept) == ids(wanted)
}

fn begin(
    tx: &mut Tx<'_>,
    app: &App,
    scope: &Scope,
    items: &[Item],
    (total, vehicle): (Money, Vehicle),
    offer: &Offer,
) -> Result<AttemptRow, Error> {
    let (id, key) = (app.new_id(), app.chance().token());
    let new = NewAttempt {
        id: &id,
        scope,
        invoice_id: &items[0].invoice_id,
        idempotency_key: &key,
        amount: total,
        account_id: &offer.account_id,
        vehicle,
    };
    attempts::insert_attempt(tx, &new, app.now_ms())?;
    attempts::insert_items(tx, &id, items)?;
    attempts::lock_attempt(tx, &id)
}

/// Closes attempts over other sets of the same invoices at Stripe, before one over this set begins.
async fn make_way(app: &App, drawer: &Drawer, attempts: &[AttemptRow]) -> Result<(), CannotOpen> {
    let client = online_payment::client(app, drawer)?;
    for attempt in attempts {
        match close(app, &client, attempt).await? {
            Closed::Over => {}
            Closed::Processing => return Err(CannotOpen::Processing),
            Closed::Unreachable => return Err(CannotOpen::Unreachable),
        }
    }
    Ok(())
}

/// The attempt's intent; nothing when another tab has written down its own meanwhile.
async fn make_intent(
    app: &App,
    client: &Client,
    ready: &Ready,
) -> Result<Option<PaymentIntent>, CannotOpen> {
    let attempt = &ready.attempt;
    let minor = attempt
        .amount
        .to_stripe_charge()
        .map_err(|_| CannotOpen::NoOffer(NoOffer::BelowMinimum))?;
    if app.now_ms() - attempt.created_at <= stripe::KEY_TRUSTED_MS {
        match create(client, ready, minor, &attempt.idempotency_key).await {
            // Stripe replays its own failure for as long as it knows the key: look what came of it, and go on with
            // another. A second intent would be harmless: nobody is ever given its client secret.
            Err(stripe::Error::Server { .. }) => {}
            Ok(answer) => return remember(app, attempt, answer.object, answer.request_id).await,
            Err(error) => return Err(refused(error)),
        }
    }
    if let Some(found) = find_lost_intent(client, attempt).await? {
        return remember(app, attempt, found, None).await;
    }
    let key = app.chance().token();
    let (id, kept, now) = (attempt.id.clone(), key.clone(), app.now_ms());
    app.db()
        .write(move |tx| attempts::update_attempt_key(tx, &id, &kept, now))
        .await?;
    let answer = create(client, ready, minor, &key).await.map_err(refused)?;
    remember(app, attempt, answer.object, answer.request_id).await
}

async fn create(
    client: &Client,
    ready: &Ready,
    amount_minor: i64,
    key: &str,
) -> Result<stripe::Answer<PaymentIntent>, stripe::Error> {
    let new = NewPaymentIntent {
        amount_minor,
        currency: ready.attempt.amount.currency().stripe_code(),
        description: Some(numbers(ready)),
        metadata: metadata(ready),
        ..NewPaymentIntent::default()
    };
    client.create_payment_intent(&new, &intention(key)).await
}

/// The invoices' numbers, as the seller reads them at Stripe.
pub(super) fn numbers(ready: &Ready) -> String {
    let numbers: Vec<&str> = ready
        .parts
        .iter()
        .map(|p| p.claim.number.as_str())
        .collect();
    numbers.join(", ").chars().take(METADATA_MAX).collect()
}

/// By which anything at Stripe finds our row again.
pub(super) fn metadata(ready: &Ready) -> stripe::Metadata {
    [
        (ATTEMPT, ready.attempt.id.clone()),
        ("quittance_invoice", ready.attempt.invoice_id.clone()),
        ("quittance_number", numbers(ready)),
        (
            BUSINESS,
            ready.attempt.scope.business_id.as_str().to_owned(),
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Writes the intent down as the attempt's own, unless another stands there: two tabs that both had to go on without
/// the first key made one each, and only the one written down may ever be given to a payer. The other is left as it is,
/// unpaid, its client secret known to nobody.
async fn remember(
    app: &App,
    attempt: &AttemptRow,
    intent: PaymentIntent,
    request_id: Option<String>,
) -> Result<Option<PaymentIntent>, CannotOpen> {
    let (id, intent_id, now) = (attempt.id.clone(), intent.id.clone(), app.now_ms());
    let request_id = request_id.unwrap_or_default();
    let written = app
        .db()
        .write(move |tx| attempts::update_attempt_intent(tx, &id, &intent_id, &request_id, now))
        .await?;
    Ok(written.then_some(intent))
}

async fn find_lost_intent(
    client: &Client,
    attempt: &AttemptRow,
) -> Result<Option<PaymentIntent>, CannotOpen> {
    let mut query = stripe::PaymentIntentQuery {
        created_gte: Some(attempt.created_at / 1000 - 60),
        ..Default::default()
    };
    loop {
        let page = client
            .list_payment_intents(&query)
            .await
            .map_err(refused)?
            .object;
        let last = page.data.last().map(|i| i.id.clone());
        if let Some(found) = page
            .data
            .into_iter()
            .find(|i| i.metadata.get(ATTEMPT) == Some(&attempt.id))
        {
            return Ok(Some(found));
        }
        if !page.has_more || last.is_none() {
            return Ok(None);
        }
        query.starting_after = last;
    }
}

/// Settles what the intent already says, brings its amount in step, or closes it. `None`: begin again.
async fn bring_in_step(
    app: &App,
    client: &Client,
    ready: &Ready,
    intent: PaymentIntent,
) -> Result<Option<Opened>, CannotOpen> {
    settle(app, &ready.attempt.id, &intent).await?;
    let status = IntentStatus::parse(intent.status.as_str());
    match status {
        Some(IntentStatus::Succeeded) => return Err(CannotOpen::Paid),
        Some(IntentStatus::Processing) => return Err(CannotOpen::Processing),
        Some(IntentStatus::Canceled) | None => return Ok(None),
        Some(_) => {}
    }
    let wanted = ready.total;
    let asked =
        Money::from_stripe_amount(intent.amount, wanted.currency()).unwrap_or(ready.attempt.amount);
    // A fresh key for each: both acts are harmless when repeated, while a key used before would replay an old answer
    // and leave the intent as it is (A to B, back to A, and to B again would charge A).
    let key = intention(&app.chance().token());
    let intent = match adjust(
        status.unwrap_or(IntentStatus::Canceled),
        asked,
        InvoiceState::Open,
        wanted,
    ) {
        IntentAdjustment::Keep => intent,
        IntentAdjustment::Update(amount) => {
            let minor = amount
                .to_stripe_charge()
                .map_err(|_| CannotOpen::NoOffer(NoOffer::BelowMinimum))?;
            let code = amount.currency().stripe_code();
            let updated = client
                .update_payment_intent(&intent.id, minor, &code, &key)
                .await
                .map_err(refused)?
                .object;
            if updated.amount != minor {
                return Err(CannotOpen::Problem(Problem::internal(
                    "an intent did not take its new amount",
                )));
            }
            let (id, now) = (ready.attempt.id.clone(), app.now_ms());
            app.db()
                .write(move |tx| attempts::update_attempt_amount(tx, &id, amount, now))
                .await?;
            updated
        }
        IntentAdjustment::Cancel => {
            let reason = CancellationReason::Abandoned;
            let canceled = client
                .cancel_payment_intent(&intent.id, &reason, &key)
                .await
                .map_err(refused)?
                .object;
            settle(app, &ready.attempt.id, &canceled).await?;
            return Ok(None);
        }
    };
    let Some(client_secret) = intent.client_secret else {
        return Err(CannotOpen::Problem(Problem::internal(
            "an intent came without its client secret",
        )));
    };
    if !still_live(app, &ready.attempt).await? {
        // Somebody asked for another set of these invoices while Stripe was being asked: this intent was not known
        // then, and could not be closed with the attempt. Nobody is given its client secret.
        let key = intention(&app.chance().token());
        drop(
            client
                .cancel_payment_intent(&intent.id, &CancellationReason::Abandoned, &key)
                .await,
        );
        return Ok(None);
    }
    let (public_key, attempt_id) = (ready.offer.public_key.clone(), ready.attempt.id.clone());
    Ok(Some(Opened {
        client_secret,
        public_key,
        amount: wanted,
        attempt_id,
    }))
}

pub(super) async fn still_live(app: &App, attempt: &AttemptRow) -> Result<bool, CannotOpen> {
    let id = attempt.id.clone();
    Ok(app.db().read(move |tx| attempts::is_live(tx, &id)).await?)
}

pub(super) fn intention(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text.to_owned()).expect("a token is short and printable")
}

pub(super) fn refused(error: stripe::Error) -> CannotOpen {
    tracing::warn!(%error, request_id = error.request_id(), "a payment could not be opened");
    if error.is_passing() || error.outcome_unknown() {
        return CannotOpen::Unreachable;
    }
    CannotOpen::Refused(
        error
            .code()
            .map_or_else(|| "refused".to_owned(), |c| c.as_str().to_owned()),
    )
}
