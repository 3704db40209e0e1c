//! A setup intent: a card kept without a payment; and the proof that two keys are genuine, of one account and one
//! mode, and that the secret one may write (`AC-10`). It never charges anything.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::open_enum::open_enum;
use crate::payment_intent::SetupFutureUsage;
use crate::shape::{ClientSecret, KeptError, Metadata, id_only, null_is_empty};
use crate::{Answer, Client, Error, IdempotencyKey, PublicClient};

open_enum! {
    /// Where a setup intent stands.
    SetupIntentStatus {
        /// Nothing chosen yet.
        RequiresPaymentMethod = "requires_payment_method",
        /// Chosen, not confirmed.
        RequiresConfirmation = "requires_confirmation",
        /// The payer must do something.
        RequiresAction = "requires_action",
        /// Under way.
        Processing = "processing",
        /// Given up.
        Canceled = "canceled",
        /// Done.
        Succeeded = "succeeded",
    }
}

/// A card on its way to being kept.
#[derive(Debug, Clone, Deserialize)]
pub struct SetupIntent {
    /// `seti_…`
    pub id: String,
    /// Where it stands.
    pub status: SetupIntentStatus,
    /// The mode of the key that made or read it.
    pub livemode: bool,
    /// Unix seconds UTC.
    pub created: i64,
    /// Lets a publishable key of the same account read it.
    pub client_secret: Option<ClientSecret>,
    /// The customer it is kept on.
    #[serde(default, deserialize_with = "id_only")]
    pub customer: Option<String>,
    /// The payment method, once there is one (`pm_…`).
    #[serde(default, deserialize_with = "id_only")]
    pub payment_method: Option<String>,
    /// What the payer agreed to.
    pub usage: Option<SetupFutureUsage>,
    /// Why the latest attempt failed.
    pub last_setup_error: Option<KeptError>,
    /// Our words on it; not shown to publishable keys.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

impl Client {
    /// Makes a setup intent that no one will complete; cancel it afterwards.
    ///
    /// # Errors
    /// [`Error::Authentication`] for a key that is not one, [`Error::Permission`] when it may not write.
    pub async fn create_setup_intent(
        &self,
        metadata: &Metadata,
        intention: &IdempotencyKey,
    ) -> Result<Answer<SetupIntent>, Error> {
        let mut form = Form::new();
        form.set("automatic_payment_methods[enabled]", true)
            .map("metadata", metadata);
        self.post("/v1/setup_intents", &form, Some(intention)).await
    }

    /// Makes a setup intent by which a payer leaves a **card** on a customer, to be charged while they are away.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when the customer was deleted.
    pub async fn create_card_setup(
        &self,
        customer: &str,
        metadata: &Metadata,
        intention: &IdempotencyKey,
    ) -> Result<Answer<SetupIntent>, Error> {
        let mut form = Form::new();
        form.set("automatic_payment_methods[enabled]", true)
            // `payment_method_types`, which older versions take, is no parameter of our version any more.
            .list("allowed_payment_method_types", ["card"])
            .set("customer", customer)
            .set("usage", SetupFutureUsage::OffSession)
            .map("metadata", metadata);
        self.post("/v1/setup_intents", &form, Some(intention)).await
    }

    /// One setup intent.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_setup_intent(&self, id: &str) -> Result<Answer<SetupIntent>, Error> {
        self.get(&path(id), &Form::new()).await
    }

    /// Gives it up.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it is already canceled or done.
    pub async fn cancel_setup_intent(
        &self,
        id: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<SetupIntent>, Error> {
        self.post(
            &format!("{}/cancel", path(id)),
            &Form::new(),
            Some(intention),
        )
        .await
    }
}

impl PublicClient {
    /// Reads it as a payer's browser would.
    ///
    /// # Errors
    /// [`Error::Authentication`] when the publishable key is not one; [`Error::NotFound`] (or
    /// [`Error::InvalidRequest`]) when it belongs to another account or mode than the intent.
    pub async fn retrieve_setup_intent(
        &self,
        id: &str,
        secret: &ClientSecret,
    ) -> Result<Answer<SetupIntent>, Error> {
        let mut query = Form::new();
        query.set("client_secret", secret.expose());
        self.get(&path(id), &query).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/setup_intents/{}", segment(id))
}
