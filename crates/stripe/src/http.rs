//! The tuned HTTP client: one TLS stack, roots in the binary, no redirects, bounded waiting.

use std::sync::Arc;
use std::time::Duration;

use crate::Origins;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one attempt may take altogether, reading the answer included.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);

/// An HTTP client fit for these origins. Make one for the process and clone it: it holds the connections.
///
/// - TLS 1.2 and 1.3 by rustls with ring; Mozilla's roots compiled in, so an empty container works.
/// - No redirects: a key must not follow one to another host.
/// - For Stripe, plain `http` is refused; for a rehearsal, no proxy is asked.
///
/// # Errors
/// Only when the TLS library refuses its own defaults.
pub fn http_client(origins: &Origins) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(50))
        .tcp_nodelay(true)
        // Retries are ours: they need the idempotency key and Stripe's own advice.
        .retry(reqwest::retry::never());
    if origins.is_rehearsal() {
        builder.no_proxy().build()
    } else {
        builder.https_only(true).build()
    }
}

fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .expect("ring speaks TLS 1.2 and 1.3")
    .with_root_certificates(roots)
    .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
