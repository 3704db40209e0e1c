//! Secrets at rest: sealed with XChaCha20-Poly1305 under keys derived from a master key.
//!
//! The stored form is `v1.<key version>.<base64url(nonce ‖ ciphertext)>`. The associated data names the owner and
//! the field, so that a sealed value copied into another row or another business does not open (AC-18, PAY-14).

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::chance::Chance;

/// The master keys of an installation, newest last. Clone is cheap enough; bytes are wiped when dropped.
#[derive(Clone)]
pub struct Keyring {
    keys: BTreeMap<u32, Zeroizing<[u8; 32]>>,
}

/// Why a secret could not be sealed or opened. Never holds the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file is missing, unreadable or malformed.
    #[error("the master key file {path}: {why}")]
    KeyFile {
        /// Where it was looked for.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The value was sealed under a key that this installation no longer has.
    #[error(
        "sealed under key version {0}, which this installation does not have: enter the secret again"
    )]
    UnknownKey(u32),
    /// The sealed text was changed, or belongs to another owner or field.
    #[error("the sealed value does not open: it was changed, or belongs elsewhere")]
    Tampered,
}

impl Keyring {
    /// Reads the key file, or makes one with a first random key and mode 0600.
    ///
    /// # Errors
    /// [`SecretError::KeyFile`] when it cannot be read or written, is malformed, or others may read it.
    pub fn open_or_create(path: &Path, chance: &Chance) -> Result<Keyring, SecretError> {
        if !path.exists() {
            let ring = Keyring {
                keys: BTreeMap::from([(1, Zeroizing::new(chance.bytes()))]),
            };
            ring.write_new(path)?;
            return Ok(ring);
        }
        Keyring::open(path)
    }

    /// Reads an existing key file.
    ///
    /// # Errors
    /// As [`Keyring::open_or_create`].
    pub fn open(path: &Path) -> Result<Keyring, SecretError> {
        let bad = |why: String| SecretError::KeyFile {
            path: path.display().to_string(),
            why,
        };
        let mode = fs::metadata(path)
            .map_err(|e| bad(e.to_string()))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(bad(format!(
                "others may read it (mode {:o}); run: chmod 600",
                mode & 0o777
            )));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|e| bad(e.to_string()))?);
        let mut keys = BTreeMap::new();
        for line in text.lines().filter(|l| !l.trim().is_empty()) {
            let (version, key) = line
                .split_once(' ')
                .ok_or_else(|| bad("a line is not “version key”".into()))?;
            let version: u32 = version
                .parse()
                .map_err(|_| bad("a key version is not a number".into()))?;
            let mut bytes = Zeroizing::new([0u8; 32]);
            Base64UrlUnpadded::decode(key.trim(), bytes.as_mut_slice())
                .ok()
                .filter(|b| b.len() == 32)
                .ok_or_else(|| bad("a key is not 32 bytes".into()))?;
            keys.insert(version, bytes);
        }
        if keys.is_empty() {
            return Err(bad("it holds no key".into()));
        }
        Ok(Keyring { keys })
    }

    /// A ring with one random key, kept nowhere. For tests.
    pub fn ephemeral(chance: &Chance) -> Keyring {
        Keyring {
            keys: BTreeMap::from([(1, Zeroizing::new(chance.bytes()))]),
        }
    }

    /// Adds a new newest key. Nothing is written.
    #[must_use]
    pub fn with_new_key(&self, chance: &Chance) -> Keyring {
        let mut keys = self.keys.clone();
        keys.insert(self.newest() + 1, Zeroizing::new(chance.bytes()));
        Keyring { keys }
    }

    /// Keeps only the newest key, after everything has been sealed under it.
    #[must_use]
    pub fn without_old_keys(&self) -> Keyring {
        let newest = self.newest();
        Keyring {
            keys: self
                .keys
                .iter()
                .filter(|(v, _)| **v == newest)
                .map(|(v, k)| (*v, k.clone()))
                .collect(),
        }
    }

    /// Writes the ring beside the old file and puts it in its place in one step, so that a power cut leaves one
    /// of the two whole.
    ///
    /// # Errors
    /// [`SecretError::KeyFile`].
    pub fn replace_file(&self, path: &Path) -> Result<(), SecretError> {
        let bad = |e: std::io::Error| SecretError::KeyFile {
            path: path.display().to_string(),
            why: e.to_string(),
        };
        let beside = path.with_extension("new");
        drop(fs::remove_file(&beside));
        self.write_new(&beside)?;
        fs::rename(&beside, path).map_err(bad)?;
        if let Some(folder) = path.parent() {
            fs::File::open(folder)
                .and_then(|f| f.sync_all())
                .map_err(bad)?;
        }
        Ok(())
    }

    fn write_new(&self, path: &Path) -> Result<(), SecretError> {
        let bad = |e: std::io::Error| SecretError::KeyFile {
            path: path.display().to_string(),
            why: e.to_string(),
        };
        let mut text = Zeroizing::new(String::new());
        for (version, key) in &self.keys {
            let key = Zeroizing::new(Base64UrlUnpadded::encode_string(key.as_slice()));
            text.push_str(&format!("{version} {}\n", key.as_str()));
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(bad)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(bad)
    }

    /// The version new secrets are sealed under.
    pub fn newest(&self) -> u32 {
        self.keys.keys().next_back().copied().unwrap_or(1)
    }

    /// Seals a secret for one owner and field.
    ///
    /// # Errors
    /// [`SecretError::Tampered`] only when the cipher itself fails.
    pub fn seal(
        &self,
        owner: &str,
        field: &str,
        secret: &str,
        chance: &Chance,
    ) -> Result<String, SecretError> {
        let version = self.newest();
        let nonce: [u8; 24] = chance.bytes();
        let aad = associated(owner, field);
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: &aad,
        };
        let sealed = self
            .cipher(version)?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SecretError::Tampered)?;
        let mut whole = nonce.to_vec();
        whole.extend_from_slice(&sealed);
        Ok(format!(
            "v1.{version}.{}",
            Base64UrlUnpadded::encode_string(&whole)
        ))
    }

    /// Opens what [`Keyring::seal`] made for the same owner and field.
    ///
    /// # Errors
    /// [`SecretError::UnknownKey`], [`SecretError::Tampered`].
    pub fn open_sealed(
        &self,
        owner: &str,
        field: &str,
        sealed: &str,
    ) -> Result<SecretString, SecretError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some("v1"), Some(version), Some(body)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(SecretError::Tampered);
        };
        let version = version.parse().map_err(|_| SecretError::Tampered)?;
        let whole = Base64UrlUnpadded::decode_vec(body).map_err(|_| SecretError::Tampered)?;
        let (nonce, ciphertext) = whole.split_at_checked(24).ok_or(SecretError::Tampered)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| SecretError::Tampered)?;
        let aad = associated(owner, field);
        let opened = self
            .cipher(version)?
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: ciphertext,
                    aad: &aad,
                },
            )
            .map_err(|_| SecretError::Tampered)?;
        Ok(SecretString::from(
            String::from_utf8(opened).map_err(|_| SecretError::Tampered)?,
        ))
    }

    /// Seals again under the newest key, when an older one was used. `None` when nothing is to be done.
    ///
    /// # Errors
    /// As [`Keyring::open_sealed`].
    pub fn reseal(
        &self,
        owner: &str,
        field: &str,
        sealed: &str,
        chance: &Chance,
    ) -> Result<Option<String>, SecretError> {
        if sealed.starts_with(&format!("v1.{}.", self.newest())) {
            return Ok(None);
        }
        let secret = self.open_sealed(owner, field, sealed)?;
        self.seal(owner, field, secret.expose_secret(), chance)
            .map(Some)
    }

    fn cipher(&self, version: u32) -> Result<XChaCha20Poly1305, SecretError> {
        let master = self
            .keys
            .get(&version)
            .ok_or(SecretError::UnknownKey(version))?;
        let mut subkey = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::new(None, master.as_slice())
            .expand(b"quittance secrets at rest v1", subkey.as_mut_slice())
            .map_err(|_| SecretError::Tampered)?;
        Ok(XChaCha20Poly1305::new(&(*subkey).into()))
    }
}

/// Length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
fn associated(owner: &str, field: &str) -> Vec<u8> {
    let mut out = (owner.len() as u64).to_be_bytes().to_vec();
    out.extend_from_slice(owner.as_bytes());
    out.extend_from_slice(field.as_bytes());
    out
}

/// SHA-256 of an opaque token, in hex: what is stored instead of it (LNK-06). No salt is needed, because a token
/// has 160 random bits.
pub fn token_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_18_a_sealed_secret_opens_only_for_its_owner_and_field() {
        let chance = Chance::seeded(1);
        let ring = Keyring::ephemeral(&chance);
        let sealed = ring
            .seal("biz_1", "stripe.live.secret_key", "sk_live_x", &chance)
            .unwrap();
        assert!(!sealed.contains("sk_live"));
        assert_eq!(
            ring.open_sealed("biz_1", "stripe.live.secret_key", &sealed)
                .unwrap()
                .expose_secret(),
            "sk_live_x"
        );
        assert!(matches!(
            ring.open_sealed("biz_2", "stripe.live.secret_key", &sealed),
            Err(SecretError::Tampered)
        ));
        assert!(matches!(
            ring.open_sealed("biz_1", "stripe.test.secret_key", &sealed),
            Err(SecretError::Tampered)
        ));
    }

    #[test]
    fn ac_18_rotation_seals_under_the_new_key_and_the_old_one_may_go() {
        let chance = Chance::seeded(2);
        let old = Keyring::ephemeral(&chance);
        let sealed = old.seal("b", "f", "secret", &chance).unwrap();
        let both = old.with_new_key(&chance);
        let again = both
            .reseal("b", "f", &sealed, &chance)
            .unwrap()
            .expect("sealed under the old key");
        let new = both.without_old_keys();
        assert_eq!(
            new.open_sealed("b", "f", &again).unwrap().expose_secret(),
            "secret"
        );
        assert!(matches!(
            new.open_sealed("b", "f", &sealed),
            Err(SecretError::UnknownKey(1))
        ));
        assert!(both.reseal("b", "f", &again, &chance).unwrap().is_none());
    }

    #[test]
    fn the_key_file_is_made_once_with_mode_0600_and_refused_when_others_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let chance = Chance::system();
        let first = Keyring::open_or_create(&path, &chance).unwrap();
        let sealed = first.seal("b", "f", "s", &chance).unwrap();
        let second = Keyring::open_or_create(&path, &chance).unwrap();
        assert_eq!(
            second
                .open_sealed("b", "f", &sealed)
                .unwrap()
                .expose_secret(),
            "s"
        );
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            Keyring::open(&path),
            Err(SecretError::KeyFile { .. })
        ));
    }
}
