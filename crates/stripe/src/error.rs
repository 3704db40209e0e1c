//! What can go wrong with a call, told apart by what the caller must do about it.

use serde::Deserialize;

use crate::open_enum::open_enum;
use crate::redact::redact;

open_enum! {
    /// Stripe's name for what went wrong: those we act upon, the rest kept as written.
    Code {
        /// The key has expired: paste a new one.
        ApiKeyExpired = "api_key_expired",
        /// A publishable key was used where a secret one is needed: the fields were swapped.
        SecretKeyRequired = "secret_key_required",
        /// An object of the other mode was named.
        LivemodeMismatch = "livemode_mismatch",
        /// This account may only charge in test mode: it is not activated.
        TestmodeChargesOnly = "testmode_charges_only",
        /// Too many calls: wait.
        RateLimit = "rate_limit",
        /// Another call is working on the same object: wait.
        LockTimeout = "lock_timeout",
        /// A call with the same idempotency key is still running: ask again with the same key.
        IdempotencyKeyInUse = "idempotency_key_in_use",
        /// The object does not exist for this account and mode.
        ResourceMissing = "resource_missing",
        /// The payment intent is in a state that does not allow this; fetch it and look.
        PaymentIntentUnexpectedState = "payment_intent_unexpected_state",
        /// The setup intent is in a state that does not allow this.
        SetupIntentUnexpectedState = "setup_intent_unexpected_state",
        /// All of it was given back already.
        ChargeAlreadyRefunded = "charge_already_refunded",
        /// A bank is asking for it: it cannot be refunded now.
        ChargeDisputed = "charge_disputed",
        /// It cannot be refunded at all.
        ChargeNotRefundable = "charge_not_refundable",
        /// Not enough in the balance at Stripe.
        BalanceInsufficient = "balance_insufficient",
        /// The payment method can no longer be used: used once without a customer, or taken off one.
        PaymentMethodUnexpectedState = "payment_method_unexpected_state",
        /// The evidence has too many pages.
        DisputeEvidencePageLimitExceeded = "dispute_evidence_page_limit_exceeded",
        /// Stripe has not finished saying what is in the payout: ask again later.
        PayoutReconciliationNotReady = "payout_reconciliation_not_ready",
        /// Below the minimum of the settlement currency.
        AmountTooSmall = "amount_too_small",
        /// Above the maximum of the currency.
        AmountTooLarge = "amount_too_large",
        /// The bank said no; `decline_code` says how.
        CardDeclined = "card_declined",
        /// The card has expired.
        ExpiredCard = "expired_card",
        /// The security code is wrong.
        IncorrectCvc = "incorrect_cvc",
        /// The card number is wrong.
        IncorrectNumber = "incorrect_number",
        /// Something went wrong at the card network; trying again may help.
        ProcessingError = "processing_error",
        /// The payer did not pass, or did not finish, the bank's challenge.
        PaymentIntentAuthenticationFailure = "payment_intent_authentication_failure",
        /// The bank wants a challenge, and the payer was not there for it.
        AuthenticationRequired = "authentication_required",
        /// A parameter is not one this call knows.
        ParameterUnknown = "parameter_unknown",
        /// A parameter is missing.
        ParameterMissing = "parameter_missing",
        /// The account may not do this yet.
        AccountInvalid = "account_invalid",
        /// A webhook or other address was refused.
        UrlInvalid = "url_invalid",
    }
}

/// A call that did not give what was asked for.
///
/// `Display` is for logs and operators: it never contains a key, a client secret or a body. `message` is
/// Stripe's own English sentence, with anything that looks like a key cut out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The bank said no to a card. No money moved; the payer may try again.
    #[error("declined ({code}{}): {message}", .decline_code.as_deref().map(|code| format!(", {code}")).unwrap_or_default())]
    Declined {
        /// What was declined, by name.
        code: Code,
        /// The bank's reason, when it gave one.
        decline_code: Option<String>,
        /// What to do about it, when the network said: `try_again_later`, `do_not_try_again`, `confirm_card_data`.
        advice_code: Option<String>,
        /// The intent the attempt belongs to, which stays and can be paid another way: `pi_…` (or `seti_…`).
        intent: Option<String>,
        /// For the payer, in English.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// The request cannot be granted as it stands. Nothing happened.
    #[error("refused with status {status} ({}): {message}", .code.as_ref().map_or("no code", Code::as_str))]
    InvalidRequest {
        /// HTTP status, usually 400.
        status: u16,
        /// What is wrong, by name, where Stripe named it.
        code: Option<Code>,
        /// The parameter at fault.
        param: Option<String>,
        /// In words.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// The key is not, or no longer, a key of Stripe's (401). Nothing happened.
    #[error("the key was not accepted: {message}")]
    Authentication {
        /// `api_key_expired` and the like.
        code: Option<Code>,
        /// In words; Stripe shortens the key in it, and so do we.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// The key is genuine but may not do this (403). Nothing happened.
    #[error("the key lacks a permission ({}): {message}", .permission.as_deref().unwrap_or("not named"))]
    Permission {
        /// The permission that would have allowed it (`rak_…`), where Stripe named one.
        permission: Option<String>,
        /// In words.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// No such object for this account and mode (404).
    #[error("not found: {message}")]
    NotFound {
        /// The parameter that named it.
        param: Option<String>,
        /// In words.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// The idempotency key stands for another request.
    #[error("idempotency key conflict{}: {message}", if *.in_flight { " (the first call is still running)" } else { "" })]
    IdempotencyConflict {
        /// The same request is still running: its outcome is not known yet, ask again with the same key.
        /// When false, the key was used for different parameters: a mistake of ours, nothing happened now.
        in_flight: bool,
        /// In words.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// Too many calls, or the object is locked by another call. Nothing happened; wait.
    #[error("asked to slow down: {message}")]
    RateLimited {
        /// `rate_limit` or `lock_timeout`.
        code: Option<Code>,
        /// In words.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// Stripe could not be reached, or the answer never came.
    #[error("Stripe could not be reached: {message}")]
    Unreachable {
        /// Whether the request may have been carried out: true when it may have left this machine and was a
        /// writing one. Ask again with the same idempotency key, or look the object up.
        outcome_unknown: bool,
        /// What the network said; addresses only.
        message: String,
    },
    /// Stripe failed (5xx). A writing call may have been carried out.
    #[error("Stripe answered with status {status}")]
    Server {
        /// HTTP status.
        status: u16,
        /// Whether the request was a writing one, so that it may have been carried out.
        outcome_unknown: bool,
        /// For Stripe's support.
        request_id: Option<String>,
    },
    /// Stripe answered, but not in a form we can read.
    #[error("Stripe answered with status {status}, and we could not read it: {message}")]
    Unreadable {
        /// HTTP status.
        status: u16,
        /// Whether the request was a writing one that succeeded: it *was* carried out.
        outcome_unknown: bool,
        /// What was missing or wrong; no content.
        message: String,
        /// For Stripe's support.
        request_id: Option<String>,
    },
}

impl Error {
    /// The number to quote to Stripe's support (`req_…`), when an answer came.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unreachable { .. } => None,
            Self::Declined { request_id, .. }
            | Self::InvalidRequest { request_id, .. }
            | Self::Authentication { request_id, .. }
            | Self::Permission { request_id, .. }
            | Self::NotFound { request_id, .. }
            | Self::IdempotencyConflict { request_id, .. }
            | Self::RateLimited { request_id, .. }
            | Self::Server { request_id, .. }
            | Self::Unreadable { request_id, .. } => request_id.as_deref(),
        }
    }

    /// Stripe's name for what went wrong, where it gave one.
    pub fn code(&self) -> Option<&Code> {
        match self {
            Self::Declined { code, .. } => Some(code),
            Self::InvalidRequest { code, .. }
            | Self::Authentication { code, .. }
            | Self::RateLimited { code, .. } => code.as_ref(),
            _ => None,
        }
    }

    /// The intent a declined attempt belongs to: made by the very call that was declined, perhaps. Store it.
    pub fn declined_intent(&self) -> Option<&str> {
        match self {
            Self::Declined { intent, .. } => intent.as_deref(),
            _ => None,
        }
    }

    /// Whether something may have happened at Stripe all the same. The caller must then ask again with the
    /// same idempotency key (within 24 hours) or look the object up, and must not tell anybody "nothing happened".
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Unreachable {
                outcome_unknown, ..
            }
            | Self::Server {
                outcome_unknown, ..
            }
            | Self::Unreadable {
                outcome_unknown, ..
            } => *outcome_unknown,
            Self::IdempotencyConflict { in_flight, .. } => *in_flight,
            _ => false,
        }
    }

    /// Whether the object named does not exist for this account and mode, in the path (404) or as a
    /// parameter (400 `resource_missing`, as for a cursor that is gone).
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::NotFound { .. }) || self.code() == Some(&Code::ResourceMissing)
    }

    /// Whether trying again later, unchanged, can help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Unreachable { .. }
                | Self::Server { .. }
                | Self::IdempotencyConflict {
                    in_flight: true,
                    ..
                }
        )
    }

    /// Reads an answer that is not a success.
    pub(crate) fn from_answer(
        status: u16,
        body: &[u8],
        request_id: Option<String>,
        writing: bool,
    ) -> Self {
        if status >= 500 {
            return Self::Server {
                status,
                outcome_unknown: writing,
                request_id,
            };
        }
        match serde_json::from_slice::<Envelope>(body) {
            Ok(envelope) => envelope.error.classify(status, request_id),
            Err(_) => Self::Unreadable {
                status,
                outcome_unknown: false,
                message: "an error without Stripe's error body".to_owned(),
                request_id,
            },
        }
    }
}

#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type", default)]
    kind: String,
    code: Option<Code>,
    decline_code: Option<String>,
    advice_code: Option<String>,
    param: Option<String>,
    #[serde(default)]
    message: String,
    payment_intent: Option<Named>,
    setup_intent: Option<Named>,
}

/// The intent that stands in an error, of which only the id is read.
#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Body {
    fn classify(self, status: u16, request_id: Option<String>) -> Error {
        let message = redact(&self.message);
        let Self {
            kind,
            code,
            decline_code,
            advice_code,
            param,
            payment_intent,
            setup_intent,
            ..
        } = self;
        let in_flight = code == Some(Code::IdempotencyKeyInUse);
        let slow_down = matches!(code, Some(Code::RateLimit | Code::LockTimeout));
        match status {
            _ if kind == "idempotency_error" || in_flight => Error::IdempotencyConflict {
                in_flight,
                message,
                request_id,
            },
            _ if status == 429 || slow_down => Error::RateLimited {
                code,
                message,
                request_id,
            },
            _ if kind == "card_error" => {
                let code = code.unwrap_or_else(|| Code::Other("card_error".to_owned()));
                Error::Declined {
                    code,
                    decline_code,
                    advice_code,
                    intent: payment_intent.or(setup_intent).map(|named| named.id),
                    message,
                    request_id,
                }
            }
            401 => Error::Authentication {
                code,
                message,
                request_id,
            },
            403 => Error::Permission {
                permission: named_permission(&message),
                message,
                request_id,
            },
            404 => Error::NotFound {
                param,
                message,
                request_id,
            },
            _ => Error::InvalidRequest {
                status,
                code,
                param,
                message,
                request_id,
            },
        }
    }
}

/// `rak_accounts_kyc_basic_read` out of "Having the 'rak_accounts_kyc_basic_read' permission would allow
/// this request to continue." Several permissions are joined by ", ".
fn named_permission(message: &str) -> Option<String> {
    let named: Vec<&str> = message
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("rak_") && word.len() > "rak_".len())
        .collect();
    (!named.is_empty()).then(|| named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Error {
        Error::from_answer(status, body.as_bytes(), Some("req_1".to_owned()), true)
    }

    #[test]
    fn ac_08_a_missing_permission_is_named() {
        let error = read(
            403,
            r#"{"error":{"type":"invalid_request_error","message":"The provided key 'rk_live_*****abcd' does not have the required permissions for this endpoint on account 'acct_1'. Having the 'rak_accounts_kyc_basic_read' permission would allow this request to continue."}}"#,
        );
        assert!(
            matches!(&error, Error::Permission { permission: Some(name), .. } if name == "rak_accounts_kyc_basic_read"),
            "{error:?}"
        );
        assert!(
            !format!("{error:?} {error}").contains("abcd"),
            "the key's end is not repeated"
        );
    }

    #[test]
    fn each_answer_of_stripe_is_told_apart() {
        let declined = read(
            402,
            r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds."}}"#,
        );
        assert!(
            matches!(&declined, Error::Declined { code: Code::CardDeclined, decline_code: Some(reason), .. } if reason == "insufficient_funds")
        );
        assert_eq!(declined.request_id(), Some("req_1"));
        assert_eq!(declined.declined_intent(), None);

        let away = read(
            402,
            r#"{"error":{"type":"card_error","code":"authentication_required","decline_code":"authentication_required","advice_code":"confirm_card_data","message":"m","payment_intent":{"id":"pi_1","status":"requires_payment_method"}}}"#,
        );
        assert_eq!(away.code(), Some(&Code::AuthenticationRequired));
        assert_eq!(away.declined_intent(), Some("pi_1"));
        assert!(
            matches!(&away, Error::Declined { advice_code: Some(advice), .. } if advice == "confirm_card_data")
        );

        let small = read(
            400,
            r#"{"error":{"type":"invalid_request_error","code":"amount_too_small","param":"amount","message":"Amount must be at least $0.50 usd"}}"#,
        );
        assert!(
            matches!(&small, Error::InvalidRequest { status: 400, code: Some(Code::AmountTooSmall), param: Some(param), .. } if param == "amount")
        );

        let expired = read(
            401,
            r#"{"error":{"type":"invalid_request_error","code":"api_key_expired","message":"Expired API Key provided: sk_live_****1234"}}"#,
        );
        assert!(matches!(
            &expired,
            Error::Authentication {
                code: Some(Code::ApiKeyExpired),
                ..
            }
        ));

        let missing = read(
            404,
            r#"{"error":{"type":"invalid_request_error","code":"resource_missing","param":"intent","message":"No such payment_intent: 'pi_1'"}}"#,
        );
        assert!(matches!(&missing, Error::NotFound { param: Some(_), .. }) && missing.is_missing());

        let cursor = read(
            400,
            r#"{"error":{"type":"invalid_request_error","code":"resource_missing","param":"ending_before","message":"No such event: 'evt_1'"}}"#,
        );
        assert!(cursor.is_missing() && !small.is_missing());

        let reused = read(
            400,
            r#"{"error":{"type":"idempotency_error","message":"Keys for idempotent requests can only be used with the same parameters they were first used with."}}"#,
        );
        assert!(
            matches!(
                &reused,
                Error::IdempotencyConflict {
                    in_flight: false,
                    ..
                }
            ) && !reused.outcome_unknown()
        );

        let running = read(
            409,
            r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"There is currently another in-progress request using this Idempotent Key"}}"#,
        );
        assert!(running.outcome_unknown() && running.is_passing());

        let locked = read(
            409,
            r#"{"error":{"type":"invalid_request_error","code":"lock_timeout","message":"locked"}}"#,
        );
        assert!(matches!(
            &locked,
            Error::RateLimited {
                code: Some(Code::LockTimeout),
                ..
            }
        ));

        assert!(matches!(
            read(
                429,
                r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#
            ),
            Error::RateLimited { .. }
        ));
        assert!(read(503, "<html>").outcome_unknown());
        assert!(matches!(
            read(400, "<html>"),
            Error::Unreadable { status: 400, .. }
        ));
        let unknown = read(
            400,
            r#"{"error":{"type":"invalid_request_error","code":"a_code_of_next_year","message":"m"}}"#,
        );
        assert_eq!(
            unknown.code(),
            Some(&Code::Other("a_code_of_next_year".to_owned()))
        );
    }
}
