//! Taking secrets out of what Stripe sends, before anybody can keep or print it.

use serde_json::Value;

/// The prefixes of everything that opens a door.
const SECRET_PREFIXES: &[&str] = &[
    "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "pk_live_", "pk_test_", "ek_live_",
    "ek_test_",
];

/// The addresses a payer comes back to: the link to an invoice is itself a key.
const WAYS_BACK: &[&str] = &["success_url", "cancel_url", "return_url"];

/// Removes `client_secret`, webhook signing secrets and the ways back to us from a JSON document, wherever they stand.
///
/// [`crate::Answer::raw`] went through it; do the same to a webhook's body before storing it: events of
/// intents carry the client secret.
pub fn scrub(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| {
                name != "client_secret"
                    && !WAYS_BACK.contains(&name.as_str())
                    && !is_signing_secret(name, value)
            });
            fields.values_mut().for_each(scrub);
        }
        Value::Array(items) => items.iter_mut().for_each(scrub),
        _ => {}
    }
}

fn is_signing_secret(name: &str, value: &Value) -> bool {
    name == "secret"
        && value
            .as_str()
            .is_some_and(|text| text.starts_with("whsec_"))
}

/// A message with every key and client secret in it cut down to its prefix.
pub(crate) fn redact(message: &str) -> String {
    message
        .split_inclusive(|c: char| !is_token(c))
        .map(redact_piece)
        .collect()
}

/// Stripe's own redaction uses `*`, so it belongs to the token.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '*'
}

/// A token and the one character that ended it, if any.
fn redact_piece(piece: &str) -> String {
    let token = piece.trim_end_matches(|c| !is_token(c));
    let end = &piece[token.len()..];
    if let Some(prefix) = SECRET_PREFIXES
        .iter()
        .find(|prefix| token.starts_with(**prefix))
    {
        return format!("{prefix}…{end}");
    }
    match token.split_once("_secret_") {
        Some((id, _)) => format!("{id}_secret_…{end}"),
        None => piece.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_18_no_key_survives_in_a_message() {
        assert_eq!(
            redact(
                "Invalid API Key provided: sk_live_51AbC*****9876. Try pi_1_secret_abc, (whsec_x)?"
            ),
            "Invalid API Key provided: sk_live_…. Try pi_1_secret_…, (whsec_…)?"
        );
        assert_eq!(
            redact("No such payment_intent: 'pi_é1'"),
            "No such payment_intent: 'pi_é1'"
        );
    }

    #[test]
    fn client_secrets_are_taken_out_wherever_they_stand() {
        let mut value = serde_json::json!({
            "id": "evt_1",
            "data": {"object": {"id": "pi_1", "client_secret": "pi_1_secret_x", "list": [{"client_secret": "y", "kept": 1}]}},
            "secret": "whsec_z",
        });
        scrub(&mut value);
        assert_eq!(
            value,
            serde_json::json!({"id": "evt_1", "data": {"object": {"id": "pi_1", "list": [{"kept": 1}]}}})
        );
    }
}
