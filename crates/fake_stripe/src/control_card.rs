//! The control of kept cards, by handle and over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::card::Conduct;
use crate::control::Control;
use crate::control_http::{World, control, result, with};
use crate::control_money::find;
use crate::shared::Shared;
use crate::shelf::Noun;

impl Control {
    /// The bank sends a kept card anew: other last digits, another expiry. Nobody asked for it, and it goes on paying.
    ///
    /// # Errors
    /// When there is no such payment method.
    pub fn renew_card(
        &self,
        payment_method: &str,
        last4: &str,
        exp_month: i64,
        exp_year: i64,
    ) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::PaymentMethod, payment_method)?;
            let before = world.find(place, Noun::PaymentMethod, payment_method);
            let before = before.map_or(Value::Null, |method| method["card"].clone());
            let renewed = world.change(place, Noun::PaymentMethod, payment_method, |method| {
                method["card"]["last4"] = json!(last4);
                method["card"]["exp_month"] = json!(exp_month);
                method["card"]["exp_year"] = json!(exp_year);
            });
            let previous = json!({ "card": {
                "exp_month": before["exp_month"], "exp_year": before["exp_year"], "last4": before["last4"],
            } });
            let kind = "payment_method.automatically_updated";
            world.emit(place, kind, renewed.clone(), Some(previous));
            Ok(renewed)
        })
    }

    /// From now on the card is declined with this code (`expired_card`, `lost_card`, …), asks for its owner with
    /// `authentication_required`, or pays again with `None`.
    ///
    /// # Errors
    /// When there is no such payment method.
    pub fn card_says(
        &self,
        payment_method: &str,
        decline_code: Option<&str>,
    ) -> anyhow::Result<()> {
        let conduct = match decline_code {
            None => Conduct::Pay,
            Some("authentication_required") => Conduct::Authenticate(None),
            Some(code) => Conduct::Decline(code.to_owned()),
        };
        self.act(|world| {
            let place = find(world, Noun::PaymentMethod, payment_method)?;
            let drawer = world.drawer(place);
            drawer.conduct.insert(payment_method.to_owned(), conduct);
            Ok(())
        })
    }
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_control/renew_card", post(renew_card))
        .route("/_control/card_says", post(card_says))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renewed {
    payment_method: String,
    last4: String,
    exp_month: i64,
    exp_year: i64,
}

async fn renew_card(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Renewed| {
        result(control(shared).renew_card(
            &given.payment_method,
            &given.last4,
            given.exp_month,
            given.exp_year,
        ))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Says {
    payment_method: String,
    code: Option<String>,
}

async fn card_says(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Says| {
        let outcome = control(shared).card_says(&given.payment_method, given.code.as_deref());
        result(outcome.map(|()| json!({ "ok": true })))
    })
}
