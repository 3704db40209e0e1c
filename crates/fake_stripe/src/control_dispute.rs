//! The control of disputes, by handle and over HTTP.

use std::sync::Arc;

use anyhow::bail;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use crate::control::Control;
use crate::control_http::{World, control, result, with};
use crate::control_money::find;
use crate::dispute_life::{self, NewDispute};
use crate::shared::Shared;
use crate::shelf::Noun;

/// What a bank may decide. `needs_response` makes a chargeback of an inquiry.
const DECISIONS: &[&str] = &[
    "won",
    "lost",
    "warning_closed",
    "prevented",
    "needs_response",
];

impl Control {
    /// A bank disputes a charge for a reason (`fraudulent`, `product_not_received`, …): of the whole charge that was
    /// not refunded, or of so many minor units.
    ///
    /// # Errors
    /// When there is no such charge.
    pub fn open_dispute(
        &self,
        charge: &str,
        reason: &str,
        amount_minor: Option<i64>,
    ) -> anyhow::Result<Value> {
        self.open(charge, reason, false, amount_minor)
    }

    /// A bank only asks about a charge (`warning_needs_response`): nothing is withdrawn yet.
    ///
    /// # Errors
    /// When there is no such charge.
    pub fn open_inquiry(&self, charge: &str, reason: &str) -> anyhow::Result<Value> {
        self.open(charge, reason, true, None)
    }

    fn open(
        &self,
        charge: &str,
        reason: &str,
        inquiry: bool,
        amount: Option<i64>,
    ) -> anyhow::Result<Value> {
        self.act(|world| {
            let place = find(world, Noun::Charge, charge)?;
            let new = NewDispute {
                reason: reason.to_owned(),
                inquiry,
                amount,
            };
            Ok(dispute_life::open(world, place, charge, &new))
        })
    }

    /// The bank's word: `won`, `lost`, `warning_closed`, `prevented`, or `needs_response`, by which an inquiry becomes
    /// a chargeback. A closed dispute stays as it is.
    ///
    /// # Errors
    /// When there is no such dispute or decision.
    pub fn decide_dispute(&self, dispute: &str, status: &str) -> anyhow::Result<Value> {
        if !DECISIONS.contains(&status) {
            bail!("a bank decides one of {}", DECISIONS.join(", "));
        }
        self.act(|world| {
            let place = find(world, Noun::Dispute, dispute)?;
            Ok(dispute_life::decide(world, place, dispute, status))
        })
    }
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_control/open_dispute", post(open_dispute))
        .route("/_control/decide_dispute", post(decide_dispute))
}

fn fraudulent() -> String {
    "fraudulent".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    charge: String,
    #[serde(default = "fraudulent")]
    reason: String,
    #[serde(default)]
    inquiry: bool,
    amount: Option<i64>,
}

async fn open_dispute(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Opened| {
        let control = control(shared);
        result(control.open(&given.charge, &given.reason, given.inquiry, given.amount))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    dispute: String,
    status: String,
}

async fn decide_dispute(State(shared): World, body: Bytes) -> Response {
    with(&body, |given: Decided| {
        result(control(shared).decide_dispute(&given.dispute, &given.status))
    })
}
