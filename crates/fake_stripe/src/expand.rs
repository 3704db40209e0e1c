//! `expand[]`: ids replaced by the objects they name.

use serde_json::Value;

use crate::error::ApiError;
use crate::line;
use crate::shelf::Noun;
use crate::world::{Place, World};

const DEPTH_MAX: usize = 4;

/// Fields that may be expanded.
const EXPANDABLE: &[&str] = &[
    "latest_charge",
    "balance_transaction",
    "failure_balance_transaction",
    "customer",
    "payment_method",
    "payment_intent",
    "charge",
    "source",
];

/// Replaces what the request asked to see in full. A list is entered by `data.`.
pub(crate) fn expand(
    world: &World,
    place: Place,
    object: &mut Value,
    paths: &[String],
) -> Result<(), ApiError> {
    for path in paths {
        let steps: Vec<&str> = path.split('.').collect();
        if steps.len() > DEPTH_MAX {
            return Err(
                ApiError::invalid("You cannot expand more than 4 levels of a property.")
                    .param("expand"),
            );
        }
        walk(world, place, object, &steps, path)?;
    }
    Ok(())
}

fn walk(
    world: &World,
    place: Place,
    object: &mut Value,
    steps: &[&str],
    path: &str,
) -> Result<(), ApiError> {
    let Some((step, rest)) = steps.split_first() else {
        return Ok(());
    };
    if *step == "data" && object["object"] == "list" {
        let items = object["data"].as_array_mut();
        return items
            .into_iter()
            .flatten()
            .try_for_each(|item| walk(world, place, item, rest, path));
    }
    // A refund has it only once it has failed, and may be asked for it before.
    let may_be_absent = object["object"] == "refund" && *step == "failure_balance_transaction";
    if may_be_absent && object.get(*step).is_none() {
        return Ok(());
    }
    let known = EXPANDABLE.contains(step) && object.get(*step).is_some();
    // A charge's `payment_method` is a plain id in Stripe's types.
    if !known || (object["object"] == "charge" && *step == "payment_method") {
        let message = format!("This property cannot be expanded ({path}).");
        return Err(ApiError::invalid(message).param("expand"));
    }
    if let Some(id) = object[*step].as_str()
        && let Some(found) = Noun::of_id(id).and_then(|noun| world.find(place, noun, id))
    {
        object[*step] = line::with_status(found.clone(), world.now());
    }
    if object[*step].is_object() {
        walk(world, place, &mut object[*step], rest, path)
    } else {
        Ok(())
    }
}
