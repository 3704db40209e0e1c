//! Country specs: which currencies an account of a country may present.

use serde_json::json;

use crate::call::Call;
use crate::currency::PRESENTABLE;
use crate::error::{Answer, ApiError};
use crate::page::EXPAND;

/// Countries of accounts and their default currency.
const COUNTRIES: &[(&str, &str)] = &[
    ("AT", "eur"),
    ("AU", "aud"),
    ("BE", "eur"),
    ("BG", "eur"),
    ("CA", "cad"),
    ("CH", "chf"),
    ("CZ", "czk"),
    ("DE", "eur"),
    ("DK", "dkk"),
    ("EE", "eur"),
    ("ES", "eur"),
    ("FI", "eur"),
    ("FR", "eur"),
    ("GB", "gbp"),
    ("GR", "eur"),
    ("HK", "hkd"),
    ("HU", "huf"),
    ("IE", "eur"),
    ("IT", "eur"),
    ("JP", "jpy"),
    ("LT", "eur"),
    ("LU", "eur"),
    ("LV", "eur"),
    ("MX", "mxn"),
    ("NL", "eur"),
    ("NO", "nok"),
    ("NZ", "nzd"),
    ("PL", "pln"),
    ("PT", "eur"),
    ("RO", "ron"),
    ("SE", "sek"),
    ("SG", "sgd"),
    ("SI", "eur"),
    ("SK", "eur"),
    ("US", "usd"),
];

/// `GET /v1/country_specs/{country}`
pub(crate) fn retrieve(call: &mut Call, country: &str) -> Answer {
    call.params(&[EXPAND])?;
    let Some((_, currency)) = COUNTRIES.iter().find(|(code, _)| *code == country) else {
        return Err(ApiError::missing_object(
            404,
            format!("Country '{country}' is unknown."),
            "country",
        ));
    };
    let fields = json!({ "additional": [], "minimum": ["external_account", "tos_acceptance.date", "tos_acceptance.ip"] });
    let debit = match *currency {
        "cad" => Some("acss_debit"),
        "eur" => Some("sepa_debit"),
        "usd" => Some("ach"),
        _ => None,
    };
    let methods: Vec<&str> = ["card", "stripe"].into_iter().chain(debit).collect();
    Ok(json!({
        "id": country, "object": "country_spec", "default_currency": currency,
        "supported_bank_account_currencies": { *currency: [country] },
        "supported_payment_currencies": PRESENTABLE, "supported_payment_methods": methods,
        "supported_transfer_countries": [country],
        "verification_fields": { "company": fields, "individual": fields },
    }))
}
