//! The secret file, and the encryption and signatures that use it.
//!
//! The file holds 32 random bytes in hex. Each purpose derives its own key from them. The file is read at the
//! first use.

use crate::domain::access::SECRET_PREFIX;
use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::{Result, cause, unless_too_many};
use crate::platform::folders;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

mod next;
mod sealed;
mod staged;
pub use next::left_aside;
pub use sealed::{SHORTEST, passphrase_of};
pub use staged::Staged;

/// Version of the encryption scheme: the first byte of every sealed field.
const VERSION: u8 = 1;
const NONCE: usize = 24;
/// Bytes of a secret or passphrase file that are read.
const LONGEST: u64 = 4096;

/// The secret file, read at the first use.
#[derive(Debug)]
pub struct Secrets {
    path: PathBuf,
    loaded: OnceCell<Zeroizing<[u8; 32]>>,
    audit_key: OnceCell<AuditKey>,
}

impl Secrets {
    /// The secret in the file `path`.
    pub fn new(path: PathBuf) -> Self {
        Secrets { path, loaded: OnceCell::new(), audit_key: OnceCell::new() }
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file, readable by its owner only, unless it exists. Returns whether it was made.
    pub fn make(&self) -> Result<bool> {
        if self.path.exists() {
            self.key()?;
            return Ok(false);
        }
        let text = Zeroizing::new(hex(&Zeroizing::new(random::<32>()?)[..]));
        self.clear();
        let staged = self.write_aside(&text)?;
        let aside = staged.path();
        // A hard link, unlike a rename, does not replace a file that another `init` made meanwhile. Without
        // links in the file system, rename.
        let made = match fs::hard_link(aside, &self.path) {
            Err(problem) if problem.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(_) => fs::rename(aside, &self.path).map(|()| true),
            Ok(()) => Ok(true),
        };
        self.sync_folder()?;
        made.map_err(|problem| self.trouble(&problem))
    }

    /// Writes a temporary file in the same folder, so that a crash never leaves half a secret at `path`.
    fn write_aside(&self, text: &str) -> Result<Staged> {
        let trouble = |problem: std::io::Error| self.trouble(cause(&problem));
        folders::make(self.folder()).map_err(trouble)?;
        let mut staged = Staged::new(self.folder()).map_err(trouble)?;
        staged.write(text).map_err(trouble)?;
        Ok(staged)
    }

    /// Syncs the file's name, so that it survives a power failure as the database does.
    fn sync_folder(&self) -> Result<()> {
        folders::sync(self.folder()).map_err(|problem| self.trouble(&problem))
    }

    /// Empty for a file in the current directory.
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn trouble(&self, problem: &std::io::Error) -> Refusal {
        unavailable(text!("the-secret-file-cant-be-made", path = self.path.display(), problem))
    }

    /// Identifies the secret without revealing it.
    pub fn fingerprint(&self) -> Result<String> {
        Ok(hex(&self.derive("turno check v1", &[])?[..16]))
    }

    /// Encrypts a field of a record.
    pub fn seal(&self, column: &str, record_id: &str, plain: &str) -> Result<Vec<u8>> {
        let nonce = random::<NONCE>()?;
        let place = place(column, record_id);
        let payload = Payload { msg: plain.as_bytes(), aad: &place };
        let sealed = self
            .cipher()?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Refusal::new(Code::Internal, text!("a-field-could-not-be-sealed")))?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// Decrypts a field that was sealed for this column and record.
    pub fn open(&self, column: &str, record_id: &str, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let wrong = || unavailable(text!("a-sealed-field-cant-be-opened-the-secret"));
        let (head, cipher_text) = sealed.split_at_checked(1 + NONCE).ok_or_else(wrong)?;
        let (version, nonce) = head.split_at_checked(1).ok_or_else(wrong)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| wrong())?;
        if version != [VERSION] {
            return Err(wrong());
        }
        let place = place(column, record_id);
        let plain = self
            .cipher()?
            .decrypt(&XNonce::from(nonce), Payload { msg: cipher_text, aad: &place })
            .map_err(|_| wrong())?;
        String::from_utf8(plain).map(Zeroizing::new).map_err(|_| wrong())
    }

    /// A keyed hash of the folded text, to find a sealed value within a clinic.
    pub fn lookup(&self, clinic_id: &str, plain: &str) -> Result<String> {
        let folded = crate::domain::text::name_key(plain);
        Ok(hex(&self.derive("turno look-up v1", &[clinic_id.as_bytes(), folded.as_bytes()])?[..]))
    }

    /// A keyed hash of the exact text, to recognise a text of a clinic without storing it.
    pub fn hidden(&self, clinic_id: &str, text: &str) -> Result<String> {
        Ok(hex(&self.derive("turno hidden v1", &[clinic_id.as_bytes(), text.as_bytes()])?[..]))
    }

    /// The key that signs the audit log.
    pub fn audit_key(&self) -> Result<&AuditKey> {
        if let Some(key) = self.audit_key.get() {
            return Ok(key);
        }
        let key = AuditKey(self.derive("turno audit v1", &[])?);
        Ok(self.audit_key.get_or_init(|| key))
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305> {
        let key = self.derive("turno field v1", &[])?;
        Ok(XChaCha20Poly1305::new(&(*key).into()))
    }

    fn derive(&self, purpose: &str, parts: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>> {
        Ok(Zeroizing::new(keyed_hash(
            self.key()?,
            std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()),
        )))
    }

    fn key(&self) -> Result<&[u8; 32]> {
        if let Some(key) = self.loaded.get() {
            return Ok(key);
        }
        let text = match read_private(&self.path, |path| {
            text!("the-secret-file-may-be-read-by-others", file = path.display())
        })? {
            Ok(text) => text,
            Err(problem) => {
                let file = self.path.display();
                let refusal = unavailable(text!("the-secret-file-cant-be-read", file, problem));
                return Err(unless_too_many(refusal, &problem));
            }
        };
        let key = unhex(text.trim())
            .ok_or_else(|| unavailable(text!("is-not-a-secret-file-of-turno", path = self.path.display())))?;
        Ok(self.loaded.get_or_init(|| key))
    }
}

/// Reads a file that only its owner may read; `open_to_others` is the text if others may.
fn read_private(
    path: &Path,
    open_to_others: fn(&Path) -> String,
) -> Result<std::io::Result<Zeroizing<String>>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(problem) => return Ok(Err(problem)),
    };
    #[cfg(unix)]
    if let Ok(facts) = file.metadata() {
        use std::os::unix::fs::PermissionsExt;
        if facts.is_file() && facts.permissions().mode() & 0o077 != 0 {
            return Err(Refusal::new(Code::StoreUnavailable, open_to_others(path))
                .hint(text!("chmod-600-and-think-about", file = path.display())));
        }
    }
    let mut text = Zeroizing::new(String::new());
    Ok(file.take(LONGEST).read_to_string(&mut text).map(|_| text))
}

/// The key that signs the audit log.
pub struct AuditKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditKey(…)")
    }
}

impl AuditKey {
    /// HMAC-SHA-256 of the bytes, in hex.
    pub fn sign(&self, bytes: &[u8]) -> String {
        hex(&keyed_hash(&self.0, std::iter::once(bytes)))
    }
}

/// HMAC-SHA-256 over parts, each preceded by its length.
fn keyed_hash<'a>(key: &[u8; 32], parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        unreachable!("HMAC takes any key")
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Binds a sealed field to its column and record: elsewhere it can't be decrypted.
fn place(column: &str, record_id: &str) -> Vec<u8> {
    format!("{column}\0{record_id}\0{VERSION}").into_bytes()
}

/// SHA-256 of a text in hex, for example of a request.
pub fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The stored hash of an access key. A plain hash suffices, as a key has 256 random bits.
pub fn key_hash(secret: &str) -> Vec<u8> {
    Sha256::digest(format!("turno key v1\0{secret}").as_bytes()).to_vec()
}

/// The secret of a new access key.
pub fn new_key() -> Result<Zeroizing<String>> {
    let bytes = Zeroizing::new(random::<32>()?);
    let digits = Zeroizing::new(hex(&bytes[..]));
    Ok(Zeroizing::new([SECRET_PREFIX, &digits].concat()))
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|problem| {
        Refusal::new(Code::Internal, text!("the-system-gives-no-random-numbers", problem))
    })?;
    Ok(bytes)
}

fn unavailable(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::StoreUnavailable, message).hint(text!("the-book-needs-the-secret-file"))
}

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // A nibble is below 16, so the index is in range.
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

fn unhex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    for (position, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(position * 2..position * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(folder: &tempfile::TempDir, name: &str) -> Secrets {
        let secrets = Secrets::new(folder.path().join(name));
        secrets.make().unwrap();
        secrets
    }

    #[test]
    fn a_field_opens_only_where_it_was_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let one = secrets(&folder, "one.key");
        let sealed = one.seal("national_id", "p1", "12345678-9").unwrap();
        assert_eq!(one.open("national_id", "p1", &sealed).unwrap().as_str(), "12345678-9");
        assert!(one.open("national_id", "p2", &sealed).is_err());
        assert!(one.open("phone", "p1", &sealed).is_err());
        assert!(secrets(&folder, "two.key").open("national_id", "p1", &sealed).is_err());
        assert!(one.open("national_id", "p1", &sealed[..20]).is_err());
        assert!(!sealed.windows(8).any(|part| part == b"12345678"));
    }

    #[test]
    fn a_secret_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = secrets(&folder, "deep.key");
        let before = fs::read(secrets.path()).unwrap();
        assert!(!secrets.make().unwrap());
        assert_eq!(fs::read(secrets.path()).unwrap(), before);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(secrets.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(secrets.path(), "not a secret").unwrap();
        assert_eq!(Secrets::new(secrets.path().into()).make().unwrap_err().code, Code::StoreUnavailable);
    }
}
