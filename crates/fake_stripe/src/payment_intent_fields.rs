//! The fields of a PaymentIntent: what its requests may carry, what a publishable key may see.

use serde_json::Value;

use crate::page::EXPAND;
use crate::payment_method::{ADDRESS, DATA};
use crate::schema::{Field, Kind, opt, req};

const CAPTURE: Kind = Kind::OneOf(&["automatic", "automatic_async", "manual"]);
const FUTURE: Kind = Kind::OneOf(&["off_session", "on_session"]);
const NAMES: Kind = Kind::List(&Kind::Text);
pub(crate) const METHOD_DATA: Kind = Kind::Object(DATA);
pub(crate) const METHOD_OPTIONS: Kind = Kind::Object(&[opt(
    "card",
    Kind::Object(&[opt(
        "request_three_d_secure",
        Kind::OneOf(&["any", "automatic", "challenge"]),
    )]),
)]);
pub(crate) const AUTOMATIC: Kind = Kind::Object(&[
    req("enabled", Kind::Boolean),
    opt("allow_redirects", Kind::OneOf(&["always", "never"])),
]);
pub(crate) const SHIPPING: Kind = Kind::Object(&[
    req("address", ADDRESS),
    req("name", Kind::Text),
    opt("carrier", Kind::Text),
    opt("phone", Kind::Text),
    opt("tracking_number", Kind::Text),
]);

/// The body of creation.
pub(crate) const CREATE: &[Field] = &[
    req("amount", Kind::Integer),
    req("currency", Kind::Text),
    opt("allowed_payment_method_types", NAMES),
    opt("amount_details", Kind::Unrehearsed),
    opt("application_fee_amount", Kind::Unrehearsed),
    opt("automatic_payment_methods", AUTOMATIC),
    opt("capture_method", CAPTURE),
    opt("confirm", Kind::Boolean),
    opt("confirmation_method", Kind::OneOf(&["automatic", "manual"])),
    opt("confirmation_token", Kind::Unrehearsed),
    opt("customer", Kind::Text),
    opt("description", Kind::Text),
    opt("error_on_requires_action", Kind::Boolean),
    opt("excluded_payment_method_types", NAMES),
    EXPAND,
    opt("mandate_data", Kind::Unrehearsed),
    opt("metadata", Kind::Metadata),
    opt("off_session", Kind::Boolean),
    opt("payment_method", Kind::Text),
    opt("payment_method_data", METHOD_DATA),
    opt("payment_method_options", METHOD_OPTIONS),
    opt("receipt_email", Kind::Text),
    opt("return_url", Kind::Text),
    opt("setup_future_usage", FUTURE),
    opt("shipping", SHIPPING),
    opt("statement_descriptor", Kind::Text),
    opt("statement_descriptor_suffix", Kind::Text),
    opt("transfer_data", Kind::Unrehearsed),
    opt("transfer_group", Kind::Text),
    opt("use_stripe_sdk", Kind::Boolean),
];

/// The body of an update.
pub(crate) const UPDATE: &[Field] = &[
    opt("allowed_payment_method_types", NAMES),
    opt("amount", Kind::Integer),
    opt("capture_method", CAPTURE),
    opt("currency", Kind::Text),
    opt("customer", Kind::Text),
    opt("description", Kind::Text),
    opt("excluded_payment_method_types", NAMES),
    EXPAND,
    opt("metadata", Kind::Metadata),
    opt("payment_method", Kind::Text),
    opt("payment_method_data", METHOD_DATA),
    opt("payment_method_options", METHOD_OPTIONS),
    opt("receipt_email", Kind::Text),
    opt("setup_future_usage", FUTURE),
    opt("shipping", SHIPPING),
    opt("statement_descriptor", Kind::Text),
    opt("statement_descriptor_suffix", Kind::Text),
    opt("transfer_group", Kind::Text),
];

/// The body of a cancellation.
pub(crate) const CANCEL: &[Field] = &[
    opt(
        "cancellation_reason",
        Kind::OneOf(&[
            "abandoned",
            "duplicate",
            "fraudulent",
            "requested_by_customer",
        ]),
    ),
    EXPAND,
];

/// What a publishable key may see.
const PUBLIC_FIELDS: &[&str] = &[
    "id",
    "object",
    "allowed_payment_method_types",
    "amount",
    "amount_details",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "capture_method",
    "client_secret",
    "confirmation_method",
    "created",
    "currency",
    "description",
    "excluded_payment_method_types",
    "last_payment_error",
    "livemode",
    "next_action",
    "payment_method",
    "payment_method_configuration_details",
    "payment_method_types",
    "processing",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "source",
    "status",
];

/// The part of an intent that a publishable key may see.
pub(crate) fn public(intent: &Value) -> Value {
    let fields = PUBLIC_FIELDS.iter().filter_map(|name| {
        intent
            .get(*name)
            .map(|value| ((*name).to_owned(), value.clone()))
    });
    Value::Object(fields.collect())
}
