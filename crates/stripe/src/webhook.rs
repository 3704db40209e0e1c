//! Is this delivery really from Stripe? (`PAY-07`)
//!
//! Agrees with the official Node and Python SDKs, which the oracle `oracles/stripe` checks on hundreds of
//! generated headers. Where those two disagree with each other, we refuse.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// How old a delivery may be, in seconds. Stripe signs every retry anew.
pub const TOLERANCE_SECONDS: i64 = 300;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "stripe-signature";

/// Why a delivery is refused. Answer 400, count it, never work it. Carries nothing of header or body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No `t=…`, or one that is not a number, or an element without `=`, or an empty `v1`.
    #[error("the signature header cannot be read")]
    Unreadable,
    /// No `v1=…` in it.
    #[error("the signature header has no v1 signature")]
    NoSignature,
    /// The body is not text, or begins with a byte order mark: Stripe signs plain JSON text.
    #[error("the body is not plain text")]
    NotText,
    /// No signature fits any of our secrets: forged, altered on the way, or meant for another endpoint.
    #[error("no signature matches")]
    NoMatch,
    /// A good signature, but older than five minutes: perhaps replayed, or our clock runs ahead.
    #[error("the signature is {age_seconds} seconds old")]
    TooOld {
        /// By our clock.
        age_seconds: i64,
    },
}

/// Checks one delivery.
///
/// - `header`: `Stripe-Signature`, exactly as it came: `t=…,v1=…[,v1=…]`; other schemes are ignored.
/// - `raw_body`: the very bytes, before any parsing.
/// - `secrets`: the endpoint's signing secrets; two while one is being replaced. Blank ones never match.
/// - `now`: Unix seconds UTC. Timestamps from the future are accepted, as the SDKs do.
///
/// # Errors
/// [`SignatureError`] says why it is refused.
pub fn verify(
    header: &str,
    raw_body: &[u8],
    secrets: &[&str],
    now: i64,
) -> Result<(), SignatureError> {
    // Both SDKs sign text: they decode the body first. Node drops a byte order mark, Python refuses bad UTF-8.
    let text = std::str::from_utf8(raw_body).map_err(|_| SignatureError::NotText)?;
    if text.starts_with('\u{FEFF}') {
        return Err(SignatureError::NotText);
    }
    let (timestamp, signatures) = read(header)?;
    if signatures.is_empty() {
        return Err(SignatureError::NoSignature);
    }
    if !any_matches(timestamp, raw_body, secrets, &signatures) {
        return Err(SignatureError::NoMatch);
    }
    let age_seconds = now.saturating_sub(timestamp);
    if age_seconds > TOLERANCE_SECONDS {
        Err(SignatureError::TooOld { age_seconds })
    } else {
        Ok(())
    }
}

/// The timestamp and all `v1` signatures. The value of an element is what stands between its first and
/// second `=`, as in both SDKs.
fn read(header: &str) -> Result<(i64, Vec<&str>), SignatureError> {
    let mut timestamp = None;
    let mut signatures = Vec::new();
    for element in header.split(',') {
        let mut parts = element.split('=');
        let name = parts.next().unwrap_or_default();
        if name != "t" && name != "v1" {
            continue;
        }
        // An empty signature makes Node refuse the whole header, one without `=` makes Python do so.
        let value = parts
            .next()
            .filter(|value| !value.is_empty())
            .ok_or(SignatureError::Unreadable)?;
        if name == "v1" {
            signatures.push(value);
            continue;
        }
        let parsed: i64 = value
            .trim_matches([' ', '\t'])
            .parse()
            .map_err(|_| SignatureError::Unreadable)?;
        // Node reads the last of several, Python the first: refuse unless they are the same.
        if timestamp
            .replace(parsed)
            .is_some_and(|earlier| earlier != parsed)
        {
            return Err(SignatureError::Unreadable);
        }
    }
    timestamp
        .map(|timestamp| (timestamp, signatures))
        .ok_or(SignatureError::Unreadable)
}

/// Every secret against every signature, without stopping early.
fn any_matches(timestamp: i64, raw_body: &[u8], secrets: &[&str], signatures: &[&str]) -> bool {
    let mut found = false;
    for secret in secrets.iter().filter(|secret| !secret.trim().is_empty()) {
        let expected = sign(timestamp, raw_body, secret);
        for signature in signatures {
            // Of different length: not equal, and the length is no secret. Upper case is not what Stripe sends.
            found |= bool::from(expected.as_bytes().ct_eq(signature.as_bytes()));
        }
    }
    found
}

/// The `v1` signature of a body: lower-case hex of HMAC-SHA256 over `timestamp.body` with the whole secret.
///
/// For the rehearsal, which signs its deliveries with it, and for tests.
pub fn sign(timestamp: i64, raw_body: &[u8], secret: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(raw_body);
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A whole header with one signature for each secret, as Stripe sends it.
pub fn sign_header(timestamp: i64, raw_body: &[u8], secrets: &[&str]) -> String {
    let signatures: String = secrets
        .iter()
        .map(|secret| format!(",v1={}", sign(timestamp, raw_body, secret)))
        .collect();
    format!("t={timestamp}{signatures}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_790_000_000;
    const BODY: &[u8] = br#"{"id":"evt_1","object":"event"}"#;
    const SECRET: &str = "whsec_test";

    fn check(header: &str) -> Result<(), SignatureError> {
        verify(header, BODY, &[SECRET], NOW)
    }

    #[test]
    fn pay_07_a_known_signature_made_elsewhere_is_reproduced() {
        // From Python: hmac.new(b"whsec_test", b'1790000000.{"id":"evt_1","object":"event"}', sha256).hexdigest()
        assert_eq!(
            sign(NOW, BODY, SECRET),
            "00ba81aba90a4cf87c6f87127da13e8e98cddfe214e9e97b0fdfc547be8acead"
        );
    }

    #[test]
    fn pay_07_five_minutes_and_not_a_second_more() {
        for age in [0, 299, 300, -301, -3600] {
            assert_eq!(
                check(&sign_header(NOW - age, BODY, &[SECRET])),
                Ok(()),
                "{age}"
            );
        }
        for age in [301, 3600] {
            let refused = Err(SignatureError::TooOld { age_seconds: age });
            assert_eq!(
                check(&sign_header(NOW - age, BODY, &[SECRET])),
                refused,
                "{age}"
            );
        }
    }

    #[test]
    fn pay_07_an_altered_body_or_another_secret_is_refused() {
        let header = sign_header(NOW, BODY, &[SECRET]);
        let altered = br#"{"id":"evt_1", "object":"event"}"#;
        assert_eq!(
            verify(&header, altered, &[SECRET], NOW),
            Err(SignatureError::NoMatch)
        );
        for secrets in [&["whsec_other"][..], &["whsec_test\n"], &[""], &[" "], &[]] {
            assert_eq!(
                verify(&header, BODY, secrets, NOW),
                Err(SignatureError::NoMatch),
                "{secrets:?}"
            );
        }
        let blank = sign_header(NOW, BODY, &[""]);
        assert_eq!(
            verify(&blank, BODY, &[""], NOW),
            Err(SignatureError::NoMatch),
            "a blank secret signs nothing"
        );
    }

    #[test]
    fn pay_07_during_rotation_either_secret_on_either_side_will_do() {
        let both = sign_header(NOW, BODY, &["whsec_old", "whsec_new"]);
        for known in [
            &["whsec_old"][..],
            &["whsec_new"],
            &["whsec_x", "whsec_new"],
            &["whsec_new", "whsec_old"],
        ] {
            assert_eq!(verify(&both, BODY, known, NOW), Ok(()), "{known:?}");
        }
    }

    #[test]
    fn pay_07_only_a_well_formed_header_is_read() {
        let good = sign(NOW, BODY, SECRET);
        let wrong = "0".repeat(64);
        let accepted = [
            format!("t={NOW},v1={wrong},v1={good},v1={wrong}"),
            format!("v1={good},t={NOW}"),
            format!("t={NOW},v0={wrong},v1={good},v9"),
            format!("t={NOW},v1={good},"),
        ];
        for header in accepted {
            assert_eq!(check(&header), Ok(()), "{header}");
        }
        let refused = [
            (String::new(), SignatureError::Unreadable),
            (format!("v1={good}"), SignatureError::Unreadable),
            (format!("t={NOW}"), SignatureError::NoSignature),
            (format!("t={NOW},v0={good}"), SignatureError::NoSignature),
            (format!("t={NOW}, v1={good}"), SignatureError::NoSignature),
            (
                format!("t={NOW},v1={}", good.to_uppercase()),
                SignatureError::NoMatch,
            ),
            (format!("t={NOW},v1={} ", good), SignatureError::NoMatch),
            (
                format!("t={NOW},v1={}", &good[..63]),
                SignatureError::NoMatch,
            ),
            (format!("t={NOW}x,v1={good}"), SignatureError::Unreadable),
            (format!("t=,v1={good}"), SignatureError::Unreadable),
            (format!("t={NOW},v1"), SignatureError::Unreadable),
            (format!("t={NOW},v1={good},v1="), SignatureError::Unreadable),
            (
                format!("t={NOW},t={},v1={good}", NOW + 1),
                SignatureError::Unreadable,
            ),
            (
                format!("t=99999999999999999999,v1={good}"),
                SignatureError::Unreadable,
            ),
        ];
        for (header, why) in refused {
            assert_eq!(check(&header), Err(why), "{header}");
        }
        assert_eq!(
            verify(
                &sign_header(NOW, b"\xEF\xBB\xBF{}", &[SECRET]),
                b"\xEF\xBB\xBF{}",
                &[SECRET],
                NOW
            ),
            Err(SignatureError::NotText)
        );
        assert_eq!(
            verify(
                &sign_header(NOW, b"\xff", &[SECRET]),
                b"\xff",
                &[SECRET],
                NOW
            ),
            Err(SignatureError::NotText)
        );
    }

    proptest! {
        #[test]
        fn pay_07_no_header_whatever_makes_it_stumble(header in ".{0,200}", now in any::<i64>()) {
            prop_assert!(verify(&header, BODY, &[SECRET], now).is_err());
        }

        #[test]
        fn pay_07_one_changed_byte_anywhere_is_refused(at in 0..BODY.len(), flip in 1_u8..128) {
            let mut altered = BODY.to_vec();
            altered[at] ^= flip;
            prop_assert!(verify(&sign_header(NOW, BODY, &[SECRET]), &altered, &[SECRET], NOW).is_err());
        }
    }
}
