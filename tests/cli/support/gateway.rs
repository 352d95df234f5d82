//! A clinic whose channels are a script that records its messages and exits with a chosen status.

use crate::support::{Clinic, schemas};
use serde::Deserialize;
use serde_json::Value;
use std::fs;

/// `$1` is the channel. Records every try in `NAME.tried` and accepted messages in `NAME.got`. Exits with the
/// status in `NAME.answer` (default 0), or 1 if the message contains the text in `NAME.bad`; waits while
/// `NAME.hold` exists.
const SCRIPT: &str = r#"
message=$(/bin/cat)
cd "$HOME" || exit 3
# A sweep that was killed while it wrote leaves half a message, or none.
case "$message" in *'}') ;; *) exit 65 ;; esac
answer=0
[ -e "$1.answer" ] && read -r answer < "$1.answer"
if [ -e "$1.bad" ]; then
  read -r bad < "$1.bad"
  case "$message" in *"$bad"*) answer=1 ;; esac
fi
printf '%s\n' "$message" >> "$1.tried"
while [ -e "$1.hold" ]; do /bin/sleep 0.02; done
[ "$answer" = 0 ] && printf '%s\n' "$message" >> "$1.got"
echo "the gateway says $answer" >&2
exit "$answer"
"#;

/// The message as the channel's program receives it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Got {
    pub message_id: String,
    pub kind: String,
    pub subject: String,
    pub text: String,
    pub to: Value,
    pub entry: Value,
}

impl Clinic {
    /// Configures channels that use the script; `more` is added to the configuration.
    pub fn gateways(&mut self, names: &[&str], more: &str) {
        let script = self.file("gateway.sh", SCRIPT);
        let tables = names.iter().map(|name| {
            format!(
                "[channels.{name}]\nkind = 'command'\nprogram = '/bin/sh'\nargs = ['{}', '{name}']\n\n",
                script.display()
            )
        });
        let config = self.file("turno.toml", tables.chain([more.to_owned()]).collect::<String>());
        self.env("TURNO_CONFIG", &config.display().to_string());
    }

    /// Sets the exit status of a channel's script.
    pub fn answers(&self, channel: &str, status: i32) {
        self.file(&format!("{channel}.answer"), format!("{status}\n"));
    }

    /// The accepted messages, in order.
    pub fn got(&self, channel: &str) -> Vec<Got> {
        lines(self, &format!("{channel}.got"))
    }

    /// All tried messages, in order.
    pub fn tried(&self, channel: &str) -> Vec<Got> {
        lines(self, &format!("{channel}.tried"))
    }
}

fn lines(clinic: &Clinic, name: &str) -> Vec<Got> {
    let Ok(text) = fs::read_to_string(clinic.home().join(name)) else { return Vec::new() };
    let read = |line: &str| -> serde_json::Result<Got> {
        let message: Value = serde_json::from_str(line)?;
        schemas::hold("channel-message", &message);
        serde_json::from_value(message)
    };
    text.lines().map(|line| read(line).unwrap_or_else(|p| panic!("{p}: {line}"))).collect()
}
