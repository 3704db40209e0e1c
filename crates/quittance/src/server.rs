//! The accept loop: HTTP/1.1 with a time limit for headers, no delay on small answers, and an end that drains.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request};
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
    trusted: &[IpAddr],
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
            Ok((stream, peer)) => {
                let peer = Peer {
                    address: peer,
                    speaks_for_others: trusted.contains(&peer.ip().to_canonical()),
                };
                answer(&http, &graceful, stream, peer, router.clone());
            }
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
    peer: Peer,
    router: Router,
) {
    drop(stream.set_nodelay(true));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let visitor = peer.visitor(request.headers());
        request.extensions_mut().insert(ConnectInfo(visitor));
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

/// Who is at the other end of a connection.
#[derive(Clone, Copy)]
struct Peer {
    address: SocketAddr,
    /// A proxy of the operator's: the address it adds is the visitor's.
    speaks_for_others: bool,
}

impl Peer {
    /// The visitor's address, for limits and the audit. Only the last address that a trusted proxy wrote into
    /// `X-Forwarded-For` is believed: those before it are whatever the visitor sent.
    fn visitor(self, headers: &HeaderMap) -> SocketAddr {
        if !self.speaks_for_others {
            return self.address;
        }
        let told = headers.get_all("x-forwarded-for").iter().next_back();
        let last = told
            .and_then(|value| value.to_str().ok())
            .and_then(|list| list.rsplit(',').next())
            .and_then(|address| address.trim().parse::<IpAddr>().ok());
        last.map_or(self.address, |ip| SocketAddr::new(ip, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(speaks_for_others: bool, forwarded: &[&str]) -> String {
        let peer = Peer {
            address: "127.0.0.1:5000".parse().unwrap(),
            speaks_for_others,
        };
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        peer.visitor(&headers).ip().to_string()
    }

    #[test]
    fn aut_04_a_visitor_is_told_by_the_last_word_of_a_trusted_proxy_and_by_nobody_else() {
        assert_eq!(visitor(false, &["6.6.6.6"]), "127.0.0.1");
        assert_eq!(visitor(true, &["6.6.6.6, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(visitor(true, &["6.6.6.6", "203.0.113.8"]), "203.0.113.8");
        assert_eq!(visitor(true, &["2001:db8::1"]), "2001:db8::1");
        for nonsense in [&[][..], &["unknown"], &[""], &["6.6.6.6, nobody"]] {
            assert_eq!(visitor(true, nonsense), "127.0.0.1");
        }
    }
}
