//! The lines by which a machine's own clock calls the program.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// What the machine's clock has to be told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CronView {
    pub(crate) crontab: String,
    pub(crate) service: String,
    pub(crate) timer: String,
}

/// What the lines are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// The program's path.
    pub program: String,
    /// The environment that it needs, in order.
    pub environment: Vec<(&'static str, String)>,
    /// The arguments of each call.
    pub calls: Vec<Vec<String>>,
}

impl Calls {
    /// A line for each call, every minute.
    pub fn crontab(&self) -> String {
        let mut text = String::new();
        for call in &self.calls {
            let variables =
                self.environment.iter().map(|(name, value)| format!("{name}={}", in_shell(value)));
            let words = std::iter::once(&self.program).chain(call).map(|word| in_shell(word));
            let line = variables.chain(words).collect::<Vec<_>>().join(" ");
            // To cron a bare percent sign ends the command.
            let _ = writeln!(text, "* * * * * {}", line.replace('%', "\\%"));
        }
        text
    }

    /// A unit of systemd's that makes every call.
    pub fn service(&self) -> String {
        let mut text = String::from("[Unit]\nDescription=turno: what is due\n\n[Service]\nType=oneshot\n");
        for (name, value) in &self.environment {
            let _ = writeln!(text, "Environment={}", quoted(&format!("{name}={value}")).replace('%', "%%"));
        }
        for call in &self.calls {
            let words = std::iter::once(&self.program).chain(call).map(|word| in_unit(word));
            // One that fails keeps none of the others from its turn; the journal has what it said.
            let _ = writeln!(text, "ExecStart=-{}", words.collect::<Vec<_>>().join(" "));
        }
        text
    }

    /// The unit that starts it every minute.
    pub fn timer(&self) -> String {
        "[Unit]\nDescription=turno: what is due, every minute\n\n\
         [Timer]\nOnCalendar=minutely\nAccuracySec=1s\n\n\
         [Install]\nWantedBy=timers.target\n"
            .into()
    }
}

/// Whether a word stands for itself wherever it is read.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,=".contains(c);
    !word.is_empty() && word.chars().all(plain)
}

/// A word as the shell reads it.
fn in_shell(word: &str) -> String {
    if is_plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A word of a command as systemd reads it, where percent and dollar signs stand for other things.
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
