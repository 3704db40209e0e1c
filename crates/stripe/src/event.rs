//! Something happened at Stripe: a hint to look, never a fact to book.
//!
//! Bodies are rendered in the account's own API version, not ours. So only the type and the object's id
//! are read, and the object is fetched again at our version.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::form::{Form, segment};
use crate::redact::scrub;
use crate::{Answer, Client, Error, Page};

pub use crate::shape::Cursor;

/// How many types one question may name.
pub const TYPES_MAX: usize = 20;

/// Something happened. Only `id` and `kind` are certain.
#[derive(Debug, Clone)]
pub struct Event {
    /// `evt_…`: work each once (`PAY-08`).
    pub id: String,
    /// `payment_intent.succeeded` and the like; kinds we do not know are kept.
    pub kind: String,
    /// Unix seconds UTC.
    pub created: Option<i64>,
    /// Real money or play money; an event of the other mode is not for this drawer.
    pub livemode: Option<bool>,
    /// The connected account, when it is not the key's own.
    pub account: Option<String>,
    /// The version the body was rendered in.
    pub api_version: Option<String>,
    /// The id of what it is about.
    pub object_id: Option<String>,
    /// `payment_intent`, `charge`, …
    pub object_kind: Option<String>,
    /// The whole event without client secrets: safe to keep.
    pub raw: Value,
}

/// The text is not an event of Stripe's: not JSON, or without an id and a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an event: {0}")]
pub struct NotAnEvent(&'static str);

impl Event {
    /// Reads a webhook's body, after [`crate::webhook::verify`].
    ///
    /// # Errors
    /// [`NotAnEvent`] for foreign or broken JSON; keep and acknowledge it all the same.
    pub fn parse(body: &[u8]) -> Result<Self, NotAnEvent> {
        let raw = serde_json::from_slice(body).map_err(|_| NotAnEvent("the body is not JSON"))?;
        Self::from_value(raw)
    }

    fn from_value(mut raw: Value) -> Result<Self, NotAnEvent> {
        scrub(&mut raw);
        let text =
            |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let object = raw.pointer("/data/object").unwrap_or(&Value::Null);
        Ok(Self {
            id: text(&raw, "id").ok_or(NotAnEvent("it has no id"))?,
            kind: text(&raw, "type").ok_or(NotAnEvent("it has no type"))?,
            created: raw.get("created").and_then(Value::as_i64),
            livemode: raw.get("livemode").and_then(Value::as_bool),
            account: text(&raw, "account"),
            api_version: text(&raw, "api_version"),
            object_id: text(object, "id"),
            object_kind: text(object, "object"),
            raw,
        })
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Which events to ask for. Stripe keeps them for 30 days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// Only these kinds, at most [`TYPES_MAX`]; all when empty.
    pub types: Vec<String>,
    /// Happened at or after this instant, Unix seconds UTC.
    pub created_gte: Option<i64>,
    /// Where to begin.
    pub cursor: Cursor,
}

impl EventQuery {
    fn form(&self) -> Form {
        let mut form = Form::new();
        form.list("types", &self.types)
            .maybe("created[gte]", self.created_gte)
            .set("limit", 100);
        self.cursor.write(&mut form);
        form
    }
}

/// All events of a query, page by page, in the direction of its cursor.
#[derive(Debug)]
pub struct EventList {
    client: Client,
    query: EventQuery,
    finished: bool,
}

impl EventList {
    /// The next page of at most 100, or nothing when there is no more.
    ///
    /// Order follows the direction: newest first going back, **oldest first going forward**, so that a
    /// stored cursor can move to the last event worked. After an error the same page can be asked for again.
    ///
    /// # Errors
    /// [`Error::is_missing`] when the cursor's event is older than 30 days: start again by time.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Event>>, Error> {
        if self.finished {
            return Ok(None);
        }
        let Page { mut data, has_more } = self.client.list_events(&self.query).await?.object;
        if matches!(self.query.cursor, Cursor::NewerThan(_)) {
            data.reverse();
        }
        let Some(last) = data.last().map(|event| event.id.clone()) else {
            self.finished = true;
            return Ok(None);
        };
        self.query.cursor = match self.query.cursor {
            Cursor::NewerThan(_) => Cursor::NewerThan(last),
            Cursor::Newest | Cursor::OlderThan(_) => Cursor::OlderThan(last),
        };
        self.finished = !has_more;
        Ok(Some(data))
    }
}

impl Client {
    /// All events of a query, page by page.
    pub fn events(&self, query: EventQuery) -> EventList {
        EventList {
            client: self.clone(),
            query,
            finished: false,
        }
    }

    /// One page of at most 100, always newest first.
    ///
    /// # Errors
    /// See [`Error`]; a restricted key needs the permission to read events.
    pub async fn list_events(&self, query: &EventQuery) -> Result<Answer<Page<Event>>, Error> {
        self.get("/v1/events", &query.form()).await
    }

    /// One event of the last 30 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retrieve_event(&self, id: &str) -> Result<Answer<Event>, Error> {
        self.get(&format!("/v1/events/{}", segment(id)), &Form::new())
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_07_an_event_of_another_version_or_an_unknown_kind_is_still_read() {
        let event = Event::parse(
            br#"{"id":"evt_1","object":"event","type":"moon.rose","livemode":true,"api_version":"2017-08-15","created":1700000000,
                "data":{"object":{"id":"pi_1","object":"payment_intent","client_secret":"pi_1_secret_x","amount":"a string now"}}}"#,
        )
        .expect("id and type are enough");
        assert_eq!(
            (event.id.as_str(), event.kind.as_str()),
            ("evt_1", "moon.rose")
        );
        assert_eq!(event.object_id.as_deref(), Some("pi_1"));
        assert_eq!(event.livemode, Some(true));
        assert!(!event.raw.to_string().contains("secret"), "safe to keep");
    }

    #[test]
    fn foreign_json_is_told_apart_from_an_event() {
        for foreign in [
            "",
            "null",
            "[]",
            "{}",
            "3",
            r#"{"id":1,"type":"x"}"#,
            r#"{"id":"evt_1"}"#,
            "<html>",
        ] {
            assert!(Event::parse(foreign.as_bytes()).is_err(), "{foreign}");
        }
        let odd = Event::parse(br#"{"id":"evt_1","type":"x","data":7,"created":"now"}"#)
            .expect("an id and a type");
        assert_eq!((odd.created, odd.object_id), (None, None));
    }
}
