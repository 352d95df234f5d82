//! The crontab and systemd units that run turno every minute.

pub(crate) mod listen;

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The crontab lines and systemd units to install.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CronView {
    pub(crate) crontab: String,
    pub(crate) service: String,
    pub(crate) timer: String,
    /// The service of `turno listen`; none unless a channel takes answers.
    pub(crate) listen_service: Option<String>,
    /// The socket of `turno listen`.
    pub(crate) listen_socket: Option<String>,
}

/// The commands to schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// The path of the program.
    pub program: String,
    /// The environment variables to set, in order.
    pub environment: Vec<(&'static str, String)>,
    /// The arguments of each command.
    pub calls: Vec<Vec<String>>,
}

impl Calls {
    /// The crontab: a line for each command, every minute.
    pub fn crontab(&self) -> String {
        let mut text = String::new();
        for call in &self.calls {
            let variables =
                self.environment.iter().map(|(name, value)| format!("{name}={}", in_shell(value)));
            let words = std::iter::once(&self.program).chain(call).map(|word| in_shell(word));
            let line = variables.chain(words).collect::<Vec<_>>().join(" ");
            // In a crontab an unescaped percent sign ends the command.
            let _ = writeln!(text, "* * * * * {}", line.replace('%', "\\%"));
        }
        text
    }

    /// The systemd service that runs all commands.
    pub fn service(&self) -> String {
        let mut text = String::from("[Unit]\nDescription=turno: what is due\n\n[Service]\nType=oneshot\n");
        text += &self.variables();
        for call in &self.calls {
            let words = std::iter::once(&self.program).chain(call).map(|word| in_unit(word));
            // With "-", a failed command does not keep the next from running; its output is in the journal.
            let _ = writeln!(text, "ExecStart=-{}", words.collect::<Vec<_>>().join(" "));
        }
        text
    }

    /// The variables, as a systemd unit sets them.
    fn variables(&self) -> String {
        self.environment.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "Environment={}", quoted(&format!("{name}={value}")).replace('%', "%%"));
            text
        })
    }

    /// The systemd timer that starts the service every minute.
    pub fn timer(&self) -> String {
        "[Unit]\nDescription=turno: what is due, every minute\n\n\
         [Timer]\nOnCalendar=minutely\nAccuracySec=1s\n\n\
         [Install]\nWantedBy=timers.target\n"
            .into()
    }
}

/// Whether neither the shell nor systemd needs quotes around the word.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,=".contains(c);
    !word.is_empty() && word.chars().all(plain)
}

fn in_shell(word: &str) -> String {
    if is_plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Quotes a word of a systemd command line, where percent and dollar signs are special.
fn in_unit(word: &str) -> String {
    let word = word.replace('%', "%%").replace('$', "$$");
    if is_plain(&word) { word } else { quoted(&word) }
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_as_they_are() {
        let calls = Calls {
            program: "/opt/my tools/turno".into(),
            environment: vec![("TURNO_DB", "/data/50% of 'it'.db".into())],
            calls: vec![vec!["remind".into(), "due".into(), "--clinic".into(), "a$b".into()]],
        };
        assert_eq!(
            calls.crontab(),
            "* * * * * TURNO_DB='/data/50\\% of '\\''it'\\''.db' '/opt/my tools/turno' remind due --clinic 'a$b'\n"
        );
        let service = calls.service();
        assert!(service.contains("Environment=\"TURNO_DB=/data/50%% of 'it'.db\"\n"), "{service}");
        assert!(
            service.contains("ExecStart=-\"/opt/my tools/turno\" remind due --clinic \"a$$b\"\n"),
            "{service}"
        );
    }
}
