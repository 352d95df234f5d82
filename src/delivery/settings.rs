//! The channels of `config.toml`: `[channels.NAME]` tables, read and checked before anything is sent.
//!
//! A table is read when its channel is asked for and not with the rest of the file: a slip in it must
//! not keep a desk from booking.

use super::channel::Channel;
use super::check::{Check, Lookup};
use super::{Opener, command, smtp, twilio, whatsapp};
use crate::domain::refusal::Refusal;
use crate::platform::config::{Channels, Config, variable};
use crate::platform::error::Result;

/// The name of the channel that is always there: a sweep's own standard output.
pub const PRINT: &str = "print";

impl Opener for Config {
    fn open(&self, name: &str) -> Result<Box<dyn Channel>> {
        self.file.channels.open(name, &variable)
    }

    fn is_mail(&self, name: &str) -> bool {
        self.file.channels.is_mail(name)
    }
}

impl Channels {
    /// The names that have a table, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether messages can be sent by that name: it is `print`, or a channel that [`Channels::open`]
    /// opens.
    pub fn check(&self, name: &str, lookup: Lookup<'_>) -> Result<()> {
        if name == PRINT && !self.0.contains_key(PRINT) {
            return Ok(());
        }
        self.open(name, lookup).map(drop)
    }

    /// The channel of that name, after everything that can be checked without sending was checked.
    /// `print` is none: what goes there is the sweep's own to write. Every finding is refused under its
    /// key's full name, such as `channels.mail.password_file`; no secret is ever in a refusal.
    pub fn open(&self, name: &str, lookup: Lookup<'_>) -> Result<Box<dyn Channel>> {
        let Some(table) = self.0.get(name) else { return Err(self.unknown(name)) };
        let mut check = Check::new(name, lookup);
        let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        if name == PRINT {
            check.problem("kind", text!("print-is-always-there-and-takes-no-settings"));
        } else if name.is_empty() || !name.chars().all(of_name) {
            check.problem("kind", text!("a-channels-name-is-made-of-a-z"));
        }
        let mut settings = table.clone();
        let kind = settings.remove("kind");
        let kinds = text!("command-smtp-whatsapp-or-twilio");
        let problem = match kind.as_ref().and_then(toml::Value::as_str) {
            Some("command") => return check.open(settings, command::Program::open),
            Some("smtp") => return check.open(settings, smtp::Smtp::open),
            Some("whatsapp") => return check.open(settings, whatsapp::WhatsApp::open),
            Some("twilio") => return check.open(settings, twilio::Twilio::open),
            Some(PRINT) => text!("print-is-always-there-name-it-in-reminder_channels").to_owned(),
            Some(other) => text!("there-is-no-kind-there-are", other, kinds),
            None => text!("is-missing-it-takes", kinds),
        };
        check.problem("kind", problem);
        Err(check.refusal())
    }

    /// Whether that channel reaches patients by mail, as far as its table says.
    pub fn is_mail(&self, name: &str) -> bool {
        let kind = self.0.get(name).and_then(|table| table.get("kind")?.as_str());
        kind == Some("smtp")
    }

    fn unknown(&self, name: &str) -> Refusal {
        let known: Vec<&str> = std::iter::once(PRINT).chain(self.names()).collect();
        let problem = text!("there-is-no-channel-there-are", name, all = known.join(", "));
        Refusal::invalid("channels", problem).hint(text!("a-channel-is-a-table-channels-name"))
    }
}
