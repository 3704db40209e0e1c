//! The two clients, and the one path every call takes: send, retry where it is safe, log, read.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::form::Form;
use crate::key::Mode;
use crate::multipart::Multipart;
use crate::observe::{Observed, Observer, facts_of, id_in_path};
use crate::redact::scrub;
use crate::transport::{Broken, Outgoing, Transport};
use crate::{API_VERSION, Error, Origins, PublishableKey, SecretKey};

/// Names the program to Stripe.
const USER_AGENT: &str = concat!("Quittance/", env!("CARGO_PKG_VERSION"));

/// Stripe's answer: what we read of it, and everything else.
#[derive(Clone)]
pub struct Answer<T> {
    /// The fields we use.
    pub object: T,
    /// For Stripe's support.
    pub request_id: Option<String>,
    /// Whether Stripe replayed the answer of an earlier call with the same idempotency key.
    pub replayed: bool,
    body: bytes::Bytes,
}

impl<T> Answer<T> {
    /// The whole answer without client secrets and signing secrets: safe to keep.
    pub fn raw(&self) -> serde_json::Value {
        let mut raw = serde_json::from_slice(&self.body).unwrap_or_default();
        scrub(&mut raw);
        raw
    }
}

impl<T: fmt::Debug> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Raw answers carry names and addresses of payers; a debug line must not.
        f.debug_struct("Answer")
            .field("object", &self.object)
            .field("request_id", &self.request_id)
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}

/// For so long after it was made, in milliseconds, a key answers with what came of it the first time. Stripe may forget it
/// when it is 24 hours old, and would do the thing again; an hour is left for clocks that differ. Looked at right before a
/// call goes out: between reading a row and calling, a program can be held up for a day (a lid closed, a machine moved).
pub const KEY_TRUSTED_MS: i64 = 23 * 3_600_000;

/// The name of one intention. Stored by the caller **before** the call, at most 255 characters, nothing
/// personal in it; worth nothing after 24 hours, when Stripe may have forgotten it (`PAY-10`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// Not usable as an idempotency key: empty, over 255 characters, or not printable ASCII.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to 255 printable ASCII characters")]
pub struct BadIdempotencyKey;

impl IdempotencyKey {
    /// Takes the stored text.
    ///
    /// # Errors
    /// [`BadIdempotencyKey`] when it cannot travel in a header.
    pub fn new(text: impl Into<String>) -> Result<Self, BadIdempotencyKey> {
        let text = text.into();
        let fits =
            (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Self(text))
        } else {
            Err(BadIdempotencyKey)
        }
    }

    /// The text, as stored and as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How often and how patiently a call is repeated. Only reads, and writes with an idempotency key, ever are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How many times after the first attempt.
    pub max: u32,
    /// The pause before the first repetition; doubled each time, each cut by a quarter at random.
    pub first_pause: Duration,
    /// No pause is longer than this, whatever Stripe's `Retry-After` says.
    pub longest_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            max: 2,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(5),
        }
    }
}

/// Speaks to Stripe with a secret or restricted key. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    wire: Wire,
    key: SecretKey,
}

impl Client {
    /// A client for one key. `transport` is the client of [`crate::http_client`], shared by all clients.
    pub fn new(transport: impl Into<Transport>, origins: Arc<Origins>, key: SecretKey) -> Self {
        Self {
            wire: Wire::new(transport.into(), origins),
            key,
        }
    }

    /// The same client with another patience.
    pub fn with_retries(mut self, retries: Retries) -> Self {
        self.wire.retries = retries;
        self
    }

    /// The same client, telling somebody of every attempt.
    pub fn with_observer(mut self, observer: Observer) -> Self {
        self.wire.observer = Some(observer);
        self
    }

    /// The mode of its key; every object it sees carries the matching `livemode` (`PAY-13`).
    pub fn mode(&self) -> Mode {
        self.key.mode()
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Form,
    ) -> Result<Answer<T>, Error> {
        self.wire
            .call(Call {
                method: Method::GET,
                path,
                form: query,
                file: None,
                key: self.key.expose(),
                intention: None,
            })
            .await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &Form,
        intention: Option<&IdempotencyKey>,
    ) -> Result<Answer<T>, Error> {
        self.wire
            .call(Call {
                method: Method::POST,
                path,
                form,
                file: None,
                key: self.key.expose(),
                intention,
            })
            .await
    }

    /// A POST of a file, to the host that takes files.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        file: &Multipart,
        intention: &IdempotencyKey,
    ) -> Result<Answer<T>, Error> {
        self.wire
            .call(Call {
                method: Method::POST,
                path,
                form: &Form::new(),
                file: Some(file),
                key: self.key.expose(),
                intention: Some(intention),
            })
            .await
    }

    /// DELETE has no idempotency key at Stripe, because doing it again does nothing.
    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>, Error> {
        let form = Form::new();
        self.wire
            .call(Call {
                method: Method::DELETE,
                path,
                form: &form,
                file: None,
                key: self.key.expose(),
                intention: None,
            })
            .await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("key", &self.key)
            .field("api", &self.wire.origins.api())
            .finish()
    }
}

/// Speaks to Stripe the way a payer's browser may: a publishable key, and a client secret for each object.
/// Used to prove that a Public Key is genuine and belongs to the same account (`AC-10`).
#[derive(Clone)]
pub struct PublicClient {
    wire: Wire,
    key: PublishableKey,
}

impl PublicClient {
    /// A client for one publishable key.
    pub fn new(
        transport: impl Into<Transport>,
        origins: Arc<Origins>,
        key: PublishableKey,
    ) -> Self {
        Self {
            wire: Wire::new(transport.into(), origins),
            key,
        }
    }

    /// The same client with another patience.
    pub fn with_retries(mut self, retries: Retries) -> Self {
        self.wire.retries = retries;
        self
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Form,
    ) -> Result<Answer<T>, Error> {
        self.wire
            .call(Call {
                method: Method::GET,
                path,
                form: query,
                file: None,
                key: self.key.as_str(),
                intention: None,
            })
            .await
    }
}

impl fmt::Debug for PublicClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicClient")
            .field("key", &self.key.hint())
            .field("api", &self.wire.origins.api())
            .finish()
    }
}

#[derive(Clone)]
struct Wire {
    transport: Transport,
    origins: Arc<Origins>,
    retries: Retries,
    calls: Arc<AtomicU64>,
    observer: Option<Observer>,
}

/// One call, whatever number of attempts it takes.
struct Call<'a> {
    method: Method,
    path: &'a str,
    form: &'a Form,
    file: Option<&'a Multipart>,
    key: &'a str,
    intention: Option<&'a IdempotencyKey>,
}

impl Call<'_> {
    fn writing(&self) -> bool {
        self.method == Method::POST
    }

    /// Reads may be repeated freely; writes only under a key that makes the repetition harmless.
    fn repeatable(&self) -> bool {
        self.method == Method::GET || (self.writing() && self.intention.is_some())
    }
}

/// What one attempt came to.
struct Attempt {
    status: u16,
    headers: HeaderMap,
    body: bytes::Bytes,
}

impl Attempt {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn request_id(&self) -> Option<String> {
        self.header("request-id").map(str::to_owned)
    }

    /// Stripe's own advice where it gives one, else what a second try can mend.
    fn worth_repeating(&self) -> bool {
        match self.header("stripe-should-retry") {
            Some("true") => true,
            Some("false") => false,
            _ => self.status == 409 || self.status == 429 || self.status >= 500,
        }
    }
}

impl Wire {
    fn new(transport: Transport, origins: Arc<Origins>) -> Self {
        Self {
            transport,
            origins,
            retries: Retries::default(),
            calls: Arc::default(),
            observer: None,
        }
    }

    async fn call<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<Answer<T>, Error> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut repeated = 0;
        loop {
            let outcome = self.attempt(&call, repeated).await;
            let again = call.repeatable() && repeated < self.retries.max;
            match outcome {
                Ok(attempt) if again && attempt.worth_repeating() => {
                    let asked = attempt
                        .header("retry-after")
                        .and_then(|text| text.parse().ok());
                    let pause = self.pause(&call, number, repeated, asked);
                    self.transport.wait(pause).await;
                }
                Err(Broken::Connection { .. }) if again => {
                    let pause = self.pause(&call, number, repeated, None);
                    self.transport.wait(pause).await;
                }
                Ok(attempt) => return read(&call, &attempt),
                Err(Broken::Connection { sent, message }) => {
                    // An earlier attempt may have been carried out, even if the last one never left.
                    let outcome_unknown = call.writing() && (sent || repeated > 0);
                    return Err(Error::Unreachable {
                        outcome_unknown,
                        message,
                    });
                }
                Err(Broken::TooSlow { message }) => {
                    return Err(Error::Unreachable {
                        outcome_unknown: call.writing(),
                        message,
                    });
                }
            }
            repeated += 1;
        }
    }

    async fn attempt(&self, call: &Call<'_>, repeated: u32) -> Result<Attempt, Broken> {
        let started = Instant::now(); // tidy: chance because it times the call for the log, and decides nothing
        let outcome = self.send(call).await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        // Method, path without query, status, request id, duration: no key, no secret, no body.
        match &outcome {
            Ok(attempt) => tracing::info!(
                target: "stripe",
                method = %call.method,
                path = call.path,
                status = attempt.status,
                request_id = attempt.header("request-id"),
                repeated,
                elapsed_ms,
                "call"
            ),
            Err(Broken::Connection { message, .. } | Broken::TooSlow { message }) => {
                tracing::warn!(
                    target: "stripe",
                    method = %call.method,
                    path = call.path,
                    repeated,
                    elapsed_ms,
                    error = %message,
                    "no answer"
                )
            }
        }
        if let Some(observer) = &self.observer {
            observer(observed(call, &outcome));
        }
        outcome
    }

    async fn send(&self, call: &Call<'_>) -> Result<Attempt, Broken> {
        let host = match call.file {
            Some(_) => self.origins.files(),
            None => self.origins.api(),
        };
        let answer = self.transport.send(host, outgoing(call)).await?;
        Ok(Attempt {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
        })
    }

    /// Doubling, never the same for two calls: a crowd that was turned away together must not return together.
    /// The spread comes from a hash, so that this crate needs no source of chance of its own.
    fn pause(
        &self,
        call: &Call<'_>,
        number: u64,
        repeated: u32,
        asked_seconds: Option<u64>,
    ) -> Duration {
        let doubled = self
            .retries
            .first_pause
            .saturating_mul(2_u32.saturating_pow(repeated));
        let asked = asked_seconds.map_or(Duration::ZERO, Duration::from_secs);
        let pause = doubled.max(asked).min(self.retries.longest_pause);
        let mut hash = Sha256::new();
        hash.update(call.key);
        hash.update(call.path);
        hash.update(call.intention.map_or("", IdempotencyKey::as_str));
        hash.update(number.to_be_bytes());
        hash.update(repeated.to_be_bytes());
        let spread = u32::from(hash.finalize()[0]);
        if asked > doubled {
            pause
        } else {
            pause - pause / 4 * spread / 255
        }
    }
}

fn observed(call: &Call<'_>, outcome: &Result<Attempt, Broken>) -> Observed {
    let mut seen = Observed {
        method: match call.method {
            Method::POST => "POST",
            Method::DELETE => "DELETE",
            _ => "GET",
        },
        path: call.path.to_owned(),
        idempotency_key: call.intention.map(|i| i.0.clone()).unwrap_or_default(),
        object_id: id_in_path(call.path).to_owned(),
        status: None,
        error: String::new(),
        request_id: String::new(),
        replayed: false,
        outcome_unknown: false,
    };
    match outcome {
        Ok(attempt) => {
            let (id, error) = facts_of(&attempt.body);
            if !id.is_empty() {
                seen.object_id = id;
            }
            seen.error = error;
            seen.status = Some(attempt.status);
            seen.request_id = attempt.request_id().unwrap_or_default();
            seen.replayed = attempt.header("idempotent-replayed") == Some("true");
        }
        Err(broken) => {
            seen.error = "no answer".to_owned();
            let sent = !matches!(broken, Broken::Connection { sent: false, .. });
            seen.outcome_unknown = call.writing() && sent;
        }
    }
    seen
}

fn outgoing(call: &Call<'_>) -> Outgoing {
    let mut path = call.path.to_owned();
    let mut body = None;
    let mut headers = vec![
        ("Stripe-Version", API_VERSION.to_owned()),
        ("User-Agent", USER_AGENT.to_owned()),
        ("Accept", "application/json".to_owned()),
    ];
    if let Some(file) = call.file {
        headers.push(("Content-Type", file.content_type.clone()));
    } else if call.writing() {
        headers.push((
            "Content-Type",
            "application/x-www-form-urlencoded".to_owned(),
        ));
        body = Some(call.form.encode());
    } else if !call.form.is_empty() {
        path = format!("{path}?{}", call.form.encode());
    }
    if let Some(intention) = call.intention {
        headers.push(("Idempotency-Key", intention.as_str().to_owned()));
    }
    Outgoing {
        method: call.method.clone(),
        path,
        headers,
        key: call.key.to_owned(),
        body,
        upload: call.file.map(|file| file.body.clone()),
    }
}

fn read<T: DeserializeOwned>(call: &Call<'_>, attempt: &Attempt) -> Result<Answer<T>, Error> {
    let request_id = attempt.request_id();
    if !(200..300).contains(&attempt.status) {
        return Err(Error::from_answer(
            attempt.status,
            &attempt.body,
            request_id,
            call.writing(),
        ));
    }
    let unreadable = |error: serde_json::Error| Error::Unreadable {
        status: attempt.status,
        outcome_unknown: call.writing(),
        message: shape_of(&error),
        request_id: attempt.request_id(),
    };
    let object = serde_json::from_slice(&attempt.body).map_err(unreadable)?;
    let replayed = attempt.header("idempotent-replayed") == Some("true");
    Ok(Answer {
        object,
        request_id,
        replayed,
        body: attempt.body.clone(),
    })
}

/// Where the answer stopped making sense. serde's own words can quote the value; ours do not.
fn shape_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let field = text
        .strip_prefix("missing field ")
        .and_then(|rest| rest.split('`').nth(1));
    match field {
        Some(field) => format!("the field `{field}` is missing"),
        None => format!(
            "{:?} error at line {} column {}",
            error.classify(),
            error.line(),
            error.column()
        ),
    }
}
