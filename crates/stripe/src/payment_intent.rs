//! A payment intent: one amount due, on its way to being paid.

use serde::Deserialize;

use crate::charge::Charge;
use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::shape::{ClientSecret, Identified, KeptError, Metadata, id_only, null_is_empty};
use crate::{Answer, Client, Error, Expandable, IdempotencyKey, Page, PublicClient};

open_enum! {
    /// Where a payment intent stands. A decline is not a state: it leads back to `requires_payment_method`.
    PaymentIntentStatus {
        /// Nothing chosen yet, or the last try was declined. Not the end.
        RequiresPaymentMethod = "requires_payment_method",
        /// Chosen, not confirmed.
        RequiresConfirmation = "requires_confirmation",
        /// The payer must pass the bank's challenge.
        RequiresAction = "requires_action",
        /// The money is on its way, for days perhaps; **not paid** (`PAY-16`).
        Processing = "processing",
        /// Authorised, to be taken by us; never by our own intents.
        RequiresCapture = "requires_capture",
        /// Given up, by us or by Stripe. For good.
        Canceled = "canceled",
        /// Paid. Stays so even after a refund or a dispute.
        Succeeded = "succeeded",
    }
}

impl PaymentIntentStatus {
    /// Whether Stripe lets it be canceled (`processing` only sometimes: not counted).
    pub fn is_cancelable(&self) -> bool {
        matches!(
            self,
            Self::RequiresPaymentMethod
                | Self::RequiresConfirmation
                | Self::RequiresAction
                | Self::RequiresCapture
        )
    }
}

open_enum! {
    /// Why an intent is given up.
    CancellationReason {
        /// There is another one for the same amount.
        Duplicate = "duplicate",
        /// Somebody is trying stolen cards.
        Fraudulent = "fraudulent",
        /// The payer asked.
        RequestedByCustomer = "requested_by_customer",
        /// Nobody is paying it, or the amount due has changed.
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// What the payer agreed to when a card is kept.
    SetupFutureUsage {
        /// It may be charged while the payer is away: autopay.
        OffSession = "off_session",
        /// It is only offered again when the payer is there.
        OnSession = "on_session",
    }
}

/// One amount due, on its way to being paid.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentIntent {
    /// `pi_…`
    pub id: String,
    /// What is asked, minor units by Stripe's exponent table.
    pub amount: i64,
    /// What has come, minor units. The only amount to book.
    #[serde(default)]
    pub amount_received: i64,
    /// Lower case.
    pub currency: String,
    /// Where it stands.
    pub status: PaymentIntentStatus,
    /// Real money or play money (`PAY-13`).
    pub livemode: bool,
    /// Unix seconds UTC.
    pub created: i64,
    /// Lets one payer's browser act on it.
    pub client_secret: Option<ClientSecret>,
    /// The latest attempt; whole when retrieved with its charge.
    pub latest_charge: Option<Expandable<Charge>>,
    /// Why the latest attempt failed.
    pub last_payment_error: Option<KeptError>,
    /// What the payer must do.
    pub next_action: Option<NextAction>,
    /// The customer at Stripe, if any.
    #[serde(default, deserialize_with = "id_only")]
    pub customer: Option<String>,
    /// The payment method of the latest attempt (`pm_…`); gone again after a decline.
    #[serde(default, deserialize_with = "id_only")]
    pub payment_method: Option<String>,
    /// Whether the card is kept on the customer once it has paid.
    pub setup_future_usage: Option<SetupFutureUsage>,
    /// Unix seconds UTC.
    pub canceled_at: Option<i64>,
    /// Why it was given up, by us or by Stripe (`automatic`, `failed_invoice`, …).
    pub cancellation_reason: Option<CancellationReason>,
    /// Our words on it; not shown to publishable keys.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

/// What the payer must do.
#[derive(Debug, Clone, Deserialize)]
pub struct NextAction {
    /// `redirect_to_url`, `use_stripe_sdk`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Where to send the payer, when that is what is asked.
    pub redirect_to_url: Option<RedirectToUrl>,
}

/// A page of the bank's, or of Stripe's for it.
#[derive(Debug, Clone, Deserialize)]
pub struct RedirectToUrl {
    /// Opened by the payer's browser, once.
    pub url: Option<String>,
}

impl PaymentIntent {
    /// The latest charge, when it was retrieved with it.
    pub fn charge(&self) -> Option<&Charge> {
        self.latest_charge.as_ref().and_then(Expandable::object)
    }
}

impl Identified for PaymentIntent {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A payment intent to be made. The methods offered are those the seller switched on at Stripe. No receipt
/// address: the receipt is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPaymentIntent {
    /// Minor units by Stripe's exponent table (`PAY-17`).
    pub amount_minor: i64,
    /// Lower case.
    pub currency: String,
    /// Shown to the seller at Stripe, and on some statements.
    pub description: Option<String>,
    /// Ours, to find the invoice again; nothing personal.
    pub metadata: Metadata,
    /// The customer at Stripe whose card is to be kept, or was.
    pub customer: Option<String>,
    /// Whether the card is to be kept; needs a customer and the payer's consent.
    pub setup_future_usage: Option<SetupFutureUsage>,
}

/// A kept card to be charged while its owner is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffSessionCharge {
    /// Minor units by Stripe's exponent table.
    pub amount_minor: i64,
    /// Lower case.
    pub currency: String,
    /// Whose card (`cus_…`).
    pub customer: String,
    /// Which card (`pm_…`).
    pub payment_method: String,
    /// Shown to the seller at Stripe.
    pub description: Option<String>,
    /// Ours, to find the invoice again; nothing personal.
    pub metadata: Metadata,
}

/// How a kept card pays an intent that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Which card (`pm_…`); the intent's customer must be its owner.
    pub payment_method: String,
    /// Its owner is away: a bank that wants them there declines instead of asking.
    pub off_session: bool,
    /// Where the payer's browser comes back to, when the bank sends it somewhere.
    pub return_url: String,
}

/// Which payment intents to list: newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentIntentQuery {
    /// Made at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Made at or before this instant, Unix seconds UTC.
    pub created_lte: Option<i64>,
    /// The last id of the page before.
    pub starting_after: Option<String>,
}

impl Client {
    /// Makes a payment intent. Store `intention` first; a repeated call with it gives the same intent.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with `amount_too_small`, `amount_too_large` and the like. When
    /// [`Error::outcome_unknown`], call again with the same `intention`.
    pub async fn create_payment_intent(
        &self,
        new: &NewPaymentIntent,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut form = Form::new();
        form.set("amount", new.amount_minor)
            .set("currency", &new.currency)
            .set("automatic_payment_methods[enabled]", true)
            .maybe("description", new.description.as_ref())
            .map("metadata", &new.metadata)
            .maybe("customer", new.customer.as_ref())
            .maybe("setup_future_usage", new.setup_future_usage.as_ref());
        self.post("/v1/payment_intents", &form, Some(intention))
            .await
    }

    /// Charges a kept card while its owner is away: makes the intent and confirms it in one call. Answers with the
    /// charge and its balance transaction, like [`Client::retrieve_payment_intent`].
    ///
    /// # Errors
    /// [`Error::Declined`], with the id of the intent, which stays and can be paid by the payer on our page:
    /// [`Code::AuthenticationRequired`](crate::Code::AuthenticationRequired) when the bank wants the payer there. When
    /// [`Error::outcome_unknown`], call again with the same `intention`.
    pub async fn charge_off_session(
        &self,
        new: &OffSessionCharge,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut form = Form::new();
        form.set("amount", new.amount_minor)
            .set("currency", &new.currency)
            .set("automatic_payment_methods[enabled]", true)
            // Nobody is there to be redirected; without this Stripe asks for a `return_url`.
            .set("automatic_payment_methods[allow_redirects]", "never")
            .set("customer", &new.customer)
            .set("payment_method", &new.payment_method)
            .set("off_session", true)
            .set("confirm", true)
            .maybe("description", new.description.as_ref())
            .map("metadata", &new.metadata)
            .list("expand", ["latest_charge.balance_transaction"]);
        self.post("/v1/payment_intents", &form, Some(intention))
            .await
    }

    /// Pays an intent with a kept card. However often it is called, and under whatever keys: an intent takes money once.
    /// Answers with the charge and its balance transaction, like [`Client::retrieve_payment_intent`].
    ///
    /// # Errors
    /// [`Error::Declined`] when the bank says no, or wants its customer there;
    /// [`Error::InvalidRequest`] with `payment_intent_unexpected_state` when it is paid, being paid, or given up: fetch
    /// it and look. When [`Error::outcome_unknown`], fetch it too, or call again.
    pub async fn confirm_payment_intent(
        &self,
        id: &str,
        how: &Confirmation,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut form = Form::new();
        form.set("payment_method", &how.payment_method);
        if how.off_session {
            form.set("off_session", true);
        }
        form.set("return_url", &how.return_url)
            .list("expand", ["latest_charge.balance_transaction"]);
        self.post(&format!("{}/confirm", path(id)), &form, Some(intention))
            .await
    }

    /// Says whether the card that pays is to be kept on a customer: what the payer ticked, before they pay.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when somebody is paying or has paid, or when it has another customer already.
    pub async fn update_payment_intent_saving(
        &self,
        id: &str,
        customer: &str,
        usage: Option<&SetupFutureUsage>,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut form = Form::new();
        form.set("customer", customer).set(
            "setup_future_usage",
            usage.map_or("", SetupFutureUsage::as_str),
        );
        self.post(&path(id), &form, Some(intention)).await
    }

    /// One payment intent, with its latest charge and that charge's balance transaction: all that booking asks.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_payment_intent(&self, id: &str) -> Result<Answer<PaymentIntent>, Error> {
        let mut query = Form::new();
        query.list("expand", ["latest_charge.balance_transaction"]);
        self.get(&path(id), &query).await
    }

    /// Brings the amount in step with what is due.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with `payment_intent_unexpected_state` when somebody is paying or has paid.
    pub async fn update_payment_intent(
        &self,
        id: &str,
        amount_minor: i64,
        currency: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut form = Form::new();
        form.set("amount", amount_minor).set("currency", currency);
        self.post(&path(id), &form, Some(intention)).await
    }

    /// Gives it up.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with `payment_intent_unexpected_state` when it is paid, being paid, or given up already:
    /// fetch it and look.
    pub async fn cancel_payment_intent(
        &self,
        id: &str,
        reason: &CancellationReason,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut form = Form::new();
        form.set("cancellation_reason", reason);
        self.post(&format!("{}/cancel", path(id)), &form, Some(intention))
            .await
    }

    /// One page of at most 100, newest first: to reconcile after more than 30 days without events.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_payment_intents(
        &self,
        query: &PaymentIntentQuery,
    ) -> Result<Answer<Page<PaymentIntent>>, Error> {
        let mut form = Form::new();
        form.maybe("created[gte]", query.created_gte)
            .maybe("created[lte]", query.created_lte)
            .maybe("starting_after", query.starting_after.as_ref())
            .set("limit", 100);
        self.get("/v1/payment_intents", &form).await
    }
}

impl PublicClient {
    /// Reads it as a payer's browser would: only some of its fields.
    ///
    /// # Errors
    /// As for setup intents.
    pub async fn retrieve_payment_intent(
        &self,
        id: &str,
        secret: &ClientSecret,
    ) -> Result<Answer<PaymentIntent>, Error> {
        let mut query = Form::new();
        query.set("client_secret", secret.expose());
        self.get(&path(id), &query).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/payment_intents/{}", segment(id))
}
