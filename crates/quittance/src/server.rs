//! The accept loop: HTTP/1.1 with a time limit for headers, no delay on small answers, and an end that drains.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

/// A connection that has not said what it wants by then is closed; browsers open a new one without a word.
const HEADERS_WITHIN: Duration = Duration::from_secs(20);
/// Room for the headers of a request; what needs more is not a browser of ours.
const HEADERS_SIZE_BYTES_MAX: usize = 64 * 1024;

/// Answers requests until `stop` completes, then closes the door and waits at most `drain_max` for answers under
/// way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    drain_max: Duration,
) {
    let http = connection_rules();
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => answer(&http, &graceful, stream, peer, router.clone()),
            Err(error) => {
                // Out of file descriptors, or a peer gone before we looked: never a reason to end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(drain_max, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still under way and were cut off");
    }
}

/// HTTP/1.1 only: HTTP/2 reaches browsers through TLS, which a proxy in front ends; and the look ahead for an
/// HTTP/2 preface is the one wait that the time limit for headers would not cover.
fn connection_rules() -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADERS_SIZE_BYTES_MAX)
        .pipeline_flush(true);
    http
}

fn answer(
    http: &Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) {
    drop(stream.set_nodelay(true));
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request.map(Body::new))
    });
    let connection = http
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::trace!(%error, "a connection ended early");
        }
    });
}
