//! Disputes as the API knows them: read, list, answer with evidence, give up.

use serde_json::{Map, Value, json};

use crate::call::{Call, merge_metadata, text};
use crate::dispute_life;
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;

/// The evidence that is a file.
const FILES: &[&str] = &[
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
];

const EVIDENCE: Kind = Kind::Object(&[
    opt("access_activity_log", Kind::LongText),
    opt("appeal", Kind::Unrehearsed),
    opt("billing_address", Kind::LongText),
    opt("cancellation_policy", Kind::Text),
    opt("cancellation_policy_disclosure", Kind::LongText),
    opt("cancellation_rebuttal", Kind::LongText),
    opt("customer_communication", Kind::Text),
    opt("customer_email_address", Kind::Text),
    opt("customer_name", Kind::Text),
    opt("customer_purchase_ip", Kind::Text),
    opt("customer_signature", Kind::Text),
    opt("duplicate_charge_documentation", Kind::Text),
    opt("duplicate_charge_explanation", Kind::LongText),
    opt("duplicate_charge_id", Kind::Text),
    opt("enhanced_evidence", Kind::Unrehearsed),
    opt("product_description", Kind::LongText),
    opt("receipt", Kind::Text),
    opt("refund_policy", Kind::Text),
    opt("refund_policy_disclosure", Kind::LongText),
    opt("refund_refusal_explanation", Kind::LongText),
    opt("service_date", Kind::Text),
    opt("service_documentation", Kind::Text),
    opt("shipping_address", Kind::LongText),
    opt("shipping_carrier", Kind::Text),
    opt("shipping_date", Kind::Text),
    opt("shipping_documentation", Kind::Text),
    opt("shipping_tracking_number", Kind::Text),
    opt("uncategorized_file", Kind::Text),
    opt("uncategorized_text", Kind::LongText),
]);

/// Characters all evidence may have together.
const EVIDENCE_CHARS_MAX: usize = 150_000;

const UPDATE: &[Field] = &[
    opt("evidence", EVIDENCE),
    EXPAND,
    opt("intended_submission_method", Kind::Unrehearsed),
    opt("metadata", Kind::Metadata),
    opt("submit", Kind::Boolean),
];

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("charge", Kind::Text),
    opt("payment_intent", Kind::Text),
];

/// The names of all evidence, as an object in which nothing is said yet.
pub(crate) fn no_evidence() -> Value {
    let Kind::Object(fields) = EVIDENCE else {
        return json!({});
    };
    let names = fields.iter().map(|field| field.name());
    let said = names.filter(|name| !matches!(*name, "appeal" | "enhanced_evidence"));
    let mut evidence: Map<String, Value> =
        said.map(|name| (name.to_owned(), Value::Null)).collect();
    evidence.insert("enhanced_evidence".into(), json!({}));
    Value::Object(evidence)
}

/// `GET /v1/disputes/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::Dispute, id)
}

/// `GET /v1/disputes`
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let same = |dispute: &Value, name: &str| {
        text(&params, name).is_none_or(|wanted| dispute[name] == wanted.as_str())
    };
    page::list(
        call.world,
        call.place,
        Noun::Dispute,
        "/v1/disputes",
        &params,
        |dispute| same(dispute, "charge") && same(dispute, "payment_intent"),
    )
}

/// `POST /v1/disputes/{id}`: evidence, kept as a draft (`submit=false`) or handed to the bank, which it is unless the
/// request says otherwise.
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    let params = call.params(UPDATE)?;
    let before = call.world.get(call.place, Noun::Dispute, id)?;
    let evidence = params.get("evidence").and_then(Value::as_object);
    let submits = params.get("submit") != Some(&json!(false));
    if evidence.is_some() || params.get("submit") == Some(&json!(true)) {
        check_open(&before)?;
    }
    if let Some(evidence) = evidence {
        check_evidence(call, evidence)?;
    }
    let after = call.world.change(call.place, Noun::Dispute, id, |dispute| {
        merge_metadata(dispute, params.get("metadata"));
        for (name, value) in evidence.into_iter().flatten() {
            dispute["evidence"][name] = if value == "" {
                Value::Null
            } else {
                value.clone()
            };
        }
        let said = dispute["evidence"].as_object();
        let said = said.is_some_and(|said| said.values().any(Value::is_string));
        dispute["evidence_details"]["has_evidence"] = json!(said);
    });
    let drafted = evidence.is_some() || params.get("submit") == Some(&json!(true));
    if submits && drafted {
        return Ok(dispute_life::submit(call.world, call.place, id, &before));
    }
    dispute_life::tell_changed(call.world, call.place, &before, &after);
    Ok(after)
}

fn check_open(dispute: &Value) -> Result<(), ApiError> {
    let status = dispute["status"].as_str().unwrap_or_default();
    if dispute_life::awaits_answer(dispute) {
        return Ok(());
    }
    let message = if status.ends_with("under_review") {
        "This dispute is already under review: its evidence was submitted and can no longer be changed."
    } else {
        "This dispute is already closed."
    };
    Err(ApiError::invalid(message).began())
}

fn check_evidence(call: &Call, evidence: &Map<String, Value>) -> Result<(), ApiError> {
    let lengths = evidence.values().filter_map(Value::as_str);
    if lengths.map(|said| said.chars().count()).sum::<usize>() > EVIDENCE_CHARS_MAX {
        let message = "The combined character count of all evidence must be at most 150,000.";
        return Err(ApiError::invalid(message).param("evidence"));
    }
    for name in FILES {
        let Some(id) = text(evidence, name) else {
            continue;
        };
        let param = format!("evidence[{name}]");
        let file = call.world.named(call.place, Noun::File, &id, 400, &param)?;
        if file["purpose"] != "dispute_evidence" {
            let message =
                format!("The file {id} was not uploaded with the purpose dispute_evidence.");
            return Err(ApiError::invalid(message).param(&param));
        }
    }
    Ok(())
}

/// `POST /v1/disputes/{id}/close`: the seller gives in.
pub(crate) fn close(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let dispute = call.world.get(call.place, Noun::Dispute, id)?;
    check_open(&dispute)?;
    let end = if dispute["status"] == "needs_response" {
        "lost"
    } else {
        "warning_closed"
    };
    Ok(dispute_life::decide(call.world, call.place, id, end))
}
