//! Lists: newest first, with cursors, as every list of Stripe's.

use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::schema::{Field, Kind, opt};
use crate::shelf::Noun;
use crate::world::{Place, World};

/// The parameters every list takes.
pub(crate) const LIMIT: Field = opt("limit", Kind::Integer);
pub(crate) const AFTER: Field = opt("starting_after", Kind::Text);
pub(crate) const BEFORE: Field = opt("ending_before", Kind::Text);
pub(crate) const CREATED: Field = opt("created", Kind::Range);
pub(crate) const EXPAND: Field = opt("expand", Kind::List(&Kind::Text));

/// One page of the objects that pass the filter.
pub(crate) fn list(
    world: &World,
    place: Place,
    noun: Noun,
    url: &str,
    params: &Map<String, Value>,
    keep: impl Fn(&Value) -> bool,
) -> Result<Value, ApiError> {
    let limit = limit(params)?;
    let cursor = cursor(world, place, noun, params)?;
    let range = params.get("created").cloned().unwrap_or(Value::Null);
    let all: Vec<&Value> = match world
        .drawers
        .get(&place)
        .and_then(|drawer| drawer.shelf(noun))
    {
        Some(shelf) => shelf.newest_first().collect(),
        None => Vec::new(),
    };
    let at = |id: &str| {
        all.iter()
            .position(|object| object["id"] == id)
            .unwrap_or(0)
    };
    let window = match &cursor {
        Cursor::None => &all[..],
        Cursor::After(id) => &all[at(id) + 1..],
        Cursor::Before(id) => &all[..at(id)],
    };
    let passing: Vec<&Value> = window
        .iter()
        .copied()
        .filter(|object| within(&range, object["created"].as_i64()) && keep(object))
        .collect();
    let has_more = passing.len() > limit;
    // Before a cursor, the page is the one next to the cursor, not the newest one.
    let from = if matches!(cursor, Cursor::Before(_)) {
        passing.len().saturating_sub(limit)
    } else {
        0
    };
    let data: Vec<&Value> = passing.into_iter().skip(from).take(limit).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": url }))
}

enum Cursor {
    None,
    After(String),
    Before(String),
}

fn limit(params: &Map<String, Value>) -> Result<usize, ApiError> {
    match params.get("limit").and_then(Value::as_i64) {
        None => Ok(10),
        Some(limit) if (1..=100).contains(&limit) => Ok(limit as usize),
        Some(limit) if limit < 1 => {
            Err(ApiError::invalid("This value must be greater than or equal to 1.").param("limit"))
        }
        Some(_) => {
            Err(ApiError::invalid("This value must be less than or equal to 100.").param("limit"))
        }
    }
}

fn cursor(
    world: &World,
    place: Place,
    noun: Noun,
    params: &Map<String, Value>,
) -> Result<Cursor, ApiError> {
    let text = |name: &str| params.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("starting_after"), text("ending_before")) {
        (Some(_), Some(_)) => Err(ApiError::invalid(
            "You may only specify one of these parameters: starting_after, ending_before.",
        )
        .code("parameters_exclusive")),
        (Some(id), None) => world
            .named(place, noun, &id, 400, "starting_after")
            .map(|_| Cursor::After(id)),
        (None, Some(id)) => world
            .named(place, noun, &id, 400, "ending_before")
            .map(|_| Cursor::Before(id)),
        (None, None) => Ok(Cursor::None),
    }
}

/// Whether an instant lies in a range (`gte`, `lt`, … or one instant).
pub(crate) fn within(range: &Value, created: Option<i64>) -> bool {
    let Some(created) = created else { return true };
    if let Some(exact) = range.as_i64() {
        return created == exact;
    }
    let end = |name: &str| range.get(name).and_then(Value::as_i64);
    end("gt").is_none_or(|end| created > end)
        && end("gte").is_none_or(|end| created >= end)
        && end("lt").is_none_or(|end| created < end)
        && end("lte").is_none_or(|end| created <= end)
}
