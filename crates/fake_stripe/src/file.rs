//! Files: evidence for disputes, sent as `multipart/form-data`. Their content is weighed and forgotten.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde_json::{Value, json};

use crate::call::{Call, text};
use crate::error::{Answer, ApiError};
use crate::form::Node;
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::schema::{Field, Kind, opt, req};
use crate::shelf::Noun;

/// Bytes of evidence.
const EVIDENCE_MAX: i64 = 5 * 1024 * 1024;

const CREATE: &[Field] = &[
    EXPAND,
    req(
        "file",
        Kind::Object(&[
            req("digest", Kind::Text),
            req("filename", Kind::Text),
            req("kind", Kind::Text),
            req("size", Kind::Integer),
        ]),
    ),
    opt("file_link_data", Kind::Unrehearsed),
    req("purpose", Kind::OneOf(&["dispute_evidence"])),
];

/// `POST /v1/files`
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    let file = &params["file"];
    if file["size"].as_i64().unwrap_or(0) > EVIDENCE_MAX {
        let message = "The file is too large: evidence may have 5 MB at most.";
        return Err(ApiError::invalid(message).param("file"));
    }
    let kind = match file["kind"].as_str() {
        Some(kind @ ("pdf" | "png" | "jpg")) => kind,
        _ => {
            let message = "Evidence must be a PDF, a JPEG or a PNG.";
            return Err(ApiError::invalid(message).param("file"));
        }
    };
    let id = call.world.dice.id("file");
    let object = json!({
        "id": id, "object": "file", "created": call.world.now(), "expires_at": null, "filename": file["filename"],
        "links": {
            "object": "list", "data": [], "has_more": false, "url": format!("/v1/file_links?file={id}"),
        },
        "purpose": params["purpose"], "size": file["size"], "title": null, "type": kind,
        "url": format!("https://files.stripe.com/v1/files/{id}/contents"),
    });
    call.world.put(call.place, Noun::File, object.clone());
    Ok(object)
}

/// `GET /v1/files/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::File, id)
}

/// `GET /v1/files`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(&[
        LIMIT,
        AFTER,
        BEFORE,
        CREATED,
        EXPAND,
        opt("purpose", Kind::Text),
    ])?;
    let purpose = text(&params, "purpose");
    page::list(
        call.world,
        call.place,
        Noun::File,
        "/v1/files",
        &params,
        |file| {
            purpose
                .as_ref()
                .is_none_or(|purpose| file["purpose"] == purpose.as_str())
        },
    )
}

/// Reads a `multipart/form-data` body as a form: a part with a file name becomes an object that says what it was.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Result<Node, ApiError> {
    let bad = || ApiError::invalid("The multipart body cannot be read.");
    let boundary = content_type
        .split(';')
        .find_map(|word| word.trim().strip_prefix("boundary="))
        .map(|boundary| boundary.trim_matches('"'))
        .ok_or_else(bad)?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter has no line before it.
    let mut rest = body
        .strip_prefix(&delimiter.as_bytes()[2..])
        .ok_or_else(bad)?;
    let mut form = BTreeMap::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n").ok_or_else(bad)?;
        let end = find(rest, delimiter.as_bytes()).ok_or_else(bad)?;
        let (part, after) = rest.split_at(end);
        rest = &after[delimiter.len()..];
        let head_end = find(part, b"\r\n\r\n").ok_or_else(bad)?;
        let head = std::str::from_utf8(&part[..head_end]).map_err(|_| bad())?;
        let (name, node) = part_of(head, &part[head_end + 4..]).ok_or_else(bad)?;
        form.insert(name, node);
    }
    Ok(Node::Branch(form))
}

fn part_of(head: &str, content: &[u8]) -> Option<(String, Node)> {
    let disposition = head.lines().find(|line| {
        line.to_ascii_lowercase()
            .starts_with("content-disposition:")
    })?;
    let name = attribute(disposition, " name=\"")?;
    let Some(filename) = attribute(disposition, "filename=\"") else {
        let text = std::str::from_utf8(content).ok()?;
        return Some((name, Node::Leaf(text.to_owned())));
    };
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let said = [
        ("digest", format!("{:016x}", hasher.finish())),
        ("filename", filename),
        ("kind", kind_of(content).to_owned()),
        ("size", content.len().to_string()),
    ];
    let said = said.map(|(name, value)| (name.to_owned(), Node::Leaf(value)));
    Some((name, Node::Branch(BTreeMap::from(said))))
}

fn attribute(line: &str, before: &str) -> Option<String> {
    let (_, rest) = line.split_once(before)?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// By its first bytes, as its name may lie.
fn kind_of(content: &[u8]) -> &'static str {
    match content {
        [b'%', b'P', b'D', b'F', ..] => "pdf",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, 0xff, ..] => "jpg",
        _ => "other",
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

/// What stands in the record in place of a multipart body.
pub(crate) fn recorded(body: &[u8]) -> Value {
    json!(format!("(multipart, {} bytes)", body.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_body_becomes_a_form_and_its_file_a_description() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute_evidence\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-\r\n\xff\r\n--x--\r\n";
        let Node::Branch(form) = read("multipart/form-data; boundary=x", body).unwrap() else {
            panic!("a form")
        };
        assert_eq!(form["purpose"], Node::Leaf("dispute_evidence".into()));
        let Node::Branch(file) = &form["file"] else {
            panic!("a file")
        };
        assert_eq!(file["filename"], Node::Leaf("a.pdf".into()));
        assert_eq!(file["kind"], Node::Leaf("pdf".into()));
        assert_eq!(file["size"], Node::Leaf("8".into()));
        for broken in [&b""[..], b"--x", b"--x\r\nnothing\r\n--x--"] {
            assert!(read("multipart/form-data; boundary=x", broken).is_err());
        }
    }
}
