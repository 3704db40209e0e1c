//! A customer at Stripe: what a saved card hangs on, and nothing more of a person than must be there.

use serde::Deserialize;

use crate::form::{Form, segment};
use crate::shape::{Identified, Metadata, null_is_empty};
use crate::{Answer, Client, Error, IdempotencyKey};

/// A customer at Stripe.
#[derive(Debug, Clone, Deserialize)]
pub struct Customer {
    /// `cus_…`
    pub id: String,
    /// The mail address, when we gave one.
    pub email: Option<String>,
    /// The name, when we gave one.
    pub name: Option<String>,
    /// Real money or play money; absent once deleted.
    pub livemode: Option<bool>,
    /// Unix seconds UTC; absent once deleted.
    pub created: Option<i64>,
    /// Deleted at Stripe, by us or in the Dashboard; its cards are gone with it.
    #[serde(default)]
    pub deleted: bool,
    /// Our words on it.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub metadata: Metadata,
}

impl Identified for Customer {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A customer to be made, or what to change on one (absent fields stay).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFields {
    /// Whom the seller sees in the Dashboard.
    pub name: Option<String>,
    /// Stripe sends no mail to it unless the seller switched that on.
    pub email: Option<String>,
    /// Shown to the seller at Stripe.
    pub description: Option<String>,
    /// Ours, to find our own row again.
    pub metadata: Metadata,
}

impl CustomerFields {
    fn form(&self) -> Form {
        let mut form = Form::new();
        form.maybe("name", self.name.as_ref())
            .maybe("email", self.email.as_ref())
            .maybe("description", self.description.as_ref())
            .map("metadata", &self.metadata);
        form
    }
}

/// An object that is no more.
#[derive(Debug, Clone, Deserialize)]
pub struct DeletedCustomer {
    /// `cus_…`
    pub id: String,
    /// Always true.
    pub deleted: bool,
}

impl Client {
    /// Makes a customer. Store `intention` first.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_customer(
        &self,
        new: &CustomerFields,
        intention: &IdempotencyKey,
    ) -> Result<Answer<Customer>, Error> {
        self.post("/v1/customers", &new.form(), Some(intention))
            .await
    }

    /// One customer; a deleted one is still found, with `deleted`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_customer(&self, id: &str) -> Result<Answer<Customer>, Error> {
        self.get(&path(id), &Form::new()).await
    }

    /// Changes what is given.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it was deleted at Stripe.
    pub async fn update_customer(
        &self,
        id: &str,
        change: &CustomerFields,
        intention: &IdempotencyKey,
    ) -> Result<Answer<Customer>, Error> {
        self.post(&path(id), &change.form(), Some(intention)).await
    }

    /// Deletes it, with its saved cards. Doing it again gives [`Error::NotFound`].
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete_customer(&self, id: &str) -> Result<Answer<DeletedCustomer>, Error> {
        self.delete(&path(id)).await
    }
}

pub(crate) fn path(id: &str) -> String {
    format!("/v1/customers/{}", segment(id))
}
