//! Style sheets and scripts from inside the binary. Each has the hash of its content in its address, so
//! that a browser may keep it for ever and an upgrade is seen at once.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The parts of `app.css`, in the order of the layers.
const SHEETS: [&str; 7] = [
    "reset",
    "tokens",
    "base",
    "layout",
    "components",
    "pages",
    "print",
];

/// One file ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// The whole address: `/assets/app.0123456789abcdef.css`.
    pub url: String,
    /// As it is.
    pub plain: Bytes,
    /// Compressed once, at start.
    pub gzip: Bytes,
    kind: &'static str,
}

struct Store {
    by_name: HashMap<String, Asset>,
    by_url: HashMap<String, String>,
}

static STORE: LazyLock<Store> = LazyLock::new(Store::build);

/// The address of a file by its plain name (`app.css`, `app.js`, `icon.svg`). An unknown name is a mistake
/// in a template: it stops a debug build and is a dead link otherwise.
pub fn asset(name: &str) -> &'static str {
    let found = STORE.by_name.get(name);
    debug_assert!(found.is_some(), "there is no asset {name}");
    found.map_or("/assets/missing", |asset| asset.url.as_str())
}

/// The file itself, for measuring and tests.
pub fn find(name: &str) -> Option<&'static Asset> {
    STORE.by_name.get(name)
}

/// `GET /assets/{file}`: the file for ever, or `404`.
pub async fn get(Path(file): Path<String>, request: HeaderMap) -> Response {
    let asset = STORE
        .by_url
        .get(&format!("/assets/{file}"))
        .and_then(|name| STORE.by_name.get(name));
    let Some(asset) = asset else {
        return status(StatusCode::NOT_FOUND);
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let body = if takes_gzip(&request) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        &asset.gzip
    } else {
        &asset.plain
    };
    *response.body_mut() = Body::from(body.clone());
    response
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// True when the browser names gzip and does not refuse it with `q=0`.
fn takes_gzip(request: &HeaderMap) -> bool {
    let accepted = request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|part| {
        let mut parts = part.split(';').map(str::trim);
        parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
            && !parts.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

impl Store {
    fn build() -> Self {
        let mut by_name = HashMap::new();
        for path in Files::iter() {
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            let text = Files::get(&path)
                .map(|file| file.data.into_owned())
                .unwrap_or_default();
            match path.rsplit('.').next() {
                Some("js") => by_name.insert(
                    name.clone(),
                    Asset::new(&name, "text/javascript; charset=utf-8", text),
                ),
                Some("svg") => {
                    by_name.insert(name.clone(), Asset::new(&name, "image/svg+xml", text))
                }
                _ => None,
            };
        }
        by_name.insert(
            "app.css".to_owned(),
            Asset::new("app.css", "text/css; charset=utf-8", sheet().into_bytes()),
        );
        let by_url = by_name
            .iter()
            .map(|(name, asset)| (asset.url.clone(), name.clone()))
            .collect();
        Self { by_name, by_url }
    }
}

impl Asset {
    fn new(name: &str, kind: &'static str, plain: Vec<u8>) -> Self {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let hash: String = Sha256::digest(&plain)
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            url: format!("/assets/{stem}.{hash}.{ending}"),
            gzip: gzip(&plain),
            plain: plain.into(),
            kind,
        }
    }
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(plain)
        .expect("writing to memory does not fail");
    encoder
        .finish()
        .expect("writing to memory does not fail")
        .into()
}

/// All style sheets as one, without comments and idle space.
fn sheet() -> String {
    let parts = SHEETS.map(|name| {
        let file = Files::get(&format!("css/{name}.css"))
            .expect("every style sheet named above is embedded");
        String::from_utf8_lossy(&file.data).into_owned()
    });
    squeeze(&parts.concat())
}

/// Drops comments, and white space where CSS does not read it. Inside quotes nothing is touched.
fn squeeze(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let (mut rest, mut quote) = (css, None);
    while let Some(c) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match quote {
            Some(q) => {
                quote = (c != q).then_some(q);
                out.push(c);
            }
            None if c.is_whitespace() => {
                let idle = out.ends_with(['{', '}', ';', ',', ' ']) || out.is_empty();
                let next = rest.trim_start();
                if !idle && !next.starts_with(['{', '}', ';', ',']) && !next.is_empty() {
                    out.push(' ');
                }
            }
            None => {
                quote = matches!(c, '"' | '\'').then_some(c);
                if c == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squeezing_keeps_what_css_reads() {
        let css = "/* a */ a  b , c { margin : 0 calc(1px - 2px) ;\n content: \"/* x  y */\" ; }\n";
        assert_eq!(
            squeeze(css),
            "a b,c{margin : 0 calc(1px - 2px);content: \"/* x  y */\"}"
        );
    }

    #[test]
    fn the_style_sheet_and_the_script_together_weigh_less_than_16_kb_over_the_wire() {
        let weight = find("app.css").unwrap().gzip.len() + find("app.js").unwrap().gzip.len();
        assert!(weight < 16_000, "{weight} bytes");
    }

    #[test]
    fn braces_of_the_joined_style_sheet_balance() {
        let css = sheet();
        assert_eq!(css.matches('{').count(), css.matches('}').count());
        assert!(
            SHEETS
                .iter()
                .all(|layer| css.contains(&format!("@layer {layer}{{")))
        );
    }

    #[test]
    fn raw_colours_stand_only_among_the_tokens() {
        for name in SHEETS.iter().filter(|name| **name != "tokens") {
            let file = Files::get(&format!("css/{name}.css")).unwrap();
            let css = String::from_utf8_lossy(&file.data).into_owned();
            let hex = css
                .match_indices('#')
                .find(|(at, _)| css[at + 1..].starts_with(|c: char| c.is_ascii_hexdigit()));
            assert!(
                hex.is_none() && !css.contains("rgb("),
                "{name}.css has a raw colour: use a role of tokens.css"
            );
        }
    }

    #[tokio::test]
    async fn an_asset_is_kept_for_ever_and_an_unknown_one_is_404() {
        let file = asset("app.css").trim_start_matches("/assets/").to_owned();
        let mut request = HeaderMap::new();
        request.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("br, gzip"),
        );
        let answer = get(Path(file.clone()), request).await;
        assert_eq!(
            answer.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
        let plain = get(Path(file), HeaderMap::new()).await;
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        assert_eq!(
            get(Path("app.0000.css".to_owned()), HeaderMap::new())
                .await
                .status(),
            404
        );
    }
}
