//! A form with files, as browsers send it (`multipart/form-data`). The whole body is in memory, and its size is limited;
//! nothing is guessed, and what cannot be read is refused.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use http_body_util::BodyExt;

use crate::app::App;

/// What was sent.
#[derive(Debug, Default)]
pub struct Upload {
    parts: Vec<Part>,
}

/// One field, or one file.
#[derive(Debug)]
pub struct Part {
    name: String,
    /// The name the browser gave the file; nothing for a plain field. Never to be used as a path.
    pub filename: Option<String>,
    /// What it holds.
    pub content: Bytes,
}

/// More parts than any form of ours has.
const PARTS_MAX: usize = 50;

impl Upload {
    /// A plain field as text; empty when it is not there.
    pub fn text(&self, name: &str) -> String {
        let part = self
            .parts
            .iter()
            .find(|p| p.name == name && p.filename.is_none());
        part.map_or_else(String::new, |p| {
            String::from_utf8_lossy(&p.content).into_owned()
        })
    }

    /// A file; nothing when none was chosen (browsers then send an empty one without a name).
    pub fn file(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|p| {
            p.name == name
                && p.filename
                    .as_deref()
                    .is_some_and(|f| !f.is_empty() || !p.content.is_empty())
        })
    }

    /// Reads a body with the boundary that its header names.
    ///
    /// # Errors
    /// When it is not a form with parts.
    pub fn parse(content_type: &str, body: &Bytes) -> Result<Upload, NotAForm> {
        let boundary = boundary(content_type).ok_or(NotAForm)?;
        let between = format!("\r\n--{boundary}");
        let first = format!("--{boundary}");
        if !body.starts_with(first.as_bytes()) {
            return Err(NotAForm);
        }
        let mut parts = Vec::new();
        let mut at = first.len();
        loop {
            let rest = &body[at..];
            if rest.starts_with(b"--") {
                return Ok(Upload { parts });
            }
            if !rest.starts_with(b"\r\n") || parts.len() >= PARTS_MAX {
                return Err(NotAForm);
            }
            let begin = at + 2;
            let end = begin + find(&body[begin..], between.as_bytes()).ok_or(NotAForm)?;
            parts.push(part(&body.slice(begin..end))?);
            at = end + between.len();
        }
    }
}

/// Not a form with parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a form with parts")]
pub struct NotAForm;

/// Why nothing was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadFault {
    /// More than the address takes.
    TooLarge,
    /// Not a form with parts.
    NotAForm,
}

impl UploadFault {
    /// For the record.
    pub fn as_str(self) -> &'static str {
        match self {
            UploadFault::TooLarge => "more than the address takes",
            UploadFault::NotAForm => "not a form with parts",
        }
    }
}

impl IntoResponse for UploadFault {
    fn into_response(self) -> Response {
        match self {
            UploadFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            UploadFault::NotAForm => StatusCode::UNPROCESSABLE_ENTITY,
        }
        .into_response()
    }
}

/// What is read into memory at most. What a file itself may be is for the feature to say, in a sentence.
const BODY_MAX: usize = 16 * 1024 * 1024;
/// What is read and thrown away beyond it: a browser that is cut off in the middle shows its own page, not our sentence.
const READ_MAX: usize = 256 * 1024 * 1024;

impl FromRequest<App> for Upload {
    type Rejection = UploadFault;

    async fn from_request(request: Request, _: &App) -> Result<Upload, UploadFault> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = read(request.into_body()).await?;
        Upload::parse(&kind, &body).map_err(|_| UploadFault::NotAForm)
    }
}

async fn read(mut body: Body) -> Result<Bytes, UploadFault> {
    let (mut kept, mut seen) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| UploadFault::NotAForm)?;
        let Some(chunk) = frame.data_ref() else {
            continue;
        };
        seen += chunk.len();
        if seen > READ_MAX {
            break;
        }
        if seen > BODY_MAX {
            kept = BytesMut::new();
        } else {
            kept.extend_from_slice(chunk);
        }
    }
    if seen > BODY_MAX {
        return Err(UploadFault::TooLarge);
    }
    Ok(kept.freeze())
}

fn part(bytes: &Bytes) -> Result<Part, NotAForm> {
    // A part without any header begins with the empty line itself.
    let split = find(bytes, b"\r\n\r\n").ok_or(NotAForm)?;
    let head = std::str::from_utf8(&bytes[..split]).map_err(|_| NotAForm)?;
    let disposition = head
        .split("\r\n")
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case("content-disposition")
                .then_some(value)
        })
        .ok_or(NotAForm)?;
    Ok(Part {
        name: parameter(disposition, "name").ok_or(NotAForm)?,
        filename: parameter(disposition, "filename"),
        content: bytes.slice(split + 4..),
    })
}

fn boundary(content_type: &str) -> Option<String> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let found = parameter(&format!(";{rest}"), "boundary")?;
    let plain = !found.is_empty() && found.len() <= 70 && found.is_ascii();
    plain.then_some(found)
}

/// `name="value"` or `name=value` after a semicolon. Browsers write a quote inside a value as `%22`.
fn parameter(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find(';') {
        rest = rest[at + 1..].trim_start();
        let (key, after) = rest.split_once('=')?;
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim(), &after[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.replace("%22", "\""));
        }
        rest = next;
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x";

    fn body(text: &str) -> Bytes {
        Bytes::from(text.replace('\n', "\r\n"))
    }

    #[test]
    fn fields_and_files_are_told_apart_and_bytes_stay_as_they_are() {
        let sent = body(
            "------x\nContent-Disposition: form-data; name=\"words\"\n\nÉté; \"x\"\n------x\ncontent-disposition: form-data; name=\"file\"; filename=\"a \\; b.pdf\"\nContent-Type: application/pdf\n\n%PDF-1.7\n--not a boundary\n\n------x--\n",
        );
        let form = Upload::parse(KIND, &sent).unwrap();
        assert_eq!(form.text("words"), "Été; \"x\"");
        let file = form.file("file").unwrap();
        assert_eq!(file.filename.as_deref(), Some("a \\; b.pdf"));
        assert_eq!(&file.content[..], b"%PDF-1.7\r\n--not a boundary\r\n");
        assert!(form.file("words").is_none() && form.text("file").is_empty());
    }

    #[test]
    fn no_file_chosen_is_no_file() {
        let sent = body(
            "------x\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\nContent-Type: application/octet-stream\n\n\n------x--\n",
        );
        assert!(Upload::parse(KIND, &sent).unwrap().file("file").is_none());
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let whole = "------x\nContent-Disposition: form-data; name=\"a\"\n\nb\n------x--\n";
        assert!(Upload::parse(KIND, &body(whole)).is_ok());
        for (kind, text) in [
            ("application/x-www-form-urlencoded", whole),
            ("multipart/form-data", whole),
            ("multipart/form-data; boundary=", whole),
            ("multipart/form-data; boundary=other", whole),
            (KIND, ""),
            (KIND, "------x"),
            (KIND, "------x\n"),
            (
                KIND,
                "------x\nContent-Disposition: form-data; name=\"a\"\n\nb",
            ),
            (KIND, "------x\nContent-Type: text/plain\n\nb\n------x--"),
            (
                KIND,
                "------x\nContent-Disposition: form-data\n\nb\n------x--",
            ),
            (KIND, "------x\nno empty line\n------x--"),
        ] {
            assert!(Upload::parse(kind, &body(text)).is_err(), "{kind} {text:?}");
        }
        let many = "------x\nContent-Disposition: form-data; name=\"a\"\n\nb\n".repeat(60);
        assert!(Upload::parse(KIND, &body(&format!("{many}------x--"))).is_err());
    }

    #[test]
    fn a_cut_off_body_is_refused_wherever_it_is_cut() {
        let whole = body(
            "------x\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\n\nabc\n------x--",
        );
        for end in 0..whole.len() - 1 {
            assert!(Upload::parse(KIND, &whole.slice(..end)).is_err(), "{end}");
        }
    }
}
