//! A password or token on its way to the other side, and nowhere else.

use crate::domain::delivery::one_line;
use std::fmt;
use zeroize::Zeroizing;

/// A password or token. It is not shown by `Debug`, and wiped from memory when it is dropped.
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over the text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one place that has to send it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the other side said, fit to be kept and shown: one line, without control characters, no
/// longer than 300 characters, and without the secrets, should it have said them back.
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
        // Cut only after the secret is out: half of one is one, too.
        let long = format!("{}hunter2", "x".repeat(297));
        assert!(!reason(&long, &[&secret]).contains("hun"));
    }
}
