//! Webhook endpoints: where events are sent.

use serde_json::{Value, json};

use crate::call::{Call, merge_metadata, text};
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, EXPAND, LIMIT};
use crate::schema::{Field, Kind, opt, req};
use crate::shelf::Noun;

/// Every event name of the pinned API version, from the official SDK's types.
const EVENT_TYPES: &str = include_str!("../assets/event_types.txt");
/// Stripe's own bound per account and mode.
const ENDPOINTS_MAX: usize = 16;

const CREATE: &[Field] = &[
    req("enabled_events", Kind::List(&Kind::Text)),
    req("url", Kind::Text),
    opt("api_version", Kind::Text),
    opt("connect", Kind::Boolean),
    opt("description", Kind::Text),
    EXPAND,
    opt("metadata", Kind::Metadata),
];

const UPDATE: &[Field] = &[
    opt("description", Kind::Text),
    opt("disabled", Kind::Boolean),
    opt("enabled_events", Kind::List(&Kind::Text)),
    EXPAND,
    opt("metadata", Kind::Metadata),
    opt("url", Kind::Text),
];

/// `POST /v1/webhook_endpoints`. The secret is told here and never again.
pub(crate) fn create(call: &mut Call) -> Answer {
    let params = call.params(CREATE)?;
    let url = text(&params, "url").unwrap_or_default();
    check_url(&url, call.place.1.is_live())?;
    check_events(&params["enabled_events"])?;
    let version = text(&params, "api_version");
    check_version(version.as_deref())?;
    if call
        .world
        .drawer(call.place)
        .shelf_mut(Noun::WebhookEndpoint)
        .len()
        >= ENDPOINTS_MAX
    {
        let mode = call.place.1.as_str();
        return Err(ApiError::invalid(format!(
            "You have reached the maximum of {ENDPOINTS_MAX} {mode} webhook endpoints."
        )));
    }
    let id = call.world.dice.id("we");
    let secret = format!("whsec_{}", call.world.dice.letters(32));
    let mut endpoint = json!({
        "id": id, "object": "webhook_endpoint", "api_version": version, "application": null,
        "created": call.world.now(), "description": text(&params, "description"),
        "enabled_events": params["enabled_events"], "livemode": call.place.1.is_live(), "metadata": {},
        "status": "enabled", "url": url,
    });
    merge_metadata(&mut endpoint, params.get("metadata"));
    call.world
        .put(call.place, Noun::WebhookEndpoint, endpoint.clone());
    call.world
        .drawer(call.place)
        .webhook_secrets
        .insert(id, secret.clone());
    endpoint["secret"] = json!(secret);
    Ok(endpoint)
}

fn check_version(version: Option<&str>) -> Result<(), ApiError> {
    match version {
        Some(version) if !is_version(version) => Err(ApiError::invalid(format!(
            "Invalid Stripe API version: {version}"
        ))
        .param("api_version")),
        _ => Ok(()),
    }
}

/// `2026-10-28.endive`, or a bare day of the older versions.
pub(crate) fn is_version(text: &str) -> bool {
    let (day, train) = text.split_once('.').unwrap_or((text, "train"));
    let digits = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = day.split('-').collect();
    matches!(parts[..], [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
        && !train.is_empty()
        && train.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Live endpoints must be HTTPS; only the rehearsal also takes plain HTTP on this machine.
fn check_url(url: &str, live: bool) -> Result<(), ApiError> {
    let invalid = |message: &str| Err(ApiError::invalid(message).code("url_invalid").param("url"));
    let Ok(parsed) = reqwest::Url::parse(url) else {
        return invalid("Invalid URL: must be a valid URL.");
    };
    let secure = parsed.scheme() == "https";
    if !secure && parsed.scheme() != "http" || parsed.host_str().is_none() {
        return invalid("Invalid URL: must start with `http` or `https`.");
    }
    if live && !secure && !is_loopback(&parsed) {
        return invalid("Invalid URL: An HTTPS URL is required in live mode.");
    }
    Ok(())
}

/// Whether the address is this machine: the only place the rehearsal ever sends anything to.
pub(crate) fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn check_events(names: &Value) -> Result<(), ApiError> {
    let names = names.as_array().map(Vec::as_slice).unwrap_or_default();
    if names.is_empty() {
        return Err(ApiError::missing_param("enabled_events"));
    }
    for (at, name) in names.iter().enumerate() {
        let name = name.as_str().unwrap_or_default();
        if !EVENT_TYPES.lines().any(|known| known == name) {
            let message =
                format!("Invalid enabled_events[{at}]: must be a known event type, not {name}");
            return Err(ApiError::invalid(message).param(&format!("enabled_events[{at}]")));
        }
    }
    Ok(())
}

/// `POST /v1/webhook_endpoints/{id}`
pub(crate) fn update(call: &mut Call, id: &str) -> Answer {
    let params = call.params(UPDATE)?;
    call.world.get(call.place, Noun::WebhookEndpoint, id)?;
    if let Some(url) = text(&params, "url") {
        check_url(&url, call.place.1.is_live())?;
    }
    if let Some(names) = params.get("enabled_events") {
        check_events(names)?;
    }
    Ok(call
        .world
        .change(call.place, Noun::WebhookEndpoint, id, |endpoint| {
            for name in ["url", "enabled_events", "description"] {
                if let Some(value) = params.get(name) {
                    endpoint[name] = if value == "" {
                        Value::Null
                    } else {
                        value.clone()
                    };
                }
            }
            if let Some(disabled) = params.get("disabled").and_then(Value::as_bool) {
                endpoint["status"] = json!(if disabled { "disabled" } else { "enabled" });
            }
            merge_metadata(endpoint, params.get("metadata"));
        }))
}

/// `GET /v1/webhook_endpoints/{id}`, without the secret.
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    call.world.get(call.place, Noun::WebhookEndpoint, id)
}

/// `GET /v1/webhook_endpoints`, without the secrets.
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(&[LIMIT, AFTER, BEFORE, EXPAND])?;
    page::list(
        call.world,
        call.place,
        Noun::WebhookEndpoint,
        "/v1/webhook_endpoints",
        &params,
        |_| true,
    )
}

/// `DELETE /v1/webhook_endpoints/{id}`
pub(crate) fn delete(call: &mut Call, id: &str) -> Answer {
    call.params(&[])?;
    call.world.get(call.place, Noun::WebhookEndpoint, id)?;
    let drawer = call.world.drawer(call.place);
    drawer.shelf_mut(Noun::WebhookEndpoint).remove(id);
    drawer.webhook_secrets.remove(id);
    Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
}
