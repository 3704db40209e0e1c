//! A browser without a screen: keeps cookies, follows redirects, says where its requests come from.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// A person's browser.
#[derive(Clone)]
pub struct Browser {
    router: axum::Router,
    origin: String,
    /// Name and value, as a browser keeps them.
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back, after redirects.
#[derive(Debug)]
pub struct Answer {
    /// The last status.
    pub status: StatusCode,
    /// The last headers.
    pub headers: HeaderMap,
    /// The last body.
    pub body: String,
    /// Where the browser stands now.
    pub path: String,
    /// Every `Set-Cookie` on the way.
    pub set_cookies: Vec<String>,
}

impl Answer {
    /// The answer, when it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}\n{}", self.path, self.body);
        self
    }

    /// Whether the page shows this text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Answer {
        assert!(
            self.body.contains(text),
            "“{text}” is not on {}:\n{}",
            self.path,
            self.body
        );
        self
    }

    /// Whether the page does not show this text.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Answer {
        assert!(
            !self.body.contains(text),
            "“{text}” is on {}:\n{}",
            self.path,
            self.body
        );
        self
    }
}

impl Browser {
    /// Without cookies. `origin`: the address it believes to speak to.
    pub fn new(router: axum::Router, origin: &str) -> Browser {
        Browser {
            router,
            origin: origin.to_owned(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Opens a page and follows redirects.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.go(Method::GET, path, None, true).await
    }

    /// Opens a page and stays where it is told to go elsewhere.
    pub async fn get_once(&mut self, path: &str) -> Answer {
        self.go(Method::GET, path, None, false).await
    }

    /// Sends a form and follows redirects.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.go(Method::POST, path, Some(form(fields)), true).await
    }

    /// Sends a form and stays where it is told to go elsewhere.
    pub async fn post_once(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.go(Method::POST, path, Some(form(fields)), false).await
    }

    /// Sends a body as it is and stays where it is told to go elsewhere.
    pub async fn post_text(&mut self, path: &str, body: &str) -> Answer {
        self.go(Method::POST, path, Some(body.to_owned()), false)
            .await
    }

    /// Sends a form with files (field, name, content), and follows redirects.
    pub async fn upload(
        &mut self,
        path: &str,
        texts: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        let mut part = |head: String, content: &[u8]| {
            body.extend_from_slice(b"--xx\r\nContent-Disposition: form-data; ");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        for (name, text) in texts {
            part(format!("name=\"{name}\""), text.as_bytes());
        }
        for (name, file, content) in files {
            let file = file.replace('"', "%22");
            part(format!("name=\"{name}\"; filename=\"{file}\""), content);
        }
        body.extend_from_slice(b"--xx--\r\n");
        self.headers.push((
            "content-type",
            "multipart/form-data; boundary=xx".to_owned(),
        ));
        let answer = self.send(Method::POST, path, Some(body)).await;
        self.headers.pop();
        match answer.headers.get(header::LOCATION) {
            Some(next) => {
                let next = next.to_str().unwrap().to_owned();
                self.get(&next).await
            }
            None => answer,
        }
    }

    /// Asks for the headers of a page only.
    pub async fn head(&mut self, path: &str) -> Answer {
        self.go(Method::HEAD, path, None, false).await
    }

    async fn go(
        &mut self,
        method: Method,
        path: &str,
        body: Option<String>,
        follow: bool,
    ) -> Answer {
        let mut answer = self.send(method, path, body.map(String::into_bytes)).await;
        for _ in 0..8 {
            let location = answer
                .headers
                .get(header::LOCATION)
                .map(|v| v.to_str().unwrap().to_owned());
            let (true, StatusCode::SEE_OTHER, Some(next)) = (follow, answer.status, location)
            else {
                break;
            };
            let set = std::mem::take(&mut answer.set_cookies);
            answer = self.send(Method::GET, &next, None).await;
            answer.set_cookies.splice(0..0, set);
        }
        answer
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<Vec<u8>>) -> Answer {
        let host = self
            .origin
            .split_once("://")
            .map_or("localhost", |(_, host)| host)
            .to_owned();
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, host);
        if method == Method::POST {
            request = request
                .header(header::ORIGIN, &self.origin)
                .header("sec-fetch-site", "same-origin");
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if !self.cookies.is_empty() {
            let line: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        let mut request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let set_cookies: Vec<String> = parts
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|v| v.to_str().unwrap().to_owned())
            .collect();
        set_cookies.iter().for_each(|line| self.keep(line));
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            path: path.to_owned(),
            set_cookies,
        }
    }

    fn keep(&mut self, line: &str) {
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
