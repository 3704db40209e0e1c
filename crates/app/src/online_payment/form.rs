//! What was pasted: named at once, field by field (AC-07, AC-08, AC-09). Nothing here asks Stripe.

use billing::Mode;
use billing::currency::{Currency, NoOnlinePayment};
use stripe::{Pasted, PublishableKey, SecretKey};

/// What was pasted into a key field that does not belong there; the word names the text to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyFault {
    /// Nothing was typed.
    Empty,
    /// `pk_test_…` or `sk_test_…` in the live drawer.
    TestKey,
    /// A live key in the test drawer.
    LiveKey,
    /// A secret key in the public field.
    SecretKey,
    /// A restricted key in the public field.
    RestrictedKey,
    /// A public key in the secret field.
    PublicKey,
    /// `whsec_…`.
    WebhookSecret,
    /// `acct_…`, `price_…`: an id of Stripe's, not a key.
    OtherId,
    /// Anything else.
    SomethingElse,
}

impl KeyFault {
    /// The part of the message key: `public-key-is-test-key`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            KeyFault::Empty => "empty",
            KeyFault::TestKey => "test-key",
            KeyFault::LiveKey => "live-key",
            KeyFault::SecretKey => "secret-key",
            KeyFault::RestrictedKey => "restricted-key",
            KeyFault::PublicKey => "public-key",
            KeyFault::WebhookSecret => "webhook-secret",
            KeyFault::OtherId => "other-id",
            KeyFault::SomethingElse => "something-else",
        }
    }
}

/// AC-07: the Public Key must be of this drawer.
pub(crate) fn public_key(text: &str, mode: Mode) -> Result<PublishableKey, KeyFault> {
    let key = PublishableKey::parse(text).map_err(|wrong| fault(&wrong.0, mode))?;
    if key.mode().is_live() == mode.is_live() {
        Ok(key)
    } else {
        Err(other_drawer(mode))
    }
}

/// AC-08: the Secret Key must be of this drawer; a restricted one will do.
pub(crate) fn secret_key(text: &str, mode: Mode) -> Result<SecretKey, KeyFault> {
    let key = SecretKey::parse(text).map_err(|wrong| fault(&wrong.0, mode))?;
    if key.mode().is_live() == mode.is_live() {
        Ok(key)
    } else {
        Err(other_drawer(mode))
    }
}

/// AC-09: each field holds what belongs into the other.
pub(crate) fn swapped(public_field: &str, secret_field: &str) -> bool {
    Pasted::recognise(public_field).is_secret() && Pasted::recognise(secret_field).is_publishable()
}

/// The payment currency: one that we take online.
pub(crate) fn currency(text: &str) -> Result<Currency, NoOnlinePayment> {
    let currency = Currency::parse(text).map_err(|_| NoOnlinePayment::NotOffered)?;
    currency.online_payment().map(|()| currency)
}

fn other_drawer(mode: Mode) -> KeyFault {
    if mode.is_live() {
        KeyFault::TestKey
    } else {
        KeyFault::LiveKey
    }
}

fn fault(pasted: &Pasted, mode: Mode) -> KeyFault {
    let other_mode = pasted.mode().is_some_and(|m| m.is_live() != mode.is_live());
    match pasted {
        Pasted::Empty => KeyFault::Empty,
        Pasted::WebhookSecret => KeyFault::WebhookSecret,
        Pasted::OtherStripeId(_) => KeyFault::OtherId,
        p if p.is_publishable() => {
            if other_mode {
                other_drawer(mode)
            } else {
                KeyFault::PublicKey
            }
        }
        Pasted::RestrictedLive | Pasted::RestrictedTest => KeyFault::RestrictedKey,
        p if p.is_secret() => KeyFault::SecretKey,
        _ => KeyFault::SomethingElse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_07_a_public_key_that_is_not_live_is_named_for_what_it_is() {
        let named = |text: &str| public_key(text, Mode::Live).map(|_| ()).unwrap_err();
        assert_eq!(named("pk_test_abc"), KeyFault::TestKey);
        assert_eq!(named("sk_live_abc"), KeyFault::SecretKey);
        assert_eq!(named("rk_live_abc"), KeyFault::RestrictedKey);
        assert_eq!(named("whsec_abc"), KeyFault::WebhookSecret);
        assert_eq!(named("acct_1abc"), KeyFault::OtherId);
        assert_eq!(named("hello"), KeyFault::SomethingElse);
        assert_eq!(named("  \n"), KeyFault::Empty);
        assert!(
            public_key(" \r\n pk_live_abc \n", Mode::Live).is_ok(),
            "white space and line breaks are trimmed"
        );
    }

    #[test]
    fn ac_08_a_secret_key_that_is_not_live_is_named_and_a_restricted_one_will_do() {
        let named = |text: &str| secret_key(text, Mode::Live).map(|_| ()).unwrap_err();
        assert_eq!(named("sk_test_abc"), KeyFault::TestKey);
        assert_eq!(named("rk_test_abc"), KeyFault::TestKey);
        assert_eq!(named("pk_live_abc"), KeyFault::PublicKey);
        assert_eq!(named("whsec_abc"), KeyFault::WebhookSecret);
        assert!(secret_key("sk_live_abc\n", Mode::Live).is_ok());
        assert!(secret_key("rk_live_abc", Mode::Live).is_ok());
        assert_eq!(
            secret_key("sk_live_abc", Mode::Test)
                .map(|_| ())
                .unwrap_err(),
            KeyFault::LiveKey
        );
    }

    #[test]
    fn ac_09_swapped_keys_are_recognised() {
        assert!(swapped("sk_live_abc", " pk_live_abc "));
        assert!(swapped("rk_live_abc", "pk_live_abc"));
        assert!(!swapped("pk_live_abc", "sk_live_abc"));
        assert!(!swapped("sk_live_abc", "sk_live_abc"));
    }
}
