//! `multipart/form-data` with texts and one file, as the official SDKs write it.

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// A body and the header that announces it.
#[derive(Clone)]
pub(crate) struct Multipart {
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Multipart {
    pub(crate) fn new(
        texts: &[(&str, &str)],
        name: &str,
        filename: &str,
        content_type: &str,
        content: &[u8],
    ) -> Self {
        // From the content itself: the same file gives the same body, so a repeated call under one idempotency key is
        // the same call. A content that holds its own hash is not going to come.
        let boundary = boundary(content);
        let mut body = Vec::with_capacity(content.len() + 512);
        for (name, value) in texts {
            body.extend_from_slice(
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
            );
        }
        let (filename, content_type) = (quotable(filename), quotable(content_type));
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\nContent-Type: {content_type}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            body: body.into(),
        }
    }
}

fn boundary(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("quittance-{hex}")
}

/// Nothing that could end the quoted name or the header line.
fn quotable(text: &str) -> String {
    let plain = |c: char| {
        if c.is_control() || c == '"' || c == '\\' {
            '_'
        } else {
            c
        }
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_write_a_header_of_its_own() {
        let part = Multipart::new(
            &[("purpose", "dispute_evidence")],
            "file",
            "a\"\r\nX-Evil: 1.pdf",
            "application/pdf",
            b"%PDF",
        );
        let text = String::from_utf8(part.body.to_vec()).expect("text");
        assert!(
            text.contains(
                "filename=\"a___X-Evil: 1.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--"
            ),
            "{text}"
        );
        assert!(!text.contains("\r\nX-Evil"), "{text}");
        let again = Multipart::new(&[], "file", "b", "c", b"%PDF");
        assert_eq!(
            part.content_type, again.content_type,
            "the same content, the same boundary"
        );
    }
}
