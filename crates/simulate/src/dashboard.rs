//! Somebody at Stripe's dashboard, or another program with the account's key: what reaches Stripe past us.

use std::rc::Rc;

use fake_stripe::Asking;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use crate::world::World;

/// Posts a form with a key of its own, over a wire that never fails. Null when there is no answer.
pub async fn post(world: Rc<World>, path: String, form: String) -> Value {
    let key = &world.other_key;
    let mut headers = HeaderMap::new();
    let bearer = HeaderValue::from_str(&format!("Bearer {key}"));
    headers.extend(bearer.ok().map(|key| (header::AUTHORIZATION, key)));
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, kind);
    let asking = Asking {
        method: Method::POST,
        path,
        query: String::new(),
        headers,
        body: form.into(),
    };
    let reply = world.rehearsal.ask(asking).await;
    let body = reply.map(|reply| reply.body).unwrap_or_default();
    serde_json::from_str(&body).unwrap_or_default()
}
