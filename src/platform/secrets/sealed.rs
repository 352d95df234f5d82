//! The secret file, encrypted with a passphrase so that it can be part of a backup.

use super::{NONCE, Secrets, Staged, hex, random, read_private, unavailable, unhex};
use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::Result;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Least number of characters of a passphrase.
pub const SHORTEST: usize = 12;
/// Parameters of Argon2id: 64 MiB (in KiB) and three passes, the second choice of RFC 9106.
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// Limits for reading (1 GiB in KiB), so that a forged record can't fill the memory.
const MOST_MEMORY: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 100;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u8,
    kdf: String,
    /// In KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

impl Record {
    /// The key from a passphrase; `None` if the parameters are unknown or beyond the limits.
    fn key(&self, passphrase: &str) -> Option<Zeroizing<[u8; 32]>> {
        if self.version != 1 || self.kdf != "argon2id" {
            return None;
        }
        if self.memory > MOST_MEMORY || self.passes > MOST_PASSES || self.lanes > 16 {
            return None;
        }
        let params = Params::new(self.memory, self.passes, self.lanes, Some(32)).ok()?;
        let salt = BASE64.decode(&self.salt).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, &mut key[..])
            .ok()?;
        Some(key)
    }

    /// The associated data of the cipher: all parameters and the secret's fingerprint.
    fn bound(&self, check: &str) -> Vec<u8> {
        let Record { version, kdf, memory, passes, lanes, salt, .. } = self;
        format!("turno sealed secret\0{version}\0{kdf}\0{memory}\0{passes}\0{lanes}\0{salt}\0{check}")
            .into_bytes()
    }
}

impl Secrets {
    /// Encrypts the secret with a passphrase.
    pub fn seal_by(&self, passphrase: &str) -> Result<String> {
        let failed = || Refusal::new(Code::Internal, text!("the-secret-file-could-not-be-sealed"));
        let nonce = random::<NONCE>()?;
        let mut record = Record {
            version: 1,
            kdf: "argon2id".into(),
            memory: MEMORY,
            passes: PASSES,
            lanes: LANES,
            salt: BASE64.encode(random::<16>()?),
            nonce: BASE64.encode(nonce),
            sealed: String::new(),
        };
        let key = record.key(passphrase).ok_or_else(failed)?;
        let bound = record.bound(&self.fingerprint()?);
        let plain = Zeroizing::new(hex(self.key()?));
        let sealed = XChaCha20Poly1305::new(&(*key).into())
            .encrypt(&XNonce::from(nonce), Payload { msg: plain.as_bytes(), aad: &bound })
            .map_err(|_| failed())?;
        record.sealed = BASE64.encode(sealed);
        serde_json::to_string(&record).map_err(|_| failed())
    }

    /// Decrypts a sealed secret for the file `path`; `check` is the expected fingerprint. Writes nothing.
    pub fn unseal(path: PathBuf, sealed: &str, check: &str, passphrase: &str) -> Result<Secrets> {
        let opened = || -> Option<Secrets> {
            let record: Record = serde_json::from_str(sealed).ok()?;
            let nonce = <[u8; NONCE]>::try_from(BASE64.decode(&record.nonce).ok()?).ok()?;
            let cipher_text = BASE64.decode(&record.sealed).ok()?;
            let key = record.key(passphrase)?;
            let payload = Payload { msg: &cipher_text, aad: &record.bound(check) };
            let plain = XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(nonce), payload);
            let plain = Zeroizing::new(plain.ok()?);
            let secret = unhex(std::str::from_utf8(&plain).ok()?)?;
            let secrets = Secrets { loaded: OnceCell::from(secret), ..Secrets::new(path) };
            (secrets.fingerprint().ok()? == check).then_some(secrets)
        };
        opened().ok_or_else(|| {
            Refusal::new(Code::StoreUnavailable, text!("the-sealed-secret-file-cant-be-opened"))
                .hint(text!("nothing-was-changed-try-again-with-the-right"))
        })
    }

    /// Writes the secret to a temporary file beside its path.
    pub fn stage(&self) -> Result<Staged> {
        self.write_aside(&Zeroizing::new(hex(self.key()?)))
    }
}

/// Reads a passphrase: the first line of a file that only its owner may read.
pub fn passphrase_of(path: &Path) -> Result<Zeroizing<String>> {
    match read_private(path, |path| {
        text!("the-passphrase-file-may-be-read-by-others", file = path.display())
    })? {
        Ok(text) => Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())),
        Err(problem) => {
            let message = text!("the-passphrase-file-cant-be-read", path = path.display(), problem);
            Err(unavailable(message).hint(text!("name-a-file-whose-first-line")))
        }
    }
}
