//! Events: the memory of everything that happened, 30 days long.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{Answer, ApiError};
use crate::page::{self, AFTER, BEFORE, CREATED, EXPAND, LIMIT};
use crate::schema::{Field, Kind, opt};
use crate::shelf::{Drawer, Noun};

const LIST: &[Field] = &[
    LIMIT,
    AFTER,
    BEFORE,
    CREATED,
    EXPAND,
    opt("delivery_success", Kind::Boolean),
    opt("type", Kind::Text),
    opt("types", Kind::List(&Kind::Text)),
];

/// Seconds for which Stripe lists an event: 30 days.
const KEPT_S: i64 = 30 * 86_400;

/// `GET /v1/events/{id}`
pub(crate) fn retrieve(call: &mut Call, id: &str) -> Answer {
    call.params(&[EXPAND])?;
    let event = call.world.get(call.place, Noun::Event, id)?;
    Ok(render(call.world.drawer(call.place), event))
}

/// `GET /v1/events`, newest first.
pub(crate) fn list(call: &mut Call) -> Answer {
    let params = call.params(LIST)?;
    let types: Vec<&str> = match (
        params.get("types").and_then(Value::as_array),
        params.get("type"),
    ) {
        (Some(_), Some(_)) => {
            let message = "You may only specify one of these parameters: type, types.";
            return Err(ApiError::invalid(message).code("parameters_exclusive"));
        }
        (Some(types), None) => types.iter().filter_map(Value::as_str).collect(),
        (None, kind) => kind.and_then(Value::as_str).into_iter().collect(),
    };
    if types.len() > 20 {
        return Err(ApiError::invalid("You may pass at most 20 event types.").param("types"));
    }
    let oldest = call.world.now() - KEPT_S;
    let delivered = params.get("delivery_success").and_then(Value::as_bool);
    let drawer = call.world.drawers.get(&call.place);
    let was_delivered = |event: &Value| {
        let tally = drawer.and_then(|drawer| {
            drawer
                .deliveries
                .get(event["id"].as_str().unwrap_or_default())
        });
        tally.is_none_or(|tally| tally.pending() == 0)
    };
    let mut page = page::list(
        call.world,
        call.place,
        Noun::Event,
        "/v1/events",
        &params,
        |event| {
            let kind = event["type"].as_str().unwrap_or_default();
            event["created"]
                .as_i64()
                .is_some_and(|created| created >= oldest)
                && (types.is_empty() || types.iter().any(|wanted| matches(wanted, kind)))
                && delivered.is_none_or(|wanted| was_delivered(event) == wanted)
        },
    )?;
    let drawer = call.world.drawer(call.place);
    for item in page["data"].as_array_mut().into_iter().flatten() {
        *item = render(drawer, item.take());
    }
    Ok(page)
}

/// `charge.*` names every event of charges.
fn matches(wanted: &str, kind: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(stem) => kind
            .strip_prefix(stem)
            .is_some_and(|rest| rest.starts_with('.')),
        None => wanted == kind,
    }
}

/// The event with its present number of pending deliveries.
pub(crate) fn render(drawer: &Drawer, mut event: Value) -> Value {
    let tally = drawer
        .deliveries
        .get(event["id"].as_str().unwrap_or_default());
    event["pending_webhooks"] = json!(tally.map_or(0, crate::shelf::Tally::pending));
    event
}
