//! Signatures of providers, compared in constant time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

/// Whether Twilio signed the form that it posted to `url`: HMAC-SHA1 over the URL and each key and value, sorted.
/// Twilio's own libraries accept the URL with and without its port.
/// <https://www.twilio.com/docs/usage/security#validating-requests>
pub(super) fn twilio(secret: &str, url: &str, form: &[u8], given: &str) -> bool {
    let Ok(given) = BASE64.decode(given.trim()) else { return false };
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, value) in form_urlencoded::parse(form).into_owned() {
        fields.entry(key).or_default().insert(value);
    }
    let mut sorted = String::new();
    for (key, values) in &fields {
        values.iter().for_each(|value| sorted.extend([key.as_str(), value]));
    }
    // No early end: every URL is tried.
    spellings(url).iter().fold(false, |right, url| {
        let Ok(mut mac) = <Hmac<Sha1> as KeyInit>::new_from_slice(secret.as_bytes()) else { return right };
        mac.update(url.as_bytes());
        mac.update(sorted.as_bytes());
        right | mac.verify_slice(&given).is_ok()
    })
}

/// The URL as it is, and with its usual port, or without any.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return all };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    all.push(match (port, scheme) {
        (Some((name, _)), _) => format!("{scheme}://{name}{path}"),
        (None, "https") => format!("{scheme}://{host}:443{path}"),
        (None, _) => format!("{scheme}://{host}:80{path}"),
    });
    all
}

/// Whether the body is signed by `sha256=` and the HMAC-SHA-256 in hexadecimal digits.
/// <https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads>
pub(super) fn hub(secret: &str, body: &[u8], given: &str) -> bool {
    let Some(given) = given.trim().strip_prefix("sha256=").and_then(from_hex) else { return false };
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// Whether two tokens are the same.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    /// A request as Twilio's own library signs it; see `tests/fixtures/replies/sign.py`.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Signed {
        token: String,
        url: String,
        form: String,
        signature: String,
    }

    #[test]
    fn what_twilios_own_library_signed_is_taken_and_nothing_else() {
        let recorded = include_str!("../../../tests/fixtures/replies/twilio-signed.json");
        let recorded: Vec<Signed> = serde_json::from_str(recorded).unwrap();
        assert!(recorded.len() >= 8);
        for Signed { token, url, form, signature } in &recorded {
            assert!(twilio(token, url, form.as_bytes(), signature), "{url} {form}");
            assert!(!twilio(&format!("{token}0"), url, form.as_bytes(), signature));
            assert!(!twilio(token, &format!("{url}0"), form.as_bytes(), signature));
            assert!(!twilio(token, url, format!("{form}&X=1").as_bytes(), signature));
            let forged = signature.replacen(|c: char| c.is_ascii_alphanumeric(), "-", 1);
            for signature in ["", "AAAA", &signature[1..], &forged, "=", "\u{1b}"] {
                assert!(!twilio(token, url, form.as_bytes(), signature), "{signature}");
            }
        }
    }

    #[test]
    fn the_port_may_stand_in_the_url_or_not() {
        for (url, other) in [
            ("https://a.example/c?x=1", "https://a.example:443/c?x=1"),
            ("http://a.example", "http://a.example:80"),
            ("https://a.example:8443/c", "https://a.example/c"),
        ] {
            assert_eq!(spellings(url), [url, other]);
        }
    }

    #[test]
    fn metas_signature_is_over_the_bytes_of_the_body() {
        // RFC 4231, test case 2.
        let good = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        assert!(
            hub("Jefe", body, good) && hub("Jefe", body, &good.to_uppercase().replace("SHA256", "sha256"))
        );
        assert!(!hub("Jefe", b"what do ya want for nothing", good) && !hub("jefe", body, good));
        for bad in ["", "sha256=", &good[7..], &good[..70], "sha1=5bdcc146", "sha256=5bdcc1zz"] {
            assert!(!hub("Jefe", body, bad), "{bad}");
        }
    }
}
