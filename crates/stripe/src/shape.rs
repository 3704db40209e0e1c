//! Shapes that many objects share.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::form::Form;

/// Our own words on an object of Stripe's: up to 50 keys of 40 characters, values of 500.
pub type Metadata = BTreeMap<String, String>;

/// Lets one payer's browser act on one intent. Never logged, stored or put into an address by us;
/// `Debug` shows nothing of it, and it cannot be serialised by accident.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct ClientSecret(SecretString);

impl ClientSecret {
    /// From text, for reading an intent back with a publishable key.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text, for the body of the pay page's own answer and for the key check; for nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for ClientSecret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// A reference that Stripe sends as an id, or as the whole object when it was asked to expand it.
#[derive(Debug, Clone)]
pub enum Expandable<T> {
    /// Only the id.
    Id(String),
    /// The whole object.
    Object(Box<T>),
}

/// An object that has an id of its own.
pub trait Identified {
    /// The id at Stripe.
    fn id(&self) -> &str;
}

impl<T: Identified> Expandable<T> {
    /// The id, whichever form came.
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => object.id(),
        }
    }
}

impl<T> Expandable<T> {
    /// The object, if it was expanded.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(object),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Expandable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        match value {
            serde_json::Value::String(id) => Ok(Self::Id(id)),
            object => serde_json::from_value(object)
                .map(|object| Self::Object(Box::new(object)))
                .map_err(serde::de::Error::custom),
        }
    }
}

/// One page of a list, newest first.
#[derive(Debug, Clone, Deserialize)]
pub struct Page<T> {
    /// The objects of this page.
    pub data: Vec<T>,
    /// Whether there are more in the direction asked for.
    #[serde(default)]
    pub has_more: bool,
}

/// Where to begin in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cursor {
    /// At the newest, going back in time.
    #[default]
    Newest,
    /// Before this object in time, going back (`starting_after`).
    OlderThan(String),
    /// After this object in time, going **forward** (`ending_before`): what happened since. Every page is newest
    /// first all the same; the page is the one next to the cursor.
    NewerThan(String),
}

impl Cursor {
    pub(crate) fn write(&self, form: &mut Form) {
        match self {
            Self::Newest => {}
            Self::OlderThan(id) => {
                form.set("starting_after", id);
            }
            Self::NewerThan(id) => {
                form.set("ending_before", id);
            }
        }
    }

    /// The cursor of the page after this one, in the same direction; nothing when there is no more.
    pub fn following<T: Identified>(&self, page: &Page<T>) -> Option<Self> {
        let id = |object: Option<&T>| object.map(|object| object.id().to_owned());
        if !page.has_more {
            return None;
        }
        match self {
            Self::NewerThan(_) => id(page.data.first()).map(Self::NewerThan),
            Self::Newest | Self::OlderThan(_) => id(page.data.last()).map(Self::OlderThan),
        }
    }
}

/// An error as Stripe keeps it on an object (`last_payment_error`).
#[derive(Debug, Clone, Deserialize)]
pub struct KeptError {
    /// `card_error`, `invalid_request_error`, …
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What went wrong, by name.
    pub code: Option<crate::Code>,
    /// The bank's reason, when a card was declined.
    pub decline_code: Option<String>,
    /// What to do about it: `try_again_later`, `do_not_try_again`, `confirm_card_data`.
    pub advice_code: Option<String>,
    /// In words, for the payer (English).
    pub message: Option<String>,
}

/// Stripe sends `null` for an empty list or map here and there.
pub(crate) fn null_is_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Only the id of a reference, whichever form came.
pub(crate) fn id_only<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value
        .as_ref()
        .and_then(|value| value.as_str().or_else(|| value.get("id")?.as_str()))
        .map(str::to_owned))
}
