//! A browser without a window, whose server may die under it.

use std::cell::RefCell;
use std::rc::Rc;

use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::stage;
use crate::world::World;

/// A cookie jar.
#[derive(Clone, Default)]
pub struct Browser {
    cookies: Rc<RefCell<Vec<(String, String)>>>,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Where it sends one, if it does.
    pub location: String,
    /// The body.
    pub body: String,
}

impl Page {
    /// The value of an attribute's first appearance: `data-amount="…"`.
    pub fn attribute(&self, name: &str) -> String {
        let start = format!("{name}=\"");
        let rest = self.body.split(&start).nth(1).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The value of an input by its name.
    pub fn value(&self, name: &str) -> String {
        let rest = self
            .body
            .split(&format!("name=\"{name}\""))
            .nth(1)
            .unwrap_or_default();
        let tag = rest.split('>').next().unwrap_or_default();
        let value = tag.split("value=\"").nth(1).unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Browser {
    /// With one cookie in its jar.
    pub fn with_cookie(name: &str, value: &str) -> Browser {
        let browser = Browser::default();
        browser
            .cookies
            .borrow_mut()
            .push((name.to_owned(), value.to_owned()));
        browser
    }

    /// `None`: the connection broke.
    pub async fn get(&self, world: &Rc<World>, path: &str) -> Option<Page> {
        self.send(world, Request::get(path), String::new()).await
    }

    /// A form from a page of our own.
    pub async fn post(&self, world: &Rc<World>, path: &str, form: &[(&str, &str)]) -> Option<Page> {
        let body: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(world, request, body.join("&")).await
    }

    /// What a page's script posts.
    pub async fn post_json(&self, world: &Rc<World>, path: &str, body: String) -> Option<Page> {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin");
        self.send(world, request, body).await
    }

    async fn send(
        &self,
        world: &Rc<World>,
        request: http::request::Builder,
        body: String,
    ) -> Option<Page> {
        let line: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = match line.is_empty() {
            true => request,
            false => request.header(header::COOKIE, line.join("; ")),
        };
        let request = request.body(Body::from(body)).expect("a request");
        let name = format!("{} {}", request.method(), request.uri().path());
        let router = world.router()?;
        let answer = stage::ask(name.clone(), async move {
            let response = router.oneshot(request).await.expect("a router never fails");
            let (parts, body) = response.into_parts();
            let body = body
                .collect()
                .await
                .map(|b| b.to_bytes())
                .unwrap_or_default();
            (parts, body)
        });
        let Some((parts, body)) = answer.await else {
            world.tell(format!("  {name}: the connection broke"));
            return None;
        };
        self.keep_cookies(&parts.headers);
        let location = parts.headers.get(header::LOCATION);
        let page = Page {
            status: parts.status.as_u16(),
            location: location
                .and_then(|to| to.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        world.tell(format!("  {name}: {} {}", page.status, page.location));
        if page.status >= 500 && page.status != 502 && page.status != 503 {
            world.fault(format!("{name} answered {}", page.status));
        }
        Some(page)
    }

    fn keep_cookies(&self, headers: &http::HeaderMap) {
        for set in headers.get_all(header::SET_COOKIE) {
            let Some((name, rest)) = set.to_str().ok().and_then(|text| text.split_once('=')) else {
                continue;
            };
            let value = rest.split(';').next().unwrap_or_default();
            let mut cookies = self.cookies.borrow_mut();
            cookies.retain(|(known, _)| known != name);
            if !rest.contains("Max-Age=0") {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}
