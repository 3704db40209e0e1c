//! How calls travel: over the network, or carried by hand to a rehearsal in the same process.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;

/// Where calls go out. Cheap to clone.
#[derive(Clone)]
pub enum Transport {
    /// Over the network, by the client of [`crate::http_client`].
    Network(reqwest::Client),
    /// By hand: what simulations and nothing else use.
    Carried(Arc<dyn Carrier>),
}

/// Carries calls to a rehearsal, and lets time pass as it sees fit.
pub trait Carrier: Send + Sync {
    /// Brings the call there and the answer back.
    fn carry(&self, call: Outgoing) -> Waiting<Result<Incoming, NoAnswer>>;
    /// Waits before a call is repeated.
    fn wait(&self, pause: Duration) -> Waiting<()>;
}

/// Something that ends.
pub type Waiting<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A call as it leaves us.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// `GET`, `POST` or `DELETE`.
    pub method: Method,
    /// Begins with `/v1/`; with the query.
    pub path: String,
    /// Without the authorization.
    pub headers: Vec<(&'static str, String)>,
    /// The bearer of the authorization header.
    pub key: String,
    /// A form; nothing for `GET` and `DELETE`.
    pub body: Option<String>,
    /// The whole `multipart/form-data` of a file on its way to Stripe; then there is no form.
    pub upload: Option<Bytes>,
}

/// How long an upload may take altogether: evidence is sent over a seller's own line.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);

/// An answer as it reaches us.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// HTTP status.
    pub status: u16,
    /// All of them.
    pub headers: HeaderMap,
    /// JSON, mostly.
    pub body: Bytes,
}

/// Why no answer came; each as the network would have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// No connection: nothing was sent.
    NoConnection,
    /// The connection broke: whether the call was carried out is not known.
    Broken,
    /// The answer did not come in time: likewise.
    TooSlow,
}

impl From<reqwest::Client> for Transport {
    fn from(client: reqwest::Client) -> Transport {
        Transport::Network(client)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Network(_) => "Network",
            Transport::Carried(_) => "Carried",
        })
    }
}

/// What one attempt at a call came to.
pub(crate) enum Broken {
    /// The connection could not be opened, or broke: a second try may reach Stripe.
    Connection { sent: bool, message: String },
    /// The answer did not come in time: waiting again would only make the payer wait twice.
    TooSlow { message: String },
}

impl Transport {
    pub(crate) async fn send(&self, api: &str, call: Outgoing) -> Result<Incoming, Broken> {
        match self {
            Transport::Network(client) => over_the_network(client, api, call).await,
            Transport::Carried(carrier) => carrier.carry(call).await.map_err(Broken::from),
        }
    }

    pub(crate) async fn wait(&self, pause: Duration) {
        match self {
            Transport::Network(_) => tokio::time::sleep(pause).await,
            Transport::Carried(carrier) => carrier.wait(pause).await,
        }
    }
}

async fn over_the_network(
    client: &reqwest::Client,
    api: &str,
    call: Outgoing,
) -> Result<Incoming, Broken> {
    let mut request = client
        .request(call.method, format!("{api}{}", call.path))
        .bearer_auth(call.key);
    for (name, value) in call.headers {
        request = request.header(name, value);
    }
    if let Some(body) = call.body {
        request = request.body(body);
    }
    if let Some(upload) = call.upload {
        request = request.body(upload).timeout(UPLOAD_TIMEOUT);
    }
    let response = request.send().await.map_err(broken)?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.bytes().await.map_err(broken)?;
    Ok(Incoming {
        status,
        headers,
        body,
    })
}

impl From<NoAnswer> for Broken {
    fn from(why: NoAnswer) -> Broken {
        let connection = |sent, message: &str| Broken::Connection {
            sent,
            message: message.to_owned(),
        };
        match why {
            NoAnswer::NoConnection => connection(false, "no connection"),
            NoAnswer::Broken => connection(true, "the connection broke"),
            NoAnswer::TooSlow => Broken::TooSlow {
                message: "no answer in time".to_owned(),
            },
        }
    }
}

/// Told apart by what may have happened: only a failure to connect proves that nothing was sent.
fn broken(error: reqwest::Error) -> Broken {
    let error = error.without_url();
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    if error.is_connect() || error.is_builder() {
        Broken::Connection {
            sent: false,
            message,
        }
    } else if error.is_timeout() {
        Broken::TooSlow { message }
    } else {
        Broken::Connection {
            sent: true,
            message,
        }
    }
}
