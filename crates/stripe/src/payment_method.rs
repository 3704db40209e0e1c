//! A payment method: a card (or an account) a customer left with Stripe, of which we know its face only.

use serde::Deserialize;

use crate::charge::Card;
use crate::form::{Form, segment};
use crate::shape::{Identified, Metadata, id_only, null_is_empty};
use crate::{Answer, Client, Error, IdempotencyKey, Page, customer};

/// A way to pay, kept at Stripe.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentMethod {
    /// `pm_…`
    pub id: String,
    /// `card`, `link`, `acss_debit`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// When it is a card: brand, last four, date (`PAY-04`).
    pub card: Option<Card>,
    /// Whose it is; absent when it was never kept, or was taken off.
    #[serde(default, deserialize_with = "id_only")]
    pub customer: Option<String>,
    /// Real money or play money.
    pub livemode: bool,
    /// Unix seconds UTC.
    pub created: i64,
    /// Our words on it.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

impl Identified for PaymentMethod {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Client {
    /// One payment method.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_payment_method(&self, id: &str) -> Result<Answer<PaymentMethod>, Error> {
        self.get(&path(id), &Form::new()).await
    }

    /// One page of at most 100 of a customer's, newest first; `starting_after` is the last id of the page before.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the customer was deleted.
    pub async fn list_payment_methods(
        &self,
        customer_id: &str,
        starting_after: Option<&str>,
    ) -> Result<Answer<Page<PaymentMethod>>, Error> {
        let mut form = Form::new();
        form.maybe("starting_after", starting_after)
            .set("limit", 100);
        let path = format!("{}/payment_methods", customer::path(customer_id));
        self.get(&path, &form).await
    }

    /// Puts it on a customer.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it was used without one, or taken off one: such a method can never be kept.
    pub async fn attach_payment_method(
        &self,
        id: &str,
        customer_id: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentMethod>, Error> {
        let mut form = Form::new();
        form.set("customer", customer_id);
        self.post(&format!("{}/attach", path(id)), &form, Some(intention))
            .await
    }

    /// Takes it off its customer, for good: it can never be used again.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] when it is on none.
    pub async fn detach_payment_method(
        &self,
        id: &str,
        intention: &IdempotencyKey,
    ) -> Result<Answer<PaymentMethod>, Error> {
        let path = format!("{}/detach", path(id));
        self.post(&path, &Form::new(), Some(intention)).await
    }
}

fn path(id: &str) -> String {
    format!("/v1/payment_methods/{}", segment(id))
}
