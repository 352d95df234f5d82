//! The `[channels.NAME]` tables of `config.toml`. A table is read when its channel is used and not with the
//! rest of the file, so that an error in it does not prevent booking.

use super::channel::Channel;
use super::check::{Check, Lookup};
use super::replies::{self, Receiver};
use super::{Form, Opener, Route, command, smtp, twilio, whatsapp};
use crate::domain::refusal::Refusal;
use crate::platform::config::{Channels, Config, variable};
use crate::platform::error::Result;

/// The channel that always exists: the sweep prints its messages to stdout.
pub const PRINT: &str = "print";

impl Opener for Config {
    fn open(&self, name: &str) -> Result<Box<dyn Channel>> {
        self.file.channels.open(name, &variable)
    }

    fn is_mail(&self, name: &str) -> bool {
        self.file.channels.is_mail(name)
    }

    fn route(&self, name: &str) -> Route {
        self.file.channels.route(name)
    }
}

impl Channels {
    /// The names of the tables, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Refuses a name that is neither `print` nor a channel that [`Channels::open`] can open.
    pub fn check(&self, name: &str, lookup: Lookup<'_>) -> Result<()> {
        if name == PRINT && !self.0.contains_key(PRINT) {
            return Ok(());
        }
        self.open(name, lookup).map(drop)
    }

    /// Opens the channel `name` after all checks that need no sending. `print` is refused, as the sweep
    /// prints its messages itself. The refusal lists every problem under its full key, such as
    /// `channels.mail.password_file`, and never holds a secret.
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
        let reports_to = match replies::Settings::take(&mut settings) {
            Ok(replies) => replies.check(&mut check),
            Err(problem) => return Err(check.unreadable(&problem)),
        };
        let kind = settings.remove("kind");
        if settings.remove("replies").is_some_and(|replies| replies.as_bool().is_none()) {
            check.problem("replies", text!("takes-true-or-false"));
        }
        let kinds = text!("command-smtp-whatsapp-or-twilio");
        let problem = match kind.as_ref().and_then(toml::Value::as_str) {
            Some("command") => return check.open(settings, command::Program::open),
            Some("smtp") => return check.open(settings, smtp::Smtp::open),
            Some("whatsapp") => return check.open(settings, whatsapp::WhatsApp::open),
            Some("twilio") => {
                return check
                    .open(settings, |settings, check| twilio::Twilio::open(settings, reports_to, check));
            }
            Some(PRINT) => text!("print-is-always-there-name-it-in-reminder_channels").to_owned(),
            Some(other) => text!("there-is-no-kind-there-are", other, kinds),
            None => text!("is-missing-it-takes", kinds),
        };
        check.problem("kind", problem);
        Err(check.refusal())
    }

    /// Opens the way back of the channel `name`, with its secrets. `None` if there is no such channel or nothing
    /// comes back by it.
    pub fn receiver(&self, name: &str, lookup: Lookup<'_>) -> Result<Option<Receiver>> {
        self.0.get(name).map_or(Ok(None), |table| Receiver::open(table, name, lookup))
    }

    /// Whether patients can answer by the channel `name`: `replies = true`.
    pub fn is_answered(&self, name: &str) -> bool {
        self.0.get(name).and_then(|table| table.get("replies")?.as_bool()) == Some(true)
    }

    /// Whether what comes back by the channel `name` has a form that turno reads: all kinds but `command`.
    pub fn has_bodies(&self, name: &str) -> bool {
        let kind = self.0.get(name).and_then(|table| table.get("kind")?.as_str());
        matches!(kind, Some("twilio" | "whatsapp" | "smtp"))
    }

    /// Whether the channel `name` sends mail (kind `smtp`).
    pub fn is_mail(&self, name: &str) -> bool {
        self.kind(name) == Some("smtp")
    }

    /// What texts depend on of the channel `name`.
    pub fn route(&self, name: &str) -> Route {
        let form = match self.kind(name) {
            Some("twilio") => Form::Sms,
            Some("smtp" | "whatsapp") => Form::Letter,
            _ => Form::Text,
        };
        let replies = self.0.get(name).and_then(|table| table.get("replies")?.as_bool());
        Route { form, replies: replies.unwrap_or_default() }
    }

    fn kind(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|table| table.get("kind")?.as_str())
    }

    fn unknown(&self, name: &str) -> Refusal {
        let known: Vec<&str> = std::iter::once(PRINT).chain(self.names()).collect();
        let problem = text!("there-is-no-channel-there-are", name, all = known.join(", "));
        Refusal::invalid("channels", problem).hint(text!("a-channel-is-a-table-channels-name"))
    }
}
