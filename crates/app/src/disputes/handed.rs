//! What is handed in, word for word and byte for byte: fixed with the decision, before anything leaves. A second try
//! must say the same under its key (Stripe refuses other words under a known key), and who reads the answer later must
//! see what the bank saw, whatever happened to the invoice since.

use base64ct::{Base64, Encoding};
use kit::db::{Error, Tx};
use sha2::{Digest, Sha256};
use stripe::Evidence;
use stripe::evidence::EvidenceField;

use super::gather::{self, Dossier};
use super::store::{self, NewFile};
use super::{DisputeRow, PAPER_FIELD, paper};
use crate::app::App;

/// Fixes the answer of a dispute: its words, and the paper beside the other files.
///
/// # Errors
/// Of the database; [`Error::Failed`] when the paper breaks its standard.
pub(super) fn fix(tx: &mut Tx<'_>, app: &App, row: &DisputeRow, by: &str) -> Result<(), Error> {
    let dossier = gather::for_bank(tx, row)?;
    let typed = store::list_words(tx, &row.id)?;
    store::delete_evidence(tx, &row.id)?;
    for (field, text) in evidence(&dossier, &typed).iter() {
        store::insert_evidence(tx, &row.id, field.as_str(), text)?;
    }
    let bytes = paper::write(tx, app, row, &dossier)?;
    let hash = Sha256::digest(&bytes);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let new = NewFile {
        id: &app.new_id(),
        dispute_id: &row.id,
        field: PAPER_FIELD,
        name: &paper::file_name(row),
        media_type: "application/pdf",
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: &hash,
        content: &Base64::encode_string(&bytes),
        idempotency_key: &app.chance().token(),
        added_by: by,
    };
    store::replace_file(tx, &new, app.now_ms())
}

/// The words that were fixed.
///
/// # Errors
/// Of the database.
pub(super) fn words(tx: &mut Tx<'_>, dispute_id: &str) -> Result<Evidence, Error> {
    let mut evidence = Evidence::new();
    for (field, text) in store::list_evidence(tx, dispute_id)? {
        if let Some(field) = field_of(&field) {
            evidence.set(field, text);
        }
    }
    Ok(evidence)
}

/// What the bank gets in words: the seller's own, and what we have gathered.
pub(super) fn evidence(dossier: &Dossier, words: &[(String, String)]) -> Evidence {
    use billing::dispute::evidence::shortened;
    let mut evidence = Evidence::new();
    let mut set = |field, text: &str| {
        if !text.trim().is_empty() {
            evidence.set(field, shortened(text.trim()));
        }
    };
    set(EvidenceField::CustomerName, &dossier.customer.name);
    set(EvidenceField::CustomerEmailAddress, &dossier.customer.email);
    set(EvidenceField::BillingAddress, &dossier.customer.address);
    set(EvidenceField::ProductDescription, &dossier.sold);
    set(EvidenceField::AccessActivityLog, &dossier.log);
    set(EvidenceField::RefundPolicyDisclosure, &dossier.terms);
    set(EvidenceField::UncategorizedText, &dossier.text());
    for (field, text) in words {
        if let Some(field) = field_of(field).filter(|_| !text.trim().is_empty()) {
            let text = if field == EvidenceField::UncategorizedText {
                format!("{text}\n\n{}", dossier.text())
            } else {
                text.clone()
            };
            set(field, &text);
        }
    }
    evidence
}

/// The field of this name.
pub(super) fn field_of(name: &str) -> Option<EvidenceField> {
    EvidenceField::ALL
        .iter()
        .copied()
        .find(|field| field.as_str() == name)
}
