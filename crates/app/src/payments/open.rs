//! One live intent per amount due (product.md §2.3): two tabs, two payers, a retry storm, a crash: one intent.

use billing::money::Money;
use billing::payment::adjust::{IntentAdjustment, adjust};
use billing::payment::settle::{AttemptStatus, IntentStatus};
use kit::db::{Error, Tx};
use stripe::{
    CancellationReason, Client, ClientSecret, IdempotencyKey, NewPaymentIntent, PaymentIntent,
};

use super::settle::settle;
use super::store::{self, AttemptRow, NewAttempt};
use crate::app::App;
use crate::invoices::claim::{self, Claim};
use crate::online_payment::{self, Drawer, NoOffer, Offer};
use crate::problem::Problem;
use crate::who::Scope;

/// The name in an intent's metadata under which our attempt stands.
pub(super) const ATTEMPT: &str = "quittance_attempt";

/// What the payer's page needs.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Lets this one browser confirm; never stored, logged or put into an address by us.
    pub client_secret: ClientSecret,
    /// For the provider's script.
    pub public_key: String,
    /// What is asked: what is due, now.
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
    /// Not by card, now.
    NoOffer(NoOffer),
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
    // Each round either ends or closes an intent that was out of step; three are more than any story needs.
    for _ in 0..3 {
        let ready = written_down(app, scope, invoice_id).await?;
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

struct Ready {
    claim: Claim,
    drawer: Drawer,
    offer: Offer,
    attempt: AttemptRow,
}

/// The attempt's row and its key are on disk before Stripe is called.
async fn written_down(app: &App, scope: &Scope, invoice_id: &str) -> Result<Ready, CannotOpen> {
    let (app_in, scope, id) = (app.clone(), scope.clone(), invoice_id.to_owned());
    app.db()
        .write(move |tx| {
            let claim = claim::lock(tx, &scope, &id)?;
            let due = claim.amount_due();
            let open = store::find_open_attempt(tx, &id)?;
            if due.is_zero() {
                return Ok(Err(CannotOpen::Paid));
            }
            if open
                .as_ref()
                .is_some_and(|a| a.status == AttemptStatus::Processing)
            {
                return Ok(Err(CannotOpen::Processing));
            }
            let offer = match online_payment::offer(tx, &scope, due)? {
                Ok(offer) if claim.state.takes_payment() => offer,
                Ok(_) => return Ok(Err(CannotOpen::Paid)),
                Err(why) => return Ok(Err(CannotOpen::NoOffer(why))),
            };
            let drawer = online_payment::drawer(tx, &scope)?.ok_or(Error::NoRow)?;
            let attempt = match open {
                Some(attempt) => attempt,
                None => begin(tx, &app_in, &claim, &offer)?,
            };
            Ok::<_, Error>(Ok(Ready {
                claim,
                drawer,
                offer,
                attempt,
            }))
        })
        .await?
}

fn begin(tx: &mut Tx<'_>, app: &App, claim: &Claim, offer: &Offer) -> Result<AttemptRow, Error> {
    let (id, key) = (app.new_id(), app.chance().token());
    let new = NewAttempt {
        id: &id,
        scope: &claim.scope,
        invoice_id: &claim.invoice_id,
        idempotency_key: &key,
        amount: claim.amount_due(),
        account_id: &offer.account_id,
    };
    store::insert_attempt(tx, &new, app.now_ms())?;
    store::lock_attempt(tx, &id)
}

/// Stripe forgets a key when it is 24 hours old, and would then make a second intent (stripe.md, Idempotency).
const KEY_TRUSTED_MS: i64 = 23 * 3_600_000;

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
    if app.now_ms() - attempt.created_at <= KEY_TRUSTED_MS {
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
        .write(move |tx| store::update_attempt_key(tx, &id, &kept, now))
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
    let metadata = [
        (ATTEMPT, ready.attempt.id.clone()),
        ("quittance_invoice", ready.claim.invoice_id.clone()),
        ("quittance_number", ready.claim.number.clone()),
    ];
    let new = NewPaymentIntent {
        amount_minor,
        currency: ready.attempt.amount.currency().stripe_code(),
        description: Some(ready.claim.number.clone()),
        metadata: metadata
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect(),
        ..NewPaymentIntent::default()
    };
    client.create_payment_intent(&new, &intention(key)).await
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
        .write(move |tx| store::update_attempt_intent(tx, &id, &intent_id, &request_id, now))
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
    let due = ready.claim.amount_due();
    let asked =
        Money::from_stripe_amount(intent.amount, due.currency()).unwrap_or(ready.attempt.amount);
    // A fresh key for each: both acts are harmless when repeated, while a key used before would replay an old answer
    // and leave the intent as it is (A to B, back to A, and to B again would charge A).
    let key = intention(&app.chance().token());
    let intent = match adjust(
        status.unwrap_or(IntentStatus::Canceled),
        asked,
        ready.claim.state,
        due,
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
                .write(move |tx| store::update_attempt_amount(tx, &id, amount, now))
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
    let (public_key, attempt_id) = (ready.offer.public_key.clone(), ready.attempt.id.clone());
    Ok(Some(Opened {
        client_secret,
        public_key,
        amount: due,
        attempt_id,
    }))
}

fn intention(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text.to_owned()).expect("a token is short and printable")
}

fn refused(error: stripe::Error) -> CannotOpen {
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
