//! Keys: what a person pasted, and the two that work.
//!
//! Only the prefix is looked at, never the length or the letters: Stripe promises neither, and the proof
//! of a key is a call made with it, not its looks.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// Real money, or play money. The two are disjoint at Stripe: objects of one are invisible to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real money.
    Live,
    /// Play money (test mode and sandboxes).
    Test,
}

impl Mode {
    /// `"live"` or `"test"`, as stored and as Stripe writes it in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// The value objects of this mode carry in `livemode`.
    pub fn is_live(self) -> bool {
        self == Self::Live
    }

    /// The mode an object with this `livemode` belongs to.
    pub fn of_livemode(livemode: bool) -> Self {
        if livemode { Self::Live } else { Self::Test }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What was pasted into a key field, so that the answer can name it (`AC-07`, `AC-08`, `AC-09`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pasted {
    /// `pk_live_…`: the Public Key of live mode.
    PublishableLive,
    /// `pk_test_…`: the Public Key of test mode.
    PublishableTest,
    /// `sk_live_…`: the Secret Key of live mode.
    SecretLive,
    /// `sk_test_…`: the Secret Key of test mode; no real payment would arrive.
    SecretTest,
    /// `rk_live_…`: a restricted key of live mode; works where its permissions suffice.
    RestrictedLive,
    /// `rk_test_…`: a restricted key of test mode.
    RestrictedTest,
    /// `whsec_…`: the signing secret of a webhook endpoint.
    WebhookSecret,
    /// The id of some object at Stripe (`acct_…`, `cus_…`); the part before the underscore.
    OtherStripeId(&'static str),
    /// Something else: a password, an address, another provider's key.
    Other,
    /// Nothing, or only white space.
    Empty,
}

impl Pasted {
    /// Names what was pasted. White space, line breaks and invisible characters around it (and the line
    /// breaks a mail program put inside it) are ignored.
    pub fn recognise(text: &str) -> Self {
        let text = trim(text);
        if text.is_empty() {
            return Self::Empty;
        }
        PREFIXES
            .iter()
            .find(|(prefix, _)| text.len() > prefix.len() && text.starts_with(prefix))
            .map(|(_, kind)| kind.clone())
            .or_else(|| other_id(&text))
            .unwrap_or(Self::Other)
    }

    /// The mode, where the pasted text has one.
    pub fn mode(&self) -> Option<Mode> {
        match self {
            Self::PublishableLive | Self::SecretLive | Self::RestrictedLive => Some(Mode::Live),
            Self::PublishableTest | Self::SecretTest | Self::RestrictedTest => Some(Mode::Test),
            _ => None,
        }
    }

    /// Whether it belongs in the Public Key field.
    pub fn is_publishable(&self) -> bool {
        matches!(self, Self::PublishableLive | Self::PublishableTest)
    }

    /// Whether it belongs in the Secret Key field (restricted keys do).
    pub fn is_secret(&self) -> bool {
        matches!(
            self,
            Self::SecretLive | Self::SecretTest | Self::RestrictedLive | Self::RestrictedTest
        )
    }
}

const PREFIXES: &[(&str, Pasted)] = &[
    ("pk_live_", Pasted::PublishableLive),
    ("pk_test_", Pasted::PublishableTest),
    ("sk_live_", Pasted::SecretLive),
    ("sk_test_", Pasted::SecretTest),
    ("rk_live_", Pasted::RestrictedLive),
    ("rk_test_", Pasted::RestrictedTest),
    ("whsec_", Pasted::WebhookSecret),
];

/// Ids a person may copy by mistake from Stripe's pages, longest first where one begins another.
const OTHER_IDS: &[&str] = &[
    "acct", "cus", "prod", "price", "plink", "pi", "seti", "pm", "ch", "py", "re", "in", "sub",
    "evt", "we", "po", "txn", "cs", "ca", "uk", "ek", "mk", "req", "org", "ephkey", "tok", "dp",
    "du",
];

fn other_id(text: &str) -> Option<Pasted> {
    let (kind, rest) = text.split_once('_')?;
    let known = OTHER_IDS.iter().find(|known| **known == kind)?;
    let plausible = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plausible.then_some(Pasted::OtherStripeId(known))
}

/// The text without white space, line breaks and invisible characters, wherever they stand: no key of
/// Stripe's contains any, and mail programs and password managers insert them.
pub fn trim(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .collect()
}

/// Zero-width spaces and joiners, direction marks, soft hyphen, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// The text is not a key of the kind asked for; says what it is instead. Carries no part of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the kind of key asked for: {0:?}")]
pub struct WrongKey(pub Pasted);

/// A Public Key: safe to show, it goes to every payer's browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishableKey {
    text: String,
    mode: Mode,
}

impl PublishableKey {
    /// Reads `pk_live_…` or `pk_test_…`.
    ///
    /// # Errors
    /// [`WrongKey`] says what was pasted instead.
    pub fn parse(text: &str) -> Result<Self, WrongKey> {
        let pasted = Pasted::recognise(text);
        match pasted.mode() {
            Some(mode) if pasted.is_publishable() => Ok(Self {
                text: trim(text),
                mode,
            }),
            _ => Err(WrongKey(pasted)),
        }
    }

    /// The whole key, for the pay page.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Prefix and last four, for lists.
    pub fn hint(&self) -> String {
        hint(&self.text)
    }
}

/// A Secret Key or a restricted key. Write-only (`AC-18`): `Debug` shows prefix and last four at most.
#[derive(Clone)]
pub struct SecretKey {
    text: SecretString,
    mode: Mode,
    restricted: bool,
}

impl SecretKey {
    /// Reads `sk_live_…`, `sk_test_…`, `rk_live_…` or `rk_test_…`.
    ///
    /// # Errors
    /// [`WrongKey`] says what was pasted instead.
    pub fn parse(text: &str) -> Result<Self, WrongKey> {
        let pasted = Pasted::recognise(text);
        let restricted = matches!(pasted, Pasted::RestrictedLive | Pasted::RestrictedTest);
        match pasted.mode() {
            Some(mode) if pasted.is_secret() => Ok(Self {
                text: trim(text).into(),
                mode,
                restricted,
            }),
            _ => Err(WrongKey(pasted)),
        }
    }

    /// Its mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether it is a restricted key (`rk_…`), whose permissions were chosen one by one.
    pub fn is_restricted(&self) -> bool {
        self.restricted
    }

    /// Prefix and last four, the only form ever shown.
    pub fn hint(&self) -> String {
        hint(self.text.expose_secret())
    }

    /// The whole key, for sealing it and for the `Authorization` header; for nothing else.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.hint())
    }
}

/// `sk_live_…4242`. A key too short to hide anything shows its prefix only.
fn hint(key: &str) -> String {
    const PREFIX: usize = "sk_live_".len();
    let (prefix, rest) = key.split_at_checked(PREFIX).unwrap_or((key, ""));
    let last: String = rest
        .chars()
        .skip(rest.chars().count().saturating_sub(4))
        .collect();
    if rest.chars().count() < 12 {
        format!("{prefix}…")
    } else {
        format!("{prefix}…{last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_07_what_was_pasted_is_named() {
        let table = [
            ("pk_live_51Abc", Pasted::PublishableLive),
            (" \r\n pk_live_51Abc\u{200B}\n", Pasted::PublishableLive),
            ("pk_live_51A\nbc", Pasted::PublishableLive),
            ("\u{FEFF}pk_test_x", Pasted::PublishableTest),
            ("sk_live_x", Pasted::SecretLive),
            ("sk_test_x", Pasted::SecretTest),
            ("rk_live_x", Pasted::RestrictedLive),
            ("rk_test_x", Pasted::RestrictedTest),
            ("whsec_x", Pasted::WebhookSecret),
            ("acct_1032D82eZvKYlo2C", Pasted::OtherStripeId("acct")),
            ("cus_9s6XKzkNRiz8i3", Pasted::OtherStripeId("cus")),
            ("pi_3MtwBwLkdIwHu7ix28a3tqPa", Pasted::OtherStripeId("pi")),
            ("pk_live_", Pasted::Other),
            ("PK_LIVE_x", Pasted::Other),
            ("hunter2", Pasted::Other),
            ("in_the.garden", Pasted::Other),
            ("https://dashboard.stripe.com/apikeys", Pasted::Other),
            ("4242 4242 4242 4242", Pasted::Other),
            (" \n\t\u{200B} ", Pasted::Empty),
            ("", Pasted::Empty),
        ];
        for (text, expected) in table {
            assert_eq!(Pasted::recognise(text), expected, "{text:?}");
        }
    }

    #[test]
    fn ac_08_restricted_keys_are_secret_keys_and_know_it() {
        let key =
            SecretKey::parse("rk_live_51AbCdEfGhIjKlMnOp").expect("a restricted key is accepted");
        assert!(key.is_restricted() && key.mode() == Mode::Live);
        assert_eq!(
            SecretKey::parse("pk_live_x").expect_err("swapped"),
            WrongKey(Pasted::PublishableLive)
        );
        assert_eq!(
            PublishableKey::parse("sk_test_x").expect_err("swapped"),
            WrongKey(Pasted::SecretTest)
        );
    }

    #[test]
    fn ac_18_a_secret_key_shows_prefix_and_last_four_and_nothing_more() {
        let key = SecretKey::parse("sk_live_51HiddenHiddenHidden9876").expect("genuine looking");
        assert_eq!(key.hint(), "sk_live_…9876");
        assert_eq!(format!("{key:?}"), "SecretKey(sk_live_…9876)");
        let short = SecretKey::parse("sk_live_123456").expect("prefix decides");
        assert_eq!(short.hint(), "sk_live_…");
    }
}
