//! The listener: our own accept loop, because a rehearsal must be able to cut a connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tower::Service;

use crate::control::Control;
use crate::dispatch::{self, Asked};
use crate::key::{Mode, Power};
use crate::shared::Shared;
use crate::{
    checkout_page, control_card, control_dispute, control_http, control_money_http, element,
};

/// Bytes of a body: evidence has 5 MB at most, and a refusal should be ours, not the listener's.
const BODY_MAX: usize = 8 << 20;

/// Marks an answer that must not be written: the connection is cut instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut;

/// The keys of one account in one mode.
#[derive(Debug, Clone, Serialize)]
pub struct ModeKeys {
    /// `pk_…`
    pub publishable: String,
    /// `sk_…`
    pub secret: String,
    /// `rk_…` with the recommended permissions, which leave out reading the account.
    pub restricted: String,
}

/// The keys of one account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountKeys {
    /// `acct_…`
    pub account: String,
    /// The account's name.
    pub name: String,
    /// Live-looking keys.
    pub live: ModeKeys,
    /// Test keys.
    pub test: ModeKeys,
}

/// A rehearsal that is running. Dropping it stops it.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Running {
    /// `http://127.0.0.1:…`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The keys of every account, in the order the accounts were given.
    pub fn keys(&self) -> Vec<AccountKeys> {
        self.control().keys()
    }

    /// The handle that scripts misbehaviour. It may be cloned and kept.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Stops listening and ends every delivery.
    pub async fn stop(mut self) {
        self.shared.stopping.send_replace(true);
        let _ = (&mut self.task).await;
    }

    /// Waits until it is stopped from elsewhere.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.stopping.send_replace(true);
    }
}

pub(crate) fn run(listener: TcpListener, addr: SocketAddr, shared: Arc<Shared>) -> Running {
    let router = Router::new()
        .merge(control_http::router())
        .merge(control_money_http::router())
        .merge(control_dispute::router())
        .merge(control_card::router())
        .merge(checkout_page::router())
        .merge(element::router())
        .route("/v1/{*path}", any(api))
        .fallback(|| async { (StatusCode::NOT_FOUND, "Nothing here.\n") })
        .with_state(Arc::clone(&shared));
    let task = tokio::spawn(accept(listener, router, Arc::clone(&shared)));
    Running { addr, shared, task }
}

async fn accept(listener: TcpListener, router: Router, shared: Arc<Shared>) {
    let mut stopping = shared.stopping.subscribe();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let _ = stream.set_nodelay(true);
                    shared.spawn(connection(stream, router.clone()));
                }
            }
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            // In a task of its own: a client that hangs up must not undo a charge half way.
            let answered = tokio::spawn(tower_call(router, request.map(Body::new)));
            match answered.await {
                Ok(response) if response.extensions().get::<Cut>().is_none() => Ok(response),
                _ => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
            }
        }
    });
    // A cut connection ends in an error here, as it should.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn tower_call(mut router: Router, request: Request) -> Response {
    router
        .call(request)
        .await
        .unwrap_or_else(|never| match never {})
}

async fn api(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let asked = Asked {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: bytes,
    };
    dispatch::answer(shared, asked).await
}

/// The keys of every account, in the order the accounts were given.
pub(crate) fn account_keys(shared: &Shared) -> Vec<AccountKeys> {
    let world = shared.lock();
    let text = |account: usize, mode: Mode, wanted: &str| {
        let key = world
            .keys
            .iter()
            .find(|key| key.account == account && key.mode == mode && key.power.name() == wanted);
        key.map_or_else(String::new, |key| key.text.clone())
    };
    let of_mode = |account, mode| ModeKeys {
        publishable: text(account, mode, Power::Publishable.name()),
        secret: text(account, mode, Power::Secret.name()),
        restricted: text(account, mode, "restricted"),
    };
    let of = |(at, account): (usize, &crate::AccountSpec)| AccountKeys {
        account: account.id.clone(),
        name: account.name.clone(),
        live: of_mode(at, Mode::Live),
        test: of_mode(at, Mode::Test),
    };
    world.accounts.iter().enumerate().map(of).collect()
}
