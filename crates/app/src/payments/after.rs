//! Asking Stripe about what comes after a payment: what a refund and a dispute have in common. An event, "Ask Stripe
//! now" and the sweep all fetch, make sure that the payment itself is known, and end in the feature's one `hear`.

use std::borrow::Cow;

use kit::db::Tx;
use kit::locale::Locale;
use stripe::Client;

use super::{ask, booked};
use crate::app::App;
use crate::online_payment;
use crate::problem::Problem;
use crate::who::Scope;

/// How one question ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Answered, and written down; with how many of the answers were news.
    Settled(usize),
    /// Nothing of it is ours.
    NotOurs,
    /// It contradicts what we have written down, in words.
    Contradicts(String),
    /// There are no keys to ask with.
    NoKeys,
    /// No answer came.
    Unreachable,
}

impl Asked {
    /// Of so many answers those that are ours were these: whether each was news.
    pub(crate) fn answered(answers: usize, ours: &[bool]) -> Asked {
        if ours.is_empty() && answers > 0 {
            Asked::NotOurs
        } else {
            Asked::Settled(ours.iter().filter(|news| **news).count())
        }
    }

    /// What a person who asked is told, and how it looks; `unknown` is the feature's own word for no answer.
    pub(crate) fn said(
        &self,
        l: Locale,
        unknown: &'static str,
    ) -> (&'static str, Cow<'static, str>) {
        match self {
            Asked::Settled(_) | Asked::NotOurs => ("info", l.t("refund-asked-stripe")),
            Asked::NoKeys => ("warn", l.t("refund-no-keys")),
            Asked::Contradicts(_) => ("negative", l.t("refund-contradicts")),
            Asked::Unreachable => ("warn", l.t(unknown)),
        }
    }

    /// No answer came to a question about `id`, or Stripe does not know it.
    pub(crate) fn unanswered(id: &str, error: &stripe::Error) -> Asked {
        if error.is_missing() {
            return Asked::NotOurs;
        }
        tracing::warn!(id, %error, "Stripe did not tell about it");
        Asked::Unreachable
    }
}

/// What came of hearing of a refund or a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<Steps, Mismatch> {
    /// Written down.
    Settled(Steps),
    /// It is about a payment that is not in this drawer.
    NotOurs,
    /// It contradicts what is written down: nothing was changed.
    Contradicts(Mismatch),
}

/// The client of a drawer; nothing while it has no keys.
///
/// # Errors
/// Of the database, or when the stored key does not open.
pub(crate) async fn client(app: &App, scope: &Scope) -> Result<Option<Client>, Problem> {
    let s = scope.clone();
    let drawer = app
        .db()
        .read(move |tx| online_payment::drawer(tx, &s))
        .await?;
    let keyed = drawer.filter(|drawer| !drawer.secret_sealed.is_empty());
    keyed
        .map(|drawer| online_payment::client(app, &drawer))
        .transpose()
}

/// The news may come before that of its payment: then the payment is asked about first.
///
/// # Errors
/// As [`client`].
pub(crate) async fn know_payment(
    app: &App,
    scope: &Scope,
    charge: Option<&str>,
    intent: Option<&str>,
) -> Result<(), Problem> {
    let Some(intent_id) = intent else {
        return Ok(());
    };
    let (s, of_intent, of_charge) = (
        scope.clone(),
        intent_id.to_owned(),
        charge.map(str::to_owned),
    );
    let known = move |tx: &mut Tx<'_>| {
        booked::find_by_stripe(tx, &s, of_charge.as_deref(), Some(&of_intent))
    };
    if app.db().read(known).await?.is_none() {
        ask::ask_about_intent(app, scope, intent_id).await?;
    }
    Ok(())
}
