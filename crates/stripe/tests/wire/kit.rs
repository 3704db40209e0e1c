//! A small server in the test that keeps what came and says what it was told to say.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use stripe::*;

pub const SECRET: &str = "sk_test_51HiddenHiddenHidden9876";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    /// Bytes that are no text are replaced; no test reads those.
    pub body: String,
}

/// An answer to give.
#[derive(Clone)]
pub struct Say {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

pub fn say(status: u16, body: impl Into<String>) -> Say {
    Say {
        status,
        headers: vec![("request-id", "req_1")],
        body: body.into(),
    }
}

impl Say {
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

#[derive(Clone, Default)]
pub struct Server {
    seen: Arc<Mutex<Vec<Seen>>>,
    says: Arc<Mutex<VecDeque<Say>>>,
}

impl Server {
    /// Listens on a free port and says these answers in order.
    pub async fn start(says: impl IntoIterator<Item = Say>) -> (Self, Arc<Origins>) {
        let server = Self {
            says: Arc::new(Mutex::new(says.into_iter().collect())),
            ..Self::default()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (
            server,
            Arc::new(Origins::rehearsal(&format!("http://{address}")).expect("loopback")),
        )
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panicked").clone()
    }
}

async fn answer(
    State(server): State<Server>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, String) {
    let body = String::from_utf8_lossy(&body).into_owned();
    server.seen.lock().expect("alive").push(Seen {
        method,
        uri,
        headers,
        body,
    });
    let say = server
        .says
        .lock()
        .expect("alive")
        .pop_front()
        .expect("one answer for each request expected");
    let headers = say
        .headers
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
    (
        StatusCode::from_u16(say.status).expect("a status"),
        headers,
        say.body,
    )
}

pub fn client(origins: &Arc<Origins>) -> Client {
    let http = http_client(origins).expect("TLS defaults");
    let key = SecretKey::parse(SECRET).expect("a secret key");
    Client::new(http, origins.clone(), key).with_retries(Retries {
        max: 2,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
    })
}

pub fn intention() -> IdempotencyKey {
    IdempotencyKey::new("attempt-1").expect("printable")
}
