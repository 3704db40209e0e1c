//! What a form sent, before it is understood: names and values in order, kept so that everything typed can be
//! shown again.

use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse;
use http::StatusCode;

use crate::problem::Problem;

/// The pairs of a form, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// For tests and for forms that begin filled.
    pub fn new(pairs: Vec<(String, String)>) -> Fields {
        Fields(pairs)
    }

    /// The value of a field as typed, without spaces at its ends; empty when it was not sent.
    pub fn get(&self, name: &str) -> String {
        self.find(name).unwrap_or_default().trim().to_owned()
    }

    /// The value of a field, when it was sent at all (a pressed button, a ticked box).
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a field: boxes of one name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Fields, Problem> {
        match axum::Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(form) => Ok(Fields(form.0)),
            Err(refused) => Err(match refused.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
                // Not a form of ours: no page of ours sends such a thing.
                _ => Problem::Unreadable,
            }),
        }
    }
}

impl Fields {
    /// Pairs that were written down as a query: `a=1&b=2`.
    pub fn of_text(text: &str) -> Fields {
        let uri = format!("/?{text}").parse::<http::Uri>();
        uri.map_or_else(|_| Fields::default(), |uri| Fields::of_query(&uri))
    }

    /// The pairs of an address's query.
    pub fn of_query(uri: &http::Uri) -> Fields {
        axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map(|q| Fields(q.0))
            .unwrap_or_default()
    }
}
