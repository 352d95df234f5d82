//! Passwords and tokens of channels.

use crate::domain::delivery::one_line;
use std::fmt;
use zeroize::Zeroizing;

/// A password or token; `Debug` hides it, and it is wiped from memory on drop.
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text, for the one place that sends it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Makes an error text of the other side fit to be stored and shown: one line of at most 300 characters,
/// without control characters and without the secrets.
pub(crate) fn reason(said: &str, secrets: &[&Secret]) -> String {
    let mut said = said.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.reveal().is_empty()) {
        said = said.replace(secret.reveal(), "…");
    }
    one_line(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(…) Some(Secret(…))");
        assert_eq!(secret.reveal(), "hunter2");
    }

    #[test]
    fn a_reason_is_one_short_line_that_holds_no_secret_and_no_command() {
        let secret = Secret::new("hunter2");
        let said = "bad \u{1b}[31mtoken\r\n hunter2\t\u{9b}2J";
        assert_eq!(reason(said, &[&secret]), "bad [31mtoken … 2J");
        assert_eq!(reason(&"ñ".repeat(400), &[]), format!("{}…", "ñ".repeat(300)));
        // Cut only after the secret is removed: half of it must not show either.
        let long = format!("{}hunter2", "x".repeat(297));
        assert!(!reason(&long, &[&secret]).contains("hun"));
    }
}
