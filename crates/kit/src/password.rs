//! Passwords: Argon2id in PHC strings (AUT-02), never more than two hashes at a time.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::chance::Chance;

/// One hash takes 19 MiB: without this bound, sign-ins alone could break the memory goal.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The shortest password that is accepted (AUT-01), in characters. There are no rules of composition.
pub const CHARACTERS_MIN: usize = 8;

fn argon2id() -> Argon2<'static> {
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1024, 2, 1, None).unwrap_or_default(),
    )
}

/// Hashes a password for storing.
///
/// # Panics
/// Never for passwords below 4 GiB.
pub async fn hash(password: SecretString, chance: &Chance) -> String {
    let salt: [u8; 16] = chance.bytes();
    let _turn = AT_ONCE.acquire().await;
    let hashing = tokio::task::spawn_blocking(move || {
        argon2id()
            .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
            .map(|h| h.to_string())
    });
    hashing
        .await
        .expect("hashing does not panic")
        .expect("Argon2id hashes any password")
}

/// Whether the password matches the stored hash. With no stored hash it takes the same time and says no, so that
/// an unknown account answers like a known one (AUT-05).
pub async fn verify(password: SecretString, stored: Option<String>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| {
        argon2id()
            .hash_password_with_salt(b"nobody", &[7; 16])
            .map(|h| h.to_string())
            .unwrap_or_default()
    });
    let known = stored.is_some();
    let _turn = AT_ONCE.acquire().await;
    let checking = tokio::task::spawn_blocking(move || {
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        PasswordHash::new(&stored).is_ok_and(|hash| {
            argon2id()
                .verify_password(password.expose_secret().as_bytes(), &hash)
                .is_ok()
        })
    });
    checking.await.unwrap_or(false) && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn aut_02_a_password_is_kept_as_argon2id_and_only_the_right_one_verifies() {
        let kept = hash("correct horse".into(), &Chance::seeded(1)).await;
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert!(verify("correct horse".into(), Some(kept.clone())).await);
        assert!(!verify("correct horses".into(), Some(kept)).await);
    }

    #[tokio::test]
    async fn aut_05_an_unknown_account_never_verifies() {
        assert!(!verify("nobody".into(), None).await);
    }
}
