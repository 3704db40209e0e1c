//! The key doctor (AC-10): proves two keys against Stripe by doing, each check with its own line and remedy.
//!
//! The proof is a setup intent made with the secret key, read back with the publishable key and its client secret,
//! then canceled. It shows at once that both keys are genuine, of one account and one mode, and that the secret
//! key may write. The account call is never the test: many restricted keys may not make it, and its 403 is advice.

use billing::Mode;
use billing::currency::Currency;
use billing::money::Money;
use serde::{Deserialize, Serialize};
use stripe::{Error, IdempotencyKey, NewPaymentIntent, PublishableKey, SecretKey};

use super::rights;
use crate::app::App;

/// What is checked, in the order of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Secret Key valid, and may write.
    SecretKey,
    /// The account may charge.
    Account,
    /// Public Key valid.
    PublicKey,
    /// Both keys of one account and one mode.
    SameAccount,
    /// The payment currency can be charged.
    Currency,
    /// Events can be read.
    Events,
    /// What else a restricted key must be allowed.
    Rights,
    /// The page that Stripe hosts can be opened; asked only where customers are to pay there.
    Hosted,
    /// Webhook endpoint, or pull mode.
    Webhook,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Green.
    Ok,
    /// Worth knowing; hinders nothing.
    Advice,
    /// Red: nothing is saved.
    Failed,
    /// Not reached, because an earlier one failed.
    Skipped,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What was checked.
    pub check: Check,
    /// How it ended.
    pub state: State,
    /// The text's key: `doctor-secret-key-invalid`; what happened and what to do, in both languages.
    pub text: String,
    /// What the text names: a permission, an account, a currency.
    pub detail: String,
}

/// What the examination found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One line a check, in order.
    pub lines: Vec<Line>,
    /// `acct_…`, empty when the key may not ask.
    pub account_id: String,
    /// As Stripe shows it.
    pub account_name: String,
    /// Two letters.
    pub account_country: String,
    /// What the account can charge; empty when not known.
    pub currencies: Vec<Currency>,
    /// Stripe could not be reached: nothing is known, nothing was saved.
    pub unreachable: bool,
}

impl Report {
    /// Whether the keys may be saved.
    pub fn is_good(&self) -> bool {
        !self.unreachable
            && self
                .lines
                .iter()
                .all(|l| matches!(l.state, State::Ok | State::Advice))
    }

    fn say(&mut self, check: Check, state: State, text: &str, detail: impl Into<String>) {
        self.lines.push(Line {
            check,
            state,
            text: format!("doctor-{text}"),
            detail: detail.into(),
        });
    }

    /// Replaces the line of a check, or adds it.
    pub(crate) fn replace(
        &mut self,
        check: Check,
        state: State,
        text: &str,
        detail: impl Into<String>,
    ) {
        self.lines.retain(|l| l.check != check);
        self.say(check, state, text, detail);
    }

    fn failed_call(&mut self, check: Check, prefix: &str, error: &Error) {
        match error {
            e if e.is_passing() || e.outcome_unknown() => {
                self.unreachable = true;
                self.say(check, State::Failed, "unreachable", "");
            }
            Error::Permission { permission, .. } => {
                self.say(
                    check,
                    State::Failed,
                    &format!("{prefix}-permission"),
                    permission.clone().unwrap_or_default(),
                );
            }
            Error::Authentication { code, .. }
                if code
                    .as_ref()
                    .is_some_and(|c| c.as_str() == "api_key_expired") =>
            {
                self.say(check, State::Failed, &format!("{prefix}-expired"), "");
            }
            Error::Authentication { .. } => {
                self.say(check, State::Failed, &format!("{prefix}-invalid"), "")
            }
            other => self.say(
                check,
                State::Failed,
                &format!("{prefix}-refused"),
                other.to_string(),
            ),
        }
    }

    fn skip_rest(&mut self) {
        use Check::{Account, Currency, Events, PublicKey, SameAccount, SecretKey};
        for check in [SecretKey, Account, PublicKey, SameAccount, Currency, Events] {
            if !self.lines.iter().any(|l| l.check == check) {
                self.say(check, State::Skipped, "skipped", "");
            }
        }
        self.lines.sort_by_key(|l| l.check as u8);
    }
}

/// Proves the keys. Creates one setup intent (for a restricted key also one payment intent) and cancels it; no
/// money can move through either.
pub async fn examine(
    app: &App,
    mode: Mode,
    public: &PublishableKey,
    secret: &SecretKey,
    currency: Currency,
) -> Report {
    let client = stripe::Client::new(
        app.transport().clone(),
        app.origins().clone(),
        secret.clone(),
    );
    let mut report = Report::default();
    if prove_pair(app, mode, &client, public, secret, currency, &mut report).await {
        ask_account(&client, &mut report).await;
        ask_currency(&client, currency, &mut report).await;
        ask_events(&client, &mut report).await;
        if secret.is_restricted() {
            rights::ask(&client, || intention(app), &mut report).await;
        }
    }
    report.skip_rest();
    report
}

/// Answers whether it makes sense to ask on.
async fn prove_pair(
    app: &App,
    mode: Mode,
    client: &stripe::Client,
    public: &PublishableKey,
    secret: &SecretKey,
    currency: Currency,
    report: &mut Report,
) -> bool {
    let intent = match client
        .create_setup_intent(&metadata(), &intention(app))
        .await
    {
        Ok(answer) => answer.object,
        Err(error) => {
            report.failed_call(Check::SecretKey, "secret-key", &error);
            return false;
        }
    };
    let writes = !secret.is_restricted() || may_write_payments(app, client, currency, report).await;
    if writes && intent.livemode != mode.is_live() {
        report.say(Check::SecretKey, State::Failed, "secret-key-other-mode", "");
    } else if writes {
        report.say(Check::SecretKey, State::Ok, "secret-key-ok", secret.hint());
    }
    if let Some(client_secret) = &intent.client_secret {
        let reader = super::public_client(app, public.clone());
        match reader
            .retrieve_setup_intent(&intent.id, client_secret)
            .await
        {
            Ok(read) if read.object.livemode == mode.is_live() => {
                report.say(Check::PublicKey, State::Ok, "public-key-ok", "");
                report.say(Check::SameAccount, State::Ok, "same-account-ok", "");
            }
            Ok(_) => {
                report.say(Check::PublicKey, State::Ok, "public-key-ok", "");
                report.say(
                    Check::SameAccount,
                    State::Failed,
                    "same-account-other-mode",
                    "",
                );
            }
            Err(error @ Error::Authentication { .. }) => {
                report.failed_call(Check::PublicKey, "public-key", &error)
            }
            Err(error) if error.is_passing() || error.outcome_unknown() => {
                report.failed_call(Check::PublicKey, "public-key", &error);
            }
            // Genuine, but it does not see the intent: another account's key.
            Err(_) => {
                report.say(Check::PublicKey, State::Ok, "public-key-ok", "");
                report.say(
                    Check::SameAccount,
                    State::Failed,
                    "same-account-other-account",
                    "",
                );
            }
        }
    }
    // Tidy up. A setup intent that stays behind harms nobody, so a failure here is only logged.
    if let Err(error) = client
        .cancel_setup_intent(&intent.id, &intention(app))
        .await
    {
        tracing::info!(%error, "the setup intent of a key check stays open");
    }
    report.is_good()
}

/// AC-08: a restricted key must be able to make and cancel payment intents; only doing it proves it.
async fn may_write_payments(
    app: &App,
    client: &stripe::Client,
    currency: Currency,
    report: &mut Report,
) -> bool {
    let amount = Money::from_minor(
        currency.minimum_charge_minor().unwrap_or(1000).max(1000),
        currency,
    );
    let Some(amount_minor) = amount.ok().and_then(|a| a.to_stripe_amount().ok()) else {
        return true;
    };
    let new = NewPaymentIntent {
        amount_minor,
        currency: currency.stripe_code(),
        description: Some("Quittance key check, canceled at once".into()),
        metadata: metadata(),
        ..NewPaymentIntent::default()
    };
    match client.create_payment_intent(&new, &intention(app)).await {
        Ok(made) => {
            let reason = stripe::CancellationReason::Abandoned;
            drop(
                client
                    .cancel_payment_intent(&made.object.id, &reason, &intention(app))
                    .await,
            );
            true
        }
        Err(error @ (Error::Permission { .. } | Error::Authentication { .. })) => {
            report.failed_call(Check::SecretKey, "secret-key", &error);
            false
        }
        Err(error) if error.is_passing() || error.outcome_unknown() => {
            report.failed_call(Check::SecretKey, "secret-key", &error);
            false
        }
        // The currency or the account stands against it, not the key: their own lines say so.
        Err(_) => true,
    }
}

async fn ask_account(client: &stripe::Client, report: &mut Report) {
    match client.retrieve_account().await {
        Ok(answer) => {
            let account = answer.object;
            report.account_id = account.id.clone();
            report.account_name = account.display_name().unwrap_or_default().to_owned();
            report.account_country = account.country.clone().unwrap_or_default();
            if account.charges_enabled {
                report.say(
                    Check::Account,
                    State::Ok,
                    "account-ok",
                    report.account_name.clone(),
                );
            } else {
                report.say(
                    Check::Account,
                    State::Failed,
                    "account-cannot-charge",
                    report.account_name.clone(),
                );
            }
        }
        // Genuine key, permission missing: advice, never a failure.
        Err(Error::Permission { permission, .. }) => {
            report.say(
                Check::Account,
                State::Advice,
                "account-not-shown",
                permission.unwrap_or_default(),
            );
        }
        Err(error) => report.failed_call(Check::Account, "account", &error),
    }
}

async fn ask_currency(client: &stripe::Client, currency: Currency, report: &mut Report) {
    if report.account_country.is_empty() {
        report.say(
            Check::Currency,
            State::Advice,
            "currency-not-known",
            currency.code(),
        );
        return;
    }
    match client.retrieve_country_spec(&report.account_country).await {
        Ok(answer) => {
            let codes = answer.object.supported_payment_currencies;
            report.currencies = codes
                .iter()
                .filter_map(|c| Currency::parse(&c.to_uppercase()).ok())
                .collect();
            let state = if report.currencies.contains(&currency) {
                (State::Ok, "currency-ok")
            } else {
                (State::Failed, "currency-cannot")
            };
            report.say(Check::Currency, state.0, state.1, currency.code());
        }
        Err(Error::Permission { .. }) => report.say(
            Check::Currency,
            State::Advice,
            "currency-not-known",
            currency.code(),
        ),
        Err(error) => report.failed_call(Check::Currency, "currency", &error),
    }
}

/// Whether this key may open and end the page that Stripe hosts. A session that does not exist is to be ended: who may
/// not is refused before anybody looks for it, so nothing has to be made to find out.
pub(crate) async fn ask_hosted(app: &App, secret: &SecretKey, report: &mut Report) {
    if !report.is_good() {
        return;
    }
    let client = stripe::Client::new(
        app.transport().clone(),
        app.origins().clone(),
        secret.clone(),
    );
    let nobody = if secret.mode().is_live() {
        "cs_live_quittance"
    } else {
        "cs_test_quittance"
    };
    match client
        .expire_checkout_session(nobody, &intention(app))
        .await
    {
        Ok(_) | Err(Error::NotFound { .. } | Error::InvalidRequest { .. }) => {
            report.say(Check::Hosted, State::Ok, "hosted-ok", "");
        }
        Err(error) => report.failed_call(Check::Hosted, "hosted", &error),
    }
}

async fn ask_events(client: &stripe::Client, report: &mut Report) {
    match client.list_events(&stripe::EventQuery::default()).await {
        Ok(_) => report.say(Check::Events, State::Ok, "events-ok", ""),
        Err(error) => report.failed_call(Check::Events, "events", &error),
    }
}

fn metadata() -> stripe::Metadata {
    [("quittance".to_owned(), "key check".to_owned())]
        .into_iter()
        .collect()
}

fn intention(app: &App) -> IdempotencyKey {
    IdempotencyKey::new(format!("check-{}", app.new_id())).expect("an id is short and printable")
}
