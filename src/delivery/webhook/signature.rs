//! Signatures of Standard Webhooks 1.0: HMAC-SHA-256 over `id.timestamp.body`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";

/// The secret as the receiver gets it: the prefix and `bytes` in base64.
pub fn secret_text(bytes: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(format!("{PREFIX}{}", BASE64.encode(bytes)))
}

/// A signing key.
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// Parses a secret's text; `None` if it is malformed.
    pub fn parse(text: &str) -> Option<Key> {
        let bytes = BASE64.decode(text.strip_prefix(PREFIX)?).ok()?;
        Some(Key(Zeroizing::new(bytes)))
    }

    /// Returns `v1,` and the signature in base64; `timestamp` is in Unix seconds.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes any key")
        };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
    }
}

/// The `webhook-signature` header: one signature per key, separated by spaces.
pub fn header(keys: &[Key], id: &str, timestamp: i64, body: &[u8]) -> String {
    keys.iter().map(|key| key.sign(id, timestamp, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_signed_as_published() {
        let key = Key::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(key.sign(id, 1_614_265_330, body), signature);
        let other = Key::parse(&secret_text(&[7; 32])).unwrap();
        let both = header(&[other, key], id, 1_614_265_330, body);
        let (first, second) = both.split_once(' ').unwrap();
        assert_eq!(second, signature);
        assert!(first.starts_with("v1,") && first != signature);
    }

    #[test]
    fn a_secret_is_its_prefix_and_base64() {
        let text = secret_text(&[0xfb; 32]);
        assert_eq!(text.len(), "whsec_".len() + 44);
        assert_eq!(*Key::parse(&text).unwrap().0, [0xfb; 32]);
        for not in ["", "whsec", "MfKQ9r8G", "whsec_*"] {
            assert!(Key::parse(not).is_none(), "{not}");
        }
    }
}
