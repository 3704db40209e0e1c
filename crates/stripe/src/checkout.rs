//! A Checkout session: the page that Stripe hosts, for sellers who want no card form on their own.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::payment_intent::SetupFutureUsage;
use crate::shape::{Cursor, Identified, Metadata, id_only, null_is_empty};
use crate::{Answer, Client, Error, Expandable, IdempotencyKey, Page, PaymentIntent};

open_enum! {
    /// Where a session stands.
    CheckoutStatus {
        /// The payer may still pay there.
        Open = "open",
        /// The payer went through; the money may still be on its way (see [`CheckoutPaymentStatus`]).
        Complete = "complete",
        /// Over without payment, by time or by us.
        Expired = "expired",
    }
}

open_enum! {
    /// Whether a session is paid.
    CheckoutPaymentStatus {
        /// The money came.
        Paid = "paid",
        /// Not yet, or not at all.
        Unpaid = "unpaid",
        /// There was nothing to pay.
        NoPaymentRequired = "no_payment_required",
    }
}

/// The page that Stripe hosts.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckoutSession {
    /// `cs_test_…` or `cs_live_…`.
    pub id: String,
    /// Where it stands.
    pub status: Option<CheckoutStatus>,
    /// Whether it is paid. Book from the payment intent, not from this.
    pub payment_status: Option<CheckoutPaymentStatus>,
    /// Minor units by Stripe's exponent table.
    pub amount_total: Option<i64>,
    /// Lower case.
    pub currency: Option<String>,
    /// Where to send the payer; only while it is open.
    pub url: Option<String>,
    /// Ours, to find our own row again.
    pub client_reference_id: Option<String>,
    /// What does the paying; often made only when the payer presses the button. Whole when retrieved.
    pub payment_intent: Option<Expandable<PaymentIntent>>,
    /// The customer at Stripe, if any.
    #[serde(default, deserialize_with = "id_only")]
    pub customer: Option<String>,
    /// Unix seconds UTC.
    pub created: i64,
    /// Unix seconds UTC.
    pub expires_at: Option<i64>,
    /// Real money or play money (`PAY-13`).
    pub livemode: bool,
    /// Our words on it.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

impl CheckoutSession {
    /// The intent, when it was retrieved with it.
    pub fn intent(&self) -> Option<&PaymentIntent> {
        self.payment_intent.as_ref().and_then(Expandable::object)
    }
}

impl Identified for CheckoutSession {
    fn id(&self) -> &str {
        &self.id
    }
}

/// One line of what is to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutLine {
    /// What the payer reads.
    pub name: String,
    /// A second line, smaller.
    pub description: Option<String>,
    /// Minor units by Stripe's exponent table, tax included.
    pub unit_amount_minor: i64,
    /// How many.
    pub quantity: i64,
}

/// A session to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheckoutSession {
    /// Lower case; of every line.
    pub currency: String,
    /// What is to be paid.
    pub lines: Vec<CheckoutLine>,
    /// Ours, to find our own row again; nothing personal.
    pub client_reference_id: String,
    /// Ours, on the session **and** on its payment intent, so that either finds the invoice.
    pub metadata: Metadata,
    /// Shown to the seller at Stripe.
    pub description: Option<String>,
    /// Where the payer comes back to; `{CHECKOUT_SESSION_ID}` in it becomes the session's id.
    pub success_url: String,
    /// Where the back button leads.
    pub cancel_url: String,
    /// When it ends, Unix seconds UTC: 30 minutes to 24 hours from now (Stripe's default: 24 hours).
    pub expires_at: Option<i64>,
    /// The customer at Stripe whose card is to be kept, if any.
    pub customer: Option<String>,
    /// Whether the card is to be kept for later; needs a customer and the payer's consent.
    pub setup_future_usage: Option<SetupFutureUsage>,
    /// `en`, `fr`, `fr-CA`, …; the browser's own when absent.
    pub locale: Option<String>,
}

/// Which sessions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckoutQuery {
    /// The one that made this intent.
    pub payment_intent: Option<String>,
    /// Only those in this state.
    pub status: Option<CheckoutStatus>,
    /// Made at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl Client {
    /// Makes a session. Store `intention` first; a repeated call with it gives the same session.
    ///
    /// # Errors
    /// As for payment intents.
    pub async fn create_checkout_session(
        &self,
        new: &NewCheckoutSession,
        intention: &IdempotencyKey,
    ) -> Result<Answer<CheckoutSession>, Error> {
        let mut form = Form::new();
        form.set("mode", "payment");
        for (at, line) in new.lines.iter().enumerate() {
            let price = format!("line_items[{at}][price_data]");
            form.set(&format!("{price}[currency]"), &new.currency)
                .set(&format!("{price}[unit_amount]"), line.unit_amount_minor)
                .set(&format!("{price}[product_data][name]"), &line.name)
                .maybe(
                    &format!("{price}[product_data][description]"),
                    line.description.as_ref(),
                )
                .set(&format!("line_items[{at}][quantity]"), line.quantity);
        }
        form.set("client_reference_id", &new.client_reference_id)
            .map("metadata", &new.metadata)
            .maybe("payment_intent_data[description]", new.description.as_ref())
            .map("payment_intent_data[metadata]", &new.metadata)
            .maybe(
                "payment_intent_data[setup_future_usage]",
                new.setup_future_usage.as_ref(),
            )
            // Stripe would else offer to charge in the payer's own currency, for a fee that is added to the price.
            .set("adaptive_pricing[enabled]", false)
            .set("success_url", &new.success_url)
            .set("cancel_url", &new.cancel_url)
            .maybe("expires_at", new.expires_at)
            .maybe("customer", new.customer.as_ref())
            .maybe("locale", new.locale.as_ref());
        self.post("/v1/checkout/sessions", &form, Some(intention))
            .await
    }

    /// One session, with its payment intent, that one's charge and its balance transaction: all that booking asks.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_checkout_session(
        &self,
        id: &str,
    ) -> Result<Answer<CheckoutSession>, Error> {
        let mut query = Form::new();
        query.list(
            "expand",
            ["payment_intent.latest_charge.balance_transaction"],
        );
        self.get(&path(id), &query).await
    }

    /// Ends it: nobody can pay there any more.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it is not open: fetch it and look, it may have been paid.
    pub async fn expire_checkout_session(
        &self,
        id: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<CheckoutSession>, Error> {
        let path = format!("{}/expire", path(id));
        self.post(&path, &Form::new(), Some(intention)).await
    }

    /// One page of at most 100, newest first.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_checkout_sessions(
        &self,
        query: &CheckoutQuery,
    ) -> Result<Answer<Page<CheckoutSession>>, Error> {
        let mut form = Form::new();
        form.maybe("payment_intent", query.payment_intent.as_ref())
            .maybe("status", query.status.as_ref())
            .maybe("created[gte]", query.created_gte)
            .set("limit", 100);
        query.cursor.write(&mut form);
        self.get("/v1/checkout/sessions", &form).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/checkout/sessions/{}", segment(id))
}
