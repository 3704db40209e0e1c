//! What went wrong, for people: what happened, whether money moved, what became of what was typed, what to do.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// A request that ends in a page of words instead of the page asked for.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Nobody is signed in: to the sign-in page, and back afterwards.
    #[error("sign in first")]
    SignInFirst,
    /// There is nothing here, or nothing for this person: the same words for both (LNK-03).
    #[error("nothing here")]
    NotFound,
    /// This person may not do this, or the request came from another site.
    #[error("not allowed")]
    Forbidden,
    /// The thing changed meanwhile; the words say what it is now (already in the reader's language).
    #[error("{0}")]
    Conflict(String),
    /// What arrived is not a form of ours.
    #[error("what was sent cannot be read")]
    Unreadable,
    /// What arrived is larger than any form of ours.
    #[error("what was sent is too large")]
    TooLarge,
    /// Too many tries; seconds to wait.
    #[error("too many tries")]
    TooMany(u64),
    /// The payment provider could not be reached. Nothing was saved or charged.
    #[error("the payment provider could not be reached")]
    ProviderUnreachable,
    /// Ours to mend. Detail and reference are in the log.
    #[error("an error of ours, reference {reference}")]
    Internal {
        /// What the person may quote; the log line carries the same.
        reference: String,
    },
}

impl Problem {
    /// Logs the detail under a reference and shows only the reference (DAT-03).
    pub fn internal(detail: impl std::fmt::Display) -> Problem {
        let bytes: [u8; 5] = kit::chance::Chance::system().bytes();
        let reference: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        tracing::error!(reference, %detail, "a request failed");
        Problem::Internal { reference }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::SignInFirst => StatusCode::SEE_OTHER,
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::Forbidden => StatusCode::FORBIDDEN,
            Problem::Conflict(_) => StatusCode::CONFLICT,
            Problem::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Problem::ProviderUnreachable => StatusCode::BAD_GATEWAY,
            Problem::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<kit::db::Error> for Problem {
    fn from(error: kit::db::Error) -> Problem {
        match error {
            kit::db::Error::NoRow => Problem::NotFound,
            other => Problem::internal(other),
        }
    }
}

impl From<kit::secrets::SecretError> for Problem {
    fn from(error: kit::secrets::SecretError) -> Problem {
        Problem::internal(error)
    }
}

impl IntoResponse for Problem {
    /// The bare answer; [`crate::guard`] puts it into the words and the frame of the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}
