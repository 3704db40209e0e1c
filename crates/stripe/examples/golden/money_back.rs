//! Refunds, disputes, and the files a dispute is answered with.

use std::error::Error;

use bytes::Bytes;
use stripe::*;

use crate::{key, made, words};

/// Every kind of refund call.
pub async fn refunds(client: &Client) -> Result<(), Box<dyn Error>> {
    let mut new = NewRefund {
        of: Refunded::PaymentIntent("pi_1".to_owned()),
        amount_minor: Some(500),
        reason: Some(RefundReason::RequestedByCustomer),
        metadata: words(&[("refund_id", "ref_1")]),
    };
    client.create_refund(&new, &key("golden-20")).await?;
    made("create_refund");
    new = NewRefund {
        of: Refunded::Charge("ch_1".to_owned()),
        amount_minor: None,
        reason: None,
        metadata: Metadata::new(),
    };
    client.create_refund(&new, &key("golden-21")).await?;
    made("create_refund");
    client.retrieve_refund("re_1").await?;
    made("retrieve_refund");
    client.list_refunds(&RefundQuery::default()).await?;
    made("list_refunds");
    let query = RefundQuery {
        of: Some(Refunded::PaymentIntent("pi_1".to_owned())),
        created_gte: Some(1_790_000_000),
        cursor: Cursor::OlderThan("re_1".to_owned()),
    };
    client.list_refunds(&query).await?;
    made("list_refunds");
    client.cancel_refund("re_1", &key("golden-22")).await?;
    made("cancel_refund");
    Ok(())
}

/// Every kind of dispute call, with the upload of a file.
pub async fn disputes(client: &Client) -> Result<(), Box<dyn Error>> {
    let file = NewEvidenceFile {
        filename: "what-we-have.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
        // Every byte, among them those that would end a part if they were read as text.
        bytes: (0..=255_u8).chain(*b"\r\n--\r\n").collect::<Bytes>(),
    };
    client
        .upload_evidence_file(&file, &key("golden-30"))
        .await?;
    made("upload_evidence_file");
    client.retrieve_dispute("du_1").await?;
    made("retrieve_dispute");
    client.list_disputes(&DisputeQuery::default()).await?;
    made("list_disputes");
    let query = DisputeQuery {
        payment_intent: Some("pi_1".to_owned()),
        charge: Some("ch_1".to_owned()),
        created_gte: Some(1_790_000_000),
        cursor: Cursor::NewerThan("du_1".to_owned()),
    };
    client.list_disputes(&query).await?;
    made("list_disputes");
    // Every field by its own name: a misspelt one would be an answer the bank never reads.
    let mut evidence = Evidence::new();
    for field in EvidenceField::ALL {
        evidence.set(*field, format!("{} é", field.as_str()));
    }
    client
        .update_dispute("du_1", &evidence, Submission::Draft, &key("golden-31"))
        .await?;
    made("update_dispute");
    let mut evidence = Evidence::new();
    evidence
        .set(EvidenceField::Receipt, "file_1")
        .set(EvidenceField::UncategorizedText, "");
    client
        .update_dispute("du_1", &evidence, Submission::Submit, &key("golden-32"))
        .await?;
    made("update_dispute");
    client.close_dispute("du_1", &key("golden-33")).await?;
    made("close_dispute");
    Ok(())
}
