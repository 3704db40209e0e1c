//! Where Stripe sends its events: made and kept in step by us when the public address is HTTPS.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::form::{Form, segment};
use crate::shape::{Metadata, null_is_empty};
use crate::{API_VERSION, Answer, Client, Error, IdempotencyKey, Page};

/// Where Stripe sends its events.
#[derive(Debug, Clone, Deserialize)]
pub struct WebhookEndpoint {
    /// `we_…`
    pub id: String,
    /// Our address.
    pub url: String,
    /// `enabled` or `disabled`; Stripe disables one that fails for days.
    #[serde(default)]
    pub status: String,
    /// The kinds it gets.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub enabled_events: Vec<String>,
    /// The version bodies are rendered in; fixed when it was made.
    pub api_version: Option<String>,
    /// Real money or play money.
    pub livemode: bool,
    /// Signs every delivery. **Only in the answer to its creation**; seal it then or never.
    pub secret: Option<SigningSecret>,
    /// Our words on it, by which we find it again.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

/// `whsec_…`, the whole of which is the key. `Debug` shows nothing of it.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct SigningSecret(SecretString);

impl SigningSecret {
    /// The text, for sealing it and for [`crate::webhook::verify`]; for nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for SigningSecret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// An endpoint to be made. It will deliver in our own [`API_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhookEndpoint {
    /// Must be HTTPS in live mode.
    pub url: String,
    /// The kinds it shall get.
    pub enabled_events: Vec<String>,
    /// Shown to the seller at Stripe.
    pub description: Option<String>,
    /// Ours, to find it again.
    pub metadata: Metadata,
}

/// What to change on an endpoint; the version and the secret cannot be changed, only replaced with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookEndpointChange {
    /// Another address.
    pub url: Option<String>,
    /// Other kinds; unchanged when empty.
    pub enabled_events: Vec<String>,
    /// Switch it off, or on again.
    pub disabled: Option<bool>,
}

/// An endpoint that is no more.
#[derive(Debug, Clone, Deserialize)]
pub struct DeletedWebhookEndpoint {
    /// `we_…`
    pub id: String,
    /// Always true.
    pub deleted: bool,
}

impl Client {
    /// Makes an endpoint and gives its secret, this once.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with `url_invalid` for an address Stripe cannot reach; [`Error::Permission`] when a
    /// restricted key may not.
    pub async fn create_webhook_endpoint(
        &self,
        new: &NewWebhookEndpoint,
        intention: &IdempotencyKey,
    ) -> Result<Answer<WebhookEndpoint>, Error> {
        let mut form = Form::new();
        form.set("url", &new.url)
            .list("enabled_events", &new.enabled_events)
            .set("api_version", API_VERSION)
            .maybe("description", new.description.as_ref())
            .map("metadata", &new.metadata);
        self.post("/v1/webhook_endpoints", &form, Some(intention))
            .await
    }

    /// One page of at most 100; `starting_after` is the last id of the page before.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_webhook_endpoints(
        &self,
        starting_after: Option<&str>,
    ) -> Result<Answer<Page<WebhookEndpoint>>, Error> {
        let mut form = Form::new();
        form.maybe("starting_after", starting_after)
            .set("limit", 100);
        self.get("/v1/webhook_endpoints", &form).await
    }

    /// Brings an endpoint in step.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the seller deleted it at Stripe.
    pub async fn update_webhook_endpoint(
        &self,
        id: &str,
        change: &WebhookEndpointChange,
        intention: &IdempotencyKey,
    ) -> Result<Answer<WebhookEndpoint>, Error> {
        let mut form = Form::new();
        form.maybe("url", change.url.as_ref())
            .list("enabled_events", &change.enabled_events)
            .maybe("disabled", change.disabled);
        self.post(&path(id), &form, Some(intention)).await
    }

    /// Deletes an endpoint. Doing it again gives [`Error::NotFound`].
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete_webhook_endpoint(
        &self,
        id: &str,
    ) -> Result<Answer<DeletedWebhookEndpoint>, Error> {
        self.delete(&path(id)).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/webhook_endpoints/{}", segment(id))
}
