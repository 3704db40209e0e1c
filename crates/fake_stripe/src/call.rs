//! One request on its way through a verb.

use serde_json::{Map, Value, json};

use crate::error::{Answer, ApiError};
use crate::form::Node;
use crate::key::{ApiKey, Power};
use crate::page::EXPAND;
use crate::schema::{self, Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// What a verb gets: the state, who asks, and what was sent.
pub(crate) struct Call<'a> {
    pub world: &'a mut World,
    pub place: Place,
    pub key: ApiKey,
    pub node: Node,
    /// Paths to expand, found by `params`.
    pub expand: Vec<String>,
}

impl Call<'_> {
    /// The parameters, checked and typed; everything not in the list is refused.
    pub fn params(&mut self, fields: &[Field]) -> Result<Map<String, Value>, ApiError> {
        let mut params = schema::check(fields, &self.node)?;
        if let Some(Value::Array(paths)) = params.remove("expand") {
            self.expand = paths
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
        }
        Ok(params)
    }

    /// `POST` on an object of which only the metadata can be changed; told by an event when it did.
    pub fn update_metadata(&mut self, noun: Noun, id: &str, event: &str) -> Answer {
        let params = self.params(&[EXPAND, opt("metadata", Kind::Metadata)])?;
        let before = self.world.get(self.place, noun, id)?;
        let after = self.world.change(self.place, noun, id, |object| {
            merge_metadata(object, params.get("metadata"));
        });
        if before["metadata"] != after["metadata"] {
            let previous = json!({ "metadata": before["metadata"] });
            self.world
                .emit(self.place, event, after.clone(), Some(previous));
        }
        Ok(after)
    }

    pub fn is_publishable(&self) -> bool {
        self.key.power == Power::Publishable
    }

    /// A publishable key may touch an intent only with the intent's own client secret.
    pub fn check_client_secret(
        &self,
        params: &Map<String, Value>,
        object: &Value,
    ) -> Result<(), ApiError> {
        if !self.is_publishable() {
            return Ok(());
        }
        match params.get("client_secret").and_then(Value::as_str) {
            Some(secret) if object["client_secret"] == secret => Ok(()),
            Some(_) => {
                let word = object["object"].as_str().unwrap_or_default();
                let message = format!(
                    "The client_secret provided does not match the client_secret associated with this {word}."
                );
                Err(ApiError::invalid(message)
                    .code(&format!("{word}_invalid_parameter"))
                    .param("client_secret"))
            }
            None => Err(ApiError::missing_param("client_secret")),
        }
    }
}

/// A text parameter that is present and not empty.
pub(crate) fn text(params: &Map<String, Value>, name: &str) -> Option<String> {
    params
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Merges metadata as Stripe does: an empty value removes its name, an empty whole clears everything.
pub(crate) fn merge_metadata(object: &mut Value, given: Option<&Value>) {
    match given {
        Some(Value::Object(pairs)) => {
            if let Some(kept) = object["metadata"].as_object_mut() {
                for (name, value) in pairs {
                    if value == "" {
                        kept.remove(name);
                    } else {
                        kept.insert(name.clone(), value.clone());
                    }
                }
            }
        }
        Some(_) => object["metadata"] = Value::Object(Map::new()),
        None => {}
    }
}
