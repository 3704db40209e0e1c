//! What was pasted, by its name: a command, or one sentence a field (AC-07 to AC-09).

use billing::currency::{Currency, NoOnlinePayment};
use kit::locale::Locale;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Stand;
use crate::app::App;
use crate::online_payment::doctor::Check;
use crate::online_payment::form::{self, KeyFault};
use crate::page::Errors;
use crate::who::{Scope, Who};

/// The form as the browser sends it. The secret is wiped when dropped and never goes back.
#[derive(Deserialize)]
pub(in crate::online_payment) struct Posted {
    #[serde(default)]
    pub(super) version: i64,
    #[serde(default)]
    pub(super) enabled: String,
    #[serde(default)]
    pub(super) public_key: String,
    #[serde(default)]
    pub(super) secret_key: SecretString,
    #[serde(default)]
    pub(super) password: SecretString,
    #[serde(default)]
    pub(super) currency: String,
    #[serde(default)]
    pub(super) way: String,
    #[serde(default)]
    pub(super) swap: String,
}

/// What the other key travels sealed as, while they are swapped back.
pub(super) const SWAP: &str = "online_payment.swap";

/// What was typed, or what was swapped back and travelled sealed.
pub(super) fn typed_secret(app: &App, who: &Who, posted: &Posted) -> SecretString {
    if posted.secret_key.expose_secret().trim().is_empty() && !posted.swap.is_empty() {
        return app
            .keyring()
            .open_sealed(&who.session_id, SWAP, &posted.swap)
            .unwrap_or_default();
    }
    posted.secret_key.clone()
}

pub(super) struct Command {
    pub(super) enabled: bool,
    pub(super) public: stripe::PublishableKey,
    /// `None`: keep the present one.
    pub(super) secret: Option<stripe::SecretKey>,
    pub(super) currency: Currency,
    /// Customers pay on the page that Stripe hosts.
    pub(super) hosted: bool,
    pub(super) replaces_key: bool,
}

pub(super) fn parse(
    l: &Locale,
    scope: &Scope,
    stand: &Stand,
    posted: &Posted,
    secret_text: &SecretString,
) -> (Option<Command>, Errors) {
    let mut errors = Errors::new();
    let named = |field: &str, fault: KeyFault| l.t(&format!("{field}-key-is-{}", fault.word()));
    let public = form::public_key(&posted.public_key, scope.mode)
        .map_err(|f| errors.add("public_key", named("public", f)))
        .ok();
    let keeps = secret_text.expose_secret().trim().is_empty() && stand.keyed().is_some();
    let secret = if keeps {
        None
    } else {
        form::secret_key(secret_text.expose_secret(), scope.mode)
            .map_err(|f| errors.add("secret_key", named("secret", f)))
            .ok()
    };
    let currency = form::currency(&posted.currency);
    match currency {
        Ok(_) => {}
        Err(NoOnlinePayment::NotOffered) => {
            errors.add("currency", l.t("online-currency-unknown"));
        }
        Err(NoOnlinePayment::ContradictoryRules | NoOnlinePayment::ThreeDecimals) => {
            let code = posted.currency.as_str();
            errors.add(
                "currency",
                l.t1("online-currency-not-here", "currency", code),
            );
        }
    }
    let hosted = match posted.way.as_str() {
        "form" => false,
        "page" => true,
        // A form that does not ask changes nothing of it.
        _ => stand.is_hosted(),
    };
    let command = public.zip(currency.ok()).map(|(public, currency)| Command {
        enabled: !posted.enabled.is_empty(),
        hosted,
        public,
        replaces_key: secret.is_some() && stand.keyed().is_some(),
        secret,
        currency,
    });
    (command, errors)
}

pub(super) fn field_of(check: Check) -> &'static str {
    match check {
        Check::PublicKey | Check::SameAccount => "public_key",
        Check::Currency => "currency",
        _ => "secret_key",
    }
}
