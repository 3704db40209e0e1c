//! The way of a request: who asks, which verb, what goes wrong, what is answered, what is sent after.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::call::Call;
use crate::delivery;
use crate::error::ApiError;
use crate::fault::{self, Trouble};
use crate::form::{self, Node};
use crate::idempotency::Turn;
use crate::key::{ApiKey, Power};
use crate::record::redact;
use crate::server::Cut;
use crate::shared::Shared;
use crate::webhook_endpoint::is_version;
use crate::world::{Origin, World};
use crate::{auth, expand, file, payment_intent_fields, pending, route, setup_intent};

/// Longest time a held request waits.
const HOLD_MAX: Duration = Duration::from_secs(60);

/// A request as it came in.
pub(crate) struct Asked {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The type of its body.
    fn kind(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    fn is_multipart(&self) -> bool {
        self.kind().starts_with("multipart/form-data")
    }

    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Only POST has idempotency.
    fn idempotency_key(&self) -> Option<&str> {
        self.header("idempotency-key")
            .filter(|_| self.method == Method::POST)
    }
}

/// An answer before it is written.
struct Said {
    status: u16,
    body: Value,
    replayed: bool,
    /// Milliseconds of silence after which the connection is cut instead of the answer.
    cut_after: Option<u64>,
}

/// Answers one request under `/v1`.
pub(crate) async fn answer(shared: Arc<Shared>, asked: Asked) -> Response {
    let request_id = shared.lock().dice.id("req");
    let trouble = {
        let mut world = shared.lock();
        fault::take(&mut world.faults, asked.method.as_str(), &asked.path)
    };
    let (key, said) = work(&shared, &asked, &request_id, trouble).await;
    note(&mut shared.lock(), &asked, &request_id, key.as_ref(), &said);
    let wait = shared.lock().conductor.script.before_answering;
    if let (Some(sent), true) = (delivery::dispatch(&shared), wait) {
        let _ = tokio::time::timeout(Duration::from_secs(10), sent).await;
    }
    if let Some(silence) = said.cut_after {
        tokio::time::sleep(Duration::from_millis(silence)).await;
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Cut);
        return response;
    }
    write(&asked, &request_id, &said)
}

/// The same in one go, for a rehearsal held in process: nothing waits, a delay or a hold is no trouble there.
pub(crate) fn answer_at_once(shared: &Shared, asked: &Asked) -> Option<Response> {
    let mut world = shared.lock();
    let request_id = world.dice.id("req");
    let trouble = fault::take(&mut world.faults, asked.method.as_str(), &asked.path);
    let (key, said) = match begin(&mut world, asked) {
        Begun::Stop(key, said) => (key, cut_late(said, trouble)),
        Begun::Go(key, node) => {
            let said = match instead(&mut world, asked, &key, trouble.as_ref()) {
                Some(said) => said,
                None => execute(&mut world, asked, &request_id, &key, node, trouble.as_ref()),
            };
            (Some(key), said)
        }
    };
    note(&mut world, asked, &request_id, key.as_ref(), &said);
    said.cut_after
        .is_none()
        .then(|| write(asked, &request_id, &said))
}

async fn work(
    shared: &Shared,
    asked: &Asked,
    request_id: &str,
    trouble: Option<Trouble>,
) -> (Option<ApiKey>, Said) {
    let begun = begin(&mut shared.lock(), asked);
    let (key, node) = match begun {
        Begun::Go(key, node) => (key, node),
        Begun::Stop(key, said) => return (key, late(said, trouble).await),
    };
    if let Some(said) = instead(&mut shared.lock(), asked, &key, trouble.as_ref()) {
        return (Some(key), said);
    }
    match trouble {
        Some(Trouble::Delay { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Trouble::Hold) => {
            let mut gate = shared.gate.subscribe();
            let _ = tokio::time::timeout(HOLD_MAX, gate.changed()).await;
        }
        _ => {}
    }
    let said = execute(
        &mut shared.lock(),
        asked,
        request_id,
        &key,
        node,
        trouble.as_ref(),
    );
    if let Some(Trouble::HoldAnswer) = trouble {
        let mut gate = shared.gate.subscribe();
        let _ = tokio::time::timeout(HOLD_MAX, gate.changed()).await;
    }
    (Some(key), said)
}

/// What a trouble that strikes before execution makes of the request.
fn instead(
    world: &mut World,
    asked: &Asked,
    key: &ApiKey,
    trouble: Option<&Trouble>,
) -> Option<Said> {
    match trouble {
        Some(Trouble::TimeOutBefore { hold_ms }) => {
            forget(world, asked, key);
            Some(Said {
                status: 0,
                body: Value::Null,
                replayed: false,
                cut_after: Some(*hold_ms),
            })
        }
        Some(Trouble::ErrorBefore { status }) => {
            let body = trouble_error(*status).body();
            if let Some(name) = asked.idempotency_key() {
                // Stripe keeps a 500, but not a 429: there nothing had begun.
                let kept = (*status >= 500).then(|| (*status, body.clone()));
                world.memory.finish((key.account, key.mode), name, kept);
            }
            Some(Said {
                status: *status,
                body,
                replayed: false,
                cut_after: None,
            })
        }
        _ => None,
    }
}

fn trouble_error(status: u16) -> ApiError {
    if status == 429 {
        return ApiError::invalid("Request rate limit exceeded.")
            .status(429)
            .code("rate_limit");
    }
    ApiError::server(status)
}

/// A replay or a refusal can come late or be cut as well.
async fn late(said: Said, trouble: Option<Trouble>) -> Said {
    if let Some(Trouble::Delay { ms }) = trouble {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    cut_late(said, trouble)
}

fn cut_late(mut said: Said, trouble: Option<Trouble>) -> Said {
    if let Some(Trouble::TimeOutBefore { hold_ms } | Trouble::TimeOutAfter { hold_ms }) = trouble {
        said.cut_after = Some(hold_ms);
    }
    said
}

enum Begun {
    Go(ApiKey, Node),
    Stop(Option<ApiKey>, Said),
}

/// Everything before execution: clock, key, endpoint, parameters' form, idempotency.
fn begin(world: &mut World, asked: &Asked) -> Begun {
    pending::tick(world);
    let refuse = |key: Option<ApiKey>, error: ApiError| {
        Begun::Stop(
            key,
            Said {
                status: error.status,
                body: error.body(),
                replayed: false,
                cut_after: None,
            },
        )
    };
    let key = match auth::key(world, &asked.headers) {
        Ok(key) => key,
        Err(error) => return refuse(None, error),
    };
    let checked =
        auth::allow(world, &key, asked.method.as_str(), &asked.path).and_then(|()| node(asked));
    let node = match checked {
        Ok(node) => node,
        Err(error) => return refuse(Some(key), error),
    };
    let Some(name) = asked.idempotency_key() else {
        return Begun::Go(key, node);
    };
    let now = world.now();
    match world
        .memory
        .begin((key.account, key.mode), name, &asked.path, &node, now)
    {
        Ok(Turn::First) => Begun::Go(key, node),
        Ok(Turn::Again(status, body)) => Begun::Stop(
            Some(key),
            Said {
                status,
                body,
                replayed: true,
                cut_after: None,
            },
        ),
        Err(error) => refuse(Some(key), error),
    }
}

fn node(asked: &Asked) -> Result<Node, ApiError> {
    if let Some(version) = asked
        .header("stripe-version")
        .filter(|version| !is_version(version))
    {
        return Err(ApiError::invalid(format!(
            "Invalid Stripe API version: {version}"
        )));
    }
    if asked.method == Method::GET {
        return form::parse(&asked.query);
    }
    if asked.is_multipart() && asked.path == "/v1/files" {
        return file::read(asked.kind(), &asked.body);
    }
    let kind = asked.kind();
    if !asked.body.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
        let message = format!(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded, not {kind})."
        );
        return Err(ApiError::invalid(message));
    }
    form::parse(&asked.text())
}

fn forget(world: &mut World, asked: &Asked, key: &ApiKey) {
    if let Some(name) = asked.idempotency_key() {
        world.memory.finish((key.account, key.mode), name, None);
    }
}

/// The verb, and what the idempotency key remembers of it.
fn execute(
    world: &mut World,
    asked: &Asked,
    request_id: &str,
    key: &ApiKey,
    node: Node,
    trouble: Option<&Trouble>,
) -> Said {
    let place = (key.account, key.mode);
    world.origin = Origin {
        request_id: Some(request_id.to_owned()),
        idempotency_key: asked.idempotency_key().map(str::to_owned),
    };
    let result = run(world, asked, key, node);
    world.origin = Origin::default();
    let began = result.as_ref().err().is_none_or(|error| error.began);
    let (mut status, mut body) = match result {
        Ok(body) => (200, body),
        Err(error) => (error.status, error.body()),
    };
    if key.power == Power::Publishable {
        hide(&mut body);
    }
    if let Some(Trouble::ErrorAfter { status: wanted }) = trouble {
        (status, body) = (*wanted, ApiError::server(*wanted).body());
    }
    if let Some(name) = asked.idempotency_key() {
        let kept = (began || status >= 500).then(|| (status, body.clone()));
        world.memory.finish(place, name, kept);
    }
    let cut_after = match trouble {
        Some(Trouble::TimeOutAfter { hold_ms }) => Some(*hold_ms),
        _ => None,
    };
    Said {
        status,
        body,
        replayed: false,
        cut_after,
    }
}

fn run(world: &mut World, asked: &Asked, key: &ApiKey, node: Node) -> Result<Value, ApiError> {
    let Some((route, id)) = route::find(asked.method.as_str(), &asked.path) else {
        return Err(auth::unknown_url(asked.method.as_str(), &asked.path));
    };
    let place = (key.account, key.mode);
    let mut call = Call {
        world,
        place,
        key: key.clone(),
        node,
        expand: Vec::new(),
    };
    let mut body = (route.verb)(&mut call, id)?;
    let paths = std::mem::take(&mut call.expand);
    expand::expand(world, place, &mut body, &paths)?;
    Ok(body)
}

/// A publishable key sees only the public part of an intent, in answers and in errors.
fn hide(body: &mut Value) {
    match body["object"].as_str() {
        Some("payment_intent") => *body = payment_intent_fields::public(body),
        Some("setup_intent") => *body = setup_intent::public(body),
        _ => {}
    }
    for name in ["payment_intent", "setup_intent"] {
        if body["error"].get(name).is_some() {
            hide(&mut body["error"][name]);
        }
    }
}

fn note(world: &mut World, asked: &Asked, request_id: &str, key: Option<&ApiKey>, said: &Said) {
    let mode = key.map(|key| key.mode.as_str());
    let body = if asked.is_multipart() {
        file::recorded(&asked.body)
    } else {
        json!(redact(&asked.text()))
    };
    let entry = json!({
        "request_id": request_id, "at_ms": world.now() * 1_000, "method": asked.method.as_str(),
        "path": asked.path, "query": asked.query, "body": body,
        "content_type": asked.header("content-type"), "stripe_version": asked.header("stripe-version"),
        "idempotency_key": asked.header("idempotency-key"), "user_agent": asked.header("user-agent"),
        "key": key.map(|key| key.power.name()), "mode": mode,
        "account": key.map(|key| world.accounts[key.account].id.clone()),
        "status": said.status, "answer": said.body, "replayed": said.replayed, "cut": said.cut_after.is_some(),
    });
    world.record.asked(entry);
}

fn write(asked: &Asked, request_id: &str, said: &Said) -> Response {
    let status = StatusCode::from_u16(said.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_string_pretty(&said.body).unwrap_or_default();
    let mut response = (status, [("content-type", "application/json")], body).into_response();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    set("request-id", request_id);
    set("cache-control", "no-cache, no-store");
    if let Some(version) = asked.header("stripe-version") {
        set("stripe-version", version);
    }
    if let Some(name) = asked.header("idempotency-key") {
        set("idempotency-key", name);
    }
    if said.replayed {
        set("idempotent-replayed", "true");
    }
    response
}
