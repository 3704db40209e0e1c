//! Idempotency keys: the first answer of a key is the answer of that key, for a day.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde_json::Value;

use crate::error::ApiError;
use crate::form::Node;
use crate::world::Place;

/// Seconds after which a key is forgotten: 24 hours by the control's clock.
const KEPT_S: i64 = 24 * 3_600;

/// The answers kept.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    kept: HashMap<(Place, String), Kept>,
}

#[derive(Debug)]
struct Kept {
    path: String,
    parameters: u64,
    since: i64,
    answer: Option<(u16, Value)>,
}

/// What a key means for a request that brings it.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Nobody used it: go on, and report with `finish`.
    First,
    /// The answer it had, status and body.
    Again(u16, Value),
}

impl Memory {
    /// Takes the key, or tells what it means.
    pub fn begin(
        &mut self,
        place: Place,
        key: &str,
        path: &str,
        node: &Node,
        now: i64,
    ) -> Result<Turn, ApiError> {
        if key.len() > 255 {
            return Err(ApiError::idempotency(
                400,
                None,
                "Idempotency-Key is too long (maximum is 255 characters).",
            ));
        }
        let parameters = fingerprint(node);
        self.kept.retain(|_, kept| now - kept.since < KEPT_S);
        let Some(kept) = self.kept.get(&(place, key.to_owned())) else {
            let fresh = Kept {
                path: path.to_owned(),
                parameters,
                since: now,
                answer: None,
            };
            self.kept.insert((place, key.to_owned()), fresh);
            return Ok(Turn::First);
        };
        if kept.path != path {
            let message = format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{path}' vs '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                kept.path
            );
            return Err(ApiError::idempotency(400, None, &message));
        }
        if kept.parameters != parameters {
            let message = format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."
            );
            return Err(ApiError::idempotency(400, None, &message));
        }
        match &kept.answer {
            Some((status, body)) => Ok(Turn::Again(*status, body.clone())),
            None => {
                let message = format!(
                    "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}. Please try again later."
                );
                Err(ApiError::idempotency(
                    409,
                    Some("idempotency_key_in_use"),
                    &message,
                ))
            }
        }
    }

    /// Keeps the answer, or lets the key go when execution never began.
    pub fn finish(&mut self, place: Place, key: &str, answer: Option<(u16, Value)>) {
        let entry = (place, key.to_owned());
        match (answer, self.kept.get_mut(&entry)) {
            (Some(answer), Some(kept)) => kept.answer = Some(answer),
            _ => drop(self.kept.remove(&entry)),
        }
    }
}

fn fingerprint(node: &Node) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{node:?}").hash(&mut hasher);
    hasher.finish()
}
