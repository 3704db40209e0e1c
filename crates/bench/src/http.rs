//! Just enough HTTP/1.1 to ask a server of ours on loopback: answers with a Content-Length, kept alive.
//!
//! A full client would spend more on a request than the server does, and the load would measure itself.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::now;

/// One answer.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Every byte of it over the wire, head and body.
    pub wire_bytes: usize,
    /// The body.
    pub body: Vec<u8>,
}

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends the bytes of a request and reads its answer: status, length of the head, length of the body. The
    /// bytes stay in the buffer until the next request.
    pub async fn ask(&mut self, request: &[u8]) -> Result<(u16, usize, usize)> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head]).context("a head that is not text")?;
        let status = text
            .get(9..12)
            .and_then(|code| code.parse().ok())
            .context("no status")?;
        let body = content_length(text).context("an answer without Content-Length")?;
        while self.buffer.len() < head + body {
            self.read().await?;
        }
        Ok((status, head, body))
    }

    /// The bytes of the last answer: its head, then its body.
    pub fn answer(&self) -> &[u8] {
        &self.buffer
    }

    async fn read(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection in the middle of an answer");
        }
        Ok(())
    }
}

/// The bytes of a GET.
pub fn get_request(address: SocketAddr, path: &str, compressed: bool) -> Vec<u8> {
    let encoding = if compressed {
        "accept-encoding: gzip\r\n"
    } else {
        ""
    };
    format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\n{encoding}\r\n")
        .into_bytes()
}

/// One GET on a connection of its own.
pub async fn get(address: SocketAddr, path: &str, compressed: bool) -> Result<Answer> {
    let mut connection = Connection::open(address).await?;
    let (status, head, body) = connection
        .ask(&get_request(address, path, compressed))
        .await?;
    let bytes = connection.buffer[head..head + body].to_vec();
    Ok(Answer {
        status,
        wire_bytes: head + body,
        body: bytes,
    })
}

/// Bytes over the wire of the pay page and everything it loads from the same server, compressed as a browser asks for
/// it. A page without the card form would be light for the wrong reason.
pub async fn pay_page_weight(address: SocketAddr, path: &str) -> Result<usize> {
    let page = get(address, path, false).await?;
    if page.status != 200 {
        bail!("the pay page answers {}", page.status);
    }
    let html = String::from_utf8(page.body)?;
    if !html.contains("/stripe.js") {
        bail!("the pay page does not load the provider's script: there is no card form on it");
    }
    let mut paths: BTreeSet<String> = loaded_by(&html);
    paths.insert(path.to_owned());
    let mut bytes = 0;
    for path in paths {
        let part = get(address, &path, true).await?;
        if part.status != 200 {
            bail!("a part of the pay page answers {}", part.status);
        }
        bytes += part.wire_bytes;
    }
    Ok(bytes)
}

/// Asks until there is an answer, which must be the page.
pub async fn first_answer(address: SocketAddr, path: &str, patience: Duration) -> Result<()> {
    let begun = now();
    while begun.elapsed() < patience {
        if let Ok(answer) = get(address, path, false).await {
            return match answer.status {
                200 => Ok(()),
                other => bail!("the first answer is {other}, not the page"),
            };
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    bail!("no answer from {address} within {patience:?}")
}

/// Style sheets, icons, scripts and pictures of the same server; links to other pages are not loaded.
fn loaded_by(html: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for tag in html.split('<').filter(|tag| {
        ["link ", "script ", "img "]
            .iter()
            .any(|name| tag.starts_with(name))
    }) {
        for name in [" href=\"", " src=\""] {
            let value = tag
                .split_once(name)
                .and_then(|(_, rest)| rest.split_once('"'))
                .map(|(value, _)| value);
            if let Some(value) =
                value.filter(|value| value.starts_with('/') && !value.starts_with("//"))
            {
                paths.insert(value.to_owned());
            }
        }
    }
    paths
}

fn content_length(head: &str) -> Option<usize> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") {
            value.trim().parse().ok()
        } else {
            None
        }
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::loaded_by;

    #[test]
    fn what_a_page_loads_is_told_from_what_it_links_to_and_from_strangers() {
        let html = r#"<link rel="stylesheet" href="/a.css"><a href="/other"><script src="/b.js"></script>
            <script src="https://js.stripe.com/x.js"></script><img alt="" src="/c.svg">"#;
        assert_eq!(
            loaded_by(html).into_iter().collect::<Vec<_>>(),
            ["/a.css", "/b.js", "/c.svg"]
        );
    }
}
