//! A rehearsal without a listener: whoever holds it carries the requests and the deliveries, one at a time, so that a
//! whole run repeats to the letter.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use serde_json::Value;

use crate::control::Control;
use crate::delivery::{self, Letter, Parcel};
use crate::dispatch::{self, Asked};
use crate::element::{self, Ticket};
use crate::shared::Shared;

/// A request on its way to the rehearsal.
#[derive(Debug, Clone)]
pub struct Asking {
    /// `GET`, `POST` or `DELETE`.
    pub method: Method,
    /// Begins with `/v1/`.
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// With `authorization`.
    pub headers: HeaderMap,
    /// A form, the `multipart/form-data` of a file, or nothing.
    pub body: Bytes,
}

/// An answer of the rehearsal.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// With `request-id`.
    pub headers: HeaderMap,
    /// JSON.
    pub body: String,
}

/// An event on its way to one endpoint. Cheap to clone; each clone may be delivered.
#[derive(Debug, Clone)]
pub struct Post(Parcel);

impl Post {
    /// `evt_…`
    pub fn event(&self) -> &str {
        &self.0.event
    }
}

/// What is handed to an endpoint.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The endpoint's address.
    pub url: String,
    /// The event's type.
    pub kind: String,
    /// `Stripe-Signature`, made now.
    pub signature: String,
    /// The event, as JSON.
    pub body: String,
}

/// A rehearsal that is held, not started.
pub struct InProcess {
    shared: Arc<Shared>,
}

impl InProcess {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The handle that scripts misbehaviour.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Answers, or cuts the connection.
    pub async fn ask(&self, asking: Asking) -> Option<Reply> {
        let asked = Asked {
            method: asking.method,
            path: asking.path,
            query: asking.query,
            headers: asking.headers,
            body: asking.body,
        };
        let response = dispatch::answer_at_once(&self.shared, &asked)?;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(Body::new(body), usize::MAX).await.ok()?;
        Some(Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    /// The payer's answer to the bank's question; the intent's new state, nothing when there was no such question.
    pub fn challenge(&self, client_secret: &str, passed: bool) -> Option<String> {
        let ticket = Ticket {
            client_secret: client_secret.to_owned(),
            passed,
        };
        let intent = element::end(&mut self.shared.lock(), &ticket).ok()?;
        intent["status"].as_str().map(str::to_owned)
    }

    /// Every object of one kind (`charge`, `event`, …) as it is now, in every account and mode, oldest first.
    pub fn objects(&self, word: &str) -> Vec<Value> {
        self.control().objects(word)
    }

    /// Whether the clock will bring something yet: a bank debit, a late line of the account, the end of a refund. The
    /// schedule of payouts, which never ends, does not count.
    pub fn expects(&self) -> bool {
        let world = self.shared.lock();
        world.pending.iter().any(|pending| !pending.what.recurs())
    }

    /// Takes what wants to be delivered, in the order it was made.
    pub fn take_post(&self) -> Vec<Post> {
        std::mem::take(&mut self.shared.lock().outbox)
            .into_iter()
            .map(Post)
            .collect()
    }

    /// Opens and signs an envelope; nothing when its endpoint is gone.
    pub fn envelope(&self, post: &Post) -> Option<Envelope> {
        let letter = delivery::write(&mut self.shared.lock(), &post.0)?;
        Some(Envelope {
            kind: letter.kind.as_str().unwrap_or_default().to_owned(),
            url: letter.url,
            signature: letter.signature,
            body: letter.body,
        })
    }

    /// Writes down how the endpoint answered; true when it took the event.
    pub fn delivered(&self, post: &Post, status: u16) -> bool {
        let mut world = self.shared.lock();
        let letter: Option<Letter> = delivery::write(&mut world, &post.0);
        letter.is_none_or(|letter| delivery::note(&mut world, &post.0, &letter, 1, status))
    }
}
