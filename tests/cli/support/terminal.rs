//! A pseudo-terminal for interactive tests; the output is collected as text.

use super::{Clinic, program, words};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A program that runs on a pseudo-terminal.
pub struct Talk {
    child: Child,
    keys: File,
    drawn: Receiver<Vec<u8>>,
    /// All output so far.
    pub screen: String,
    /// The bytes of an incomplete UTF-8 character.
    bytes: Vec<u8>,
    /// The end of the last awaited text in `screen`.
    seen: usize,
    /// Lines and columns, and the byte of `screen` from which they apply.
    size: (u16, u16),
    resized_at: usize,
}

impl Talk {
    /// Waits until `text` appears after the last awaited text.
    pub fn waits_for(&mut self, text: &str) -> &mut Self {
        while !self.screen[self.seen..].contains(text) {
            match self.drawn.recv_timeout(Duration::from_secs(60)) {
                Ok(bytes) => self.hear(&bytes),
                Err(_) => panic!("\"{text}\" is not drawn:\n{}", &self.screen[self.seen..]),
            }
        }
        self.seen += self.screen[self.seen..].find(text).expect("it was found") + text.len();
        self
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.len(),
            Err(problem) => problem.valid_up_to(),
        };
        let rest = self.bytes.split_off(whole);
        let text = std::mem::replace(&mut self.bytes, rest);
        self.screen.push_str(&String::from_utf8(text).expect("it was looked at"));
    }

    /// Types `keys`.
    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self
    }

    /// Waits for the program's end and returns the exit status.
    pub fn ends(&mut self) -> Option<i32> {
        while let Ok(bytes) = self.drawn.recv_timeout(Duration::from_secs(60)) {
            self.hear(&bytes);
        }
        self.child.wait().expect("it ends").code()
    }

    /// The current screen as a person sees it, without empty lines at the end.
    pub fn picture(&self) -> String {
        picture(&self.screen[self.resized_at..], self.size)
    }

    /// Waits until there is no output for 200 ms and returns the screen.
    pub fn still(&mut self) -> String {
        while let Ok(bytes) = self.drawn.recv_timeout(Duration::from_millis(200)) {
            self.hear(&bytes);
        }
        self.picture()
    }

    /// Resizes the terminal and signals this to the program.
    pub fn resized(&mut self, rows: u16, columns: u16) -> &mut Self {
        set_size(&self.keys, (rows, columns));
        self.size = (rows, columns);
        self.resized_at = self.screen.len();
        self.signal(Signal::WINCH);
        self
    }

    /// Sends SIGINT as Ctrl-C does, and returns the exit status.
    pub fn interrupted(&mut self) -> Option<i32> {
        self.signal(Signal::INT);
        self.ends()
    }

    fn signal(&self, signal: Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal)
            .expect("it is there");
    }

    /// Types `key` repeatedly until the program ends, as the terminal handles keys typed before raw mode.
    /// Returns the exit status.
    pub fn ends_with(&mut self, key: &str) -> Option<i32> {
        loop {
            let _ = self.keys.write_all(key.as_bytes());
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                self.ends();
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The screen of a terminal that received `written`; no line may be wider than the terminal.
pub fn picture(written: &str, (rows, columns): (u16, u16)) -> String {
    let of = |size| NonZero::new(size).expect("a terminal has lines and columns");
    let mut parser = vt100::Parser::new(of(rows), of(columns), 0);
    parser.process(written.as_bytes());
    let screen = parser.screen();
    let lines: Vec<String> = screen.rows(0, columns).map(|line| line.trim_end().to_owned()).collect();
    for (row, line) in (0..).zip(&lines) {
        assert!(!screen.row_wrapped(row), "wider than {columns} columns: {line}");
    }
    format!("{}\n", lines.join("\n").trim_end())
}

/// A pseudo-terminal: our side, and a function that opens the other side.
fn terminal(size: (u16, u16)) -> (File, impl Fn() -> Stdio) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).expect("it is ours");
    unlockpt(&ours).expect("it can be opened");
    let name = ptsname(&ours, Vec::new()).expect("its name");
    let ours = File::from(ours);
    set_size(&ours, size);
    let theirs = move || {
        let path = name.to_str().expect("a name in UTF-8");
        Stdio::from(OpenOptions::new().read(true).write(true).open(path).expect("the other side"))
    };
    (ours, theirs)
}

fn set_size(terminal: &File, (rows, columns): (u16, u16)) {
    let size = rustix::termios::Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(terminal, size).expect("a size");
}

impl Clinic {
    /// Runs a command on a terminal of 80 columns and 24 lines.
    pub fn talks(&self, line: &str) -> Talk {
        self.talks_at(line, (24, 80))
    }

    /// Runs a command on a terminal of the given lines and columns.
    pub fn talks_at(&self, line: &str, size: (u16, u16)) -> Talk {
        let (keys, theirs) = terminal(size);
        let mut command = self.process(line);
        command.env("TERM", "xterm").env("NO_COLOR", "1");
        command.stdin(theirs()).stdout(theirs()).stderr(theirs());
        let child = command.spawn().expect("turno starts");
        drop(command);
        let mut screen = keys.try_clone().expect("the terminal again");
        let (sender, drawn) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Talk { child, keys, drawn, screen: String::new(), bytes: Vec::new(), seen: 0, size, resized_at: 0 }
    }

    /// Runs a command on a terminal with the given number of columns; returns all output and the exit status.
    pub fn on_terminal(&self, line: &str, columns: u16) -> (String, Option<i32>) {
        let (mut ours, theirs) = terminal((50, columns));
        let mut command = std::process::Command::new(program());
        command.env_clear().envs(self.variables()).env("TERM", "xterm").current_dir(self.home());
        command.args(words(line));
        command.stdin(theirs()).stdout(theirs()).stderr(theirs());
        let mut child = command.spawn().expect("turno starts");
        // Close our copies of the program's side, so that reading ends with the program.
        drop(command);
        let mut bytes = Vec::new();
        // On Linux, the end of a terminal's other side is an error.
        let _ = ours.read_to_end(&mut bytes);
        let exit = child.wait().expect("it ends").code();
        (String::from_utf8(bytes).expect("UTF-8"), exit)
    }
}
