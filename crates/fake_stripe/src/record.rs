//! What was asked and answered, for the oracles that judge the rehearsal. A bounded ring.

use std::collections::VecDeque;

use serde_json::Value;

use crate::form::decode;

const KEPT_MAX: usize = 5_000;

/// Names whose values never reach the record: card and bank numbers and security codes.
const HIDDEN: &[&str] = &["[number]", "[cvc]", "[account_number]", "[iban]"];

/// The last requests and deliveries.
#[derive(Debug, Default)]
pub(crate) struct Record {
    requests: VecDeque<Value>,
    deliveries: VecDeque<Value>,
}

impl Record {
    pub fn asked(&mut self, entry: Value) {
        push(&mut self.requests, entry);
    }

    pub fn delivered(&mut self, entry: Value) {
        push(&mut self.deliveries, entry);
    }

    pub fn requests(&self) -> Vec<Value> {
        self.requests.iter().cloned().collect()
    }

    pub fn deliveries(&self) -> Vec<Value> {
        self.deliveries.iter().cloned().collect()
    }
}

fn push(ring: &mut VecDeque<Value>, entry: Value) {
    if ring.len() == KEPT_MAX {
        ring.pop_front();
    }
    ring.push_back(entry);
}

/// The body as received, card and bank numbers blanked.
pub(crate) fn redact(body: &str) -> String {
    let blank = |pair: &str| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        let decoded = decode(name).unwrap_or_default();
        if HIDDEN.iter().any(|hidden| decoded.ends_with(hidden)) {
            format!("{name}=redacted")
        } else {
            pair.to_owned()
        }
    };
    body.split('&').map(blank).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    #[test]
    fn card_numbers_and_security_codes_never_reach_the_record() {
        let body = "a=1&payment_method_data[card][number]=4242424242424242&payment_method_data%5Bcard%5D%5Bcvc%5D=123";
        let kept = super::redact(body);
        assert!(!kept.contains("4242") && !kept.contains("123"), "{kept}");
        assert!(kept.starts_with("a=1&payment_method_data[card][number]=redacted&"));
    }
}
