//! A visit, before we ask who it is: language, theme, address, the page, and the message left by the last act.
//!
//! Every handler that answers with a page takes a [`Visit`] beside its [`Who`] and builds its frame from both:
//! `visit.page(&who)` behind the sign-in, `visit.plain()` before it, `visit.public(…)` for whoever holds a link.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use billing::Mode;
use cookie::{Cookie, SameSite, time::Duration};
use kit::locale::{Lang, Locale};

use crate::app::App;
use crate::page::{Flash, Kind, Page, Theme};
use crate::who::{Who, cookie_value};

/// What a request tells about its visitor without asking the database.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Path and query without `lang`.
    pub path: String,
    /// The language asked for by the link or kept in the cookie; nothing when the visitor never chose.
    pub chosen: Option<Lang>,
    /// What the browser prefers.
    pub preferred: Lang,
    /// The cookie `theme`, when there is one.
    pub theme: Option<Theme>,
    /// The message of the act before.
    pub flash: Option<Flash>,
    /// The network address for limits and the audit; `unknown` in tests without a network.
    pub address: String,
    demo: bool,
    https: bool,
}

const FLASH: &str = "flash";
const FLASH_KINDS: [&str; 4] = ["positive", "info", "warn", "negative"];

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visit, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address =
            address.map_or_else(|| "unknown".to_owned(), |ConnectInfo(a)| a.ip().to_string());
        Ok(Visit::read(app, &parts.uri, &parts.headers, address))
    }
}

impl Visit {
    /// Reads a visit from a request's address and headers (only `cookie` and `accept-language` matter).
    pub fn read(app: &App, uri: &Uri, headers: &HeaderMap, address: String) -> Visit {
        let kept = cookie_value(headers, language_cookie(uri.path())).and_then(|v| Lang::parse(&v));
        Visit {
            path: path_without_language(uri),
            chosen: asked_language(uri).or(kept),
            preferred: preferred_language(headers),
            theme: cookie_value(headers, "theme").map(|v| Theme::parse(&v)),
            flash: cookie_value(headers, FLASH).and_then(|v| read_flash(&v)),
            address,
            demo: app.is_demo(),
            https: app.is_https(),
        }
    }

    /// The frame for a signed-in person.
    pub fn page(&self, who: &Who) -> Page {
        let lang = self
            .chosen
            .or(Lang::parse(&who.language))
            .unwrap_or(Lang::En);
        Page {
            theme: self.theme.unwrap_or(Theme::parse(&who.theme)),
            person: Some(who.name.clone()),
            business: who.business_name.clone(),
            test: who.scope.mode == Mode::Test,
            ..self.bare(Locale::for_customer(lang, &who.country), Kind::Admin)
        }
    }

    /// The frame for nobody in particular: sign-in, first run, trouble.
    pub fn plain(&self) -> Page {
        let lang = self.chosen.unwrap_or(self.preferred);
        self.bare(Locale::for_customer(lang, ""), Kind::Admin)
    }

    /// The frame for whoever holds a link: in the language of the document, unless the visitor chose another.
    pub fn public(&self, lang: Lang, country: &str, business: &str, mode: Mode) -> Page {
        Page {
            business: business.to_owned(),
            test: mode == Mode::Test,
            ..self.bare(
                Locale::for_customer(self.chosen.unwrap_or(lang), country),
                Kind::Public,
            )
        }
    }

    fn bare(&self, l: Locale, kind: Kind) -> Page {
        Page {
            theme: self.theme.unwrap_or_default(),
            demo: self.demo,
            https: self.https,
            flash: self.flash.clone(),
            ..Page::new(l, kind, &self.path)
        }
    }
}

/// `303` to a page that shows the result.
pub fn see_other(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// `303` to a page that shows the result, with one message there. `kind`: `positive`, `info`, `warn`, `negative`.
pub fn see_other_saying(
    app: &App,
    to: &str,
    kind: &'static str,
    text: impl AsRef<str>,
) -> Response {
    let mut response = see_other(to);
    let value = format!(
        "{kind}.{}",
        Base64UrlUnpadded::encode_string(text.as_ref().as_bytes())
    );
    set_cookie(
        &mut response,
        app,
        FLASH,
        &value,
        Some(Duration::minutes(1)),
        true,
    );
    response
}

/// Sets a cookie for the whole site. `age`: nothing for as long as the browser is open. A cookie that scripts
/// need not read is `HttpOnly` (WEB-05).
pub fn set_cookie(
    response: &mut Response,
    app: &App,
    name: &str,
    value: &str,
    age: Option<Duration>,
    hidden: bool,
) {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.is_https());
    cookie.set_http_only(hidden);
    cookie.set_max_age(age);
    if let Ok(line) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// Makes the browser forget a cookie.
pub fn drop_cookie(response: &mut Response, app: &App, name: &str) {
    set_cookie(response, app, name, "", Some(Duration::ZERO), true);
}

/// What every answer does for the visit: keeps the language that was asked for, and takes away a message once it
/// has been shown on a page.
pub fn keep(response: &mut Response, app: &App, uri: &Uri, had_flash: bool) {
    if let Some(lang) = asked_language(uri) {
        set_cookie(
            response,
            app,
            language_cookie(uri.path()),
            lang.as_str(),
            Some(Duration::days(365)),
            false,
        );
    }
    if had_flash && is_page(response) {
        drop_cookie(response, app, FLASH);
    }
}

/// Whether the request brought a message of the act before.
pub fn has_flash(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::COOKIE)
        .iter()
        .any(|v| v.as_bytes().windows(6).any(|w| w == b"flash="))
}

fn is_page(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    response.status() != StatusCode::SEE_OTHER && kind.is_some_and(|k| k.starts_with(b"text/html"))
}

/// The seller's own choice must not turn a customer's invoice into another language, and the other way round.
fn language_cookie(path: &str) -> &'static str {
    let public = path.starts_with("/i/") || path == "/area" || path.starts_with("/area/");
    if public { "reading" } else { "lang" }
}

fn asked_language(uri: &Uri) -> Option<Lang> {
    let query = uri.query()?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(Lang::parse)
}

fn path_without_language(uri: &Uri) -> String {
    let kept: Vec<&str> = uri
        .query()
        .unwrap_or("")
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("lang="))
        .collect();
    if kept.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), kept.join("&"))
    }
}

/// The first language of the browser's list that we speak; weights are nearly always in order.
fn preferred_language(headers: &HeaderMap) -> Lang {
    let list = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    list.split(',')
        .find_map(|one| Lang::parse(one.split(';').next().unwrap_or("")))
        .unwrap_or(Lang::En)
}

fn read_flash(value: &str) -> Option<Flash> {
    let (kind, text) = value.split_once('.')?;
    let kind = FLASH_KINDS.into_iter().find(|k| *k == kind)?;
    let text = String::from_utf8(Base64UrlUnpadded::decode_vec(text).ok()?).ok()?;
    Some(Flash { kind, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_leaves_the_address_and_the_first_known_preference_wins() {
        let uri: Uri = "/invoices?view=open&lang=fr&page=2".parse().unwrap();
        assert_eq!(asked_language(&uri), Some(Lang::Fr));
        assert_eq!(path_without_language(&uri), "/invoices?view=open&page=2");
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_LANGUAGE,
            HeaderValue::from_static("de-DE,fr;q=0.8,en;q=0.5"),
        );
        assert_eq!(preferred_language(&headers), Lang::Fr);
    }

    #[test]
    fn a_message_survives_the_cookie_and_a_foreign_kind_does_not() {
        let value = format!(
            "positive.{}",
            Base64UrlUnpadded::encode_string("Enregistré ; voilà".as_bytes())
        );
        assert_eq!(read_flash(&value).unwrap().text, "Enregistré ; voilà");
        assert!(read_flash("evil.YQ").is_none() && read_flash("positive.***").is_none());
    }
}
