//! A file at Stripe: evidence for a dispute.

use bytes::Bytes;
use serde::Deserialize;

use crate::multipart::Multipart;
use crate::{Answer, Client, Error, IdempotencyKey};

/// The largest file Stripe takes as evidence, bytes; all files of one dispute together may have 4.5 MB.
pub const EVIDENCE_BYTES_MAX: usize = 5 * 1024 * 1024;

/// A file kept at Stripe.
#[derive(Debug, Clone, Deserialize)]
pub struct File {
    /// `file_…`
    pub id: String,
    /// `dispute_evidence`.
    pub purpose: String,
    /// Bytes.
    pub size: i64,
    /// The name it was given.
    pub filename: Option<String>,
    /// `pdf`, `png`, `jpg`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Unix seconds UTC.
    pub created: i64,
    /// When Stripe forgets it, Unix seconds UTC.
    pub expires_at: Option<i64>,
}

/// A file to be uploaded as evidence: PDF, JPEG or PNG.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvidenceFile {
    /// A name the bank may read; letters, digits, dots and hyphens.
    pub filename: String,
    /// `application/pdf`, `image/jpeg` or `image/png`.
    pub content_type: String,
    /// The content.
    pub bytes: Bytes,
}

impl std::fmt::Debug for NewEvidenceFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The content is about a payer; a debug line must not show it.
        f.debug_struct("NewEvidenceFile")
            .field("filename", &self.filename)
            .field("size_bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Uploads a file, to be named in evidence by its id.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for a kind or size Stripe does not take.
    pub async fn upload_evidence_file(
        &self,
        new: &NewEvidenceFile,
        intention: &IdempotencyKey,
    ) -> Result<Answer<File>, Error> {
        let body = Multipart::new(
            &[("purpose", "dispute_evidence")],
            "file",
            &new.filename,
            &new.content_type,
            &new.bytes,
        );
        self.upload("/v1/files", &body, intention).await
    }
}
