//! A clinic whose messages go by programs: a small script that writes down what it got, and answers
//! as the test wants it.

use crate::support::{Clinic, schemas};
use serde::Deserialize;
use serde_json::Value;
use std::fs;

/// `$1` is the channel's name. It ends as `NAME.answer` says (0 where there is none), and with 1 for a
/// message that holds what stands in `NAME.bad`; while there is a `NAME.hold` it waits. What it takes
/// goes to `NAME.got`, every try to `NAME.tried`.
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

/// What a program gets of a message, as far as these tests look at it.
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
    /// Sets up channels by that script, and more of the configuration.
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

    /// What a gateway answers from now on.
    pub fn answers(&self, channel: &str, status: i32) {
        self.file(&format!("{channel}.answer"), format!("{status}\n"));
    }

    /// What a gateway took, in its order.
    pub fn got(&self, channel: &str) -> Vec<Got> {
        lines(self, &format!("{channel}.got"))
    }

    /// What a gateway was asked to take, in its order.
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
