//! API keys: which account, which mode, what they may do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The two disjoint worlds of an account: an object of one is invisible to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real money in Stripe; pretended here.
    Live,
    /// Stripe's test mode.
    Test,
}

impl Mode {
    /// `live` or `test`, as it stands in a key.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Live => "live",
            Mode::Test => "test",
        }
    }

    pub(crate) fn is_live(self) -> bool {
        self == Mode::Live
    }

    pub(crate) fn other(self) -> Mode {
        match self {
            Mode::Live => Mode::Test,
            Mode::Test => Mode::Live,
        }
    }
}

/// What kind of key it is, hence what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Power {
    Publishable,
    Secret,
    /// Only the named permissions (`rak_payment_intent_write`, …); write implies read.
    Restricted(Vec<String>),
}

impl Power {
    pub fn name(&self) -> &'static str {
        match self {
            Power::Publishable => "publishable",
            Power::Secret => "secret",
            Power::Restricted(_) => "restricted",
        }
    }
}

/// One key that the rehearsal knows.
#[derive(Clone)]
pub(crate) struct ApiKey {
    pub text: String,
    pub account: usize,
    pub mode: Mode,
    pub power: Power,
    pub revoked: bool,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", mask(&self.text))
    }
}

impl ApiKey {
    /// Whether the key covers the permission. `…_write` covers `…_read`.
    pub fn allows(&self, permission: &str) -> bool {
        match &self.power {
            Power::Publishable => false,
            Power::Secret => true,
            Power::Restricted(list) => {
                let write = permission
                    .strip_suffix("_read")
                    .map(|stem| format!("{stem}_write"));
                list.iter()
                    .any(|held| held == permission || Some(held) == write.as_ref())
            }
        }
    }
}

/// `sk_live_****abcd`: all that may be said about a key in a message.
pub(crate) fn mask(key: &str) -> String {
    let last: String = key
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let mut parts = key.splitn(3, '_');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(kind), Some(mode), Some(rest))
            if kind.len() <= 4 && mode.len() <= 4 && rest.len() > 4 =>
        {
            format!("{kind}_{mode}_****{last}")
        }
        _ if key.chars().count() > 4 => format!("****{last}"),
        _ => "****".to_owned(),
    }
}

/// A key text that looks like Stripe's and is the same in every run, so that a guide can name it.
/// Built from its parts: no whole key stands in the source, where secret scanners would cry.
pub(crate) fn make(kind: &str, mode: Mode, account_id: &str, salt: &str) -> String {
    let stem: String = account_id
        .trim_start_matches("acct_")
        .chars()
        .take(16)
        .collect();
    let seed = format!("{kind}{}{account_id}{salt}", mode.as_str());
    format!("{kind}_{}_51{stem}{}", mode.as_str(), scramble(&seed, 40))
}

fn scramble(seed: &str, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // FNV-1a, then a xorshift: not random at all, only stable and key-like.
    let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut text = String::with_capacity(length);
    for _ in 0..length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push(char::from(LETTERS[(state % LETTERS.len() as u64) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_key_shows_kind_mode_and_last_four_only() {
        let key = make("sk", Mode::Live, "acct_1Studio", "");
        let masked = mask(&key);
        assert_eq!(masked, format!("sk_live_****{}", &key[key.len() - 4..]));
        assert_eq!(mask("abc"), "****");
        assert_eq!(mask("nonsense"), "****ense");
    }

    #[test]
    fn write_implies_read_but_not_the_other_way() {
        let key = |list: &[&str]| ApiKey {
            text: String::new(),
            account: 0,
            mode: Mode::Live,
            power: Power::Restricted(list.iter().map(|s| (*s).to_owned()).collect()),
            revoked: false,
        };
        assert!(key(&["rak_customer_write"]).allows("rak_customer_read"));
        assert!(!key(&["rak_customer_read"]).allows("rak_customer_write"));
    }
}
