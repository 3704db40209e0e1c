//! Watching the calls: whoever wants to write down what was asked of Stripe, and what became of it.
//!
//! An observation carries no key, no client secret and no body: it may be kept.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

/// One attempt at a call, once it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// The path without its query.
    pub path: String,
    /// The idempotency key it carried; empty when none.
    pub idempotency_key: String,
    /// What the call was about: the id in the answer, else the one in the path; empty for a list.
    pub object_id: String,
    /// The HTTP status; nothing when no answer came.
    pub status: Option<u16>,
    /// Stripe's error code or type; empty when it went well; `no answer` when none came.
    pub error: String,
    /// For Stripe's support; empty when no answer came.
    pub request_id: String,
    /// Whether Stripe replayed an earlier answer under the same key.
    pub replayed: bool,
    /// Whether a write may have been carried out although no answer came.
    pub outcome_unknown: bool,
}

/// What is called after every attempt, from inside the call: it must not wait.
pub type Observer = Arc<dyn Fn(Observed) + Send + Sync>;

/// The id a path names: its last part that looks like one of Stripe's ids.
pub(crate) fn id_in_path(path: &str) -> &str {
    path.rsplit('/')
        .find(|part| {
            part.split_once('_').is_some_and(|(prefix, rest)| {
                // A session's id says its mode: `cs_live_…`.
                let rest = rest.trim_start_matches("live_").trim_start_matches("test_");
                prefix.len() <= 5 && rest.len() >= 8 && !rest.contains('_')
            })
        })
        .unwrap_or_default()
}

/// The id and the error an answer carries.
pub(crate) fn facts_of(body: &[u8]) -> (String, String) {
    /// The rest of an answer, which may be long, is stepped over.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Facts {
        id: Value,
        error: Value,
    }
    let Facts { id, error } = serde_json::from_slice(body).unwrap_or_default();
    let code = error["decline_code"]
        .as_str()
        .or_else(|| error["code"].as_str())
        .or_else(|| error["type"].as_str())
        .unwrap_or_default();
    (id.as_str().unwrap_or_default().to_owned(), code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_what_it_is_about() {
        assert_eq!(
            id_in_path("/v1/payment_intents/pi_3OaBcDeFgH"),
            "pi_3OaBcDeFgH"
        );
        assert_eq!(
            id_in_path("/v1/payment_intents/pi_3OaBcDeFgH/cancel"),
            "pi_3OaBcDeFgH"
        );
        assert_eq!(
            id_in_path("/v1/checkout/sessions/cs_live_a1BcDeFgH/expire"),
            "cs_live_a1BcDeFgH"
        );
        assert_eq!(id_in_path("/v1/payment_intents"), "");
        assert_eq!(id_in_path("/v1/balance_transactions"), "");
    }

    #[test]
    fn an_answer_tells_its_id_or_its_error() {
        assert_eq!(
            facts_of(br#"{"id":"pi_1","object":"payment_intent"}"#),
            ("pi_1".into(), String::new())
        );
        let declined =
            br#"{"error":{"type":"card_error","code":"card_declined","decline_code":"lost_card"}}"#;
        assert_eq!(facts_of(declined), (String::new(), "lost_card".into()));
        assert_eq!(facts_of(b"<html>"), (String::new(), String::new()));
    }
}
